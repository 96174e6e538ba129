"""Import of the rescue file of a telephone: deposit, progress, report."""

from collections import Counter

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from gusp import acces
from gusp.enums import EtatImport
from gusp.forms.imports import FormulaireImport
from gusp.metier import imports_terrain as metier
from gusp.metier.archive_secours import ImportRefuse
from gusp.models import ImportTerrain
from gusp.taches import demander_import
from gusp.views.constat_fiche import exiger
from socle.formats import compte
from socle.lecture import lecture, lecture_seule

IMPORTS_MAX = 10
#: What became of the records, in the order of the report: key, words.
SORTS = (
    (metier.NOUVEAU, "fiche nouvelle,fiches nouvelles"),
    (metier.DEJA, "fiche déjà reçue,fiches déjà reçues"),
    (metier.CORRIGE, "fiche corrigée,fiches corrigées"),
    (metier.A_ARBITRER, "fiche à arbitrer,fiches à arbitrer"),
    (metier.A_RATTACHER, "fiche à rattacher,fiches à rattacher"),
    (metier.REFUSE, "fiche refusée,fiches refusées"),
)
PHOTOS = (
    ("recue", "photo reçue,photos reçues"),
    ("deja", "photo déjà là,photos déjà là"),
    ("manquante", "photo absente du fichier,photos absentes du fichier"),
    ("refusee", "photo refusée,photos refusées"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def reception_importer(request):
    """Take the file of a telephone; the worker does the rest."""
    exiger(acces.peut_relever(request.user))
    if request.method != "POST":
        with lecture_seule():
            return _montrer(request, FormulaireImport())
    formulaire = FormulaireImport(request.POST, request.FILES)
    if formulaire.is_valid():
        fichier = formulaire.cleaned_data["fichier"]
        try:
            ligne = metier.ouvrir_import(fichier, fichier.name, par=request.user)
        except ImportRefuse as refus:
            formulaire.add_error("fichier", refus.phrase)
        else:
            demander_import(ligne)
            return redirect("gusp:reception_import", pk=ligne.pk)
    return _montrer(request, formulaire, status=422)


def _montrer(request, formulaire, status=200):
    imports = [
        {"ligne": ligne, "perdu": metier.est_perdu(ligne)}
        for ligne in ImportTerrain.objects.filter(par=request.user)[:IMPORTS_MAX]
    ]
    contexte = {"formulaire": formulaire, "imports": imports}
    return render(request, "gusp/reception_importer.html", contexte, status=status)


@lecture
def reception_import(request, pk):
    """Show how far an import is, then its report; the progress alone for htmx."""
    ligne = _sien(request, pk)
    contexte = progression_de(ligne)
    if request.htmx:
        return render(request, "composants/progression.html", contexte)
    return render(request, "gusp/reception_import.html", contexte | rapport_de(ligne))


def _sien(request, pk: int) -> ImportTerrain:
    exiger(acces.peut_relever(request.user))
    return get_object_or_404(ImportTerrain, pk=pk, par=request.user)


def progression_de(ligne: ImportTerrain) -> dict:
    """Return what composants/progression.html shows of an import."""
    adresse = reverse("gusp:reception_import", args=[ligne.pk])
    attend = ligne.etat == EtatImport.DEMANDE
    return {
        "ligne": ligne,
        "url": adresse,
        "titre": f"Import de {ligne.nom}",
        "fait": ligne.fait,
        "total": ligne.total,
        "etape": "En attente du travailleur" if attend else f"{ligne.fait} sur {ligne.total} fiches et photos",
        "erreur": ligne.erreur or (metier.PERDU if metier.est_perdu(ligne) else ""),
        "fini_url": adresse if ligne.etat == EtatImport.FAIT else "",
        "fini_libelle": "Voir le compte rendu",
    }


def rapport_de(ligne: ImportTerrain) -> dict:
    """Return the report: counts in words, each refusal with its sentence."""
    envois = [envoi for _, envoi in sorted(ligne.bilan.get("envois", {}).items(), key=lambda e: int(e[0]))]
    photos = list(ligne.bilan.get("photos", {}).values())
    sorts, siennes = Counter(e["sort"] for e in envois), Counter(sort for sort, _ in photos)
    return {
        "compte": ligne.bilan.get("compte", ""),
        "fiches": [{"cle": cle, "texte": compte(sorts[cle], mots)} for cle, mots in SORTS if sorts[cle]],
        "photos": [{"cle": cle, "texte": compte(siennes[cle], mots)} for cle, mots in PHOTOS if siennes[cle]],
        "refus": [e for e in envois if e["sort"] == metier.REFUSE],
        "refus_photos": sorted({phrase for sort, phrase in photos if sort == "refusee"}),
        "a_decider": sorts[metier.A_ARBITRER] + sorts[metier.A_RATTACHER],
        "manquantes": siennes["manquante"],
        "fini": ligne.etat == EtatImport.FAIT,
        "peut_reprendre": bool(ligne.fichier) and (ligne.etat == EtatImport.ECHEC or metier.est_perdu(ligne)),
    }


@require_POST
def reception_import_reprendre(request, pk):
    """Take up an import that failed or was lost."""
    ligne = _sien(request, pk)
    if metier.rouvrir_import(ligne):
        demander_import(ligne)
    else:
        messages.warning(request, "Cet import n’est pas à reprendre.")
    return redirect("gusp:reception_import", pk=pk)
