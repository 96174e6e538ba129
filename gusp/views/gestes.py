"""The gestures on one constat: POST only, a refusal is a sentence, what was typed is never lost."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from gusp import acces
from gusp.forms.constats import erreurs_de
from gusp.forms.gestes import GESTES
from gusp.metier.refus import TransitionRefusee
from gusp.models import Constat
from gusp.views.constat_fiche import constat_visible, exiger, gestes_de, montrer_fiche


@require_POST
def constat_geste(request, pk, nom):
    """Do one gesture, then come back to the constat (or to the page named by `retour`)."""
    constat = constat_visible(request, pk)
    exiger(acces.peut_faire(request.user, nom, constat))
    formulaire = GESTES[nom](request.POST, constat=constat, utilisateur=request.user)
    if not formulaire.is_valid():
        return _refuser(request, pk, formulaire)
    try:
        formulaire.executer()
    except TransitionRefusee as refus:
        formulaire.add_error(None, str(refus))
        return _refuser(request, pk, formulaire)
    except ValidationError as erreur:
        erreurs_de(erreur, formulaire)
        return _refuser(request, pk, formulaire)
    messages.success(request, formulaire.fait)
    return revenir(request, pk)


def _refuser(request: HttpRequest, pk: int, formulaire) -> HttpResponseBase:
    """Show the form again while the gesture is still possible, otherwise say why it is not and show the constat."""
    constat = constat_visible(request, pk)
    noms = {geste.nom for geste in gestes_de(constat, request.user, au=timezone.localdate())}
    if formulaire.nom in noms and "retour" not in request.POST:
        return montrer_fiche(request, constat, rempli=formulaire, status=422)
    for phrases in formulaire.errors.values():
        for phrase in phrases:
            messages.warning(request, phrase)
    return revenir(request, pk)


def revenir(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Redirect to the page of ours named by `retour`, else to the constat, else (no longer visible) to the list."""
    retour = request.POST.get("retour", "")
    if retour.startswith("/") and url_has_allowed_host_and_scheme(retour, allowed_hosts={request.get_host()}):
        return redirect(retour)
    if Constat.objects.visibles_par(request.user).filter(pk=pk).exists():
        return redirect("gusp:constat_fiche", pk=pk)
    return redirect(reverse("gusp:constat_liste"))
