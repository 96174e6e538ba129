"""Photos of a sending: pieces kept while they arrive, checked by their hash, joined to the constat once.

A partial file is named by its account, sending and hash; every call writes at the offset that it gives, so that two of
them in parallel write the same bytes at the same place.
"""

import datetime
import hashlib
import os
import re
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction

from gusp.metier.contenus import EnvoiRefuse
from gusp.metier.photos import PhotoDejaJointe, ajouter_photo
from gusp.metier.photos_annoncees import annonce_de, compter_les_manquantes, partager
from gusp.metier.reception import exiger_le_droit, instant_vrai, verrouiller_envoi
from gusp.models import EnvoiTerrain, Photo, PhotoEnAttente
from socle import fichiers
from socle.images import PhotoNettoyee, nettoyer_photo

MORCEAU = 64 * 1024
DOSSIER = "envois-partiels"
_TAILLES = ("principale", "impression", "vignette")
_NOM = re.compile(r"\d+-[0-9a-f-]{36}-[0-9a-f]{64}\.partiel")


@dataclass(frozen=True)
class Depot:
    """What a call left: the photo whole (`nouvelle` when this call brought it), or the bytes kept so far."""

    recue: bool
    octets: int = 0
    nouvelle: bool = False


class MauvaisDebut(Exception):
    """The call begins after what is kept; `octets` is where to begin."""

    def __init__(self, octets: int):
        self.octets = octets
        super().__init__(octets)


def envoi_attendu(numero: uuid.UUID, *, par) -> EnvoiTerrain:
    """Return the sending that a photo speaks of, for the service of its quartier. Raises EnvoiRefuse."""
    envoi = EnvoiTerrain.objects.select_related("constat").filter(uuid=numero).first()
    if envoi is None:
        raise EnvoiRefuse("envoi_inconnu", "Ce relevé n’est pas encore reçu : il part avant ses photos.")
    exiger_le_droit(par, envoi.quartier_id)
    return envoi


def est_recue(envoi: EnvoiTerrain, sha256: str) -> bool:
    """Tell whether the photo is there, joined or waiting."""
    jointe = envoi.constat_id and Photo.objects.filter(constat=envoi.constat_id, sha256=sha256).exists()
    return bool(jointe) or PhotoEnAttente.objects.filter(envoi=envoi, sha256=sha256).exists()


def octets_gardes(envoi: EnvoiTerrain, sha256: str, *, par) -> int:
    """Return how many bytes of the photo this account has already sent."""
    with suppress(FileNotFoundError):
        return _partiel(envoi, sha256, par).stat().st_size
    return 0


