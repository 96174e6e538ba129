"""Files of the filtered list: Excel, CSV and GeoJSON, written row by row."""

import csv
import datetime
import json
import tempfile
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from gusp.exports.lignes import colonnes_pour, rangees, titres

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Above that many rows a workbook takes longer than a request may last: the CSV, written as it is read, has no limit.
RANGEES_MAX = 100_000
_FORMULE = ("=", "+", "-", "@", "\t", "\r")


def xlsx(lignes: QuerySet, *, au: datetime.date, utilisateur) -> HttpResponseBase:
    """Answer with a workbook: dates are dates, numbers are numbers, no text is ever a formula."""
    colonnes = colonnes_pour(utilisateur)
    fichier = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 closed by FileResponse
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    with xlsxwriter.Workbook(fichier, options) as classeur:
        feuille = classeur.add_worksheet("Constats")
        gras = classeur.add_format({"bold": True, "bottom": 1})
        for rang, titre in enumerate(titres(colonnes)):
            feuille.set_column(rang, rang, colonnes[rang].largeur if rang < len(colonnes) else 14)
            feuille.write_string(0, rang, titre, gras)
        feuille.freeze_panes(1, 1)
        dernier = 0
        for dernier, rangee in enumerate(rangees(lignes[:RANGEES_MAX], colonnes, au=au), start=1):
            feuille.write_row(dernier, 0, rangee)
        feuille.autofilter(0, 0, dernier, len(colonnes) + 1)
    fichier.seek(0)
    return FileResponse(fichier, as_attachment=True, filename=_nom(au, "xlsx"), content_type=XLSX)


class _Echo:
    """A file that gives back what it is asked to write."""

    def write(self, texte: str) -> str:
        return texte


def csv_(lignes: QuerySet, *, au: datetime.date, utilisateur) -> HttpResponseBase:
    """Answer with a CSV that French Excel opens: semicolons, decimal commas, UTF-8 with its mark."""
    colonnes = colonnes_pour(utilisateur)
    return _flux(_morceaux_csv(lignes, colonnes, au), "text/csv; charset=utf-8", _nom(au, "csv"))


def _morceaux_csv(lignes, colonnes, au) -> Iterator[bytes]:
    plume = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield plume.writerow(titres(colonnes)).encode("utf-8-sig")
    for rangee in rangees(lignes, colonnes, au=au):
        yield plume.writerow([_cellule(valeur) for valeur in rangee]).encode()


def _cellule(valeur: Any) -> str:
    """Write one value; a text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if valeur is None:
        return ""
    if isinstance(valeur, datetime.date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, float):
        return str(valeur).replace(".", ",")
    texte = str(valeur)
    return f"'{texte}" if isinstance(valeur, str) and texte.startswith(_FORMULE) else texte


def geojson(lignes: QuerySet, *, au: datetime.date, utilisateur) -> HttpResponseBase:
    """Answer with the rows that have a position, as points."""
    colonnes = colonnes_pour(utilisateur)
    situees = lignes.filter(lon__isnull=False)
    return _flux(_morceaux_geojson(situees, colonnes, au), "application/geo+json", _nom(au, "geojson"))


def _morceaux_geojson(lignes, colonnes, au) -> Iterator[bytes]:
    noms = titres(colonnes)
    yield b'{"type":"FeatureCollection","features":['
    virgule = ""
    for rangee in rangees(lignes, colonnes, au=au):
        proprietes = dict(zip(noms, rangee, strict=True))
        point = {"type": "Point", "coordinates": [proprietes.pop("Longitude"), proprietes.pop("Latitude")]}
        objet = {"type": "Feature", "geometry": point, "properties": proprietes}
        yield (virgule + json.dumps(objet, ensure_ascii=False, default=str, separators=(",", ":"))).encode()
        virgule = ",\n"
    yield b"]}"


def _flux(morceaux: Iterator[bytes], genre: str, nom: str) -> StreamingHttpResponse:
    reponse = StreamingHttpResponse(morceaux, content_type=genre)
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


def _nom(au: datetime.date, extension: str) -> str:
    return f"constats-{au.isoformat()}.{extension}"


EXPORTS = {"xlsx": xlsx, "csv": csv_, "geojson": geojson}
