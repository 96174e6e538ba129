"""Body of a sending, read and checked without the database; a refusal names the field in a French sentence."""

import datetime
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from gusp.enums import GenreEnvoi, Nature, RolePhoto, SourcePosition, VerdictRevue
from socle.formats import typo

FORMAT = 1
PHOTOS_MAX, POINTS_MAX = 20, 500
PRECISION_MAX_M = 100_000
_ENTIER_MAX = 2**63 - 1
_MOTS = {
    "base": "la version de départ",
    "constat": "le constat revu",
    "danger": "le danger",
    "envoye_a": "l’heure de l’envoi",
    "etape": "l’étape",
    "genre": "la sorte d’envoi",
    "hauteur": "la hauteur d’une photo",
    "lat": "la latitude",
    "largeur": "la largeur d’une photo",
    "lon": "la longitude",
    "photos": "les photos",
    "poids": "le poids d’une photo",
    "points": "les points du tracé",
    "position": "la position",
    "precision_m": "la précision de la position",
    "principe": "le principe",
    "prise_a": "l’heure d’une photo",
    "quartier": "le quartier",
    "releve_a": "l’heure du relevé",
    "role": "le rôle d’une photo",
    "sha256": "l’empreinte d’une photo",
    "source": "la source de la position",
    "sous_theme": "le sous-thème",
    "theme": "le thème",
}


class EnvoiRefuse(Exception):
    """A sending that the server cannot keep: a code for the telephone and a French sentence for the person."""

    def __init__(self, code: str, phrase: str):
        self.code, self.phrase = code, typo(phrase)
        super().__init__(self.phrase)


@dataclass(frozen=True)
class Position:
    """Where the person stood, or put the pin."""

    lon: float
    lat: float
    precision_m: int | None
    source: str


@dataclass(frozen=True)
class PhotoAnnoncee:
    """A photo that the telephone holds and will send apart."""

    sha256: str
    role: str
    prise_a: datetime.datetime | None
    texte_alternatif: str


@dataclass(frozen=True)
class Contenu:
    """What every sending says."""

    diagnostic: int | None
    quartier: int | None
    releve_a: datetime.datetime


@dataclass(frozen=True)
class ContenuConstat(Contenu):
    """A new constat, as ids and words."""

    nature: str
    theme: int | None
    sous_theme: int | None
    principe: int | None
    etape: int | None
    description: str
    proposition: str
    repere: str
    danger: bool
    position: Position | None
    photos: tuple[PhotoAnnoncee, ...]


@dataclass(frozen=True)
class ContenuRevue(Contenu):
    """A constat of the last walk, seen again."""

    constat: int
    verdict: str
    commentaire: str
    position: Position | None
    photos: tuple[PhotoAnnoncee, ...]


@dataclass(frozen=True)
class ContenuTrace(Contenu):
    """Where the telephone went."""

    points: tuple[tuple[float, float, float | None, float], ...]
    photos: tuple[PhotoAnnoncee, ...] = ()


@dataclass(frozen=True)
class Corps:
    """A whole sending; `brut` is what is kept and fingerprinted."""

    genre: str
    base: str
    envoye_a: datetime.datetime | None
    contenu: Contenu
    brut: dict[str, Any]
    empreinte: str


def lire_corps(objet: Any) -> Corps:
    """Read what a telephone sends; raises EnvoiRefuse."""
    try:
        objet = _assainir(objet)
        lecteur = _Lecteur(objet)
        if lecteur.entier("format") != FORMAT:
            raise EnvoiRefuse("invalide", "Ce format d’envoi n’est pas connu : mettez l’application à jour.")
        genre = lecteur.choix("genre", GenreEnvoi.values)
        brut = {"genre": genre, "contenu": lecteur.objet("contenu").valeurs}
        empreinte = empreinte_de(brut)
    except (RecursionError, ValueError) as erreur:
        raise EnvoiRefuse("invalide", "Cet envoi n’est pas lisible : son contenu est abîmé.") from erreur
    return Corps(
        genre=genre,
        base=lecteur.texte("base")[:64],
        envoye_a=lecteur.instant("envoye_a", vide=True),
        contenu=lire_contenu(brut),
        brut=brut,
        empreinte=empreinte,
    )


