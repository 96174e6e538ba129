"""Outlines on the ground: which quartier holds a point, the schematic circle where no outline is held, the extent.

Coordinates are WGS84 degrees (longitude, latitude); areas are hectares measured in Lambert-93.
"""

import json
import math
from collections.abc import Iterable
from functools import lru_cache

import pyproj
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.prepared import PreparedGeometry, prep

from quartiers.models import Quartier

#: Area of the schematic circle of a quartier whose area is not published.
SURFACE_PAR_DEFAUT_HA = 10
METRES_PAR_DEGRE = 111_320
POINTS_DU_CERCLE = 48

_VERS_LAMBERT93 = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)


def schema(quartier: Quartier) -> dict:
    """Return the schematic circle (GeoJSON Polygon) of the published area around the centre of a quartier."""
    surface_m2 = float(quartier.surface_ha or SURFACE_PAR_DEFAUT_HA) * 10_000
    rayon = math.sqrt(surface_m2 / math.pi)
    lon, lat = float(quartier.centre_lon), float(quartier.centre_lat)
    d_lat = rayon / METRES_PAR_DEGRE
    d_lon = d_lat / math.cos(math.radians(lat))
    angles = [2 * math.pi * rang / POINTS_DU_CERCLE for rang in range(POINTS_DU_CERCLE)]
    anneau = [[round(lon + d_lon * math.cos(a), 6), round(lat + d_lat * math.sin(a), 6)] for a in angles]
    return {"type": "Polygon", "coordinates": [[*anneau, anneau[0]]]}


def trace(quartier: Quartier) -> dict:
    """Return what is drawn for a quartier: its outline, or else the schematic circle (GeoJSON geometry)."""
    return quartier.contour or schema(quartier)


def quartier_du_point(lon: float, lat: float, *, parmi: Iterable[Quartier] | None = None) -> Quartier | None:
    """Return the quartier that holds the point, imported outlines before schematic circles; None outside of all.

    `parmi` gives quartiers already loaded; otherwise one query reads them.
    """
    point = shapely.Point(float(lon), float(lat))
    quartiers = Quartier.objects.all() if parmi is None else parmi
    for quartier in sorted(quartiers, key=lambda q: q.contour is None):
        if _preparee(json.dumps(trace(quartier), sort_keys=True)).covers(point):
            return quartier
    return None


def emprise(quartiers: Iterable[Quartier]) -> tuple[float, float, float, float] | None:
    """Return (west, south, east, north) around the quartiers, None when there is none."""
    formes = [shape(trace(quartier)) for quartier in quartiers]
    return shapely.unary_union(formes).bounds if formes else None


def distance_m(lon: float, lat: float, autre_lon: float, autre_lat: float) -> float:
    """Return the distance between two points in metres (flat ground: fit for a town)."""
    d_lon = (lon - autre_lon) * math.cos(math.radians((lat + autre_lat) / 2))
    return math.hypot(d_lon, lat - autre_lat) * METRES_PAR_DEGRE


def surface_ha(geometrie: BaseGeometry) -> float:
    """Return the area of a WGS84 geometry in hectares, measured in Lambert-93."""
    return shapely.transform(geometrie, _VERS_LAMBERT93.transform, interleaved=False).area / 10_000


def en_geojson(geometrie: BaseGeometry) -> dict:
    """Return a shapely geometry as GeoJSON, lists instead of tuples (as it comes back from the database)."""
    return json.loads(json.dumps(mapping(geometrie)))


@lru_cache(maxsize=64)
def _preparee(texte: str) -> PreparedGeometry:
    return prep(shape(json.loads(texte)))
