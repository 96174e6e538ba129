"""Sign-in, lost password, sessions."""

import datetime
import re

import pytest
import time_machine
from axes.utils import reset
from django.core import mail
from django.urls import reverse

from comptes.enums import Role
from comptes.metier import creer_compte, desactiver_compte
from comptes.models import Utilisateur
from tests.fabriques.comptes import MOT_DE_PASSE, FabriqueUtilisateur

pytestmark = pytest.mark.django_db
CONNEXION = "/connexion/"
NOUVEAU = "montagne calme violon"


@pytest.fixture
def agent():
    return FabriqueUtilisateur(courriel="agent@exemple.test", role=Role.LECTEUR, avec_mot_de_passe=True)


@pytest.fixture
def avec_blocage(settings):
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    reset()
    yield
    reset()


def _se_connecter(client, courriel="agent@exemple.test", mot_de_passe=MOT_DE_PASSE):
    return client.post(CONNEXION, {"username": courriel, "password": mot_de_passe})


def _est_connecte(client) -> bool:
    return client.get(reverse("comptes:profil")).status_code == 200


@pytest.mark.parametrize("courriel", ["agent@exemple.test", " Agent@Exemple.TEST "])
def test_on_se_connecte_avec_son_adresse_quelle_que_soit_la_casse(client, agent, courriel):
    assert _se_connecter(client, courriel).status_code == 302
    assert _est_connecte(client)
    assert client.cookies["terrain_compte"].value == str(agent.pk)  # what the field mode opens with


def test_un_mauvais_mot_de_passe_est_refuse_par_une_phrase(client, agent):
    reponse = _se_connecter(client, mot_de_passe="autre chose")
    assert "Adresse ou mot de passe incorrect" in reponse.content.decode()
    assert not _est_connecte(client)


def test_un_compte_desactive_ne_se_connecte_pas(client, agent):
    desactiver_compte(agent, par=FabriqueUtilisateur(role=Role.ADMINISTRATEUR))
    _se_connecter(client)
    assert not _est_connecte(client)


def test_desactiver_ferme_la_session_ouverte_et_reactiver_ne_la_rouvre_pas(client, agent):
    client.force_login(agent)
    assert _est_connecte(client)
    desactiver_compte(agent, par=FabriqueUtilisateur(role=Role.ADMINISTRATEUR))
    assert not _est_connecte(client)
    Utilisateur.objects.filter(pk=agent.pk).update(is_active=True)
    assert not _est_connecte(client)


def test_apres_trois_echecs_la_connexion_est_bloquee_meme_en_changeant_la_casse(client, agent, avec_blocage):
    for courriel in ("agent@exemple.test", "AGENT@exemple.test", "Agent@exemple.test"):
        _se_connecter(client, courriel, "faux")
    reponse = _se_connecter(client)
    assert reponse.status_code == 429
    assert "Connexion bloquée pour un moment" in reponse.content.decode()
    assert not _est_connecte(client)


def test_derriere_le_mandataire_seule_l_adresse_de_l_attaquant_est_bloquee(client, agent, avec_blocage, settings):
    settings.DERRIERE_PROXY = True
    saisie = {"username": agent.courriel, "password": "faux"}
    for _ in range(4):
        client.post(CONNEXION, saisie, headers={"x-forwarded-for": "192.0.2.1, 198.51.100.7"})
    bloquee = client.post(CONNEXION, saisie, headers={"x-forwarded-for": "203.0.113.9, 198.51.100.7"})
    ailleurs = client.post(CONNEXION, saisie, headers={"x-forwarded-for": "203.0.113.9"})
    assert (bloquee.status_code, ailleurs.status_code) == (429, 200)


def test_choisir_un_nouveau_mot_de_passe_leve_le_blocage(client, agent, avec_blocage):
    for _ in range(3):
        _se_connecter(client, mot_de_passe="faux")
    _reinitialiser(client, "agent@exemple.test")
    assert _se_connecter(client, mot_de_passe=NOUVEAU).status_code == 302
    assert _est_connecte(client)


def _reinitialiser(client, courriel):
    client.post(reverse("comptes:reinitialisation"), {"email": courriel})
    lien = re.search(r"https?://testserver(/\S+)", mail.outbox[-1].body).group(1)
    page = client.get(lien)
    return client.post(page.url, {"new_password1": NOUVEAU, "new_password2": NOUVEAU}, follow=True)


def test_le_lien_recu_par_courriel_change_le_mot_de_passe_une_seule_fois(client, agent):
    reponse = _reinitialiser(client, "Agent@exemple.test")
    assert "Le mot de passe est changé" in reponse.content.decode()
    assert mail.outbox[0].to == ["agent@exemple.test"]
    lien = re.search(r"https?://testserver(/\S+)", mail.outbox[0].body).group(1)
    assert "Ce lien ne sert plus" in client.get(lien, follow=True).content.decode()


def test_une_adresse_inconnue_ou_desactivee_recoit_la_meme_reponse_et_aucun_courriel(client, agent):
    FabriqueUtilisateur(courriel="parti@exemple.test", is_active=False, avec_mot_de_passe=True)
    for courriel in ("inconnu@exemple.test", "parti@exemple.test"):
        reponse = client.post(reverse("comptes:reinitialisation"), {"email": courriel}, follow=True)
        assert "Regardez vos courriels" in reponse.content.decode()
    assert mail.outbox == []


def test_une_personne_invitee_peut_redemander_son_lien(client):
    creer_compte(
        courriel="neuf@exemple.test",
        nom="Neuf",
        affectations=[(Role.ADMINISTRATEUR, None)],
    )
    _reinitialiser(client, "neuf@exemple.test")
    assert _se_connecter(client, "neuf@exemple.test", NOUVEAU).status_code == 302


def test_la_session_finit_douze_heures_apres_la_connexion_meme_si_elle_sert(client, agent):
    depart = datetime.datetime(2026, 11, 23, 8, tzinfo=datetime.UTC)
    with time_machine.travel(depart, tick=False) as horloge:
        _se_connecter(client)
        for heures in (6, 5):
            horloge.shift(datetime.timedelta(hours=heures))
            session = client.session
            session["vu"] = heures
            session.save()
            assert _est_connecte(client)
        horloge.shift(datetime.timedelta(hours=1, minutes=1))
        assert not _est_connecte(client)


def test_se_deconnecter_demande_un_geste(client, agent):
    client.force_login(agent)
    assert client.get(reverse("comptes:deconnexion")).status_code == 405
    client.post(reverse("comptes:deconnexion"))
    assert not _est_connecte(client)


def test_on_change_son_mot_de_passe_sans_perdre_sa_session(client, agent):
    _se_connecter(client)
    reponse = client.post(
        reverse("comptes:mot_de_passe"),
        {"old_password": MOT_DE_PASSE, "new_password1": NOUVEAU, "new_password2": NOUVEAU},
        follow=True,
    )
    assert "Votre mot de passe est changé." in reponse.content.decode()


def test_un_mot_de_passe_trop_court_est_refuse(client, agent):
    _se_connecter(client)
    client.post(
        reverse("comptes:mot_de_passe"),
        {"old_password": MOT_DE_PASSE, "new_password1": "court", "new_password2": "court"},
    )
    agent.refresh_from_db()
    assert agent.check_password(MOT_DE_PASSE)
