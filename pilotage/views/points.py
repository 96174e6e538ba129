"""Acts on the agenda: POST only; with htmx the agenda comes back, without it the page of the meeting."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from gusp.metier.refus import TransitionRefusee
from pilotage.forms.seances import FormulairePoint
from pilotage.metier.ordre_du_jour import (
    ajouter_point,
    deplacer_point,
    enregistrer_point,
    supprimer_point,
    verrouiller_ordre_du_jour,
)
from pilotage.models import PointOrdreDuJour, Seance
from pilotage.views.contexte_seance import NOUVEAU, contexte_des_points, prefixe
from pilotage.views.seances import montrer_fiche, seance_a_organiser


def _point(request: HttpRequest, pk: int) -> tuple[PointOrdreDuJour, Seance]:
    point = get_object_or_404(PointOrdreDuJour, pk=pk)
    return point, seance_a_organiser(request, point.seance_id)


def _repondre(request: HttpRequest, seance: Seance, *, status: int = 200, **formulaires) -> HttpResponse:
    """Answer with the agenda (htmx), the page with the refused form, or a redirection to the agenda."""
    if request.htmx:
        contexte = contexte_des_points(seance, utilisateur=request.user, **formulaires)
        return render(request, "pilotage/seance_points_htmx.html", contexte, status=status)
    if status == 422:
        return montrer_fiche(request, seance, status=422, **formulaires)
    return redirect(f"{seance.get_absolute_url()}#ordre-du-jour")


def _tenter(request: HttpRequest, geste: Callable[[], object], fait: str) -> None:
    """Do it, or say why it is refused."""
    try:
        geste()
    except TransitionRefusee as refus:
        messages.warning(request, str(refus))
    else:
        messages.success(request, fait)


@require_POST
def point_ajouter(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a point at the end."""
    seance = seance_a_organiser(request, pk)
    formulaire = FormulairePoint(request.POST, prefix=NOUVEAU)
    if not formulaire.is_valid():
        return _repondre(request, seance, status=422, nouveau=formulaire)
    _tenter(request, lambda: ajouter_point(seance, **formulaire.cleaned_data), "Le point est à l’ordre du jour.")
    return _repondre(request, seance)


@require_POST
@transaction.atomic
def point_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a point in place; a second writer is told what moved."""
    _, seance = _point(request, pk)
    try:
        verrouiller_ordre_du_jour(seance.pk)
    except TransitionRefusee as refus:
        messages.warning(request, str(refus))
        return _repondre(request, seance)
    point = get_object_or_404(PointOrdreDuJour, pk=pk)  # read again: it may have gone before the lock
    formulaire = FormulairePoint(request.POST, instance=point, prefix=prefixe(pk))
    if not formulaire.is_valid():
        return _repondre(request, seance, status=422, rempli=formulaire)
    _tenter(request, lambda: enregistrer_point(formulaire.instance), "Le point est enregistré.")
    return _repondre(request, seance)


@require_POST
def point_supprimer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a point off the agenda."""
    point, seance = _point(request, pk)
    _tenter(request, lambda: supprimer_point(point), "Le point est retiré de l’ordre du jour.")
    return _repondre(request, seance)


@require_POST
def point_deplacer(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a point one rank up or down."""
    point, seance = _point(request, pk)
    sens = -1 if request.POST.get("sens") == "haut" else 1
    try:
        deplacer_point(point, sens=sens)
    except TransitionRefusee as refus:
        messages.warning(request, str(refus))
    return _repondre(request, seance)
