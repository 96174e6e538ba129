"""Reads that give more than rows: money and calendar as of a day."""

from .argent import (
    MELES,
    LignePlan,
    PlanFinancement,
    PointTaux,
    Total,
    Version,
    additionner,
    composer_plan,
    cout_connu,
    historique_montants,
    historique_taux,
    plan_financement,
    taux,
)
from .calendrier import jalon_de_livraison, ligne_gantt, lignes_gantt
from .fiche import composer_fiche, journal

__all__ = [
    "MELES",
    "LignePlan",
    "PlanFinancement",
    "PointTaux",
    "Total",
    "Version",
    "additionner",
    "composer_fiche",
    "composer_plan",
    "cout_connu",
    "historique_montants",
    "historique_taux",
    "jalon_de_livraison",
    "journal",
    "ligne_gantt",
    "lignes_gantt",
    "plan_financement",
    "taux",
]
