"""The one door for uploaded photos: recognised by content, limited, decoded and rewritten, never trusted."""

import datetime
import hashlib
import io
import math
import struct
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any, TypeVar

import pillow_heif
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from PIL import ExifTags, Image, ImageCms, ImageFile

from socle.signatures import lire_borne, refuser_selon_signature

T = TypeVar("T")
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
PIXELS_MAX = 60_000_000
COTE_PRINCIPALE, COTE_IMPRESSION, COTE_VIGNETTE = 1600, 720, 320
ILLISIBLE = "Cette image est abîmée ou incomplète : reprenez la photo ou envoyez le fichier d’origine."
TROP_GRANDE = "Cette image est trop grande (plus de 60 millions de pixels) : réduisez-la avant de l’envoyer."
INCONNUE = "Ce fichier n’est pas une photo JPEG, PNG, WebP ou HEIC."

_SRGB = ImageCms.createProfile("sRGB")
_TRANSPARENTS = ("RGBA", "LA", "PA", "RGBa", "La")
# What decoders and EXIF readers raise on hostile or broken bytes; a programming error elsewhere still surfaces.
_ERREURS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    RuntimeError,
    ArithmeticError,
    struct.error,
    Image.DecompressionBombError,
    Warning,
)


@dataclass(frozen=True)
class PhotoNettoyee:
    """Three JPEG derivatives without metadata, and the facts read before the metadata went.

    `sha256` is that of the uploaded bytes (it recognises the same upload again); largeur and hauteur are the pixels of
    `principale`; lon and lat are WGS84 degrees.
    """

    principale: bytes
    impression: bytes
    vignette: bytes
    largeur: int
    hauteur: int
    sha256: str
    prise_le: datetime.datetime | None
    lon: float | None
    lat: float | None


def nettoyer_photo(fichier: IO[bytes] | bytes) -> PhotoNettoyee:
    """Rewrite an uploaded photo as clean JPEG derivatives; raise ValidationError with a French sentence."""
    octets = lire_borne(fichier, settings.PHOTO_POIDS_MAX, "Cette photo est trop lourde")
    image = _ouvrir(octets)
    prise_le, (lon, lat) = _date_de_prise(image), _position(image)
    principale = _lire_ou_refuser(lambda: _en_rvb(image, COTE_PRINCIPALE), ILLISIBLE)
    impression = _reduite(principale, COTE_IMPRESSION)
    return PhotoNettoyee(
        principale=_jpeg(principale, 82),
        impression=_jpeg(impression, 80),
        vignette=_jpeg(_reduite(impression, COTE_VIGNETTE), 78),
        largeur=principale.width,
        hauteur=principale.height,
        sha256=hashlib.sha256(octets).hexdigest(),
        prise_le=prise_le,
        lon=lon,
        lat=lat,
    )


def reecrire_image(octets: bytes) -> tuple[bytes, str]:
    """Rewrite a picture at full size without metadata; return the bytes and "PNG" or "JPEG"."""
    image = _ouvrir(octets)
    en_png = image.format == "PNG"
    propre = _lire_ou_refuser(lambda: _en_rvb(image, None), ILLISIBLE)
    if not en_png:
        return _jpeg(propre, 90), "JPEG"
    sortie = io.BytesIO()
    propre.save(sortie, "PNG")
    return sortie.getvalue(), "PNG"


def _ouvrir(octets: bytes) -> Image.Image:
    """Open a picture of a listed format, under the pixel limit and not decoded yet."""
    refuser_selon_signature(octets)
    image = _lire_ou_refuser(lambda: Image.open(io.BytesIO(octets), formats=FORMATS), INCONNUE)
    if image.width * image.height > PIXELS_MAX:
        raise ValidationError(TROP_GRANDE, code="pixels")
    return image


