"""Import of the official outlines from the browser: send, see what would change, confirm."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.signing import BadSignature
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from quartiers import acces
from quartiers.forms import FormulaireConfirmation, FormulaireFichierQpv
from quartiers.metier import desceller, importer_qpv, lire_fichier_qpv, sceller
from quartiers.models import Quartier
from quartiers.ouverture_qpv import FichierRefuse
from quartiers.views.edition import exiger
from socle.lecture import lecture


@lecture
def contour_import(request):
    """Show the state of the outlines and the form that sends a file."""
    exiger(acces.peut_importer_les_contours(request.user))
    return _montrer(request, FormulaireFichierQpv())


@require_POST
def contour_verifier(request):
    """Read the file sent and show what an import would do; nothing is written."""
    exiger(acces.peut_importer_les_contours(request.user))
    formulaire = FormulaireFichierQpv(request.POST, request.FILES)
    if formulaire.is_valid():
        try:
            lu = _lire_envoi(formulaire)
        except FichierRefuse as refus:
            formulaire.add_error("fichier", str(refus))
        else:
            rapport = importer_qpv(lu, le=timezone.localdate(), simuler=True)
            contexte = {"rapport": rapport, "lecture": sceller(lu)}
            return render(request, "quartiers/contour_verification.html", contexte)
    return _montrer(request, formulaire, status=422)


@require_POST
def contour_importer(request):
    """Write what the preview showed."""
    exiger(acces.peut_importer_les_contours(request.user))
    formulaire = FormulaireConfirmation(request.POST)
    try:
        lu = desceller(formulaire.data.get("lecture", ""))
    except BadSignature:
        messages.error(
            request, "La vérification date de plus d’une heure ou a été altérée\u00a0: envoyez de nouveau le fichier."
        )
        return redirect("quartiers:contour_import")
    formulaire.is_valid()
    rapport = importer_qpv(lu, le=timezone.localdate(), forcer=formulaire.cleaned_data["forcer"])
    messages.success(request, f"Import de {rapport.fichier}\u00a0: {rapport.resume}.")
    return redirect("quartiers:quartier_liste")


def _montrer(request, formulaire, status: int = 200):
    contexte = {"formulaire": formulaire, "quartiers": Quartier.objects.all()}
    return render(request, "quartiers/contour_import.html", contexte, status=status)


def _lire_envoi(formulaire):
    """Read the upload through a temporary copy; raises FichierRefuse."""
    envoi = formulaire.cleaned_data["fichier"]
    millesime = 2015 if formulaire.cleaned_data["ancien"] else None
    with tempfile.TemporaryDirectory(prefix="envoi-qpv-") as dossier:
        copie = Path(dossier) / "envoi"
        with copie.open("wb") as sortie:
            sortie.writelines(envoi.chunks())
        return lire_fichier_qpv(copie, millesime=millesime, nom=envoi.name)
