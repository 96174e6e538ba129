"""The launcher in a directory of its own: database stopped under the server, server killed, Ctrl-C, second start."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest

from socle import postgres

RACINE = Path(__file__).resolve().parents[2]
PATIENCE = 170  # seconds: migrations of an empty database on a loaded machine


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]


class Lance:
    """`manage.py lancer --sans-demo` on a free port, its data in `dossier`."""

    def __init__(self, dossier: Path, port: int):
        self.dossier, self.port = dossier, port
        self.sortie = open(dossier.parent / f"sortie-{time.monotonic_ns()}.txt", "w+", encoding="utf-8")  # noqa: SIM115
        milieu = {nom: valeur for nom, valeur in os.environ.items() if nom not in ("DATABASE_URL", "QUARTIERS_CRENEAU")}
        milieu |= {"VAR_DIR": str(dossier), "DJANGO_SETTINGS_MODULE": "config.settings"}
        self.processus = subprocess.Popen(
            [sys.executable, "manage.py", "lancer", "--sans-demo", "--port", str(port)],
            cwd=RACINE, env=milieu, stdout=self.sortie, stderr=self.sortie,
        )  # fmt: skip

    def dit(self) -> str:
        self.sortie.flush()
        return Path(self.sortie.name).read_text(encoding="utf-8")

    def code(self, chemin: str = "/connexion/") -> int:
        """Return the status of a page; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{chemin}", timeout=10) as reponse:
                return reponse.status
        except urllib.error.HTTPError as erreur:
            return erreur.code
        except OSError:
            return 0

    def attendre(self, chemin: str = "/connexion/") -> None:
        """Wait until the page answers 200."""
        limite = time.monotonic() + PATIENCE
        while self.code(chemin) != 200:
            assert self.processus.poll() is None, self.dit()
            assert time.monotonic() < limite, self.dit()
            time.sleep(0.3)

    def enfants(self) -> list[int]:
        """Return the pids of the descendants of the launcher."""
        parents = {}
        for etat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                champs = etat.read_text().rpartition(")")[2].split()
                parents.setdefault(int(champs[1]), []).append(int(etat.parent.name))
        a_voir, trouves = [self.processus.pid], []
        while a_voir:
            siens = parents.get(a_voir.pop(), [])
            trouves += siens
            a_voir += siens
        return trouves

    def serveur(self) -> int:
        """Return the pid of the master process of the web server."""
        for pid in self.enfants():
            with contextlib.suppress(OSError):
                if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
        raise AssertionError("aucun serveur")

    def arreter(self) -> int:
        self.processus.send_signal(signal.SIGINT)
        return self.processus.wait(60)


def existe(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def lancer():
    """Return a function that starts the application on the same data each time."""
    dossier = Path(tempfile.mkdtemp(prefix="quartiers-serveur-")) / "var"
    dossier.parent.chmod(0o755)  # the account of the database must reach it when the suite runs as root
    lances = []

    def lancer_(port: int | None = None) -> Lance:
        lances.append(Lance(dossier, port or port_libre()))
        return lances[-1]

    yield lancer_
    for lance in lances:
        if lance.processus.poll() is None:
            lance.processus.kill()
            lance.processus.wait()
        lance.sortie.close()
    with contextlib.suppress(postgres.ErreurPostgres):
        postgres.stop(dossier / "postgresql")
    shutil.rmtree(dossier.parent, ignore_errors=True)


def test_le_serveur_survit_a_sa_base_et_a_sa_propre_mort_puis_s_arrete_sans_rien_laisser(lancer):
    premier = lancer()
    premier.attendre()
    donnees = premier.dossier / "postgresql"

    assert postgres.stop(donnees) is True
    premier.attendre()  # the launcher starts it again, the server reconnects
    assert postgres.is_running(donnees)

    maitre = premier.serveur()
    os.kill(maitre, signal.SIGKILL)
    limite = time.monotonic() + PATIENCE
    while "Le serveur s’est arrêté : il redémarre." not in premier.dit() and time.monotonic() < limite:
        time.sleep(0.2)
    premier.attendre()
    assert premier.serveur() != maitre

    with psycopg.connect(postgres.adresse(donnees)) as connexion:
        connexion.execute("INSERT INTO gusp_compteur (cle, valeur) VALUES ('temoin', 42)")
    tous = premier.enfants()
    assert premier.arreter() == 0, premier.dit()
    assert premier.dit().rstrip().endswith("Tout est arrêté.")
    assert [pid for pid in tous if existe(pid)] == []
    assert not postgres.is_running(donnees)

    second = lancer()
    depart = time.monotonic()
    second.attendre()
    assert time.monotonic() - depart < 60
    with psycopg.connect(postgres.adresse(donnees)) as connexion:
        assert connexion.execute("SELECT valeur FROM gusp_compteur WHERE cle = 'temoin'").fetchone() == (42,)
    assert second.arreter() == 0


def test_un_port_pris_est_dit_et_rien_ne_demarre(lancer):
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        lance = lancer(occupant.getsockname()[1])
        assert lance.processus.wait(60) != 0
        assert re.search(r"Le port \d+ est déjà pris sur 127\.0\.0\.1", lance.dit())
        assert not lance.dossier.joinpath("postgresql").exists()