def empreinte_de(brut: Mapping[str, Any]) -> str:
    """Return the fingerprint of {"genre", "contenu"}: SHA-256 of its canonical JSON."""
    canonique = json.dumps(brut, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonique.encode()).hexdigest()


def lire_contenu(brut: Mapping[str, Any]) -> Contenu:
    """Read what was kept of a sending; raises EnvoiRefuse."""
    lecteur = _Lecteur(brut["contenu"])
    commun = {
        "diagnostic": lecteur.entier("diagnostic"),
        "quartier": lecteur.entier("quartier"),
        "releve_a": lecteur.instant("releve_a"),
    }
    return _LECTURES[brut["genre"]](lecteur, commun)


def _lire_constat(lecteur: "_Lecteur", commun: dict[str, Any]) -> ContenuConstat:
    return ContenuConstat(
        **commun,
        nature=lecteur.choix("nature", Nature.values),
        theme=lecteur.entier("theme"),
        sous_theme=lecteur.entier("sous_theme"),
        principe=lecteur.entier("principe"),
        etape=lecteur.entier("etape"),
        description=lecteur.texte("description"),
        proposition=lecteur.texte("proposition"),
        repere=" ".join(lecteur.texte("repere").split()),
        danger=lecteur.oui_non("danger"),
        position=_lire_position(lecteur),
        photos=_lire_photos(lecteur),
    )


def _lire_revue(lecteur: "_Lecteur", commun: dict[str, Any]) -> ContenuRevue:
    verdict = lecteur.choix("verdict", VerdictRevue.values)
    role = RolePhoto.APRES if verdict == VerdictRevue.LEVE else RolePhoto.PENDANT
    return ContenuRevue(
        **commun,
        constat=lecteur.entier("constat", vide=False),
        verdict=verdict,
        commentaire=lecteur.texte("commentaire"),
        position=_lire_position(lecteur),
        photos=_lire_photos(lecteur, role=role),
    )


def _lire_trace(lecteur: "_Lecteur", commun: dict[str, Any]) -> ContenuTrace:
    return ContenuTrace(**commun, points=tuple(_lire_point(p) for p in lecteur.liste("points", POINTS_MAX)))


_LECTURES = {GenreEnvoi.CONSTAT: _lire_constat, GenreEnvoi.REVUE: _lire_revue, GenreEnvoi.TRACE: _lire_trace}


def _lire_point(point: Any) -> tuple[float, float, float | None, float]:
    if not isinstance(point, list) or len(point) != 4:
        raise _refus("points")
    lon, lat, precision, secondes = point
    if not (_nombre(lon, -180, 180) and _nombre(lat, -90, 90) and _nombre(secondes, -1e9, 1e9)):
        raise _refus("points")
    if precision is not None and not _nombre(precision, 0, 1e9):
        raise _refus("points")
    return lon, lat, precision, secondes


def _lire_position(lecteur: "_Lecteur") -> Position | None:
    if lecteur.valeurs.get("position") is None:
        return None
    lue = lecteur.objet("position")
    precision = lue.nombre("precision_m", 0, 1e9, vide=True)
    return Position(
        lon=lue.nombre("lon", -180, 180),
        lat=lue.nombre("lat", -90, 90),
        precision_m=None if precision is None else min(round(precision), PRECISION_MAX_M),
        source=lue.choix("source", SourcePosition.values),
    )


