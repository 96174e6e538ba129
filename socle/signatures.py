"""What a file really is, by its first bytes; and the bounded reading of uploads."""

import io
from typing import IO

from django.core.exceptions import ValidationError

VIDE = "Le fichier est vide."

# Formats that people send by mistake as a photo, each refused with what to do.
_REFUS = (
    (b"GIF8", "Une image GIF n’est pas une photo : envoyez un fichier JPEG, PNG, WebP ou HEIC."),
    (b"%PDF", "Ce fichier est un PDF, pas une photo : envoyez l’image elle-même, ou rangez-le dans les documents."),
    (b"\xd0\xcf\x11\xe0", "Ce fichier est un document Office ancien, pas une photo : envoyez l’image elle-même."),
    (b"PK\x03\x04", "Ce fichier est un document ou une archive, pas une photo : envoyez l’image elle-même."),
    (b"II*\x00", "Une image TIFF n’est pas acceptée : convertissez-la en JPEG."),
    (b"MM\x00*", "Une image TIFF n’est pas acceptée : convertissez-la en JPEG."),
    (b"BM", "Une image BMP n’est pas acceptée : convertissez-la en JPEG."),
    (b"MZ", "Ce fichier est un programme, pas une photo."),
)
_SVG = "Un dessin SVG n’est pas accepté : il peut contenir un programme. Envoyez un fichier JPEG ou PNG."


def lire_borne(fichier: IO[bytes] | bytes, poids_max: int, quoi: str) -> bytes:
    """Return the bytes of an upload of at most `poids_max` bytes; raise ValidationError when empty or too heavy."""
    flux = io.BytesIO(fichier) if isinstance(fichier, bytes) else fichier
    if hasattr(flux, "seek"):
        flux.seek(0)
    octets = flux.read(poids_max + 1)
    if not octets:
        raise ValidationError(VIDE, code="vide")
    if len(octets) > poids_max:
        limite = poids_max / (1024 * 1024)
        raise ValidationError(f"{quoi} : la limite est de {limite:.0f}\u00a0Mo.", code="poids")
    return octets


def refuser_selon_signature(octets: bytes) -> None:
    """Raise ValidationError, with the sentence that fits, for what is known not to be a photo."""
    debut = octets[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if debut.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in octets[:4096].lower():
        raise ValidationError(_SVG, code="svg")
    for signature, phrase in _REFUS:
        if octets.startswith(signature):
            raise ValidationError(phrase, code="format")
