"""Private files: stored under names that tell nothing, served only by a view that has checked access."""

import hashlib
import re
import uuid
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.http import parse_etags

EN_LIGNE = frozenset({"image/jpeg", "image/png", "application/pdf"})
_DOSSIER = re.compile(r"[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*")
_EXTENSION = re.compile(r"[a-z0-9]{1,5}")


def ranger(octets: bytes, *, dossier: str, extension: str) -> str:
    """Store bytes under a random name of the default storage; return that name (`dossier/ab/uuid.ext`)."""
    hasard = uuid.uuid4().hex
    return default_storage.save(_nom(dossier, hasard, extension), ContentFile(octets))


def ranger_flux(flux: File, *, dossier: str, extension: str) -> str:
    """Store an uploaded file as `ranger` does, without holding it whole in memory."""
    return default_storage.save(_nom(dossier, uuid.uuid4().hex, extension), flux)


def ouvrir(fichier: Any) -> File:
    """Open a stored name or FieldFile to read it piece by piece; raise FileNotFoundError when it is gone."""
    return default_storage.open(_nom_de(fichier), "rb")


def ranger_par_contenu(octets: bytes, *, dossier: str, extension: str) -> str:
    """Store bytes under their SHA-256, once whatever the number of calls; return the name.

    For what is frozen and never deleted one by one (pictures and PDF of editions).
    """
    nom = _nom(dossier, hashlib.sha256(octets).hexdigest(), extension)
    if not default_storage.exists(nom):
        nom = default_storage.save(nom, ContentFile(octets))
    return nom


def lire(fichier: Any) -> bytes:
    """Return the bytes of a stored name or FieldFile; raise FileNotFoundError when it is gone."""
    with default_storage.open(_nom_de(fichier), "rb") as flux:
        return flux.read()


def supprimer(fichier: Any) -> None:
    """Delete a stored name or FieldFile; silent when it is gone already."""
    default_storage.delete(_nom_de(fichier))


def repondre(
    fichier: Any,
    nom: str,
    type_mime: str,
    *,
    requete: HttpRequest | None = None,
    telecharger: bool = False,
) -> HttpResponseBase:
    """Answer with a stored file, after the calling view has checked access.

    `fichier` is a stored name or a FieldFile, `nom` the name shown to the reader. Pictures and PDF open in the page
    unless `telecharger`; anything else downloads. With `requete`, a known ETag answers 304. Raises FileNotFoundError.
    """
    stocke = _nom_de(fichier)
    etiquette = f'"{hashlib.sha256(stocke.encode()).hexdigest()[:32]}"'
    if requete is not None and etiquette in parse_etags(requete.headers.get("If-None-Match", "")):
        return _entetes(HttpResponseNotModified(), etiquette)
    telecharger = telecharger or type_mime not in EN_LIGNE
    reponse = FileResponse(
        default_storage.open(stocke, "rb"), as_attachment=telecharger, filename=nom, content_type=type_mime
    )
    return _entetes(reponse, etiquette)


def _entetes(reponse: HttpResponseBase, etiquette: str) -> HttpResponseBase:
    # A stored name is written once and its content never changes, so the name is a strong validator.
    reponse["ETag"] = etiquette
    reponse["Cache-Control"] = "private, max-age=0, must-revalidate"
    reponse["X-Content-Type-Options"] = "nosniff"
    reponse["Cross-Origin-Resource-Policy"] = "same-origin"
    return reponse


def _nom(dossier: str, radical: str, extension: str) -> str:
    if not _DOSSIER.fullmatch(dossier) or not _EXTENSION.fullmatch(extension):
        raise ValueError(f"Not a storage folder and extension: {dossier!r}, {extension!r}")
    return f"{dossier}/{radical[:2]}/{radical}.{extension}"


def _nom_de(fichier: Any) -> str:
    nom = fichier if isinstance(fichier, str) else getattr(fichier, "name", None)
    if not nom or nom.startswith("/") or ".." in PurePosixPath(nom).parts:
        raise FileNotFoundError(nom or "no file")
    return nom
