"""What the desk decides about a sending: which of two bodies, and where to put a record without a walk."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gusp.enums import EtatDiagnostic, EtatEnvoi, EtatVersion, GenreEnvoi, GenreMouvement
from gusp.metier.contenus import Contenu, EnvoiRefuse, lire_contenu
from gusp.metier.reception import conclure, corriger, creer, ecrire_trace, instant_vrai, retenir, verrouiller_envoi
from gusp.metier.reception_photos import joindre_les_photos
from gusp.metier.refus import TransitionRefusee
from gusp.metier.revues import imposer_verdict
from gusp.models import Constat, Diagnostic, EnvoiTerrain, MouvementConstat, VersionEnvoi
from quartiers.models import Quartier

NOUVELLE, ACTUELLE = "nouvelle", "actuelle"


@transaction.atomic
def arbitrer(version: VersionEnvoi, *, garder: str, par, maintenant=None) -> EnvoiTerrain:
    """Choose between a body that waits (`nouvelle`) and what is there (`actuelle`); both stay readable.

    Raises ValidationError when it was decided already, or when the constat does not take the new body.
    """
    if garder not in (NOUVELLE, ACTUELLE):
        raise ValueError(garder)
    maintenant = maintenant or timezone.now()
    envoi = _verrouiller(version.envoi)
    version = envoi.versions.get(pk=version.pk)
    if version.etat != EtatVersion.A_ARBITRER:
        raise ValidationError("Cette version est déjà tranchée : rechargez la page.", code="tranchee")
    if garder == NOUVELLE:
        _garder_la_nouvelle(envoi, version, par=par, maintenant=maintenant)
    else:
        retenir(version, EtatVersion.LAISSEE)
    if envoi.constat is not None:
        _noter(envoi.constat, _DITS[garder], par=par, le=maintenant)
    conclure(envoi)
    return envoi


_DITS = {
    NOUVELLE: "Deux versions reçues du terrain : la seconde est gardée.",
    ACTUELLE: "Deux versions reçues du terrain : la seconde est laissée de côté.",
}


def _garder_la_nouvelle(envoi: EnvoiTerrain, version: VersionEnvoi, *, par, maintenant) -> None:
    contenu = lire_contenu(version.corps)
    courante = envoi.versions.filter(etat=EtatVersion.APPLIQUEE).first()
    if courante is not None:
        retenir(courante, EtatVersion.REMPLACEE)
    retenir(version, EtatVersion.APPLIQUEE)
    if envoi.genre == GenreEnvoi.REVUE:
        _imposer(envoi, version, contenu, maintenant=maintenant)
    else:
        corriger(envoi, version, contenu, par=par, maintenant=maintenant)


def _imposer(envoi: EnvoiTerrain, version: VersionEnvoi, contenu: Contenu, *, maintenant) -> None:
    revue = envoi.revue
    revue.verdict, revue.commentaire = contenu.verdict, contenu.commentaire
    revue.save(update_fields=["verdict", "commentaire"])
    le = instant_vrai(contenu.releve_a, version)
    constat = Constat.objects.select_for_update(of=("self",)).get(pk=envoi.constat_id)
    try:
        imposer_verdict(
            constat,
            contenu.verdict,
            contenu.commentaire,
            marche=envoi.diagnostic,
            par=version.par,
            le=le,
            maintenant=maintenant,
        )
    except TransitionRefusee as refus:
        raise ValidationError(str(refus), code="transition") from refus


@transaction.atomic
def rattacher(
    envoi: EnvoiTerrain,
    *,
    diagnostic: Diagnostic | None = None,
    quartier: Quartier | None = None,
    par,
    maintenant=None,
) -> Constat | None:
    """Put a record in a walk, or outside of any walk in `quartier` (its own by default); its photos come along.

    The constat keeps the person who saw it and the instant when it was seen. Returns it, None for a track. Raises
    ValidationError.
    """
    maintenant = maintenant or timezone.now()
    if diagnostic is not None:
        diagnostic = Diagnostic.objects.select_for_update(of=("self",)).get(pk=diagnostic.pk)
    envoi = _verrouiller(envoi)
    if envoi.etat != EtatEnvoi.A_RATTACHER:
        raise ValidationError("Cet envoi est déjà rattaché : rechargez la page.", code="rattache")
    version = envoi.versions.get(etat=EtatVersion.APPLIQUEE)
    contenu = lire_contenu(version.corps)
    if envoi.genre == GenreEnvoi.TRACE:
        _rattacher_la_trace(envoi, version, contenu, diagnostic)
    else:
        lieu = diagnostic.quartier if diagnostic else quartier or envoi.quartier
        try:
            creer(envoi, version, contenu, diagnostic=diagnostic, quartier=lieu)
        except EnvoiRefuse as refus:
            raise ValidationError(refus.phrase, code="refuse") from refus
        envoi.quartier = lieu
        envoi.save(update_fields=["quartier"])
    envoi.diagnostic = diagnostic
    if envoi.constat is not None:
        ou = f"au diagnostic {diagnostic.reference}" if diagnostic else "hors de tout diagnostic"
        _noter(envoi.constat, f"Reçu du terrain, rattaché {ou}.", par=par, le=maintenant)
        joindre_les_photos(envoi, maintenant=maintenant)
    conclure(envoi)
    return envoi.constat


def _rattacher_la_trace(envoi, version, contenu, diagnostic) -> None:
    if diagnostic is None or diagnostic.etat == EtatDiagnostic.ANNULE:
        raise ValidationError("Choisissez la marche de ce tracé.", code="diagnostic")
    ecrire_trace(envoi, version, contenu, diagnostic)


def _verrouiller(envoi: EnvoiTerrain) -> EnvoiTerrain:
    """Lock the walk of the sending, then the sending, as a reception does."""
    if envoi.diagnostic_id is not None:
        Diagnostic.objects.select_for_update(of=("self",)).filter(pk=envoi.diagnostic_id).first()
    return verrouiller_envoi(pk=envoi.pk)


def _noter(constat: Constat, phrase: str, *, par, le) -> None:
    MouvementConstat.objects.create(
        constat=constat, genre=GenreMouvement.COMMENTAIRE, commentaire=phrase, par=par, le=le
    )
