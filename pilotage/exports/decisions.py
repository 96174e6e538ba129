"""The register of decisions as a workbook: the filtered list, nothing else."""

import datetime
import tempfile

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase

from pilotage.models import Decision

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
    """Answer with a workbook: dates are dates, no text is ever a formula."""
    fichier = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 closed by FileResponse
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    lues = lignes.select_related("seance__instance", "responsable", "quartier", "point")
    with xlsxwriter.Workbook(fichier, options) as classeur:
        feuille = classeur.add_worksheet("Décisions")
        gras = classeur.add_format({"bold": True, "bottom": 1})
        for rang, (titre, largeur) in enumerate(COLONNES):
            feuille.set_column(rang, rang, largeur)
            feuille.write_string(0, rang, titre, gras)
        feuille.freeze_panes(1, 1)
        dernier = 0
        for dernier, decision in enumerate(lues.iterator(chunk_size=500), start=1):
            feuille.write_row(dernier, 0, _rangee(decision, au))
        feuille.autofilter(0, 0, dernier, len(COLONNES) - 1)
    fichier.seek(0)
    return FileResponse(fichier, as_attachment=True, filename=f"decisions-{au.isoformat()}.xlsx", content_type=XLSX)
