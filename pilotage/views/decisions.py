"""The register of decisions: list, file, page of one decision, follow-up, correction, fragment of a quartier."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST

from gusp.filtres.pages import compter, lire_curseur, paginer
from gusp.metier.refus import TransitionRefusee
from pilotage import acces
from pilotage.enums import EtatDecision
from pilotage.exports.decisions import xlsx
from pilotage.filtres.decisions import FiltreDecisions
from pilotage.forms.decisions import FormulaireDecision, FormulaireDecisionModifiee, FormulaireSuivi
from pilotage.metier.decisions import changer_etat_decision, modifier_decision, prendre_decision
from pilotage.models import Decision, Seance
from pilotage.views.contexte_seance import DECISION, contexte_des_decisions, envoi
from pilotage.views.dossiers import changements, exiger
from pilotage.views.lignes_decisions import etats_de, ligne_de
from pilotage.views.seances import montrer_fiche, seance_a_organiser
from quartiers.models import Quartier
from socle.lecture import lecture

#: Decisions and meetings shown on the page of a quartier; a link leads to all.
LIGNES = 8


def decision_visible(request: HttpRequest, pk: int) -> Decision:
    """Return the decision, or answer 404 to who may not read it."""
    lignes = Decision.objects.visibles_par(request.user).pour_la_liste().select_related("point")
    return get_object_or_404(lignes, pk=pk)


@lecture
def decision_liste(request: HttpRequest) -> HttpResponse:
    """Show the register; each row is followed in place."""
    filtre = FiltreDecisions(request.GET, utilisateur=request.user, au=timezone.localdate())
    curseurs = {nom: lire_curseur(request.GET.get(nom)) for nom in ("apres", "avant")}
    page = paginer(filtre.lignes.pour_la_liste(), filtre.ordre, **curseurs)
    visibles = Decision.objects.visibles_par(request.user)
    retenues, toutes, retard = compter(filtre.lignes, visibles, filtre.lignes.en_retard(au=filtre.jour))
    filtre.proposer_choix()
    suffixe = urlencode(filtre.rattachements)
    contexte = {
        "formulaire": filtre.form,
        "lignes": [ligne_de(d, utilisateur=request.user, au=filtre.jour) for d in page.lignes],
        "retenues": retenues,
        "toutes": toutes,
        "retard": retard,
        "vues": [("Classeur", f"{reverse('pilotage:decision_export')}?{suffixe}", False)],
        "precedent": f"?{suffixe}&avant={page.precedent}" if page.precedent else None,
        "suivant": f"?{suffixe}&apres={page.suivant}" if page.suivant else None,
        "retour": request.get_full_path(),
        "partenaire": request.user.perimetre.est_partenaire,
    }
    return render(request, "pilotage/decision_liste.html", contexte)


@lecture
def decision_export(request: HttpRequest) -> HttpResponseBase:
    """Download the filtered register."""
    filtre = FiltreDecisions(request.GET, utilisateur=request.user, au=timezone.localdate())
    return xlsx(filtre.ordre.ordonner(filtre.lignes), au=filtre.jour)


@lecture
def decision_fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one decision and its life."""
    return _montrer(request, decision_visible(request, pk))


def _montrer(request: HttpRequest, decision: Decision, formulaire=None, status: int = 200) -> HttpResponse:
    au = timezone.localdate()
    etats = etats_de(decision, request.user)
    if formulaire is None:
        formulaire = FormulaireSuivi(initial={"vers": decision.etat, "depuis": decision.etat})
    formulaire.fields["vers"].choices = etats
    contexte = {
        "decision": decision,
        "retard": decision.retard_jours(au=au),
        "evenements": [_evenement(m) for m in decision.mouvements.select_related("par")],
        "formulaire": formulaire if etats else None,
        "peut_suivre": len(etats) > 1,
        "peut_modifier": acces.peut_organiser(request.user),
        "partenaire": request.user.perimetre.est_partenaire,
    }
    return render(request, "pilotage/decision_fiche.html", contexte, status=status)


def _evenement(mouvement) -> dict:
    if not mouvement.de:
        texte = "Décision prise"
    elif mouvement.de == mouvement.vers:
        texte = "Nouvelle"
    else:
        texte = f"{mouvement.get_de_display()} → {mouvement.get_vers_display()}"
    forme = {"tenue": "fait", "abandonnee": "retard"}.get(mouvement.vers, "") if mouvement.de != mouvement.vers else ""
    return {"le": mouvement.le, "par": mouvement.par, "texte": texte, "motif": mouvement.commentaire, "forme": forme}


