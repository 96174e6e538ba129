"""The register of decisions as a workbook: the filtered list, nothing else."""

import datetime

from django.db.models import QuerySet
from django.http import HttpResponseBase

from pilotage.models import Decision
from socle.tableur import repondre_xlsx

COLONNES = (
    ("N°", 13), ("Instance", 24), ("Prise le", 12), ("Point", 36), ("Décision", 60), ("Quartier", 20),
    ("Responsable", 30), ("Échéance", 12), ("Retard (jours)", 12), ("État", 14), ("Tenue le", 12),
    ("Situation au", 12),
)  # fmt: skip


def _rangee(decision: Decision, au: datetime.date) -> list:
    return [
        decision.numero,
        decision.seance.instance.nom,
        decision.seance.tenue_le,
        str(decision.point or ""),
        decision.texte,
        str(decision.quartier or "Tous"),
        str(decision.responsable or ""),
        decision.echeance_le,
        decision.retard_jours(au=au),
        decision.get_etat_display(),
        decision.tenue_le,
        au,
    ]


def xlsx(lignes: QuerySet, *, au: datetime.date) -> HttpResponseBase:
    """Answer with a workbook."""
    lues = lignes.select_related("seance__instance", "responsable", "quartier", "point")
    rangees = (_rangee(decision, au) for decision in lues.iterator(chunk_size=500))
    return repondre_xlsx(f"decisions-{au.isoformat()}.xlsx", "Décisions", COLONNES, rangees)
