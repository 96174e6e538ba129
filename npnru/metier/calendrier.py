"""Dates of phases and milestones: the initial one is written once, every change keeps its motive."""

from datetime import date, datetime, timedelta

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
        raise GesteRefuse(f"Ce jalon est atteint depuis le {jalon.atteint_le:%d/%m/%Y}\u00a0: sa date ne change plus.")
    if nouvelle == jalon.prevu_le:
        raise GesteRefuse("Cette date est déjà la date prévue.")
    _expliquer(motif, explication)
    ancienne = jalon.prevu_le
    jalon.initial_le = jalon.initial_le or ancienne or nouvelle
    jalon.prevu_le = nouvelle
    jalon.save(update_fields=["initial_le", "prevu_le"])
    _tracer(
        jalon.operation_id,
        jalon.libelle,
        ancienne,
        nouvelle,
        motif=motif,
        explication=explication,
        par=par,
        le=le,
        jalon=jalon,
    )
    return jalon


@transaction.atomic
def atteindre_jalon(jalon: Jalon, *, atteint_le: date, par, explication: str = "", le: datetime | None = None) -> Jalon:
    """Note the actual date of a milestone; raises GesteRefuse when it is reached already or when the day is to come."""
    jalon = Jalon.objects.select_for_update(of=("self",)).get(pk=jalon.pk)
    if jalon.atteint_le:
        raise GesteRefuse(f"Ce jalon est déjà atteint depuis le {jalon.atteint_le:%d/%m/%Y}.")
    if atteint_le > timezone.localdate(le):
        raise GesteRefuse("Un jalon à venir n’est pas atteint\u00a0: donnez une date passée ou celle du jour.")
    ancienne = jalon.prevu_le
    jalon.atteint_le = atteint_le
    jalon.save(update_fields=["atteint_le"])
    _tracer(
        jalon.operation_id,
        f"{jalon.libelle}\u00a0: atteint",
        ancienne,
        atteint_le,
        motif=MotifDecalage.PRECISION,
        explication=explication.strip() or "Date réelle constatée.",
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
    retiree, jalon.atteint_le = jalon.atteint_le, None
    jalon.save(update_fields=["atteint_le"])
    _tracer(
        jalon.operation_id,
        f"{jalon.libelle}\u00a0: date réelle du {retiree:%d/%m/%Y} retirée",
        jalon.prevu_le,
        jalon.prevu_le,
        motif=MotifDecalage.AUTRE,
        explication=explication,
        par=par,
        le=le,
        jalon=jalon,
    )
    return jalon


@transaction.atomic
def reprogrammer_phase(
    phase: Phase,
    *,
    debut: date | None,
    fin: date | None,
    motif: str,
    explication: str,
    par,
    decaler_suite: bool = False,
    le: datetime | None = None,
) -> Phase:
    """Move the forecast period of a phase, one trace a date that changes; raises GesteRefuse.

    With `decaler_suite`, later phases and milestones not reached move by as many days as the end of this one.
    """
    phase = Phase.objects.select_for_update(of=("self",)).get(pk=phase.pk)
    if phase.fin_reelle:
        raise GesteRefuse(
            f"Cette phase est finie depuis le {phase.fin_reelle:%d/%m/%Y}\u00a0: ses dates ne changent plus."
        )
    if debut and fin and fin < debut:
        raise GesteRefuse("La fin prévue suit le début prévu.")
    changes = _changes(("début", phase.debut_prevu, debut), ("fin", phase.fin_prevue, fin))
    if not changes:
        raise GesteRefuse("Ces dates sont déjà les dates prévues.")
    _expliquer(motif, explication)
    trace = {"motif": motif, "explication": explication, "par": par, "le": le or timezone.now()}
    ancienne_fin = phase.fin_prevue
    _poser(phase, debut, fin)
    for nom, ancienne, nouvelle in changes:
        _tracer(phase.operation_id, f"{phase.libelle}\u00a0: {nom}", ancienne, nouvelle, phase=phase, **trace)
    if decaler_suite and ancienne_fin and fin:
        _decaler_suite(phase, ancienne_fin, fin - ancienne_fin, **trace)
    return phase


def _changes(*couples):
    return [(nom, ancienne, nouvelle) for nom, ancienne, nouvelle in couples if ancienne != nouvelle]


def _poser(phase: Phase, debut: date | None, fin: date | None) -> None:
    """Write the forecast period; the contractual one is written once, from the first dates known."""
    phase.debut_initial = phase.debut_initial or phase.debut_prevu or _avant(debut, phase.fin_initiale)
    phase.fin_initiale = phase.fin_initiale or _apres(phase.fin_prevue or fin, phase.debut_initial)
    phase.debut_prevu, phase.fin_prevue = debut, fin
    phase.save(update_fields=["debut_initial", "fin_initiale", "debut_prevu", "fin_prevue"])


def _decaler_suite(phase: Phase, ancienne_fin: date, ecart: timedelta, **trace) -> None:
    suivantes = Phase.objects.select_for_update(of=("self",)).filter(
        operation=phase.operation_id, ordre__gt=phase.ordre, debut_reel__isnull=True, fin_prevue__isnull=False
    )
    for suivante in suivantes:
        ancienne = suivante.fin_prevue
        _poser(suivante, suivante.debut_prevu and suivante.debut_prevu + ecart, ancienne + ecart)
        objet = f"{suivante.libelle}\u00a0: fin"
        _tracer(phase.operation_id, objet, ancienne, suivante.fin_prevue, phase=suivante, **trace)
    jalons = Jalon.objects.select_for_update(of=("self",)).a_atteindre()
    for jalon in jalons.filter(operation=phase.operation_id, prevu_le__gte=ancienne_fin):
        ancienne = jalon.prevu_le
        jalon.initial_le = jalon.initial_le or ancienne
        jalon.prevu_le = ancienne + ecart
        jalon.save(update_fields=["initial_le", "prevu_le"])
        _tracer(phase.operation_id, jalon.libelle, ancienne, jalon.prevu_le, jalon=jalon, **trace)


@transaction.atomic
def noter_avancement_phase(
    phase: Phase, *, debut_reel: date | None, fin_reelle: date | None, par, le: datetime | None = None
) -> Phase:
    """Note when a phase really began and ended; raises GesteRefuse for days to come or in the wrong order.

    The trace holds the forecast beside the actual date.
    """
    phase = Phase.objects.select_for_update(of=("self",)).get(pk=phase.pk)
    _verifier_avancement(debut_reel, fin_reelle, au=timezone.localdate(le))
    changes = [
        (nom, prevue, nouvelle)
        for nom, prevue, ancienne, nouvelle in (
            ("début réel", phase.debut_prevu, phase.debut_reel, debut_reel),
            ("fin réelle", phase.fin_prevue, phase.fin_reelle, fin_reelle),
        )
        if ancienne != nouvelle
    ]
    if not changes:
        raise GesteRefuse("Rien n’a changé dans cette phase.")
    phase.debut_reel, phase.fin_reelle = debut_reel, fin_reelle
    phase.save(update_fields=["debut_reel", "fin_reelle"])
    for nom, prevue, nouvelle in changes:
        _tracer(
            phase.operation_id,
            f"{phase.libelle}\u00a0: {nom}",
            prevue,
            nouvelle,
            motif=MotifDecalage.PRECISION,
            explication="Date réelle constatée.",
            par=par,
            le=le,
            phase=phase,
        )
    return phase


def _verifier_avancement(debut_reel: date | None, fin_reelle: date | None, *, au: date) -> None:
    if fin_reelle and not debut_reel:
        raise GesteRefuse("Une phase finie a commencé\u00a0: notez son début réel.")
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


def _tracer(operation_id, objet, ancienne, nouvelle, *, motif, explication, par, le, jalon=None, phase=None):
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
