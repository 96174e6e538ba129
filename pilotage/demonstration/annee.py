"""The whole demonstration, in the order of the calendar, in one transaction."""

import datetime
import random
from collections.abc import Callable

from django.db import transaction

from gusp.models import Compteur, Constat
from npnru.demonstration import peupler as peupler_npnru
from pilotage.contexte import CLE_DEMONSTRATION
from pilotage.demonstration import actions, comptes, marches, seances, terrain
from pilotage.demonstration.constats import Annee

#: Seed of every draw (the INSEE code of Tours): the same day gives the same data.
GRAINE = 37261


def est_peuplee() -> bool:
    """Tell whether the demonstration is already in the database."""
    return Compteur.objects.filter(cle=CLE_DEMONSTRATION).exists()


@transaction.atomic
def peupler(*, au: datetime.date, dire: Callable[[str], object] = print) -> None:
    """Write the year that ends on `au`; says each step through `dire`. Does nothing when it is already there."""
    _, nouvelle = Compteur.objects.get_or_create(cle=CLE_DEMONSTRATION)
    if not nouvelle:
        return
    hasard = random.Random(GRAINE)  # noqa: S311
    dire("Organismes et comptes")
    organismes = comptes.creer_organismes()
    personnes = comptes.creer_comptes(organismes)
    dire("Diagnostics en marchant")
    tenues = marches.creer_marches(comptes=personnes, organismes=organismes, au=au, hasard=hasard)
    annee = Annee(comptes=personnes, organismes=organismes, au=au, hasard=hasard)
    dire("Constats et leurs suites")
    constats = [c for diagnostic, nombre in tenues for c in annee.relever(diagnostic, nombre)] + annee.signaler()
    for diagnostic, _ in tenues:
        marches.faire_vivre(diagnostic, par=personnes["gusp"], au=au)
    for constat in constats:
        annee.faire_vivre(constat)
    annee.regrouper(constats)
    dire("Photos dessinées")
    annee.photographier(constats)
    dire("Téléphones de la dernière marche")
    terrain.animer(comptes=personnes, marche=tenues[-1][0], hasard=random.Random(GRAINE))  # noqa: S311
    dire("Plan d’actions")
    plan = actions.creer_actions(comptes=personnes, organismes=organismes, au=au, hasard=hasard)
    actions.relier(plan, list(Constat.objects.ouverts().order_by("pk")))
    dire("Opérations du renouvellement urbain")
    peupler_npnru(par=personnes["gusp"], aujourd_hui=au)
    dire("Séances, décisions et dossiers figés")
    seances.creer_seances(comptes=personnes, organismes=organismes, au=au, hasard=hasard)
