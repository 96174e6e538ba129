"""What is read of a dossier: preview, pictures, comparison of editions, PDF, progress of a printing."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify

from gusp.models import Photo
from pilotage import impression
from pilotage.enums import EtatImpression, GenreSection
from pilotage.metier.dossiers import comparer
from pilotage.metier.impressions import PERDUE, est_perdue
from pilotage.models import Dossier, Impression
from pilotage.syntheses import composer_dossier
from socle import fichiers
from socle.lecture import lecture


def _visible(request: HttpRequest, pk: int) -> Dossier:
    lignes = Dossier.objects.visibles_par(request.user).select_related("seance__instance")
    return get_object_or_404(lignes, pk=pk)


@lecture
def dossier_apercu(request: HttpRequest, pk: int) -> HttpResponse:
    """The very pages of the PDF, for the screen; `?section=` shows one section alone."""
    dossier = _visible(request, pk)
    genre = request.GET.get("section", "")
    genres = [genre] if genre in GenreSection.values else None
    contenu = dossier.contenu or composer_dossier(dossier, au=dossier.arrete_le, genres=genres)
    if genres and dossier.contenu:
        contenu = contenu | {"sections": [s for s in contenu["sections"] if s["genre"] in genres]}

    def adresse_image(cle: str) -> str:
        return reverse("pilotage:dossier_image", args=[pk, cle])

    return HttpResponse(impression.apercu(contenu, adresse_image=adresse_image, sommaire=genres is None))


@lecture
def dossier_image(request: HttpRequest, pk: int, cle: str) -> HttpResponseBase:
    """A picture of the dossier: the frozen copy, else the print size of a photo kept for the COPIL in its quartiers."""
    dossier = _visible(request, pk)
    if dossier.contenu:
        fichier = get_object_or_404(dossier.images, sha256=cle).fichier
    else:
        photos = Photo.objects.pour_le_copil().filter(constat__quartier__in=dossier.quartiers.all(), sha256=cle)
        photo = photos.order_by("pk").first()
        if photo is None:
            raise Http404("Cette photo n’est pas dans le dossier.")
        fichier = photo.impression
    try:
        return fichiers.repondre(fichier, "photo.jpg", "image/jpeg", requete=request)
    except FileNotFoundError as erreur:
        raise Http404("Le fichier de cette photo est introuvable.") from erreur


@lecture
def dossier_comparer(request: HttpRequest, pk: int) -> HttpResponse:
    """Two editions of one meeting, section by section; by default the edition before."""
    dossier = _visible(request, pk)
    autres = Dossier.objects.visibles_par(request.user).filter(seance=dossier.seance).exclude(pk=pk)
    autres = list(autres.select_related("seance__instance").order_by("-edition"))
    avec = request.GET.get("avec", "")
    choisie = next((d for d in autres if str(d.pk) == avec), None) or next(
        (d for d in autres if d.edition < dossier.edition), autres[0] if autres else None
    )
    ecarts = comparer(choisie, dossier) if choisie else []
    contexte = {"dossier": dossier, "autres": autres, "choisie": choisie, "ecarts": ecarts}
    contexte["identiques"] = [ecart for ecart in ecarts if ecart.genre == "identique"]
    return render(request, "pilotage/dossier_comparer.html", contexte)


@lecture
def dossier_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The kept PDF of a frozen dossier, or the last working paper of a draft."""
    dossier = _visible(request, pk)
    fichier = dossier.pdf if dossier.contenu else _dernier_brouillon(dossier)
    try:
        return fichiers.repondre(fichier, nom_du_pdf(dossier), "application/pdf", requete=request)
    except FileNotFoundError as erreur:
        raise Http404("Le PDF n’est pas encore fabriqué : demandez-le depuis la fiche du dossier.") from erreur


def _dernier_brouillon(dossier: Dossier):
    prete = dossier.impressions.filter(etat=EtatImpression.PRETE).first()
    return prete.fichier if prete else None


def nom_du_pdf(dossier: Dossier) -> str:
    """Return the name of the downloaded file: instance, day, edition, and whether it is a working paper."""
    instance = slugify(str(dossier.seance.instance))[:40]
    etat = "" if dossier.contenu else "-document-de-travail"
    return f"{instance}-{dossier.seance.tenue_le:%Y-%m-%d}-edition-{dossier.edition}{etat}.pdf"


def impression_contexte(ligne: Impression | None) -> dict:
    """Return what composants/progression.html shows of a printing."""
    if ligne is None:
        return {"impression": None}
    prete, perdue = ligne.etat == EtatImpression.PRETE, ligne.etat in EtatImpression.ACTIVES and est_perdue(ligne)
    dossier = ligne.dossier
    return {
        "impression": ligne,
        "url": reverse("pilotage:impression_etat", args=[ligne.pk]),
        "titre": "PDF du dossier figé" if dossier.fige_le else "PDF du document de travail",
        "fait": ligne.avancement,
        "total": 100,
        "etape": ligne.etape,
        "erreur": ligne.erreur or (PERDUE if perdue else ""),
        "fini_url": reverse("pilotage:dossier_pdf", args=[ligne.dossier_id]) if prete else "",
        "fini_libelle": f"Ouvrir le PDF ({ligne.pages}\u00a0pages)" if ligne.pages else "Ouvrir le PDF",
    }


@lecture
def impression_etat(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress of a printing: a fragment for htmx, the dossier for whoever has no script."""
    lignes = Impression.objects.select_related("dossier__seance__instance")
    ligne = get_object_or_404(lignes.filter(dossier__in=Dossier.objects.visibles_par(request.user)), pk=pk)
    if not request.htmx:
        return redirect(ligne.dossier)
    return render(request, "composants/progression.html", impression_contexte(ligne))
