"""Shared constraints, on tables made for the occasion and on the real journals."""

import datetime
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, migrations, models, transaction

from socle.contraintes import dates_ordonnees, journal_immuable, montant_positif

pytestmark = pytest.mark.django_db


@pytest.fixture
def essai():
    class Essai(models.Model):  # noqa: DJ008
        debut_le = models.DateField(null=True)
        fin_le = models.DateField(null=True)
        montant = models.DecimalField(max_digits=10, decimal_places=2, null=True)

        class Meta:
            app_label = "essai_de_contraintes"
            constraints = [
                dates_ordonnees("debut_le", "fin_le", name="essai_dates_ordonnees", message="La fin suit le début."),
                montant_positif("montant", name="essai_montant_positif", message="Un montant n’est pas négatif."),
            ]

    with connection.schema_editor() as editeur:
        editeur.create_model(Essai)
    yield Essai
    apps.all_models.pop("essai_de_contraintes")


def jour(numero):
    return datetime.date(2026, 3, numero)


@pytest.mark.parametrize(("debut", "fin"), [(None, None), (jour(2), None), (None, jour(2)), (jour(2), jour(2))])
def test_des_dates_absentes_ou_egales_passent(essai, debut, fin):
    ligne = essai(debut_le=debut, fin_le=fin)
    ligne.validate_constraints()
    ligne.save()
    assert essai.objects.count() == 1


def test_une_fin_avant_le_debut_est_refusee_par_le_formulaire_et_par_la_base(essai):
    ligne = essai(debut_le=jour(3), fin_le=jour(2))
    with pytest.raises(ValidationError) as refus:
        ligne.validate_constraints()
    assert refus.value.messages == ["La fin suit le début."]
    with pytest.raises(IntegrityError, match="essai_dates_ordonnees"), transaction.atomic():
        ligne.save()


def test_un_montant_negatif_est_refuse_par_le_formulaire_et_par_la_base(essai):
    ligne = essai(montant=Decimal("-0.01"))
    with pytest.raises(ValidationError) as refus:
        ligne.validate_constraints()
    assert refus.value.messages == ["Un montant n’est pas négatif."]
    with pytest.raises(IntegrityError, match="essai_montant_positif"), transaction.atomic():
        ligne.save()


@pytest.mark.parametrize("montant", [None, Decimal("0"), Decimal("12.50")])
def test_un_montant_nul_ou_absent_passe(essai, montant):
    essai(montant=montant).validate_constraints()
    essai.objects.create(montant=montant)
    assert essai.objects.get().montant == montant


@pytest.mark.parametrize("geste", ["update", "delete"])
def test_un_journal_ne_se_reecrit_pas(essai, geste):
    operation = journal_immuable(essai._meta.db_table)
    with connection.schema_editor() as editeur:
        jouer(operation, editeur, "database_forwards")
    essai.objects.create(montant=1)
    with pytest.raises(IntegrityError, match="ne se réécrit pas"), transaction.atomic():
        essai.objects.update(montant=2) if geste == "update" else essai.objects.all().delete()
    assert essai.objects.get().montant == 1


def test_la_garde_d_un_journal_se_retire(essai):
    operation = journal_immuable(essai._meta.db_table)
    with connection.schema_editor() as editeur:
        jouer(operation, editeur, "database_forwards")
        jouer(operation, editeur, "database_backwards")
    essai.objects.create(montant=1)
    assert essai.objects.all().delete()[0] == 1


def jouer(operation, editeur, sens):
    etat = migrations.state.ProjectState()
    getattr(operation, sens)("essai_de_contraintes", editeur, etat, etat)
