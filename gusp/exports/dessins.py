"""Plan of a walk for its papers: outline, stops, numbered constats, drawn from our own data."""

from collections.abc import Iterable

from django.utils.safestring import SafeString, mark_safe

from gusp.models import Constat, Diagnostic, Etape
from socle.dessin import carte as dessin

#: With that many places, a schematic circle says nothing more and only makes the plan smaller.
ASSEZ = 3


def plan(
    diagnostic: Diagnostic,
    etapes: Iterable[Etape],
    constats: Iterable[Constat] = (),
    *,
    titre: str,
    hauteur: float = 430,
) -> SafeString:
    """Return the plan as SVG; the constats carry their numbers, what has no position is left out."""
    quartier = diagnostic.quartier
    etapes, constats = ([objet for objet in lot if objet.lon is not None] for lot in (etapes, constats))
    nets, schemas = [], []
    if quartier.contour:
        nets.append(dessin.Contour(quartier.contour, provisoire=quartier.est_provisoire))
    elif len(etapes) + len(constats) < ASSEZ:
        surface = float(quartier.surface_ha) if quartier.surface_ha else None
        schemas.append(dessin.Schema(float(quartier.centre_lon), float(quartier.centre_lat), surface))
    trace = dessin.carte(
        contours=nets,
        schemas=schemas,
        points=[dessin.PointCarte(float(c.lon), float(c.lat), numero=str(c.numero)) for c in constats],
        etapes=[dessin.Etape(float(e.lon), float(e.lat), str(e.numero), e.libelle) for e in etapes],
        titre=titre,
        cle=f"plan-{diagnostic.pk}",
        hauteur=hauteur,
    )
    return mark_safe(trace)
