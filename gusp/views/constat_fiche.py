"""One constat and its whole life on one page; its correction; a new one at the desk."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gusp import acces
from gusp.enums import EtatConstat, GenreMouvement, Priorite, RolePhoto
from gusp.forms.constats import FormulaireConstat, FormulaireNouveauConstat, FormulairePhoto, erreurs_de
from gusp.forms.gestes import GESTES, FormulaireGeste
from gusp.metier.constats import creer_constat, modifier_constat
from gusp.metier.photos import ajouter_photo
from gusp.metier.transitions import TRANSITIONS_CONSTAT
from gusp.models import Constat, Photo
from gusp.views.attente_terrain import attente_du_constat, revues_de
from gusp.views.presentation import etat_dit
from quartiers.geometrie import trace
from socle.lecture import lecture, lecture_seule
from socle.verrou import VersionPerimee

_PREMIERS = {
    EtatConstat.BROUILLON: "qualifier",
    EtatConstat.QUALIFIE: "transmettre",
    EtatConstat.REORIENTE: "transmettre",
    EtatConstat.TRANSMIS: "prendre_en_charge",
    EtatConstat.PRIS_EN_CHARGE: "traiter",
    EtatConstat.PROGRAMME: "traiter",
    EtatConstat.TRAITE: "verifier",
    EtatConstat.SANS_SUITE: "rouvrir",
}


def constat_visible(request, pk) -> Constat:
    """Return the constat of the perimeter, or answer 404."""
    lignes = Constat.objects.visibles_par(request.user).select_related(
        "quartier",
        "diagnostic__quartier",
        "etape",
        "theme",
        "sous_theme",
        "principe",
        "organisme",
        "action",
        "cree_par",
    )
    return get_object_or_404(lignes, pk=pk)


def exiger(droit: bool) -> None:
    """Raise PermissionDenied (403) without the right."""
    if not droit:
        raise PermissionDenied


@lecture
def constat_fiche(request, pk):
    """Show one constat: facts, next gesture, photos, journal."""
    return montrer_fiche(request, constat_visible(request, pk))


def montrer_fiche(request, constat, *, rempli=None, photo=None, status=200):
    """Render the page of a constat, with the form that was refused in place of the empty one."""
    au = timezone.localdate()
    gestes = gestes_de(constat, request.user, au=au, rempli=rempli)
    photos = list(_photos(constat, request.user))
    interne = acces.voit_l_interne(request.user, constat)
    contexte = {
        "constat": constat,
        "au": au,
        "etat": etat_dit(constat, au=au),
        "description": "" if constat.description.strip() == constat.titre else constat.description,
        "priorite": Priorite(constat.priorite).label,
        "retard": constat.retard_jours(au=au),
        "age": constat.age_jours(au=au),
        "premier": gestes[0] if gestes else None,
        "autres": gestes[1:],
        "photos": [p for p in photos if p.role not in (RolePhoto.AVANT, RolePhoto.APRES)] + _en_plus(photos),
        "avant": _premiere(photos, RolePhoto.AVANT),
        "apres": _premiere(photos, RolePhoto.APRES, derniere=True),
        "photo": photo or _formulaire_photo(request, constat),
        "journal": journal_de(constat, request.user),
        "maitre": constat.doublon_de_id and _lu(constat.doublon_de_id, request.user),
        "doublons": list(constat.doublons.visibles_par(request.user)),
        "candidats": _candidats(constat, request.user),
        "carte": _carte(constat),
        "attente": attente_du_constat(constat) if interne else None,
        "revues": revues_de(constat) if interne else [],
        "peut_modifier": acces.peut_modifier_constat(request.user, constat),
        "interne": interne,
    }
    return render(request, "gusp/constat_fiche.html", contexte, status=status)


def gestes_de(constat, utilisateur, *, au, rempli: FormulaireGeste | None = None) -> list[FormulaireGeste]:
    """Return the gestures that the person may do now, the next one first."""
    possibles = [g for g in GESTES.values() if acces.peut_faire(utilisateur, g.nom, constat) and _possible(g, constat)]
    premier = _PREMIERS.get(EtatConstat(constat.etat))
    if constat.retard_jours(au=au) and acces.peut_modifier_constat(utilisateur, constat):
        premier = "relancer" if constat.etat in EtatConstat.CHEZ_L_ORGANISME else premier
    formulaires = [g(constat=constat, utilisateur=utilisateur) for g in possibles]
    formulaires = [rempli if rempli is not None and f.nom == rempli.nom else f for f in formulaires]
    return sorted(formulaires, key=lambda f: (rempli is not f, f.nom != premier))


def _possible(geste: type[FormulaireGeste], constat: Constat) -> bool:
    if geste.nom == "relancer":
        return constat.etat in EtatConstat.CHEZ_L_ORGANISME
    if geste.nom in ("qualifier", "rouvrir") and (geste.nom == "qualifier") != (constat.etat == EtatConstat.BROUILLON):
        return False
    return geste.vers is None or (EtatConstat(constat.etat), geste.vers) in TRANSITIONS_CONSTAT


def _photos(constat, utilisateur):
    """Photos of the constat and of the duplicates merged into it that the person reads."""
    doublons = constat.doublons.visibles_par(utilisateur).order_by()
    return Photo.objects.filter(Q(constat=constat) | Q(constat__in=doublons)).select_related("constat")


def _lu(pk: int, utilisateur) -> Constat | None:
    """Return a constat that this one names, when the person reads it."""
    return Constat.objects.visibles_par(utilisateur).filter(pk=pk).only("reference").first()


def _premiere(photos, role, *, derniere=False):
    siennes = [p for p in photos if p.role == role]
    return siennes[-1 if derniere else 0] if siennes else None


def _en_plus(photos) -> list[Photo]:
    """Photos before and after, beyond the pair."""
    montrees = (_premiere(photos, RolePhoto.AVANT), _premiere(photos, RolePhoto.APRES, derniere=True))
    return [p for p in photos if p.role in (RolePhoto.AVANT, RolePhoto.APRES) and p not in montrees]


def _formulaire_photo(request, constat) -> FormulairePhoto | None:
    if not acces.peut_faire(request.user, "photo", constat):
        return None
    role = RolePhoto.AVANT if constat.ouvert and not constat.photos_nombre else RolePhoto.APRES
    return FormulairePhoto(initial={"role": role}, auto_id="photo_%s", partenaire=request.user.perimetre.est_partenaire)


def journal_de(constat, utilisateur) -> list[dict]:
    """Return the lines of the journal that this person reads, newest first, ready for the timeline."""
    mouvements = constat.mouvements.select_related("par", "organisme").order_by("-le", "-pk")
    if not acces.voit_l_interne(utilisateur, constat):
        mouvements = mouvements.exclude(genre__in=(GenreMouvement.COMMENTAIRE, GenreMouvement.CORRECTION), public=False)
    interne = acces.voit_l_interne(utilisateur, constat)
    return [_evenement(m, interne=interne) for m in mouvements]


def _evenement(mouvement, *, interne: bool) -> dict:
    texte = mouvement.get_genre_display()
    if mouvement.genre in (GenreMouvement.ETAT, GenreMouvement.REOUVERTURE):
        texte = mouvement.get_vers_display()
        texte = f"Rouvert, {texte.lower()}" if mouvement.genre == GenreMouvement.REOUVERTURE else texte
    if mouvement.organisme_id:
        texte = f"{texte} · {mouvement.organisme}"
    lisible = interne or mouvement.public or mouvement.transmission_id or mouvement.genre == GenreMouvement.PHOTO
    allure = EtatConstat(mouvement.vers).allure if mouvement.vers else ""
    return {
        "le": mouvement.le,
        "par": mouvement.par,
        "texte": texte,
        "motif": mouvement.commentaire if lisible else "",
        "forme": allure if allure in ("fait", "a-traiter") else "",
    }


def _candidats(constat, utilisateur) -> list[Constat]:
    """Open constats of the same quartier that this one may repeat, newest first."""
    if not acces.peut_faire(utilisateur, "doublon", constat):
        return []
    proches = Constat.objects.visibles_par(utilisateur).ouverts().filter(quartier=constat.quartier_id)
    if constat.theme_id:
        proches = proches.filter(theme=constat.theme_id)
    return list(proches.exclude(pk=constat.pk).pour_la_liste().select_related("sous_theme")[:20])


def _carte(constat) -> dict | None:
    if constat.lon is None:
        return None
    point = {"type": "Point", "coordinates": [float(constat.lon), float(constat.lat)]}
    contour = {"provisoire": constat.quartier.est_provisoire, "etiquette": constat.quartier.code}
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": trace(constat.quartier), "properties": contour},
            {
                "type": "Feature",
                "geometry": point,
                "properties": {"titre": constat.titre, "etat": "etape", "lettre": str(constat.numero)},
            },
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def constat_modifier(request, pk):
    """Correct a constat; a second writer is told what changed and keeps what they typed."""
    constat = constat_visible(request, pk)
    exiger(acces.peut_modifier_constat(request.user, constat))
    if request.method != "POST":
        with lecture_seule():
            return _editer(request, constat, FormulaireConstat(instance=constat))
    with transaction.atomic():
        formulaire = FormulaireConstat(request.POST, instance=constat)
        if formulaire.is_valid() and _corriger(request, constat, formulaire):
            messages.success(request, "Le constat est enregistré.")
            return redirect("gusp:constat_fiche", pk=pk)
    return _editer(request, constat_visible(request, pk), formulaire, status=422)


def _corriger(request, constat, formulaire) -> bool:
    champs = {nom: valeur for nom, valeur in formulaire.cleaned_data.items() if nom != "version"}
    try:
        modifier_constat(constat, par=request.user, **champs)
    except ValidationError as erreur:
        erreurs_de(erreur, formulaire)
        return False
    return True


def _editer(request, constat, formulaire, status=200):
    perimees = [e for e in formulaire.non_field_errors().as_data() if isinstance(e, VersionPerimee)]
    contexte = {
        "constat": constat,
        "formulaire": formulaire,
        "changements": perimees[0].changements if perimees else [],
    }
    return render(request, "gusp/constat_modifier.html", contexte, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def constat_ajouter(request):
    """Type a constat at the desk, with its photo."""
    exiger(acces.peut_relever(request.user))
    if request.method != "POST":
        with lecture_seule():
            depart = {"client_uuid": uuid.uuid4(), "releve_le": timezone.localdate(), **_depart(request)}
            formulaire = FormulaireNouveauConstat(initial=depart, utilisateur=request.user)
            return render(request, "gusp/constat_ajouter.html", {"formulaire": formulaire})
    formulaire = FormulaireNouveauConstat(request.POST, request.FILES, utilisateur=request.user)
    if formulaire.is_valid() and (constat := _creer(request, formulaire)):
        messages.success(request, f"Le constat {constat.reference} est enregistré.")
        return redirect("gusp:constat_fiche", pk=constat.pk)
    return render(request, "gusp/constat_ajouter.html", {"formulaire": formulaire}, status=422)


def _depart(request) -> dict:
    return {nom: request.GET[nom] for nom in ("quartier", "diagnostic") if request.GET.get(nom, "").isdecimal()}


def _creer(request, formulaire) -> Constat | None:
    champs = dict(formulaire.cleaned_data)
    photo = champs.pop("photo")
    try:
        with transaction.atomic():
            constat = creer_constat(par=request.user, **champs)
            exiger(acces.peut_relever(request.user, constat.quartier_id))
            if photo:
                ajouter_photo(constat, photo, par=request.user)
    except ValidationError as erreur:
        erreurs_de(erreur, formulaire)
        return None
    return constat
