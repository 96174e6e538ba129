"""Opening of a geographic file that comes from outside: format told by content, archives unpacked safely, tables read.

Nothing is trusted: the file is copied to a temporary folder, sizes are counted while unpacking, and every refusal is a
French sentence.
"""

import json
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

POIDS_MAX = 50 * 1024 * 1024
DEPLOYE_MAX = 400 * 1024 * 1024
ENTREES_MAX = 2_000
LIGNES_MAX = 20_000

_UTILES = {".shp", ".shx", ".dbf", ".prj", ".cpg", ".gpkg", ".geojson", ".json"}
_PRINCIPAUX = (".gpkg", ".shp", ".geojson", ".json")
_FORMATS = {
    ".gpkg": "GeoPackage",
    ".shp": "shapefile",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
}
_SIGNATURES = ((b"PK\x03\x04", ".zip"), (b"SQLite format 3\x00", ".gpkg"), (b"\x00\x00\x27\x0a", ".shp"))
_ATTENDUS = "un GeoJSON, un shapefile (.shp, ou zip qui le contient) ou un GeoPackage"

# A shapefile that lost its index is read all the same: only copies in a temporary folder are ever opened.
pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})


class FichierRefuse(ValueError):
    """The whole file is refused; the message is a French sentence for the person who sent it."""


@dataclass(frozen=True)
class Couche:
    """One table of the file: its columns, its rows as texts, its geometries (WKB) and its declared system."""

    nom: str
    format: str
    colonnes: tuple[str, ...]
    lignes: Sequence[dict[str, str]]
    geometries: Sequence[bytes | None]
    genre: str
    crs: str | None


def lire_couches(chemin: Path) -> list[Couche]:
    """Return every table of the file; raises FichierRefuse."""
    chemin = Path(chemin)
    _verifier_poids(chemin)
    suffixe = _suffixe_vrai(chemin)
    with tempfile.TemporaryDirectory(prefix="qpv-") as nom:
        dossier = Path(nom)
        if suffixe == ".zip":
            sources = _deplier(chemin, dossier)
        elif suffixe == ".shp":
            sources = [_copier_shapefile(chemin, dossier)]
        elif suffixe == ".gpkg":
            sources = [Path(shutil.copyfile(chemin, dossier / "source.gpkg"))]
        else:
            sources = [_copier_geojson(chemin, dossier / "source.geojson")]
        return [couche for source in sources for couche in _lire_source(source)]


def _verifier_poids(chemin: Path) -> None:
    if not chemin.is_file():
        raise FichierRefuse(f"Le fichier « {chemin.name} » n’existe pas.")
    poids = chemin.stat().st_size
    if poids == 0:
        raise FichierRefuse("Le fichier est vide.")
    if poids > POIDS_MAX:
        raise FichierRefuse(f"Le fichier dépasse {POIDS_MAX // 1024 // 1024}\u00a0Mo.")


def _suffixe_vrai(chemin: Path) -> str:
    with chemin.open("rb") as fichier:
        debut = fichier.read(512)
    for signature, suffixe in _SIGNATURES:
        if debut.startswith(signature):
            return suffixe
    if debut.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"{"):
        return ".geojson"
    raise FichierRefuse(f"Ce fichier n’est pas géographique\u00a0: il faut {_ATTENDUS}.")


def _deplier(archive: Path, dossier: Path) -> list[Path]:
    """Unpack the useful members under names of our own; return the readable sources."""
    try:
        with zipfile.ZipFile(archive) as zip_:
            membres = _membres_utiles(zip_)
            _deplier_membres(zip_, membres, dossier)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, zipfile.zlib.error) as erreur:
        raise FichierRefuse("L’archive zip est abîmée, chiffrée ou illisible.") from erreur
    sources = sorted(f for f in dossier.rglob("*") if f.suffix in _PRINCIPAUX)
    if not sources:
        raise FichierRefuse("L’archive ne contient ni shapefile (.shp), ni GeoPackage, ni GeoJSON.")
    for source in sources:
        if source.suffix == ".shp":
            _exiger_table(source)
        elif source.suffix != ".gpkg":
            _copier_geojson(source, source)
    return sources


