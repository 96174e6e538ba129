"""Runs the measures: the pages at each size, the field mode, then the dossier of the demonstration data."""

import argparse
import json
import subprocess
import sys

from bench.bases import RACINE, VAR, adresse_du_serveur, commander, preparer
from bench.rapport import Mesure, croissance, ecrire, tableau

JOUR = "2026-11-23"


def main() -> int:
    """Measure, print, write; a missed goal is said in the table (a loaded machine misses some) and fails nothing."""
    lecteur = argparse.ArgumentParser(prog="make bench", description="Mesure les pages, le terrain et le dossier")
    lecteur.add_argument("--taille", default="5000,200000", help="nombres de constats, séparés par des virgules")
    lecteur.add_argument("--sans-dossier", action="store_true", help="ne pas mesurer le dossier")
    terrain = lecteur.add_mutually_exclusive_group()
    terrain.add_argument("--sans-terrain", action="store_true", help="ne pas mesurer le terrain")
    terrain.add_argument("--terrain-seul", action="store_true", help="ne mesurer que le terrain")
    choix = lecteur.parse_args()
    mesures = _mesurer(choix, adresse_du_serveur())
    fichier = VAR / "bench.jsonl"
    ecrire(mesures, fichier)
    print(tableau(mesures))
    print(croissance(mesures))
    print(f"\n{len(mesures)} mesures écrites dans {fichier.name}.")
    return 0


def _mesurer(choix: argparse.Namespace, serveur: str) -> list[Mesure]:
    mesures: list[Mesure] = []
    for taille in () if choix.terrain_seul else (int(t) for t in choix.taille.split(",")):
        print(f"Pages à {taille} constats…", file=sys.stderr)
        mesures += _jouer("bench.pages", preparer(serveur, f"bench_{taille}"), str(taille))
    if not choix.sans_terrain:
        print("Terrain…", file=sys.stderr)
        mesures += _jouer("bench.terrain", preparer(serveur, "bench_terrain"))
    if not (choix.sans_dossier or choix.terrain_seul):
        print("Dossier de la démonstration…", file=sys.stderr)
        milieu = preparer(serveur, "bench_demonstration")
        commander(milieu, "demo", "--au", JOUR)
        mesures += _jouer("bench.dossier", milieu)
    return mesures


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
