"""The one door of the states of a dossier, and its lock."""

import datetime

from django.utils import timezone

from gusp.metier.refus import TransitionRefusee
from pilotage.enums import TRANSITIONS_DOSSIER, EtatDossier
from pilotage.models import Dossier, MouvementDossier

DEJA_FIGE = "Ce dossier est figé\u00a0: une correction est une nouvelle édition."


def verrouiller(dossier: Dossier) -> Dossier:
    """Return the row locked until the end of the transaction."""
    return Dossier.objects.select_for_update(of=("self",)).select_related("seance__instance").get(pk=dossier.pk)


def verrouiller_modifiable(dossier: Dossier) -> Dossier:
    """Return the locked row; raise TransitionRefusee when it is frozen."""
    verrouille = verrouiller(dossier)
    if not verrouille.est_modifiable:
        raise TransitionRefusee(DEJA_FIGE)
    return verrouille


def changer_etat(
    dossier: Dossier, vers: str, *, par, le: datetime.datetime | None = None, commentaire: str = ""
) -> str:
    """Write the state and the journal line of a locked dossier, whose other fields the caller saves with it.

    Returns the former state; raises TransitionRefusee for a pair that does not exist.
    """
    de = dossier.etat
    if (de, vers) not in TRANSITIONS_DOSSIER:
        raise TransitionRefusee(
            f"Un dossier «\u00a0{EtatDossier(de).label.lower()}\u00a0» ne devient pas "
            f"«\u00a0{EtatDossier(vers).label.lower()}\u00a0»."
        )
    dossier.etat = vers
    journaliser(dossier, de=de, par=par, le=le, commentaire=commentaire)
    return de


def journaliser(dossier: Dossier, *, par, de: str = "", le: datetime.datetime | None = None, commentaire: str = ""):
    """Add a line to the journal of a dossier."""
    MouvementDossier.objects.create(
        dossier=dossier, de=de, vers=dossier.etat, commentaire=commentaire, par=par, le=le or timezone.now()
    )