def deposer(
    envoi: EnvoiTerrain, sha256: str, flux, *, debut: int, taille: int, par, maintenant: datetime.datetime
) -> Depot:
    """Append what arrives; whole, the photo is checked and joined. Raises EnvoiRefuse, MauvaisDebut."""
    if taille > settings.PHOTO_POIDS_MAX:
        mo = settings.PHOTO_POIDS_MAX // 1024**2
        raise EnvoiRefuse("trop_lourd", f"Cette photo est trop lourde : {mo} Mo au plus.")
    if annonce_de(envoi, sha256) is None:
        raise EnvoiRefuse("non_annoncee", "Cette photo n’est annoncée par aucune version de ce relevé.")
    if est_recue(envoi, sha256):
        return Depot(recue=True)
    chemin = _partiel(envoi, sha256, par)
    chemin.parent.mkdir(parents=True, exist_ok=True)
    fichier = os.open(chemin, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        octets = os.fstat(fichier).st_size
        if debut > octets:
            raise MauvaisDebut(octets)
        _ecrire(fichier, flux, debut, taille)
        octets = os.fstat(fichier).st_size
        if octets < taille:
            return Depot(recue=False, octets=octets)
        contenu = _lire(fichier, taille)
    finally:
        os.close(fichier)
    try:
        nouvelle = recevoir_octets(envoi, sha256, contenu, par=par, maintenant=maintenant)
    except EnvoiRefuse:
        chemin.unlink(missing_ok=True)
        raise
    chemin.unlink(missing_ok=True)
    return Depot(recue=True, nouvelle=nouvelle)


def _ecrire(fichier: int, flux, debut: int, taille: int) -> None:
    """Write the stream from that offset; what came before a cut stays."""
    while debut < taille and (morceau := _morceau(flux, min(MORCEAU, taille - debut))):
        debut += os.pwrite(fichier, morceau, debut)


def _morceau(flux, octets: int) -> bytes:
    try:
        return flux.read(octets)
    except OSError:
        return b""  # the connection is cut


def _lire(fichier: int, taille: int) -> bytes:
    with open(os.dup(fichier), "rb") as flux:
        flux.seek(0)
        return flux.read(taille)


def _partiel(envoi: EnvoiTerrain, sha256: str, par) -> Path:
    return Path(default_storage.path(DOSSIER)) / f"{par.pk}-{envoi.uuid}-{sha256}.partiel"


def recevoir_octets(envoi: EnvoiTerrain, sha256: str, contenu: bytes, *, par, maintenant) -> bool:
    """Check, clean and join the bytes of a photo; False when it was there already. Raises EnvoiRefuse."""
    if hashlib.sha256(contenu).hexdigest() != sha256:
        raise EnvoiRefuse("empreinte", "Cette photo est arrivée abîmée : elle repart du début.")
    try:
        return recevoir_photo(envoi, nettoyer_photo(contenu), par=par, maintenant=maintenant)
    except ValidationError as erreur:
        code = "trop" if getattr(erreur, "code", "") == "trop" else "photo"
        raise EnvoiRefuse(code, " ".join(erreur.messages)) from erreur


@transaction.atomic
def recevoir_photo(envoi: EnvoiTerrain, nettoyee: PhotoNettoyee, *, par, maintenant: datetime.datetime) -> bool:
    """Join a whole photo to the constat of its sending, or keep it until there is one; False when it was there.

    Raises ValidationError.
    """
    envoi = verrouiller_envoi(pk=envoi.pk)
    if est_recue(envoi, nettoyee.sha256):
        return False
    if envoi.constat is None:
        _mettre_en_attente(envoi, nettoyee, par=par, maintenant=maintenant)
    else:
        _joindre(envoi, nettoyee, par=par, maintenant=maintenant)
    compter_les_manquantes(envoi)
    envoi.save(update_fields=["manquantes"])
    return True


def _joindre(envoi: EnvoiTerrain, nettoyee: PhotoNettoyee, *, par, maintenant) -> None:
    trouvee = annonce_de(envoi, nettoyee.sha256)
    if trouvee is None:
        raise EnvoiRefuse("non_annoncee", "Cette photo n’est annoncée par aucune version de ce relevé.")
    version, annonce = trouvee
    with suppress(PhotoDejaJointe):
        ajouter_photo(
            envoi.constat,
            nettoyee,
            par=par,
            role=annonce.role,
            texte_alternatif=annonce.texte_alternatif,
            prise_le=instant_vrai(annonce.prise_a, version) if annonce.prise_a else None,
            le=maintenant,
        )


def _mettre_en_attente(envoi: EnvoiTerrain, nettoyee: PhotoNettoyee, *, par, maintenant) -> None:
    noms: dict[str, str] = {}
    try:
        for taille in _TAILLES:
            noms[taille] = fichiers.ranger(getattr(nettoyee, taille), dossier="photos", extension="jpg")
        with transaction.atomic():
            PhotoEnAttente.objects.create(
                envoi=envoi,
                sha256=nettoyee.sha256,
                largeur=nettoyee.largeur,
                hauteur=nettoyee.hauteur,
                prise_le=nettoyee.prise_le,
                lon=_arrondir(nettoyee.lon),
                lat=_arrondir(nettoyee.lat),
                par=par,
                recue_le=maintenant,
                **noms,
            )
    except BaseException:
        _supprimer(noms.values())
        raise


def _arrondir(degres: float | None) -> Decimal | None:
    return None if degres is None else round(Decimal(str(degres)), 6)


def joindre_les_photos(envoi: EnvoiTerrain, *, maintenant: datetime.datetime) -> None:
    """Join the photos that waited for the constat of this sending, in the name of who sent them."""
    for attente in envoi.photos_en_attente.select_related("par"):
        noms = [getattr(attente, taille).name for taille in _TAILLES]
        nettoyee = PhotoNettoyee(
            **{taille: fichiers.lire(nom) for taille, nom in zip(_TAILLES, noms, strict=True)},
            largeur=attente.largeur,
            hauteur=attente.hauteur,
            sha256=attente.sha256,
            prise_le=attente.prise_le,
            lon=attente.lon,
            lat=attente.lat,
        )
        _joindre(envoi, nettoyee, par=attente.par, maintenant=maintenant)
        attente.delete()
        transaction.on_commit(lambda noms=noms: _supprimer(noms))


def _supprimer(noms: Iterable[str]) -> None:
    for nom in noms:
        fichiers.supprimer(nom)


def oublier_les_partiels(*, avant: datetime.datetime) -> int:
    """Delete the partial files that nobody touched since `avant`, and nothing else; return how many."""
    dossier = Path(default_storage.path(DOSSIER))
    oublies = 0
    for chemin in dossier.iterdir() if dossier.is_dir() else ():
        with suppress(FileNotFoundError):
            if _NOM.fullmatch(chemin.name) and chemin.stat().st_mtime < avant.timestamp():
                chemin.unlink()
                oublies += 1
    return oublies


def etat_des_photos(envoi: EnvoiTerrain) -> tuple[list[str], list[str]]:
    """Return the hashes received and those still to come."""
    envoi.refresh_from_db(fields=["photos_annoncees"])
    return partager([envoi])[envoi.pk]
