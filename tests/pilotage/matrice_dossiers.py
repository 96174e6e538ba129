"""Access to the dossiers: the service prepares, the responsable freezes, readers see what is frozen."""

import datetime

from pilotage.enums import GenreInstance
from pilotage.metier.dossiers import creer_dossier
from pilotage.models import Impression, Instance, Seance

# A draft: unknown to readers and partners; every référent of the service sees it.
_BROUILLON = {"anonyme": 302, "lecteur": 404, "chef_projet": 404, "partenaire": 404}
_LIRE = _BROUILLON | {"*": 200}
_PREPARER = _BROUILLON | {"ailleurs": 403, "referent_territorial": 403, "administrateur": 403}
_FIGER = _PREPARER | {"referent_thematique": 403, "responsable": 302}
_POST = _PREPARER | {"*": 302}

ACCES = [
    ("pilotage:dossier_liste", "get", {"anonyme": 302, "partenaire": 403, "*": 200}),
    (
        "pilotage:dossier_creer",
        "get",
        {"anonyme": 302, "responsable": 200, "referent_thematique": 200, "*": 403},
    ),
    ("pilotage:dossier_fiche", "get", _LIRE),
    ("pilotage:dossier_modifier", "get", _PREPARER | {"*": 200}),
    ("pilotage:dossier_apercu", "get", _LIRE),
    ("pilotage:dossier_image", "get", {"anonyme": 302, "*": 404}),
    ("pilotage:dossier_comparer", "get", _LIRE),
    ("pilotage:dossier_pdf", "get", {"anonyme": 302, "*": 404}),
    ("pilotage:impression_demander", "post", _BROUILLON | {"*": 302}),
    ("pilotage:impression_etat", "get", _BROUILLON | {"*": 302}),
    ("pilotage:dossier_relire", "post", _POST),
    ("pilotage:dossier_reprendre", "post", _POST),
    ("pilotage:dossier_figer", "post", _FIGER),
    ("pilotage:dossier_diffuser", "post", _FIGER),
    ("pilotage:dossier_nouvelle_edition", "post", _POST),
    (
        "pilotage:section_modifier",
        "get",
        _BROUILLON | {"ailleurs": 403, "administrateur": 403, "*": 200},
    ),
    ("pilotage:section_deplacer", "post", _POST),
    ("pilotage:section_inclure", "post", _POST),
]


def arguments(vue, decor):
    """Make a draft of the quartier."""
    if vue in ("pilotage:dossier_liste", "pilotage:dossier_creer"):
        return {}
    instance = Instance.objects.create(nom="COPIL d’essai", genre=GenreInstance.COPIL_GUSP)
    seance = Seance.objects.create(instance=instance, tenue_le=datetime.date(2026, 12, 17))
    dossier = creer_dossier(seance=seance, par=decor.comptes["responsable"], quartiers=[decor.quartier])
    if vue.startswith("pilotage:section_"):
        return {"pk": dossier.sections.get(genre="synthese").pk}
    if vue == "pilotage:impression_etat":
        return {"pk": Impression.objects.create(dossier=dossier, demandee_par=decor.comptes["responsable"]).pk}
    return {"pk": dossier.pk} | ({"cle": "0" * 64} if vue == "pilotage:dossier_image" else {})
