"""What a telephone takes along: the walks near in time, then everything that one walk needs without network."""

import datetime
import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from gusp.enums import EtatDiagnostic, GenreDiagnostic, RolePhoto
from gusp.metier.diagnostics import constats_a_revoir, restant_a_revoir
from gusp.models import Constat, Diagnostic, Etape, Photo, Principe, Revue, SousTheme, Theme
from gusp.views.marche import carte_de, trajet_de
from quartiers.models import Contact, Organisme
from socle.images import COTE_IMPRESSION

FORMAT = 1
JOURS, MARCHES_MAX, ORGANISMES_MAX = 60, 40, 30
FERMEES = (EtatDiagnostic.ANNULE, EtatDiagnostic.CLOS)


def marches_a_emporter(utilisateur, *, au: datetime.date) -> list[dict[str, Any]]:
    """Return the walks that the person may write in, nearest day first; one query."""
    ecart = datetime.timedelta(days=JOURS)
    marches = Diagnostic.objects.filter(prevu_le__range=(au - ecart, au + ecart)).exclude(etat__in=FERMEES)
    service = utilisateur.perimetre.quartier_ids_service
    if service is not None:
        marches = marches.filter(quartier_id__in=service)
    visibles = restant_a_revoir(Constat.objects.visibles_par(utilisateur))
    a_revoir = _compter(visibles.filter(diagnostic=OuterRef("precedent")), "diagnostic")
    etapes = _compter(Etape.objects.filter(diagnostic=OuterRef("pk")), "diagnostic")
    marches = marches.select_related("quartier").annotate(a_revoir=a_revoir, etapes_nombre=etapes)
    proches = marches.order_by(Greatest(F("prevu_le") - au, au - F("prevu_le")), "prevu_le", "heure_debut", "pk")
    return [
        _marche(marche)
        | {"quartier": str(marche.quartier), "etapes": marche.etapes_nombre, "a_revoir": marche.a_revoir}
        for marche in proches[:MARCHES_MAX]
    ]


def _compter(lignes, cle: str) -> Coalesce:
    comptes = lignes.order_by().values(cle).annotate(nombre=Count("pk")).values("nombre")
    return Coalesce(Subquery(comptes), 0)


def _marche(marche: Diagnostic) -> dict[str, Any]:
    return {
        "id": marche.pk,
        "reference": marche.reference,
        "intitule": marche.intitule,
        "genre": marche.genre,
        "genre_libelle": marche.get_genre_display(),
        "prevu_le": marche.prevu_le.isoformat(),
        "heure": f"{marche.heure_debut:%H:%M}" if marche.heure_debut else "",
        "lieu": marche.lieu_rendez_vous,
        "etat": marche.etat,
        "etat_libelle": marche.get_etat_display().lower(),
    }


def composer_paquet(marche: Diagnostic, utilisateur, *, maintenant: datetime.datetime) -> dict[str, Any]:
    """Return the packet of a walk (read with its quartier); the number of queries does not depend on what it holds."""
    etapes = list(marche.etapes.all())
    quartier = marche.quartier
    return {
        "format": FORMAT,
        "fait_le": maintenant.isoformat(),
        "marche": _marche(marche)
        | {
            "quartier": {"id": quartier.pk, "nom": quartier.nom, "code": quartier.code},
            "ouvert": marche.etat not in FERMEES,
        },
        "etapes": [_etape(etape) for etape in etapes],
        "themes": _themes(),
        "principes": _principes(marche),
        "organismes": _organismes(marche),
        "a_revoir": _a_revoir(marche, etapes, utilisateur),
        "constats": _constats(marche, utilisateur),
        "carte": carte_de(marche, etapes),
    }


def _etape(etape: Etape) -> dict[str, Any]:
    return {
        "id": etape.pk,
        "numero": etape.numero,
        "libelle": etape.libelle,
        "attention": etape.attention,
        **_position(etape),
    }


def _position(objet) -> dict[str, float | None]:
    if objet.lon is None:
        return {"lon": None, "lat": None}
    return {"lon": float(objet.lon), "lat": float(objet.lat)}


def _themes() -> list[dict[str, Any]]:
    actifs = SousTheme.objects.filter(actif=True).order_by("ordre", "libelle")
    themes = Theme.objects.filter(actif=True).prefetch_related(Prefetch("sous_themes", queryset=actifs))
    return [
        {
            "id": theme.pk,
            "code": theme.code,
            "libelle": theme.libelle,
            "court": re.split(r",| et ", theme.libelle, maxsplit=1)[0],
            "sous_themes": [{"id": sous.pk, "libelle": sous.libelle} for sous in theme.sous_themes.all()],
        }
        for theme in themes
    ]


def _principes(marche: Diagnostic) -> list[dict[str, Any]]:
    if marche.genre != GenreDiagnostic.EXPLORATOIRE:
        return []
    return list(Principe.objects.filter(actif=True).values("id", "numero", "libelle", "question"))


