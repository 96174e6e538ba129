"""The portfolio as a workbook or as CSV: the filtered list, nothing else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponseBase

from npnru.enums import EtatOperation, Taxe
from npnru.models import Operation
from socle.tableur import repondre_csv, repondre_xlsx


@dataclass(frozen=True)
class Colonne:
    """A title, how to read the value of an operation, and a width in characters."""

    titre: str
    lire: Callable[[Operation], Any]
    largeur: int = 14


def _taxe(valeur: str) -> str:
    return str(dict(Taxe.choices).get(valeur, ""))


COLONNES = (
    Colonne("Quartier", lambda o: o.quartier.nom, 18),
    Colonne("Opération", lambda o: o.titre, 42),
    Colonne("IDTOP", lambda o: o.idtop, 18),
    Colonne("Nature", lambda o: o.nature.libelle if o.nature else "", 34),
    Colonne("Genre", lambda o: o.get_genre_ouvrage_display(), 18),
    Colonne("Maître d’ouvrage", lambda o: o.maitre_ouvrage.nom, 30),
    Colonne("Pilote", lambda o: str(o.pilote or ""), 24),
    Colonne("État", lambda o: EtatOperation(o.etat).label),
    Colonne("Phase", lambda o: o.phase_libelle, 28),
    Colonne("Prochain jalon", lambda o: o.jalon_libelle, 32),
    Colonne("Date du jalon", lambda o: o.jalon_le),
    Colonne("Livraison initiale", lambda o: o.livraison_initiale_le),
    Colonne("Livraison prévue ou réelle", lambda o: o.livraison_le),
    Colonne("Écart (jours)", lambda o: o.derive_jours),
    Colonne("Coût (€)", lambda o: o.cout_total, 16),
    Colonne("Taxe du coût", lambda o: _taxe(o.cout_taxe)),
    Colonne("Coût au", lambda o: o.cout_le),
    Colonne("Aides retenues (€)", lambda o: o.aides, 16),
    Colonne("Taxe des aides", lambda o: _taxe(o.aides_taxe)),
    Colonne("Part de la ville (€)", lambda o: o.part_ville, 16),
    Colonne("Alerte", lambda o: o.alerte, 50),
    Colonne("Situation au", lambda o: o.situation_le),
    Colonne("Démonstration", lambda o: "oui" if o.demonstration else "non"),
)


def repondre(operations: Iterable[Operation], format: str, *, au: date) -> HttpResponseBase:
    """Answer with the file, xlsx or csv."""
    rangees = ([colonne.lire(operation) for colonne in COLONNES] for operation in operations)
    nom = f"operations-{au:%Y-%m-%d}.{format}"
    if format == "csv":
        return repondre_csv(nom, [colonne.titre for colonne in COLONNES], rangees)
    return repondre_xlsx(nom, "Opérations", [(colonne.titre, colonne.largeur) for colonne in COLONNES], rangees)
