"""The field page: one constat in four taps and a photo, then straight back for the next one."""

import re
import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gusp import acces
from gusp.enums import Nature
from gusp.forms.constats import erreurs_de
from gusp.forms.terrain import FormulaireTerrain
from gusp.metier.constats import creer_constat
from gusp.metier.photos import PhotoDejaJointe, ajouter_photo
from gusp.models import Constat, Diagnostic, SousTheme, Theme
from gusp.views.constat_fiche import exiger
from socle.lecture import lecture_seule

DERNIERS = 50


@require_http_methods(["GET", "HEAD", "POST"])
def terrain(request, pk):
    """Show the field page of a walk, and save the constats that it sends."""
    marches = Diagnostic.objects.visibles_par(request.user).select_related("quartier")
    diagnostic = get_object_or_404(marches, pk=pk)
    exiger(acces.peut_relever(request.user, diagnostic.quartier_id))
    if request.method != "POST":
        with lecture_seule():
            depart = {"client_uuid": uuid.uuid4(), "nature": Nature.NEGATIF, "etape": _entier(request.GET.get("etape"))}
            return _montrer(request, diagnostic, FormulaireTerrain(initial=depart, diagnostic=diagnostic))
    formulaire = FormulaireTerrain(request.POST, request.FILES, diagnostic=diagnostic)
    constat = _enregistrer(request, diagnostic, formulaire) if formulaire.is_valid() else None
    if _veut_json(request):
        return _repondre(constat, formulaire)
    if constat is None:
        return _montrer(request, diagnostic, formulaire, status=422)
    messages.success(request, _dire(constat))
    etape = f"?etape={constat.etape_id}" if constat.etape_id else ""
    return redirect(reverse("gusp:terrain", args=[pk]) + etape)


def _enregistrer(request, diagnostic, formulaire) -> Constat | None:
    """Create the constat and its photo together; the same sending twice changes nothing."""
    champs = formulaire.champs()
    deja = Constat.objects.filter(client_uuid=champs["client_uuid"], diagnostic=diagnostic).exists()
    try:
        with transaction.atomic():
            jour = timezone.localdate()
            constat = creer_constat(par=request.user, diagnostic=diagnostic, releve_le=jour, **champs)
            if formulaire.cleaned_data["photo"]:
                _joindre(request, constat, formulaire.cleaned_data["photo"])
    except ValidationError as erreur:
        erreurs_de(erreur, formulaire)
        return None
    constat.deja_enregistre = deja
    return constat


def _joindre(request, constat, photo) -> None:
    try:
        with transaction.atomic():
            ajouter_photo(constat, photo, par=request.user)
    except PhotoDejaJointe:
        return  # the answer to a first sending was lost: the photo is there


def _veut_json(request) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _repondre(constat: Constat | None, formulaire) -> JsonResponse:
    if constat is None:
        return JsonResponse({"erreurs": _phrases(formulaire)}, status=422)
    reponse = {
        "phrase": _dire(constat),
        "numero": constat.numero,
        "titre": constat.titre,
        "url": constat.get_absolute_url(),
        "uuid": str(uuid.uuid4()),
        "deja": constat.deja_enregistre,
    }
    return JsonResponse(reponse, status=200 if constat.deja_enregistre else 201)


def _dire(constat: Constat) -> str:
    if constat.deja_enregistre:
        return f"Le constat n°\u00a0{constat.numero} était déjà enregistré."
    return f"Constat n°\u00a0{constat.numero} enregistré."


def _phrases(formulaire) -> list[str]:
    return [phrase for phrases in formulaire.errors.values() for phrase in phrases]


def _abreger(theme: Theme) -> Theme:
    """Cut the label after its first noun, for a button of the width of a thumb: « Voirie » et cheminements."""
    theme.court = re.split(r",| et ", theme.libelle, maxsplit=1)[0]
    theme.suite = theme.libelle[len(theme.court) :]
    return theme


def _entier(texte: str | None) -> int | None:
    return int(texte) if texte and texte.isdecimal() and len(texte) < 10 else None


def _montrer(request, diagnostic, formulaire, status=200):
    actifs = SousTheme.objects.filter(actif=True).order_by("ordre", "libelle")
    themes = Theme.objects.filter(actif=True).prefetch_related(Prefetch("sous_themes", queryset=actifs))
    constats = Constat.objects.visibles_par(request.user).filter(diagnostic=diagnostic)
    contexte = {
        "diagnostic": diagnostic,
        "formulaire": formulaire,
        "phrases": _phrases(formulaire) if formulaire.is_bound else [],
        "natures": [Nature.POSITIF, Nature.NEGATIF, Nature.PROPOSITION],
        "themes": [_abreger(t) for t in themes],
        "etapes": diagnostic.etapes.all(),
        "constats": constats.select_related("theme", "sous_theme").order_by("-numero")[:DERNIERS],
        "maintenant": timezone.now(),
    }
    return render(request, "gusp/terrain.html", contexte, status=status)
