"""Runs the measures: the pages at each size, then the dossier of the demonstration data."""

import argparse
import json
import subprocess
import sys

from bench.bases import RACINE, VAR, adresse_du_serveur, commander, preparer
from bench.rapport import Mesure, croissance, ecrire, tableau

JOUR = "2026-11-23"


def main() -> int:
    """Measure, print, write; a missed goal is said in the table (a loaded machine misses some) and fails nothing."""
    lecteur = argparse.ArgumentParser(prog="make bench", description="Mesure les pages et le dossier")
    lecteur.add_argument("--taille", default="5000,200000", help="nombres de constats, séparés par des virgules")
    lecteur.add_argument("--sans-dossier", action="store_true", help="ne mesurer que les pages")
    choix = lecteur.parse_args()
    serveur = adresse_du_serveur()
    mesures: list[Mesure] = []
    for taille in (int(t) for t in choix.taille.split(",")):
        print(f"Pages à {taille} constats…", file=sys.stderr)
        mesures += _jouer("bench.pages", preparer(serveur, f"bench_{taille}"), str(taille))
    if not choix.sans_dossier:
        print("Dossier de la démonstration…", file=sys.stderr)
        milieu = preparer(serveur, "bench_demonstration")
        commander(milieu, "demo", "--au", JOUR)
        mesures += _jouer("bench.dossier", milieu)
    fichier = VAR / "bench.jsonl"
    ecrire(mesures, fichier)
    print(tableau(mesures))
    print(croissance(mesures))
    print(f"\n{len(mesures)} mesures écrites dans {fichier.name}.")
    return 0


def _jouer(module: str, milieu: dict[str, str], *arguments: str) -> list[Mesure]:
    sortie = subprocess.run(  # noqa: S603
        [sys.executable, "-m", module, *arguments],
        check=True,
        cwd=RACINE,
        env=milieu,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [Mesure(**json.loads(ligne)) for ligne in sortie.stdout.splitlines() if ligne.startswith("{")]


if __name__ == "__main__":
    sys.exit(main())
