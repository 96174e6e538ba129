"""The sheets to write on in the street: blocks of numbered lines under each stop, cut into pages that hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator

from gusp.exports.marche import principes
from gusp.models import Diagnostic, Etape, Theme
from socle.formats import heure, typo

#: Lines under each stop, and lines that a sheet of A4 holds with its legend: two stops a sheet.
LIGNES_PAR_ETAPE, LIGNES_PAR_FEUILLE = 4, 8
#: Sheets of a walk whose stops are not known yet.
FEUILLES_SANS_ETAPE = 2
#: Characters of the line of a stop: its name whole, then what is left for the rest.
LIGNE_MAX = 150
AILLEURS = "Ailleurs en chemin"


@dataclass(frozen=True)
class Bloc:
    """Numbered lines under one stop."""

    titre: str
    precision: str
    numeros: range


def grille(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return the sheets of a walk with what their legend says; the numbers follow those already given."""
    etapes = list(diagnostic.etapes.all())
    return {
        "feuilles": _feuilles(etapes, diagnostic.dernier_numero + 1),
        "themes": list(Theme.objects.filter(actif=True)),
        "principes": principes(diagnostic),
    }


def _feuilles(etapes: Sequence[Etape], premier: int) -> list[list[Bloc]]:
    """Return the blocks of each sheet; the last sheet is filled with lines for what is seen between the stops."""
    textes = [_texte(etape) for etape in etapes]
    if textes:
        places = LIGNES_PAR_FEUILLE // LIGNES_PAR_ETAPE
        reste = places - len(textes) % places
        textes.append((AILLEURS, "", reste * LIGNES_PAR_ETAPE))
    else:
        textes = [("En chemin", "étape à noter dans le repère", LIGNES_PAR_FEUILLE)] * FEUILLES_SANS_ETAPE
    blocs, suivant = [], premier
    for titre, precision, lignes in textes:
        blocs.append(Bloc(titre, precision, range(suivant, suivant + lignes)))
        suivant += lignes
    return _par_feuille(blocs)


def _texte(etape: Etape) -> tuple[str, str, int]:
    titre = f"Étape {etape.numero}, {typo(etape.libelle)}"
    return titre, _precision(etape, titre), LIGNES_PAR_ETAPE


def _par_feuille(blocs: Sequence[Bloc]) -> list[list[Bloc]]:
    feuilles: list[list[Bloc]] = [[]]
    for bloc in blocs:
        if sum(len(b.numeros) for b in feuilles[-1]) + len(bloc.numeros) > LIGNES_PAR_FEUILLE:
            feuilles.append([])
        feuilles[-1].append(bloc)
    return feuilles


def _precision(etape: Etape, titre: str) -> str:
    """Return the time and what to look at, on the same line as the name of the stop."""
    dits = [
        heure(etape.heure) if etape.heure else "",
        f"à regarder\u00a0: {etape.attention}" if etape.attention else "",
    ]
    return Truncator(typo(", ".join(dit for dit in dits if dit))).chars(max(LIGNE_MAX - len(titre), 12))
