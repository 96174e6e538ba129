#!/usr/bin/env python
"""Django's command line; starts the embedded PostgreSQL first when no DATABASE_URL is set."""

import os
import sys

# Commands that never open the database; every other one may.
SANS_BASE = {"help", "version", "--help", "--version", "-h", "collectstatic", "diffsettings", "findstatic", "lancer"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    if len(sys.argv) > 1 and sys.argv[1] not in SANS_BASE and not {"-h", "--help"} & set(sys.argv):
        _assurer_postgres()
    execute_from_command_line(sys.argv)


def _assurer_postgres() -> None:
    from django.conf import settings

    from socle import postgres

    if settings.EMBARQUE:
        try:
            postgres.start(settings.VAR_DIR / "postgresql")
        except postgres.ErreurPostgres as erreur:
            sys.exit(str(erreur))


if __name__ == "__main__":
    main()
