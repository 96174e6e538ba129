"""Writes of the agenda of a meeting: its points, their order; closed once the meeting is held or called off."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.forms.models import model_to_dict

from gusp.metier.refus import TransitionRefusee
from pilotage.enums import EtatSeance
from pilotage.models import PointOrdreDuJour, Seance


def verrouiller_ordre_du_jour(seance_id: int) -> Seance:
    """Lock the meeting; raises TransitionRefusee when its agenda is closed."""
    seance = Seance.objects.select_for_update(of=("self",)).get(pk=seance_id)
    if seance.etat != EtatSeance.PREVUE:
        raise TransitionRefusee(
            f"L’ordre du jour d’une séance « {EtatSeance(seance.etat).label.lower()} » ne change plus."
        )
    return seance


@transaction.atomic
def ajouter_point(seance: Seance, **champs: Any) -> PointOrdreDuJour:
    """Add a point at the end of the agenda; the same point sent twice in a row is one point."""
    seance = verrouiller_ordre_du_jour(seance.pk)
    dernier = seance.points.order_by("ordre", "pk").last()
    if dernier is not None and champs and model_to_dict(dernier, fields=list(champs)) == champs:
        return dernier
    rang = (seance.points.aggregate(n=Max("ordre"))["n"] or 0) + 1
    return PointOrdreDuJour.objects.create(seance=seance, ordre=rang, **champs)


@transaction.atomic
def enregistrer_point(point: PointOrdreDuJour) -> PointOrdreDuJour:
    """Save the changed facts of a point, never its rank."""
    verrouiller_ordre_du_jour(point.seance_id)
    point.save(update_fields=["titre", "rapporteur", "minutes", "genre", "texte"])
    return point


@transaction.atomic
def supprimer_point(point: PointOrdreDuJour) -> None:
    """Take a point off the agenda; raises TransitionRefusee when a decision was taken on it."""
    verrouiller_ordre_du_jour(point.seance_id)
    if point.decisions.exists():
        raise TransitionRefusee("Une décision porte sur ce point : il reste à l’ordre du jour.")
    point.delete()


@transaction.atomic
def deplacer_point(point: PointOrdreDuJour, *, sens: int) -> None:
    """Move a point up (-1) or down (1); at the end of the agenda nothing happens."""
    verrouiller_ordre_du_jour(point.seance_id)
    points = list(PointOrdreDuJour.objects.filter(seance_id=point.seance_id).order_by("ordre", "pk"))
    rang = next((i for i, p in enumerate(points) if p.pk == point.pk), None)
    if rang is None:
        raise TransitionRefusee("Ce point n’est plus à l’ordre du jour.")
    cible = rang + (1 if sens > 0 else -1)
    if 0 <= cible < len(points):
        points[rang], points[cible] = points[cible], points[rang]
    for ordre, p in enumerate(points, start=1):
        p.ordre = ordre
    PointOrdreDuJour.objects.bulk_update(points, ["ordre"])
