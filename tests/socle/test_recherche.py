"""Words as people type them."""

import pytest
from django.contrib.postgres.search import SearchVector

from quartiers.models import Quartier
from socle.recherche import CONFIG, cle_tri, requete, sans_accents


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [("Éléphant à Œuf", "Elephant a OEuf"), ("L’été", "L'ete"), ("ÆGIR straße", "AEGIR strasse"), ("", "")],
)
def test_les_accents_et_les_ligatures_tombent(texte, attendu):
    assert sans_accents(texte) == attendu


def test_la_cle_de_tri_range_comme_un_annuaire_francais():
    noms = ["Lot 10", "été", "Zola", "Lot 2", "École", "eau", "L’Hallebardier", "lac"]
    assert sorted(noms, key=cle_tri) == ["eau", "École", "été", "L’Hallebardier", "lac", "Lot 2", "Lot 10", "Zola"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("texte", "codes"),
    [
        ("fontaine", ["FON"]),
        ("FONTAI", ["FON"]),
        ("maryse basti", ["BAS"]),
        ("l’euro", ["EUR"]),
        ("bord loire", ["LOI"]),
        ('"rives du cher"', ["RIV"]),
        ("sanitas or europe", ["SAN", "EUR"]),
        ("bords -loire", []),
        ("", []),
        ("   ", []),
        ("!& (|:*", []),
        ("\x00'\\", []),
        ('"sanitas', ["SAN"]),
        ("aa⑴", []),  # written with parentheses once its accents are taken off
        ("ﷺ", []),
    ],
)
def test_la_recherche_pardonne_accents_pluriels_et_mots_inacheves(texte, codes):
    trouves = Quartier.objects.annotate(mots=SearchVector("nom", config=CONFIG)).filter(mots=requete(texte))
    assert [quartier.code for quartier in trouves] == codes
