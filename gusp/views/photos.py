"""Photos: added to a constat, served only to who reads the constat, chosen for the COPIL."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from gusp import acces
from gusp.forms.constats import FormulairePhoto, erreurs_de
from gusp.metier.photos import PhotoDejaJointe, ajouter_photo, presenter_photo
from gusp.models import Constat, Photo
from gusp.views.constat_fiche import constat_visible, exiger, montrer_fiche
from gusp.views.gestes import revenir
from socle import fichiers
from socle.lecture import lecture

TAILLES = ("principale", "impression", "vignette")


@require_POST
def photo_ajouter(request, pk):
    """Join one photo to a constat."""
    constat = constat_visible(request, pk)
    exiger(acces.peut_faire(request.user, "photo", constat))
    partenaire = request.user.perimetre.est_partenaire
    formulaire = FormulairePhoto(request.POST, request.FILES, auto_id="photo_%s", partenaire=partenaire)
    if formulaire.is_valid():
        voulu = formulaire.cleaned_data
        try:
            ajouter_photo(
                constat,
                voulu["photo"],
                par=request.user,
                role=voulu["role"],
                texte_alternatif=voulu["texte_alternatif"],
            )
        except PhotoDejaJointe as deja:
            messages.warning(request, deja.messages[0])
            return revenir(request, pk)
        except ValidationError as erreur:
            erreurs_de(erreur, formulaire)
        else:
            messages.success(request, "La photo est ajoutée.")
            return revenir(request, pk)
    return montrer_fiche(request, constat_visible(request, pk), photo=formulaire, status=422)


def _photo_visible(request, pk) -> Photo:
    visibles = Constat.objects.visibles_par(request.user)
    return get_object_or_404(Photo.objects.filter(constat__in=visibles).select_related("constat"), pk=pk)


@lecture
def photo_fichier(request, pk, taille):
    """Send one derivative of a photo."""
    if taille not in TAILLES:
        raise Http404
    photo = _photo_visible(request, pk)
    nom = f"{photo.constat.reference.replace('·', '-')}-{photo.role}-{photo.pk}.jpg"
    try:
        return fichiers.repondre(getattr(photo, taille), nom, "image/jpeg", requete=request)
    except FileNotFoundError as erreur:
        raise Http404("Le fichier de cette photo est introuvable.") from erreur


@require_POST
def photo_retenir(request, pk):
    """Choose whether a photo is shown in COPIL, and describe it."""
    photo = _photo_visible(request, pk)
    exiger(acces.peut_modifier_constat(request.user, photo.constat))
    retenue, texte = request.POST.get("retenue") == "1", request.POST.get("texte_alternatif")
    texte = texte and texte.replace("\x00", "")
    presenter_photo(photo, par=request.user, retenue=retenue, texte_alternatif=texte)
    messages.success(request, "La photo sera montrée en COPIL." if retenue else "La photo n’est plus retenue.")
    return revenir(request, photo.constat_id)
