"""Writes of urban renewal: every change of an operation passes here, under lock, with its trace."""

from .argent import ajouter_montant, ouvrir_cout, ouvrir_financement
from .calendrier import (
    ajouter_jalon,
    annuler_atteinte,
    atteindre_jalon,
    noter_avancement_phase,
    reprogrammer_jalon,
    reprogrammer_phase,
)
from .documents import deposer_document
from .operations import changer_etat, creer_operation, periodes_du_modele
from .refus import GesteRefuse, TransitionRefusee

__all__ = [
    "GesteRefuse",
    "TransitionRefusee",
    "ajouter_jalon",
    "ajouter_montant",
    "annuler_atteinte",
    "atteindre_jalon",
    "changer_etat",
    "creer_operation",
    "deposer_document",
    "noter_avancement_phase",
    "ouvrir_cout",
    "ouvrir_financement",
    "periodes_du_modele",
    "reprogrammer_jalon",
    "reprogrammer_phase",
]
