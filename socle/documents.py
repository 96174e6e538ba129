"""The one door for uploaded documents: PDF, Word, Excel, OpenDocument, PNG and JPEG, recognised by content."""

import hashlib
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError

from socle.images import reecrire_image
from socle.signatures import lire_borne

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "png": "image/png",
    "jpg": "image/jpeg",
}
ACCEPTES = "Les documents acceptés sont : PDF, Word (.docx), Excel (.xlsx), OpenDocument (.odt, .ods), PNG et JPEG."
ANCIEN = "Les anciens fichiers Word et Excel (.doc, .xls) ne sont pas acceptés : enregistrez-le en .docx, .xlsx ou PDF."
INCOMPLET = "Ce document est abîmé ou incomplet : envoyez-le de nouveau."
MACROS = "Ce document contient des macros : enregistrez-le sans macro, ou en PDF."
ARCHIVE_MAX = 500 * 1024 * 1024


@dataclass(frozen=True)
class DocumentNettoye:
    """An accepted document: bytes to store, display name with the true extension, media type, SHA-256 of the bytes."""

    octets: bytes
    nom: str
    extension: str
    type_mime: str
    sha256: str


def nettoyer_document(fichier: IO[bytes] | bytes, nom: str | None = None) -> DocumentNettoye:
    """Check an uploaded document by content and rewrite pictures; raise ValidationError with a French sentence."""
    octets = lire_borne(fichier, settings.DOCUMENT_POIDS_MAX, "Ce document est trop lourd")
    extension = _reconnaitre(octets)
    if extension in ("png", "jpg"):
        octets, _ = reecrire_image(octets)
    return DocumentNettoye(
        octets=octets,
        nom=nom_affichable(nom or getattr(fichier, "name", None) or "document", extension),
        extension=extension,
        type_mime=TYPES[extension],
        sha256=hashlib.sha256(octets).hexdigest(),
    )


def nom_affichable(nom: str, extension: str) -> str:
    """Return a file name fit to be shown and downloaded: no path, no control character, 120 characters at most."""
    dernier = nom.replace("\\", "/").rsplit("/", 1)[-1]
    propre = "".join(
        c for c in unicodedata.normalize("NFC", dernier) if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*%'
    )
    radical = propre[: -len(PurePosixPath(propre).suffix)] if _suffixe_connu(propre) else propre
    radical = re.sub(r"\s+", " ", radical).strip(" .")[:120].strip()
    return f"{radical or 'document'}.{extension}"


def _suffixe_connu(nom: str) -> bool:
    suffixe = PurePosixPath(nom).suffix
    return bool(re.fullmatch(r"\.[A-Za-z0-9]{1,5}", suffixe))


def _reconnaitre(octets: bytes) -> str:
    if octets.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if octets.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if octets.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(ANCIEN, code="ancien")
    if b"%PDF-" in octets[:1024]:
        if b"%%EOF" not in octets[-2048:]:
            raise ValidationError(INCOMPLET, code="abime")
        return "pdf"
    if octets.startswith(b"PK\x03\x04"):
        return _reconnaitre_archive(octets)
    raise ValidationError(ACCEPTES, code="format")


def _reconnaitre_archive(octets: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            entrees = archive.infolist()
            noms = {entree.filename for entree in entrees}
            if sum(entree.file_size for entree in entrees) > ARCHIVE_MAX or len(entrees) > 20_000:
                raise ValidationError(INCOMPLET, code="bombe")
            genre = archive.read("mimetype")[:100].decode("ascii", "replace").strip() if "mimetype" in noms else ""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as erreur:
        raise ValidationError(INCOMPLET, code="abime") from erreur
    if any(PurePosixPath(nom).name.lower() == "vbaproject.bin" for nom in noms):
        raise ValidationError(MACROS, code="macros")
    if "[Content_Types].xml" in noms and "word/document.xml" in noms:
        return "docx"
    if "[Content_Types].xml" in noms and "xl/workbook.xml" in noms:
        return "xlsx"
    for extension in ("odt", "ods"):
        if genre == TYPES[extension]:
            return extension
    raise ValidationError(ACCEPTES, code="format")
