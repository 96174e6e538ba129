"""Constats are numbered without gap, made once whatever the network does, corrected with a trace."""

import datetime
import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from comptes.enums import Role
from gusp.enums import EtatDiagnostic, GenreMouvement, Origine, SourcePosition
from gusp.metier.constats import creer_constat, modifier_constat
from gusp.models import Constat, Diagnostic, RegleCompetence, Theme
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.gusp import JOUR, FabriqueConstat, FabriqueDiagnostic, FabriqueEtape, sanitas

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)


def test_les_numeros_d_une_marche_se_suivent(agent):
    marche = FabriqueDiagnostic(numero=7)
    constats = [creer_constat(par=agent, diagnostic=marche, releve_le=JOUR) for _ in range(3)]
    assert [c.reference for c in constats] == ["SAN-2026-07·1", "SAN-2026-07·2", "SAN-2026-07·3"]
    assert [c.numero for c in constats] == [1, 2, 3]
    assert {c.quartier for c in constats} == {marche.quartier}


def test_un_refus_ne_laisse_pas_de_trou(agent):
    marche = FabriqueDiagnostic(numero=7)
    with pytest.raises(ValidationError, match="Ampleur, récurrence ou urgence inconnue"):
        creer_constat(par=agent, diagnostic=marche, releve_le=JOUR, urgence=9)
    assert creer_constat(par=agent, diagnostic=marche, releve_le=JOUR).numero == 1


def test_hors_marche_les_numeros_suivent_l_annee_et_le_quartier(agent):
    def creer(code, annee):
        quartier = Quartier.objects.get(code=code)
        return creer_constat(par=agent, quartier=quartier, releve_le=datetime.date(annee, 5, 4)).reference

    assert [creer("SAN", 2026), creer("SAN", 2026), creer("EUR", 2026), creer("SAN", 2027)] == [
        "SAN-2026-H·1",
        "SAN-2026-H·2",
        "EUR-2026-H·1",
        "SAN-2027-H·1",
    ]


def test_le_meme_envoi_deux_fois_ne_fait_qu_un_constat(agent):
    cle, marche = uuid.uuid4(), FabriqueDiagnostic()
    un, deux = (creer_constat(par=agent, diagnostic=marche, releve_le=JOUR, client_uuid=cle) for _ in range(2))
    assert un == deux
    assert (Constat.objects.count(), Diagnostic.objects.get(pk=marche.pk).dernier_numero) == (1, 1)
    assert list(un.mouvements.values_list("genre", flat=True)) == [GenreMouvement.CREATION]


