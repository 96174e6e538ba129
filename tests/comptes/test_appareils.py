"""Devices of the field: a key each, revoked when they are lost, given back; never shown."""

import base64
import datetime
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from comptes.enums import Role
from comptes.metier import (
    AppareilRevoque,
    desactiver_compte,
    enregistrer_appareil,
    reactiver_compte,
    retablir_appareil,
    revoquer_appareil,
)
from comptes.models import Appareil
from tests.fabriques.comptes import FabriqueUtilisateur

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL)


@pytest.fixture
def administrateur():
    return FabriqueUtilisateur(role=Role.ADMINISTRATEUR)


@pytest.fixture
def appareil(agent):
    return enregistrer_appareil(uuid.uuid4(), utilisateur=agent, libelle="Chrome\n sur   Android")


def test_revoquer_refuse_la_cle_et_retablir_rend_la_meme(agent, administrateur, appareil):
    assert str(appareil) == "Chrome sur Android"
    revoquer_appareil(appareil, par=administrateur)
    premiere_fois = Appareil.objects.get().revoque_le
    revoquer_appareil(appareil, par=agent)
    assert (Appareil.objects.get().revoque_le, Appareil.objects.get().revoque_par) == (premiere_fois, administrateur)
    with pytest.raises(AppareilRevoque):
        enregistrer_appareil(appareil.uuid, utilisateur=agent)
    retablir_appareil(appareil)
    assert bytes(enregistrer_appareil(appareil.uuid, utilisateur=agent).cle) == bytes(appareil.cle)


def test_desactiver_le_compte_revoque_ses_appareils_et_le_reactiver_ne_les_rend_pas(agent, administrateur, appareil):
    desactiver_compte(agent, par=administrateur)
    assert Appareil.objects.get().revoque_par == administrateur
    reactiver_compte(agent)
    assert Appareil.objects.get().revoque_le is not None


def test_je_vois_mes_appareils_et_je_revoque_celui_que_j_ai_perdu(client, agent, appareil):
    etranger = enregistrer_appareil(uuid.uuid4(), utilisateur=FabriqueUtilisateur(), libelle="Autre")
    client.force_login(agent)
    page = client.get("/compte/").content.decode()
    assert "Chrome sur Android" in page
    assert "il jette sa clé" in page
    assert "Autre" not in page
    assert client.post(f"/compte/appareils/{etranger.pk}/revoquer/").status_code == 404
    perdu = Client()
    perdu.force_login(agent)
    suite = client.post(f"/compte/appareils/{appareil.pk}/revoquer/", follow=True).content.decode()
    assert perdu.get("/compte/").status_code == 302  # its session is over, mine goes on
    assert "Chrome sur Android\u00a0: révoqué." in suite
    assert "Rétablir" not in suite


def test_l_administrateur_revoque_puis_retablit_l_appareil_d_un_compte(client, agent, administrateur, appareil):
    client.force_login(administrateur)
    adresse = f"/comptes/{agent.pk}/appareils/{appareil.pk}"
    assert "Rétablir" in client.post(f"{adresse}/revoquer/", follow=True).content.decode()
    assert Appareil.objects.get().revoque_par == administrateur
    assert "Révoquer" in client.post(f"{adresse}/retablir/", follow=True).content.decode()
    assert Appareil.objects.get().revoque_le is None
    ailleurs = f"/comptes/{administrateur.pk}/appareils/{appareil.pk}/revoquer/"
    assert client.post(ailleurs).status_code == 404


def test_la_cle_n_est_montree_nulle_part(client, agent, administrateur, appareil):
    client.force_login(administrateur)
    lues = [
        client.get(chemin).content.decode()
        for chemin in (
            f"/comptes/{agent.pk}/",
            "/administration/comptes/appareil/",
            f"/administration/comptes/appareil/{appareil.pk}/change/",
        )
    ]
    for ecrite in (base64.b64encode(bytes(appareil.cle)).decode(), bytes(appareil.cle).hex(), str(bytes(appareil.cle))):
        assert not any(ecrite in page for page in lues)
    assert all("Chrome sur Android" in page for page in lues)


@pytest.mark.parametrize(
    ("champs", "contrainte"),
    [({"revoque_le": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)}, "appareil_revoque_par_quelqu_un")],
)
def test_la_base_refuse_une_revocation_de_personne(appareil, champs, contrainte):
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        Appareil.objects.update(**champs)


def test_la_base_refuse_deux_fois_le_meme_appareil(agent, appareil):
    with pytest.raises(IntegrityError, match="appareil_unique"), transaction.atomic():
        Appareil.objects.create(uuid=appareil.uuid, utilisateur=agent)


def test_vu_est_note_au_plus_toutes_les_cinq_minutes(agent, appareil):
    debut = timezone.now()
    for minutes, attendu in ((1, 0), (6, 6), (8, 6)):
        enregistrer_appareil(appareil.uuid, utilisateur=agent, le=debut + datetime.timedelta(minutes=minutes))
        ecart = (Appareil.objects.get().vu_le - debut).total_seconds()
        assert round(ecart / 60) == attendu
