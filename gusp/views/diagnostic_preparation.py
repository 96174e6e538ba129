"""Forms of the preparation: route and stops, people invited; and who came, the very day."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from gusp.forms.diagnostics import (
    FormulairePresence,
    FormulairesEtapes,
    FormulairesParticipants,
    FormulaireTrajet,
    etapes_de,
)
from gusp.metier.preparation import (
    PARCOURS_OUVERT,
    ecrire_parcours,
    ecrire_participants,
    ecrire_trajet,
    empreinte_des_participants,
    empreinte_du_parcours,
    noter_presences,
)
from gusp.views.diagnostic_fiche import montrer_conduire
from gusp.views.marche import carte_de, diagnostic_visible
from quartiers.models import Organisme
from socle.lecture import lecture_seule

GET_OU_POST = require_http_methods(["GET", "HEAD", "POST"])
_CHAMPS_ETAPE = ("pk", "libelle", "heure", "attention", "lon", "lat")


@GET_OU_POST
def diagnostic_parcours(request, pk):
    """Draw the route and its stops, on the map or in the list."""
    diagnostic = diagnostic_visible(request, pk, ecrire=True)
    if diagnostic.etat not in PARCOURS_OUVERT:
        messages.warning(
            request, "Le parcours ne change plus\u00a0: ses numéros sont imprimés, ou la marche est annulée."
        )
        return redirect("gusp:diagnostic_preparer", pk=pk)
    if request.method != "POST":
        with lecture_seule():
            etapes = [e | {"ordre": rang} for rang, e in enumerate(diagnostic.etapes.values(*_CHAMPS_ETAPE), start=1)]
            depart = {"vu": empreinte_du_parcours(diagnostic), "trajet": ecrire_trajet(diagnostic.parcours)}
            formulaires = FormulairesEtapes(initial=etapes, prefix="e")
            return _montrer_parcours(request, diagnostic, FormulaireTrajet(initial=depart), formulaires)
    formulaire, formulaires = FormulaireTrajet(request.POST), FormulairesEtapes(request.POST, prefix="e")
    if formulaire.is_valid() & formulaires.is_valid():
        try:
            ecrire_parcours(diagnostic, etapes=etapes_de(formulaires), **formulaire.cleaned_data)
        except ValidationError as erreur:
            formulaire = _reprendre(formulaire, erreur, empreinte_du_parcours(diagnostic), FormulaireTrajet)
        else:
            messages.success(request, "Le parcours est enregistré.")
            return redirect("gusp:diagnostic_preparer", pk=pk)
    return _montrer_parcours(request, diagnostic, formulaire, formulaires, status=422)


def _reprendre(formulaire, erreur: ValidationError, vu: str, genre: type):
    """Return the form with the refusal on top; after a change by somebody else, the next sending confirms."""
    phrases = erreur.messages
    if erreur.code == "change":
        donnees = formulaire.data.copy()
        donnees["vu"] = vu
        formulaire = genre(donnees)
        formulaire.is_valid()
    for phrase in phrases:
        formulaire.add_error(None, phrase)
    return formulaire


def _montrer_parcours(request, diagnostic, formulaire, formulaires, status=200):
    contexte = {
        "diagnostic": diagnostic,
        "formulaire": formulaire,
        "etapes": formulaires,
        "carte": carte_de(diagnostic, [], trajet=False),
    }
    return render(request, "gusp/diagnostic_parcours.html", contexte, status=status)


@GET_OU_POST
def diagnostic_participants(request, pk):
    """Write who is invited; residents are counted, never named."""
    diagnostic = diagnostic_visible(request, pk, ecrire=True)
    organismes = {str(o.pk): o for o in Organisme.objects.actifs() | Organisme.objects.filter(pk__in=_deja(diagnostic))}
    options = {"prefix": "p", "form_kwargs": {"organismes": organismes}}
    if request.method != "POST":
        with lecture_seule():
            lignes = diagnostic.participants.values("pk", "groupe", "organisme", "nom", "fonction")
            formulaires = FormulairesParticipants(initial=list(lignes), **options)
            return _montrer_participants(request, diagnostic, formulaires, empreinte_des_participants(diagnostic))
    formulaires, vu, refus = FormulairesParticipants(request.POST, **options), request.POST.get("vu", ""), []
    if formulaires.is_valid():
        try:
            rangees = [f.cleaned_data for f in formulaires if f.garde]
            ecrire_participants(diagnostic, rangees=rangees, vu=vu)
        except ValidationError as erreur:
            refus, vu = erreur.messages, empreinte_des_participants(diagnostic)
        else:
            messages.success(request, "La liste des participants est enregistrée.")
            return redirect("gusp:diagnostic_preparer", pk=pk)
    return _montrer_participants(request, diagnostic, formulaires, vu, refus=refus, status=422)


def _deja(diagnostic):
    return diagnostic.participants.values("organisme")


def _montrer_participants(request, diagnostic, formulaires, vu, *, refus=(), status=200):
    contexte = {"diagnostic": diagnostic, "formulaires": formulaires, "vu": vu, "refus": refus}
    return render(request, "gusp/diagnostic_participants.html", contexte, status=status)


@require_POST
def diagnostic_presence(request, pk):
    """Say who came, and count the residents."""
    diagnostic = diagnostic_visible(request, pk, ecrire=True)
    participants = list(diagnostic.participants.select_related("organisme"))
    formulaire = FormulairePresence(request.POST, instance=diagnostic_visible(request, pk), participants=participants)
    if not formulaire.is_valid():
        return montrer_conduire(request, diagnostic, formulaire, status=422)
    noter_presences(diagnostic, presents=formulaire.presents, **formulaire.habitants)
    messages.success(request, "Les présences sont enregistrées.")
    return redirect("gusp:diagnostic_conduire", pk=pk)
