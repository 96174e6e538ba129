"""What every page must be: the faults of a rendered HTML document, as sentences."""

import re
from collections import Counter

from bs4 import BeautifulSoup

ANNONCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage", "list")
SANS_ETIQUETTE = {"hidden", "submit", "button", "image", "reset"}
DONNEES = {"application/json", "application/ld+json"}


def fautes(html: str) -> list[str]:
    """Return the faults of a whole page, or of a fragment when there is no html element; empty when it is sound."""
    page = BeautifulSoup(html, "html.parser")
    trouvees = [*_sans_code_en_ligne(page), *_identifiants(page), *_etiquettes(page), *_noms(page), *_restes(page)]
    if page.html is not None:
        trouvees += _document(page)
    return trouvees


def _document(page):
    if page.html.get("lang") != "fr":
        yield "la page ne dit pas lang=fr"
    if len(page.select("h1")) != 1:
        yield f"la page a {len(page.select('h1'))} titres h1"
    if not page.title or not page.title.get_text(strip=True):
        yield "la page n'a pas de titre"
    if len(page.select("main")) != 1:
        yield "la page n'a pas un élément main et un seul"


def _sans_code_en_ligne(page):
    for balise in page.find_all(True):
        for attribut in balise.attrs:
            if attribut == "style" or attribut.startswith(("on", "hx-on")):
                yield f"attribut {attribut} sur <{balise.name}>"
        if re.match(r"\s*javascript:", str(balise.get("href", "")), re.IGNORECASE):
            yield f"adresse javascript: sur <{balise.name}>"
    for balise in page.select("script:not([src])"):
        if balise.get("type") not in DONNEES:
            yield "script en ligne"
    if page.select("style"):
        yield "feuille de style en ligne"


def _identifiants(page):
    connus = Counter(balise["id"] for balise in page.select("[id]"))
    yield from (f"identifiant {nom} répété" for nom, fois in connus.items() if fois > 1)
    if page.html is None:
        return
    for attribut in ANNONCES:
        for balise in page.select(f"[{attribut}]"):
            for nom in str(balise[attribut]).split():
                if nom not in connus:
                    yield f"{attribut}={nom} sur <{balise.name}> ne mène à rien"


def _etiquettes(page):
    cibles = {label.get("for") for label in page.select("label")}
    for champ in page.select("input, select, textarea"):
        if champ.get("type") in SANS_ETIQUETTE or champ.get("aria-label") or champ.get("aria-labelledby"):
            continue
        if champ.get("id") not in cibles and champ.find_parent("label") is None:
            yield f"champ {champ.get('name')} sans étiquette"


def _noms(page):
    for balise in page.select("a[href], button"):
        nom = balise.get_text(strip=True) or balise.get("aria-label") or balise.get("title")
        if not nom and not balise.select("img[alt]:not([alt='']), svg title"):
            yield f"<{balise.name}> sans nom : {str(balise)[:120]}"
    for image in page.select("img:not([alt])"):
        yield f"image sans alt : {str(image)[:120]}"
    for cellule in page.select("th:not([scope])"):
        yield f"<th> sans scope : {str(cellule)[:120]}"


def _restes(page):
    texte = page.get_text()
    for reste in ("{{", "{%", "{#"):
        if reste in texte:
            yield f"reste de gabarit {reste}"
