"""Files of the filtered list: Excel, CSV and GeoJSON, written row by row."""

import datetime
import json
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponseBase

from gusp.exports.lignes import colonnes_pour, rangees, titres
from socle.tableur import repondre_csv, repondre_flux, repondre_xlsx

#: Above that many rows a workbook takes longer than a request may last: the CSV, written as it is read, has no limit.
RANGEES_MAX = 100_000


def xlsx(lignes: QuerySet, *, au: datetime.date, utilisateur) -> HttpResponseBase:
    """Answer with a workbook."""
    colonnes = colonnes_pour(utilisateur)
    largeurs = [colonne.largeur for colonne in colonnes]
    entetes = [(titre, largeurs[rang] if rang < len(largeurs) else 14) for rang, titre in enumerate(titres(colonnes))]
    return repondre_xlsx(_nom(au, "xlsx"), "Constats", entetes, rangees(lignes[:RANGEES_MAX], colonnes, au=au))


def csv_(lignes: QuerySet, *, au: datetime.date, utilisateur) -> HttpResponseBase:
    """Answer with a CSV."""
    colonnes = colonnes_pour(utilisateur)
    return repondre_csv(_nom(au, "csv"), titres(colonnes), rangees(lignes, colonnes, au=au))


def geojson(lignes: QuerySet, *, au: datetime.date, utilisateur) -> HttpResponseBase:
    """Answer with the rows that have a position, as points."""
    colonnes = colonnes_pour(utilisateur)
    situees = lignes.filter(lon__isnull=False)
    return repondre_flux(_nom(au, "geojson"), "application/geo+json", _morceaux_geojson(situees, colonnes, au))


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


def _nom(au: datetime.date, extension: str) -> str:
    return f"constats-{au.isoformat()}.{extension}"


EXPORTS = {"xlsx": xlsx, "csv": csv_, "geojson": geojson}
