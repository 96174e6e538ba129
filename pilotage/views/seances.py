"""Pages of the meetings: calendar and list, edition, the meeting itself, its printed agenda, its calendar file."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from gusp.filtres.pages import compter, lire_curseur, paginer
from gusp.metier.refus import TransitionRefusee
from pilotage import acces
from pilotage.enums import EtatSeance
from pilotage.exports import calendrier
from pilotage.filtres.seances import TRI, FiltreSeances
from pilotage.forms.seances import FormulaireSeance
from pilotage.metier.seances import changer_etat_seance, creer_seance
from pilotage.models import Seance
from pilotage.ordre_du_jour import composer
from pilotage.views.contexte_seance import contexte_de_la_fiche, envoi
from pilotage.views.dossiers import changements, exiger
from socle.formats import MOIS
from socle.lecture import lecture

#: A year and what is to come never hold more meetings than that.
AGENDA_MAX = 500
_FAITS = {EtatSeance.TENUE: "marquée tenue", EtatSeance.ANNULEE: "annulée", EtatSeance.PREVUE: "de nouveau prévue"}


def seance_visible(request: HttpRequest, pk: int) -> Seance:
    """Return the meeting, or answer 404 to who may not read it."""
    return get_object_or_404(Seance.objects.visibles_par(request.user).select_related("instance"), pk=pk)


def seance_a_organiser(request: HttpRequest, pk: int) -> Seance:
    """Return the meeting to who organises it: 404 to who may not read it, 403 to who only reads."""
    seance = seance_visible(request, pk)
    exiger(acces.peut_organiser(request.user))
    return seance


@lecture
def seance_liste(request: HttpRequest) -> HttpResponse:
    """Show what comes first, the year month by month, then what was held."""
    exiger(acces.peut_lire_les_seances(request.user))
    filtre = FiltreSeances(request.GET, utilisateur=request.user, au=timezone.localdate())
    agenda = list(filtre.agenda[:AGENDA_MAX])
    curseurs = {nom: lire_curseur(request.GET.get(nom)) for nom in ("apres", "avant")}
    page = paginer(filtre.passees, TRI, **curseurs)
    retenues, toutes = compter(filtre.qs, Seance.objects.visibles_par(request.user))
    filtre.proposer_choix()
    suffixe = urlencode(filtre.rattachements)
    contexte = {
        "formulaire": filtre.form,
        "a_venir": [s for s in agenda if filtre.est_a_venir(s)],
        "annee": filtre.annee_montree,
        "annee_precedente": filtre.annee_montree - 1,
        "annee_suivante": filtre.annee_montree + 1,
        "mois": _par_mois(agenda, filtre.annee_montree),
        "passees": page.lignes,
        "precedent": f"?{suffixe}&avant={page.precedent}" if page.precedent else None,
        "suivant": f"?{suffixe}&apres={page.suivant}" if page.suivant else None,
        "retenues": retenues,
        "toutes": toutes,
        "au": filtre.jour,
        "peut_organiser": acces.peut_organiser(request.user),
    }
    return render(request, "pilotage/seance_liste.html", contexte)


def _par_mois(seances: list[Seance], annee: int) -> list[dict]:
    siennes = [s for s in seances if s.tenue_le.year == annee]
    return [
        {"nom": nom, "seances": [s for s in siennes if s.tenue_le.month == rang]}
        for rang, nom in enumerate(MOIS, start=1)
    ]


@lecture
def seance_fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one meeting: agenda, decisions, what the last one left, dossiers."""
    return montrer_fiche(request, seance_visible(request, pk))


def montrer_fiche(request: HttpRequest, seance: Seance, *, status: int = 200, **formulaires) -> HttpResponse:
    """Render the page of a meeting, with the forms that were refused."""
    contexte = contexte_de_la_fiche(seance, utilisateur=request.user, au=timezone.localdate(), **formulaires)
    return render(request, "pilotage/seance_fiche.html", contexte, status=status)


@lecture
def seance_ordre_du_jour(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the agenda alone, made for paper."""
    seance = seance_visible(request, pk)
    contexte = {
        "seance": seance,
        "agenda": composer(seance, list(seance.points.all())),
        "membres": seance.instance.membres.all(),
    }
    return render(request, "pilotage/seance_ordre_du_jour.html", contexte)


@lecture
def seance_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the meeting for a calendar program."""
    seance = seance_visible(request, pk)
    agenda = composer(seance, list(seance.points.all()))
    adresse = request.build_absolute_uri(seance.get_absolute_url())
    reponse = HttpResponse(calendrier.ics(seance, agenda, adresse=adresse), content_type=calendrier.TYPE)
    reponse["Content-Disposition"] = f'attachment; filename="seance-{seance.tenue_le:%Y-%m-%d}.ics"'
    return reponse


@require_http_methods(["GET", "HEAD", "POST"])
def seance_ajouter(request: HttpRequest) -> HttpResponse:
    """Plan a meeting."""
    exiger(acces.peut_organiser(request.user))
    formulaire = FormulaireSeance(envoi(request), initial={"instance": request.GET.get("instance")})
    if request.method == "POST" and formulaire.is_valid():
        try:
            seance = creer_seance(**formulaire.cleaned_data)
        except ValidationError as refus:
            formulaire.add_error(None, refus)
        else:
            messages.success(request, "La séance est créée : composez son ordre du jour.".replace(" :", "\u00a0:"))
            return redirect(seance)
    return _editer(request, formulaire, titre="Nouvelle séance")


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def seance_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a meeting; a second writer is told what moved."""
    seance = seance_a_organiser(request, pk)
    formulaire = FormulaireSeance(envoi(request), instance=seance)
    if request.method == "POST" and formulaire.is_valid():
        formulaire.save()
        messages.success(request, "La séance est enregistrée.")
        return redirect("pilotage:seance_fiche", pk=pk)
    return _editer(request, formulaire, titre="Modifier la séance", seance=seance)


def _editer(request: HttpRequest, formulaire, *, titre: str, seance: Seance | None = None) -> HttpResponse:
    contexte = {"formulaire": formulaire, "titre": titre, "seance": seance, "changements": changements(formulaire)}
    return render(request, "pilotage/seance_formulaire.html", contexte, status=422 if formulaire.is_bound else 200)


@require_POST
def seance_etat(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a meeting held, call it off, or plan it again."""
    seance = seance_a_organiser(request, pk)
    vers = request.POST.get("vers", "")
    try:
        if vers not in EtatSeance.values:
            raise TransitionRefusee("Cet état n’existe pas.")
        changer_etat_seance(seance, vers)
    except TransitionRefusee as refus:
        messages.warning(request, str(refus))
    else:
        messages.success(request, f"La séance est {_FAITS[EtatSeance(vers)]}.")
    return redirect(seance)
