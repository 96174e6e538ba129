"""Two editions side by side, section by section: what appeared, what left, what changed."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pilotage.enums import GenreSection
from pilotage.models import Dossier
from pilotage.syntheses import composer_dossier
from socle.formats import ABSENT

#: Keys that name a row in the lists of the sections, tried in order.
CLES = ("cle", "numero", "code", "reference", "titre", "nom", "quoi")
#: What a reader does not compare: geometry, dates of entry.
TUES = frozenset({"situation", "contour", "lon", "lat", "au", "avant", "avant_le", "ecart", "sens", "montre_le"})


@dataclass(frozen=True)
class Ecart:
    """One value that differs; None where it is absent."""

    quoi: str
    avant: str
    apres: str


@dataclass(frozen=True)
class EcartSection:
    """What differs in one section; `genre` ajoutee, retiree, changee or identique."""

    section: str
    titre: str
    genre: str
    texte: tuple[tuple[str, str], ...] = ()
    ecarts: tuple[Ecart, ...] = field(default=())


def contenu_de(dossier: Dossier) -> dict[str, Any]:
    """Return the frozen content, or the one that freezing would write now."""
    return dossier.contenu or composer_dossier(dossier, au=dossier.arrete_le)


def comparer(avant: Dossier, apres: Dossier) -> list[EcartSection]:
    """Return the sections of both editions in the order of the later one, each with its differences."""
    anciennes = {s["genre"]: s for s in contenu_de(avant)["sections"]}
    nouvelles = {s["genre"]: s for s in contenu_de(apres)["sections"]}
    genres = [*nouvelles, *(genre for genre in anciennes if genre not in nouvelles)]
    return [_section(genre, anciennes.get(genre), nouvelles.get(genre)) for genre in genres]


def _section(genre: str, avant: dict[str, Any] | None, apres: dict[str, Any] | None) -> EcartSection:
    titre = GenreSection(genre).label
    if avant is None or apres is None:
        return EcartSection(genre, titre, "ajoutee" if avant is None else "retiree")
    texte = tuple(_texte(avant["texte"], apres["texte"]))
    ecarts = tuple(_ecarts(_comparable(avant), _comparable(apres), ""))
    return EcartSection(genre, titre, "changee" if texte or ecarts else "identique", texte, ecarts)


def _comparable(section: dict[str, Any]) -> dict[str, Any]:
    """Leave out the marks of the map: their counts say the same in words."""
    donnees = section["donnees"]
    if section["genre"] != GenreSection.CARTE:
        return donnees
    return donnees | {"quartiers": [quartier | {"points": []} for quartier in donnees["quartiers"]]}


def _texte(avant: str, apres: str) -> Iterator[tuple[str, str]]:
    """Yield (sign, line) of the lines that differ: "-" left, "+" came."""
    if avant == apres:
        return
    for ligne in difflib.ndiff(avant.splitlines(), apres.splitlines()):
        if ligne[0] in "+-" and ligne[2:].strip():
            yield ligne[0], ligne[2:]


def _ecarts(avant: Any, apres: Any, chemin: str) -> Iterator[Ecart]:
    if avant == apres:
        return
    if isinstance(avant, dict) and isinstance(apres, dict):
        for cle in [*apres, *(c for c in avant if c not in apres)]:
            if cle not in TUES:
                yield from _ecarts(avant.get(cle), apres.get(cle), _joindre(chemin, cle))
    elif isinstance(avant, list) and isinstance(apres, list):
        yield from _ecarts_de_listes(avant, apres, chemin)
    else:
        yield Ecart(chemin.strip(), _dire(avant), _dire(apres))


def _ecarts_de_listes(avant: list, apres: list, chemin: str) -> Iterator[Ecart]:
    """Compare rows by their name rather than by their rank, so that one more row is one difference."""
    anciens, nouveaux = _nommes(avant), _nommes(apres)
    for nom in [*nouveaux, *(n for n in anciens if n not in nouveaux)]:
        if nom not in anciens:
            yield Ecart(_joindre(chemin, nom), "absent", "ajouté")
        elif nom not in nouveaux:
            yield Ecart(_joindre(chemin, nom), "présent", "retiré")
        else:
            yield from _ecarts(anciens[nom], nouveaux[nom], _joindre(chemin, nom))


def _nommes(lignes: list) -> dict[str, Any]:
    nommes: dict[str, Any] = {}
    for rang, ligne in enumerate(lignes, start=1):
        nom = _nom(ligne, rang)
        nommes[nom if nom not in nommes else f"{nom} ({rang})"] = ligne
    return nommes


def _nom(ligne: Any, rang: int) -> str:
    if isinstance(ligne, dict):
        for cle in CLES:
            if ligne.get(cle):
                return str(ligne["nom"] if cle == "cle" and ligne.get("nom") else ligne[cle])
        return f"ligne {rang}"
    return str(ligne)


_LIBELLES = {
    "lignes": "", "indicateurs": "", "groupes": "", "decisions": "", "points": "", "quartiers": "", "operations": "",
    "marches": "", "mois": "", "valeur": "valeur", "echeance": "échéance", "etat": "état", "retard": "retard (j)",
    "derive": "dérive (j)", "livraison": "livraison", "nouvelle": "nouvelles", "allure": "",
    "retards": "en retard", "ouverts": "ouverts", "releves": "relevés", "leves": "levés",
}  # fmt: skip


def _joindre(chemin: str, cle: str) -> str:
    mot = _LIBELLES.get(cle, cle.replace("_", " "))
    return f"{chemin} · {mot}" if chemin and mot else chemin or mot


def _dire(valeur: Any) -> str:
    if valeur is None or valeur == "":
        return ABSENT
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, dict | list):
        return f"{len(valeur)}\u00a0éléments" if len(valeur) > 1 else "un élément"
    return str(valeur)
