"""Who reaches the constats and their photos (tests/test_acces.py says the format)."""

from gusp.forms.gestes import GESTES
from gusp.metier.photos import ajouter_photo
from gusp.models import Theme
from tests.fabriques.comptes import FabriqueOrganisme
from tests.fabriques.gusp import FabriqueConstat
from tests.fixtures.images import photo

#: The partner of the rows reads a constat that was sent to its organisme, and answers for it.
_LU = {"anonyme": 302, "ailleurs": 404, "*": 200}
_TOUS = {"anonyme": 302, "*": 200}
_LECTEURS = {"lecteur": 403, "administrateur": 403, "chef_projet": 403}
_SERVICE = {"anonyme": 302, "ailleurs": 404, **_LECTEURS, "partenaire": 403}
_REPONSE = {"anonyme": 302, "ailleurs": 404, **_LECTEURS}
_RELEVER = {"anonyme": 302, **_LECTEURS, "partenaire": 403}

#: State, what is posted, and whether the organisme may do it by itself.
_GESTES = {
    "qualifier": ("brouillon", {"domanialite": "public", "urgence": 3}, False),
    "transmettre": ("qualifie", {"canal": "courriel"}, False),
    "prendre_en_charge": ("transmis", {}, True),
    "programmer": ("transmis", {"programme_le": "2099-01-01"}, True),
    "traiter": ("transmis", {"reponse": "Fait."}, True),
    "verifier": ("traite", {}, False),
    "relancer": ("transmis", {"canal": "courriel"}, False),
    "reorienter": ("transmis", {}, True),
    "classer": ("transmis", {"reponse": "Sol privé."}, True),
    "rouvrir": ("sans_suite", {"motif": "Revenu."}, False),
    "doublon": ("transmis", {}, False),
    "ecarter": ("qualifie", {"motif": "Hors du quartier."}, False),
    "commenter": ("transmis", {"commentaire": "Vu."}, True),
}
#: A partner does not even see what was not sent to it.
_JAMAIS_ENVOYES = ("qualifier", "transmettre", "ecarter")


def _ligne(nom: str, du_partenaire: bool) -> dict[str, int]:
    if nom in _JAMAIS_ENVOYES:
        return _SERVICE | {"partenaire": 404, "*": 302}
    return (_REPONSE if du_partenaire else _SERVICE) | {"*": 302}


ACCES = [
    ("gusp:constat_liste", "get", _TOUS),
    ("gusp:constat_liste", "post", {"anonyme": 302, "*": 405}),
    ("gusp:constat_carte", "get", _TOUS),
    ("gusp:constat_carte_donnees", "get", _TOUS),
    ("gusp:constat_export", "get", _TOUS),
    ("gusp:constat_ajouter", "get", _RELEVER | {"*": 200}),
    ("gusp:constat_ajouter", "post", _RELEVER | {"*": 422}),
    ("gusp:constat_transmettre_lot", "post", _RELEVER | {"*": 302}),
    ("gusp:constat_relancer_lot", "post", _RELEVER | {"*": 302}),
    ("gusp:constat_fiche", "get", _LU),
    ("gusp:constat_modifier", "get", _SERVICE | {"*": 200}),
    ("gusp:constat_modifier", "post", _SERVICE | {"*": 422}),
    ("gusp:constat_verifier", "get", {"anonyme": 302, "*": 405}),
    *((f"gusp:constat_{nom}", "post", _ligne(nom, seul)) for nom, (_, _, seul) in _GESTES.items()),
    ("gusp:photo_ajouter", "post", _REPONSE | {"*": 422}),
    ("gusp:photo_fichier", "get", _LU),
    ("gusp:photo_retenir", "post", _SERVICE | {"*": 302}),
]
assert set(_GESTES) == set(GESTES)

_SANS_ARGUMENT = (
    "liste",
    "carte",
    "carte_donnees",
    "ajouter",
    "transmettre_lot",
    "relancer_lot",
)


def arguments(vue, decor):
    nom = vue.removeprefix("gusp:constat_")
    if nom in _SANS_ARGUMENT:
        return {}
    if nom == "export":
        return {"genre": "csv"}
    constat = _constat(nom, decor)
    if vue in ("gusp:photo_fichier", "gusp:photo_retenir"):
        jointe = ajouter_photo(constat, photo(), par=decor.comptes["responsable"])
        return {"pk": jointe.pk} | ({"taille": "vignette"} if vue == "gusp:photo_fichier" else {})
    return {"pk": constat.pk}


def _constat(nom, decor):
    etat = _GESTES.get(nom, ("transmis",))[0]
    traits = {"avec_theme": True} if etat == "brouillon" else {etat: True}
    return FabriqueConstat(quartier=decor.quartier, organisme=decor.organisme, **traits)


def donnees(vue, decor):
    nom = vue.removeprefix("gusp:constat_")
    if vue == "gusp:photo_retenir":
        return {"retenue": "1"}
    if nom not in _GESTES:
        return {}
    if nom == "qualifier":
        return _GESTES[nom][1] | {"theme": Theme.objects.get(code="PRO").pk, "repere": "Place"}
    if nom == "reorienter":
        return {"organisme": FabriqueOrganisme().pk}
    if nom == "transmettre":
        return _GESTES[nom][1] | {"organisme": decor.organisme.pk}
    if nom == "doublon":
        return {"maitre": FabriqueConstat(quartier=decor.quartier).reference}
    return _GESTES[nom][1]
