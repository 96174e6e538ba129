"""The state page: sound, without database, full disk, stuck queue."""

import datetime

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from socle import sante
from socle.taches import oublier_anciens

pytestmark = pytest.mark.django_db


def test_une_installation_saine_repond_200_sans_compte(client):
    reponse = client.get(reverse("socle:sante"))
    assert reponse.status_code == 200
    assert reponse.json()["etat"] == "bon"
    assert reponse.json()["file_attente_s"] == 0


def test_une_base_muette_repond_503(client, monkeypatch):
    def refuser():
        raise DatabaseError

    monkeypatch.setattr(connection, "ensure_connection", refuser)
    reponse = client.get(reverse("socle:sante"))
    assert (reponse.status_code, reponse.json()["etat"], reponse.json()["base"]) == (503, "en panne", False)


def test_un_disque_plein_repond_503(client, monkeypatch):
    monkeypatch.setattr(sante, "DISQUE_MINIMUM", 10**9)
    assert client.get(reverse("socle:sante")).status_code == 503


def test_un_travail_oublie_dans_la_file_se_voit():
    oublier_anciens.defer()
    releve = sante.relever(au=timezone.now() + datetime.timedelta(seconds=sante.ATTENTE_MAXIMUM + 60))
    assert releve.file_attente_s >= sante.ATTENTE_MAXIMUM
    assert not releve.bonne


def test_un_travail_prevu_plus_tard_n_attend_pas():
    maintenant = timezone.now()
    oublier_anciens.configure(schedule_at=maintenant + datetime.timedelta(hours=2)).defer()
    assert sante.relever(au=maintenant + datetime.timedelta(hours=1)).file_attente_s == 0


def test_la_page_ne_se_poste_pas(client):
    assert client.post(reverse("socle:sante")).status_code == 405
