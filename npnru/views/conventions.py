"""Conventions, and what was published about the programme."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import get_object_or_404, render

from npnru.acces import lit_les_conventions
from npnru.models import ConventionNpnru, FaitPublie
from socle.lecture import lecture

GENERAUX = ("Classement", "Convention", "Montant du projet", "Financeur", "Objectif", "Concertation")


def _exiger(request) -> None:
    if not lit_les_conventions(request.user):
        raise PermissionDenied


@lecture
def convention_liste(request):
    """List the conventions, and the published amounts by date."""
    _exiger(request)
    conventions = ConventionNpnru.objects.select_related("porteur").prefetch_related("quartiers")
    contexte = {
        "conventions": conventions.annotate(operations_nombre=Count("operations", distinct=True)),
        "faits": FaitPublie.objects.filter(sujet="Montant du projet").order_by("perimetre", "ordre_date", "pk"),
    }
    return render(request, "npnru/convention_liste.html", contexte)


@lecture
def convention_fiche(request, pk):
    """Show a convention: amendments, operations, published facts by subject."""
    _exiger(request)
    convention = get_object_or_404(
        ConventionNpnru.objects.select_related("porteur").prefetch_related("quartiers", "avenants"), pk=pk
    )
    contexte = {
        "convention": convention,
        "operations": convention.operations.visibles_par(request.user).select_related("quartier", "maitre_ouvrage"),
        "faits": FaitPublie.objects.filter(sujet__in=GENERAUX).order_by("sujet", "perimetre", "ordre_date", "pk"),
    }
    return render(request, "npnru/convention_fiche.html", contexte)
