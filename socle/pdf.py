"""PDF from templates: pure functions, closed to network and file system, tagged PDF/UA-1, same bytes each time.

In HTML, `static:img/x.svg` names one of our static files and `image:<cle>` a picture of the caller’s mapping; nothing
else is fetched. `rendre` and `assembler` work in the calling process; the worker uses `rendre_isole` and
`assembler_isole`, which run in a child process with a time and a memory limit.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape

from socle import pdf_isole
from socle.pdf_gabarits import document_complet
from socle.pdf_types import Assemblage, Avancement, Cadre, Couverture, Entree, PdfRefuse, SectionHtml

__all__ = [
    "Assemblage",
    "Cadre",
    "Couverture",
    "Entree",
    "PdfRefuse",
    "SectionHtml",
    "assembler",
    "assembler_html",
    "assembler_isole",
    "rendre",
    "rendre_html",
    "rendre_isole",
]

_ADRESSE = re.compile(r"""((?:src|href)=)(["'])(static|image):([^"']*)\2""")


def rendre(gabarit: str, contexte: Mapping[str, Any], *, images: Mapping[str, bytes] | None = None) -> bytes:
    """Render a template that extends pdf/base.html as PDF/UA-1 bytes; raise PdfRefuse."""
    from socle import pdf_moteur  # noqa: PLC0415 (WeasyPrint costs 0.6 s and 60 MB: only who lays out pays)

    return pdf_moteur.ecrire_page(_html(gabarit, contexte, apercu=False), images or {}).octets


def rendre_html(gabarit: str, contexte: Mapping[str, Any], *, adresse_image: Callable[[str], str] | None = None) -> str:
    """Render the same template as a page for the live preview; `adresse_image(cle)` gives the address of a picture."""
    return _adresses_de_page(_html(gabarit, contexte, apercu=True), adresse_image)


def assembler(
    sections: Sequence[SectionHtml],
    cadre: Cadre,
    *,
    images: Mapping[str, bytes] | None = None,
    avancement: Avancement | None = None,
) -> Assemblage:
    """Lay out sections apart and write them together with cover, contents, bookmarks and page numbers; raise PdfRefuse.

    Unchanged sections are kept laid out in this process. `avancement(fait, total, libelle)` is called for each section.
    """
    from socle import pdf_assemblage  # noqa: PLC0415 (same reason)

    return pdf_assemblage.assembler(sections, cadre, images=images or {}, avancement=avancement)


def assembler_html(
    sections: Sequence[SectionHtml], cadre: Cadre, *, adresse_image: Callable[[str], str] | None = None
) -> str:
    """Return the same sections as one HTML page for the live preview (contents without page numbers)."""
    return _adresses_de_page(document_complet(sections, cadre), adresse_image)


def rendre_isole(
    gabarit: str,
    contexte: Mapping[str, Any],
    *,
    images: Mapping[str, bytes] | None = None,
    delai: float = 120,
    memoire_max: int = pdf_isole.MEMOIRE_MAX,
) -> Assemblage:
    """Do as `rendre` in a child process; `delai` in seconds, `memoire_max` in bytes; raise PdfRefuse."""
    html = _html(gabarit, contexte, apercu=False)
    return pdf_isole.confier("ecrire_page", (html, dict(images or {})), delai=delai, memoire_max=memoire_max)


def assembler_isole(
    sections: Sequence[SectionHtml],
    cadre: Cadre,
    *,
    images: Mapping[str, bytes] | None = None,
    avancement: Avancement | None = None,
    delai: float = 120,
    memoire_max: int = pdf_isole.MEMOIRE_MAX,
) -> Assemblage:
    """Do as `assembler` in a warm child process; `delai` in seconds, `memoire_max` in bytes; raise PdfRefuse."""
    travail = (tuple(sections), cadre, dict(images or {}))
    return pdf_isole.confier("assembler", travail, delai=delai, memoire_max=memoire_max, avancement=avancement)


def _html(gabarit: str, contexte: Mapping[str, Any], *, apercu: bool) -> str:
    defauts = {"titre": "", "entete": "", "pied": "", "auteur": "", "paysage": False}
    cree_le = contexte.get("cree_le")
    jour = f"{cree_le:%Y-%m-%d}" if cree_le else ""
    return render_to_string(gabarit, {**defauts, **contexte, "cree_le": jour, "apercu": apercu})


def _adresses_de_page(html: str, adresse_image: Callable[[str], str] | None) -> str:
    def adresse(trouve: re.Match[str]) -> str:
        attribut, guillemet, genre, reste = trouve.groups()
        resoudre = settings.STATIC_URL.__add__ if genre == "static" else adresse_image
        url = resoudre(reste) if resoudre else ""
        return f"{attribut}{guillemet}{escape(url)}{guillemet}"

    return _ADRESSE.sub(adresse, html)
