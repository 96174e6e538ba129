"""Photos of a constat: one function for every path (desk, telephone, import)."""

import datetime
from typing import IO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from gusp.enums import GenreMouvement, RolePhoto, SourcePosition
from gusp.metier.constats import modifier_constat
from gusp.metier.temps import instant
from gusp.models import Constat, MouvementConstat, Photo
from socle import fichiers
from socle.images import PhotoNettoyee, nettoyer_photo

PHOTOS_MAX = 20
_TAILLES = ("principale", "impression", "vignette")


class PhotoDejaJointe(ValidationError):
    """The very same file is already on the constat; `photo` is the one kept."""

    def __init__(self, photo: Photo):
        self.photo = photo
        super().__init__("Cette photo est déjà jointe à ce constat : elle n’a pas été ajoutée deux fois.")


def ajouter_photo(
    constat: Constat,
    fichier: IO[bytes] | bytes | PhotoNettoyee,
    *,
    par,
    role: str = RolePhoto.AVANT,
    texte_alternatif: str = "",
    prise_le: datetime.datetime | None = None,
    le: datetime.date | datetime.datetime | None = None,
) -> Photo:
    """Clean, store and join a photo; raises ValidationError (PhotoDejaJointe for the same file twice)."""
    nettoyee = fichier if isinstance(fichier, PhotoNettoyee) else nettoyer_photo(fichier)
    ranges: dict[str, str] = {}
    try:
        with transaction.atomic():
            _refuser_de_trop(constat, nettoyee)
            for taille in _TAILLES:
                ranges[taille] = fichiers.ranger(getattr(nettoyee, taille), dossier="photos", extension="jpg")
            photo = _joindre(constat, nettoyee, ranges, role, texte_alternatif, prise_le, par=par, le=le)
    except BaseException:
        for nom in ranges.values():
            fichiers.supprimer(nom)
        raise
    return photo


def _refuser_de_trop(constat: Constat, nettoyee: PhotoNettoyee) -> None:
    """Lock the constat, so that two sendings of one photo cannot both pass."""
    Constat.objects.select_for_update(of=("self",)).only("pk").get(pk=constat.pk)
    if (deja := Photo.objects.filter(constat=constat, sha256=nettoyee.sha256).first()) is not None:
        raise PhotoDejaJointe(deja)
    if Photo.objects.filter(constat=constat).count() >= PHOTOS_MAX:
        raise ValidationError(f"Ce constat a déjà {PHOTOS_MAX} photos : c’est le plus que l’on garde.", code="trop")


def _joindre(constat, nettoyee, ranges, role, texte_alternatif, prise_le, *, par, le) -> Photo:
    photo = Photo.objects.create(
        constat=constat,
        role=role,
        sha256=nettoyee.sha256,
        largeur=nettoyee.largeur,
        hauteur=nettoyee.hauteur,
        prise_le=prise_le or nettoyee.prise_le,
        lon=nettoyee.lon,
        lat=nettoyee.lat,
        texte_alternatif=texte_alternatif.strip()[:200],
        ajoutee_par=par,
        **ranges,
    )
    if le is not None:
        photo.ajoutee_le = instant(le)
        Photo.objects.filter(pk=photo.pk).update(ajoutee_le=photo.ajoutee_le)
    Constat.objects.filter(pk=constat.pk).update(photos_nombre=F("photos_nombre") + 1)
    constat.photos_nombre += 1
    MouvementConstat.objects.create(
        constat=constat,
        genre=GenreMouvement.PHOTO,
        commentaire=f"Photo « {photo.get_role_display().lower()} » ajoutée.",
        par=par,
        le=instant(le),
    )
    if constat.lon is None and nettoyee.lon is not None and role == RolePhoto.AVANT:
        modifier_constat(
            constat, par=par, le=le, lon=nettoyee.lon, lat=nettoyee.lat, position_source=SourcePosition.GPS
        )
    return photo


def presenter_photo(
    photo: Photo,
    *,
    par,
    retenue: bool,
    texte_alternatif: str | None = None,
    le: datetime.date | datetime.datetime | None = None,
) -> Photo:
    """Choose whether the photo is shown in COPIL, and say what it shows."""
    photo.retenue = retenue
    if texte_alternatif is not None:
        photo.texte_alternatif = texte_alternatif.strip()[:200]
    photo.save(update_fields=["retenue", "texte_alternatif"])
    MouvementConstat.objects.create(
        constat_id=photo.constat_id,
        genre=GenreMouvement.PHOTO,
        commentaire="Photo à montrer en COPIL." if retenue else "Photo non retenue pour le COPIL.",
        par=par,
        le=instant(le),
    )
    return photo
