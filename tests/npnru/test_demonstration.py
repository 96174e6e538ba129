"""Published seed and fictitious life: what is real has a source, what is not says so, twice gives the same."""

import datetime

import pytest

from npnru.demonstration import SCENARIOS, peupler
from npnru.demonstration.budgets import petit_pdf
from npnru.enums import SOURCE_DEMONSTRATION
from npnru.lectures import plan_financement
from npnru.models import (
    ConventionNpnru,
    Document,
    FaitPublie,
    Jalon,
    ModelePhase,
    Montant,
    NatureOperation,
    Operation,
    Phase,
    Reprogrammation,
)
from tests.fabriques.comptes import FabriqueUtilisateur

pytestmark = pytest.mark.django_db
AU = datetime.date(2026, 11, 23)


@pytest.fixture
def peuplee():
    agent = FabriqueUtilisateur()
    assert peupler(par=agent, aujourd_hui=AU) == len(SCENARIOS)
    return agent


def test_tout_ce_qui_est_publie_porte_une_source_et_rien_n_est_fictif():
    assert (Operation.objects.count(), FaitPublie.objects.count()) == (14, 69)
    assert set(Operation.objects.values_list("demonstration", "source")) & {(False, ""), (True, "")} == set()
    assert set(Montant.objects.values_list("demonstration", flat=True)) == {False}
    assert Jalon.objects.filter(source="").count() == 0
    assert Phase.objects.exclude(debut_prevu=None).count() == 0
    assert ConventionNpnru.objects.get().signee_le == datetime.date(2020, 1, 27)


def test_les_modeles_de_phases_couvrent_chaque_genre():
    assert {genre: ModelePhase.objects.filter(genre_ouvrage=genre).count() for genre in
            ModelePhase.objects.order_by("genre_ouvrage").values_list("genre_ouvrage", flat=True)} == {
        "amenagement": 12, "batiment_neuf": 16, "demolition": 9, "etude": 5, "rehabilitation": 16, "relogement": 5,
    }  # fmt: skip
    assert set(NatureOperation.objects.values_list("a_verifier", flat=True)) == {True}


def test_la_nouvelle_maison_des_associations_remplace_l_ancienne():
    nouvelle = Operation.objects.get(titre="Maison des associations (tour Saint-Paul)")
    assert nouvelle.remplace.titre == "Maison des associations (ancien collège Pasteur)"
    assert set(Operation.objects.filter(pilotee_par_le_service=True).values_list("titre", flat=True)) == {
        nouvelle.titre,
        "Nouveau Centre social du Sanitas",
    }


def test_la_demonstration_ne_se_fait_qu_une_fois(peuplee):
    avant = [modele.objects.count() for modele in (Montant, Jalon, Reprogrammation, Document)]
    assert peupler(par=peuplee, aujourd_hui=AU) == 0
    assert [modele.objects.count() for modele in (Montant, Jalon, Reprogrammation, Document)] == avant


def test_ce_qui_est_fictif_le_dit(peuplee):
    fictifs = Montant.objects.exclude(saisi_par=None)
    assert set(fictifs.values_list("demonstration", "source")) == {(True, SOURCE_DEMONSTRATION)}
    touchees = set(Reprogrammation.objects.values_list("operation__demonstration", flat=True))
    assert touchees == {True}
    assert Operation.objects.filter(demonstration=False).get().titre.startswith("Maison des associations (ancien")


def test_une_date_publiee_reste_la_date_initiale(peuplee):
    fin = Jalon.objects.get(operation__titre="Gymnase du Hallebardier", genre="livraison")
    assert (fin.initial_le, fin.derive_jours) == (datetime.date(2026, 9, 30), 152)
    lue = Operation.objects.avec_situation(au=AU).get(titre="Gymnase du Hallebardier")
    assert (lue.livraison_fictive, lue.phase_libelle) == (True, "Réception")
    kleiber = Operation.objects.avec_situation(au=AU).get(titre="École maternelle Suzanne-Kleiber")
    assert (kleiber.livraison_fictive, kleiber.derive_jours) == (False, 0)


def test_les_deux_operations_du_service_ont_un_calendrier_qui_glisse(peuplee):
    lues = Operation.objects.avec_situation(au=AU).filter(pilotee_par_le_service=True).order_by("titre")
    assert [(o.derive_jours, o.phase_libelle) for o in lues] == [(136, "Programme"), (182, "Esquisse")]
    assert all(o.phases.filter(debut_prevu=None).count() == 0 for o in lues)
    assert all(o.reprogrammations.exclude(explication="").count() > 10 for o in lues)


def test_les_plans_de_la_demonstration_se_calculent(peuplee):
    plans = {o.titre: plan_financement(o, au=AU) for o in Operation.objects.filter(demonstration=True)}
    assert [titre for titre, plan in plans.items() if plan.reste is None or plan.reste < 0] == []
    assert [titre for titre, plan in plans.items() if plan.taux_aide is None or plan.taux_aide > 100] == []
    assert str(plans["Gymnase du Hallebardier"].taux_aide) == "49.0"


def test_un_petit_pdf_est_toujours_le_meme():
    assert petit_pdf("Plan (masse)", ["Élève"]) == petit_pdf("Plan (masse)", ["Élève"])
    assert petit_pdf("Plan (masse)", [])[:8] == b"%PDF-1.4"
