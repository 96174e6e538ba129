"""The observation grid, the principles and the delays: read by all, written by the référent and the responsable."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from gusp.acces import peut_ecrire_convention
from gusp.forms.grille import FormulairesPrincipes, FormulairesSousThemes, FormulairesUrgences, FormulaireTheme
from gusp.models import NiveauUrgence, Principe, Theme
from socle.lecture import lecture


@lecture
def grille(request):
    """Show the themes, the sub-themes, the principles and the delays."""
    contexte = {
        "themes": Theme.objects.prefetch_related("sous_themes"),
        "niveaux": NiveauUrgence.objects.all(),
        "principes": Principe.objects.all(),
        "peut_ecrire": peut_ecrire_convention(request.user),
    }
    return render(request, "gusp/grille.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def grille_theme(request, pk):
    """Correct a theme and its sub-themes."""
    _exiger(request)
    theme = get_object_or_404(Theme, pk=pk)
    formulaire = FormulaireTheme(request.POST or None, instance=theme)
    lignes = FormulairesSousThemes(request.POST or None, instance=theme, prefix="sous")
    if request.method == "POST" and all([formulaire.is_valid(), lignes.is_valid()]):
        formulaire.save()
        lignes.save()
        messages.success(request, f"Le thème «\u00a0{theme}\u00a0» est enregistré.")
        return redirect("gusp:grille")
    return _montrer(request, lignes, titre="Modifier un thème", formulaire=formulaire, forme="sous-theme")


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def grille_urgences(request):
    """Correct the delays of answer."""
    _exiger(request)
    lignes = FormulairesUrgences(request.POST or None, queryset=NiveauUrgence.objects.all(), prefix="niveaux")
    if request.method == "POST" and lignes.is_valid():
        lignes.save()
        messages.success(request, "Les délais sont enregistrés\u202f; ils valent pour les prochaines transmissions.")
        return redirect("gusp:grille")
    return _montrer(request, lignes, titre="Modifier les délais de réponse", formulaire=None, forme="delai")


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def grille_principes(request):
    """Correct the principles of the exploratory walks."""
    _exiger(request)
    lignes = FormulairesPrincipes(request.POST or None, queryset=Principe.objects.all(), prefix="principes")
    if request.method == "POST" and lignes.is_valid():
        lignes.save()
        messages.success(request, "Les principes sont enregistrés.")
        return redirect("gusp:grille")
    return _montrer(request, lignes, titre="Modifier les principes", formulaire=None, forme="principe")


def _montrer(request, lignes, **contexte):
    status = 422 if request.method == "POST" else 200
    return render(request, "gusp/grille_formulaire.html", contexte | {"lignes": lignes}, status=status)


def _exiger(request) -> None:
    if not peut_ecrire_convention(request.user):
        raise PermissionDenied
