"""Writes of the meetings and their one door; the agenda and the decisions have their own modules."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from gusp.metier.refus import TransitionRefusee, en_validation
from pilotage.enums import TRANSITIONS_SEANCE, EtatSeance
from pilotage.models import Instance, PointOrdreDuJour, Seance


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
