"""Photos that somebody kept for the COPIL, before and after, two by two.

In a draft a picture is named by the hash of the photo; freezing renames it by the hash of the copy.
"""

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Q
from django.utils import timezone

from gusp.enums import RolePhoto
from gusp.models import Constat, Photo

from .cadrage import Cadrage, iso, premier_mot
from .constats import allure, constats_au, libelle_etat

PAIRES = 12
_APRES = (RolePhoto.APRES,)
_AVANT = (RolePhoto.AVANT, RolePhoto.PENDANT)


def composer_photos(cadrage: Cadrage) -> dict[str, Any]:
    """Return the pairs that the last dossier did not already show complete; the photo that is missing is None."""
    photos = _photos(cadrage)
    constats = constats_au(cadrage.ids, au=cadrage.au).filter(pk__in=photos.keys())
    constats = constats.exclude(reference__in=_deja_montrees(cadrage)).select_related("quartier", "theme")
    lignes = list(constats.defer("recherche", "note_interne").order_by("quartier__ordre", "-releve_le", "pk"))
    paires = [_paire(constat, photos[constat.pk], cadrage) for constat in lignes]
    return {
        "paires": _choisir(paires),
        "omises": max(0, len(paires) - PAIRES),
        "situation": cadrage.situation(
            Photo, Q(constat__quartier_id__in=cadrage.ids, constat__confidentiel=False, retenue=True), "ajoutee_le"
        ),
    }


def _choisir(paires: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the complete pairs first, each quartier in turn, then show them in the order of the quartiers."""
    rangs: Counter[tuple[str, bool]] = Counter()
    candidates = []
    for place, paire in enumerate(paires):
        manque = paire["avant"] is None or paire["apres"] is None
        candidates.append((manque, rangs[paire["quartier"], manque], place))
        rangs[paire["quartier"], manque] += 1
    retenues = sorted(place for _, _, place in sorted(candidates)[:PAIRES])
    return [paires[place] for place in retenues]


def _deja_montrees(cadrage: Cadrage) -> list[str]:
    montre = cadrage.montre("photos") or {"paires": []}
    return [paire["reference"] for paire in montre["paires"] if paire["avant"] and paire["apres"]]


def _photos(cadrage: Cadrage) -> dict[int, list[Photo]]:
    groupes: dict[int, list[Photo]] = defaultdict(list)
    lignes = Photo.objects.pour_le_copil().filter(
        constat__quartier_id__in=cadrage.ids, role__in=(*_AVANT, *_APRES), constat__releve_le__lte=cadrage.au
    )
    for photo in lignes.order_by("pk"):
        if photo.prise_le is None or timezone.localdate(photo.prise_le) <= cadrage.au:
            groupes[photo.constat_id].append(photo)
    return groupes


def _paire(constat: Constat, photos: list[Photo], cadrage: Cadrage) -> dict[str, Any]:
    avant = next((p for p in photos if p.role in _AVANT), None)
    apres = next((p for p in reversed(photos) if p.role in _APRES), None)
    return {
        "reference": constat.reference,
        "quartier": constat.quartier.nom,
        "titre": premier_mot(constat.titre, 110),
        "lieu": constat.repere,
        "etat": libelle_etat(constat),
        "allure": allure(constat, le=cadrage.le),
        "reponse": premier_mot(constat.reponse_publique, 160) if allure(constat, le=cadrage.le) == "fait" else "",
        "avant": _photo(avant, constat.releve_le),
        "apres": _photo(apres, constat.verifie_le or constat.traite_le),
    }


def _photo(photo: Photo | None, repli) -> dict[str, Any] | None:
    if photo is None:
        return None
    prise = timezone.localdate(photo.prise_le) if photo.prise_le else repli
    return {"image": photo.sha256, "alt": photo.texte_alternatif, "le": iso(prise)}


def photos_du(donnees: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every picture of the data of the section."""
    return [photo for paire in donnees["paires"] for photo in (paire["avant"], paire["apres"]) if photo]


def cles_des_images(contenu: dict[str, Any]) -> list[str]:
    """Return the names of the pictures of a content, each once, in the order of the pages."""
    photos = [p for s in contenu["sections"] if s["genre"] == "photos" for p in photos_du(s["donnees"])]
    return list(dict.fromkeys(photo["image"] for photo in photos))


def renommer_les_images(contenu: dict[str, Any], nouveaux: dict[str, str]) -> dict[str, Any]:
    """Return the content with its pictures renamed and listed under `images`."""
    for section in contenu["sections"]:
        if section["genre"] == "photos":
            for photo in photos_du(section["donnees"]):
                photo["image"] = nouveaux[photo["image"]]
    return {**contenu, "images": sorted(set(nouveaux.values()))}
