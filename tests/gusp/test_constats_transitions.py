"""The one door of the states of a constat, its gestures and its journal."""

import datetime

import pytest

from comptes.enums import Role
from gusp.enums import TRANSITIONS_CONSTAT, EtatConstat, GenreMouvement, Nature
from gusp.metier.refus import TransitionRefusee
from gusp.metier.transitions import (
    changer_etat,
    classer_sans_suite,
    ecarter,
    marquer_doublon,
    prendre_en_charge,
    programmer,
    qualifier,
    reorienter,
    rouvrir,
    traiter,
    transmettre,
    verifier,
)
from gusp.metier.transmissions import commenter, relancer, relancer_lot, transmettre_lot
from gusp.models import Constat, MouvementConstat, NiveauUrgence, RegleCompetence, Theme, Transmission
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.gusp import JOUR, FabriqueConstat

pytestmark = pytest.mark.django_db
LE = JOUR + datetime.timedelta(days=15)
PAIRES = [(de, vers) for de in EtatConstat for vers in EtatConstat]
NECESSAIRES = {  # what a bare change of state must bring for the constraints of the database
    "transmis": {"transmis_le": JOUR, "echeance_le": LE},
    "reoriente": {"transmis_le": JOUR, "echeance_le": LE},
    "programme": {"programme_le": LE},
    "traite": {"traite_le": LE, "reponse_publique": "Fait."},
    "verifie": {"verifie_le": LE},
    "sans_suite": {"reponse_publique": "Rien à faire."},
    "ecarte": {"motif": "Hors sujet."},
}


@pytest.fixture
def agent():
    return FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)


def en_etat(etat, **champs):
    champs = {"avec_theme": True, "organisme": FabriqueOrganisme(), **champs}
    return FabriqueConstat(**champs) if etat == "brouillon" else FabriqueConstat(**{etat: True}, **champs)


@pytest.mark.parametrize(("de", "vers"), PAIRES, ids=lambda e: str(e.value))
def test_chaque_paire_suit_la_table(de, vers, agent):
    constat = en_etat(de.value)
    champs = dict(NECESSAIRES.get(vers.value, {}))
    if vers == EtatConstat.DOUBLON:
        champs["doublon_de"] = FabriqueConstat()
    if (de, vers) in TRANSITIONS_CONSTAT:
        assert changer_etat(constat, vers, par=agent, le=LE, **champs).etat == vers
        ligne = constat.mouvements.get()
        assert (ligne.de, ligne.vers, ligne.par) == (de, vers, agent)
    else:
        with pytest.raises(TransitionRefusee) as refus:
            changer_etat(constat, vers, par=agent, le=LE, **champs)
        assert str(refus.value).endswith(".")
        assert (Constat.objects.get(pk=constat.pk).etat, constat.mouvements.count()) == (de, 0)


def test_le_second_clic_dit_que_c_est_deja_fait(agent):
    constat = FabriqueConstat(traite=True)
    verifier(constat, par=agent, le=LE)
    with pytest.raises(TransitionRefusee, match="Ce constat est déjà «\u00a0Vérifié sur place"):
        verifier(constat, par=agent, le=LE)


def test_ce_que_la_base_refuse_est_dit_avec_sa_phrase(agent):
    with pytest.raises(TransitionRefusee, match="La vérification ne peut pas précéder le traitement"):
        verifier(FabriqueConstat(traite=True), par=agent, le=JOUR)


def test_qualifier_demande_un_theme_et_un_lieu(agent):
    with pytest.raises(TransitionRefusee, match="Choisissez un thème"):
        qualifier(FabriqueConstat(repere="Place"), par=agent)
    with pytest.raises(TransitionRefusee, match="Dites où c’est"):
        qualifier(FabriqueConstat(), par=agent, theme=Theme.objects.get(code="VOI"))


def test_qualifier_propose_l_organisme_de_la_regle_de_competence(agent):
    theme, metropole = Theme.objects.get(code="VOI"), FabriqueOrganisme(nom="Métropole, voirie")
    RegleCompetence.objects.update_or_create(theme=theme, domanialite="public", defaults={"organisme": metropole})
    constat = qualifier(
        FabriqueConstat(repere="Place"), par=agent, sous_theme=theme.sous_themes.first(), domanialite="public"
    )
    assert (constat.etat, constat.theme, constat.organisme) == (EtatConstat.QUALIFIE, theme, metropole)


