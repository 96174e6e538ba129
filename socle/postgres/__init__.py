"""Supervisor of the embedded PostgreSQL: idempotent start and stop, safe against killed processes and stale pid files.

The server outlives the processes that use it and stops only when asked. It listens on a Unix socket only, inside its
own 0700 directory. No Django here; importing starts nothing. The table of behaviours is in docs/exploitation.md.
"""

import contextlib
import fcntl
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from socle.postgres.places import BASE, PORT, UTILISATEUR, ErreurPostgres, Lieu, binaires, commande, lieu
from socle.postgres.places import majeure_des_binaires as _majeure

__all__ = ["ErreurPostgres", "adresse", "connection_settings", "is_running", "is_used", "location", "start", "stop"]

ATTENTE = 300  # seconds: a crash recovery may be long
REGLAGES = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
}


def connection_settings(data_dir: Path) -> dict:
    """Return the Django DATABASES entry of the embedded server; starts nothing."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": BASE,
        "USER": UTILISATEUR,
        "PASSWORD": "",
        "HOST": str(lieu(data_dir).socket),
        "PORT": str(PORT),
    }


def adresse(data_dir: Path) -> str:
    """Return the DATABASE_URL of the embedded server, for other programs of the same account."""
    return f"postgresql://{UTILISATEUR}@/{BASE}?host={quote(str(lieu(data_dir).socket))}&port={PORT}"


def location(data_dir: Path) -> Path:
    """Return where the data really are: elsewhere when root's account cannot reach `data_dir`."""
    return lieu(data_dir).donnees


def is_running(data_dir: Path) -> bool:
    """Tell whether the server of this directory accepts connections."""
    return _pret(lieu(data_dir))


def is_used(data_dir: Path) -> bool:
    """Tell whether a client is connected to the running server; False when it is stopped."""
    ou = lieu(data_dir)
    if not _pret(ou):
        return False
    with _connexion(ou) as connexion:
        client = connexion.execute(
            "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1"
        ).fetchone()
    return client is not None


def start(data_dir: Path) -> bool:
    """Start the server unless it runs, create cluster and database when missing; tell whether this call started it.

    Raises ErreurPostgres with a sentence for the person at the terminal.
    """
    _creer_parents(lieu(data_dir).donnees.parent)
    ou = lieu(data_dir)
    _refuser_autre_proprietaire(ou)
    with _verrou(ou):
        if _pret(ou):
            _creer_base(ou)
            return False
        dossier = binaires(ou)
        if not (ou.donnees / "PG_VERSION").exists():
            _initialiser(ou, dossier)
        _refuser_autre_majeure(ou, dossier)
        _preparer_socket(ou)
        demarre = not _attendre_les_vivants(ou)
        if demarre:
            _lancer(ou, dossier)
        _creer_base(ou)
    return demarre


def stop(data_dir: Path) -> bool:
    """Stop the server (running queries are cut, committed work is kept); tell whether it was running."""
    ou = lieu(data_dir)
    if not (ou.donnees / "PG_VERSION").exists():
        return False
    with _verrou(ou):
        if not _processus_dans(ou):
            return False
        dossier = binaires(ou)
        fin = commande(
            ou,
            dossier / "pg_ctl",
            "stop",
            "-D",
            ou.donnees,
            "-m",
            "fast",
            "-w",
            "-t",
            str(ATTENTE),
            capture_output=True,
        )
        if fin.returncode and _processus_dans(ou):
            raise ErreurPostgres(f"PostgreSQL ne s’est pas arrêté : {(fin.stderr or fin.stdout).strip()}")
    return True


@contextlib.contextmanager
def _verrou(ou: Lieu):
    """Hold the flock beside the data directory: one supervisor acts at a time; the system frees it on death."""
    with open(ou.verrou, "a+", encoding="utf-8") as fichier:
        fcntl.flock(fichier, fcntl.LOCK_EX)
        yield


def _creer_parents(dossier: Path) -> None:
    """Create the missing parents (crossable whatever the umask); existing ones are left as they are."""
    if dossier.exists():
        return
    _creer_parents(dossier.parent)
    with contextlib.suppress(FileExistsError):
        dossier.mkdir()
        dossier.chmod(0o755)


def _refuser_autre_proprietaire(ou: Lieu) -> None:
    attendu = ou.compte.pw_uid if ou.compte else os.geteuid()
    if ou.donnees.exists() and ou.donnees.stat().st_uid != attendu:
        raise ErreurPostgres(
            f"Le dossier {ou.donnees} appartient à un autre compte : lancez la commande avec le compte qui l’a créé, "
            "ou indiquez un autre dossier par VAR_DIR."
        )


def _refuser_autre_majeure(ou: Lieu, dossier: Path) -> None:
    donnees = (ou.donnees / "PG_VERSION").read_text(encoding="ascii").strip()
    programme = _majeure(dossier)
    if donnees != programme:
        raise ErreurPostgres(
            f"Les données de {ou.donnees} viennent de PostgreSQL {donnees}, mais le programme trouvé est PostgreSQL "
            f"{programme}. Rien n’a été modifié. Indiquez par PG_BIN les programmes de la version {donnees}, faites "
            "une sauvegarde avec pg_dump, puis restaurez-la dans un dossier neuf (docs/exploitation.md, « Upgrade »)."
        )


