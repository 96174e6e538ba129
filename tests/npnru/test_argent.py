"""Money: versions, taxes never mixed, rates computed, the story of the gymnase."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from npnru.enums import StatutMontant
from npnru.lectures import MELES, additionner, historique_montants, historique_taux, plan_financement
from npnru.metier import GesteRefuse, ajouter_montant, ouvrir_cout, ouvrir_financement
from npnru.models import Montant, Operation
from quartiers.models import Organisme
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.npnru import FabriqueCout, FabriqueFinancement, FabriqueMontant, FabriqueOperation

pytestmark = pytest.mark.django_db
AU = datetime.date(2026, 11, 23)


def jour(annee, mois=1, quantieme=1):
    return datetime.date(annee, mois, quantieme)


def montant(objet, valeur, le, **champs):
    donnees = {"statut": "prevu", "taxe": "ht", "source": "Délibération", "par": None, "motif": "Revu"} | champs
    return ajouter_montant(objet, valeur=Decimal(valeur), valeur_le=le, **donnees)


def situation(operation, au=AU):
    return Operation.objects.avec_situation(au=au).get(pk=operation.pk)


def test_un_montant_s_ajoute_et_n_efface_pas_le_precedent():
    cout = FabriqueCout()
    montant(cout, 9_200_000, jour(2020, 12))
    montant(cout, 13_300_000, jour(2024, 11), motif="Charpente")
    assert list(cout.montants.values_list("valeur", "motif")) == [(13_300_000, "Charpente"), (9_200_000, "Revu")]
    assert situation(cout.operation).cout_total == 13_300_000
    assert situation(cout.operation, au=jour(2022)).cout_total == 9_200_000
    assert situation(cout.operation, au=jour(2019)).cout_total is None


def test_un_montant_qui_change_dit_pourquoi():
    cout = FabriqueCout()
    montant(cout, 100, jour(2024))
    with pytest.raises(GesteRefuse, match="dites pourquoi il change"):
        montant(cout, 120, jour(2025), motif=" ")
    with pytest.raises(GesteRefuse, match="dites pourquoi il change"):
        montant(cout, 100, jour(2025), motif="", taxe="ttc")
    assert Montant.objects.filter(cout=cout).count() == 1


def test_le_meme_montant_envoye_deux_fois_n_est_note_qu_une_fois():
    cout = FabriqueCout()
    montant(cout, 100, jour(2024))
    with pytest.raises(GesteRefuse, match="déjà noté"):
        montant(cout, 100, jour(2024))
    assert cout.montants.count() == 1


def test_un_montant_sans_source_est_refuse():
    with pytest.raises(ValidationError, match="source"):
        montant(FabriqueCout(), 100, jour(2024), source=" ")


def test_une_aide_ne_depasse_pas_sa_base_ni_le_recu_le_notifie():
    ligne = FabriqueFinancement(base_subventionnable=Decimal(1000))
    with pytest.raises(GesteRefuse, match="base subventionnable"):
        montant(ligne, 1001, jour(2024))
    montant(ligne, 600, jour(2024), statut="notifie")
    with pytest.raises(GesteRefuse, match="montant notifié"):
        montant(ligne, 601, jour(2025), statut="recu")
    montant(ligne, 600, jour(2025), statut="recu")
    assert ligne.montants.count() == 2


def test_les_postes_s_additionnent_dans_une_seule_taxe():
    operation = FabriqueOperation()
    montant(ouvrir_cout(operation, "etudes"), "100.50", jour(2025))
    montant(ouvrir_cout(operation, "travaux"), 1000, jour(2025))
    assert (situation(operation).cout_total, situation(operation).cout_taxe) == (Decimal("1100.50"), "ht")
    assert plan_financement(operation, au=AU).cout.valeur == Decimal("1100.50")
    montant(ouvrir_cout(operation, "mobilier"), 10, jour(2025), taxe="ttc")
    assert (situation(operation).cout_total, situation(operation).cout_taxe) == (None, "")
    plan = plan_financement(operation, au=AU)
    assert (plan.cout.valeur, plan.cout.phrase, plan.remarque) == (None, MELES, MELES)


def test_le_cout_total_l_emporte_sur_les_postes():
    operation = FabriqueOperation()
    montant(ouvrir_cout(operation, "etudes"), 100, jour(2025))
    montant(ouvrir_cout(operation, "total"), 5000, jour(2025), taxe="ttc")
    assert (situation(operation).cout_total, situation(operation).cout_taxe) == (5000, "ttc")
    assert plan_financement(operation, au=AU).cout.valeur == 5000


def test_deux_jointures_ne_multiplient_pas_les_montants():
    operation = FabriqueOperation()
    for poste in ("etudes", "travaux", "aleas"):
        montant(ouvrir_cout(operation, poste), 100, jour(2025))
    for _ in range(2):
        montant(FabriqueFinancement(operation=operation), 50, jour(2025))
    lue = situation(operation)
    assert (lue.cout_total, lue.aides, lue.part_ville) == (300, 100, None)


def test_le_plan_calcule_taux_et_ecart():
    operation = FabriqueOperation()
    montant(ouvrir_cout(operation, "total"), 900, jour(2025))
    ville = Organisme.objects.get(nom="Ville de Tours")
    aide = ouvrir_financement(operation, financeur=FabriqueOrganisme(), base_subventionnable=Decimal(600))
    montant(aide, 200, jour(2024), statut="sollicite")
    montant(aide, 150, jour(2025), statut="notifie")
    montant(aide, 60, jour(2026), statut="recu")
    montant(ouvrir_financement(operation, financeur=ville, genre="fonds_propres"), 650, jour(2025))
    plan = plan_financement(operation, au=AU)
    premiere = plan.lignes[0]
    assert (premiere.valeur, premiere.taux, premiere.part) == (150, Decimal("25.0"), Decimal("16.7"))
    assert premiere.montants[StatutMontant.RECU].valeur == 60
    assert (plan.total.valeur, plan.aides.valeur, plan.reste, plan.taux_aide) == (800, 150, 100, Decimal("16.7"))
    assert (situation(operation).aides, situation(operation).part_ville) == (150, 650)
    avant = plan_financement(operation, au=jour(2024, 6))
    assert (avant.aides.valeur, avant.taux_aide, avant.reste) == (200, None, None)


def test_une_aide_annulee_ne_compte_plus():
    ligne = FabriqueFinancement()
    montant(ligne, 100, jour(2024), statut="inscrit")
    montant(ligne, 100, jour(2025), statut="annule")
    assert plan_financement(ligne.operation, au=AU).total.valeur == 0
    assert situation(ligne.operation).aides == 0
    assert situation(ligne.operation, au=jour(2024, 6)).aides == 100


def test_un_cout_et_un_plan_de_taxes_differentes_ne_se_comparent_pas():
    operation = FabriqueOperation()
    montant(ouvrir_cout(operation, "total"), 900, jour(2025), taxe="ttc")
    montant(FabriqueFinancement(operation=operation), 200, jour(2025))
    plan = plan_financement(operation, au=AU)
    assert (plan.reste, plan.taux_aide) == (None, None)
    assert plan.remarque == "Le coût et les financements ne sont pas dans la même taxe\u00a0: écart non calculé"


@pytest.mark.parametrize(
    ("couples", "valeur", "meles"),
    [
        ([], None, False),
        ([(None, "ht")], None, False),
        ([(Decimal(0), "ht")], 0, False),
        ([(Decimal(1), "ht"), (Decimal(2), "ht")], 3, False),
        ([(Decimal(1), "ht"), (Decimal(2), "ttc")], None, True),
        ([(Decimal(1), "ht"), (Decimal(2), "non_precise")], None, True),
    ],
)
def test_ht_et_ttc_ne_s_additionnent_jamais(couples, valeur, meles):
    total = additionner(couples)
    assert (total.valeur, total.meles) == (valeur, meles)


def test_le_gymnase_raconte_son_cout_et_son_taux():
    operation = FabriqueOperation(titre="Gymnase")
    cout = ouvrir_cout(operation, "total")
    ligne = FabriqueFinancement(operation=operation)
    montant(cout, 9_200_000, jour(2020, 12, 15))
    montant(ligne, 7_360_000, jour(2020, 12, 15))
    montant(cout, 13_300_000, jour(2024, 11, 28), motif="Hausse des prix")
    montant(ligne, 6_517_000, jour(2024, 11, 28), motif="Aides notifiées")
    couts, lignes = list(operation.couts.all()), list(operation.financements.all())
    points = historique_taux(couts, lignes, au=AU)
    assert [(p.le, p.cout.valeur, p.taux) for p in points] == [
        (jour(2020, 12, 15), 9_200_000, Decimal("80.0")),
        (jour(2024, 11, 28), 13_300_000, Decimal("49.0")),
    ]
    versions = historique_montants(operation, au=AU)
    assert [(v.objet, v.montant.valeur, v.ecart) for v in versions][:2] == [
        ("Coût total", 13_300_000, 4_100_000),
        ("Coût total", 9_200_000, None),
    ]


def test_le_gymnase_publie_garde_ses_deux_montants_et_dit_la_taxe_inconnue():
    gymnase = Operation.objects.get(titre="Gymnase du Hallebardier")
    versions = historique_montants(gymnase, au=AU)
    assert [(v.montant.valeur, v.montant.taxe, v.ecart) for v in versions] == [
        (13_300_000, "non_precise", None),
        (9_200_000, "ht", None),
    ]
    assert [f.valeur for f in gymnase.faits_publies.filter(unite="%")] == [80, 49]


def test_un_montant_futur_ne_compte_pas_encore():
    ligne = FabriqueMontant(valeur_le=jour(2027))
    assert situation(ligne.cout.operation).cout_total is None
    assert historique_montants(ligne.cout.operation, au=AU) == []


def test_un_meme_financement_ne_s_ouvre_pas_deux_fois():
    ligne = FabriqueFinancement()
    with pytest.raises(ValidationError, match="existe déjà"):
        ouvrir_financement(ligne.operation, financeur=ligne.financeur)


def test_qui_a_note_un_montant_est_garde():
    agent = FabriqueUtilisateur()
    assert montant(FabriqueCout(), 100, jour(2024), par=agent).saisi_par == agent
