"""Which photos a sending announces, which ones are there."""

from collections.abc import Iterable

from gusp.enums import EtatVersion
from gusp.metier.contenus import PhotoAnnoncee, lire_contenu
from gusp.models import EnvoiTerrain, Photo, PhotoEnAttente, VersionEnvoi

_ATTENDUES = (EtatVersion.APPLIQUEE, EtatVersion.A_ARBITRER)


def annoncer(envoi: EnvoiTerrain) -> None:
    """Set the photos that the bodies in force or to be judged announce, and how many are still to come (unsaved)."""
    annoncees = {
        photo.sha256: {"sha256": photo.sha256, "role": photo.role}
        for version in envoi.versions.filter(etat__in=_ATTENDUES)
        for photo in lire_contenu(version.corps).photos
    }
    envoi.photos_annoncees = list(annoncees.values())
    compter_les_manquantes(envoi)


def compter_les_manquantes(envoi: EnvoiTerrain) -> None:
    """Set how many announced photos are not there (unsaved)."""
    envoi.manquantes = len(partager([envoi])[envoi.pk][1])


def annonce_de(envoi: EnvoiTerrain, sha256: str) -> tuple[VersionEnvoi, PhotoAnnoncee] | None:
    """Return (version, announced photo), the last body of the sending that announces it; None when none does."""
    for version in envoi.versions.select_related("par").order_by("-pk"):
        for photo in lire_contenu(version.corps).photos:
            if photo.sha256 == sha256:
                return version, photo
    return None


def partager(envois: Iterable[EnvoiTerrain]) -> dict[int, tuple[list[str], list[str]]]:
    """Return (received, missing) hashes by sending, in the order announced; two queries whatever their number."""
    envois = list(envois)
    la = {("constat", *cle) for cle in _hashes(Photo, "constat_id", {e.constat_id for e in envois if e.constat_id})}
    la |= {("envoi", *cle) for cle in _hashes(PhotoEnAttente, "envoi_id", {e.pk for e in envois})}
    return {envoi.pk: _trier(envoi, la) for envoi in envois}


def _hashes(modele, cle: str, pks: set[int]):
    return modele.objects.filter(**{f"{cle}__in": pks}).order_by().values_list(cle, "sha256") if pks else ()


def _trier(envoi: EnvoiTerrain, la: set[tuple[str, int, str]]) -> tuple[list[str], list[str]]:
    recues, manquantes = [], []
    for annonce in envoi.photos_annoncees:
        sha256 = annonce["sha256"]
        arrivee = ("constat", envoi.constat_id, sha256) in la or ("envoi", envoi.pk, sha256) in la
        (recues if arrivee else manquantes).append(sha256)
    return recues, manquantes
