"""Dates of phases and milestones: the initial one is written once, every change keeps its motive."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from npnru.enums import GenreJalon, MotifDecalage
from npnru.models import Jalon, Operation, Phase, Reprogrammation

from .refus import GesteRefuse


@transaction.atomic
def ajouter_jalon(
    operation: Operation,
    *,
    libelle: str,
    genre: str = GenreJalon.AUTRE,
    prevu_le: date | None = None,
    important: bool = True,
    source: str = "",
) -> Jalon:
    """Add a milestone; its first date is its initial date. Raises ValidationError when the label is taken."""
    jalon = Jalon(
        operation=operation,
        libelle=libelle,
        genre=genre,
        initial_le=prevu_le,
        prevu_le=prevu_le,
        important=important,
        source=source,
    )
    jalon.full_clean()
    jalon.save()
    return jalon


@transaction.atomic
def reprogrammer_jalon(
    jalon: Jalon, nouvelle: date, *, motif: str, explication: str, par, le: datetime | None = None
) -> Jalon:
    """Move the forecast of a milestone, with motive and explanation; raises GesteRefuse."""
    jalon = Jalon.objects.select_for_update(of=("self",)).get(pk=jalon.pk)
    if jalon.atteint_le:
        raise GesteRefuse(f"Ce jalon est atteint depuis le {jalon.atteint_le:%d/%m/%Y} : sa date ne change plus.")
    if nouvelle == jalon.prevu_le:
        raise GesteRefuse("Cette date est déjà la date prévue.")
    _expliquer(motif, explication)
    ancienne = jalon.prevu_le
    jalon.initial_le = jalon.initial_le or ancienne or nouvelle
    jalon.prevu_le = nouvelle
    jalon.save(update_fields=["initial_le", "prevu_le"])
    _tracer(jalon.operation_id, jalon.libelle, ancienne, nouvelle, motif, explication, par=par, le=le, jalon=jalon)
    return jalon


@transaction.atomic
def atteindre_jalon(jalon: Jalon, *, atteint_le: date, par, explication: str = "", le: datetime | None = None) -> Jalon:
    """Note the actual date of a milestone; raises GesteRefuse when it is reached already or when the day is to come."""
    jalon = Jalon.objects.select_for_update(of=("self",)).get(pk=jalon.pk)
    if jalon.atteint_le:
        raise GesteRefuse(f"Ce jalon est déjà atteint depuis le {jalon.atteint_le:%d/%m/%Y}.")
    if atteint_le > timezone.localdate(le):
        raise GesteRefuse("Un jalon à venir n’est pas atteint : donnez une date passée ou celle du jour.")
    ancienne = jalon.prevu_le
    jalon.atteint_le = atteint_le
    jalon.save(update_fields=["atteint_le"])
    _tracer(
        jalon.operation_id,
        f"{jalon.libelle}\u00a0: atteint",
        ancienne,
        atteint_le,
        MotifDecalage.PRECISION,
        explication.strip() or "Date réelle constatée.",
        par=par,
        le=le,
        jalon=jalon,
    )
    return jalon


@transaction.atomic
def annuler_atteinte(jalon: Jalon, *, explication: str, par, le: datetime | None = None) -> Jalon:
    """Take back an actual date noted by mistake, and say why; raises GesteRefuse."""
    jalon = Jalon.objects.select_for_update(of=("self",)).get(pk=jalon.pk)
    if not jalon.atteint_le:
        raise GesteRefuse("Ce jalon n’est pas atteint.")
    _expliquer(MotifDecalage.AUTRE, explication)
    ancienne, jalon.atteint_le = jalon.atteint_le, None
    jalon.save(update_fields=["atteint_le"])
    _tracer(
        jalon.operation_id,
        f"{jalon.libelle}\u00a0: date réelle retirée",
        ancienne,
        jalon.prevu_le,
        MotifDecalage.AUTRE,
        explication,
        par=par,
        le=le,
        jalon=jalon,
    )
    return jalon


@transaction.atomic
def reprogrammer_phase(
    phase: Phase, *, debut: date | None, fin: date | None, motif: str, explication: str, par, le: datetime | None = None
) -> Phase:
    """Move the forecast period of a phase, one trace a date that changes; raises GesteRefuse."""
    phase = Phase.objects.select_for_update(of=("self",)).get(pk=phase.pk)
    if phase.fin_reelle:
        raise GesteRefuse(f"Cette phase est finie depuis le {phase.fin_reelle:%d/%m/%Y} : ses dates ne changent plus.")
    if debut and fin and fin < debut:
        raise GesteRefuse("La fin prévue suit le début prévu.")
    changes = [
        (nom, ancienne, nouvelle)
        for nom, ancienne, nouvelle in (("début", phase.debut_prevu, debut), ("fin", phase.fin_prevue, fin))
        if ancienne != nouvelle
    ]
    if not changes:
        raise GesteRefuse("Ces dates sont déjà les dates prévues.")
    _expliquer(motif, explication)
    phase.debut_initial = phase.debut_initial or phase.debut_prevu or _avant(debut, phase.fin_initiale)
    phase.fin_initiale = phase.fin_initiale or _apres(phase.fin_prevue or fin, phase.debut_initial)
    phase.debut_prevu, phase.fin_prevue = debut, fin
    phase.save(update_fields=["debut_initial", "fin_initiale", "debut_prevu", "fin_prevue"])
    for nom, ancienne, nouvelle in changes:
        objet = f"{phase.libelle}\u00a0: {nom}"
        _tracer(phase.operation_id, objet, ancienne, nouvelle, motif, explication, par=par, le=le, phase=phase)
    return phase


@transaction.atomic
def noter_avancement_phase(
    phase: Phase, *, debut_reel: date | None, fin_reelle: date | None, par, le: datetime | None = None
) -> Phase:
    """Note when a phase really began and ended; raises GesteRefuse for days to come or in the wrong order."""
    phase = Phase.objects.select_for_update(of=("self",)).get(pk=phase.pk)
    _verifier_avancement(debut_reel, fin_reelle, au=timezone.localdate(le))
    changes = [
        (nom, ancienne, nouvelle)
        for nom, ancienne, nouvelle in (
            ("début réel", phase.debut_reel, debut_reel),
            ("fin réelle", phase.fin_reelle, fin_reelle),
        )
        if ancienne != nouvelle
    ]
    if not changes:
        raise GesteRefuse("Rien n’a changé dans cette phase.")
    phase.debut_reel, phase.fin_reelle = debut_reel, fin_reelle
    phase.save(update_fields=["debut_reel", "fin_reelle"])
    for nom, ancienne, nouvelle in changes:
        _tracer(
            phase.operation_id,
            f"{phase.libelle}\u00a0: {nom}",
            ancienne,
            nouvelle,
            MotifDecalage.PRECISION,
            "Date réelle constatée.",
            par=par,
            le=le,
            phase=phase,
        )
    return phase


def _verifier_avancement(debut_reel: date | None, fin_reelle: date | None, *, au: date) -> None:
    if fin_reelle and not debut_reel:
        raise GesteRefuse("Une phase finie a commencé : notez son début réel.")
    if debut_reel and fin_reelle and fin_reelle < debut_reel:
        raise GesteRefuse("La fin réelle suit le début réel.")
    if max(debut_reel or au, fin_reelle or au) > au:
        raise GesteRefuse("Une date réelle est passée, ou celle du jour.")


def _avant(jour: date | None, borne: date | None) -> date | None:
    return None if jour and borne and jour > borne else jour


def _apres(jour: date | None, borne: date | None) -> date | None:
    return None if jour and borne and jour < borne else jour


def _expliquer(motif: str, explication: str) -> None:
    if motif not in MotifDecalage.values:
        raise GesteRefuse("Choisissez le motif du changement de date.")
    if not explication.strip():
        raise GesteRefuse("Expliquez pourquoi la date change.")


def _tracer(operation_id, objet, ancienne, nouvelle, motif, explication, *, par, le, jalon=None, phase=None):
    Reprogrammation.objects.create(
        operation_id=operation_id,
        jalon=jalon,
        phase=phase,
        objet=objet[:160],
        ancienne=ancienne,
        nouvelle=nouvelle,
        motif=motif,
        explication=explication.strip(),
        par=par,
        le=le or timezone.now(),
    )
