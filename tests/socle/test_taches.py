"""A worker that dies in the middle of a job: the job is queued again, and given up after three deaths."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from socle.taches import ESSAIS, reprendre_interrompus

RACINE = Path(__file__).resolve().parents[2]
TRAVAILLEUR = """
import os, sys, django
django.setup()
from django.conf import settings
from procrastinate.contrib.django import app
@app.task(name="essai.long")
def long():
    open(sys.argv[1], "w").close()
    import time; time.sleep(60)
with app.replace_connector(app.connector.get_worker_connector()) as travailleur:
    travailleur.run_worker(wait=False)
"""


def adresse():
    """Return the address of the test database for another process."""
    infos = connection.get_connection_params()
    return f"postgresql://{infos['user']}@/{infos['dbname']}?host={infos['host']}&port={infos['port']}"


def prendre_puis_mourir(temoin):
    """Run a worker in its own process and kill it once it holds the job."""
    milieu = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": adresse(),
        "SECRET_KEY": "essai",
    }
    travailleur = subprocess.Popen([sys.executable, "-c", TRAVAILLEUR, str(temoin)], cwd=RACINE, env=milieu)
    limite = time.monotonic() + 40
    while not temoin.exists() and time.monotonic() < limite:
        time.sleep(0.05)
    travailleur.send_signal(signal.SIGKILL)
    travailleur.wait()
    assert temoin.exists(), "le travailleur n’a pas pris le travail"


@pytest.mark.django_db(transaction=True)
def test_le_travail_d_un_travailleur_tue_repart_puis_est_abandonne(tmp_path, settings):
    settings.TRAVAILLEUR_SILENCE = 0
    app.configure_task("essai.long", allow_unknown=True).defer()
    for essai in range(1, ESSAIS + 1):
        prendre_puis_mourir(tmp_path / f"temoin-{essai}")
        assert ProcrastinateJob.objects.get(task_name="essai.long").status == "doing"
        repris = async_to_sync(reprendre_interrompus.func)()
        travail = ProcrastinateJob.objects.get(task_name="essai.long")
        attendu = ("todo", 1) if essai < ESSAIS else ("failed", 0)
        assert (travail.status, repris) == attendu


@pytest.mark.django_db
def test_rien_a_reprendre_quand_personne_n_est_mort():
    assert async_to_sync(reprendre_interrompus.func)() == 0


def test_le_silence_depasse_deux_battements_de_coeur():
    assert 2 * settings.PROCRASTINATE_WORKER_DEFAULTS["update_heartbeat_interval"] < settings.TRAVAILLEUR_SILENCE
