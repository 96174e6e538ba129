"""Fictitious life of the operations, for `manage.py demo`: flagged, deterministic, made once."""

from datetime import date

from django.db import transaction

from comptes.enums import Role
from comptes.models import Utilisateur
from npnru.metier import changer_etat
from npnru.models import MouvementOperation, Operation

from . import budgets, calendriers
from .scenarios import SCENARIOS, Scenario

__all__ = ["SCENARIOS", "peupler"]


@transaction.atomic
def peupler(*, par: Utilisateur, aujourd_hui: date) -> int:
    """Give the published operations a fictitious calendar, budget and papers; return how many were filled.

    An operation already flagged is left alone, so a second call does nothing.
    """
    pilote = Utilisateur.objects.filter(is_active=True, affectations__role=Role.CHEF_PROJET).order_by("pk").first()
    remplies = 0
    for scenario in SCENARIOS:
        operation = Operation.objects.filter(titre=scenario.titre, demonstration=False).first()
        if operation is not None:
            _remplir(operation, scenario, par=par, pilote=pilote, aujourd_hui=aujourd_hui)
            remplies += 1
    return remplies


def _remplir(operation: Operation, scenario: Scenario, *, par, pilote, aujourd_hui: date) -> None:
    calendriers.poser(operation, scenario, par=par, aujourd_hui=aujourd_hui)
    budgets.poser(operation, scenario, par=par, aujourd_hui=aujourd_hui)
    budgets.deposer(operation, scenario, par=par, aujourd_hui=aujourd_hui)
    for il_y_a, etat, commentaire in scenario.etats:
        operation.refresh_from_db()
        if operation.etat != etat:
            phrase = f"{commentaire} (démonstration)".strip()
            changer_etat(operation, etat, par=par, commentaire=phrase, le=calendriers.instant(aujourd_hui, il_y_a))
    operation.refresh_from_db()
    operation.demonstration = True
    operation.alerte = scenario.alerte
    operation.situation_le = aujourd_hui.replace(day=1)
    operation.pilote = pilote if operation.pilotee_par_le_service else None
    operation.save(update_fields=["demonstration", "alerte", "situation_le", "pilote", "modifie_le"])
    if not MouvementOperation.objects.filter(operation=operation).exists():
        MouvementOperation.objects.create(
            operation=operation,
            vers=operation.etat,
            commentaire="Reprise dans l’outil (démonstration)",
            par=par,
            le=calendriers.instant(aujourd_hui, 12),
        )
