"""Filters and tags present in every template (they are template builtins)."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from socle import formats

register = template.Library()

for _filtre in (
    formats.nombre,
    formats.euros,
    formats.k_euros,
    formats.m_euros,
    formats.pourcent,
    formats.poids,
    formats.jour,
    formats.jour_long,
    formats.jour_court,
    formats.heure,
    formats.instant,
    formats.jours,
    formats.delai,
    formats.pluriel,
    formats.compte,
    formats.typo,
):
    register.filter(_filtre.__name__, _filtre)

#: Shape of each semantic state; colour never says it alone.
FORMES = {"a-traiter": "▲", "en-cours": "◐", "fait": "✓", "retard": "◆", "neutre": "○"}


@register.simple_tag
@lru_cache(maxsize=4096)
def pastille(forme: str, libelle: str) -> str:
    """Return the badge of a state: shape, word and tint. `forme` is a key of FORMES (« clos » looks neutral)."""
    cle = "neutre" if forme == "clos" else str(forme).replace("_", "-")
    return format_html(
        '<span class="pastille pastille-{}"><span class="pastille-forme" aria-hidden="true">{}</span>{}</span>',
        cle,
        FORMES[cle],
        libelle,
    )


@register.simple_tag
def fonds_de_carte() -> dict[str, str]:
    """Return the addresses of the map backgrounds (`plan`, `ortho`), empty when there is none."""
    return {"plan": settings.CARTE_PLAN_URL, "ortho": settings.CARTE_ORTHO_URL}


@register.filter
def svg(trace: str) -> str:
    """Write a drawing of socle.dessin as markup (it escapes its own words); anything else stays a text."""
    return mark_safe(trace) if trace.startswith("<svg ") else trace
