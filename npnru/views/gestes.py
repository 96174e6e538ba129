"""Gestures on dates and states: each is a form page, then the fiche."""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from npnru import forms, metier
from npnru.models import Jalon, Operation, Phase
from npnru.views.edition import editer, trouver
from socle.formats import jour

GET_OU_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_POST
def operation_etat(request, pk):
    """Change the state of an operation."""
    operation = trouver(request, Operation, pk)
    formulaire = forms.FormulaireEtat(request.POST, objet=operation)
    if not formulaire.is_valid():
        messages.error(request, "Choisissez un état permis depuis l’état actuel de l’opération.")
        return redirect(operation)
    vers, commentaire = formulaire.cleaned_data["vers"], formulaire.cleaned_data["commentaire"]
    try:
        operation = metier.changer_etat(operation, vers, par=request.user, commentaire=commentaire)
    except metier.TransitionRefusee as refus:
        messages.warning(request, str(refus))
    else:
        messages.success(request, f"L’opération est désormais «\u00a0{operation.get_etat_display()}\u00a0».")
    return redirect(operation)


@GET_OU_POST
def jalon_ajouter(request, pk):
    """Add a milestone."""
    operation = trouver(request, Operation, pk)

    def agir(donnees):
        metier.ajouter_jalon(operation, **donnees)

    return editer(
        request,
        partial(forms.FormulaireJalon, objet=operation),
        agir,
        titre="Ajouter un jalon",
        fait="Le jalon est ajouté.",
        operation=operation,
    )


@GET_OU_POST
def jalon_reprogrammer(request, pk):
    """Move the forecast of a milestone, with its motive."""
    jalon = trouver(request, Jalon, pk)

    def agir(donnees):
        donnees.pop("version")
        metier.reprogrammer_jalon(jalon, donnees.pop("nouvelle"), par=request.user, **donnees)

    return editer(
        request,
        lambda data, files: forms.FormulaireReprogrammationJalon(
            data, files, objet=jalon, initial={"nouvelle": jalon.prevu_le}
        ),
        agir,
        titre="Reprogrammer un jalon",
        fait="La date est reprogrammée.",
        operation=jalon.operation,
        quoi=f"{jalon.libelle}\u00a0: prévu le {jour(jalon.prevu_le)}, initialement le {jour(jalon.initial_le)}.",
    )


@GET_OU_POST
def jalon_atteindre(request, pk):
    """Note the actual date of a milestone."""
    jalon = trouver(request, Jalon, pk)

    def agir(donnees):
        donnees.pop("version")
        metier.atteindre_jalon(jalon, par=request.user, **donnees)

    return editer(
        request,
        partial(forms.FormulaireAtteinte, objet=jalon),
        agir,
        titre="Noter qu’un jalon est atteint",
        fait="Le jalon est atteint.",
        operation=jalon.operation,
        quoi=f"{jalon.libelle}\u00a0: prévu le {jour(jalon.prevu_le)}.",
    )


@GET_OU_POST
def jalon_annuler(request, pk):
    """Take back an actual date noted by mistake."""
    jalon = trouver(request, Jalon, pk)

    def agir(donnees):
        metier.annuler_atteinte(jalon, explication=donnees["explication"], par=request.user)

    return editer(
        request,
        partial(forms.FormulaireAnnulation, objet=jalon),
        agir,
        titre="Retirer la date réelle d’un jalon",
        fait="La date réelle est retirée.",
        operation=jalon.operation,
        quoi=f"{jalon.libelle}\u00a0: atteint le {jour(jalon.atteint_le)}.",
    )


@GET_OU_POST
def phase_reprogrammer(request, pk):
    """Move the forecast period of a phase, with its motive."""
    phase = trouver(request, Phase, pk)

    def agir(donnees):
        donnees.pop("version")
        metier.reprogrammer_phase(phase, par=request.user, **donnees)

    return editer(
        request,
        lambda data, files: forms.FormulaireReprogrammationPhase(
            data, files, objet=phase, initial={"debut": phase.debut_prevu, "fin": phase.fin_prevue}
        ),
        agir,
        titre="Reprogrammer une phase",
        fait="La phase est reprogrammée.",
        operation=phase.operation,
        quoi=f"{phase.libelle}\u00a0: contractuellement du {jour(phase.debut_initial)} au {jour(phase.fin_initiale)}.",
    )


@GET_OU_POST
def phase_avancer(request, pk):
    """Note when a phase really began and ended."""
    phase = trouver(request, Phase, pk)

    def agir(donnees):
        donnees.pop("version")
        metier.noter_avancement_phase(phase, par=request.user, **donnees)

    return editer(
        request,
        lambda data, files: forms.FormulaireAvancement(
            data, files, objet=phase, initial={"debut_reel": phase.debut_reel, "fin_reelle": phase.fin_reelle}
        ),
        agir,
        titre="Noter l’avancement d’une phase",
        fait="L’avancement est noté.",
        operation=phase.operation,
        quoi=f"{phase.libelle}\u00a0: prévue du {jour(phase.debut_prevu)} au {jour(phase.fin_prevue)}.",
    )
