"""The frames of an assembled PDF (cover, contents, one section, running heads), from templates/pdf/.

Uses a template engine of its own, so that the child process needs neither the applications nor the database.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.conf import settings
from django.template import Context, Engine
from django.utils.safestring import mark_safe

from socle.pdf_types import Cadre, Entree, SectionHtml


@lru_cache(maxsize=1)
def _moteur() -> Engine:
    return Engine(dirs=[settings.BASE_DIR / "templates"])


def _rendre(gabarit: str, **contexte: object) -> str:
    defauts = {"titre": "", "entete": "", "pied": "", "cree_le": "", "auteur": "", "paysage": False, "apercu": False}
    return _moteur().get_template(gabarit).render(Context({**defauts, **contexte}, use_l10n=False))


def page_section(section: SectionHtml) -> str:
    """Return one section as a whole document, without anything that depends on its place."""
    return _rendre("pdf/section.html", titre=section.titre, paysage=section.paysage, section=_sur(section))


def pages_liminaires(cadre: Cadre, entrees: Iterable[Entree]) -> str:
    """Return the cover and the contents; `entrees` carry literal page numbers."""
    return _rendre("pdf/liminaires.html", entrees=list(entrees), **_du_cadre(cadre))


def pages_courantes(cadre: Cadre, pages: Sequence[tuple[str, bool]]) -> str:
    """Return as many blank pages as (section title, landscape) given, whose margins carry heads, feet and numbers."""
    lignes = [{"titre": titre, "paysage": paysage} for titre, paysage in pages]
    return _rendre("pdf/courantes.html", pages=lignes, **_du_cadre(cadre))


def document_complet(sections: Sequence[SectionHtml], cadre: Cadre) -> str:
    """Return the whole as one page for the screen."""
    entrees = [Entree(1, section.cle, section.titre, 0) for section in sections if section.au_sommaire]
    return _rendre(
        "pdf/apercu.html", apercu=True, sections=[_sur(s) for s in sections], entrees=entrees, **_du_cadre(cadre)
    )


def _du_cadre(cadre: Cadre) -> dict[str, object]:
    return {
        "cadre": cadre,
        "titre": cadre.titre,
        "entete": cadre.entete,
        "pied": cadre.pied,
        "cree_le": f"{cadre.cree_le:%Y-%m-%d}" if cadre.cree_le else "",
        "auteur": cadre.auteur,
    }


def _sur(section: SectionHtml) -> dict[str, object]:
    # The fragment comes from our own templates, which have escaped what people typed.
    return {
        "cle": section.cle,
        "titre": section.titre,
        "html": mark_safe(section.html),
        "paysage": section.paysage,
    }
