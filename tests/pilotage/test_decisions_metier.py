"""Decisions through their public functions: numbers, the one door, the journal that nobody rewrites."""

import datetime
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from comptes.enums import Role
from gusp.metier.refus import TransitionRefusee
from pilotage.enums import TRANSITIONS_DECISION, EtatDecision
from pilotage.metier.decisions import changer_etat_decision, modifier_decision, prendre_decision
from pilotage.models import Decision, MouvementDecision
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.pilotage import FabriqueDecision, FabriqueSeance

pytestmark = pytest.mark.django_db
JOUR = datetime.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _le_23_novembre(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def agent():
    return FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)


@pytest.fixture
def seance():
    return FabriqueSeance(tenue=True)


@pytest.fixture
def decision(agent, seance):
    return prendre_decision(seance=seance, par=agent, texte="Ouvrir le local", echeance_le=datetime.date(2026, 12, 31))


def journal(decision):
    return list(decision.mouvements.order_by("pk").values_list("de", "vers", "commentaire"))


def test_les_decisions_sont_numerotees_dans_l_annee_de_leur_seance(agent, seance):
    ancienne = FabriqueSeance(tenue=True, tenue_le=datetime.date(2025, 6, 1))
    numeros = [
        prendre_decision(seance=s, par=agent, texte=texte).numero
        for s, texte in ((seance, "Une"), (seance, "Deux"), (ancienne, "Trois"))
    ]
    assert numeros == ["D-2026-01", "D-2026-02", "D-2025-01"]


def test_une_decision_nait_ouverte_avec_la_premiere_ligne_de_son_journal(decision):
    assert (decision.etat, journal(decision)) == ("ouverte", [("", "ouverte", "")])


def test_une_decision_a_un_texte(agent, seance):
    with pytest.raises(ValidationError, match="Écrivez la décision"):
        prendre_decision(seance=seance, par=agent, texte="  ")
    assert Decision.objects.count() == 0


def test_on_ne_decide_ni_dans_une_seance_annulee_ni_dans_une_seance_a_venir(agent):
    with pytest.raises(TransitionRefusee, match="annulée"):
        prendre_decision(seance=FabriqueSeance(tenue=True, etat="annulee"), par=agent, texte="Non")
    with pytest.raises(TransitionRefusee, match="pas encore eu lieu"):
        prendre_decision(seance=FabriqueSeance(), par=agent, texte="Non")


def test_on_decide_pendant_la_seance_avant_qu_elle_soit_marquee_tenue(agent):
    assert prendre_decision(seance=FabriqueSeance(tenue_le=JOUR), par=agent, texte="Oui").numero == "D-2026-01"


def test_un_double_clic_fait_une_seule_decision(agent, seance, decision, time_machine):
    assert prendre_decision(seance=seance, par=agent, texte="Ouvrir le local") == decision
    autre = FabriqueUtilisateur(role=Role.RESPONSABLE)
    assert prendre_decision(seance=seance, par=autre, texte="Ouvrir le local").numero == "D-2026-02"
    time_machine.shift(datetime.timedelta(minutes=3))
    assert prendre_decision(seance=seance, par=agent, texte="Ouvrir le local").numero == "D-2026-03"


@pytest.mark.parametrize("de", EtatDecision.values)
@pytest.mark.parametrize("vers", EtatDecision.values)
def test_seules_les_transitions_de_la_table_passent(agent, de, vers):
    tenue = {"tenue_le": JOUR} if de == "tenue" else {}
    decision = FabriqueDecision(etat=de, **tenue)
    if de == vers or (de, vers) in TRANSITIONS_DECISION:
        assert changer_etat_decision(decision, vers, par=agent, commentaire="Parce que.").etat == vers
        assert journal(decision) == [(de, vers, "Parce que.")]
    else:
        with pytest.raises(TransitionRefusee, match="On ne passe pas de"):
            changer_etat_decision(decision, vers, par=agent, commentaire="Parce que.")
        assert (Decision.objects.get().etat, journal(decision)) == (de, [])


def test_abandonner_demande_un_motif_et_rien_ne_change_sans_lui(agent, decision):
    with pytest.raises(TransitionRefusee, match="Dites pourquoi"):
        changer_etat_decision(decision, "abandonnee", par=agent, commentaire="  ")
    assert Decision.objects.get().etat == "ouverte"


def test_le_meme_etat_sans_nouvelle_est_refuse(agent, decision):
    with pytest.raises(TransitionRefusee, match="écrivez au moins une nouvelle"):
        changer_etat_decision(decision, "ouverte", par=agent)


