"""Acts on a dossier: POST only, one door each, a refusal is a sentence on the page."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from gusp.metier.refus import TransitionRefusee
from pilotage import acces
from pilotage.metier import dossiers as metier
from pilotage.models import Dossier, SectionDossier
from pilotage.taches import demander_impression
from pilotage.views.dossiers import dossier_visible, exiger


def _tenter(request: HttpRequest, geste: Callable[[], object], reussite: str) -> bool:
    try:
        geste()
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
        return False
    if reussite:
        messages.success(request, reussite)
    return True


@require_POST
def dossier_relire(request: HttpRequest, pk: int) -> HttpResponse:
    dossier = dossier_visible(request, pk)
    exiger(acces.peut_preparer_dossier(request.user))
    _tenter(request, lambda: metier.relire(dossier, par=request.user), "Le dossier est marqué relu.")
    return redirect(dossier)


@require_POST
def dossier_reprendre(request: HttpRequest, pk: int) -> HttpResponse:
    dossier = dossier_visible(request, pk)
    exiger(acces.peut_preparer_dossier(request.user))
    _tenter(request, lambda: metier.reprendre(dossier, par=request.user), "Le dossier est de nouveau en brouillon.")
    return redirect(dossier)


@require_POST
def dossier_figer(request: HttpRequest, pk: int) -> HttpResponse:
    dossier = dossier_visible(request, pk)
    exiger(acces.peut_figer(request.user))
    phrase = "Le dossier est figé : il ne changera plus. Son PDF se fabrique."
    if _tenter(request, lambda: metier.figer(dossier, par=request.user), phrase):
        demander_impression(Dossier.objects.get(pk=pk), par=request.user)
    return redirect(dossier)


@require_POST
def dossier_diffuser(request: HttpRequest, pk: int) -> HttpResponse:
    dossier = dossier_visible(request, pk)
    exiger(acces.peut_figer(request.user))
    _tenter(request, lambda: metier.diffuser(dossier, par=request.user), "La diffusion est notée.")
    return redirect(dossier)


@require_POST
def dossier_nouvelle_edition(request: HttpRequest, pk: int) -> HttpResponse:
    dossier = dossier_visible(request, pk)
    exiger(acces.peut_preparer_dossier(request.user))
    note = request.POST.get("note", "").replace("\x00", "")
    try:
        suivante = metier.nouvelle_edition(dossier, par=request.user, note=note)
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
        return redirect(dossier)
    messages.success(request, f"L’édition {suivante.edition} est ouverte en brouillon.")
    return redirect(suivante)


@require_POST
def impression_demander(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever reads a dossier may print it; a partner or a reader of frozen dossiers gets the kept file."""
    dossier = dossier_visible(request, pk)
    demander_impression(dossier, par=request.user)
    return redirect(f"{dossier.get_absolute_url()}#impression")


def _section(request: HttpRequest, pk: int) -> SectionDossier:
    section = get_object_or_404(SectionDossier.objects.select_related("dossier"), pk=pk)
    dossier_visible(request, section.dossier_id)
    exiger(acces.peut_preparer_dossier(request.user))
    return section


@require_POST
@transaction.atomic
def section_deplacer(request: HttpRequest, pk: int) -> HttpResponse:
    section = _section(request, pk)
    sens = -1 if request.POST.get("sens") == "haut" else 1
    _tenter(request, lambda: metier.deplacer_section(section, sens=sens), "")
    return redirect(f"{section.dossier.get_absolute_url()}#section-{section.genre}")


@require_POST
def section_inclure(request: HttpRequest, pk: int) -> HttpResponse:
    section = _section(request, pk)
    incluse = request.POST.get("incluse") == "oui"
    phrase = f"« {section} » est {'dans le' if incluse else 'hors du'} dossier."
    _tenter(request, lambda: metier.inclure_section(section, incluse, par=request.user), phrase)
    return redirect(f"{section.dossier.get_absolute_url()}#section-{section.genre}")
