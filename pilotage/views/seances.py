"""Pages of the meetings."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from pilotage.models import Seance
from socle.lecture import lecture


@lecture
def seance_liste(request: HttpRequest) -> HttpResponse:
    """Coming meetings first, then the past ones."""
    if request.user.perimetre.est_partenaire:
        raise PermissionDenied
    lignes = Seance.objects.visibles_par(request.user).select_related("instance")
    return render(request, "pilotage/seance_liste.html", {"seances": lignes[:200], "au": timezone.localdate()})


@lecture
def seance_fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: agenda and decisions."""
    seance = get_object_or_404(Seance.objects.visibles_par(request.user).select_related("instance"), pk=pk)
    return render(request, "pilotage/seance_fiche.html", {"seance": seance, "points": seance.points.all()})
