"""What the database refuses, what the migrations seed, what a perimeter shows."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from quartiers.models import ChiffreCle, Contact, Organisme, Quartier, Secteur
from tests.quartiers.personnes import personne

pytestmark = pytest.mark.django_db


@pytest.fixture
def sanitas():
    return Quartier.objects.get(code="SAN")


def refusee(nom):
    return pytest.raises(IntegrityError, match=nom)


def test_les_huit_quartiers_de_tours_sont_semes_avec_leurs_codes_officiels():
    assert list(Quartier.objects.values_list("code", "code_qpv", "code_qpv_2015", "npnru")) == [
        ("SAN", "QN03709M", "QP037009", "national"),
        ("BAS", "QN03710M", "QP037010", "regional"),
        ("EUR", "QN03708M", "QP037008", ""),
        ("FON", "QN03705M", "QP037005", ""),
        ("RIV", "QN03707I", "QP037007", ""),
        ("LOI", "QN03711M", "QP037011", ""),
        ("ROC", "QN03706I", "QP037006", ""),
        ("TOU", "QN03713N", "", ""),
    ]


def test_chaque_chiffre_seme_porte_une_date_et_une_source():
    assert ChiffreCle.objects.count() == 21
    assert not ChiffreCle.objects.filter(source="").exists()
    assert not ChiffreCle.objects.filter(date_valeur="").exists()


def test_deux_publications_du_meme_chiffre_vivent_cote_a_cote(sanitas):
    populations = sanitas.chiffres.filter(indicateur="population").values_list("valeur", "date_valeur")
    assert list(populations) == [(Decimal("8227.00"), "vers 2019"), (Decimal("8783.00"), "2013")]


def test_la_population_montree_est_la_plus_recente(sanitas):
    montree = Quartier.objects.avec_population().get(pk=sanitas.pk)
    assert (montree.population, montree.population_date) == (Decimal("8227.00"), "vers 2019")


def test_une_population_inconnue_n_est_pas_zero():
    assert Quartier.objects.avec_population().get(code="TOU").population is None


def test_un_contour_porte_une_origine_et_lui_seul(sanitas):
    sanitas.contour = {"type": "Polygon", "coordinates": []}
    with refusee("quartier_contour_si_et_seulement_si_origine"), transaction.atomic():
        sanitas.save()
    with refusee("quartier_contour_si_et_seulement_si_origine"), transaction.atomic():
        Quartier.objects.filter(pk=sanitas.pk).update(contour_origine="officiel")


@pytest.mark.parametrize(
    ("champs", "contrainte"),
    [
        ({"centre_lat": 91}, "quartier_centre_sur_terre"),
        ({"surface_ha": 0}, "quartier_surface_positive"),
    ],
)
def test_un_quartier_impossible_est_refuse(sanitas, champs, contrainte):
    with refusee(contrainte), transaction.atomic():
        Quartier.objects.filter(pk=sanitas.pk).update(**champs)


def test_un_secteur_ne_vient_qu_une_fois_par_quartier(sanitas):
    with refusee("secteur_unique_par_quartier"), transaction.atomic():
        Secteur.objects.create(quartier=sanitas, nom="La Rotonde")


@pytest.mark.parametrize(
    ("champs", "contrainte"),
    [
        ({}, "chiffre_unique_par_date_et_source"),
        ({"date_valeur": "2020", "valeur": -1}, "chiffre_positif"),
        ({"date_valeur": "2020", "annee": 20}, "chiffre_annee_plausible"),
    ],
)
def test_un_chiffre_impossible_est_refuse(sanitas, champs, contrainte):
    connu = sanitas.chiffres.filter(indicateur="population").first()
    neuf = {
        "quartier": sanitas,
        "indicateur": connu.indicateur,
        "date_valeur": connu.date_valeur,
        "source": connu.source,
        "releve_le": datetime.date(2026, 11, 23),
    }
    with refusee(contrainte), transaction.atomic():
        ChiffreCle.objects.create(**neuf | champs)


def test_un_organisme_n_est_pas_un_service_de_lui_meme():
    ligeris = Organisme.objects.get(nom="Ligeris")
    with refusee("organisme_pas_son_propre_parent"), transaction.atomic():
        Organisme.objects.filter(pk=ligeris.pk).update(parent=ligeris)


def test_un_organisme_qui_a_des_services_ne_se_supprime_pas():
    with pytest.raises(ProtectedError):
        Organisme.objects.get(nom="Ville de Tours").delete()


def test_la_cle_de_tri_suit_le_nom(sanitas):
    sanitas.nom = "Éco-quartier 2"
    sanitas.save(update_fields=["nom"])
    sanitas.refresh_from_db()
    assert sanitas.nom_tri == "eco quartier 000002"


def test_le_perimetre_borne_les_quartiers_et_l_annuaire():
    ligeris = Organisme.objects.get(nom="Ligeris")
    Contact.objects.create(organisme=ligeris, fonction="Gestion")
    Contact.objects.create(organisme=Organisme.objects.get(nom="Tours Habitat"), fonction="Gestion")
    lecteur, partenaire = personne("lecteur", "SAN", "EUR"), personne("partenaire", organisme=ligeris)
    assert [q.code for q in Quartier.objects.visibles_par(lecteur)] == ["SAN", "EUR"]
    assert {c.quartier.code for c in ChiffreCle.objects.visibles_par(lecteur)} == {"SAN", "EUR"}
    assert set(Organisme.objects.visibles_par(lecteur)) == set(Organisme.objects.all())
    assert list(Quartier.objects.visibles_par(partenaire)) == []
    assert list(Organisme.objects.visibles_par(partenaire)) == [ligeris]
    assert [c.organisme for c in Contact.objects.visibles_par(partenaire)] == [ligeris]
