"""Command line of the supervisor: python -m socle.postgres start|stop|status|url [data directory]."""

import argparse
import os
import sys
from pathlib import Path

from socle import postgres


def main(arguments: list[str] | None = None) -> int:
    """Do one act on the embedded server; returns 0, or 1 when it is stopped (status) or refuses."""
    lecteur = argparse.ArgumentParser(prog="python -m socle.postgres", description="PostgreSQL embarqué")
    lecteur.add_argument("acte", choices=["start", "stop", "status", "url"])
    racine = Path(__file__).resolve().parents[2]
    defaut = Path(os.environ.get("VAR_DIR") or racine / "var") / "postgresql"
    lecteur.add_argument("dossier", nargs="?", type=Path, default=defaut)
    choix = lecteur.parse_args(arguments)
    try:
        return _agir(choix.acte, choix.dossier)
    except postgres.ErreurPostgres as erreur:
        print(erreur, file=sys.stderr)
        return 1


def _agir(acte: str, dossier: Path) -> int:
    if acte == "url":
        print(postgres.adresse(dossier))
    elif acte == "start":
        fait = "démarré" if postgres.start(dossier) else "tournait déjà"
        print(f"PostgreSQL {fait}, données dans {postgres.location(dossier)}.")
    elif acte == "stop":
        print("PostgreSQL arrêté." if postgres.stop(dossier) else "PostgreSQL était déjà arrêté.")
    else:
        tourne = postgres.is_running(dossier)
        print("PostgreSQL tourne." if tourne else "PostgreSQL est arrêté.")
        return 0 if tourne else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
