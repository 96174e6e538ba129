"""Pages of the decisions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from pilotage.models import Decision
from quartiers.models import Quartier
from socle.lecture import lecture


@lecture
def decision_liste(request: HttpRequest) -> HttpResponse:
    """The register."""
    lignes = Decision.objects.visibles_par(request.user).select_related("seance__instance", "responsable")
    return render(request, "pilotage/decision_liste.html", {"decisions": lignes[:200], "au": timezone.localdate()})


@lecture
def decision_fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision and its journal."""
    decision = get_object_or_404(Decision.objects.visibles_par(request.user).select_related("seance__instance"), pk=pk)
    return render(request, "pilotage/decision_fiche.html", {"decision": decision})


@lecture
def quartier_fragment(request: HttpRequest, slug: str) -> HttpResponse:
    """Decisions of a quartier, swapped into its page."""
    quartier = get_object_or_404(Quartier.objects.visibles_par(request.user), slug=slug)
    lignes = Decision.objects.visibles_par(request.user).filter(quartier=quartier).select_related("seance__instance")
    return render(request, "pilotage/quartier_fragment.html", {"quartier": quartier, "decisions": lignes[:10]})
