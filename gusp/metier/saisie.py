"""Serial entry of the constats written on paper during a walk, with the photos of the day: all of it, or nothing."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gusp.metier.appariement import SansLigne, ligne_de_la_photo
from gusp.metier.constats import creer_constat
from gusp.metier.photos import PhotoDejaJointe, ajouter_photo
from gusp.models import Constat, Diagnostic, Photo
from socle import fichiers
from socle.images import PhotoNettoyee


class RangeeRefusee(Exception):
    """A row that the write refused: its rank from 0 and the ValidationError."""

    def __init__(self, rang: int, erreur: ValidationError):
        self.rang, self.erreur = rang, erreur
        super().__init__(str(erreur))


@dataclass(frozen=True)
class PhotoRecue:
    """A file of the camera: its name, and the photo or the sentence that refuses it."""

    nom: str
    photo: PhotoNettoyee | None
    refus: str = ""


@dataclass(frozen=True)
class Saisie:
    """What a sending made: new constats in order, those that an earlier sending had made already, photos joined.

    `restees` says, for each photo that was not joined, its name and why.
    """

    nouveaux: tuple[Constat, ...]
    deja: tuple[Constat, ...]
    jointes: int = 0
    restees: tuple[tuple[str, str], ...] = ()


def saisir_serie(
    diagnostic: Diagnostic, rangees: Sequence[Mapping[str, Any]], *, par, photos: Sequence[PhotoRecue] = ()
) -> Saisie:
    """Create a constat for each row and join each photo to the row written nearest to its time.

    A row holds fields of CHAMPS_MODIFIABLES, `client_uuid`, and `photo_a`, the time of its photo or None. The same
    sending twice makes nothing. Raises RangeeRefusee for the first row refused; nothing is written then.
    """
    jointes: list[Photo] = []
    try:
        with transaction.atomic():
            return _saisir(diagnostic, rangees, photos, jointes, par=par)
    except BaseException:
        for photo in jointes:
            for fichier in (photo.principale, photo.impression, photo.vignette):
                fichiers.supprimer(fichier)
        raise


def _saisir(diagnostic, rangees, photos, jointes: list[Photo], *, par) -> Saisie:
    releve_le = min(diagnostic.prevu_le, timezone.localdate())
    connus = _connus([rangee["client_uuid"] for rangee in rangees])
    constats = []
    for rang, rangee in enumerate(rangees):
        champs = {nom: valeur for nom, valeur in rangee.items() if nom != "photo_a"}
        try:
            constats.append(creer_constat(par=par, diagnostic=diagnostic, releve_le=releve_le, **champs))
        except ValidationError as erreur:
            raise RangeeRefusee(rang, erreur) from erreur
    heures = [rangee.get("photo_a") for rangee in rangees]
    restees = []
    for recue in photos:
        try:
            jointes.append(ajouter_photo(constats[_rang(recue, heures, releve_le)], recue.photo, par=par))
        except PhotoDejaJointe:
            continue
        except (SansLigne, ValidationError) as raison:
            restees.append((recue.nom, _dire(raison)))
    deja = tuple(constat for constat in constats if constat.client_uuid in connus)
    nouveaux = tuple(constat for constat in constats if constat.client_uuid not in connus)
    return Saisie(nouveaux, deja, len(jointes), tuple(restees))


def _dire(raison: SansLigne | ValidationError) -> str:
    return raison.messages[0] if isinstance(raison, ValidationError) else str(raison)


def _rang(recue: PhotoRecue, heures, jour) -> int:
    if recue.photo is None:
        raise SansLigne(recue.refus)
    return ligne_de_la_photo(recue.photo.prise_le, heures, jour=jour)


def _connus(uuids: list[uuid.UUID]) -> set[uuid.UUID]:
    return set(Constat.objects.filter(client_uuid__in=uuids).values_list("client_uuid", flat=True))
