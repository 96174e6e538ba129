"""Access rows of the operations and of the conventions (tests/test_acces.py says the format)."""

import datetime

from npnru.demonstration.budgets import petit_pdf
from npnru.metier import deposer_document
from npnru.models import ConventionNpnru
from tests.fabriques.npnru import FabriqueCout, FabriqueJalon, FabriqueOperation, FabriquePhase

ECRIVENT = ("responsable", "referent_thematique")
LIRE = {"anonyme": 302, "ailleurs": 404, "partenaire": 404, "*": 200}


def _ecrire(code: int) -> dict[str, int]:
    return {"anonyme": 302, "ailleurs": 404, "partenaire": 404, **dict.fromkeys(ECRIVENT, code), "*": 403}


def _geste(vue: str) -> list[tuple]:
    """Return the rows of a form page: shown on GET, refused with sentences when an empty form is posted."""
    return [(vue, "get", _ecrire(200)), (vue, "post", _ecrire(422))]


ACCES = [
    ("npnru:operation_liste", "get", {"anonyme": 302, "*": 200}),
    ("npnru:calendrier", "get", {"anonyme": 302, "*": 200}),
    ("npnru:operation_export", "get", {"anonyme": 302, "*": 200}),
    ("npnru:operation_fiche", "get", LIRE),
    ("npnru:operation_fiche", "post", {"anonyme": 302, "*": 405}),
    ("npnru:document_fichier", "get", LIRE),
    ("npnru:quartier_fragment", "get", {"anonyme": 302, "ailleurs": 404, "partenaire": 404, "*": 302}),
    ("npnru:convention_liste", "get", {"anonyme": 302, "partenaire": 403, "*": 200}),
    ("npnru:convention_fiche", "get", {"anonyme": 302, "partenaire": 403, "*": 200}),
    ("npnru:operation_ajouter", "get", {"anonyme": 302, **dict.fromkeys(ECRIVENT, 200), "*": 403}),
    ("npnru:operation_ajouter", "post", {"anonyme": 302, **dict.fromkeys(ECRIVENT, 422), "*": 403}),
    ("npnru:operation_etat", "get", {"anonyme": 302, "*": 405}),
    ("npnru:operation_etat", "post", _ecrire(302)),
    *_geste("npnru:operation_modifier"),
    *_geste("npnru:jalon_ajouter"),
    *_geste("npnru:jalon_reprogrammer"),
    *_geste("npnru:jalon_atteindre"),
    *_geste("npnru:jalon_annuler"),
    *_geste("npnru:phase_reprogrammer"),
    *_geste("npnru:phase_avancer"),
    *_geste("npnru:cout_ajouter"),
    *_geste("npnru:financement_ajouter"),
    *_geste("npnru:montant_ajouter"),
    *_geste("npnru:document_ajouter"),
]
SANS_OBJET = {"npnru:operation_liste", "npnru:calendrier", "npnru:convention_liste", "npnru:operation_ajouter"}


FIXES = {
    "npnru:operation_export": lambda decor: {"format": "csv"},
    "npnru:convention_fiche": lambda decor: {"pk": ConventionNpnru.objects.get().pk},
    "npnru:quartier_fragment": lambda decor: {"slug": decor.quartier.slug},
}


def arguments(vue, decor):
    if vue in SANS_OBJET:
        return {}
    if vue in FIXES:
        return FIXES[vue](decor)
    return _de_l_operation(vue, FabriqueOperation(quartier=decor.quartier), decor)


def _de_l_operation(vue, operation, decor):
    if "jalon_" in vue and vue != "npnru:jalon_ajouter":
        atteint = datetime.date(2026, 1, 5) if vue == "npnru:jalon_annuler" else None
        return {"pk": FabriqueJalon(operation=operation, atteint_le=atteint).pk}
    if "phase_" in vue:
        return {"pk": FabriquePhase(operation=operation).pk}
    if vue == "npnru:montant_ajouter":
        return {"objet": "cout", "pk": FabriqueCout(operation=operation).pk}
    if vue == "npnru:document_fichier":
        return {"pk": _document(operation, decor).pk}
    return {"pk": operation.pk}


def _document(operation, decor):
    return deposer_document(
        operation, petit_pdf("Plan", []), titre="Plan", genre="plan", par=decor.comptes["responsable"], nom="plan.pdf"
    )