def _organismes(marche: Diagnostic) -> list[dict[str, str]]:
    """Return the bodies invited, then those whose switchboard or service is known; nobody's own number."""
    lignes = Contact.objects.filter(organisme=OuterRef("pk"), actif=True, nom="", prenom="").exclude(telephone="")
    telephone = Coalesce(Subquery(lignes.order_by("fonction", "pk").values("telephone")[:1]), Value(""))
    invites = set(marche.participants.exclude(organisme=None).values_list("organisme_id", flat=True))
    organismes = Organisme.objects.annotate(numero=telephone).order_by("nom_tri", "pk")
    utiles = organismes.filter(Q(pk__in=invites) | (Q(actif=True) & ~Q(numero=""))).values_list("pk", "nom", "numero")
    ranges = sorted(utiles, key=lambda ligne: ligne[0] not in invites)
    return [{"nom": nom, "telephone": numero} for _, nom, numero in ranges[:ORGANISMES_MAX]]


def _a_revoir(marche: Diagnostic, etapes: Sequence[Etape], utilisateur) -> list[dict[str, Any]]:
    """Return the constats of the last walk that wait, in the order in which this one passes by."""
    lignes = constats_a_revoir(marche).visibles_par(utilisateur).order_by("numero")
    constats = list(lignes.select_related("theme", "sous_theme", "organisme", "etape"))
    photos = _anciennes_photos(constats)
    revues = dict(Revue.objects.filter(diagnostic=marche).order_by("pk").values_list("constat_id", "verdict"))
    trajet = trajet_de(marche, etapes)
    constats.sort(key=lambda constat: rang_sur_le_trajet(trajet, *_ou(constat)))
    return [_ancien(constat, photos.get(constat.pk), revues.get(constat.pk)) for constat in constats]


def _ou(constat: Constat) -> tuple[float | None, float | None]:
    """Return where a constat is, or else the stop where it was seen."""
    lieu = constat if constat.lon is not None else constat.etape
    return (float(lieu.lon), float(lieu.lat)) if lieu is not None and lieu.lon is not None else (None, None)


def _anciennes_photos(constats: Sequence[Constat]) -> dict[int, Photo]:
    """Return the last photo « avant » of each constat."""
    photos = Photo.objects.filter(constat__in=constats, role=RolePhoto.AVANT).order_by("pk")
    return {photo.constat_id: photo for photo in photos.only("constat_id", "largeur", "hauteur")}


def _ancien(constat: Constat, photo: Photo | None, verdict: str | None) -> dict[str, Any]:
    return {
        "id": constat.pk,
        "reference": constat.reference,
        "numero": constat.numero,
        "titre": constat.titre,
        "description": constat.description,
        "repere": constat.repere,
        "etape": str(constat.etape) if constat.etape else "",
        "theme": constat.theme.libelle if constat.theme else "",
        "nature": constat.nature,
        "etat": constat.etat,
        "etat_libelle": constat.libelle_etat,
        "releve_le": constat.releve_le.isoformat(),
        "organisme": str(constat.organisme) if constat.organisme else "",
        **_position(constat),
        "photo": photo and _photo(photo),
        "revue": verdict,
    }


def _photo(photo: Photo) -> dict[str, Any]:
    echelle = min(1, COTE_IMPRESSION / max(photo.largeur, photo.hauteur, 1))
    return {
        "url": reverse("gusp:photo_fichier", args=[photo.pk, "impression"]),
        "largeur": round(photo.largeur * echelle),
        "hauteur": round(photo.hauteur * echelle),
    }


def _constats(marche: Diagnostic, utilisateur) -> list[dict[str, Any]]:
    lignes = Constat.objects.visibles_par(utilisateur).filter(diagnostic=marche).order_by("numero")
    return [
        {
            "id": constat.pk,
            "numero": constat.numero,
            "titre": constat.titre,
            "nature": constat.nature,
            "etape": constat.etape_id,
            "photos": constat.photos_nombre,
            **_position(constat),
        }
        for constat in lignes.select_related("theme", "sous_theme").defer("recherche", "note_interne")
    ]


def rang_sur_le_trajet(trajet: Sequence[Sequence[float]], lon: float | None, lat: float | None) -> float:
    """Return where a line passes by a point (1.5: amid the second segment), infinity for a point without place."""
    if lon is None or len(trajet) < 2:
        return math.inf
    echelle = math.cos(math.radians(lat))  # a degree of longitude is shorter than one of latitude
    proches = []
    for rang, (debut, fin) in enumerate(pairwise(trajet)):
        dx, dy = (fin[0] - debut[0]) * echelle, fin[1] - debut[1]
        px, py = (lon - debut[0]) * echelle, lat - debut[1]
        longueur = dx * dx + dy * dy
        part = min(1.0, max(0.0, (px * dx + py * dy) / longueur)) if longueur else 0.0
        proches.append((math.hypot(px - part * dx, py - part * dy), rang + part))
    return min(proches)[1]
