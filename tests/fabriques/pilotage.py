"""Instances, meetings and decisions for the tests."""

import datetime

import factory

from pilotage.enums import EtatSeance, GenreInstance
from pilotage.models import Decision, Instance, PointOrdreDuJour, Seance

TENUE_LE = datetime.date(2026, 6, 11)
PREVUE_LE = datetime.date(2026, 12, 17)


class FabriqueInstance(factory.django.DjangoModelFactory):
    """A COPIL of the GUSP about the 8 quartiers."""

    class Meta:
        model = Instance

    nom = factory.Sequence(lambda n: f"COPIL {n}")
    genre = GenreInstance.COPIL_GUSP


class FabriqueSeance(factory.django.DjangoModelFactory):
    """A meeting planned on 17 December 2026; `tenue` one held on 11 June 2026."""

    class Meta:
        model = Seance

    class Params:
        tenue = factory.Trait(tenue_le=TENUE_LE, etat=EtatSeance.TENUE)

    instance = factory.SubFactory(FabriqueInstance)
    tenue_le = PREVUE_LE
    heure = datetime.time(14)
    lieu = "Hôtel de ville"


class FabriquePoint(factory.django.DjangoModelFactory):
    """A point of ten minutes."""

    class Meta:
        model = PointOrdreDuJour

    seance = factory.SubFactory(FabriqueSeance)
    ordre = factory.Sequence(lambda n: n + 1)
    titre = factory.Sequence(lambda n: f"Point {n}")


class FabriqueDecision(factory.django.DjangoModelFactory):
    """An open decision of a meeting held, without its journal (metier.decisions.prendre_decision writes one)."""

    class Meta:
        model = Decision

    numero = factory.Sequence(lambda n: f"D-2026-{n + 1:03d}")
    seance = factory.SubFactory(FabriqueSeance, tenue=True)
    texte = factory.Sequence(lambda n: f"Faire la chose {n}")
