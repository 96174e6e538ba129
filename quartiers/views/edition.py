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


def editer(request, formulaire, *, titre: str, retour: tuple[str, str], fait: str):
    """Answer GET and POST of an edit page; `formulaire` is called with the data or None, `retour` is the page that owns
    the form (address, name), `fait` the message.
    """
    if request.method != "POST":
        with lecture_seule():
            return _montrer(request, formulaire(None), titre, retour)
    with transaction.atomic():
        rempli = formulaire(request.POST)
        if rempli.is_valid():
            rempli.save()
            messages.success(request, fait)
            return redirect(retour[0])
    return _montrer(request, rempli, titre, retour, status=422)


def _montrer(request, formulaire, titre: str, retour: tuple[str, str], status: int = 200):
    contexte = {"formulaire": formulaire, "titre": titre, "retour": retour[0], "retour_libelle": retour[1]}
    return render(request, "quartiers/edition_formulaire.html", contexte, status=status)
