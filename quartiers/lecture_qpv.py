"""Reading of an official QPV file into clean rows: codes, names, outlines (pure: no database).

An outline is returned as a 2D GeoJSON Polygon or MultiPolygon in WGS84, valid, 6 decimals, exterior rings
counter-clockwise, in a canonical order, so that two imports of one file give the same text.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError
from shapely.errors import GEOSException
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from quartiers.enums import OrigineContour
from quartiers.geometrie import en_geojson, surface_ha
from quartiers.ouverture_qpv import Couche, FichierRefuse, lire_couches
from socle.formats import nombre

CODE_2024 = re.compile(r"QN\d{5}[A-Z]?")
CODE_2015 = re.compile(r"QP\d{6}")
FRANCE = (-5.5, 41.0, 10.0, 51.5)
LAMBERT93 = (0, 6_000_000, 1_350_000, 7_200_000)
SURFACE_HA = (0.05, 2_000)


@dataclass(frozen=True)
class LigneQpv:
    """One row of the file, cleaned; `refus` is blank when the outline can be used (or is simply absent)."""

    rang: int
    code: str
    nom: str = ""
    commune: str = ""
    connue: bool = False
    origine: str = OrigineContour.OFFICIEL
    mention: str = ""
    geometrie: dict | None = None
    surface_ha: float | None = None
    centre: tuple[float, float] | None = None
    remarques: tuple[str, ...] = ()
    refus: str = ""


@dataclass(frozen=True)
class LectureQpv:
    """What was read: the file, its format, and one line per row."""

    fichier: str
    format: str
    lignes: tuple[LigneQpv, ...]


def cle_de_code(code: str) -> str:
    """Return what identifies a quartier in a code: the 2024 suffix (M, I, N) may be absent from some files."""
    code = code.strip().upper()
    return code[:7] if CODE_2024.fullmatch(code) else code


def lire(chemin: Path, *, codes: Collection[str], millesime: int | None = None, nom: str = "") -> LectureQpv:
    """Read a QPV file; only rows whose code is in `codes` (2024 or 2015) get their outline read.

    `millesime` 2015 makes every outline provisional whatever the codes say. Raises FichierRefuse.
    """
    chemin = Path(chemin)
    connus = {cle_de_code(code) for code in codes if code}
    couches = lire_couches(chemin)
    lisibles = [(couche, colonne) for couche in couches if (colonne := _colonne_des_codes(couche))]
    if not lisibles:
        raise FichierRefuse(_sans_code(couches))
    lisibles = _avec_des_surfaces(lisibles)
    lignes: list[LigneQpv] = []
    for couche, colonne in lisibles:
        lignes += _lire_couche(couche, colonne, connus, millesime, debut=len(lignes) + 1)
    if not lignes:
        raise FichierRefuse("Le fichier ne contient aucune ligne.")
    if not any(ligne.connue for ligne in lignes):
        raise FichierRefuse(
            f"Aucun des quartiers prioritaires de l’application dans ce fichier ({len(lignes)} ligne(s) lue(s), "
            f"dont {_exemples(lignes)})."
        )
    _refuser_hors_de_france(lignes)
    return LectureQpv(nom or chemin.name, lisibles[0][0].format, tuple(_sans_doublons(lignes)))


def _colonne_des_codes(couche: Couche) -> str | None:
    """Return the column that holds QPV codes, told by its values (names vary from file to file), 2024 before 2015."""
    for motif in (CODE_2024, CODE_2015):
        comptes = Counter(
            colonne
            for ligne in couche.lignes
            for colonne, valeur in ligne.items()
            if motif.fullmatch(valeur.strip().upper())
        )
        if comptes:
            return comptes.most_common(1)[0][0]
    return None


def _avec_des_surfaces(lisibles: list[tuple[Couche, str]]) -> list[tuple[Couche, str]]:
    """Drop the layers of points or lines; raises FichierRefuse when nothing else is left."""
    gardees = [(c, colonne) for c, colonne in lisibles if "Point" not in c.genre and "LineString" not in c.genre]
    if not gardees:
        quoi = "points" if "Point" in lisibles[0][0].genre else "lignes"
        raise FichierRefuse(f"Ce fichier contient des {quoi}\u00a0: il faut les contours (polygones) des quartiers.")
    return gardees


def _sans_code(couches: list[Couche]) -> str:
    if not any(couche.lignes for couche in couches):
        return "Le fichier ne contient aucune ligne."
    colonnes = sorted({colonne for couche in couches for colonne in couche.colonnes})
    lues = ", ".join(colonnes[:12]) or "aucune"
    return (
        "Ce n’est pas un fichier des quartiers prioritaires\u00a0: aucune colonne ne porte de code QPV "
        f"(QN03709M ou QP037009, par exemple). Colonnes lues\u00a0: {lues}."
    )


def _exemples(lignes: list[LigneQpv]) -> str:
    return ", ".join(f"{ligne.code} {ligne.nom}".strip() for ligne in lignes[:3])


def _lire_couche(couche: Couche, colonne: str, connus: set[str], millesime: int | None, *, debut: int):
    projection = None
    for rang, (ligne, wkb) in enumerate(zip(couche.lignes, couche.geometries, strict=True), start=debut):
        code = ligne[colonne].strip().upper()
        lue = LigneQpv(
            rang, code, _valeur(ligne, "lib_qp", "nom_qp", "nom"), _valeur(ligne, "lib_com", "nom_com", "commune")
        )
        if not (CODE_2024.fullmatch(code) or CODE_2015.fullmatch(code)):
            yield replace(lue, refus="pas de code QPV lisible")
        elif cle_de_code(code) not in connus:
            yield lue
        else:
            projection = projection or _projection(couche)
            mention = _valeur(ligne, "geometrie")
            lue = replace(lue, connue=True, mention=mention, origine=_origine(code, mention, millesime))
            yield _avec_contour(lue, wkb, projection)


def _valeur(ligne: dict[str, str], *noms: str) -> str:
    """Return the first filled column whose name starts with one of the names, whatever the case."""
    for nom in noms:
        for colonne, valeur in ligne.items():
            if valeur and colonne.lower().startswith(nom):
                return valeur[:200]
    return ""


def _origine(code: str, mention: str, millesime: int | None) -> str:
    """Return provisional for the 2015 generation, unless the file says that the outline did not change in 2024."""
    mention = mention.lower()
    ancien = "2015" in mention and "inchang" not in mention
    if millesime == 2015 or CODE_2015.fullmatch(code) or "provisoire" in mention or ancien:
        return OrigineContour.PROVISOIRE
    return OrigineContour.OFFICIEL


def _projection(couche: Couche):
    """Return (function lon/lat from x/y, remark); a shapefile without .prj is told from its coordinates."""
    if couche.crs is None:
        lambert = _ressemble_a_lambert93(couche)
        crs = pyproj.CRS.from_epsg(2154 if lambert else 4326)
        remarque = f"système de coordonnées non déclaré, lu comme {'Lambert-93' if lambert else 'WGS84'}"
    else:
        crs, remarque = _crs_declare(couche.crs), ""
    return pyproj.Transformer.from_crs(crs, 4326, always_xy=True).transform, remarque


def _crs_declare(texte: str) -> pyproj.CRS:
    try:
        crs = pyproj.CRS.from_user_input(texte)
    except CRSError as erreur:
        raise FichierRefuse("Le système de coordonnées du fichier n’est pas reconnu (WGS84 ou Lambert-93).") from erreur
    if not (crs.is_geographic or crs.is_projected):
        raise FichierRefuse("Le système de coordonnées du fichier est local\u00a0: il faut WGS84 ou Lambert-93.")
    return crs


def _ressemble_a_lambert93(couche: Couche) -> bool:
    wkb = next((g for g in couche.geometries if g is not None), None)
    if wkb is None:
        return False
    x, y = shapely.from_wkb(wkb).bounds[:2]
    return LAMBERT93[0] <= x <= LAMBERT93[2] and LAMBERT93[1] <= y <= LAMBERT93[3]


def _avec_contour(ligne: LigneQpv, wkb: bytes | None, projection) -> LigneQpv:
    if wkb is None:
        return ligne
    versement, remarque = projection
    try:
        forme = shapely.from_wkb(wkb)
        if forme.is_empty:
            return ligne
        if forme.geom_type not in ("Polygon", "MultiPolygon"):
            return replace(ligne, refus=f"la géométrie n’est pas un contour ({forme.geom_type})")
        forme = shapely.transform(shapely.force_2d(forme), versement, interleaved=False)
    except (GEOSException, ProjError, ValueError):
        return replace(ligne, refus="la géométrie est illisible")
    if refus := _refus_de_place(forme):
        return replace(ligne, refus=refus)
    return _nettoyee(replace(ligne, remarques=(remarque,) if remarque else ()), forme)


def _refus_de_place(forme: BaseGeometry) -> str:
    ouest, sud, est, nord = forme.bounds
    if _dans((ouest, sud, est, nord), FRANCE):
        return ""
    if _dans((sud, ouest, nord, est), FRANCE):
        return f"{HORS_DE_FRANCE}, longitude et latitude semblent inversées"
    if _dans((ouest, sud, est, nord), LAMBERT93):
        return f"{HORS_DE_FRANCE}, elles semblent être en Lambert-93 sans que le fichier le déclare"
    return HORS_DE_FRANCE


HORS_DE_FRANCE = "coordonnées hors de la France métropolitaine"


def _dans(bornes, cadre) -> bool:
    """Tell whether the bounds lie in the frame (False for infinite or undefined numbers)."""
    return cadre[0] <= bornes[0] <= bornes[2] <= cadre[2] and cadre[1] <= bornes[1] <= bornes[3] <= cadre[3]


def _refuser_hors_de_france(lignes: list[LigneQpv]) -> None:
    utiles = [ligne for ligne in lignes if ligne.connue and (ligne.geometrie or ligne.refus)]
    if utiles and all(ligne.refus.startswith(HORS_DE_FRANCE) for ligne in utiles):
        raise FichierRefuse(
            f"Le système de coordonnées est faux\u00a0: {utiles[0].refus}. "
            "Il faut WGS84 (longitude, latitude) ou Lambert-93."
        )


def _nettoyee(ligne: LigneQpv, forme: BaseGeometry) -> LigneQpv:
    remarques = list(ligne.remarques)
    if not forme.is_valid:
        forme = shapely.make_valid(forme)
        remarques.append("géométrie réparée")
    forme = _polygones(shapely.set_precision(forme, 1e-6))
    if forme is None:
        return replace(ligne, refus="la géométrie ne délimite aucune surface, même réparée")
    surface = surface_ha(forme)
    if not SURFACE_HA[0] <= surface <= SURFACE_HA[1]:
        return replace(ligne, refus=f"superficie de {nombre(surface, 2)}\u00a0ha, impossible pour un quartier")
    forme = _canonique(forme)
    repere = forme.centroid if forme.covers(forme.centroid) else forme.representative_point()
    return replace(
        ligne,
        geometrie=en_geojson(shapely.transform(forme, lambda points: points.round(6))),
        surface_ha=round(surface, 2),
        centre=(round(repere.x, 6), round(repere.y, 6)),
        remarques=tuple(remarques),
    )


def _polygones(forme: BaseGeometry) -> Polygon | MultiPolygon | None:
    """Keep the surfaces of a geometry (a repair may leave lines and points)."""
    parties = [partie for partie in shapely.get_parts(forme) if partie.area > 0]
    surfaces = [p for partie in parties for p in shapely.get_parts(partie) if p.geom_type == "Polygon"]
    if not surfaces:
        return None
    return surfaces[0] if len(surfaces) == 1 else MultiPolygon(surfaces)


def _canonique(forme: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
    forme = shapely.normalize(forme)
    if isinstance(forme, Polygon):
        return orient(forme)
    return MultiPolygon([orient(partie) for partie in forme.geoms])


def _sans_doublons(lignes: list[LigneQpv]):
    """Refuse a code that comes twice with two outlines; the second of two equal rows is only noted."""
    premieres: dict[str, LigneQpv] = {}
    for ligne in lignes:
        if ligne.connue:
            premieres.setdefault(ligne.code, ligne)
    contraires = {ligne.code for ligne in lignes if ligne.connue and ligne.geometrie != premieres[ligne.code].geometrie}
    for ligne in lignes:
        if ligne.code in contraires:
            yield replace(ligne, geometrie=None, refus="ce code vient plusieurs fois avec des contours différents")
        elif ligne.connue and ligne is not premieres[ligne.code]:
            yield replace(ligne, geometrie=None, connue=False, remarques=("ligne en double",))
        else:
            yield ligne
