"""The one gesture of an edit form: show it, refuse with sentences, or save and go back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render

from socle.lecture import lecture_seule


def exiger(droit: bool) -> None:
    """Raise PermissionDenied (403) without the right."""
    if not droit:
        raise PermissionDenied


def editer(request, formulaire, *, titre: str, retour: str, fait: str):
    """Answer GET and POST of an edit page; `formulaire` is called with the data or None, `fait` is the message."""
    if request.method != "POST":
        with lecture_seule():
            return _montrer(request, formulaire(None), titre, retour)
    with transaction.atomic():
        rempli = formulaire(request.POST)
        if rempli.is_valid():
            rempli.save()
            messages.success(request, fait)
            return redirect(retour)
    return _montrer(request, rempli, titre, retour, status=422)


def _montrer(request, formulaire, titre: str, retour: str, status: int = 200):
    contexte = {"formulaire": formulaire, "titre": titre, "retour": retour}
    return render(request, "quartiers/edition_formulaire.html", contexte, status=status)