@require_POST
def decision_prendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a decision to a meeting, during it or after."""
    seance = seance_a_organiser(request, pk)
    formulaire = FormulaireDecision(request.POST, prefix=DECISION, seance=seance)
    if formulaire.is_valid():
        try:
            decision = prendre_decision(seance=seance, par=request.user, **formulaire.cleaned_data)
        except TransitionRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, f"La décision {decision.numero} est enregistrée.")
    return _rendre_les_decisions(request, seance, formulaire if formulaire.errors else None)


def _rendre_les_decisions(request: HttpRequest, seance: Seance, refuse) -> HttpResponse:
    """Answer with the decisions (htmx), the page with the refused form, or a redirection."""
    status = 422 if refuse else 200
    if request.htmx:
        au = timezone.localdate()
        contexte = contexte_des_decisions(seance, utilisateur=request.user, au=au, decision=refuse)
        return render(request, "pilotage/seance_decisions_htmx.html", contexte, status=status)
    if refuse:
        return montrer_fiche(request, seance, status=422, decision=refuse)
    return redirect(f"{seance.get_absolute_url()}#decisions")


@require_POST
def decision_suivre(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the state or add news, from the page or from the row (htmx: the row comes back)."""
    decision = decision_visible(request, pk)
    exiger(acces.peut_commenter_decision(request.user, decision))
    formulaire = FormulaireSuivi(request.POST)
    if formulaire.is_valid():
        _suivre(request, decision, formulaire)
    if request.htmx:
        return _rendre_la_ligne(request, pk, formulaire)
    if formulaire.errors:
        return _montrer(request, decision_visible(request, pk), formulaire, status=422)
    return redirect(_retour(request) or decision.get_absolute_url())


def _suivre(request: HttpRequest, decision: Decision, formulaire: FormulaireSuivi) -> None:
    """Write what the form says; a refusal goes on the form."""
    donnees = formulaire.cleaned_data
    exiger(donnees["vers"] == decision.etat or acces.peut_suivre_decision(request.user, decision))
    try:
        suivie = changer_etat_decision(
            decision,
            donnees["vers"],
            par=request.user,
            commentaire=donnees["commentaire"],
            tenue_le=donnees["tenue_le"],
            depuis=donnees["depuis"] or None,
        )
    except TransitionRefusee as refus:
        formulaire.add_error(None, str(refus))
    else:
        etat = EtatDecision(suivie.etat).label.lower()
        messages.success(request, f"{decision.numero} est à jour\u00a0: {etat}.")


def _rendre_la_ligne(request: HttpRequest, pk: int, formulaire: FormulaireSuivi) -> HttpResponse:
    fraiche = decision_visible(request, pk)
    refuse = formulaire if formulaire.errors else None
    ligne = ligne_de(
        fraiche, utilisateur=request.user, au=timezone.localdate(), formulaire=refuse, enregistree=refuse is None
    )
    contexte = {"ligne": ligne, "retour": _retour(request), "partenaire": request.user.perimetre.est_partenaire}
    return render(request, "pilotage/decision_ligne_htmx.html", contexte, status=422 if refuse else 200)


def _retour(request: HttpRequest) -> str:
    """Return the page of ours named by the form, or nothing."""
    retour = request.POST.get("retour", "")
    sur = retour.startswith("/") and url_has_allowed_host_and_scheme(retour, allowed_hosts={request.get_host()})
    return retour if sur else ""


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def decision_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a decision; a second writer is told what moved, the journal says what changed."""
    decision = decision_visible(request, pk)
    exiger(acces.peut_organiser(request.user))
    formulaire = FormulaireDecisionModifiee(envoi(request), instance=decision, seance=decision.seance)
    if request.method == "POST" and formulaire.is_valid():
        try:
            modifier_decision(decision, par=request.user, **formulaire.champs)
        except ValidationError as refus:
            formulaire.add_error(None, refus)
        else:
            messages.success(request, f"La décision {decision.numero} est enregistrée.")
            return redirect("pilotage:decision_fiche", pk=pk)
    contexte = {"decision": decision, "formulaire": formulaire, "changements": changements(formulaire)}
    return render(request, "pilotage/decision_formulaire.html", contexte, status=422 if formulaire.is_bound else 200)


@lecture
def quartier_fragment(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the open decisions of a quartier, the next and the last meetings that cover it."""
    quartier = get_object_or_404(Quartier.objects.visibles_par(request.user), slug=slug)
    au = timezone.localdate()
    decisions = Decision.objects.visibles_par(request.user).filter(quartier=quartier).ouvertes()
    seances = Seance.objects.visibles_par(request.user).du_quartier(quartier).select_related("instance")
    contexte = {
        "quartier": quartier,
        "nombre": decisions.count(),
        "decisions": [
            (d, d.retard_jours(au=au)) for d in decisions.pour_la_liste().order_by("echeance_le", "pk")[:LIGNES]
        ],
        "prochaines": seances.a_venir(au=au)[:3],
        "derniere": seances.filter(etat="tenue", tenue_le__lte=au).order_by("-tenue_le", "-pk").first(),
    }
    gabarit = "pilotage/quartier_fragment.html" if request.htmx else "pilotage/quartier_pilotage.html"
    return render(request, gabarit, contexte)
