"""Writes of the instances: meetings, agenda, decisions and their one door."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from gusp.metier.refus import TransitionRefusee, en_validation
from gusp.models import Compteur
from pilotage.enums import TRANSITIONS_DECISION, TRANSITIONS_SEANCE, EtatDecision, EtatSeance
from pilotage.models import Decision, Instance, MouvementDecision, PointOrdreDuJour, Seance


def creer_seance(
    *, instance: Instance, tenue_le: datetime.date, points: Iterable[Mapping[str, Any]] = (), **champs: Any
) -> Seance:
    """Create a meeting with its agenda; raises ValidationError when the instance already meets on that day."""
    try:
        with transaction.atomic():
            seance = Seance.objects.create(instance=instance, tenue_le=tenue_le, **champs)
            PointOrdreDuJour.objects.bulk_create(
                PointOrdreDuJour(seance=seance, ordre=rang, **point) for rang, point in enumerate(points, start=1)
            )
    except IntegrityError as erreur:
        raise en_validation(erreur, Seance) from erreur
    return seance


@transaction.atomic
def changer_etat_seance(seance: Seance, vers: str) -> Seance:
    """Lock the meeting, check the pair, write the state; raises TransitionRefusee."""
    seance = Seance.objects.select_for_update(of=("self",)).select_related("instance").get(pk=seance.pk)
    de, vers = EtatSeance(seance.etat), EtatSeance(vers)
    if (de, vers) not in TRANSITIONS_SEANCE:
        raise TransitionRefusee(
            f"Cette séance est déjà « {de.label} »."
            if de == vers
            else f"On ne passe pas de « {de.label} » à « {vers.label} »."
        )
    if vers == EtatSeance.TENUE and seance.tenue_le > timezone.localdate():
        raise TransitionRefusee(f"Cette séance est prévue le {seance.tenue_le:%d/%m/%Y} : elle n’a pas encore eu lieu.")
    seance.etat = vers
    seance.save(update_fields=["etat", "modifie_le"])
    return seance


@transaction.atomic
def ajouter_point(seance: Seance, **champs: Any) -> PointOrdreDuJour:
    """Add a point at the end of the agenda."""
    Seance.objects.select_for_update(of=("self",)).get(pk=seance.pk)
    dernier = seance.points.aggregate(n=Max("ordre"))["n"] or 0
    return PointOrdreDuJour.objects.create(seance=seance, ordre=dernier + 1, **champs)


@transaction.atomic
def deplacer_point(point: PointOrdreDuJour, *, sens: int) -> None:
    """Move a point up (-1) or down (1); at the end of the agenda nothing happens."""
    points = list(PointOrdreDuJour.objects.select_for_update(of=("self",)).filter(seance_id=point.seance_id))
    rang = next(i for i, p in enumerate(points) if p.pk == point.pk)
    cible = rang + (1 if sens > 0 else -1)
    if 0 <= cible < len(points):
        points[rang], points[cible] = points[cible], points[rang]
    for ordre, p in enumerate(points, start=1):
        p.ordre = ordre
    PointOrdreDuJour.objects.bulk_update(points, ["ordre"])


@transaction.atomic
def prendre_decision(
    *, seance: Seance, par, texte: str, le: datetime.datetime | None = None, **champs: Any
) -> Decision:
    """Number a decision within the year of its meeting (« D-2026-03 ») and open its journal."""
    if not texte.strip():
        raise ValidationError({"texte": "Écrivez la décision."})
    annee = seance.tenue_le.year
    Compteur.objects.get_or_create(cle=f"decisions {annee}")
    compteur = Compteur.objects.select_for_update(of=("self",)).get(cle=f"decisions {annee}")
    compteur.valeur += 1
    compteur.save(update_fields=["valeur"])
    decision = Decision.objects.create(
        numero=f"D-{annee}-{compteur.valeur:02d}", seance=seance, texte=texte.strip(), **champs
    )
    MouvementDecision.objects.create(decision=decision, vers=decision.etat, par=par, le=le or timezone.now())
    return decision


@transaction.atomic
def changer_etat_decision(
    decision: Decision,
    vers: str,
    *,
    par,
    commentaire: str = "",
    le: datetime.datetime | None = None,
    tenue_le: datetime.date | None = None,
) -> Decision:
    """Lock the decision, check the pair, write the state, add a line to the journal.

    The same state with a comment only adds the comment. Giving up needs a motive. Raises TransitionRefusee.
    """
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    de, vers = EtatDecision(decision.etat), EtatDecision(vers)
    commentaire = commentaire.strip()
    if de != vers and (de, vers) not in TRANSITIONS_DECISION:
        raise TransitionRefusee(f"On ne passe pas de « {de.label} » à « {vers.label} ».")
    if de == vers and not commentaire:
        raise TransitionRefusee(f"Cette décision est déjà « {de.label} ».")
    if vers == EtatDecision.ABANDONNEE and not commentaire:
        raise TransitionRefusee("Dites pourquoi la décision est abandonnée.")
    decision.etat = vers
    decision.tenue_le = _date_de_tenue(decision, vers, tenue_le)
    decision.save(update_fields=["etat", "tenue_le", "modifie_le"])
    MouvementDecision.objects.create(
        decision=decision, de=de, vers=vers, commentaire=commentaire, par=par, le=le or timezone.now()
    )
    return decision


def _date_de_tenue(decision: Decision, vers: EtatDecision, tenue_le: datetime.date | None) -> datetime.date | None:
    if vers != EtatDecision.TENUE:
        return None
    return tenue_le or decision.tenue_le or timezone.localdate()
