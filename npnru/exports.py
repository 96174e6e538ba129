"""The portfolio as a workbook or as CSV: the filtered list, nothing else."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from npnru.enums import EtatOperation, Taxe
from npnru.models import Operation

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


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


def repondre(operations: Iterable[Operation], format: str, *, au: date, total: int) -> HttpResponse:
    """Answer with the file; `total` is the number of operations before the filter."""
    rangees = [[_sur(colonne.lire(operation)) for colonne in COLONNES] for operation in operations]
    dit = f"Opérations au {au:%d/%m/%Y}\u00a0: {len(rangees)} sur {total}"
    octets = _classeur(rangees, dit) if format == "xlsx" else _csv(rangees)
    reponse = HttpResponse(octets, content_type=TYPES[format])
    reponse["Content-Disposition"] = f'attachment; filename="operations-{au:%Y-%m-%d}.{format}"'
    return reponse


def _sur(valeur: Any) -> Any:
    """Keep a text from being read as a formula."""
    return f"'{valeur}" if isinstance(valeur, str) and valeur.startswith(("=", "+", "-", "@", "\t", "\r")) else valeur


def _classeur(rangees: list[list], dit: str) -> bytes:
    classeur = Workbook()
    feuille = classeur.active
    feuille.title = "Opérations"
    feuille.append([dit])
    feuille.append([colonne.titre for colonne in COLONNES])
    for rangee in rangees:
        feuille.append(rangee)
    for cellule in feuille[2]:
        cellule.font = Font(bold=True)
    for rang, colonne in enumerate(COLONNES, start=1):
        feuille.column_dimensions[get_column_letter(rang)].width = colonne.largeur
        for cellule in feuille[get_column_letter(rang)][2:]:
            cellule.number_format = _format(cellule.value)
    feuille.freeze_panes = "C3"
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


def _format(valeur: Any) -> str:
    if isinstance(valeur, date):
        return "DD/MM/YYYY"
    return "General" if valeur is None or isinstance(valeur, str | int) else "#,##0"


def _csv(rangees: list[list]) -> bytes:
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow([colonne.titre for colonne in COLONNES])
    for rangee in rangees:
        ecrivain.writerow([f"{v:%d/%m/%Y}" if isinstance(v, date) else "" if v is None else v for v in rangee])
    return ("\ufeff" + sortie.getvalue()).encode()
