"""One database a size on the embedded server (or on DATABASE_URL's), kept from one run to the next."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from socle import postgres

RACINE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or RACINE / "var")


def adresse_du_serveur() -> str:
    """Start the embedded server when DATABASE_URL is unset; return the address of its main database."""
    if adresse := os.environ.get("DATABASE_URL"):
        return adresse
    postgres.start(VAR / "postgresql")
    return postgres.adresse(VAR / "postgresql")


def preparer(serveur: str, nom: str) -> dict[str, str]:
    """Create and migrate the database `nom`; return the environment of the processes that use it."""
    with psycopg.connect(_libpq(serveur), autocommit=True) as connexion:
        existe = connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [nom]).fetchone()
        if existe is None:
            connexion.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(nom)))
    adresse = _autre_base(serveur, nom)
    milieu = os.environ | {
        "DATABASE_URL": adresse,
        "BENCH_ADRESSE": _libpq(adresse),
        "SECRET_KEY": "seulement-pour-les-mesures",
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "NIVEAU_JOURNAL": "ERROR",
        "EMAIL_URL": "dummymail://",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "FICHIERS_DIR": str(VAR / nom),
        "VAR_DIR": str(VAR),
        "PYTHONPATH": str(RACINE),
    }
    commander(milieu, "migrate", "--verbosity", "0")
    commander(milieu, "collectstatic", "--noinput", "--verbosity", "0")
    return milieu


def commander(milieu: dict[str, str], *arguments: str) -> None:
    """Run manage.py with this environment; raises CalledProcessError."""
    subprocess.run([sys.executable, "manage.py", *arguments], check=True, cwd=RACINE, env=milieu)  # noqa: S603


def _autre_base(adresse: str, nom: str) -> str:
    morceaux = urlsplit(adresse)
    return urlunsplit(morceaux._replace(path=f"/{nom}"))


def _libpq(adresse: str) -> str:
    """Return the address under the scheme that libpq knows."""
    return adresse.replace("postgres://", "postgresql://", 1)
