"""Files of the action plan: Excel and CSV, the columns of the follow-up table (domaine 2.4)."""

import csv
import datetime
import io
import tempfile
from collections.abc import Iterator

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from gusp.exports.constats import XLSX
from gusp.models import Action

COLONNES = (
    ("Code", 13), ("Quartiers", 24), ("Axe", 28), ("Action", 44), ("Organisme pilote", 24), ("Pilote", 22),
    ("Partenaires", 30), ("Origine", 16), ("Priorité", 10), ("État", 14), ("Début", 12), ("Échéance", 12),
    ("Retard (jours)", 12), ("Avancement (%)", 12), ("Dernières nouvelles le", 14), ("Dernières nouvelles", 60),
    ("Ce qui bloque", 30), ("Budget prévu (€ TTC)", 16), ("Budget réalisé (€ TTC)", 16), ("Financeurs", 24),
    ("Indicateur", 30), ("À porter au COPIL", 12), ("Situation au", 12),
)  # fmt: skip
_BLOC = 500
_FORMULE = ("=", "+", "-", "@", "\t", "\r")


def _rangees(lignes: QuerySet, au: datetime.date) -> Iterator[list]:
    """Yield the rows as text, numbers and dates, read in blocks."""
    lues = lignes.pour_la_liste().prefetch_related("partenaires")
    for action in lues.iterator(chunk_size=_BLOC):
        yield _rangee(action, au)


def _rangee(action: Action, au: datetime.date) -> list:
    return [
        action.code,
        ", ".join(q.nom for q in action.quartiers.all()),
        str(action.axe or ""),
        action.titre,
        str(action.organisme or ""),
        str(action.pilote or ""),
        ", ".join(str(o) for o in action.partenaires.all()),
        action.get_origine_display(),
        action.get_priorite_display(),
        action.get_etat_display(),
        action.debut_le,
        action.echeance_le,
        action.retard_jours(au=au),
        action.avancement,
        action.nouvelle_le,
        action.nouvelle,
        action.blocage,
        action.budget_prevu,
        action.budget_realise,
        action.financeurs,
        action.indicateur,
        "oui" if action.porter_au_copil else "non",
        au,
    ]


def xlsx(lignes: QuerySet, *, au: datetime.date) -> HttpResponseBase:
    """Answer with a workbook: dates are dates, numbers are numbers, no text is ever a formula."""
    fichier = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 closed by FileResponse
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    with xlsxwriter.Workbook(fichier, options) as classeur:
        feuille = classeur.add_worksheet("Actions")
        gras = classeur.add_format({"bold": True, "bottom": 1})
        for rang, (titre, largeur) in enumerate(COLONNES):
            feuille.set_column(rang, rang, largeur)
            feuille.write_string(0, rang, titre, gras)
        feuille.freeze_panes(1, 1)
        dernier = 0
        for dernier, rangee in enumerate(_rangees(lignes, au), start=1):
            feuille.write_row(dernier, 0, rangee)
        feuille.autofilter(0, 0, dernier, len(COLONNES) - 1)
    fichier.seek(0)
    return FileResponse(fichier, as_attachment=True, filename=f"actions-{au.isoformat()}.xlsx", content_type=XLSX)


def csv_(lignes: QuerySet, *, au: datetime.date) -> HttpResponseBase:
    """Answer with a CSV that French Excel opens: semicolons, decimal commas, UTF-8 with its mark."""
    reponse = StreamingHttpResponse(_morceaux(lignes, au), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="actions-{au.isoformat()}.csv"'
    return reponse


def _morceaux(lignes: QuerySet, au: datetime.date) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _ecrire([titre for titre, _ in COLONNES])
    for rangee in _rangees(lignes, au):
        yield _ecrire([_cellule(valeur) for valeur in rangee])


def _ecrire(rangee: list[str]) -> bytes:
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=";", lineterminator="\r\n").writerow(rangee)
    return tampon.getvalue().encode()


def _cellule(valeur) -> str:
    """Write one value; a text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if valeur is None:
        return ""
    if isinstance(valeur, datetime.date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, str):
        return f"'{valeur}" if valeur.startswith(_FORMULE) else valeur
    return str(valeur).replace(".", ",")


EXPORTS = {"xlsx": xlsx, "csv": csv_}
