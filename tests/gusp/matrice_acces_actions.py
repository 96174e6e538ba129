"""Who reaches the pages of the action plan (gathered by matrice_acces)."""

from gusp.metier.actions import creer_action
from gusp.models import Action, ConventionGusp, Theme

_LU = {"anonyme": 302, "ailleurs": 404, "partenaire": 404, "*": 200}
_TOUS = {"anonyme": 302, "*": 200}
#: Written by the service of the quartier; read only for the others of the quartier.
_SERVICE = {
    "anonyme": 302,
    "ailleurs": 404,
    "partenaire": 404,
    "lecteur": 403,
    "administrateur": 403,
    "chef_projet": 403,
}
_CREER = {"anonyme": 302, "lecteur": 403, "administrateur": 403, "chef_projet": 403, "partenaire": 403, "*": 200}
_CONVENTION = {"anonyme": 302, "referent_thematique": 200, "responsable": 200, "*": 403}

_SANS_ARGUMENT = {
    "gusp:action_liste",
    "gusp:action_ajouter",
    "gusp:action_maj",
    "gusp:convention_gusp",
    "gusp:grille",
    "gusp:grille_urgences",
    "gusp:grille_principes",
}

ACCES = [
    ("gusp:action_liste", "get", _TOUS),
    ("gusp:action_ajouter", "get", _CREER),
    ("gusp:action_maj", "post", {"*": 302}),
    ("gusp:action_export", "get", _TOUS),
    ("gusp:action_fiche", "get", _LU),
    ("gusp:action_modifier", "get", _SERVICE | {"*": 200}),
    ("gusp:action_nouvelle", "post", _SERVICE | {"*": 302}),
    ("gusp:action_etape", "post", _SERVICE | {"*": 302}),
    ("gusp:convention_gusp", "get", _TOUS),
    ("gusp:convention_gusp_ajouter", "get", _CONVENTION),
    ("gusp:convention_gusp_modifier", "get", _CONVENTION),
    ("gusp:grille", "get", _TOUS),
    ("gusp:grille_urgences", "get", _CONVENTION),
    ("gusp:grille_principes", "get", _CONVENTION),
    ("gusp:grille_theme", "get", _CONVENTION),
    ("gusp:quartier_fragment", "get", _LU),
]


def arguments(vue, decor):
    if vue in _SANS_ARGUMENT:
        return {}
    if vue == "gusp:grille_theme":
        return {"pk": Theme.objects.first().pk}
    if vue == "gusp:action_export":
        return {"genre": "csv"}
    if vue == "gusp:quartier_fragment":
        return {"slug": decor.quartier.slug}
    if vue.startswith("gusp:convention_gusp"):
        return {"pk": ConventionGusp.objects.create(titre="Convention").pk} if vue.endswith("modifier") else {}
    auteur = decor.comptes["responsable"]
    etapes = [{"libelle": "Devis"}]
    action = creer_action(par=auteur, titre="Éclairer", quartiers=[decor.quartier], etapes=etapes)
    return {"pk": action.pk} | ({"etape_pk": action.etapes.get().pk} if vue == "gusp:action_etape" else {})


def donnees(vue, decor):
    action = Action.objects.first()
    return {f"a{action.pk}-texte": "Avancé"} if vue == "gusp:action_nouvelle" else {}
