"""Checks of our own, run by `manage.py check --deploy`: what Django cannot know about this installation."""

import os
from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connections

POSTGRES_MINIMUM = 15
COURRIEL_MUET = {
    "django.core.mail.backends.console.EmailBackend",
    "django.core.mail.backends.dummy.EmailBackend",
    "django.core.mail.backends.locmem.EmailBackend",
}


@register(Tags.security, deploy=True)
def hotes_et_origines(app_configs, **kwargs):
    """Refuse a host wildcard and trusted origins in clear text."""
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS accepte tous les noms d’hôte.",
            hint="Indiquez les noms réels du serveur.",
            id="socle.E001",
        )
    claires = [origine for origine in settings.CSRF_TRUSTED_ORIGINS if not origine.startswith("https://")]
    if claires:
        yield Error(f"CSRF_TRUSTED_ORIGINS contient des adresses sans HTTPS : {', '.join(claires)}.", id="socle.E002")


@register(Tags.security, deploy=True)
def politique_de_contenu(app_configs, **kwargs):
    """Refuse a content policy that lets inline code run."""
    directives = settings.CONTENT_SECURITY_POLICY.get("DIRECTIVES", {})
    fautives = [nom for nom, sources in directives.items() if {"'unsafe-inline'", "'unsafe-eval'"} & set(sources)]
    if "default-src" not in directives or fautives:
        yield Error("La politique de contenu (CSP) laisse passer du code en ligne.", id="socle.E003")


@register(deploy=True)
def fichiers_prives(app_configs, **kwargs):
    """Refuse uploads that cannot be written, or that lie where static files are served."""
    dossier, publics = Path(settings.FICHIERS_DIR).resolve(), Path(settings.STATIC_ROOT).resolve()
    if dossier == publics or publics in dossier.parents:
        yield Error("FICHIERS_DIR est dans le dossier servi publiquement.", id="socle.E004")
    existant = next(d for d in (dossier, *dossier.parents) if d.exists())
    if not os.access(existant, os.W_OK | os.X_OK):
        yield Error(f"FICHIERS_DIR ({dossier}) n’est pas accessible en écriture.", id="socle.E005")


@register(deploy=True)
def courriels(app_configs, **kwargs):
    """Warn when mails (password resets) go nowhere."""
    if settings.EMAIL_BACKEND in COURRIEL_MUET:
        yield Warning(
            "Les courriels ne partent pas : personne ne pourra réinitialiser son mot de passe.",
            hint="Indiquez EMAIL_URL.",
            id="socle.W001",
        )


@register(deploy=True)
def base_embarquee(app_configs, **kwargs):
    """Warn when production would run on the embedded server."""
    if settings.EMBARQUE:
        yield Warning(
            "L’application emploie la base embarquée, faite pour essayer et développer.",
            hint="Indiquez DATABASE_URL.",
            id="socle.W002",
        )


@register(Tags.database)
def version_de_postgres(app_configs, databases=None, **kwargs):
    """Refuse a PostgreSQL older than 15."""
    for alias in databases or []:
        version = connections[alias].pg_version // 10000
        if version < POSTGRES_MINIMUM:
            yield Error(f"PostgreSQL {version} est trop ancien : il faut la version 15.", id="socle.E006")
