"""The GUSP convention and its axes: read by all the service, written by the référent and the responsable."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gusp.acces import peut_ecrire_convention
from gusp.enums import EtatAction
from gusp.forms.actions import FormulaireConvention, FormulairesAxes
from gusp.models import Action, Axe, ConventionGusp
from socle.lecture import lecture


@lecture
def convention_gusp(request):
    """Show the conventions, the latest first, with their axes and what each holds."""
    visibles = Action.objects.visibles_par(request.user)
    siennes = Q(actions__in=visibles)
    ouvertes = siennes & Q(actions__etat__in=EtatAction.OUVERTES)
    axes = Axe.objects.annotate(
        toutes=Count("actions", filter=siennes, distinct=True),
        ouvertes=Count("actions", filter=ouvertes, distinct=True),
    )
    conventions = ConventionGusp.objects.prefetch_related("signataires", Prefetch("axes", axes))
    contexte = {"conventions": conventions, "peut_ecrire": peut_ecrire_convention(request.user)}
    return render(request, "gusp/convention_gusp.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def convention_gusp_ajouter(request):
    """Write a new convention."""
    return _editer(request, ConventionGusp(), "Nouvelle convention GUSP")


@require_http_methods(["GET", "HEAD", "POST"])
def convention_gusp_modifier(request, pk):
    """Correct a convention and its axes."""
    _exiger(request)
    return _editer(request, get_object_or_404(ConventionGusp, pk=pk), "Modifier la convention GUSP")


@transaction.atomic
def _editer(request, convention: ConventionGusp, titre: str):
    _exiger(request)
    formulaire = FormulaireConvention(request.POST or None, instance=convention)
    axes = FormulairesAxes(request.POST or None, instance=convention, prefix="axes")
    if request.method == "POST" and all([formulaire.is_valid(), axes.is_valid()]):
        axes.instance = formulaire.save()
        axes.save()
        messages.success(request, "La convention et ses axes sont enregistrés.")
        return redirect("gusp:convention_gusp")
    contexte = {"formulaire": formulaire, "axes": axes, "titre": titre, "retour": reverse("gusp:convention_gusp")}
    return render(
        request, "gusp/convention_gusp_formulaire.html", contexte, status=422 if request.method == "POST" else 200
    )


def _exiger(request) -> None:
    if not peut_ecrire_convention(request.user):
        raise PermissionDenied
