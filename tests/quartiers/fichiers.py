"""Small QPV files made for the tests: invented squares around the published centres, never official outlines."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pyproj
import shapely

COMMUNE = {"insee_com": "37261", "lib_com": "Tours"}
SANITAS = shapely.box(0.695, 47.378, 0.705, 47.384)
ROCHEPINARD = shapely.box(0.7105, 47.3745, 0.7145, 47.3765)
VERS_LAMBERT93 = pyproj.Transformer.from_crs(4326, 2154, always_xy=True).transform


def lignes_types() -> list[tuple[dict, object]]:
    """Return three rows: two of ours and one of another town."""
    return [
        ({"code_qp": "QN03709M", "lib_qp": "Sanitas", **COMMUNE}, SANITAS),
        ({"code_qp": "QN03706I", "lib_qp": "Rochepinard", **COMMUNE}, ROCHEPINARD),
        (
            {"code_qp": "QN03702M", "lib_qp": "Rabière", "insee_com": "37122", "lib_com": "Joué-lès-Tours"},
            shapely.box(0.65, 47.33, 0.66, 47.34),
        ),
    ]


def ecrire(chemin: Path, lignes, *, lambert=False, encoding=None, genre=None, crs=None) -> Path:
    """Write rows (properties, geometry or None) with the driver that the suffix names."""
    colonnes = list(dict.fromkeys(colonne for proprietes, _ in lignes for colonne in proprietes))
    formes = [
        f if f is None or not lambert else shapely.transform(f, VERS_LAMBERT93, interleaved=False) for _, f in lignes
    ]
    pyogrio.raw.write(
        chemin,
        np.array([None if f is None else shapely.to_wkb(f) for f in formes], dtype=object),
        [np.array([proprietes.get(c) for proprietes, _ in lignes], dtype=object) for c in colonnes],
        colonnes,
        geometry_type=genre or "Polygon",
        crs=crs or ("EPSG:2154" if lambert else "EPSG:4326"),
        encoding=encoding,
    )
    return chemin


def geojson(chemin: Path, lignes, **autres) -> Path:
    """Write rows as the GeoJSON of a portal (geometry None becomes null)."""
    features = [
        {"type": "Feature", "properties": p, "geometry": None if f is None else shapely.geometry.mapping(f)}
        for p, f in lignes
    ]
    chemin.write_text(json.dumps({"type": "FeatureCollection", "features": features, **autres}), encoding="utf-8")
    return chemin


def zipper(chemin: Path, membres: dict[str, bytes]) -> Path:
    """Write a zip archive holding these members."""
    memoire = io.BytesIO()
    with zipfile.ZipFile(memoire, "w", zipfile.ZIP_DEFLATED) as zip_:
        for nom, octets in membres.items():
            zip_.writestr(nom, octets)
    chemin.write_bytes(memoire.getvalue())
    return chemin


def zipper_shapefile(chemin: Path, shapefile: Path, *, dossier="", sans=()) -> Path:
    """Write a zip of a shapefile and its side files, in a folder if one is named."""
    membres = {
        f"{dossier}{f.name}": f.read_bytes()
        for f in shapefile.parent.iterdir()
        if f.stem == shapefile.stem and f.suffix not in sans
    }
    return zipper(chemin, membres)
