"""Tables as files that a French spreadsheet opens: Excel workbooks and CSV, written row by row.

Dates are dates, numbers are numbers, and no text is ever a formula.
"""

import csv
import datetime
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A cell of Excel holds no more; a longer text would leave it empty.
CELLULE_MAX = 32_767
_FORMULE = ("=", "+", "-", "@", "\t", "\r")

#: Title of a column and its width in characters.
Colonne = tuple[str, int]


@contextmanager
def classeur(sortie: IO[bytes], *, constant: bool = True) -> Iterator[xlsxwriter.Workbook]:
    """Open a workbook on a file; `constant` keeps the memory flat, rows then being written in order."""
    options = {
        "constant_memory": constant,
        "in_memory": not constant,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    with xlsxwriter.Workbook(sortie, options) as livre:
        yield livre


def repondre_xlsx(nom: str, feuille: str, colonnes: Sequence[Colonne], rangees: Iterable[list]) -> HttpResponseBase:
    """Answer with a workbook of one sheet: titles in bold, first row and column kept in view, automatic filter."""
    fichier = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 closed by FileResponse
    with classeur(fichier) as livre:
        page = livre.add_worksheet(feuille)
        gras = livre.add_format({"bold": True, "bottom": 1})
        for rang, (titre, largeur) in enumerate(colonnes):
            page.set_column(rang, rang, largeur)
            page.write_string(0, rang, titre, gras)
        page.freeze_panes(1, 1)
        dernier = 0
        for dernier, rangee in enumerate(rangees, start=1):
            page.write_row(dernier, 0, [tenir(valeur) for valeur in rangee])
        page.autofilter(0, 0, dernier, len(colonnes) - 1)
    fichier.seek(0)
    return FileResponse(fichier, as_attachment=True, filename=nom, content_type=XLSX)


def tenir(valeur: Any) -> Any:
    """Cut a text that no cell of Excel can hold, and show that it is cut."""
    return f"{valeur[: CELLULE_MAX - 1]}…" if isinstance(valeur, str) and len(valeur) > CELLULE_MAX else valeur


def repondre_csv(nom: str, titres: Sequence[str], rangees: Iterable[list]) -> StreamingHttpResponse:
    """Answer with a CSV: semicolons, decimal commas, UTF-8 with its mark; sent as it is read."""
    return repondre_flux(nom, "text/csv; charset=utf-8", _morceaux(titres, rangees))


def repondre_flux(nom: str, genre: str, morceaux: Iterator[bytes]) -> StreamingHttpResponse:
    """Answer with a file sent as it is made."""
    reponse = StreamingHttpResponse(morceaux, content_type=genre)
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


class _Echo:
    """A file that gives back what it is asked to write."""

    def write(self, texte: str) -> str:
        return texte


def _morceaux(titres: Sequence[str], rangees: Iterable[list]) -> Iterator[bytes]:
    plume = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield plume.writerow(titres).encode("utf-8-sig")
    for rangee in rangees:
        yield plume.writerow([cellule(valeur) for valeur in rangee]).encode()


def cellule(valeur: Any) -> str:
    """Write one value of a CSV; a text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if valeur is None:
        return ""
    if isinstance(valeur, datetime.date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, float | Decimal):
        return str(valeur).replace(".", ",")
    texte = str(valeur)
    return f"'{texte}" if isinstance(valeur, str) and texte.startswith(_FORMULE) else texte
