"""Tables as files: what a French spreadsheet reads, and no formula."""

import contextlib
import datetime
import io
from decimal import Decimal

import openpyxl
import pytest

from socle.tableur import cellule, repondre_csv, repondre_xlsx

RANGEE = ["=1+1", datetime.date(2026, 3, 2), Decimal("1234.50"), None, 7]
COLONNES = (("Texte", 20), ("Jour", 12), ("Montant", 12), ("Vide", 8), ("Nombre", 8))


@pytest.mark.django_db  # closing a file answer looks at the connection
def test_le_classeur_garde_les_dates_les_nombres_et_les_textes():
    with contextlib.closing(repondre_xlsx("x.xlsx", "Feuille", COLONNES, [RANGEE])) as reponse:
        feuille = openpyxl.load_workbook(io.BytesIO(b"".join(reponse))).active
    texte, jour, montant, vide, nombre = feuille[2]
    assert (texte.value, texte.data_type) == ("=1+1", "s")
    assert jour.value == datetime.datetime(2026, 3, 2)  # noqa: DTZ001 a spreadsheet has no zone
    assert (montant.value, vide.value, nombre.value) == (1234.5, None, 7)


@pytest.mark.django_db  # closing a file answer looks at the connection
def test_un_texte_trop_long_est_coupe_et_non_perdu():
    """xlsxwriter leaves the cell empty beyond what Excel holds."""
    with contextlib.closing(repondre_xlsx("x.xlsx", "Feuille", COLONNES[:1], [["é" * 40_000]])) as reponse:
        feuille = openpyxl.load_workbook(io.BytesIO(b"".join(reponse))).active
    assert (len(feuille["A2"].value), feuille["A2"].value[-2:]) == (32_767, "é…")


def test_le_csv_s_ouvre_dans_un_tableur_francais():
    octets = b"".join(repondre_csv("x.csv", [titre for titre, _ in COLONNES], [RANGEE]))
    assert octets.decode("utf-8-sig") == "Texte;Jour;Montant;Vide;Nombre\r\n'=1+1;02/03/2026;1234,50;;7\r\n"


@pytest.mark.parametrize("debut", ["=", "+", "-", "@", "\t", "\r"])
def test_aucun_texte_ne_devient_une_formule(debut):
    assert cellule(f"{debut}HYPERLINK(1)") == f"'{debut}HYPERLINK(1)"


def test_un_nombre_negatif_reste_un_nombre():
    assert (cellule(-3), cellule(Decimal("-1.5"))) == ("-3", "-1,5")
