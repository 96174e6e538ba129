"""Bulk gestures of the list: choose rows, confirm on a page, send or remind."""

from collections import defaultdict

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from comptes.acces import est_du_service
from gusp.enums import EtatConstat
from gusp.forms.lots import FormulaireRelanceLot, FormulaireTransmissionLot
from gusp.metier.refus import TransitionRefusee
from gusp.metier.transitions import refus_de_transmettre
from gusp.metier.transmissions import relancer_lot, transmettre_lot
from gusp.models import Constat
from gusp.views.constat_fiche import exiger
from socle.formats import compte

LOT_MAX = 200


def _choisis(request: HttpRequest) -> list[Constat]:
    """Return the rows that were ticked and that this person may send."""
    pks = {int(pk) for pk in request.POST.getlist("selection")[:LOT_MAX] if pk.isdecimal() and len(pk) < 19}
    lignes = Constat.objects.visibles_par(request.user).filter(pk__in=pks).pour_la_liste().select_related("sous_theme")
    return [c for c in lignes if est_du_service(request.user, c.quartier_id)]


@require_POST
def constat_transmettre_lot(request):
    """Send many constats, each to its own organisme or all to one."""
    exiger(est_du_service(request.user))
    choisis = _choisis(request)
    formulaire = FormulaireTransmissionLot(request.POST if "confirmer" in request.POST else None)
    if not choisis:
        return _rien(request, "transmettre")
    if not formulaire.is_bound or not formulaire.is_valid():
        return _confirmer(request, "transmettre", choisis, formulaire)
    voulu = formulaire.cleaned_data.pop("organisme")
    refus = {c.pk: refus_de_transmettre(c, voulu or c.organisme) for c in choisis}
    par_organisme = defaultdict(list)
    for constat in choisis:
        if not refus[constat.pk]:
            par_organisme[voulu or constat.organisme].append(constat)
    for organisme, constats in par_organisme.items():
        _envoyer(request, organisme, constats, formulaire.cleaned_data)
    for constat in choisis:
        if refus[constat.pk]:
            messages.warning(request, f"{constat.reference}, non transmis\u00a0: {refus[constat.pk]}")
    return redirect("gusp:constat_liste")


def _envoyer(request, organisme, constats, envoi) -> None:
    try:
        transmettre_lot(constats, organisme, par=request.user, **envoi)
    except TransitionRefusee as refus:
        messages.warning(request, f"Rien n’est transmis à {organisme}\u00a0: {refus}")
    else:
        messages.success(request, f"{compte(len(constats), 'constat transmis,constats transmis')} à {organisme}.")


@require_POST
def constat_relancer_lot(request):
    """Remind the organismes that hold many constats."""
    exiger(est_du_service(request.user))
    choisis = _choisis(request)
    if not choisis:
        return _rien(request, "relancer")
    formulaire = FormulaireRelanceLot(request.POST if "confirmer" in request.POST else None)
    if not formulaire.is_bound or not formulaire.is_valid():
        return _confirmer(request, "relancer", choisis, formulaire)
    tenus = [c for c in choisis if c.etat in EtatConstat.CHEZ_L_ORGANISME]
    try:
        relancer_lot(tenus, par=request.user, **formulaire.cleaned_data)
    except TransitionRefusee as refus:
        messages.warning(request, str(refus))
    else:
        messages.success(request, f"{compte(len(tenus), 'constat relancé,constats relancés')}.")
    if ecartes := [c.reference for c in choisis if c not in tenus]:
        messages.warning(request, f"Sans relance, car aucun organisme ne les tient\u00a0: {', '.join(ecartes)}.")
    return redirect("gusp:constat_liste")


def _rien(request, verbe: str):
    messages.warning(request, f"Cochez au moins un constat à {verbe}.")
    return redirect("gusp:constat_liste")


def _confirmer(request, verbe: str, choisis: list[Constat], formulaire):
    contexte = {
        "verbe": verbe,
        "url": f"gusp:constat_{verbe}_lot",
        "constats": choisis,
        "formulaire": formulaire,
        "refuses": [(c, _empechement(verbe, c)) for c in choisis if _empechement(verbe, c)],
    }
    return render(request, "gusp/constat_lot.html", contexte, status=422 if formulaire.is_bound else 200)


def _empechement(verbe: str, constat: Constat) -> str:
    if verbe == "transmettre":
        return refus_de_transmettre(constat, constat.organisme)
    return "" if constat.etat in EtatConstat.CHEZ_L_ORGANISME else "aucun organisme ne le tient."
