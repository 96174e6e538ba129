"""Dates: written once, moved with a motive, traced."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from npnru.enums import TRANSITIONS_OPERATION, EtatOperation
from npnru.metier import (
    GesteRefuse,
    TransitionRefusee,
    ajouter_jalon,
    annuler_atteinte,
    atteindre_jalon,
    changer_etat,
    creer_operation,
    noter_avancement_phase,
    reprogrammer_jalon,
    reprogrammer_phase,
)
from npnru.models import Operation, Phase, Reprogrammation
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.npnru import FabriqueJalon, FabriqueOperation, FabriquePhase

pytestmark = pytest.mark.django_db
MOTIF = {"motif": "technique", "explication": "Amiante découvert."}


@pytest.fixture
def agent():
    return FabriqueUtilisateur()


def jour(mois, quantieme, annee=2027):
    return datetime.date(annee, mois, quantieme)


def test_creer_une_operation_pose_les_phases_de_son_genre_bout_a_bout(agent):
    operation = creer_operation(
        quartier=Quartier.objects.get(code="EUR"),
        titre="Étude du centre",
        genre_ouvrage="etude",
        maitre_ouvrage=FabriqueOrganisme(),
        par=agent,
        debut=datetime.date(2026, 1, 31),
    )
    assert list(operation.phases.values_list("code", "debut_initial", "fin_initiale", "debut_prevu", "fin_prevue")) == [
        ("CDC", jour(1, 31, 2026), jour(3, 30, 2026), jour(1, 31, 2026), jour(3, 30, 2026)),
        ("CONS", jour(3, 31, 2026), jour(6, 29, 2026), jour(3, 31, 2026), jour(6, 29, 2026)),
        ("DIAG", jour(6, 30, 2026), jour(10, 30, 2026), jour(6, 30, 2026), jour(10, 30, 2026)),
        ("SCEN", jour(10, 31, 2026), jour(1, 30), jour(10, 31, 2026), jour(1, 30)),
        ("REST", jour(1, 31), jour(3, 30), jour(1, 31), jour(3, 30)),
    ]
    assert list(operation.mouvements.values_list("de", "vers", "par")) == [("", "projet", agent.pk)]


def test_sans_debut_les_phases_n_ont_pas_de_date(agent):
    operation = creer_operation(
        quartier=Quartier.objects.get(code="EUR"),
        titre="École",
        genre_ouvrage="batiment_neuf",
        maitre_ouvrage=FabriqueOrganisme(),
        par=agent,
    )
    assert operation.phases.count() == 16
    assert set(operation.phases.values_list("debut_initial", "debut_prevu")) == {(None, None)}


def test_deux_operations_ne_portent_pas_le_meme_titre_dans_un_quartier(agent):
    deja = FabriqueOperation()
    with pytest.raises(ValidationError, match="porte déjà ce titre"):
        creer_operation(
            quartier=deja.quartier,
            titre=deja.titre,
            genre_ouvrage="etude",
            maitre_ouvrage=deja.maitre_ouvrage,
            par=agent,
        )


@pytest.mark.parametrize("de", EtatOperation.values)
@pytest.mark.parametrize("vers", EtatOperation.values)
def test_les_etats_suivent_la_table(de, vers, agent):
    operation = FabriqueOperation(etat=de)
    if (de, vers) in TRANSITIONS_OPERATION:
        changer_etat(operation, vers, par=agent, commentaire="Décision du comité")
        assert Operation.objects.get(pk=operation.pk).etat == vers
        assert list(operation.mouvements.values_list("de", "vers", "commentaire")) == [(de, vers, "Décision du comité")]
    else:
        with pytest.raises(TransitionRefusee):
            changer_etat(operation, vers, par=agent, commentaire="Décision du comité")
        assert operation.mouvements.count() == 0


def test_suspendre_demande_une_raison(agent):
    with pytest.raises(TransitionRefusee, match="Dites pourquoi"):
        changer_etat(FabriqueOperation(), "suspendue", par=agent, commentaire=" ")


def test_la_date_initiale_d_un_jalon_s_ecrit_une_fois(agent):
    jalon = ajouter_jalon(FabriqueOperation(), libelle="Livraison", genre="livraison", prevu_le=jour(9, 1))
    jalon = reprogrammer_jalon(jalon, jour(12, 1), par=agent, **MOTIF)
    jalon = reprogrammer_jalon(jalon, jour(12, 15), par=agent, **MOTIF)
    assert (jalon.initial_le, jalon.prevu_le, jalon.derive_jours) == (jour(9, 1), jour(12, 15), 105)
    assert list(Reprogrammation.objects.values_list("ancienne", "nouvelle", "motif", "explication", "par")) == [
        (jour(12, 1), jour(12, 15), "technique", "Amiante découvert.", agent.pk),
        (jour(9, 1), jour(12, 1), "technique", "Amiante découvert.", agent.pk),
    ]


def test_la_premiere_date_d_un_jalon_sans_date_devient_l_initiale(agent):
    jalon = reprogrammer_jalon(FabriqueJalon(initial_le=None, prevu_le=None), jour(6, 1), par=agent, **MOTIF)
    assert (jalon.initial_le, jalon.prevu_le) == (jour(6, 1), jour(6, 1))


@pytest.mark.parametrize(
    ("changement", "phrase"),
    [
        ({"explication": "  "}, "Expliquez pourquoi"),
        ({"motif": "caprice"}, "Choisissez le motif"),
        ({"nouvelle": jour(9, 1)}, "déjà la date prévue"),
    ],
)
def test_une_date_ne_bouge_pas_sans_raison(changement, phrase, agent):
    jalon = FabriqueJalon()
    donnees = {"nouvelle": jour(10, 1), **MOTIF} | changement
    with pytest.raises(GesteRefuse, match=phrase):
        reprogrammer_jalon(jalon, donnees.pop("nouvelle"), par=agent, **donnees)
    jalon.refresh_from_db()
    assert (jalon.prevu_le, Reprogrammation.objects.count()) == (jour(9, 1), 0)


def test_un_jalon_atteint_ne_bouge_plus_et_se_corrige_avec_une_raison(agent):
    jalon = atteindre_jalon(FabriqueJalon(), atteint_le=jour(1, 5, 2026), par=agent)
    with pytest.raises(GesteRefuse, match="déjà atteint depuis le 05/01/2026"):
        atteindre_jalon(jalon, atteint_le=jour(1, 6, 2026), par=agent)
    with pytest.raises(GesteRefuse, match="sa date ne change plus"):
        reprogrammer_jalon(jalon, jour(12, 1), par=agent, **MOTIF)
    jalon = annuler_atteinte(jalon, explication="Erreur de fiche.", par=agent)
    assert (jalon.atteint_le, jalon.prevu_le) == (None, jour(9, 1))
    assert list(Reprogrammation.objects.values_list("objet", "explication")) == [
        (f"{jalon.libelle}\u00a0: date réelle du 05/01/2026 retirée", "Erreur de fiche."),
        (f"{jalon.libelle}\u00a0: atteint", "Date réelle constatée."),
    ]


def test_un_jalon_n_est_pas_atteint_demain(agent):
    demain = datetime.date(2999, 1, 1)
    with pytest.raises(GesteRefuse, match="à venir"):
        atteindre_jalon(FabriqueJalon(), atteint_le=demain, par=agent)


def test_une_phase_qui_glisse_entraine_la_suite(agent):
    operation = FabriqueOperation()
    finie = FabriquePhase(operation=operation, ordre=1, debut_reel=jour(1, 1, 2026), fin_reelle=jour(2, 1, 2026))
    travaux = FabriquePhase(operation=operation, ordre=2, libelle="Travaux")
    suite = FabriquePhase(operation=operation, ordre=3, debut_prevu=jour(4, 1), fin_prevue=jour(5, 1))
    avant = FabriqueJalon(operation=operation, prevu_le=jour(3, 30))
    livraison = FabriqueJalon(operation=operation)
    reprogrammer_phase(travaux, debut=jour(1, 1), fin=jour(4, 30), par=agent, decaler_suite=True, **MOTIF)
    for objet in (finie, travaux, suite, avant, livraison):
        objet.refresh_from_db()
    assert (travaux.fin_initiale, travaux.fin_prevue) == (jour(3, 31), jour(4, 30))
    assert (suite.debut_prevu, suite.fin_prevue, suite.fin_initiale) == (jour(5, 1), jour(5, 31), jour(3, 31))
    assert finie.fin_prevue == jour(3, 31)
    assert (avant.prevu_le, livraison.prevu_le, livraison.initial_le) == (jour(3, 30), jour(10, 1), jour(9, 1))
    assert operation.reprogrammations.count() == 3


def test_sans_la_suite_seule_la_phase_bouge(agent):
    phase = FabriquePhase()
    livraison = FabriqueJalon(operation=phase.operation)
    reprogrammer_phase(phase, debut=jour(2, 1), fin=jour(4, 30), par=agent, **MOTIF)
    livraison.refresh_from_db()
    assert livraison.prevu_le == jour(9, 1)
    assert list(phase.reprogrammations.order_by("pk").values_list("objet", flat=True)) == [
        f"{phase.libelle}\u00a0: début",
        f"{phase.libelle}\u00a0: fin",
    ]


@pytest.mark.parametrize(
    ("debut", "fin", "phrase"),
    [
        (None, jour(1, 5, 2026), "notez son début réel"),
        (jour(1, 5, 2026), jour(1, 4, 2026), "suit le début réel"),
        (jour(1, 1, 2999), None, "Une date réelle est passée"),
    ],
)
def test_l_avancement_d_une_phase_reste_plausible(debut, fin, phrase, agent):
    with pytest.raises(GesteRefuse, match=phrase):
        noter_avancement_phase(FabriquePhase(), debut_reel=debut, fin_reelle=fin, par=agent)


def test_une_phase_finie_ne_se_reprogramme_plus(agent):
    phase = noter_avancement_phase(FabriquePhase(), debut_reel=jour(1, 5, 2026), fin_reelle=jour(2, 5, 2026), par=agent)
    assert Phase.objects.get(pk=phase.pk).fin_reelle == jour(2, 5, 2026)
    with pytest.raises(GesteRefuse, match="ses dates ne changent plus"):
        reprogrammer_phase(phase, debut=None, fin=jour(1, 1), par=agent, **MOTIF)
