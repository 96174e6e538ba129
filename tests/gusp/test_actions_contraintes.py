"""Each constraint of the action plan and of the grid, broken once by name."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from comptes.enums import Role
from gusp.enums import Domanialite
from gusp.metier.actions import creer_action
from gusp.models import (
    Action,
    Axe,
    ConventionGusp,
    NiveauUrgence,
    PointAvancement,
    RegleCompetence,
    SousTheme,
    Theme,
)
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur

pytestmark = pytest.mark.django_db
TOT, TARD = datetime.date(2026, 1, 1), datetime.date(2026, 12, 1)


@pytest.fixture
def agent():
    return FabriqueUtilisateur(role=Role.RESPONSABLE)


@pytest.fixture
def action(agent):
    return creer_action(par=agent, titre="Éclairer", quartiers=Quartier.objects.filter(code="SAN"))


def _casse(nom):
    return pytest.raises(IntegrityError, match=f'"{nom}"')


@pytest.mark.parametrize(
    ("nom", "champs"),
    [
        ("action_avancement_en_pourcent", {"avancement": 101}),
        ("action_realisee_si_et_seulement_si_date", {"etat": "realisee", "avancement": 100}),
        ("action_realisee_si_et_seulement_si_date", {"etat": "realisee", "realisee_le": TOT, "avancement": 90}),
        ("action_realisee_si_et_seulement_si_date", {"realisee_le": TOT}),
        ("action_bloquee_dit_pourquoi", {"etat": "bloquee"}),
        ("action_etat_connu", {"etat": "en_retard"}),
        ("action_dates_ordonnees", {"debut_le": TARD, "echeance_le": TOT}),
        ("action_budget_prevu_positif", {"budget_prevu": "-1"}),
        ("action_budget_realise_positif", {"budget_realise": "-1"}),
    ],
)
def test_la_base_refuse_une_action_incoherente(action, nom, champs):
    with _casse(nom), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(**champs)


def test_la_base_refuse_un_avancement_au_dela_de_cent(action, agent):
    with _casse("point_avancement_en_pourcent"), transaction.atomic():
        PointAvancement.objects.create(action=action, le=TOT, vers="en_cours", avancement=101, par=agent)


def test_deux_axes_ne_portent_pas_le_meme_numero():
    convention = ConventionGusp.objects.create(titre="Convention")
    Axe.objects.create(convention=convention, ordre=1, libelle="Un")
    with _casse("axe_ordre_unique"), transaction.atomic():
        Axe.objects.create(convention=convention, ordre=1, libelle="Autre")


def test_une_convention_finit_apres_son_debut():
    with _casse("convention_gusp_dates_ordonnees"), transaction.atomic():
        ConventionGusp.objects.create(titre="Convention", debut_le=TARD, fin_le=TOT)


def test_un_sous_theme_n_existe_qu_une_fois_par_theme():
    deja = SousTheme.objects.first()
    with _casse("sous_theme_unique"), transaction.atomic():
        SousTheme.objects.create(theme=deja.theme, libelle=deja.libelle)


def test_un_niveau_d_urgence_est_connu():
    with _casse("niveau_urgence_connu"), transaction.atomic():
        NiveauUrgence.objects.create(niveau=9, delai_jours=1)


def test_une_seule_regle_par_theme_et_par_domanialite():
    theme = Theme.objects.create(code="ZZ", libelle="Essai")
    regle = {"theme": theme, "domanialite": Domanialite.PRIVE}
    RegleCompetence.objects.create(organisme=FabriqueOrganisme(), **regle)
    with _casse("regle_competence_unique"), transaction.atomic():
        RegleCompetence.objects.create(organisme=FabriqueOrganisme(), **regle)