def _membres_utiles(zip_: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = zip_.infolist()
    if len(infos) > ENTREES_MAX:
        raise FichierRefuse(f"L’archive contient trop de fichiers (plus de {ENTREES_MAX}).")
    for info in infos:
        nom = PurePosixPath(info.filename.replace("\\", "/"))
        if nom.is_absolute() or ".." in nom.parts or ":" in (nom.parts or ("",))[0]:
            raise FichierRefuse("L’archive contient un chemin interdit (« .. » ou chemin absolu).")
    if sum(info.file_size for info in infos) > DEPLOYE_MAX:
        raise FichierRefuse("L’archive est trop grosse une fois dépliée.")
    return [info for info in infos if _est_utile(info)]


def _est_utile(info: zipfile.ZipInfo) -> bool:
    nom = PurePosixPath(info.filename.replace("\\", "/"))
    cache = any(partie.startswith((".", "__MACOSX")) for partie in nom.parts)
    return not info.is_dir() and not cache and nom.suffix.lower() in _UTILES


def _deplier_membres(zip_: zipfile.ZipFile, membres: list[zipfile.ZipInfo], dossier: Path) -> None:
    reste = DEPLOYE_MAX
    dossiers: dict[str, Path] = {}
    for info in membres:
        nom = PurePosixPath(info.filename.replace("\\", "/"))
        parent = dossiers.setdefault(str(nom.parent), dossier / str(len(dossiers)))
        parent.mkdir(exist_ok=True)
        cible = parent / f"{nom.stem[:100]}{nom.suffix.lower()}"
        with zip_.open(info) as source, cible.open("wb") as copie:
            while bloc := source.read(1 << 20):
                reste -= len(bloc)
                if reste < 0:
                    raise FichierRefuse("L’archive est trop grosse une fois dépliée.")
                copie.write(bloc)


def _copier_shapefile(chemin: Path, dossier: Path) -> Path:
    voisins = {f.suffix.lower(): f for f in chemin.parent.iterdir() if f.stem == chemin.stem}
    for suffixe in (".shx", ".dbf", ".prj", ".cpg"):
        if suffixe in voisins:
            shutil.copyfile(voisins[suffixe], dossier / f"source{suffixe}")
    source = Path(shutil.copyfile(chemin, dossier / "source.shp"))
    _exiger_table(source)
    return source


def _exiger_table(source: Path) -> None:
    if not source.with_suffix(".dbf").exists():
        raise FichierRefuse(
            "Le shapefile arrive sans sa table (.dbf)\u00a0: envoyez un zip avec les fichiers .shp, .dbf, .shx et .prj."
        )


def _copier_geojson(chemin: Path, cible: Path) -> Path:
    """Write the GeoJSON again as a UTF-8 FeatureCollection; refuse what is not one."""
    octets = chemin.read_bytes()
    try:
        donnees = json.loads(_decoder(octets))
        if donnees.get("type") == "Feature":
            donnees = {"type": "FeatureCollection", "features": [donnees]}
        if donnees.get("type") != "FeatureCollection":
            raise FichierRefuse(f"Ce JSON n’est pas un GeoJSON de type FeatureCollection\u00a0: il faut {_ATTENDUS}.")
        if not donnees.get("features"):
            raise FichierRefuse("Le fichier ne contient aucune ligne.")
        cible.write_text(json.dumps(donnees, allow_nan=False), encoding="utf-8")
    except (ValueError, RecursionError, AttributeError) as erreur:
        if isinstance(erreur, FichierRefuse):
            raise
        raise FichierRefuse(
            "Ce GeoJSON est illisible (JSON incomplet, trop imbriqué ou nombres invalides)."
        ) from erreur
    return cible


def _decoder(octets: bytes) -> str:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")


def _lire_source(source: Path) -> list[Couche]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            noms = [str(nom) for nom, genre in pyogrio.list_layers(source) if genre]
            return [_lire_couche(source, nom) for nom in noms]
    except (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, OSError) as erreur:
        raise FichierRefuse(f"Ce fichier {_FORMATS[source.suffix]} est abîmé ou illisible.") from erreur


def _lire_couche(source: Path, nom: str) -> Couche:
    if pyogrio.read_info(source, layer=nom)["features"] > LIGNES_MAX:
        raise FichierRefuse(f"Le fichier contient plus de {LIGNES_MAX} lignes\u00a0: ce n’est pas un fichier des QPV.")
    try:
        meta, _, geometries, valeurs = pyogrio.raw.read(source, layer=nom, force_2d=True)
    except UnicodeDecodeError:
        meta, _, geometries, valeurs = pyogrio.raw.read(source, layer=nom, force_2d=True, encoding="cp1252")
    colonnes = tuple(str(champ) for champ in meta["fields"])
    lignes = [
        {colonne: _texte(valeur) for colonne, valeur in zip(colonnes, ligne, strict=True)}
        for ligne in zip(*valeurs, strict=True)
    ]
    geometries = geometries if geometries is not None else [None] * len(lignes)
    return Couche(nom, _FORMATS[source.suffix], colonnes, lignes, list(geometries), meta["geometry_type"], meta["crs"])


def _texte(valeur) -> str:
    """Return a table value as a clean text of one line."""
    if valeur is None or valeur != valeur:  # NaN differs from itself
        return ""
    texte = _accents_repares(str(valeur))
    return "".join(signe if signe.isprintable() else " " for signe in texte).strip()


def _accents_repares(texte: str) -> str:
    """Repair UTF-8 read as Latin-1, and cp1252 signs read as control codes."""
    for lu, vrai in (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "cp1252")):
        if not any("\x80" <= signe <= "\x9f" or signe in "ÃÂ" for signe in texte):
            return texte
        try:
            texte = texte.encode(lu).decode(vrai)
        except UnicodeError:
            continue
    return texte