@pytest.mark.django_db(transaction=True)
def test_deux_telephones_ne_prennent_ni_le_meme_numero_ni_deux_fois_le_meme_envoi(agent):
    marche, partagee = FabriqueDiagnostic(), uuid.uuid4()
    depart, erreurs = threading.Barrier(4), []

    def relever(cle):
        try:
            depart.wait(10)
            for _ in range(3):
                creer_constat(par=agent, diagnostic=marche, releve_le=JOUR, client_uuid=cle or uuid.uuid4())
        except Exception as erreur:
            erreurs.append(erreur)
        finally:
            connection.close()

    fils = [threading.Thread(target=relever, args=(cle,)) for cle in (None, None, partagee, partagee)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(30)
    assert erreurs == []
    assert sorted(Constat.objects.values_list("numero", flat=True)) == list(range(1, 8))


@pytest.mark.parametrize("etat", [EtatDiagnostic.ANNULE, EtatDiagnostic.CLOS])
def test_un_diagnostic_ferme_ne_recoit_plus_de_constat(etat, agent):
    dates = {"releve_diffuse_le": JOUR, "restitue_le": JOUR} if etat == EtatDiagnostic.CLOS else {}
    with pytest.raises(ValidationError, match="on n’y ajoute plus de constat"):
        creer_constat(par=agent, diagnostic=FabriqueDiagnostic(etat=etat, **dates), releve_le=JOUR)
    assert Constat.objects.count() == 0


def test_la_position_donne_le_quartier(agent):
    quartier = Quartier.objects.get(code="EUR")
    constat = creer_constat(par=agent, releve_le=JOUR, lon=float(quartier.centre_lon), lat=float(quartier.centre_lat))
    assert (constat.quartier, constat.position_source, constat.origine) == (
        quartier,
        SourcePosition.EPINGLE,
        Origine.SIGNALEMENT,
    )
    with pytest.raises(ValidationError, match="choisissez-le"):
        creer_constat(par=agent, releve_le=JOUR, lon=2.35, lat=48.85)


def test_ce_qui_ne_va_pas_ensemble_est_refuse(agent):
    marche, voirie = FabriqueDiagnostic(), Theme.objects.get(code="VOI")
    autre = Quartier.objects.get(code="EUR")
    with pytest.raises(ValidationError, match="autre quartier"):
        creer_constat(par=agent, diagnostic=marche, quartier=autre, releve_le=JOUR)
    with pytest.raises(ValidationError, match="n’appartient pas au diagnostic"):
        creer_constat(par=agent, diagnostic=marche, etape=FabriqueEtape(), releve_le=JOUR)
    sous_theme = Theme.objects.get(code="PRO").sous_themes.first()
    with pytest.raises(ValidationError, match="n’appartient pas au thème"):
        creer_constat(par=agent, diagnostic=marche, releve_le=JOUR, theme=voirie, sous_theme=sous_theme)


def test_la_regle_de_competence_propose_l_organisme(agent):
    theme, organisme = Theme.objects.get(code="ECL"), FabriqueOrganisme(nom="Éclairage public")
    RegleCompetence.objects.update_or_create(theme=theme, domanialite="public", defaults={"organisme": organisme})
    champs = {"par": agent, "quartier": sanitas(), "releve_le": JOUR, "sous_theme": theme.sous_themes.first()}
    constat = creer_constat(**champs, domanialite="public")
    assert (constat.theme, constat.organisme) == (theme, organisme)
    assert creer_constat(**champs, domanialite="public", nature="positif").organisme is None


def test_modifier_dit_au_journal_ce_qui_a_change(agent):
    constat = FabriqueConstat(repere="Place")
    modifier_constat(constat, par=agent, repere="Place", description="Autre", note_interne="À taire")
    ligne = constat.mouvements.get()
    assert (ligne.genre, ligne.commentaire) == (GenreMouvement.CORRECTION, "Corrigé\u00a0: description.")
    modifier_constat(constat, par=agent, description="Autre")
    assert constat.mouvements.count() == 1


def test_une_nouvelle_urgence_deplace_l_echeance(agent):
    constat = FabriqueConstat(transmis=True, urgence=3)
    constat = modifier_constat(constat, par=agent, urgence=2)
    assert constat.echeance_le == constat.transmis_le + datetime.timedelta(days=7)


def test_l_organisme_d_un_constat_transmis_ne_se_corrige_pas(agent):
    constat = FabriqueConstat(transmis=True)
    with pytest.raises(ValidationError, match="réorientez-le"):
        modifier_constat(constat, par=agent, organisme=FabriqueOrganisme())


def test_ce_que_la_base_refuse_a_la_correction_est_une_phrase(agent):
    with pytest.raises(ValidationError, match="Une priorité fixée à la main porte un motif"):
        modifier_constat(FabriqueConstat(), par=agent, priorite_forcee=1)


def test_un_champ_d_etat_ne_s_ecrit_pas_par_la_correction(agent):
    with pytest.raises(TypeError):
        modifier_constat(FabriqueConstat(), par=agent, etat="verifie")


def test_le_numero_d_un_constat_ne_change_pas():
    constat = FabriqueConstat(diagnostic=FabriqueDiagnostic(), numero=3)
    with pytest.raises(IntegrityError, match="ne change pas"), transaction.atomic():
        Constat.objects.filter(pk=constat.pk).update(numero=4)


@pytest.mark.parametrize(
    ("ampleur", "recurrence", "urgence", "priorite"),
    [(1, 0, 3, 3), (1, 0, 4, 4), (3, 2, 4, 1), (2, 2, 4, 2), (1, 2, 4, 3), (1, 0, 1, 1), (3, 0, 2, 2)],
)
def test_la_priorite_se_calcule(ampleur, recurrence, urgence, priorite):
    constat = FabriqueConstat(ampleur=ampleur, recurrence=recurrence, urgence=urgence)
    assert Constat.objects.get(pk=constat.pk).priorite == priorite
