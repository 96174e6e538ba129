"""Access rows of the quartiers, their figures, the bodies and their contacts (tests/test_acces.py says the format)."""

import datetime

from quartiers.models import ChiffreCle, Contact

GESTION = ("administrateur", "responsable", "referent_thematique")
DU_QUARTIER = {"anonyme": 302, "ailleurs": 404, "partenaire": 404}


def _gestion(code: int, **autres: int) -> dict[str, int]:
    """Return a row where only those who manage get `code`, the others 403."""
    return {"anonyme": 302, **autres, **dict.fromkeys(GESTION, code), "*": 403}


def _administrateur(code: int) -> dict[str, int]:
    return {"anonyme": 302, "administrateur": code, "*": 403}


ACCES = [
    ("quartiers:quartier_liste", "get", {"anonyme": 302, "*": 200}),
    ("quartiers:carte_donnees", "get", {"anonyme": 302, "*": 200}),
    ("quartiers:quartier_fiche", "get", {**DU_QUARTIER, "*": 200}),
    ("quartiers:quartier_fiche", "post", {"anonyme": 302, "*": 405}),
    ("quartiers:quartier_carte", "get", {**DU_QUARTIER, "*": 200}),
    ("quartiers:chiffre_ajouter", "get", _gestion(200, ailleurs=404, partenaire=404)),
    ("quartiers:chiffre_ajouter", "post", _gestion(302, ailleurs=404, partenaire=404)),
    ("quartiers:chiffre_modifier", "get", _gestion(200, ailleurs=404, partenaire=404)),
    ("quartiers:chiffre_modifier", "post", _gestion(422, ailleurs=404, partenaire=404)),
    ("quartiers:contour_import", "get", _administrateur(200)),
    ("quartiers:contour_verifier", "get", {"anonyme": 302, "*": 405}),
    ("quartiers:contour_verifier", "post", _administrateur(422)),
    ("quartiers:contour_importer", "get", {"anonyme": 302, "*": 405}),
    ("quartiers:contour_importer", "post", _administrateur(302)),
    ("quartiers:organisme_liste", "get", {"anonyme": 302, "*": 200}),
    ("quartiers:organisme_fiche", "get", {"anonyme": 302, "*": 200}),
    ("quartiers:organisme_ajouter", "get", _gestion(200)),
    ("quartiers:organisme_ajouter", "post", _gestion(302)),
    ("quartiers:organisme_modifier", "get", _gestion(200)),
    ("quartiers:organisme_modifier", "post", _gestion(422)),
    ("quartiers:contact_ajouter", "get", _gestion(200)),
    ("quartiers:contact_ajouter", "post", _gestion(302)),
    ("quartiers:contact_modifier", "get", _gestion(200)),
    ("quartiers:contact_modifier", "post", _gestion(422)),
]

DONNEES = {
    "quartiers:chiffre_ajouter": {
        "indicateur": "menages",
        "date_valeur": "2024",
        "source": "Insee",
        "releve_le": "2026-11-23",
    },
    "quartiers:organisme_ajouter": {"nom": "Habitat Val-Vert", "type": "bailleur"},
    "quartiers:contact_ajouter": {"fonction": "Gestion de proximité"},
}


def arguments(vue, decor):
    if vue in ("quartiers:quartier_fiche", "quartiers:quartier_carte", "quartiers:chiffre_ajouter"):
        return {"slug": decor.quartier.slug}
    if vue == "quartiers:chiffre_modifier":
        return {"pk": _chiffre(decor).pk}
    if vue == "quartiers:contact_modifier":
        return {"pk": Contact.objects.create(organisme=decor.organisme, fonction="Gestion").pk}
    if vue in ("quartiers:organisme_fiche", "quartiers:organisme_modifier", "quartiers:contact_ajouter"):
        return {"pk": decor.organisme.pk}
    return {}


def donnees(vue, decor):
    return DONNEES.get(vue, {})


def _chiffre(decor):
    return ChiffreCle.objects.create(
        quartier=decor.quartier,
        indicateur="menages",
        date_valeur="2020",
        source="Insee",
        releve_le=datetime.date(2026, 11, 23),
    )
