"""Pages of the dossiers: list, creation, the dossier itself, its settings, the text of a section."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from gusp.metier.refus import TransitionRefusee
from pilotage import acces
from pilotage.enums import EtatImpression, GenreSection
from pilotage.forms.dossiers import CreationDossier, ModificationDossier, NoteEdition, TexteSection
from pilotage.metier.dossiers import controler, creer_dossier, ecrire_texte
from pilotage.metier.dossiers_controle import bloquants, completude
from pilotage.metier.dossiers_etat import verrouiller_modifiable
from pilotage.models import Dossier, Impression, SectionDossier
from pilotage.views.dossiers_lecture import impression_contexte
from socle.lecture import lecture
from socle.verrou import VersionPerimee

PAR_PAGE = 50


def dossier_visible(request: HttpRequest, pk: int) -> Dossier:
    """Return the dossier, or answer 404 outside of one's perimeter."""
    lignes = Dossier.objects.visibles_par(request.user).select_related("seance__instance", "fige_par", "cree_par")
    return get_object_or_404(lignes, pk=pk)


def exiger(permis: bool) -> None:
    """Answer 403 to who sees the object without the right."""
    if not permis:
        raise PermissionDenied


@lecture
def dossier_liste(request: HttpRequest) -> HttpResponse:
    exiger(not request.user.perimetre.est_partenaire)
    lignes = Dossier.objects.visibles_par(request.user).defer("contenu").select_related("seance__instance")
    apres = request.GET.get("apres", "")
    if apres.isdecimal() and len(apres) < 19 and (repere := lignes.filter(pk=int(apres)).first()):
        date = repere.seance.tenue_le
        lignes = lignes.filter(seance__tenue_le__lt=date) | lignes.filter(seance__tenue_le=date, pk__lt=repere.pk)
    page = list(lignes.order_by("-seance__tenue_le", "-pk")[: PAR_PAGE + 1])
    contexte = {
        "dossiers": page[:PAR_PAGE],
        "suivant": f"?apres={page[PAR_PAGE - 1].pk}" if len(page) > PAR_PAGE else None,
        "peut_preparer": acces.peut_preparer_dossier(request.user),
    }
    return render(request, "pilotage/dossier_liste.html", contexte)


def dossier_creer(request: HttpRequest) -> HttpResponse:
    exiger(acces.peut_preparer_dossier(request.user))
    initial = {"seance": request.GET.get("seance"), "sections": GenreSection.values}
    formulaire = CreationDossier(request.POST or None, initial=initial)
    if request.method == "POST" and formulaire.is_valid():
        champs = formulaire.cleaned_data
        dossier = creer_dossier(par=request.user, **champs)
        messages.success(request, f"Le dossier est créé, édition {dossier.edition}.")
        return redirect(dossier)
    return render(request, "pilotage/dossier_creer.html", {"formulaire": formulaire}, status=_statut(formulaire))


def _statut(formulaire) -> int:
    return 422 if formulaire.is_bound else 200


@lecture
def dossier_fiche(request: HttpRequest, pk: int) -> HttpResponse:
    dossier = dossier_visible(request, pk)
    sections = list(dossier.sections.select_related("modifie_par").order_by("ordre", "pk"))
    problemes = controler(dossier) if dossier.est_modifiable else []
    incluses = [section for section in sections if section.incluse]
    par_genre = {section.genre: [p for p in problemes if p.genre == section.genre] for section in sections}
    contexte = {
        "dossier": dossier,
        "lignes": [{"section": section, "problemes": par_genre[section.genre]} for section in sections],
        "quartiers": dossier.quartiers.all(),
        "problemes": problemes,
        "bloquants": bloquants(problemes),
        "completude": completude(problemes, len(incluses)),
        "incluses": len(incluses),
        "editions": dossier.seance.dossiers.visibles_par(request.user).defer("contenu").order_by("-edition"),
        "mouvements": [_evenement(m) for m in dossier.mouvements.select_related("par")],
        "note": NoteEdition(),
        "au": timezone.localdate(),
        **_droits(request, dossier),
        **impression_contexte(_derniere_impression(dossier)),
    }
    return render(request, "pilotage/dossier_fiche.html", contexte)


def _droits(request: HttpRequest, dossier: Dossier) -> dict[str, bool]:
    return {
        "peut_preparer": acces.peut_preparer_dossier(request.user),
        "peut_ecrire": acces.peut_proposer_texte(request.user, dossier),
        "peut_figer": acces.peut_figer(request.user),
    }


def _derniere_impression(dossier: Dossier) -> Impression | None:
    """Return the printing to show: when frozen, one that is under way or ended after, never a former draft."""
    lignes = dossier.impressions.select_related("dossier__seance__instance")
    if dossier.fige_le:
        lignes = lignes.filter(Q(etat__in=EtatImpression.ACTIVES) | Q(finie_le__gte=dossier.fige_le))
    return lignes.first()


def _evenement(mouvement) -> dict:
    texte = mouvement.get_vers_display() if mouvement.de else "Création"
    forme = "fait" if mouvement.vers in ("fige", "diffuse") else ""
    return {"le": mouvement.le, "par": mouvement.par, "texte": texte, "motif": mouvement.commentaire, "forme": forme}


@transaction.atomic
def dossier_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    dossier = dossier_visible(request, pk)
    exiger(acces.peut_preparer_dossier(request.user))
    if not dossier.est_modifiable:
        return redirect(dossier)
    formulaire = ModificationDossier(request.POST or None, instance=dossier)
    if request.method == "POST" and formulaire.is_valid():
        verrouiller_modifiable(dossier)
        formulaire.save()
        messages.success(request, "Le dossier est enregistré.")
        return redirect(dossier)
    contexte = {"formulaire": formulaire, "dossier": dossier, "changements": changements(formulaire)}
    return render(request, "pilotage/dossier_modifier.html", contexte, status=_statut(formulaire))


@transaction.atomic
def section_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    section = get_object_or_404(SectionDossier.objects.select_related("dossier__seance__instance"), pk=pk)
    dossier = dossier_visible(request, section.dossier_id)
    exiger(acces.peut_proposer_texte(request.user, dossier))
    formulaire = TexteSection(request.POST or None, instance=section)
    if request.method == "POST" and formulaire.is_valid():
        try:
            ecrire_texte(section, formulaire.cleaned_data["texte"], par=request.user)
        except TransitionRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, f"Texte enregistré : {section}.")
            return redirect(f"{dossier.get_absolute_url()}#section-{section.genre}")
    contexte = {
        "section": section,
        "dossier": dossier,
        "formulaire": formulaire,
        "changements": changements(formulaire),
        "problemes": [p for p in controler(dossier) if p.genre == section.genre] if dossier.est_modifiable else [],
    }
    return render(request, "pilotage/dossier_section.html", contexte, status=_statut(formulaire))


def changements(formulaire) -> list:
    """Return what somebody else saved meanwhile."""
    erreurs = formulaire.errors.as_data().get("__all__", []) if formulaire.is_bound else []
    return [c for erreur in erreurs if isinstance(erreur, VersionPerimee) for c in erreur.changements]