def _lire_ou_refuser(lire: Callable[[], T], phrase: str) -> T:
    """Call a decoder with its warnings as errors; turn what hostile bytes raise into a ValidationError."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on for the whole process when it is imported
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return lire()
    except Image.DecompressionBombError as erreur:
        raise ValidationError(TROP_GRANDE, code="pixels") from erreur
    except Image.DecompressionBombWarning as erreur:
        raise ValidationError(TROP_GRANDE, code="pixels") from erreur
    except _ERREURS as erreur:
        raise ValidationError(phrase, code="format" if phrase == INCONNUE else "abimee") from erreur


def _en_rvb(image: Image.Image, cote: int | None) -> Image.Image:
    """Decode, turn upright, bring to sRGB on white, with the long side at most `cote` pixels."""
    profil = image.info.get("icc_profile")
    orientation = _orientation(image)
    if cote and image.format in ("JPEG", "MPO"):
        image.draft("RGB", (cote, cote))
    image.load()
    if image.mode.startswith("I;16") or image.mode == "I":
        image = image.convert("I").point(lambda valeur: valeur / 256).convert("L")
    if image.mode in _TRANSPARENTS or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode not in ("RGB", "CMYK", "L"):
        image = image.convert("RGB")
    if cote:
        image.thumbnail((cote, cote), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if orientation is not None:
        image = image.transpose(orientation)
    return _en_srgb(image, profil)


def _en_srgb(image: Image.Image, profil: bytes | None) -> Image.Image:
    if image.mode == "RGBA":
        fond = Image.new("RGB", image.size, "white")
        fond.paste(image, mask=image.getchannel("A"))
        image = fond
    if profil:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profil))
            converti = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converti = None  # a broken or foreign profile: the plain colours are good enough
        image = converti or image
    image = image.convert("RGB")
    return Image.frombytes("RGB", image.size, image.tobytes())  # a picture that carries pixels and nothing else


def _reduite(image: Image.Image, cote: int) -> Image.Image:
    reduite = image.copy()
    reduite.thumbnail((cote, cote), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return reduite


def _jpeg(image: Image.Image, qualite: int) -> bytes:
    sortie = io.BytesIO()
    image.save(sortie, "JPEG", quality=qualite, optimize=True, progressive=True)
    return sortie.getvalue()


def _exif(image: Image.Image, ifd: int | None = None) -> Mapping[int, Any]:
    """Return EXIF entries, empty when the block is absent or broken."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exif = image.getexif()
            return dict(exif.get_ifd(ifd)) if ifd else dict(exif)
    except _ERREURS:
        return {}


_TOURS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _orientation(image: Image.Image) -> Image.Transpose | None:
    """Return the turn asked by EXIF (HEIC is already turned by its decoder)."""
    valeur = _exif(image).get(ExifTags.Base.Orientation)
    return _TOURS.get(valeur) if isinstance(valeur, int) else None


def _date_de_prise(image: Image.Image) -> datetime.datetime | None:
    """Return when the photo was taken, in the camera's zone or else the current one; None when not credible."""
    prise = _exif(image, ExifTags.IFD.Exif)
    texte = prise.get(ExifTags.Base.DateTimeOriginal) or _exif(image).get(ExifTags.Base.DateTime)
    decalage = prise.get(ExifTags.Base.OffsetTimeOriginal)
    try:
        prise_le = datetime.datetime.strptime(str(texte).strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None
    if prise_le.year < 1990:
        return None
    try:
        return datetime.datetime.strptime(f"{prise_le.isoformat()}{str(decalage).strip()}", "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return timezone.make_aware(prise_le)


def _position(image: Image.Image) -> tuple[float | None, float | None]:
    """Return (lon, lat) in degrees; (None, None) when absent, wrong-typed, out of range or the 0, 0 of a lost fix."""
    gps = _exif(image, ExifTags.IFD.GPSInfo)
    lat = _degres(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S", 90)
    lon = _degres(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W", 180)
    if lon is None or lat is None or (lon == 0 and lat == 0):
        return None, None
    return lon, lat


def _degres(valeur: Any, repere: Any, negatif: str, maximum: int) -> float | None:
    try:
        degres, minutes, secondes = (float(partie) for partie in valeur)
        resultat = degres + minutes / 60 + secondes / 3600
    except (TypeError, ValueError, ArithmeticError):
        return None
    if not math.isfinite(resultat) or resultat > maximum or resultat < 0:
        return None
    repere = repere.decode("latin-1") if isinstance(repere, bytes) else str(repere or "")
    return round(-resultat if repere.strip("\x00 ").upper() == negatif else resultat, 6)
