"""The action plan through its public functions: numbering, the door of the state, the journal, the lock."""

import datetime
import itertools

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from comptes.enums import Role
from gusp.enums import TRANSITIONS_ACTION, EtatAction
from gusp.metier.actions import (
    CHAMPS_SUIVIS,
    creer_action,
    modifier_action,
    noter_nouvelle,
    pointer_etape,
)
from gusp.metier.refus import TransitionRefusee
from gusp.models import Action, PointAvancement
from quartiers.models import Quartier
from socle.verrou import VersionPerimee, version_de
from tests.fabriques.comptes import FabriqueUtilisateur

pytestmark = pytest.mark.django_db
JOUR = datetime.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _le_23_novembre():
    with time_machine.travel(datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def agent():
    return FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL)


@pytest.fixture
def action(agent):
    return creer_action(par=agent, titre="Réparer l’éclairage", quartiers=[Quartier.objects.get(code="SAN")])


def test_les_actions_sont_numerotees_dans_l_annee(agent):
    sanitas = [Quartier.objects.get(code="SAN")]
    codes = [
        creer_action(par=agent, titre="Une", quartiers=sanitas).code,
        creer_action(par=agent, titre="Deux", quartiers=sanitas).code,
        creer_action(par=agent, titre="Trois", quartiers=sanitas, le=datetime.date(2025, 3, 2)).code,
    ]
    assert codes == ["A-2026-001", "A-2026-002", "A-2025-001"]


def test_une_action_touche_au_moins_un_quartier(agent):
    with pytest.raises(ValidationError, match="au moins un quartier"):
        creer_action(par=agent, titre="Sans lieu", quartiers=[])


def test_le_meme_envoi_deux_fois_ne_cree_qu_une_action(agent):
    champs = {"par": agent, "titre": "Une", "quartiers": Quartier.objects.filter(code="SAN")}
    avant = timezone.now() - datetime.timedelta(minutes=2)
    premiere = creer_action(**champs, sauf_si_apres=avant)
    assert creer_action(**champs, sauf_si_apres=avant) == premiere
    assert Action.objects.count() == 1


def test_une_nouvelle_change_l_etat_et_laisse_une_ligne(agent, action):
    noter_nouvelle(action, texte="Devis reçu", etat=EtatAction.EN_COURS, avancement=30, par=agent, le=JOUR)
    action.refresh_from_db()
    assert (action.etat, action.avancement, action.nouvelle, action.nouvelle_le) == (
        "en_cours",
        30,
        "Devis reçu",
        JOUR,
    )
    point = action.points.get()
    assert (point.de, point.vers, point.avancement, point.texte, point.par) == (
        "a_venir",
        "en_cours",
        30,
        "Devis reçu",
        agent,
    )


def test_realisee_met_cent_pour_cent_et_la_date(agent, action):
    noter_nouvelle(action, etat=EtatAction.REALISEE, par=agent, le=datetime.date(2026, 11, 20))
    action.refresh_from_db()
    assert (action.avancement, action.realisee_le) == (100, datetime.date(2026, 11, 20))
    assert action.nouvelle == "À venir → Réalisée."


def test_reprendre_une_action_realisee_efface_sa_date(agent, action):
    noter_nouvelle(action, etat=EtatAction.REALISEE, par=agent)
    noter_nouvelle(action, texte="À refaire", etat=EtatAction.EN_COURS, avancement=60, par=agent)
    action.refresh_from_db()
    assert (action.etat, action.avancement, action.realisee_le) == ("en_cours", 60, None)


@pytest.mark.parametrize(("de", "vers"), list(itertools.permutations(EtatAction, 2)))
def test_la_porte_suit_la_table_des_transitions(agent, action, de, vers):
    etat_complet = {
        EtatAction.REALISEE: {"avancement": 100, "realisee_le": JOUR},
        EtatAction.BLOQUEE: {"blocage": "Accord du bailleur"},
    }
    Action.objects.filter(pk=action.pk).update(etat=de, **etat_complet.get(de, {}))
    if (de, vers) in TRANSITIONS_ACTION:
        noter_nouvelle(action, texte="Passage", etat=vers, par=agent)
        assert Action.objects.get(pk=action.pk).etat == vers
    else:
        with pytest.raises(TransitionRefusee):
            noter_nouvelle(action, texte="Passage", etat=vers, par=agent)
        assert Action.objects.get(pk=action.pk).etat == de


def test_une_action_bloquee_dit_ce_qui_la_bloque(agent, action):
    with pytest.raises(TransitionRefusee, match="dit ce qui la bloque"):
        noter_nouvelle(action, etat=EtatAction.BLOQUEE, par=agent)
    noter_nouvelle(action, texte="Accord du syndic attendu", etat=EtatAction.BLOQUEE, par=agent)
    action.refresh_from_db()
    assert action.blocage == "Accord du syndic attendu"
    noter_nouvelle(action, texte="Accord donné", etat=EtatAction.EN_COURS, par=agent)
    action.refresh_from_db()
    assert action.blocage == ""


