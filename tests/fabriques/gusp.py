"""Walks and constats for the tests: rows put straight in a state, with what the state requires."""

import datetime

import factory

from gusp.enums import EtatConstat
from gusp.models import Constat, Diagnostic, Etape, Theme
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme

JOUR = datetime.date(2026, 3, 2)


def sanitas() -> Quartier:
    """Return the seeded quartier of the tests."""
    return Quartier.objects.get(code="SAN")


class FabriqueDiagnostic(factory.django.DjangoModelFactory):
    """A walk held on 2 March 2026 at the Sanitas."""

    class Meta:
        model = Diagnostic

    quartier = factory.LazyFunction(sanitas)
    annee = 2026
    numero = factory.Sequence(lambda n: n + 1)
    intitule = "Diagnostic en marchant"
    prevu_le = JOUR


class FabriqueEtape(factory.django.DjangoModelFactory):
    """A stop of a walk."""

    class Meta:
        model = Etape

    diagnostic = factory.SubFactory(FabriqueDiagnostic)
    numero = factory.Sequence(lambda n: n + 1)
    libelle = "Place Saint-Paul"


class FabriqueConstat(factory.django.DjangoModelFactory):
    """A raw constat outside of any walk; traits qualifie, transmis, pris_en_charge, programme, traite, verifie…"""

    class Meta:
        model = Constat

    class Params:
        avec_theme = factory.Trait(theme=factory.LazyFunction(lambda: Theme.objects.get(code="PRO")), repere="Place")
        envoye = factory.Trait(
            avec_theme=True,
            organisme=factory.SubFactory(FabriqueOrganisme),
            transmis_le=JOUR + datetime.timedelta(days=1),
            echeance_le=JOUR + datetime.timedelta(days=31),
        )
        fait = factory.Trait(
            envoye=True, traite_le=JOUR + datetime.timedelta(days=9), reponse_publique="Le dépôt a été enlevé."
        )
        qualifie = factory.Trait(avec_theme=True, etat=EtatConstat.QUALIFIE)
        transmis = factory.Trait(envoye=True, etat=EtatConstat.TRANSMIS)
        reoriente = factory.Trait(envoye=True, etat=EtatConstat.REORIENTE)
        pris_en_charge = factory.Trait(envoye=True, etat=EtatConstat.PRIS_EN_CHARGE)
        programme = factory.Trait(
            envoye=True, etat=EtatConstat.PROGRAMME, programme_le=JOUR + datetime.timedelta(days=20)
        )
        traite = factory.Trait(fait=True, etat=EtatConstat.TRAITE)
        verifie = factory.Trait(fait=True, etat=EtatConstat.VERIFIE, verifie_le=JOUR + datetime.timedelta(days=12))
        sans_suite = factory.Trait(
            envoye=True, etat=EtatConstat.SANS_SUITE, reponse_publique="Le sol est privé, la Ville ne peut agir."
        )
        doublon = factory.Trait(
            etat=EtatConstat.DOUBLON, doublon_de=factory.SubFactory("tests.fabriques.gusp.FabriqueConstat")
        )
        ecarte = factory.Trait(etat=EtatConstat.ECARTE, motif="Hors du quartier.")

    quartier = factory.LazyFunction(sanitas)
    numero = factory.Sequence(lambda n: n + 1)
    reference = factory.Sequence(lambda n: f"SAN-2026-H·{n + 1}")
    releve_le = JOUR
    description = "Dépôt sauvage au pied de la tour"
