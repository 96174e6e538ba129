"""Birth and states of an operation."""

import calendar
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from npnru.enums import TRANSITIONS_OPERATION, EtatOperation
from npnru.models import ModelePhase, MouvementOperation, Operation, Phase

from .refus import TransitionRefusee


def plus_mois(jour: date, mois: int) -> date:
    """Return the same day `mois` months later, or the last day of a shorter month."""
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    return date(annee, rang + 1, min(jour.day, calendar.monthrange(annee, rang + 1)[1]))


def periodes_du_modele(modeles, debut: date) -> list[tuple[date, date]]:
    """Return one (start, end) a phase, laid end to end from `debut` with the usual durations in months."""
    periodes, ecoules = [], 0
    for modele in modeles:
        commence = plus_mois(debut, ecoules)
        ecoules += modele.duree_mois
        finit = plus_mois(debut, ecoules) - timedelta(days=1)
        periodes.append((commence, max(commence, finit)))
    return periodes


@transaction.atomic
def creer_operation(
    *,
    quartier,
    titre: str,
    genre_ouvrage: str,
    maitre_ouvrage,
    par,
    debut: date | None = None,
    le: datetime | None = None,
    **champs,
) -> Operation:
    """Create an operation with the phases of its kind of work; their dates are computed when a start is given.

    `champs` are the other fields of Operation. Raises ValidationError when a field or a constraint is broken.
    """
    operation = Operation(
        quartier=quartier, titre=titre, genre_ouvrage=genre_ouvrage, maitre_ouvrage=maitre_ouvrage, **champs
    )
    operation.full_clean()
    operation.save()
    modeles = list(ModelePhase.objects.filter(genre_ouvrage=genre_ouvrage).order_by("ordre"))
    periodes = periodes_du_modele(modeles, debut) if debut else [(None, None)] * len(modeles)
    Phase.objects.bulk_create(
        Phase(
            operation=operation,
            ordre=modele.ordre,
            code=modele.code,
            libelle=modele.libelle,
            famille=modele.famille,
            debut_initial=commence,
            fin_initiale=finit,
            debut_prevu=commence,
            fin_prevue=finit,
        )
        for modele, (commence, finit) in zip(modeles, periodes, strict=True)
    )
    MouvementOperation.objects.create(operation=operation, vers=operation.etat, par=par, le=le or timezone.now())
    return operation


@transaction.atomic
def changer_etat(
    operation: Operation, vers: str, *, par, commentaire: str = "", le: datetime | None = None
) -> Operation:
    """Only path that changes the state of an operation: lock, rule, write, journal; raises TransitionRefusee."""
    operation = Operation.objects.select_for_update(of=("self",)).get(pk=operation.pk)
    de, vers = EtatOperation(operation.etat), EtatOperation(vers)
    if de == vers:
        raise TransitionRefusee(f"L’opération est déjà « {de.label} ».")
    if (de, vers) not in TRANSITIONS_OPERATION:
        raise TransitionRefusee(f"On ne passe pas de « {de.label} » à « {vers.label} ».")
    if vers in (EtatOperation.SUSPENDUE, EtatOperation.ABANDONNEE) and not commentaire.strip():
        raise TransitionRefusee("Dites pourquoi l’opération est suspendue ou abandonnée.")
    operation.etat = vers
    operation.save(update_fields=["etat", "modifie_le"])
    MouvementOperation.objects.create(
        operation=operation, de=de, vers=vers, commentaire=commentaire.strip(), par=par, le=le or timezone.now()
    )
    return operation