def _lire_photos(lecteur: "_Lecteur", *, role: str = "") -> tuple[PhotoAnnoncee, ...]:
    lues: dict[str, PhotoAnnoncee] = {}
    for valeur in lecteur.liste("photos", PHOTOS_MAX):
        photo = _Lecteur(valeur, "photos")
        sha256 = photo.texte("sha256")
        if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
            raise _refus("sha256")
        for nom in ("poids", "largeur", "hauteur"):
            photo.nombre(nom, 0, _ENTIER_MAX, vide=True)
        lues[sha256] = PhotoAnnoncee(
            sha256=sha256,
            role=role or photo.choix("role", RolePhoto.values, defaut=RolePhoto.AVANT),
            prise_a=photo.instant("prise_a", vide=True),
            texte_alternatif=photo.texte("texte_alternatif"),
        )
    return tuple(lues.values())


class _Lecteur:
    """Typed reading of one JSON object."""

    def __init__(self, valeurs: Any, nom: str = "contenu"):
        if not isinstance(valeurs, dict):
            raise _refus(nom)
        self.valeurs = valeurs

    def objet(self, nom: str) -> "_Lecteur":
        return _Lecteur(self.valeurs.get(nom), nom)

    def texte(self, nom: str) -> str:
        valeur = self.valeurs.get(nom)
        if valeur is not None and not isinstance(valeur, str):
            raise _refus(nom)
        return (valeur or "").strip()

    def entier(self, nom: str, *, vide: bool = True) -> int | None:
        valeur = self.valeurs.get(nom)
        if valeur is None and vide:
            return None
        if isinstance(valeur, bool) or not isinstance(valeur, int) or not 0 < valeur <= _ENTIER_MAX:
            raise _refus(nom)
        return valeur

    def nombre(self, nom: str, mini: float, maxi: float, *, vide: bool = False) -> float | None:
        valeur = self.valeurs.get(nom)
        if valeur is None and vide:
            return None
        if not _nombre(valeur, mini, maxi):
            raise _refus(nom)
        return valeur

    def oui_non(self, nom: str) -> bool:
        valeur = self.valeurs.get(nom)
        if valeur is not None and not isinstance(valeur, bool):
            raise _refus(nom)
        return bool(valeur)

    def choix(self, nom: str, valeurs: list[str], *, defaut: str = "") -> str:
        valeur = self.texte(nom) or defaut
        if valeur not in valeurs:
            raise _refus(nom)
        return valeur

    def liste(self, nom: str, maxi: int) -> list:
        valeur = self.valeurs.get(nom)
        valeur = [] if valeur is None else valeur
        if not isinstance(valeur, list):
            raise _refus(nom)
        if len(valeur) > maxi:
            raise EnvoiRefuse("invalide", f"Cet envoi ne va pas : {_MOTS[nom]} sont trop nombreux ({maxi} au plus).")
        return valeur

    def instant(self, nom: str, *, vide: bool = False) -> datetime.datetime | None:
        texte = self.texte(nom)
        if not texte and vide:
            return None
        try:
            lu = datetime.datetime.fromisoformat(texte)
            return lu if timezone.is_aware(lu) else timezone.make_aware(lu)
        except (ValueError, OverflowError) as erreur:
            raise _refus(nom) from erreur


def _nombre(valeur: Any, mini: float, maxi: float) -> bool:
    if isinstance(valeur, bool) or not isinstance(valeur, int | float):
        return False
    return math.isfinite(valeur) and mini <= valeur <= maxi


def _refus(nom: str) -> EnvoiRefuse:
    return EnvoiRefuse("invalide", f"Cet envoi ne va pas : « {_MOTS.get(nom, nom)} » n’est pas lisible.")


def _assainir(valeur: Any) -> Any:
    """Return the value without what PostgreSQL cannot keep: NUL, and halves of emoji cut by a telephone."""
    if isinstance(valeur, str):
        return valeur.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(valeur, list):
        return [_assainir(v) for v in valeur]
    if isinstance(valeur, dict):
        return {_assainir(cle): _assainir(v) for cle, v in valeur.items()}
    return valeur
