"""Access to the meetings and decisions: the responsable and the référent thématique write, partners read their own."""

from tests.fabriques.pilotage import FabriqueDecision, FabriquePoint, FabriqueSeance

_LIRE = {"anonyme": 302, "partenaire": 403, "*": 200}
_FICHE = {"anonyme": 302, "partenaire": 404, "*": 200}


def _organiser(code: int, **autres: int) -> dict[str, int]:
    """Return a row where only those who organise get `code`, the others 403."""
    return {"anonyme": 302, **autres, "responsable": code, "referent_thematique": code, "*": 403}


ACCES = [
    ("pilotage:seance_liste", "get", _LIRE),
    ("pilotage:seance_liste", "post", {"anonyme": 302, "*": 405}),
    ("pilotage:seance_fiche", "get", _FICHE),
    ("pilotage:seance_ordre_du_jour", "get", _FICHE),
    ("pilotage:seance_ics", "get", _FICHE),
    ("pilotage:seance_ajouter", "get", _organiser(200)),
    ("pilotage:seance_ajouter", "post", _organiser(422)),
    ("pilotage:seance_modifier", "get", _organiser(200, partenaire=404)),
    ("pilotage:seance_modifier", "post", _organiser(422, partenaire=404)),
    ("pilotage:seance_etat", "get", {"anonyme": 302, "*": 405}),
    ("pilotage:seance_etat", "post", _organiser(302, partenaire=404)),
    ("pilotage:instance_liste", "get", _LIRE),
    ("pilotage:instance_ajouter", "get", _organiser(200)),
    ("pilotage:instance_ajouter", "post", _organiser(302)),
    ("pilotage:instance_modifier", "get", _organiser(200)),
    ("pilotage:instance_modifier", "post", _organiser(422)),
    ("pilotage:point_ajouter", "post", _organiser(302, partenaire=404)),
    ("pilotage:point_modifier", "post", _organiser(422, partenaire=404)),
    ("pilotage:point_deplacer", "post", _organiser(302, partenaire=404)),
    ("pilotage:point_supprimer", "get", {"anonyme": 302, "*": 405}),
    ("pilotage:point_supprimer", "post", _organiser(302, partenaire=404)),
    ("pilotage:decision_prendre", "post", _organiser(302, partenaire=404)),
    ("pilotage:decision_liste", "get", {"anonyme": 302, "*": 200}),
    ("pilotage:decision_export", "get", {"anonyme": 302, "*": 200}),
    # The decision of the row is entrusted to the organisme of the partner, about the quartier of the row.
    ("pilotage:decision_fiche", "get", {"anonyme": 302, "*": 200}),
    (
        "pilotage:decision_suivre",
        "post",
        {"anonyme": 302, "ailleurs": 403, "lecteur": 403, "chef_projet": 403, "administrateur": 403, "*": 302},
    ),
    ("pilotage:decision_modifier", "get", _organiser(200)),
    ("pilotage:decision_modifier", "post", _organiser(422)),
    ("pilotage:quartier_fragment", "get", {"anonyme": 302, "ailleurs": 404, "partenaire": 404, "*": 200}),
]


def arguments(vue, decor):
    nom = vue.removeprefix("pilotage:")
    if nom in ("seance_liste", "seance_ajouter", "instance_liste", "instance_ajouter", "decision_liste"):
        return {}
    if nom == "decision_export":
        return {}
    if nom == "quartier_fragment":
        return {"slug": decor.quartier.slug}
    if nom.startswith("point_") and nom != "point_ajouter":
        return {"pk": FabriquePoint().pk}
    if nom == "decision_prendre":
        return {"pk": FabriqueSeance(tenue=True).pk}
    if nom.startswith("decision_"):
        return {"pk": FabriqueDecision(quartier=decor.quartier, responsable=decor.organisme).pk}
    seance = FabriqueSeance()
    return {"pk": seance.instance_id if nom == "instance_modifier" else seance.pk}


def donnees(vue, decor):
    return {
        "pilotage:seance_etat": {"vers": "annulee"},
        "pilotage:instance_ajouter": {"nom": "GTU Sanitas", "genre": "gtu"},
        "pilotage:point_ajouter": {"nouveau-titre": "Bilan", "nouveau-genre": "information", "nouveau-minutes": "10"},
        "pilotage:decision_prendre": {"decision-texte": "Ouvrir le local"},
        "pilotage:decision_suivre": {"vers": "ouverte", "commentaire": "Le devis est demandé."},
    }.get(vue, {})