@pytest.mark.parametrize("urgence", [1, 2, 3, 4])
def test_l_echeance_est_la_transmission_plus_le_delai_de_l_urgence(urgence, agent):
    constat = FabriqueConstat(qualifie=True, urgence=urgence, organisme=FabriqueOrganisme())
    delai = NiveauUrgence.objects.get(niveau=urgence).delai_jours
    constat = transmettre(constat, par=agent, le=LE)
    assert (constat.transmis_le, constat.echeance_le) == (LE, LE + datetime.timedelta(days=delai))
    assert Transmission.objects.get().organisme == constat.organisme


def test_on_ne_transmet_ni_sans_organisme_ni_un_point_positif(agent):
    with pytest.raises(TransitionRefusee, match="Choisissez l’organisme"):
        transmettre(FabriqueConstat(qualifie=True), par=agent)
    positif = FabriqueConstat(qualifie=True, nature=Nature.POSITIF, organisme=FabriqueOrganisme())
    with pytest.raises(TransitionRefusee, match="Un point positif ne se transmet pas"):
        transmettre(positif, par=agent)
    assert Transmission.objects.count() == 0


def test_reorienter_demande_un_autre_organisme(agent):
    constat = FabriqueConstat(transmis=True)
    for organisme, phrase in ((None, "vers quel organisme"), (constat.organisme, "déjà chez")):
        with pytest.raises(TransitionRefusee, match=phrase):
            reorienter(constat, organisme=organisme, par=agent)
    autre = FabriqueOrganisme()
    constat = transmettre(reorienter(constat, organisme=autre, par=agent, le=LE), par=agent, le=LE)
    assert (constat.organisme, constat.etat, constat.transmis_le) == (autre, EtatConstat.TRANSMIS, LE)


def test_un_constat_vit_jusqu_a_la_verification(agent):
    constat = FabriqueConstat(transmis=True)
    prendre_en_charge(constat, par=agent, le=LE, reference_externe="T-12")
    programmer(constat, programme_le=LE, par=agent, le=LE)
    traiter(constat, reponse="Le dépôt est enlevé.", par=agent, le=LE)
    constat = verifier(constat, par=agent, le=LE)
    assert (constat.ouvert, constat.reference_externe, constat.reponse_publique, constat.verifie_le) == (
        False,
        "T-12",
        "Le dépôt est enlevé.",
        LE,
    )
    assert list(constat.mouvements.values_list("vers", flat=True)) == [
        "pris_en_charge",
        "programme",
        "traite",
        "verifie",
    ]


@pytest.mark.parametrize(
    ("geste", "champs", "phrase"),
    [
        (traiter, {"reponse": "  "}, "réponse que les habitants liront"),
        (classer_sans_suite, {"reponse": ""}, "les habitants doivent savoir pourquoi"),
        (programmer, {"programme_le": None}, "Donnez la date prévue"),
        (programmer, {"programme_le": JOUR}, "déjà passée"),
        (traiter, {"reponse": "Fait.", "traite_le": LE + datetime.timedelta(days=1)}, "à venir"),
        (rouvrir, {"motif": ""}, "pourquoi ce constat est rouvert"),
        (ecarter, {"motif": ""}, "pourquoi ce constat est écarté"),
    ],
)
def test_un_geste_incomplet_est_refuse_avec_une_phrase(geste, champs, phrase, agent):
    constat = FabriqueConstat(transmis=True)
    with pytest.raises(TransitionRefusee, match=phrase):
        geste(constat, par=agent, le=LE, **champs)
    assert Constat.objects.get(pk=constat.pk).etat == EtatConstat.TRANSMIS


def test_rouvrir_efface_les_dates_et_garde_la_reponse_au_journal(agent):
    constat = FabriqueConstat(pris_en_charge=True)
    classer_sans_suite(constat, reponse="Sol privé.", par=agent, le=LE)
    constat = rouvrir(constat, motif="Le sol est public.", par=agent, le=LE)
    vides = (constat.transmis_le, constat.echeance_le, constat.traite_le, constat.reponse_publique)
    assert (constat.etat, constat.ouvert, vides) == (EtatConstat.QUALIFIE, True, (None, None, None, ""))
    assert list(constat.mouvements.values_list("genre", "commentaire", "public")) == [
        (GenreMouvement.ETAT, "Sol privé.", True),
        (GenreMouvement.REOUVERTURE, "Le sol est public.", False),
    ]


