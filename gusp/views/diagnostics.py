"""The walks as a list; a new one; the facts of one corrected."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gusp import acces
from gusp.enums import EtatConstat, EtatDiagnostic
from gusp.filtres.diagnostics import FiltreDiagnostics
from gusp.filtres.pages import BORNE, compter, lire_curseur, paginer
from gusp.forms.constats import erreurs_de
from gusp.forms.diagnostics import FormulaireDiagnostic
from gusp.metier.diagnostics import creer_diagnostic, modifier_diagnostic
from gusp.models import Constat
from gusp.views.constat_fiche import exiger
from gusp.views.marche import FORMES, diagnostic_visible
from gusp.views.presentation import adresse
from socle.formats import nombre
from socle.lecture import lecture, lecture_seule
from socle.verrou import VersionPerimee

GET_OU_POST = require_http_methods(["GET", "HEAD", "POST"])


@lecture
def diagnostic_liste(request):
    """List the walks that the filter keeps, with what became of their constats."""
    au = timezone.localdate()
    filtre = FiltreDiagnostics(request.GET, utilisateur=request.user, au=au)
    lignes = filtre.qs.select_related("quartier", "referent").defer("quartier__contour", "parcours", "notes", "raisons")
    page = paginer(
        lignes,
        filtre.ordre,
        apres=lire_curseur(request.GET.get("apres")),
        avant=lire_curseur(request.GET.get("avant")),
    )
    retenus, tous = compter(filtre.qs, filtre.queryset)
    contexte = {
        "lignes": _avec_constats(request, page.lignes, au=au),
        "filtre": filtre,
        "phrase": f"{_borne(retenus)} sur {_borne(tous)} · {filtre.mots}",
        "resume": f"{page.debut + 1} à {page.debut + len(page.lignes)} sur {_borne(retenus)}" if page.lignes else "",
        "precedent": adresse(request, avant=str(page.precedent)) if page.precedent else None,
        "suivant": adresse(request, apres=str(page.suivant)) if page.suivant else None,
        "peut_preparer": acces.peut_preparer(request.user),
        "au": au,
    }
    return render(request, "gusp/diagnostic_liste.html", contexte)


def _borne(compte: int) -> str:
    return f"plus de {nombre(BORNE)}" if compte > BORNE else nombre(compte)


def _avec_constats(request, diagnostics, *, au) -> list[dict]:
    """Return the rows of the page; the constats of all of them are counted in one query."""
    comptes = (
        Constat.objects.visibles_par(request.user)
        .filter(diagnostic__in=[d.pk for d in diagnostics])
        .order_by()
        .values("diagnostic")
        .annotate(
            tous=Count("pk"),
            a_trier=Count("pk", filter=Q(etat=EtatConstat.BROUILLON)),
            ouverts=Count("pk", filter=Q(ouvert=True)),
            retard=Count("pk", filter=Q(ouvert=True, echeance_le__lt=au)),
        )
    )
    par_marche = {ligne["diagnostic"]: ligne for ligne in comptes}
    rien = {"tous": 0, "a_trier": 0, "ouverts": 0, "retard": 0}
    return [
        {"d": d, "forme": FORMES[EtatDiagnostic(d.etat)], "comptes": par_marche.get(d.pk, rien)} for d in diagnostics
    ]


@GET_OU_POST
def diagnostic_ajouter(request):
    """Prepare a new walk."""
    exiger(acces.peut_preparer(request.user))
    if request.method != "POST":
        with lecture_seule():
            depart = {"prevu_le": timezone.localdate(), "referent": request.user.pk, "quartier": _quartier(request)}
            return _editer(request, None, FormulaireDiagnostic(initial=depart, utilisateur=request.user))
    formulaire = FormulaireDiagnostic(request.POST, utilisateur=request.user)
    if formulaire.is_valid():
        try:
            diagnostic = creer_diagnostic(par=request.user, **formulaire.champs)
        except ValidationError as erreur:
            erreurs_de(erreur, formulaire)
        else:
            messages.success(
                request, f"Le diagnostic {diagnostic.reference} est créé\u00a0: tracez maintenant son parcours."
            )
            return redirect("gusp:diagnostic_preparer", pk=diagnostic.pk)
    return _editer(request, None, formulaire, status=422)


def _quartier(request) -> int | None:
    voulu = request.GET.get("quartier", "")
    return int(voulu) if voulu.isdecimal() and len(voulu) < 10 else None


@GET_OU_POST
def diagnostic_modifier(request, pk):
    """Correct the facts of a walk; a second writer is told what changed and keeps what they typed."""
    diagnostic = diagnostic_visible(request, pk, ecrire=True)
    if request.method != "POST":
        with lecture_seule():
            formulaire = FormulaireDiagnostic(instance=diagnostic, utilisateur=request.user)
            return _editer(request, diagnostic, formulaire)
    with transaction.atomic():
        formulaire = FormulaireDiagnostic(request.POST, instance=diagnostic, utilisateur=request.user)
        if formulaire.is_valid():
            try:
                modifier_diagnostic(diagnostic, par=request.user, **formulaire.champs)
            except ValidationError as erreur:
                erreurs_de(erreur, formulaire)
            else:
                messages.success(request, "Le diagnostic est enregistré.")
                return redirect("gusp:diagnostic_preparer", pk=pk)
    return _editer(request, diagnostic_visible(request, pk), formulaire, status=422)


def _editer(request, diagnostic, formulaire, status=200):
    perimees = [e for e in formulaire.non_field_errors().as_data() if isinstance(e, VersionPerimee)]
    retour = (
        reverse("gusp:diagnostic_preparer", args=[diagnostic.pk]) if diagnostic else reverse("gusp:diagnostic_liste")
    )
    contexte = {
        "diagnostic": diagnostic,
        "formulaire": formulaire,
        "changements": perimees[0].changements if perimees else [],
        "retour": retour,
    }
    return render(request, "gusp/diagnostic_formulaire.html", contexte, status=status)
