"""Table by organisme as a workbook: one sheet a body, blank columns for its answer."""

import datetime
import io
import re

from gusp.exports.marche import par_organisme
from gusp.models import Constat, Diagnostic
from socle import tableur

_TITRES = (
    ("N°", 16),
    ("Constat", 60),
    ("Adresse ou repère", 30),
    ("Thème", 22),
    ("Urgence", 9),
    ("État", 18),
    ("Transmis le", 12),
    ("Réponse attendue le", 14),
    ("Votre réponse", 50),
    ("Date prévue", 14),
)
_INTERDITS = re.compile(r"[\[\]:*?/\\']")


def classeur(diagnostic: Diagnostic, *, au: datetime.date) -> bytes:
    """Return the workbook: dates are dates, no text is ever a formula."""
    sortie = io.BytesIO()
    with tableur.classeur(sortie, constant=False) as livre:
        # The only date in the file: same data, same bytes.
        livre.set_properties({"title": str(diagnostic), "created": datetime.datetime(au.year, au.month, au.day)})  # noqa: DTZ001 xlsxwriter takes naive ones
        gras = livre.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        lignes = livre.add_format({"text_wrap": True, "valign": "top"})
        groupes = par_organisme(diagnostic)
        pris: set[str] = set()
        for groupe in groupes:
            feuille = livre.add_worksheet(_nom_de_feuille(groupe["nom"], pris))
            _remplir(feuille, groupe["constats"], gras, lignes)
        if not groupes:
            livre.add_worksheet("Tableau").write_string(0, 0, "Aucun constat qualifié n’attend de réponse.", gras)
    return sortie.getvalue()


def _remplir(feuille, constats: list[Constat], gras, lignes) -> None:
    for colonne, (titre, largeur) in enumerate(_TITRES):
        feuille.set_column(colonne, colonne, largeur, lignes)
        feuille.write_string(0, colonne, titre, gras)
    feuille.freeze_panes(1, 1)
    feuille.set_landscape()
    feuille.set_paper(9)
    feuille.fit_to_pages(1, 0)
    feuille.repeat_rows(0)
    for rang, constat in enumerate(constats, start=1):
        feuille.write_row(rang, 0, [tableur.tenir(valeur) for valeur in _cellules(constat)])


def _cellules(constat: Constat) -> list:
    return [
        constat.reference,
        constat.description.strip() or constat.titre,
        constat.repere,
        constat.theme.libelle if constat.theme else "",
        f"U{constat.urgence}",
        constat.libelle_etat,
        constat.transmis_le or "",
        constat.echeance_le or "",
    ]


def _nom_de_feuille(nom: str, pris: set[str]) -> str:
    """Return a name that Excel takes: 31 characters, none of its own marks, unlike the others."""
    base = _INTERDITS.sub(" ", nom).strip()[:31] or "Organisme"
    essai, rang = base, 2
    while essai.casefold() in pris:
        essai = f"{base[:28]} {rang}"
        rang += 1
    pris.add(essai.casefold())
    return essai
