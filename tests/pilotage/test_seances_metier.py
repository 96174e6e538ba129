"""Meetings and agendas through their public functions: the door of the state, the order, the closed agenda."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from gusp.metier.refus import TransitionRefusee
from pilotage.enums import TRANSITIONS_SEANCE, EtatSeance
from pilotage.metier.ordre_du_jour import ajouter_point, deplacer_point, supprimer_point
from pilotage.metier.seances import changer_etat_seance, creer_seance
from pilotage.models import Decision, Seance
from pilotage.ordre_du_jour import composer, duree
from quartiers.models import Quartier
from tests.fabriques.pilotage import FabriqueDecision, FabriqueInstance, FabriquePoint, FabriqueSeance

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _le_23_novembre():
    with time_machine.travel(datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC), tick=False):
        yield


def titres(seance):
    return list(seance.points.order_by("ordre").values_list("ordre", "titre"))


def test_une_seance_nait_avec_son_ordre_du_jour_dans_l_ordre():
    points = [{"titre": "Suites"}, {"titre": "Bilan", "minutes": 20}]
    seance = creer_seance(instance=FabriqueInstance(), tenue_le=datetime.date(2026, 12, 17), points=points)
    assert titres(seance) == [(1, "Suites"), (2, "Bilan")]


def test_une_instance_n_a_pas_deux_seances_le_meme_jour():
    seance = FabriqueSeance()
    with pytest.raises(ValidationError, match="Cette instance a déjà une séance ce jour-là"):
        creer_seance(instance=seance.instance, tenue_le=seance.tenue_le, points=[{"titre": "Perdu"}])
    assert Seance.objects.get().points.count() == 0


def test_la_base_refuse_une_seance_en_double_et_un_etat_inconnu():
    seance = FabriqueSeance()
    with pytest.raises(IntegrityError, match="seance_unique_par_jour"), transaction.atomic():
        FabriqueSeance(instance=seance.instance)
    with pytest.raises(IntegrityError, match="seance_etat_connu"), transaction.atomic():
        Seance.objects.update(etat="perdue")


@pytest.mark.parametrize("de", EtatSeance.values)
@pytest.mark.parametrize("vers", EtatSeance.values)
def test_seules_les_transitions_de_la_table_passent(de, vers):
    seance = FabriqueSeance(tenue=True, etat=de)
    if (de, vers) in TRANSITIONS_SEANCE:
        assert changer_etat_seance(seance, vers).etat == vers
    else:
        with pytest.raises(TransitionRefusee):
            changer_etat_seance(seance, vers)
        assert Seance.objects.get().etat == de


def test_une_seance_a_venir_ne_peut_pas_etre_marquee_tenue():
    with pytest.raises(TransitionRefusee, match=r"prévue le 17/12/2026.*pas encore eu lieu"):
        changer_etat_seance(FabriqueSeance(), EtatSeance.TENUE)


def test_un_point_monte_et_descend_sans_sortir_de_l_ordre_du_jour():
    seance = FabriqueSeance()
    a, b, c = (ajouter_point(seance, titre=titre, minutes=5) for titre in "abc")
    deplacer_point(c, sens=-1)
    assert titres(seance) == [(1, "a"), (2, "c"), (3, "b")]
    deplacer_point(a, sens=-1)
    deplacer_point(b, sens=1)
    assert titres(seance) == [(1, "a"), (2, "c"), (3, "b")]


def test_le_meme_point_envoye_deux_fois_est_un_seul_point():
    seance = FabriqueSeance()
    champs = {"titre": "Bilan", "minutes": 10, "genre": "information", "rapporteur": "", "texte": ""}
    assert ajouter_point(seance, **champs) == ajouter_point(seance, **champs)
    ajouter_point(seance, **champs | {"minutes": 15})
    assert titres(seance) == [(1, "Bilan"), (2, "Bilan")]


@pytest.mark.parametrize("etat", ["tenue", "annulee"])
def test_l_ordre_du_jour_d_une_seance_close_ne_change_plus(etat):
    point = FabriquePoint(seance=FabriqueSeance(tenue=True, etat=etat))
    for geste in (
        lambda: ajouter_point(point.seance, titre="Tard"),
        lambda: deplacer_point(point, sens=1),
        lambda: supprimer_point(point),
    ):
        with pytest.raises(TransitionRefusee, match="ne change plus"):
            geste()
    assert point.seance.points.count() == 1


def test_un_point_qui_porte_une_decision_reste():
    point = FabriquePoint()
    FabriqueDecision(seance=point.seance, point=point)
    with pytest.raises(TransitionRefusee, match="Une décision porte sur ce point"):
        supprimer_point(point)


def test_un_point_deja_retire_se_dit_en_une_phrase():
    point = FabriquePoint()
    supprimer_point(point)
    point.pk = 12345
    with pytest.raises(TransitionRefusee, match="n’est plus à l’ordre du jour"):
        deplacer_point(point, sens=1)


@pytest.mark.parametrize(
    ("minutes", "dit"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (105, "1 h 45"), (125, "2 h 05"), (1440, "24 h")]
)
def test_une_duree_se_lit_en_heures(minutes, dit):
    assert duree(minutes).replace("\xa0", " ") == dit


@pytest.mark.parametrize(
    ("minutes", "dit"),
    [(90, "1 h 30 sur 2 h, reste 30 min"), (120, "2 h sur 2 h"), (150, "2 h 30 sur 2 h : dépasse de 30 min")],
)
def test_les_minutes_s_additionnent_face_a_la_duree(minutes, dit):
    seance = FabriqueSeance(duree_minutes=120)
    points = [FabriquePoint(seance=seance, minutes=30), FabriquePoint(seance=seance, minutes=minutes - 30)]
    agenda = composer(seance, points)
    assert agenda.dit.replace("\xa0", " ") == dit
    assert [ligne.heure for ligne in agenda.lignes] == [datetime.time(14), datetime.time(14, 30)]


def test_sans_heure_de_seance_les_points_n_ont_pas_d_heure():
    seance = FabriqueSeance(heure=None)
    assert [ligne.heure for ligne in composer(seance, [FabriquePoint(seance=seance)]).lignes] == [None]


def test_un_point_apres_minuit_reste_une_heure():
    seance = FabriqueSeance(heure=datetime.time(23, 50))
    points = [FabriquePoint(seance=seance, minutes=20), FabriquePoint(seance=seance)]
    assert composer(seance, points).lignes[1].heure == datetime.time(0, 10)


def test_la_precedente_est_la_derniere_tenue_de_la_meme_instance():
    seance = FabriqueSeance()
    FabriqueSeance(tenue=True)
    FabriqueSeance(instance=seance.instance, tenue_le=datetime.date(2026, 9, 1), etat=EtatSeance.ANNULEE)
    FabriqueSeance(instance=seance.instance, tenue_le=datetime.date(2025, 12, 1), etat=EtatSeance.TENUE)
    attendue = FabriqueSeance(instance=seance.instance, tenue=True)
    assert Seance.objects.precedente(seance) == attendue


def test_les_suites_sont_celles_de_la_derniere_seance_et_les_anciennes_encore_ouvertes():
    seance = FabriqueSeance()
    ancienne = FabriqueSeance(instance=seance.instance, tenue_le=datetime.date(2025, 12, 1), etat=EtatSeance.TENUE)
    derniere = FabriqueSeance(instance=seance.instance, tenue=True)
    tenue = {"etat": "tenue", "tenue_le": datetime.date(2026, 7, 1)}
    attendues = {
        FabriqueDecision(seance=ancienne),
        FabriqueDecision(seance=derniere),
        FabriqueDecision(seance=derniere, **tenue),
    }
    FabriqueDecision(seance=ancienne, **tenue)
    FabriqueDecision()
    precedente = Seance.objects.precedente(seance)
    assert set(Decision.objects.suites_pour(seance, precedente=precedente)) == attendues
    assert set(Decision.objects.suites_pour(ancienne, precedente=None)) == set()


def test_une_instance_sans_quartier_couvre_les_huit():
    sanitas, europe = Quartier.objects.get(code="SAN"), Quartier.objects.get(code="EUR")
    partout, ciblee = FabriqueSeance(), FabriqueSeance()
    ciblee.instance.quartiers.set([sanitas])
    assert set(Seance.objects.du_quartier(sanitas)) == {partout, ciblee}
    assert set(Seance.objects.du_quartier(europe)) == {partout}