def test_une_chaine_de_doublons_mene_au_maitre(agent):
    un, deux, trois = FabriqueConstat(), FabriqueConstat(), FabriqueConstat()
    marquer_doublon(un, maitre=deux, par=agent)
    marquer_doublon(deux, maitre=trois, par=agent)
    assert set(Constat.objects.filter(doublon_de=trois)) == {un, deux}
    quatre = FabriqueConstat()
    assert marquer_doublon(quatre, maitre=un, par=agent).doublon_de == trois
    assert [m.commentaire for m in trois.mouvements.all()][-1] == f"Le constat {quatre.reference} est regroupé ici."


def test_un_doublon_ne_tourne_pas_en_rond(agent):
    un, deux = FabriqueConstat(), FabriqueConstat()
    marquer_doublon(un, maitre=deux, par=agent)
    with pytest.raises(TransitionRefusee, match="doublon de lui-même"):
        marquer_doublon(deux, maitre=un, par=agent)
    with pytest.raises(TransitionRefusee, match="est écarté"):
        marquer_doublon(deux, maitre=FabriqueConstat(ecarte=True), par=agent)


def test_relancer_compte_et_date_les_relances(agent):
    constat = FabriqueConstat(transmis=True)
    assert list(Constat.objects.a_relancer(au=datetime.date(2026, 5, 1))) == [constat]
    for jour in (datetime.date(2026, 4, 10), datetime.date(2026, 4, 25)):
        constat = relancer(constat, par=agent, le=jour)
    assert (constat.relances, constat.relance_le) == (2, datetime.date(2026, 4, 25))
    assert list(Constat.objects.a_relancer(au=datetime.date(2026, 5, 1))) == []
    with pytest.raises(TransitionRefusee, match="celui-ci est «\u00a0Traité"):
        relancer(FabriqueConstat(traite=True), par=agent)


def test_un_lot_est_transmis_en_une_fois(agent):
    organisme = FabriqueOrganisme()
    constats = [FabriqueConstat(qualifie=True) for _ in range(3)]
    transmission = transmettre_lot(constats, organisme, par=agent, le=LE, message="Merci de répondre.")
    assert {m.constat for m in transmission.mouvements.all()} == set(constats)
    assert set(Constat.objects.values_list("etat", "organisme")) == {("transmis", organisme.pk)}


def test_un_lot_refuse_n_envoie_rien(agent):
    bon, mauvais = FabriqueConstat(qualifie=True), FabriqueConstat()
    with pytest.raises(TransitionRefusee, match=mauvais.reference):
        transmettre_lot([bon, mauvais], FabriqueOrganisme(), par=agent)
    assert (Constat.objects.get(pk=bon.pk).etat, Transmission.objects.count()) == ("qualifie", 0)
    with pytest.raises(TransitionRefusee, match="au moins un constat"):
        transmettre_lot([], FabriqueOrganisme(), par=agent)


def test_un_lot_de_relances_ecrit_une_transmission_par_organisme(agent):
    val, cher = FabriqueOrganisme(), FabriqueOrganisme()
    constats = [FabriqueConstat(transmis=True, organisme=o) for o in (val, val, cher)]
    envois = relancer_lot(constats, par=agent, le=LE)
    assert sorted((e.organisme_id, e.mouvements.count()) for e in envois) == sorted([(val.pk, 2), (cher.pk, 1)])


def test_un_commentaire_ne_change_que_le_journal(agent):
    constat = FabriqueConstat()
    commenter(constat, commentaire=" Vu avec le gardien. ", par=agent, le=JOUR)
    ligne = MouvementConstat.objects.get()
    assert (ligne.genre, ligne.commentaire, ligne.public) == (GenreMouvement.COMMENTAIRE, "Vu avec le gardien.", False)
    assert Constat.objects.get(pk=constat.pk).etat == EtatConstat.BROUILLON
