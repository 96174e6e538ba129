"""The pages of documentation say what exists: links, pictures, commands, targets, addresses, buttons."""

import functools
import re
import unicodedata
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

RACINE = Path(__file__).resolve().parent.parent
GUIDE = RACINE / "docs" / "guide"
PAGES = [
    RACINE / "README.md",
    RACINE / "ARCHITECTURE.md",
    RACINE / "CHANGELOG.md",
    *sorted(RACINE.glob("docs/**/*.md")),
]
DE_LA_DOC = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(RACINE).as_posix())
DU_GUIDE = pytest.mark.parametrize("page", sorted(GUIDE.glob("*.md")), ids=lambda page: page.name)

_LIEN = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_TITRE = re.compile(r"^#+ (.+)$", re.MULTILINE)


def sans_code(texte):
    return _CODE.sub(" ", texte)


def code(texte):
    return "\n".join(_CODE.findall(texte))


def ancres(page):
    """Return the anchors of the headings, as forges make them."""
    titres = _TITRE.findall(re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL))
    return {re.sub(r"[^\w\- ]", "", titre.lower()).strip().replace(" ", "-") for titre in titres}


@DE_LA_DOC
def test_chaque_lien_mene_quelque_part(page):
    fautes = []
    for lien in _LIEN.findall(sans_code(page.read_text("utf-8"))):
        if lien.startswith(("https://", "mailto:")):
            continue
        chemin, _, ancre = lien.partition("#")
        cible = (page.parent / chemin).resolve() if chemin else page
        if not cible.exists() or not cible.is_relative_to(RACINE) or (ancre and ancre not in ancres(cible)):
            fautes.append(lien)
    assert fautes == []


@DE_LA_DOC
def test_chaque_commande_nommee_existe(page):
    texte = page.read_text("utf-8")
    commandes = set(re.findall(r"manage\.py ([a-z_]+)", texte))
    connues = set(get_commands()) - {"runserver"}
    assert sorted(commandes - connues) == []


@DE_LA_DOC
def test_chaque_cible_de_make_nommee_existe(page):
    makefile = (RACINE / "Makefile").read_text("utf-8")
    cibles = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    nommees = set(re.findall(r"\bmake ([a-z][a-z-]+)", code(page.read_text("utf-8"))))
    assert sorted(nommees - cibles) == []


@DE_LA_DOC
def test_chaque_fichier_nomme_existe(page):
    nommes = re.findall(
        r"`((?:socle|quartiers|comptes|npnru|gusp|pilotage|scripts|tests|docs|bench|config)/[\w./-]+\.(?:py|md|sh|html))`",
        page.read_text("utf-8"),
    )
    assert [nom for nom in nommes if not (RACINE / nom).is_file()] == []


@DU_GUIDE
def test_chaque_adresse_nommee_repond(page):
    fautes = []
    for adresse in re.findall(r"`(/[\w/.-]*)`", page.read_text("utf-8")):
        try:
            resolve(adresse)
        except Resolver404:
            fautes.append(adresse)
    assert fautes == []


@DU_GUIDE
def test_chaque_libelle_du_guide_est_ecrit_a_l_ecran(page):
    libelles = [g for g in re.findall(r"\*\*([^*\n]+)\*\*", page.read_text("utf-8")) if g not in HORS_ECRAN]
    assert [libelle for libelle in libelles if mots(libelle) not in ecran()] == []


@functools.cache
def ecran():
    """Return all that the code and the templates write, with and without their tags."""
    brut = "\n".join(
        f.read_text("utf-8")
        for dossier in ("templates", "static/js", "gusp", "npnru", "pilotage", "comptes", "quartiers", "socle")
        for f in sorted((RACINE / dossier).rglob("*"))
        if f.suffix in {".html", ".py", ".js"} and "migrations" not in f.parts
    )
    brut = brut.replace("&nbsp;", " ").replace("&#8239;", " ").replace("\\u00a0", " ").replace("\\u202f", " ")
    return mots(brut) + mots(re.sub(r"<[^>]+>|{%.*?%}", " ", brut))


#: Bold words of the guide that are not labels.
HORS_ECRAN = {
    "Au bureau.",
    "Au terrain.",
    "Page introuvable",
    "Geste refusé",
    "Six essais faux",
    "Oublié",
    "Changer",
    "initiale",
    "prévue",
    "réelle",
}


def mots(texte):
    """Return the words in lower case with plain spaces: case and typography are the screen's."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", texte)).strip(" .:").lower()


def test_aucune_image_du_guide_ne_dort_ni_ne_pese():
    images = sorted((GUIDE / "images").glob("*"))
    cites = "\n".join(p.read_text("utf-8") for p in PAGES)
    assert [i.name for i in images if f"images/{i.name}" not in cites] == []
    assert [i.name for i in images if i.stat().st_size > 150_000] == []


def test_chaque_image_du_guide_a_son_geste_dans_le_script_ou_dans_un_parcours():
    script = (RACINE / "scripts" / "captures.py").read_text("utf-8")
    parcours = "\n".join(f.read_text("utf-8") for f in sorted((RACINE / "tests" / "parcours").glob("*.py")))
    gestes = re.findall(r'Capture\(\s*"([\w-]+)"', script) + re.findall(r'capturer\(page, "([\w-]+)"\)', parcours)
    assert sorted(i.stem for i in (GUIDE / "images").glob("*.png")) == sorted(gestes)


def test_chaque_decision_est_dans_la_liste():
    dossier = RACINE / "docs" / "decisions"
    liste = set(re.findall(r"\((2\d[\w-]+\.md)\)", (dossier / "README.md").read_text("utf-8")))
    assert sorted(liste) == sorted(f.name for f in dossier.glob("2*.md"))


@DU_GUIDE
def test_le_guide_est_ecrit_en_typographie_francaise(page):
    texte = re.sub(r"\]\([^)]*\)", "]", sans_code(page.read_text("utf-8")))
    assert re.findall(r"\w+'\w+|\"\w+", texte) == []
    assert re.findall(r"\w[ ]?[;!?](?:\s|$)", texte) == [], "U+202F before ; ! ?"
    assert re.findall(r"[\w»] ?:(?:\s|$)", texte) == [], "U+00A0 before :"
    assert re.findall(r"« |[^\u00a0\u202f]»", texte) == [], "U+00A0 inside « »"
