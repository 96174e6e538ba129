"""The deployment checks, one by one, and the documented production environment as a whole."""

import os
import subprocess
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection

from socle import checks

RACINE = Path(__file__).resolve().parents[2]


@pytest.fixture
def production(settings, tmp_path):
    settings.EMBARQUE = False
    settings.ALLOWED_HOSTS = ["quartiers.example.org"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://quartiers.example.org"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.FICHIERS_DIR = tmp_path / "fichiers"
    settings.STATIC_ROOT = tmp_path / "static"
    return settings


def signales():
    return [signal.id for signal in run_checks(include_deployment_checks=True) if signal.id.startswith("socle.")]


def test_une_production_bien_reglee_ne_signale_rien(production):
    assert signales() == []


@pytest.mark.parametrize(
    ("reglage", "valeur", "signal"),
    [
        ("ALLOWED_HOSTS", ["*"], "socle.E001"),
        ("CSRF_TRUSTED_ORIGINS", ["http://quartiers.example.org"], "socle.E002"),
        ("CONTENT_SECURITY_POLICY", {"DIRECTIVES": {"default-src": ["'self'", "'unsafe-inline'"]}}, "socle.E003"),
        ("CONTENT_SECURITY_POLICY", {"DIRECTIVES": {"img-src": ["'self'"]}}, "socle.E003"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "socle.W001"),
        ("EMBARQUE", True, "socle.W002"),
    ],
)
def test_chaque_mauvais_reglage_est_signale(production, reglage, valeur, signal):
    setattr(production, reglage, valeur)
    assert signales() == [signal]


def test_des_fichiers_prives_dans_le_dossier_public_sont_signales(production):
    production.FICHIERS_DIR = production.STATIC_ROOT / "fichiers"
    assert signales() == ["socle.E004"]


def test_un_dossier_de_fichiers_interdit_est_signale(production, monkeypatch):
    monkeypatch.setattr(os, "access", lambda chemin, droits: False)
    assert signales() == ["socle.E005"]


@pytest.mark.django_db
def test_un_postgresql_trop_ancien_est_refuse(monkeypatch):
    assert list(checks.version_de_postgres(None, databases=["default"])) == []
    monkeypatch.setattr(checks, "POSTGRES_MINIMUM", connection.pg_version // 10000 + 1)
    (refus,) = checks.version_de_postgres(None, databases=["default"])
    assert refus.id == "socle.E006"


def test_check_deploy_est_muet_dans_le_milieu_de_production_documente():
    fin = subprocess.run(["scripts/verifier_production.sh"], cwd=RACINE, capture_output=True, text=True, check=False)
    assert (fin.returncode, fin.stdout) == (0, "System check identified no issues (1 silenced).\n"), fin.stderr


def test_sans_secret_la_production_refuse_de_demarrer():
    milieu = {nom: valeur for nom, valeur in os.environ.items() if nom != "SECRET_KEY"}
    milieu |= {
        "DATABASE_URL": "postgresql://quartiers@127.0.0.1/quartiers",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    commande = [RACINE / ".venv/bin/python", "-c", "import django; django.setup()"]
    fin = subprocess.run(commande, cwd=RACINE, env=milieu, capture_output=True, text=True, check=False)
    assert fin.returncode == 1
    assert "Set the SECRET_KEY environment variable" in fin.stderr
