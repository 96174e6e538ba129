"""The action plan: table updated row by row, fiche, edition, files."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from gusp.acces import peut_creer_action, peut_ecrire_action, pilote_pour_son_organisme
from gusp.exports.actions import EXPORTS
from gusp.filtres.actions import GROUPES, FiltreActions, paginer
from gusp.filtres.pages import compter
from gusp.forms.actions import FormulaireAction, FormulaireNouvelle, FormulairesEtapes, etapes_initiales
from gusp.metier.actions import creer_action, modifier_action, noter_nouvelle, pointer_etape
from gusp.metier.refus import TransitionRefusee
from gusp.models import Action, EtapeAction
from gusp.views.fiche_action import contexte_de_la_fiche
from gusp.views.lignes_actions import Saisie, dire_les_comptes, grouper_les_lignes, ligne_de
from socle.formats import compte
from socle.lecture import lecture

#: Rows that one sending may update: more than a page holds.
LIGNES_MAX = 200
#: The same person sending the same title within that time is one creation.
DOUBLE_ENVOI = timedelta(minutes=2)


@lecture
def action_liste(request):
    """Show the plan by axis or by quartier; each row is updated in place."""
    filtre = FiltreActions(request.GET, utilisateur=request.user, au=timezone.localdate())
    page = paginer(filtre.lignes.pour_la_liste(), apres=request.GET.get("apres"), avant=request.GET.get("avant"))
    retenues, toutes, retard = compter(
        filtre.lignes, Action.objects.visibles_par(request.user), filtre.lignes.en_retard(au=filtre.jour)
    )
    filtre.proposer_choix()
    groupes = grouper_les_lignes(page.lignes, par=filtre.groupement, utilisateur=request.user, au=filtre.jour)
    suffixe = urlencode(sorted(filtre.rattachements.items()))
    contexte = {
        "groupes": groupes,
        "formulaire": filtre.form,
        "vues": _vues(filtre),
        "comptes": dire_les_comptes(retenues, toutes, retard),
        "precedent": f"?{suffixe}&avant={page.precedent}" if page.precedent else None,
        "suivant": f"?{suffixe}&apres={page.suivant}" if page.suivant else None,
        "suite": request.GET.urlencode(),
        "peut_creer": peut_creer_action(request.user),
        "modifiables": any(ligne.note for groupe in groupes for ligne in groupe.lignes),
    }
    return render(request, "gusp/action_liste.html", contexte)


def _vues(filtre: FiltreActions) -> list[tuple[str, str, bool]]:
    """Return the groupings and the files of the same rows."""
    asked = filtre.rattachements
    adresses = [
        (libelle, f"?{urlencode(asked | {'groupe': groupe})}", groupe == filtre.groupement)
        for groupe, libelle in GROUPES
    ]
    fichiers = [("Excel", "xlsx"), ("CSV", "csv")]
    return adresses + [
        (libelle, f"{reverse('gusp:action_export', args=[genre])}?{urlencode(asked)}", False)
        for libelle, genre in fichiers
    ]


@lecture
def action_export(request, genre):
    """Download the filtered actions as xlsx or csv."""
    if genre not in EXPORTS:
        raise Http404
    filtre = FiltreActions(request.GET, utilisateur=request.user, au=timezone.localdate())
    return EXPORTS[genre](filtre.lignes, au=filtre.jour)


@lecture
def action_fiche(request, pk):
    """Show the whole life of an action."""
    return _fiche(request, _visible(request, pk))


def _fiche(request, action, formulaire=None, status=200):
    contexte = contexte_de_la_fiche(action, utilisateur=request.user, au=timezone.localdate(), formulaire=formulaire)
    return render(request, "gusp/action_fiche.html", contexte, status=status)


@require_POST
def action_nouvelle(request, pk):
    """Add news to one action, from its page or from its row (htmx: the row comes back)."""
    action = _visible(request, pk)
    _exiger(_peut_noter(request.user, action))
    formulaire, erreurs = _noter(action, request)
    if request.htmx:
        return _rendre_la_ligne(request, action, formulaire, erreurs)
    if not erreurs:
        messages.success(request, f"Les nouvelles de {action.code} sont enregistrées.")
        return redirect("gusp:action_fiche", pk=pk)
    for erreur in erreurs:
        formulaire.add_error(None, erreur)
    return _fiche(request, _visible(request, pk), formulaire, status=422)


def _rendre_la_ligne(request, action, formulaire, erreurs):
    """Answer with the row, and say the result in the live region."""
    saisie = _saisie(formulaire, erreurs) if erreurs else None
    fraiche = Action.objects.visibles_par(request.user).pour_la_liste().get(pk=action.pk)
    ligne = ligne_de(fraiche, utilisateur=request.user, au=timezone.localdate(), saisie=saisie, enregistree=not erreurs)
    if erreurs:
        messages.error(request, f"{action.code}\u00a0: {' '.join(erreurs)}")
    else:
        messages.success(request, f"{action.code} est mise à jour.")
    return render(request, "gusp/action_ligne_htmx.html", {"ligne": ligne}, status=422 if erreurs else 200)


@require_POST
def action_maj(request):
    """Save every changed row of the table at once; refused rows come back with what was typed."""
    cles = {int(pk) for pk in request.POST.getlist("ligne")[:LIGNES_MAX] if pk.isdecimal() and len(pk) < 19}
    actions = Action.objects.visibles_par(request.user).pour_la_liste().filter(pk__in=cles).order_by("code")
    faites, refusees = 0, {}
    for action in actions:
        if not _a_change(request, action) or not _peut_noter(request.user, action):
            continue
        formulaire, erreurs = _noter(action, request)
        if erreurs:
            refusees[action.pk] = _saisie(formulaire, erreurs)
        else:
            faites += 1
    _dire(request, faites, len(refusees))
    if refusees:
        return _montrer_les_refus(request, refusees)
    return redirect(f"{reverse('gusp:action_liste')}?{request.GET.urlencode()}")


def _dire(request, faites: int, refusees: int) -> None:
    if faites:
        messages.success(request, f"{compte(faites, 'action,actions')} mise{'s' if faites > 1 else ''} à jour.")
    if refusees:
        messages.warning(request, f"{compte(refusees, 'ligne,lignes')} à revoir ci-dessous\u00a0: rien n’est perdu.")
    if not faites and not refusees:
        messages.info(request, "Aucune ligne n’avait changé.")


def _montrer_les_refus(request, refusees: dict[int, Saisie]):
    actions = Action.objects.visibles_par(request.user).pour_la_liste().filter(pk__in=refusees).order_by("code")
    lignes = [ligne_de(a, utilisateur=request.user, au=timezone.localdate(), saisie=refusees[a.pk]) for a in actions]
    contexte = {"lignes": lignes, "suite": request.GET.urlencode()}
    return render(request, "gusp/action_refus.html", contexte, status=422)


def _a_change(request, action) -> bool:
    """Tell whether the row was touched, compared with what it showed (and not with what is stored now)."""
    lu = {nom: request.POST.get(f"a{action.pk}-{nom}", "").strip() for nom in ("etat", "avancement", "texte", "vu")}
    touche = f"{lu['etat']} {lu['avancement']}" != lu["vu"] and bool(lu["etat"])
    return bool(lu["texte"]) or touche


def _noter(action, request) -> tuple[FormulaireNouvelle, list[str]]:
    """Write the news of one form; return the form and the sentences of the refusal."""
    formulaire = FormulaireNouvelle(request.POST, prefix=f"a{action.pk}")
    if not formulaire.is_valid():
        return formulaire, formulaire.phrases
    donnees = formulaire.cleaned_data
    donnees["etat"] = donnees["etat"] or None
    if not _peut_ecrire(request.user, action):
        donnees |= {"etat": None, "avancement": None, "blocage": ""}
    try:
        noter_nouvelle(action, par=request.user, **donnees)
    except TransitionRefusee as refus:
        return formulaire, [str(refus)]
    except ValidationError as refus:
        return formulaire, list(refus.messages)
    return formulaire, []


def _saisie(formulaire: FormulaireNouvelle, erreurs: list[str]) -> Saisie:
    tape = {nom: str(formulaire[nom].value() or "") for nom in ("etat", "avancement", "texte")}
    return Saisie(**tape, erreurs=tuple(erreurs))


@require_http_methods(["GET", "HEAD", "POST"])
def action_ajouter(request):
    """Open a fiche action."""
    _exiger(peut_creer_action(request.user))
    initial = {"quartiers": request.GET.getlist("quartier")}
    formulaire = FormulaireAction(request.POST or None, utilisateur=request.user, initial=initial)
    etapes = FormulairesEtapes(request.POST or None, prefix="etapes")
    if request.method == "POST" and all([formulaire.is_valid(), etapes.is_valid()]):
        action = creer_action(
            par=request.user,
            etapes=etapes.etapes,
            sauf_si_apres=timezone.now() - DOUBLE_ENVOI,
            **formulaire.champs,
        )
        messages.success(request, f"L’action {action.code} est créée.")
        return redirect(action)
    return _editer(request, formulaire, etapes, titre="Nouvelle action", retour=reverse("gusp:action_liste"))


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def action_modifier(request, pk):
    """Correct a fiche action."""
    action = _visible(request, pk)
    _exiger(_peut_ecrire(request.user, action))
    formulaire = FormulaireAction(request.POST or None, instance=action, utilisateur=request.user)
    etapes = FormulairesEtapes(request.POST or None, prefix="etapes", initial=etapes_initiales(action))
    if request.method == "POST" and all([formulaire.is_valid(), etapes.is_valid()]):
        modifier_action(action, par=request.user, etapes=etapes.etapes, **formulaire.champs)
        messages.success(request, f"L’action {action.code} est enregistrée.")
        return redirect("gusp:action_fiche", pk=pk)
    return _editer(request, formulaire, etapes, titre=f"Modifier l’action {action.code}", retour=f"/actions/{pk}/")


def _editer(request, formulaire, etapes, **contexte):
    contexte |= {"formulaire": formulaire, "lignes_etapes": etapes}
    status = 422 if request.method == "POST" else 200
    return render(request, "gusp/action_formulaire.html", contexte, status=status)


@require_POST
def action_etape(request, pk, etape_pk):
    """Tick a step as done today, or take the tick away."""
    action = _visible(request, pk)
    _exiger(_peut_ecrire(request.user, action))
    etape = get_object_or_404(EtapeAction, pk=etape_pk, action=action)
    faite = request.POST.get("faite") == "1"
    pointer_etape(etape, faite_le=timezone.localdate() if faite else None)
    messages.success(request, f"Étape «\u00a0{etape.libelle}\u00a0» {'faite' if faite else 'à faire'}.")
    return redirect("gusp:action_fiche", pk=pk)


def _visible(request, pk) -> Action:
    """Return the action, or 404 outside of the perimeter."""
    return get_object_or_404(Action.objects.visibles_par(request.user), pk=pk)


def _peut_ecrire(utilisateur, action) -> bool:
    return peut_ecrire_action(utilisateur, [quartier.pk for quartier in action.quartiers.all()])


def _peut_noter(utilisateur, action) -> bool:
    return pilote_pour_son_organisme(utilisateur, action) or _peut_ecrire(utilisateur, action)


def _exiger(droit: bool) -> None:
    if not droit:
        raise PermissionDenied
