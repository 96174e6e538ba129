"""Constats as they stood on a day, rebuilt from their journal: the only reads of constats that dossiers use.

Rebuilt: the state. Not rebuilt, because the journal does not hold them (today's value is read): quartier, theme,
organisme, due date, priority, position, description. Confidential constats never come out of here.
"""

import datetime

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from gusp.enums import EtatConstat, Nature
from gusp.models import Constat, MouvementConstat

from .cadrage import Cadrage, lendemain


def constats_au(ids: list[int], *, au: datetime.date) -> QuerySet[Constat]:
    """Return the public constats known on that day, with `etat_au`, the state of their journal at its end.

    A constat without any journal line keeps its present state; one whose first line comes later is left out.
    """
    fin = lendemain(au)
    lignes = MouvementConstat.objects.filter(constat=OuterRef("pk")).exclude(vers="")
    dernier = lignes.filter(le__lt=fin).order_by("-le", "-pk").values("vers")[:1]
    return (
        Constat.objects.publics()
        .filter(quartier_id__in=ids, releve_le__lte=au)
        .alias(plus_tard=Exists(lignes.filter(le__gte=fin)))
        .annotate(etat_au=Case(When(plus_tard=True, then=Subquery(dernier)), default=F("etat")))
        .filter(etat_au__isnull=False)
        .exclude(etat_au__in=(EtatConstat.DOUBLON, EtatConstat.ECARTE))
    )


OUVERTS = Q(etat_au__in=EtatConstat.OUVERTS) & ~Q(etat_au=EtatConstat.QUALIFIE, nature=Nature.POSITIF)
FAITS = Q(etat_au__in=EtatConstat.FAITS)
VERIFIES = Q(etat_au=EtatConstat.VERIFIE)


def en_retard(cadrage: Cadrage) -> Q:
    """Return the condition « open, and its answer was due before the day of the meeting »."""
    return OUVERTS & Q(echeance_le__lt=cadrage.le)


def nouveaux(cadrage: Cadrage) -> Q:
    """Return the condition « seen since the former meeting »."""
    return Q(releve_le__gt=cadrage.depuis) if cadrage.depuis else Q(pk__isnull=False)


def leves(cadrage: Cadrage) -> Q:
    """Return the condition « done since the former meeting »."""
    depuis = Q(traite_le__gt=cadrage.depuis) if cadrage.depuis else Q()
    return FAITS & depuis & Q(traite_le__lte=cadrage.au)


def allure(constat: Constat, *, le: datetime.date) -> str:
    """Return the look of a constat on paper at its rebuilt state: a_traiter, en_cours, fait, en_retard or clos."""
    etat = EtatConstat(constat.etat_au)
    if etat == EtatConstat.QUALIFIE and constat.nature == Nature.POSITIF:
        return "fait"
    if etat in EtatConstat.OUVERTS and constat.echeance_le and constat.echeance_le < le:
        return "en_retard"
    return etat.allure.replace("-", "_")


def libelle_etat(constat: Constat) -> str:
    """Return the words of the rebuilt state."""
    if constat.etat_au == EtatConstat.QUALIFIE and constat.nature == Nature.POSITIF:
        return "Valorisé"
    return EtatConstat(constat.etat_au).label


def retard(constat: Constat, *, le: datetime.date) -> int:
    """Return the days late at the day of the meeting, 0 when not late."""
    if allure(constat, le=le) != "en_retard":
        return 0
    return (le - constat.echeance_le).days
