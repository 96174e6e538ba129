"""Serial entry from paper: a table of rows and the photos of the day, saved all together or not at all."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from gusp.enums import EtatDiagnostic, Nature, Urgence
from gusp.forms.constats import erreurs_de
from gusp.forms.saisie import RANGEES, RANGEES_MAX, FormulairePhotos, FormulairesRangees, Listes
from gusp.metier.saisie import RangeeRefusee, Saisie, saisir_serie
from gusp.views.marche import diagnostic_visible
from socle.formats import compte
from socle.lecture import lecture_seule

PREFIXE = "c"


@require_http_methods(["GET", "HEAD", "POST"])
def saisie_serie(request, pk):
    """Type the paper of a walk; what is refused stays on the page, beside its reason."""
    diagnostic = diagnostic_visible(request, pk, ecrire=True)
    if diagnostic.etat in (EtatDiagnostic.ANNULE, EtatDiagnostic.CLOS):
        messages.warning(
            request, f"Ce diagnostic est {diagnostic.get_etat_display().lower()}\u00a0: on n’y ajoute plus rien."
        )
        return redirect("gusp:diagnostic_conduire", pk=pk)
    options = {"prefix": PREFIXE, "form_kwargs": {"listes": Listes.pour(diagnostic)}}
    if request.method != "POST" or "plus" in request.POST:
        with lecture_seule():
            donnees = _avec_rangees(request.POST)
            return _montrer(request, diagnostic, FormulairesRangees(donnees, **options), frais=True)
    formulaires = FormulairesRangees(request.POST, **options)
    photos = FormulairePhotos(request.POST, request.FILES)
    if formulaires.is_valid() and (saisie := _enregistrer(request, diagnostic, formulaires, photos)):
        messages.success(request, _dire(saisie))
        if saisie.restees:
            messages.warning(request, _dire_restees(saisie))
        suite = "gusp:saisie_serie" if "encore" in request.POST else "gusp:diagnostic_conduire"
        return redirect(suite, pk=pk)
    return _montrer(request, diagnostic, formulaires, photos=photos, status=422)


def _avec_rangees(recues: QueryDict) -> QueryDict:
    """Return the rows received and ten more, each with its own identifier."""
    donnees = recues.copy()
    texte = recues.get(f"{PREFIXE}-TOTAL_FORMS", "0")
    deja = int(texte) if texte.isdecimal() and len(texte) < 4 else 0
    total = min(deja + RANGEES, RANGEES_MAX)
    for rang in range(deja, total):
        donnees[f"{PREFIXE}-{rang}-client_uuid"] = str(uuid.uuid4())
        donnees[f"{PREFIXE}-{rang}-nature"] = Nature.NEGATIF.value
        donnees[f"{PREFIXE}-{rang}-urgence"] = str(Urgence.U3.value)
    donnees[f"{PREFIXE}-TOTAL_FORMS"] = str(total)
    donnees[f"{PREFIXE}-INITIAL_FORMS"] = "0"
    return donnees


def _enregistrer(request, diagnostic, formulaires, photos) -> Saisie | None:
    """Write the rows, then read the photos only when there are some; None when something is to be corrected."""
    ecrites = formulaires.ecrites
    if not ecrites:
        messages.warning(request, "Remplissez au moins une ligne avant d’enregistrer.")
        return None
    if not photos.is_valid():
        return None
    recues = photos.cleaned_data["photos"]
    try:
        return saisir_serie(diagnostic, [f.champs for f in ecrites], par=request.user, photos=recues)
    except RangeeRefusee as refus:
        erreurs_de(refus.erreur, ecrites[refus.rang])
    except ValidationError as erreur:
        erreurs_de(erreur, ecrites[0])
    return None


def _dire(saisie: Saisie) -> str:
    phrases = []
    if saisie.nouveaux:
        premier, dernier = saisie.nouveaux[0].numero, saisie.nouveaux[-1].numero
        rangs = f"n°\u00a0{premier}" if premier == dernier else f"n°\u00a0{premier} à {dernier}"
        phrases.append(f"{compte(len(saisie.nouveaux), 'constat enregistré,constats enregistrés')}, {rangs}.")
    if saisie.deja:
        phrases.append(f"{compte(len(saisie.deja), 'ligne était déjà enregistrée,lignes étaient déjà enregistrées')}.")
    if saisie.jointes:
        phrases.append(f"{compte(saisie.jointes, 'photo jointe,photos jointes')}.")
    return " ".join(phrases)


def _dire_restees(saisie: Saisie) -> str:
    """Name every photo that no constat received, and why."""
    combien = compte(len(saisie.restees), "photo n’est pas jointe,photos ne sont pas jointes")
    liste = "\u202f; ".join(f"{nom} ({raison.rstrip('.')})" for nom, raison in saisie.restees)
    return f"{combien}\u00a0: {liste}. Ajoutez-les à la main, sur la fiche du constat."


def _montrer(request, diagnostic, formulaires, *, photos=None, frais=False, status=200):
    """Show the rows; `frais`, without the errors of rows that are still being typed."""
    contexte = {
        "diagnostic": diagnostic,
        "formulaires": formulaires,
        "photos": photos or FormulairePhotos(),
        "photos_perdues": bool(request.FILES),
        "exploratoire": diagnostic.est_exploratoire,
        "frais": frais,
        "rangees_max": RANGEES_MAX,
        "premier": diagnostic.dernier_numero + 1,
        "refuses": 0 if frais else sum(bool(f.errors) for f in formulaires),
        "phrases": [] if frais else formulaires.non_form_errors(),
    }
    return render(request, "gusp/saisie_serie.html", contexte, status=status)
