"""The one path of a gesture: find, check the right, show the form, do it or refuse with a sentence."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render

from npnru.acces import peut_modifier
from npnru.metier import GesteRefuse
from npnru.models import Operation
from socle.lecture import lecture_seule


def trouver(request, modele, pk):
    """Return an operation, or a part of one, that the person reads; 404 outside, 403 without the right to change it."""
    visibles = Operation.objects.visibles_par(request.user)
    if modele is Operation:
        objet = operation = get_object_or_404(visibles.select_related("quartier"), pk=pk)
    else:
        objet = get_object_or_404(modele.objects.select_related("operation__quartier"), pk=pk, operation__in=visibles)
        operation = objet.operation
    if not peut_modifier(request.user, operation):
        raise PermissionDenied
    return objet


def editer(
    request, formulaire: Callable, agir: Callable, *, titre: str, fait: str, operation=None, retour: str = "", quoi=""
):
    """Answer GET and POST of a gesture.

    `formulaire` is called with data and files; `agir` with the clean data and may return the object to go to.
    """
    contexte = {"titre": titre, "operation": operation, "retour": retour or operation.get_absolute_url(), "quoi": quoi}
    if request.method != "POST":
        with lecture_seule():
            return _montrer(request, formulaire(None, None), contexte)
    rempli = formulaire(request.POST, request.FILES)
    try:
        with transaction.atomic():
            if rempli.is_valid():
                cible = agir(rempli.cleaned_data)
                messages.success(request, fait)
                return redirect(cible or contexte["retour"])
    except GesteRefuse as refus:
        rempli.add_error(None, str(refus))
    except ValidationError as refus:
        _reporter(rempli, refus)
    return _montrer(request, rempli, contexte, status=422)


def _reporter(formulaire, refus: ValidationError) -> None:
    """Put the sentences of a refusal beside their fields when the form has them, on top otherwise."""
    par_champ = refus.message_dict if hasattr(refus, "error_dict") else {None: refus.messages}
    for champ, phrases in par_champ.items():
        for phrase in phrases:
            formulaire.add_error(champ if champ in formulaire.fields else None, phrase)


def _montrer(request, formulaire, contexte: dict, status: int = 200):
    fichiers = formulaire.is_multipart()
    return render(
        request,
        "npnru/geste_formulaire.html",
        contexte | {"formulaire": formulaire, "fichiers": fichiers},
        status=status,
    )
