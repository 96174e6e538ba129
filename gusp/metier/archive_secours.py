"""The rescue file of a telephone, read with limits and without trusting what its headers say."""

import json
import re
import uuid
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings

from gusp.metier.contenus import FORMAT
from socle.formats import typo

SOMMAIRE = "file.json"
MEMBRES_MAX = 2000
ENVOIS_MAX = 2000
SOMMAIRE_MAX = 20 * 1024**2
TOTAL_MAX = 1024**3
#: One read of the table of contents of 2,000 members is far below.
_LECTURE_MAX = 1024**2
_MORCEAU = 64 * 1024
_NOM = re.compile(r"file\.json|photos/[0-9a-f]{64}\.jpg")
_METHODES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHIFFRE = 0x1
_ABIMES = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError, KeyError)

PAS_UNE_FILE = (
    "Ce fichier n’est pas une file exportée par le terrain : choisissez le fichier .zip donné par le téléphone."
)
ABIME = "Ce fichier est abîmé ou incomplet : exportez la file de nouveau depuis le téléphone."
TROP = "Ce fichier dépasse ce qui se reçoit en une fois : exportez les fiches en plusieurs fois."
PLUS_RECENT = "Ce fichier vient d’une version plus récente du terrain : mettez l’application à jour."


class ImportRefuse(Exception):
    """A file that cannot be taken in; the French sentence says why and what to do."""

    def __init__(self, phrase: str):
        self.phrase = typo(phrase)
        super().__init__(self.phrase)


@dataclass(frozen=True)
class EnvoiLu:
    """One record of the file; `uuid` is None when it has none that can be read."""

    uuid: uuid.UUID | None
    genre: Any
    base: Any
    contenu: Any


@dataclass(frozen=True)
class Sommaire:
    """What the file says of itself."""

    compte: str
    appareil: uuid.UUID | None
    exporte_le: str
    envois: tuple[EnvoiLu, ...]


class Archive:
    """An open rescue file. Raises ImportRefuse."""

    def __init__(self, flux: IO[bytes]):
        self._lus = 0
        try:
            self._zip = zipfile.ZipFile(_Bornee(flux))
            self._membres = self._controler(self._zip.infolist())
        except _ABIMES as erreur:
            raise ImportRefuse(PAS_UNE_FILE if self._est_autre_chose(flux) else ABIME) from erreur

    @staticmethod
    def _est_autre_chose(flux: IO[bytes]) -> bool:
        flux.seek(0)
        return flux.read(4) != b"PK\x03\x04"

    def _controler(self, entrees: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        if len(entrees) > MEMBRES_MAX or sum(entree.file_size for entree in entrees) > TOTAL_MAX:
            raise ImportRefuse(TROP)
        membres: dict[str, zipfile.ZipInfo] = {}
        for entree in entrees:
            nom = entree.orig_filename
            if not _NOM.fullmatch(nom) or nom in membres:
                raise ImportRefuse(PAS_UNE_FILE)
            if entree.flag_bits & _CHIFFRE or entree.compress_type not in _METHODES:
                raise ImportRefuse(ABIME)
            membres[nom] = entree
        if SOMMAIRE not in membres:
            raise ImportRefuse(PAS_UNE_FILE)
        return membres

    def sommaire(self) -> Sommaire:
        """Read who exported what."""
        try:
            objet = json.loads(self._lire(SOMMAIRE, SOMMAIRE_MAX, lambda: ImportRefuse(TROP)))
        except (ValueError, RecursionError) as erreur:
            raise ImportRefuse(ABIME) from erreur
        if not isinstance(objet, dict) or not isinstance(objet.get("envois"), list):
            raise ImportRefuse(PAS_UNE_FILE)
        if objet.get("format") != FORMAT:
            raise ImportRefuse(PLUS_RECENT)
        if len(objet["envois"]) > ENVOIS_MAX:
            raise ImportRefuse(TROP)
        compte = objet.get("compte") if isinstance(objet.get("compte"), dict) else {}
        return Sommaire(
            compte=_mots(compte.get("nom")),
            appareil=_uuid(objet.get("appareil")),
            exporte_le=_mots(objet.get("exporte_le")),
            envois=tuple(_envoi(valeur) for valeur in objet["envois"]),
        )

    def contient(self, sha256: str) -> bool:
        """Tell whether the photo is in the file."""
        return f"photos/{sha256}.jpg" in self._membres

    def photo(self, sha256: str) -> bytes:
        """Return the bytes of a photo; raises PhotoTropLourde, PhotoAbimee, ImportRefuse past the whole."""
        return self._lire(f"photos/{sha256}.jpg", settings.PHOTO_POIDS_MAX, PhotoTropLourde, abime=PhotoAbimee)

    def _lire(
        self,
        nom: str,
        maxi: int,
        trop: Callable[[], Exception],
        *,
        abime: Callable[[], Exception] = lambda: ImportRefuse(ABIME),
    ) -> bytes:
        morceaux, taille = [], 0
        try:
            with self._zip.open(self._membres[nom]) as flux:
                while morceau := flux.read(_MORCEAU):
                    taille += len(morceau)
                    self._lus += len(morceau)
                    if taille > maxi:
                        raise trop()
                    if self._lus > TOTAL_MAX:
                        raise ImportRefuse(TROP)
                    morceaux.append(morceau)
        except _ABIMES as erreur:
            raise abime() from erreur
        return b"".join(morceaux)


class PhotoTropLourde(Exception):
    """A photo of the file is heavier than what is received."""


class PhotoAbimee(Exception):
    """A photo of the file cannot be read: the others still can."""


class _Bornee:
    """A file whose reads are bounded: a table of contents of a million entries is never held in memory."""

    def __init__(self, flux: IO[bytes]):
        self._flux = flux
        self.seek, self.tell = flux.seek, flux.tell

    def read(self, taille: int = -1) -> bytes:
        lus = self._flux.read(min(taille, _LECTURE_MAX + 1) if taille >= 0 else _LECTURE_MAX + 1)
        if len(lus) > _LECTURE_MAX:
            raise zipfile.BadZipFile("read too long")
        return lus

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        """Leave the file to whoever opened it."""


def _envoi(valeur: Any) -> EnvoiLu:
    if not isinstance(valeur, dict):
        return EnvoiLu(None, None, None, None)
    return EnvoiLu(_uuid(valeur.get("uuid")), valeur.get("genre"), valeur.get("base"), valeur.get("contenu"))


def _uuid(valeur: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(valeur) if isinstance(valeur, str) else None
    except ValueError:
        return None


def _mots(valeur: Any) -> str:
    if not isinstance(valeur, str):
        return ""
    return "".join(c for c in valeur if c.isprintable()).encode("utf-8", "replace").decode().strip()[:120]
