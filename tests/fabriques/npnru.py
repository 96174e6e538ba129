"""Operations, their calendar and their money for the tests."""

import datetime
from decimal import Decimal

import factory

from npnru.enums import GenreFinancement, GenreJalon, GenreOuvrage, PosteDepense, StatutMontant, Taxe
from npnru.models import Cout, Document, Financement, Jalon, Montant, Operation, Phase
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur


class FabriqueOperation(factory.django.DjangoModelFactory):
    """An operation of the Sanitas, unless a quartier is given; it has no phase, use metier.creer_operation for them."""

    class Meta:
        model = Operation

    quartier = factory.LazyFunction(lambda: Quartier.objects.get(code="SAN"))
    titre = factory.Sequence(lambda n: f"Opération {n}")
    genre_ouvrage = GenreOuvrage.BATIMENT_NEUF
    maitre_ouvrage = factory.SubFactory(FabriqueOrganisme)


class FabriquePhase(factory.django.DjangoModelFactory):
    """A phase of three months, from January 2027."""

    class Meta:
        model = Phase

    operation = factory.SubFactory(FabriqueOperation)
    ordre = factory.Sequence(lambda n: n + 1)
    libelle = factory.Sequence(lambda n: f"Phase {n}")
    debut_initial = debut_prevu = datetime.date(2027, 1, 1)
    fin_initiale = fin_prevue = datetime.date(2027, 3, 31)


class FabriqueJalon(factory.django.DjangoModelFactory):
    """A delivery, foreseen on 1 September 2027 from the beginning."""

    class Meta:
        model = Jalon

    operation = factory.SubFactory(FabriqueOperation)
    genre = GenreJalon.LIVRAISON
    libelle = factory.Sequence(lambda n: f"Jalon {n}")
    initial_le = prevu_le = datetime.date(2027, 9, 1)


class FabriqueCout(factory.django.DjangoModelFactory):
    """The total cost, without amount."""

    class Meta:
        model = Cout

    operation = factory.SubFactory(FabriqueOperation)
    poste = PosteDepense.TOTAL


class FabriqueFinancement(factory.django.DjangoModelFactory):
    """A subsidy, without amount."""

    class Meta:
        model = Financement

    operation = factory.SubFactory(FabriqueOperation)
    financeur = factory.SubFactory(FabriqueOrganisme)
    genre = GenreFinancement.SUBVENTION


class FabriqueMontant(factory.django.DjangoModelFactory):
    """1 000 000 € HT forecast on 1 January 2026, for a cost unless a financing line is given (with cout=None)."""

    class Meta:
        model = Montant

    cout = factory.SubFactory(FabriqueCout)
    statut = StatutMontant.PREVU
    valeur = Decimal(1_000_000)
    taxe = Taxe.HT
    valeur_le = datetime.date(2026, 1, 1)
    source = "Délibération"


class FabriqueDocument(factory.django.DjangoModelFactory):
    """A first version, without stored file."""

    class Meta:
        model = Document

    operation = factory.SubFactory(FabriqueOperation)
    titre = factory.Sequence(lambda n: f"Document {n}")
    fichier = "operations/00/absent.pdf"
    nom_fichier = "absent.pdf"
    type_mime = "application/pdf"
    taille = 3
    sha256 = "0" * 64
    depose_par = factory.SubFactory(FabriqueUtilisateur)
