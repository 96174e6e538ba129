"""Where a telephone went during a walk: taken as the route, or erased."""

from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gusp.metier.preparation import ecrire_parcours, empreinte_du_parcours
from gusp.models import Diagnostic, MouvementDiagnostic, TraceMarche
from quartiers.geometrie import distance_m

#: A point known worse than that is left out of a route (metres), and so is one that hardly moves.
PRECISION_M, PAS_M = 50, 5


def ligne_de(points) -> list[list[float]]:
    """Return the line of a track: without the points known badly, nor those that hardly move."""
    ligne: list[list[float]] = []
    for lon, lat, precision, _ in points:
        if precision is not None and precision > PRECISION_M:
            continue
        if not ligne or distance_m(*ligne[-1], lon, lat) >= PAS_M:
            ligne.append([round(lon, 6), round(lat, 6)])
    return ligne


def longueur_m(ligne) -> int:
    """Return the length of a line in metres."""
    return round(sum(distance_m(*a, *b) for a, b in pairwise(ligne)))


def prendre_comme_parcours(trace: TraceMarche, *, par) -> Diagnostic:
    """Make the track the route of its walk; the stops stay. Raises ValidationError."""
    with transaction.atomic():
        diagnostic = Diagnostic.objects.select_for_update(of=("self",)).get(pk=trace.diagnostic_id)
        champs = ("pk", "libelle", "heure", "attention", "lon", "lat")
        etapes = list(diagnostic.etapes.values(*champs))
        ligne = ligne_de(trace.points)
        if len(ligne) < 2:
            raise ValidationError("Cette trace est trop courte pour faire un parcours.")
        diagnostic = ecrire_parcours(diagnostic, etapes=etapes, trajet=ligne, vu=empreinte_du_parcours(diagnostic))
        _noter(diagnostic, f"Parcours pris de la trace de {trace.par}.", par=par)
        return diagnostic


@transaction.atomic
def effacer_trace(trace: TraceMarche, *, par) -> None:
    """Erase the positions of an agent, in what was received too; that a track came stays in the journal."""
    diagnostic = Diagnostic.objects.select_for_update(of=("self",)).get(pk=trace.diagnostic_id)
    trace = TraceMarche.objects.select_related("par", "envoi").get(pk=trace.pk)
    for version in trace.envoi.versions.select_for_update():
        version.corps["contenu"]["points"] = []
        version.save(update_fields=["corps"])
    _noter(diagnostic, f"Trace de {trace.par} effacée.", par=par)
    trace.delete()


def _noter(diagnostic: Diagnostic, phrase: str, *, par) -> None:
    MouvementDiagnostic.objects.create(
        diagnostic=diagnostic, de=diagnostic.etat, vers=diagnostic.etat, commentaire=phrase, par=par, le=timezone.now()
    )
