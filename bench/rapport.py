"""Measures as lines: a table for people, one JSON object a line for machines."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mesure:
    """One figure: `borne` is the same work by the bound, `rapport` = valeur / borne, `but` the goal (None: no goal)."""

    nom: str
    taille: int
    valeur: float
    unite: str
    borne: float | None = None
    rapport: float | None = None
    but: str | None = None
    tenu: bool | None = None


def mesure(nom: str, taille: int, valeur: float, unite: str, *, borne=None, maxi=None, mini=None) -> Mesure:
    """Build a Mesure; the goal is a maximum or a minimum of the value."""
    but, tenu = None, None
    if maxi is not None:
        but, tenu = f"≤ {maxi:g}", valeur <= maxi
    elif mini is not None:
        but, tenu = f"≥ {mini:g}", valeur >= mini
    rapport = round(valeur / borne, 2) if borne else None
    return Mesure(nom, taille, round(valeur, 3), unite, round(borne, 3) if borne else None, rapport, but, tenu)


def ecrire(mesures: list[Mesure], fichier: Path) -> None:
    """Write one JSON object a line, the last run only."""
    fichier.parent.mkdir(parents=True, exist_ok=True)
    fichier.write_text("".join(json.dumps(asdict(m), ensure_ascii=False) + "\n" for m in mesures), encoding="utf-8")


def tableau(mesures: list[Mesure]) -> str:
    """Return the table that a person reads."""
    titres = ("mesure", "taille", "valeur", "unité", "borne", "rapport", "but", "tenu")
    lignes = [titres, *(_cellules(m) for m in mesures)]
    largeurs = [max(len(ligne[i]) for ligne in lignes) for i in range(len(titres))]
    droites = (1, 2, 4, 5)
    return "\n".join(
        "  ".join(
            cellule.rjust(largeurs[i]) if i in droites else cellule.ljust(largeurs[i])
            for i, cellule in enumerate(ligne)
        ).rstrip()
        for ligne in lignes
    )


def _cellules(m: Mesure) -> tuple[str, ...]:
    def nombre(x):
        return "" if x is None else f"{x:,.2f}".replace(",", " ")

    tenu = {None: "", True: "oui", False: "NON"}[m.tenu]
    return (
        m.nom,
        f"{m.taille:,}".replace(",", " "),
        nombre(m.valeur),
        m.unite,
        nombre(m.borne),
        nombre(m.rapport),
        m.but or "",
        tenu,
    )


def croissance(mesures: list[Mesure]) -> str:
    """Say how each figure grows from the smallest size to the largest (1 means: does not grow)."""
    par_nom: dict[str, list[Mesure]] = {}
    for m in mesures:
        par_nom.setdefault(m.nom, []).append(m)
    lignes = ["", "Croissance de la plus petite à la plus grande taille (valeur multipliée par)"]
    for nom, suite in par_nom.items():
        petite, grande = min(suite, key=lambda m: m.taille), max(suite, key=lambda m: m.taille)
        if grande.taille > petite.taille and petite.valeur:
            lignes.append(
                f"  {nom} : × {grande.valeur / petite.valeur:.2f} pour × {grande.taille / petite.taille:g} lignes"
            )
    return "\n".join(lignes) if len(lignes) > 2 else ""
