"""manage.py lancer: database, migrations, demonstration data, then server and worker until Ctrl-C."""

import contextlib
import ctypes
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError

from socle import postgres

ARRET = 15  # seconds left to the children before they are killed
PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "Lance l’application : base de données, migrations, données de démonstration, serveur et travailleur."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--adresse", default="127.0.0.1")
        parser.add_argument("--sans-demo", action="store_true", help="ne crée pas les données de démonstration")

    def handle(self, *, port, adresse, sans_demo, **options):
        _refuser_port_occupe(adresse, port)
        self.enfants: dict[str, subprocess.Popen] = {}
        self.fini = False
        for signe in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signe, self._demander_fin)
        self.milieu = os.environ | {
            "DEBUG": os.environ.get("DEBUG", "false"),
            "ADRESSE": f"{adresse}:{port}",
            "PYTHONUNBUFFERED": "1",
        }
        try:
            self._preparer(sans_demo=sans_demo)
            self._veiller(f"http://{adresse}:{port}/")
        finally:
            self._arreter()

    def _demander_fin(self, *_):
        self.fini = True

    def _preparer(self, *, sans_demo: bool) -> None:
        self._assurer_postgres()
        self._manage("migrate", "--verbosity=0")
        self._collecter()
        if "demo" in get_commands() and not sans_demo:
            self._manage("demo", "--si-vide")
            self._manage("demo", "--comptes")

    def _assurer_postgres(self) -> None:
        if settings.EMBARQUE:
            try:
                if postgres.start(_donnees()):
                    self.stdout.write(f"PostgreSQL embarqué démarré, données dans {postgres.location(_donnees())}.")
            except postgres.ErreurPostgres as erreur:
                raise CommandError(str(erreur)) from erreur

    def _collecter(self) -> None:
        """Collect the static files when one of them changed since the last time."""
        timbre = settings.VAR_DIR / ".statiques"
        empreinte = _empreinte_des_statiques()
        if (settings.STATIC_ROOT / "staticfiles.json").exists() and _lire(timbre) == empreinte:
            return
        self._manage("collectstatic", "--noinput", "--clear", "--verbosity=0")
        timbre.write_text(empreinte, encoding="utf-8")

    def _manage(self, *mots: str) -> None:
        if self.fini:
            raise CommandError("Arrêt demandé.")
        fin = subprocess.run([*_manage_py(), *mots], env=self.milieu, check=False)  # noqa: S603
        if fin.returncode:
            raise CommandError(f"« manage.py {' '.join(mots)} » a échoué.")

    def _commandes(self) -> dict[str, list[str]]:
        return {
            "serveur": [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"],
            "travailleur": [*_manage_py(), "procrastinate", "worker"],
        }

    def _veiller(self, adresse: str) -> None:
        """Start the children and start again whichever dies, the database included."""
        essais = dict.fromkeys(self._commandes(), 0)
        annonce = False
        while not self.fini:
            for nom, commande in self._commandes().items():
                if self._vit(nom):
                    continue
                if essais[nom]:
                    self.stderr.write(f"Le {nom} s’est arrêté : il redémarre.")
                    self._attendre(min(essais[nom], 10))
                essais[nom] += 1
                self.enfants[nom] = _lancer(commande, self.milieu)
            if not annonce and _repond(adresse):
                annonce = True
                self.stdout.write(f"\nL’application tourne : {adresse}\nCtrl-C pour l’arrêter.")
            self._attendre(0.2 if not annonce else 1)
            self._veiller_sur_postgres()

    def _veiller_sur_postgres(self) -> None:
        """Start again the embedded server when it was killed; its clients reconnect by themselves."""
        if settings.EMBARQUE and not postgres.is_running(_donnees()):
            try:
                self._assurer_postgres()
            except CommandError as erreur:
                self.stderr.write(str(erreur))

    def _vit(self, nom: str) -> bool:
        enfant = self.enfants.get(nom)
        return enfant is not None and enfant.poll() is None

    def _attendre(self, secondes: float) -> None:
        limite = time.monotonic() + secondes
        while not self.fini and time.monotonic() < limite:
            time.sleep(0.1)

    def _arreter(self) -> None:
        vivants = [enfant for enfant in self.enfants.values() if enfant.poll() is None]
        for enfant in vivants:
            enfant.terminate()
        limite = time.monotonic() + ARRET
        for enfant in vivants:
            try:
                enfant.wait(max(0.1, limite - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(enfant.pid, signal.SIGKILL)
        if settings.EMBARQUE:
            with contextlib.suppress(postgres.ErreurPostgres):
                if not postgres.is_used(_donnees()) and postgres.stop(_donnees()):
                    self.stdout.write("PostgreSQL embarqué arrêté.")
        self.stdout.write("Tout est arrêté.")


def _donnees() -> Path:
    return settings.VAR_DIR / "postgresql"


def _manage_py() -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py")]


def _lancer(commande: list[str], milieu: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(  # noqa: S603
        commande,
        env=milieu,
        cwd=settings.BASE_DIR,
        start_new_session=True,  # Ctrl-C reaches the launcher only, which stops them in order
        preexec_fn=_mourir_avec_le_lanceur,
    )


def _mourir_avec_le_lanceur() -> None:
    """Ask Linux to end this child when the launcher is killed; elsewhere nothing."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _refuser_port_occupe(adresse: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in adresse else socket.AF_INET) as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind((adresse, port))
        except OSError as erreur:
            raise CommandError(
                f"Le port {port} est déjà pris sur {adresse} : l’application tourne peut-être déjà. "
                "Sinon choisissez-en un autre : make run PORT=8001"
            ) from erreur


def _repond(adresse: str) -> bool:
    hote, port = adresse.removeprefix("http://").rstrip("/").rsplit(":", 1)
    with contextlib.suppress(OSError), socket.create_connection((hote, int(port)), timeout=1):
        return True
    return False


def _empreinte_des_statiques() -> str:
    """Return a digest of the names, sizes and dates of every static file and of the settings that store them."""
    lignes = []
    for chercheur in get_finders():
        for nom, depot in chercheur.list([]):
            fiche = os.stat(depot.path(nom))
            lignes.append(f"{nom} {fiche.st_size} {fiche.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lignes)).encode()).hexdigest()


def _lire(fichier: Path) -> str:
    try:
        return fichier.read_text(encoding="utf-8")
    except OSError:
        return ""
