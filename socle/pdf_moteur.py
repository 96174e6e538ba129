"""WeasyPrint, held tight: a closed fetcher, our fonts and style sheets, PDF/UA-1, collected complaints."""

import contextlib
import gc
import hashlib
import logging
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.exceptions import SuspiciousFileOperation
from weasyprint import CSS, HTML, VERSION, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from socle.pdf_types import Assemblage, PdfRefuse

VARIANTE = "pdf/ua-1"
FEUILLES = ("css/pdf.css", "css/pdf-pages.css")
_IMAGE = re.compile(r"image:([A-Za-z0-9][A-Za-z0-9._/-]*)")
_JOURNAL = logging.getLogger("weasyprint")

# One family for each file: a missing glyph falls to the next family, the same way on every machine.
_POLICES = {
    "Source Sans 3": ("polices/source-sans-3-latin-{}.woff2", (400, 600, 700)),
    "Source Sans 3 Ext": ("polices/source-sans-3-latin-ext-{}.woff2", (400, 600, 700)),
    "Quartiers Symboles": ("polices/quartiers-symboles.woff2", (400,)),
}


class Chercheur(URLFetcher):
    """Fetcher of our `static:` files and of the `image:` pictures of one rendering; whatever else stops it."""

    def __init__(self, images: Mapping[str, bytes]):
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self.images = images
        self.refus: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the bytes behind a URL of the two kinds, or raise and remember it."""
        genre, _, reste = url.partition(":")
        octets = {"static": _statique, "image": self.images.get}.get(genre, lambda _: None)(reste)
        if octets is None:
            self.refus.append(url[:200])
            raise FatalURLFetchingError(url[:200])
        return URLFetcherResponse(url, body=octets, headers={"Content-Type": _type(reste, octets)})

    def verifier(self) -> None:
        """Raise PdfRefuse when something was refused, even where the engine went on with a hole."""
        if self.refus:
            liste = ", ".join(f"«\u00a0{adresse}\u00a0»" for adresse in dict.fromkeys(self.refus))
            raise PdfRefuse(f"Le document demande une ressource interdite ou absente\u00a0: {liste}.")


def _statique(chemin: str) -> bytes | None:
    try:
        trouve = FileSystemFinder().find(chemin)
    except SuspiciousFileOperation:
        return None
    fichier = Path(trouve) if isinstance(trouve, str) and trouve else None
    return fichier.read_bytes() if fichier and fichier.is_file() else None


def _type(nom: str, octets: bytes) -> str:
    if octets.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if octets.startswith(b"\x89PNG"):
        return "image/png"
    return mimetypes.guess_type(nom)[0] or "application/octet-stream"


@lru_cache(maxsize=1)
def _atelier(empreinte: str) -> tuple[FontConfiguration, tuple[CSS, ...]]:
    """Return fonts and parsed style sheets, made once for each state of the style sheets."""
    chercheur, polices = Chercheur({}), FontConfiguration()
    regles = "".join(
        f'@font-face{{font-family:"{famille}";font-weight:{graisse};src:url(static:{chemin.format(graisse)})}}'
        for famille, (chemin, graisses) in _POLICES.items()
        for graisse in graisses
    )
    textes = [regles, *((_statique(feuille) or b"").decode() for feuille in FEUILLES)]
    feuilles = tuple(CSS(string=texte, font_config=polices, url_fetcher=chercheur) for texte in textes)
    chercheur.verifier()
    return polices, feuilles


def empreinte_du_moteur() -> str:
    """Return a hash of what changes the pages without the content changing: style sheets and engine version."""
    style = b"".join(_statique(feuille) or b"" for feuille in FEUILLES)
    return hashlib.sha256(VERSION.encode() + style).hexdigest()


def par_contenu(html: str, images: Mapping[str, bytes]) -> tuple[str, dict[str, bytes]]:
    """Name pictures by their content, so that two sections may use one key for two pictures; raise PdfRefuse."""
    retenues: dict[str, bytes] = {}

    def renommer(trouve: re.Match[str]) -> str:
        octets = images.get(trouve[1])
        if octets is None:
            raise PdfRefuse(f"Une image du document est introuvable\u00a0: «\u00a0{trouve[1]}\u00a0».")
        empreinte = hashlib.sha256(octets).hexdigest()
        retenues[empreinte] = octets
        return f"image:{empreinte}"

    return re.sub(r"(?<=[\"'(])" + _IMAGE.pattern, renommer, html), retenues


def mettre_en_page(html: str, images: Mapping[str, bytes], *, marges: bool = True) -> Document:
    """Lay out one HTML document, with heads and feet if `marges`.

    Raise PdfRefuse when it asks for anything but static files and the given pictures.
    """
    chercheur = Chercheur(images)
    with _fatal_en_refus(chercheur):
        polices, feuilles = _atelier(empreinte_du_moteur())
        styles = list(feuilles if marges else feuilles[:-1])
        page = HTML(string=html, url_fetcher=chercheur)
        document = page.render(font_config=polices, stylesheets=styles, pdf_variant=VARIANTE)
    chercheur.verifier()
    return document


def ecrire(document: Document, origines: Sequence[Document] = ()) -> bytes:
    """Write laid out pages, which may come from several `origines`, as PDF/UA-1 bytes; raise PdfRefuse."""
    for page in document.pages:
        for _, _, _, boite in page.links:
            boite.link_annotation = None  # a page written before still points into the former file
    try:
        octets = document.write_pdf(pdf_variant=VARIANTE)
    except FatalURLFetchingError as erreur:
        octets, arret = b"", erreur
    else:
        arret = None
    for origine in (document, *origines):
        origine.url_fetcher.verifier()
    if arret:
        raise PdfRefuse("Le document demande une ressource interdite.") from arret
    return octets


def ecrire_page(html: str, images: Mapping[str, bytes], avancement: object = None) -> Assemblage:
    """Render one complete HTML document."""
    with tranquille(), plaintes() as avertissements:
        document = mettre_en_page(*par_contenu(html, images))
        octets = ecrire(document)
    return Assemblage(octets=octets, pages=len(document.pages), avertissements=tuple(avertissements))


@contextlib.contextmanager
def _fatal_en_refus(chercheur: Chercheur) -> Iterator[None]:
    """Turn the engine's BaseException into PdfRefuse, which an ordinary `except Exception` catches."""
    try:
        yield
    except FatalURLFetchingError as erreur:
        chercheur.verifier()
        raise PdfRefuse("Le document demande une ressource interdite.") from erreur


@contextlib.contextmanager
def tranquille() -> Iterator[None]:
    """Keep the garbage collector quiet while boxes are built (5 to 8 % of the time)."""
    if not gc.isenabled():
        yield
        return
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


@contextlib.contextmanager
def plaintes() -> Iterator[list[str]]:
    """Collect what the engine logs as warnings and errors (missing alternative text, dead anchor, unknown CSS)."""
    liste: list[str] = []

    class Collecteur(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            liste.append(record.getMessage())

    collecteur, niveau = Collecteur(logging.WARNING), _JOURNAL.level
    _JOURNAL.addHandler(collecteur)
    _JOURNAL.setLevel(logging.WARNING)
    propage, _JOURNAL.propagate = _JOURNAL.propagate, False
    try:
        yield liste
    finally:
        _JOURNAL.removeHandler(collecteur)
        _JOURNAL.setLevel(niveau)
        _JOURNAL.propagate = propage
