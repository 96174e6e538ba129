"""From the JSON of a dossier to its pages, and from nothing else: the preview and the PDF come from one place.

Pure functions: no database. `images` maps the names of the pictures in the JSON to their bytes.
"""

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.template.loader import render_to_string

from pilotage import dessins
from pilotage.enums import GenreSection
from socle import pdf
from socle.formats import jour, typo
from socle.pdf_types import Assemblage, Avancement, Cadre, Couverture, SectionHtml

PAYSAGES = frozenset({GenreSection.OPERATIONS, GenreSection.CALENDRIER, GenreSection.FINANCEMENTS})
AUTEUR = "Ville de Tours"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Drawings of the sections that have some, made from their data.
_DESSINS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    GenreSection.CARTE: dessins.cartes,
    GenreSection.CALENDRIER: dessins.calendrier,
    GenreSection.CHIFFRES: dessins.themes,
}


def sections_html(contenu: Mapping[str, Any]) -> list[SectionHtml]:
    """Return the sections of a content that print as pages."""
    return [section_html(s, contenu) for s in contenu["sections"] if _a_imprimer(s)]


def _a_imprimer(section: Mapping[str, Any]) -> bool:
    """Leave out the cover, which belongs to the frame, and photos when there is neither photo nor text."""
    if section["genre"] == GenreSection.PHOTOS:
        return bool(section["donnees"]["paires"] or section["texte"])
    return section["genre"] != GenreSection.COUVERTURE


def section_html(section: Mapping[str, Any], contenu: Mapping[str, Any]) -> SectionHtml:
    """Return one section: the agent's text, then the data."""
    genre = section["genre"]
    donnees = dates_lues(section["donnees"])
    html = render_to_string(
        f"pdf/dossier/{genre}.html",
        {
            "d": donnees,
            "blocs": blocs(section["texte"]),
            "dossier": dates_lues(contenu["dossier"]),
            "dessins": _DESSINS[genre](donnees) if genre in _DESSINS else {},
        },
    )
    return SectionHtml(cle=genre, titre=section["titre"], html=_compact(html), paysage=genre in PAYSAGES)


def _compact(html: str) -> str:
    """Drop the blank lines that template tags leave: less to parse, same pages."""
    return re.sub(r"\n\s*\n+", "\n", html).strip()


def cadre(contenu: Mapping[str, Any]) -> Cadre:
    """Return the frame: PDF title, running heads, feet, cover; a draft says that it is a working paper."""
    dossier = dates_lues(contenu["dossier"])
    seance = dossier["seance"]
    quand = f"{seance['genre_libelle'].split(',')[0]} du {jour(seance['le'])}"
    brouillon = dossier["fige_le"] is None
    return Cadre(
        titre=f"{dossier['titre']}, {jour(seance['le'])}",
        entete=quand,
        pied=_pied(dossier, brouillon),
        cree_le=dossier["fige_le"] or dossier["arrete_le"],
        auteur=dossier["service"] or AUTEUR,
        couverture=_couverture(contenu, dossier, brouillon),
    )


def _pied(dossier: Mapping[str, Any], brouillon: bool) -> str:
    etat = "document de travail" if brouillon else f"figée le {jour(dossier['fige_le'])}"
    morceaux = [f"Édition {dossier['edition']}", etat, f"données au {jour(dossier['arrete_le'])}"]
    morceaux += ["démonstration, données fictives"] if dossier["demonstration"] else []
    return " · ".join(morceaux)


def _couverture(contenu: Mapping[str, Any], dossier: Mapping[str, Any], brouillon: bool) -> Couverture | None:
    section = next((s for s in contenu["sections"] if s["genre"] == GenreSection.COUVERTURE), None)
    if section is None:
        return None
    donnees = section["donnees"]
    precisions = [*donnees["precisions"], *(b["lignes"][0] for b in blocs(section["texte"])[:2])]
    if dossier["note_edition"]:
        precisions.append(typo(f"Édition {dossier['edition']} : {dossier['note_edition']}"))
    edition = [f"Édition {dossier['edition']}", f"données arrêtées au {jour(dossier['arrete_le'])}"]
    if brouillon:
        edition = ["Document de travail", f"données au {jour(dossier['arrete_le'])}"]
    return Couverture(
        service=donnees["service"],
        titre=tuple(donnees["titre"]),
        precisions=tuple(precisions),
        edition=" · ".join(edition),
        mention="Données de démonstration, fictives" if dossier["demonstration"] else "",
    )


def apercu(contenu: Mapping[str, Any], *, adresse_image: Callable[[str], str], sommaire: bool = True) -> str:
    """Return the live preview: the very sections of the PDF as one page for the screen."""
    autour = replace(cadre(contenu), sommaire=sommaire)
    return pdf.assembler_html(sections_html(contenu), autour, adresse_image=adresse_image)


def imprimer(
    contenu: Mapping[str, Any],
    images: Mapping[str, bytes],
    *,
    avancement: Avancement | None = None,
    isole: bool = True,
) -> Assemblage:
    """Return the PDF of a content, laid out in the child process unless `isole` is False; raise PdfRefuse."""
    assembler = pdf.assembler_isole if isole else pdf.assembler
    return assembler(sections_html(contenu), cadre(contenu), images=images, avancement=avancement)


def dates_lues(valeur: Any) -> Any:
    """Return the JSON value with its ISO days as dates, so that templates write them in French."""
    if isinstance(valeur, str):
        return datetime.date.fromisoformat(valeur) if _DATE.fullmatch(valeur) else valeur
    if isinstance(valeur, Mapping):
        return {cle: dates_lues(v) for cle, v in valeur.items()}
    if isinstance(valeur, Sequence):
        return [dates_lues(v) for v in valeur]
    return valeur


def blocs(texte: str) -> list[dict[str, Any]]:
    """Cut a plain text into blocks: paragraphs, lists (lines that start with « - »), headings (« ## »)."""
    sortie: list[dict[str, Any]] = []
    for paragraphe in re.split(r"\n\s*\n", typo(texte.strip()) or ""):
        for ligne in filter(None, (brute.strip() for brute in paragraphe.splitlines())):
            genre, mots = _genre_de_ligne(ligne)
            suite = sortie and sortie[-1]["genre"] == genre and genre == "liste"
            if suite:
                sortie[-1]["lignes"].append(mots)
            else:
                sortie.append({"genre": genre, "lignes": [mots]})
    return sortie


def _genre_de_ligne(ligne: str) -> tuple[str, str]:
    if ligne.startswith("## "):
        return "titre", ligne[3:].strip()
    if re.match(r"[-–•*] ", ligne):
        return "liste", ligne[2:].strip()
    return "paragraphe", ligne
