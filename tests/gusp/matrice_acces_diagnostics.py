"""Who reaches the walks: read in the quartier, written by its service, unknown to partners (gathered by the matrix)."""

import datetime

from gusp.enums import EtatDiagnostic
from tests.fabriques.gusp import FabriqueConstat, FabriqueDiagnostic

_TOUS = {"anonyme": 302, "*": 200}
_LU = {"anonyme": 302, "ailleurs": 404, "partenaire": 404, "*": 200}
_SERVICE = {
    "anonyme": 302,
    "ailleurs": 404,
    "partenaire": 404,
    "lecteur": 403,
    "administrateur": 403,
    "chef_projet": 403,
}
_CREER = {"anonyme": 302, "lecteur": 403, "administrateur": 403, "chef_projet": 403, "partenaire": 403}

ACCES = [
    ("gusp:diagnostic_liste", "get", _TOUS),
    ("gusp:diagnostic_ajouter", "get", _CREER | {"*": 200}),
    ("gusp:diagnostic_ajouter", "post", _CREER | {"*": 422}),
    ("gusp:diagnostic_fiche", "get", _LU),
    ("gusp:diagnostic_fiche", "post", {"anonyme": 302, "*": 405}),
    ("gusp:diagnostic_preparer", "get", _LU),
    ("gusp:diagnostic_conduire", "get", _LU),
    ("gusp:diagnostic_restitution", "get", _LU),
    ("gusp:diagnostic_tri", "get", _SERVICE | {"*": 200}),
    ("gusp:diagnostic_trier", "post", _SERVICE | {"*": 422}),
    ("gusp:diagnostic_modifier", "get", _SERVICE | {"*": 200}),
    ("gusp:diagnostic_modifier", "post", _SERVICE | {"*": 422}),
    ("gusp:diagnostic_parcours", "get", _SERVICE | {"*": 200}),
    ("gusp:diagnostic_parcours", "post", _SERVICE | {"*": 422}),
    ("gusp:diagnostic_participants", "get", _SERVICE | {"*": 200}),
    ("gusp:diagnostic_participants", "post", _SERVICE | {"*": 422}),
    ("gusp:diagnostic_presence", "post", _SERVICE | {"*": 302}),
    ("gusp:saisie_serie", "get", _SERVICE | {"*": 200}),
    ("gusp:saisie_serie", "post", _SERVICE | {"*": 422}),
    ("gusp:diagnostic_realiser", "post", _SERVICE | {"*": 302}),
    ("gusp:diagnostic_diffuser", "post", _SERVICE | {"*": 302}),
    ("gusp:diagnostic_restituer", "post", _SERVICE | {"*": 302}),
    ("gusp:diagnostic_clore", "post", _SERVICE | {"*": 302}),
    ("gusp:diagnostic_rouvrir", "post", _SERVICE | {"*": 422}),
    ("gusp:diagnostic_annuler", "post", _SERVICE | {"*": 422}),
    ("gusp:diagnostic_reprendre", "post", _SERVICE | {"*": 302}),
    ("gusp:diagnostic_reprendre", "get", {"anonyme": 302, "*": 405}),
    ("gusp:diagnostic_organismes_xlsx", "get", _LU),
    ("gusp:diagnostic_carnet_pdf", "get", _LU),
    ("gusp:diagnostic_grille_pdf", "get", _LU),
    ("gusp:diagnostic_releve_pdf", "get", _LU),
    ("gusp:diagnostic_organismes_pdf", "get", _LU),
    ("gusp:diagnostic_restitution_pdf", "get", _LU),
]
_JOUR = datetime.date(2026, 3, 20)
#: State where the gesture of the address is possible, with its dates.
_ETATS = {
    "gusp:diagnostic_diffuser": {"etat": EtatDiagnostic.REALISE},
    "gusp:diagnostic_restituer": {"etat": EtatDiagnostic.RELEVE_DIFFUSE, "releve_diffuse_le": _JOUR},
    "gusp:diagnostic_clore": {"etat": EtatDiagnostic.RESTITUE, "releve_diffuse_le": _JOUR, "restitue_le": _JOUR},
    "gusp:diagnostic_rouvrir": {"etat": EtatDiagnostic.CLOS, "releve_diffuse_le": _JOUR, "restitue_le": _JOUR},
    "gusp:diagnostic_reprendre": {"etat": EtatDiagnostic.ANNULE},
}


def arguments(vue, decor):
    if vue in ("gusp:diagnostic_liste", "gusp:diagnostic_ajouter"):
        return {}
    diagnostic = FabriqueDiagnostic(quartier=decor.quartier, **_ETATS.get(vue, {}))
    if vue == "gusp:diagnostic_trier":
        constat = FabriqueConstat(quartier=decor.quartier, diagnostic=diagnostic)
        return {"pk": diagnostic.pk, "constat_pk": constat.pk}
    return {"pk": diagnostic.pk}