def _initialiser(ou: Lieu, dossier: Path) -> None:
    """Create the cluster in a directory of its own, then rename it: an interrupted attempt leaves nothing behind."""
    _oter_restes(ou)
    neuf = ou.donnees.with_name(f".{ou.donnees.name}-neuf-{os.getpid()}")
    neuf.mkdir(mode=0o700)
    if ou.compte:
        os.chown(neuf, ou.compte.pw_uid, ou.compte.pw_gid)
    fin = commande(
        ou,
        *(dossier / "initdb", "-D", neuf, "-U", UTILISATEUR, "--auth-local=trust", "--auth-host=reject"),
        *("--locale=C.UTF-8", "--encoding=UTF8"),
        capture_output=True,
    )
    if fin.returncode:
        shutil.rmtree(neuf, ignore_errors=True)
        raise ErreurPostgres(f"La création de la base a échoué : {(fin.stderr or fin.stdout).strip()}")
    if ou.donnees.exists() and any(ou.donnees.iterdir()):
        shutil.rmtree(neuf, ignore_errors=True)
        raise ErreurPostgres(f"Le dossier {ou.donnees} n’est pas vide et n’est pas une base PostgreSQL.")
    neuf.replace(ou.donnees)


def _oter_restes(ou: Lieu) -> None:
    """Remove what a killed attempt left; its orphan initdb may still write there for a moment."""
    for reste in ou.donnees.parent.glob(f".{ou.donnees.name}-neuf-*"):
        limite = time.monotonic() + 10
        while reste.exists() and time.monotonic() < limite:
            shutil.rmtree(reste, ignore_errors=True)
            time.sleep(0.05)


def _preparer_socket(ou: Lieu) -> None:
    """Create the 0700 socket directory in the temporary folder when the data path is too long for a socket."""
    if ou.socket == ou.donnees:
        return
    proprietaire = ou.compte.pw_uid if ou.compte else os.geteuid()
    with contextlib.suppress(FileExistsError):
        ou.socket.mkdir(mode=0o700)
        os.chown(ou.socket, proprietaire, -1)
    fiche = ou.socket.lstat()
    if fiche.st_uid != proprietaire or fiche.st_mode & 0o077 or ou.socket.is_symlink():
        raise ErreurPostgres(f"Le dossier {ou.socket} existe et n’est pas privé : supprimez-le ou changez TMPDIR.")


def _pret(ou: Lieu) -> bool:
    """Tell whether the server answers queries; a recovering or stopping server does not."""
    if not ou.prise.exists():
        return False
    try:
        _connexion(ou).close()
    except psycopg.OperationalError:
        return False
    return True


def _connexion(ou: Lieu) -> psycopg.Connection:
    return psycopg.connect(
        host=str(ou.socket), port=PORT, user=UTILISATEUR, dbname="postgres", autocommit=True, connect_timeout=5
    )


def _attendre_les_vivants(ou: Lieu) -> bool:
    """Wait until the server answers (True) or no process works in the data directory any more (False).

    Then only are the pid files removed (their pid may be a zombie's, or another program's since a reboot): an orphan
    backend could otherwise write beside the new server.
    """
    limite = time.monotonic() + ATTENTE
    while vivants := _processus_dans(ou):
        if _pret(ou):
            return True
        if time.monotonic() > limite:
            raise ErreurPostgres(
                f"Des processus travaillent encore dans {ou.donnees} ({', '.join(map(str, vivants))}) et le serveur ne "
                f"répond pas depuis {ATTENTE} s. Lisez {ou.journal}."
            )
        time.sleep(0.05)
    for perime in (ou.pid, ou.prise, ou.prise.with_name(f"{ou.prise.name}.lock")):
        perime.unlink(missing_ok=True)
    return False


def _processus_dans(ou: Lieu) -> list[int]:
    """Return the pids of the PostgreSQL processes whose working directory is the data directory."""
    if not Path("/proc/self/cwd").exists():
        return _processus_selon_ps(ou)
    donnees = os.path.realpath(ou.donnees)
    pids = []
    for dossier in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(dossier / "cwd") == donnees and (dossier / "comm").read_text().startswith("post"):
                pids.append(int(dossier.name))
    return pids


def _processus_selon_ps(ou: Lieu) -> list[int]:
    """Same without /proc: the pid of postmaster.pid when it is a PostgreSQL of this directory."""
    try:
        pid = int(ou.pid.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return []
    ligne = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False).stdout
    return [pid] if "postgres" in ligne and str(ou.donnees) in ligne else []


def _lancer(ou: Lieu, dossier: Path) -> None:
    reglages = REGLAGES | {"unix_socket_directories": str(ou.socket)}
    options = " ".join(f"-c {shlex.quote(f'{nom}={valeur}')}" for nom, valeur in reglages.items())
    with tempfile.TemporaryFile("w+", encoding="utf-8") as sortie:
        # Not a pipe: the server inherits it and would keep the reader waiting.
        fin = commande(
            ou,
            *(dossier / "pg_ctl", "start", "-D", ou.donnees, "-w", "-t", str(ATTENTE), "-l", ou.journal, "-o", options),
            stdout=sortie,
            stderr=sortie,
        )
        if fin.returncode == 0:
            return
        sortie.seek(0)
        raise ErreurPostgres(f"PostgreSQL n’a pas démarré : {sortie.read().strip()}\n{_fin_du_journal(ou)}")


def _fin_du_journal(ou: Lieu) -> str:
    try:
        return "\n".join(ou.journal.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
    except OSError:
        return ""


def _creer_base(ou: Lieu) -> None:
    with _connexion(ou) as connexion:
        if connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [BASE]).fetchone() is None:
            connexion.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(BASE)))