def test_une_nouvelle_ancienne_entre_au_journal_sans_remplacer_la_derniere(agent, action):
    noter_nouvelle(action, texte="Récente", par=agent, le=datetime.date(2026, 11, 10))
    noter_nouvelle(action, texte="Ancienne", par=agent, le=datetime.date(2026, 10, 1))
    action.refresh_from_db()
    assert (action.nouvelle, action.nouvelle_le) == ("Récente", datetime.date(2026, 11, 10))
    assert [p.texte for p in action.points.all()] == ["Récente", "Ancienne"]
    with pytest.raises(TransitionRefusee, match="10/11/2026"):
        noter_nouvelle(action, etat=EtatAction.EN_COURS, par=agent, le=datetime.date(2026, 10, 2))


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({}, "Rien de nouveau"),
        ({"texte": "Demain", "le": datetime.date(2026, 11, 24)}, "futur"),
        ({"texte": "Trop", "avancement": 101}, "0 à 100"),
    ],
)
def test_ce_qui_est_refuse_le_dit(agent, action, champs, phrase):
    with pytest.raises(TransitionRefusee, match=phrase):
        noter_nouvelle(action, par=agent, **champs)
    assert not action.points.exists()


def test_une_action_realisee_reste_a_cent_pour_cent(agent, action):
    noter_nouvelle(action, etat=EtatAction.REALISEE, par=agent)
    with pytest.raises(TransitionRefusee, match="reprenez-la"):
        noter_nouvelle(action, texte="Presque", avancement=90, par=agent)


@pytest.mark.parametrize("texte", ["Devis reçu", ""])
def test_le_second_clic_rend_la_premiere_ligne(agent, action, texte):
    envoi = {"texte": texte, "etat": EtatAction.EN_COURS, "avancement": 20, "par": agent}
    version = version_de(action, CHAMPS_SUIVIS)
    premier = noter_nouvelle(action, **envoi, version=version)
    assert noter_nouvelle(action, **envoi, version=version) == premier
    assert action.points.count() == 1


def test_deux_personnes_sur_une_action_le_second_apprend_ce_qui_a_change(agent, action):
    version = version_de(action, CHAMPS_SUIVIS)
    noter_nouvelle(action, texte="Vu avec le bailleur", etat=EtatAction.EN_COURS, par=agent, version=version)
    with pytest.raises(VersionPerimee, match="En cours"):
        noter_nouvelle(action, texte="Autre", avancement=10, par=FabriqueUtilisateur(), version=version)
    assert action.points.count() == 1


def test_le_journal_ne_se_reecrit_pas(agent, action):
    point = noter_nouvelle(action, texte="Dit", par=agent)
    with pytest.raises(IntegrityError, match="ne se réécrit pas"), transaction.atomic():
        PointAvancement.objects.filter(pk=point.pk).update(texte="Autre")


def test_une_echeance_deplacee_laisse_une_trace_sans_remplacer_les_nouvelles(agent, action):
    modifier_action(action, par=agent, echeance_le=datetime.date(2026, 12, 1))
    assert not action.points.exists()
    modifier_action(action, par=agent, echeance_le=datetime.date(2027, 3, 1))
    assert [p.texte for p in action.points.all()] == ["Échéance reportée du 01/12/2026 au 01/03/2027."]
    action.refresh_from_db()
    assert (action.nouvelle, action.nouvelle_le) == ("", None)


def test_l_echeance_suit_le_debut(agent, action):
    with pytest.raises(ValidationError, match="L’échéance suit le début"):
        modifier_action(action, par=agent, debut_le=JOUR, echeance_le=datetime.date(2026, 1, 1))


def test_les_etapes_sont_remplacees_et_pointees(agent, action):
    modifier_action(action, par=agent, etapes=[{"libelle": "Devis"}, {"libelle": "Travaux", "prevue_le": JOUR}])
    assert [(e.ordre, e.libelle) for e in action.etapes.all()] == [(1, "Devis"), (2, "Travaux")]
    etape = pointer_etape(action.etapes.first(), faite_le=JOUR)
    assert etape.faite_le == JOUR
    with pytest.raises(TransitionRefusee, match="futur"):
        pointer_etape(etape, faite_le=datetime.date(2027, 1, 1))


def test_la_porte_ne_laisse_pas_changer_l_etat_par_une_correction(agent, action):
    with pytest.raises(TypeError, match="etat"):
        modifier_action(action, par=agent, etat="realisee")
