"""Receipts: what the server says that it holds, a record and its photos."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils import timezone

from gusp.enums import EtatEnvoi, EtatVersion, GenreEnvoi, VerdictRevue
from gusp.metier.photos_annoncees import partager
from gusp.models import EnvoiTerrain, VersionEnvoi
from socle.formats import INSECABLE, typo


def composer_recu(envoi: EnvoiTerrain, version: VersionEnvoi) -> dict[str, Any]:
    """Return the receipt of one body."""
    connues = _versions([envoi])[envoi.pk]
    cette = next(connue for connue in connues if connue.pk == version.pk)
    return _composer(envoi, cette, connues, *partager([envoi])[envoi.pk])


def composer_recus(envois: Iterable[EnvoiTerrain]) -> dict[str, dict[str, Any]]:
    """Return the receipts of the bodies in force (else of the last that came), by uuid; a bounded number of queries.

    `envois` come with their constat.
    """
    envois = list(envois)
    versions, photos = _versions(envois), partager(envois)
    recus = {}
    for envoi in envois:
        if connues := versions[envoi.pk]:
            tenue = next((v for v in connues if v.etat == EtatVersion.APPLIQUEE), connues[-1])
            recus[str(envoi.uuid)] = _composer(envoi, tenue, connues, *photos[envoi.pk])
    return recus


def _versions(envois: list[EnvoiTerrain]) -> dict[int, list[VersionEnvoi]]:
    """Return the bodies of each sending, oldest first, without what they carry."""
    connues: dict[int, list[VersionEnvoi]] = {envoi.pk: [] for envoi in envois}
    lignes = VersionEnvoi.objects.filter(envoi__in=connues).annotate(verdict=F("corps__contenu__verdict"))
    for version in lignes.defer("corps", "ecrit", "remarques").order_by("pk"):
        connues[version.envoi_id].append(version)
    return connues


def _composer(envoi, version, connues, recues: list[str], manquantes: list[str]) -> dict[str, Any]:
    heure = timezone.localtime(version.recu_le).strftime("%H:%M")
    constat = envoi.constat
    return {
        "uuid": str(envoi.uuid),
        "genre": envoi.genre,
        "empreinte": version.empreinte,
        "empreintes": [connue.empreinte for connue in connues],
        "recu_le": version.recu_le.isoformat(),
        "heure": heure,
        "etat": envoi.etat,
        "phrase": typo(f"Reçu par la Ville à {heure}{_suite(envoi, version)}"),
        "constat": constat
        and {
            "id": constat.pk,
            "numero": constat.numero,
            "reference": constat.reference,
            "url": constat.get_absolute_url(),
        },
        "photos": recues,
        "manquantes": manquantes,
    }


def _suite(envoi: EnvoiTerrain, version: VersionEnvoi) -> str:
    """Return the end of the sentence: what became of it."""
    if envoi.etat == EtatEnvoi.A_RATTACHER:
        return " : cette marche ne prend plus de relevé, le bureau choisira où le ranger."
    if envoi.genre == GenreEnvoi.TRACE:
        return ", avec le tracé de la marche."
    if envoi.genre == GenreEnvoi.REVUE:
        if envoi.etat == EtatEnvoi.A_ARBITRER:
            return f" : constat {envoi.constat.reference}, le bureau tranchera."
        verdict = VerdictRevue(version.verdict).label.lower()
        return f" : constat {envoi.constat.reference} {verdict}."
    numero = f", constat n°{INSECABLE}{envoi.constat.numero}"
    return f"{numero} : deux versions, le bureau choisira." if envoi.etat == EtatEnvoi.A_ARBITRER else f"{numero}."
