"""Uploaded photos: what is refused and in which words, what is read, what is left in the bytes that are kept."""

import datetime
import io
import time
import zoneinfo
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from socle import images, signatures
from tests.fixtures import images as fabrique

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
FOURNIES = Path(__file__).parents[3] / "shared" / "data" / "photos"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def refus(octets):
    with pytest.raises(ValidationError) as erreur:
        images.nettoyer_photo(octets)
    return erreur.value.messages


def taille(octets):
    return Image.open(io.BytesIO(octets)).size


def test_une_photo_donne_trois_tailles_sans_agrandir():
    photo = images.nettoyer_photo(io.BytesIO(fabrique.photo(taille=(4000, 3000))))
    assert (photo.largeur, photo.hauteur) == (1600, 1200)
    assert [taille(o) for o in (photo.principale, photo.impression, photo.vignette)] == [
        (1600, 1200),
        (720, 540),
        (320, 240),
    ]
    petite = images.nettoyer_photo(fabrique.photo(taille=(300, 200)))
    assert [taille(o) for o in (petite.principale, petite.impression, petite.vignette)] == [(300, 200)] * 3


@pytest.mark.parametrize("genre", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_chaque_format_accepte_devient_un_jpeg(genre):
    photo = images.nettoyer_photo(fabrique.photo(genre))
    assert Image.open(io.BytesIO(photo.principale)).format == "JPEG"
    assert taille(photo.principale) == (960, 720)


@pytest.mark.parametrize("genre", ["JPEG", "HEIF", "WEBP", "PNG"])
def test_date_et_position_sont_lues_puis_absentes_des_octets_gardes(genre):
    photo = images.nettoyer_photo(fabrique.photo(genre, gps=True, le="2026:03:12 14:05:09"))
    assert photo.prise_le == datetime.datetime(2026, 3, 12, 14, 5, 9, tzinfo=PARIS)
    assert (photo.lon, photo.lat) == (0.684800, 47.394100)
    for octets in (photo.principale, photo.impression, photo.vignette):
        assert [m for m in (b"Exif", b"Appareil", b"2026:03", b"http", b"ICC_PROFILE") if m in octets] == []
        assert dict(Image.open(io.BytesIO(octets)).getexif()) == {}


def test_la_photo_est_redressee():
    couchee = Image.new("RGB", (400, 200), "white")
    couchee.paste((200, 0, 0), (0, 0, 60, 60))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90° clockwise
    photo = images.nettoyer_photo(fabrique.octets(couchee, exif=exif, quality=95))
    droite = Image.open(io.BytesIO(photo.principale))
    assert droite.size == (200, 400)
    assert droite.getpixel((180, 20))[0] > 180
    assert droite.getpixel((180, 20))[1] < 40
    assert droite.getpixel((20, 380))[1] > 230


@pytest.mark.parametrize(
    ("gps", "attendu"),
    [
        ({1: "N", 2: (47.0, 23.0), 3: "E", 4: (0.0, 41.0, 5.0)}, (None, None)),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, (None, None)),
        ({1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (0.0, 41.0, 5.0)}, (None, None)),
        ({1: "N", 2: (47.0, 30.0, 0.0)}, (None, None)),
        ({1: "S", 2: (21.0, 0.0, 0.0), 3: "W", 4: (55.0, 30.0, 0.0)}, (-55.5, -21.0)),
    ],
)
def test_une_position_fausse_est_ignoree(gps, attendu):
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(gps)
    photo = images.nettoyer_photo(fabrique.octets(fabrique.rue(), exif=exif))
    assert (photo.lon, photo.lat) == attendu


