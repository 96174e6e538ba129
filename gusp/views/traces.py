"""Tracks of a walk: what one sees of them on the day’s page, and the two gestures."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from gusp.metier.traces import effacer_trace, ligne_de, longueur_m, prendre_comme_parcours
from gusp.models import Diagnostic, TraceMarche
from gusp.views.marche import diagnostic_visible
from quartiers.geometrie import distance_m


def traces_de(diagnostic: Diagnostic, constats) -> list[dict]:
    """Return the tracks of a walk with their line, hours, length, and how many of its constats their author saw."""
    return [_dire(trace, constats) for trace in diagnostic.traces.select_related("par")]


def _dire(trace: TraceMarche, constats) -> dict:
    ligne = ligne_de(trace.points)
    fin = trace.debut_le + datetime.timedelta(seconds=max((point[3] for point in trace.points), default=0))
    vus = [c for c in constats if c.cree_par_id == trace.par_id and trace.debut_le <= c.cree_le <= fin]
    return {
        "trace": trace,
        "ligne": ligne,
        "debut": timezone.localtime(trace.debut_le),
        "fin": timezone.localtime(fin),
        "metres": longueur_m(ligne),
        "vus": vus,
        "assez": len(ligne) > 1,
    }


def entites_de(traces: list[dict]) -> list[dict]:
    """Return the lines as GeoJSON features."""
    return [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": dite["ligne"]},
            "properties": {"titre": f"Trace de {dite['trace'].par}"},
        }
        for dite in traces
        if dite["assez"]
    ]


def cadrage_de(traces: list[dict]) -> dict:
    """Return the centre and the zoom of a map that shows the lines."""
    points = [point for dite in traces for point in dite["ligne"]]
    if not points:
        return {}
    lons, lats = zip(*points, strict=True)
    etendue = distance_m(min(lons), min(lats), max(lons), max(lats))
    zoom = next((zoom for zoom, metres in ((17, 250), (16, 600), (15, 1300)) if etendue <= metres), 14)
    return {"centre": f"{(min(lons) + max(lons)) / 2:.6f},{(min(lats) + max(lats)) / 2:.6f}", "zoom": zoom}


def _trace(request, pk: int, trace_pk: int) -> TraceMarche:
    diagnostic = diagnostic_visible(request, pk, ecrire=True)
    return get_object_or_404(diagnostic.traces.select_related("par"), pk=trace_pk)


@require_POST
def trace_parcours(request, pk, trace_pk):
    """Make the track the route of the walk."""
    try:
        prendre_comme_parcours(_trace(request, pk, trace_pk), par=request.user)
    except ValidationError as erreur:
        messages.warning(request, " ".join(erreur.messages))
    else:
        messages.success(request, "La trace est le parcours de la marche. Les étapes n’ont pas changé.")
    return redirect("gusp:diagnostic_conduire", pk=pk)


@require_POST
def trace_effacer(request, pk, trace_pk):
    """Erase where an agent went."""
    effacer_trace(_trace(request, pk, trace_pk), par=request.user)
    messages.success(request, "La trace est effacée, positions comprises.")
    return redirect("gusp:diagnostic_conduire", pk=pk)
