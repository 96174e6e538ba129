"""« Réception du terrain »: what needs a decision, what is still on a telephone, what came in lately."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from comptes.acces import peut_gerer_les_comptes
from comptes.models import Appareil
from gusp import acces
from gusp.enums import EtatDiagnostic, GenreEnvoi
from gusp.metier.arbitrage import ACTUELLE, NOUVELLE, arbitrer, rattacher
from gusp.models import Constat, Diagnostic, EnvoiTerrain, PhotoEnAttente, VersionEnvoi
from gusp.views.constat_fiche import exiger
from gusp.views.photos import TAILLES
from gusp.views.versions import cartes_de
from socle import fichiers
from socle.lecture import lecture

RECENT_JOURS = 14
CARTES_MAX, LIGNES_MAX, MARCHES_MAX = 20, 100, 30
_LIES = (
    "quartier",
    "diagnostic__quartier",
    "par",
    "constat__theme",
    "constat__sous_theme",
    "constat__principe",
    "constat__etape",
)
_HORS, _SANS = "hors", "aucune"


@lecture
def reception(request):
    """Show what the telephones sent, for the quartiers where the person is of the service."""
    exiger(acces.peut_relever(request.user))
    marche, constat = _filtres(request)
    envois = EnvoiTerrain.objects.du_service(request.user)
    sans_marche = request.GET.get("marche") == _SANS
    if marche is not None or sans_marche:
        envois = envois.filter(diagnostic=marche)
    if constat is not None:
        envois = envois.filter(constat=constat)
    a_decider = envois.a_decider().order_by("recu_le", "pk")
    nombre = a_decider.count()
    cartes = cartes_de(a_decider.select_related(*_LIES).defer(*_SANS_CONTOUR)[:CARTES_MAX])
    incompletes = envois.photos_manquantes()
    contexte = {
        "marche": marche,
        "constat": constat,
        "sans_marche": sans_marche,
        "nombre": nombre,
        "cartes": cartes,
        "arbitrer": [c for c in cartes if c.place is not None],
        "rattacher": _avec_marches([c for c in cartes if c.place is None]),
        "reste": max(0, nombre - CARTES_MAX),
        "manquantes": list(incompletes.select_related(*_LIES).defer(*_SANS_CONTOUR).order_by("recu_le")[:LIGNES_MAX]),
        "attendues": incompletes.aggregate(n=Count("pk"), photos=Sum("manquantes")),
        "depuis": RECENT_JOURS,
        "lignes_max": LIGNES_MAX,
        "appareils": _appareils(request.user),
        "tous_appareils": peut_gerer_les_comptes(request.user),
        "suite": f"?{request.GET.urlencode()}" if request.GET else "",
        **_arrivees(envois, en_detail=marche is not None or sans_marche),
    }
    return render(request, "gusp/reception.html", contexte)


_SANS_CONTOUR = ("quartier__contour", "diagnostic__quartier__contour", "constat__recherche")


def _filtres(request) -> tuple[Diagnostic | None, Constat | None]:
    """Return the walk and the constat asked for, among those that the person reads."""
    trouves = []
    for modele, cle in ((Diagnostic, "marche"), (Constat, "constat")):
        texte = request.GET.get(cle, "")
        pk = int(texte) if texte.isascii() and texte.isdecimal() and len(texte) < 18 else None
        lignes = modele.objects.visibles_par(request.user).select_related("quartier").defer("quartier__contour")
        trouves.append(get_object_or_404(lignes, pk=pk) if texte and texte != _SANS else None)
    return tuple(trouves)


def _avec_marches(cartes) -> list[dict]:
    """Return the records to attach, each with the walks of its quartier that may take it, nearest day first."""
    quartiers = {carte.envoi.quartier_id for carte in cartes}
    marches = Diagnostic.objects.filter(quartier__in=quartiers).exclude(etat=EtatDiagnostic.ANNULE)
    toutes = list(marches.select_related("quartier").defer("quartier__contour", "parcours")) if cartes else []
    lignes = []
    for carte in cartes:
        trace = carte.envoi.genre == GenreEnvoi.TRACE
        siennes = [m for m in toutes if m.quartier_id == carte.envoi.quartier_id]
        siennes = [m for m in siennes if trace or m.etat != EtatDiagnostic.CLOS]
        vu_le = timezone.localdate(carte.autre.vu_le)
        siennes.sort(key=lambda m: (abs((m.prevu_le - vu_le).days), m.pk))
        lignes.append({"carte": carte, "marches": siennes[:MARCHES_MAX], "trace": trace})
    return lignes


def _arrivees(envois, *, en_detail: bool) -> dict:
    """Return what came in lately: counts by walk, or each row of the walk asked for."""
    recents = envois.filter(recu_le__gte=timezone.now() - datetime.timedelta(days=RECENT_JOURS))
    if en_detail:
        lignes = recents.select_related(*_LIES).defer(*_SANS_CONTOUR).order_by("-recu_le", "-pk")
        return {"arrivees": list(lignes[:LIGNES_MAX]), "arrivees_nombre": recents.count(), "par_marche": []}
    genres = {genre.value: Count("pk", filter=Q(genre=genre)) for genre in GenreEnvoi}
    groupes = recents.order_by().values("diagnostic").annotate(n=Count("pk"), dernier=Max("recu_le"), **genres)
    groupes = list(groupes.order_by("-dernier")[:LIGNES_MAX])
    marches = Diagnostic.objects.select_related("quartier").defer("quartier__contour")
    connues = marches.in_bulk([g["diagnostic"] for g in groupes if g["diagnostic"]])
    lignes = [groupe | {"marche": connues.get(groupe["diagnostic"])} for groupe in groupes]
    return {"arrivees": [], "arrivees_nombre": sum(g["n"] for g in groupes), "par_marche": lignes}


def _appareils(utilisateur) -> list[Appareil]:
    """Return the devices whose last contact the person may know: its own, all of them for an administrateur."""
    lignes = Appareil.objects.filter(revoque_le=None).select_related("utilisateur").defer("cle").order_by("-vu_le")
    return list(
        (lignes if peut_gerer_les_comptes(utilisateur) else lignes.filter(utilisateur=utilisateur))[:LIGNES_MAX]
    )


@require_POST
def reception_arbitrer(request, pk):
    """Keep the version in place, or take the other one."""
    exiger(acces.peut_relever(request.user))
    envois = EnvoiTerrain.objects.du_service(request.user)
    version = get_object_or_404(VersionEnvoi.objects.filter(envoi__in=envois).select_related("envoi"), pk=pk)
    garder = request.POST.get("garder")
    if garder not in (NOUVELLE, ACTUELLE):
        raise Http404
    try:
        arbitrer(version, garder=garder, par=request.user)
    except ValidationError as erreur:
        messages.warning(request, " ".join(erreur.messages))
    else:
        fait = "L’autre version est prise." if garder == NOUVELLE else "La version en place est gardée."
        messages.success(request, f"{fait} Les deux restent dans le journal des envois.")
    return _revenir(request)


@require_POST
def reception_rattacher(request, pk):
    """Put a record in a walk of its quartier, or outside of any walk."""
    exiger(acces.peut_relever(request.user))
    envoi = get_object_or_404(EnvoiTerrain.objects.du_service(request.user), pk=pk)
    choix = request.POST.get("marche", "")
    marche = None
    if choix != _HORS:
        pk_marche = int(choix) if choix.isascii() and choix.isdecimal() and len(choix) < 18 else None
        marche = Diagnostic.objects.filter(quartier=envoi.quartier_id, pk=pk_marche).first()
        if marche is None:
            messages.warning(request, "Choisissez une marche du quartier, ou «\u00a0hors marche\u00a0».")
            return _revenir(request)
    try:
        constat = rattacher(envoi, diagnostic=marche, par=request.user)
    except ValidationError as erreur:
        messages.warning(request, " ".join(erreur.messages))
    else:
        quoi = f"Le constat {constat.reference} est créé" if constat else "La trace est rangée"
        messages.success(request, f"{quoi}, {f'dans la marche {marche.reference}' if marche else 'hors marche'}.")
    return _revenir(request)


def _revenir(request):
    retour = request.POST.get("retour", "")
    base = reverse("gusp:reception")
    sur = retour.startswith("?") and url_has_allowed_host_and_scheme(base + retour, allowed_hosts=None)
    return redirect(f"{base}{retour if sur else ''}")


@lecture
def reception_photo(request, pk, taille):
    """Send a photo that waits for its constat."""
    exiger(acces.peut_relever(request.user))
    if taille not in TAILLES:
        raise Http404
    envois = EnvoiTerrain.objects.du_service(request.user)
    photo = get_object_or_404(PhotoEnAttente.objects.filter(envoi__in=envois), pk=pk)
    try:
        return fichiers.repondre(getattr(photo, taille), f"releve-{photo.pk}.jpg", "image/jpeg", requete=request)
    except FileNotFoundError as erreur:
        raise Http404("Le fichier de cette photo est introuvable.") from erreur