@pytest.mark.parametrize("le", ["0000:00:00 00:00:00", "hier", "1970:01:01 00:00:00"])
def test_une_date_impossible_est_ignoree(le):
    assert images.nettoyer_photo(fabrique.photo(le=le)).prise_le is None


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", signatures.VIDE),
        (SVG, "Un dessin SVG n’est pas accepté : il peut contenir un programme. Envoyez un fichier JPEG ou PNG."),
        (
            b"\n <svg/>",
            "Un dessin SVG n’est pas accepté : il peut contenir un programme. Envoyez un fichier JPEG ou PNG.",
        ),
        (
            b"%PDF-1.7 x",
            "Ce fichier est un PDF, pas une photo : envoyez l’image elle-même, ou rangez-le dans les documents.",
        ),
        (b"GIF89a" + b"\0" * 40, "Une image GIF n’est pas une photo : envoyez un fichier JPEG, PNG, WebP ou HEIC."),
        (
            b"\xd0\xcf\x11\xe0xxxx",
            "Ce fichier est un document Office ancien, pas une photo : envoyez l’image elle-même.",
        ),
        (b"PK\x03\x04xxxx", "Ce fichier est un document ou une archive, pas une photo : envoyez l’image elle-même."),
        (b"<html>", images.INCONNUE),
        (b"\xff\xd8\xff\xe0 pas vraiment", images.INCONNUE),
        (fabrique.png_geant(9000), images.TROP_GRANDE),
    ],
    ids=["vide", "svg", "svg-nu", "pdf", "gif", "doc", "zip", "html", "faux-jpeg", "bombe"],
)
def test_ce_qui_n_est_pas_une_photo_est_refuse_en_une_phrase(octets, phrase):
    assert refus(octets) == [phrase]


@pytest.mark.parametrize("genre", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_une_photo_tronquee_est_refusee_meme_apres_l_import_du_moteur_pdf(genre):
    from socle import pdf_moteur

    assert pdf_moteur.VARIANTE == "pdf/ua-1"  # WeasyPrint allows truncated images in the whole process
    octets = fabrique.photo(genre)
    assert refus(octets[: len(octets) // 2]) in ([images.ILLISIBLE], [images.INCONNUE])


def test_un_fichier_double_perd_ce_qu_il_cachait():
    cache = b"PK\x03\x04<script>alert(document.cookie)</script>"
    photo = images.nettoyer_photo(fabrique.photo() + cache)
    assert [o for o in (photo.principale, photo.impression, photo.vignette) if b"script" in o] == []


def test_une_photo_trop_lourde_dit_la_limite(settings):
    settings.PHOTO_POIDS_MAX = 2 * 1024 * 1024
    assert refus(b"\xff\xd8\xff" + b"\0" * (2 * 1024 * 1024)) == [
        "Cette photo est trop lourde : la limite est de 2\u00a0Mo."
    ]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "CMYK", "I;16"])
def test_tous_les_modes_de_couleur_passent(mode):
    image = Image.new("I;16", (60, 40), 40_000) if mode == "I;16" else fabrique.rue().resize((60, 40)).convert(mode)
    photo = images.nettoyer_photo(fabrique.octets(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert Image.open(io.BytesIO(photo.principale)).mode == "RGB"


def test_la_transparence_devient_blanche():
    photo = images.nettoyer_photo(fabrique.octets(Image.new("RGBA", (40, 40), (255, 0, 0, 0)), "PNG"))
    assert Image.open(io.BytesIO(photo.principale)).getpixel((20, 20)) == (255, 255, 255)


def test_deux_nettoyages_donnent_les_memes_octets():
    octets = fabrique.photo(gps=True)
    assert images.nettoyer_photo(octets) == images.nettoyer_photo(octets)


def test_douze_millions_de_pixels_se_nettoient_en_moins_de_deux_secondes():
    octets = fabrique.photo(taille=(4000, 3000))
    debut = time.process_time()
    images.nettoyer_photo(octets)
    assert time.process_time() - debut < 2


@pytest.mark.skipif(not FOURNIES.is_dir(), reason="the shared photos are not beside this repository")
@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("DSCN0010.jpg", (640, 480, 11.885127, 43.467448)),
        ("L_exif_xmp_iptc.heic", (64, 64, None, None)),
        ("exif_gps_typeerror.jpg", (800, 531, None, None)),
        ("portrait_6.jpg", (450, 600, None, None)),
        ("decompression_bomb.gif", "format"),
        ("png_decompression_dos.png", "format"),
        ("test-ole-file.doc", "format"),
        ("truncated_jpeg.jpg", "abimee"),
    ],
)
def test_les_photos_de_reference(nom, attendu):
    with (FOURNIES / nom).open("rb") as fichier:
        if isinstance(attendu, str):
            with pytest.raises(ValidationError) as erreur:
                images.nettoyer_photo(fichier)
            assert erreur.value.code == attendu
        else:
            photo = images.nettoyer_photo(fichier)
            assert (photo.largeur, photo.hauteur, photo.lon, photo.lat) == attendu