def test_une_decision_tenue_porte_sa_date_et_la_perd_quand_elle_se_rouvre(agent, decision):
    tenue = changer_etat_decision(decision, "tenue", par=agent)
    assert tenue.tenue_le == JOUR
    assert changer_etat_decision(tenue, "en_cours", par=agent).tenue_le is None


@pytest.mark.parametrize(
    ("le", "phrase"), [(datetime.date(2026, 11, 24), "à venir"), (datetime.date(2026, 6, 10), "pas tenue avant")]
)
def test_la_date_de_tenue_est_entre_la_seance_et_aujourd_hui(agent, decision, le, phrase):
    with pytest.raises(TransitionRefusee, match=phrase):
        changer_etat_decision(decision, "tenue", par=agent, tenue_le=le)


def test_un_second_agent_qui_n_a_pas_vu_le_changement_est_arrete(agent, decision):
    changer_etat_decision(decision, "tenue", par=agent, depuis="ouverte")
    autre = FabriqueUtilisateur(role=Role.RESPONSABLE)
    with pytest.raises(TransitionRefusee, match="passée à « Tenue » entre-temps".replace(" ", ".")):
        changer_etat_decision(decision, "en_cours", par=autre, depuis="ouverte")
    assert Decision.objects.get().etat == "tenue"


def test_un_double_clic_fait_une_seule_ligne_de_journal(agent, decision):
    for _ in range(2):
        changer_etat_decision(decision, "en_cours", par=agent, commentaire="Devis reçu.", depuis="ouverte")
        changer_etat_decision(decision, "en_cours", par=agent, commentaire="Devis reçu.", depuis="ouverte")
    assert journal(decision) == [("", "ouverte", ""), ("ouverte", "en_cours", "Devis reçu.")]


def test_deplacer_l_echeance_demande_un_motif_et_s_ecrit_au_journal(agent, decision):
    nouvelle = datetime.date(2027, 2, 28)
    with pytest.raises(ValidationError, match="dites pourquoi"):
        modifier_decision(decision, par=agent, echeance_le=nouvelle)
    modifier_decision(decision, par=agent, echeance_le=nouvelle, motif="Le marché est relancé.")
    assert journal(decision)[-1] == (
        "ouverte",
        "ouverte",
        "Échéance\xa0: 31/12/2026 → 28/02/2027\nLe marché est relancé.",
    )


def test_une_correction_dit_ce_qui_change_et_rien_quand_rien_ne_change(agent, decision):
    organisme = FabriqueOrganisme(nom="Habitat Val-Vert")
    modifier_decision(decision, par=agent, responsable=organisme, texte="Ouvrir le local")
    modifier_decision(decision, par=agent, responsable=organisme, texte="Ouvrir le local")
    assert journal(decision)[1:] == [
        ("ouverte", "ouverte", "Responsable\xa0: non renseigné → Habitat Val-Vert"),
    ]


def test_le_journal_ne_se_reecrit_pas(decision):
    for geste in (
        lambda: MouvementDecision.objects.update(commentaire="réécrit"),
        lambda: MouvementDecision.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            geste()
    assert journal(decision) == [("", "ouverte", "")]


def test_la_base_lie_l_etat_tenu_a_sa_date(decision):
    with pytest.raises(IntegrityError, match="decision_tenue_si_et_seulement_si_date"), transaction.atomic():
        Decision.objects.update(tenue_le=JOUR)
    with pytest.raises(IntegrityError, match="decision_etat_connu"), transaction.atomic():
        Decision.objects.update(etat="perdue")


def test_le_retard_se_calcule_au_jour_lu(decision):
    echeance = decision.echeance_le
    lus = [decision.retard_jours(au=echeance + datetime.timedelta(days=n)) for n in (-1, 0, 1, 30)]
    assert lus == [0, 0, 1, 30]
    assert [Decision.objects.en_retard(au=echeance + datetime.timedelta(days=n)).count() for n in (0, 1)] == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_deux_agents_au_meme_instant_ont_deux_numeros():
    seance, agent = FabriqueSeance(tenue=True), FabriqueUtilisateur(role=Role.RESPONSABLE)
    depart, numeros = threading.Barrier(4), []

    def decider(texte):
        try:
            depart.wait()
            numeros.append(prendre_decision(seance=seance, par=agent, texte=texte).numero)
        finally:
            connection.close()

    fils = [threading.Thread(target=decider, args=(texte,)) for texte in ("Une", "Deux", "Trois", "Trois")]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(set(numeros)) == ["D-2026-01", "D-2026-02", "D-2026-03"]
    assert Decision.objects.count() == 3
