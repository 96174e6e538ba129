"""Words as people type them: accents and case forgiven, French sort key, full text search with a prefix."""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery

CONFIG = "francais"

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "’": "'", "\u02bc": "'"})
_DERNIER_MOT = re.compile(r"^(?P<avant>.*?)(?P<mot>[^\W_]{3,})$", re.DOTALL)
_NOMBRE = re.compile(r"\d+")
_SEPARATEURS = re.compile(r"[^0-9a-z]+")


def sans_accents(texte: str) -> str:
    """Return the text without accents nor ligatures, typographic apostrophes made plain; case is kept."""
    decompose = unicodedata.normalize("NFKD", texte.translate(_LIGATURES))
    return "".join(signe for signe in decompose if not unicodedata.combining(signe))


def cle_tri(texte: str) -> str:
    """Return the sort key of a name: lower case ASCII words, numbers padded (« Lot 2 » before « Lot 10 »)."""
    mots = _SEPARATEURS.sub(" ", sans_accents(texte).casefold()).strip()
    return _NOMBRE.sub(lambda nombre: nombre.group().zfill(6), mots)


def requete(texte: str) -> SearchQuery:
    """Build the full text query of a search box: web syntax (quotes, « or », minus) and prefix match on the last word.

    A blank text gives a query that matches nothing.
    """
    texte = texte.replace("\x00", " ").replace("’", "'").strip()
    exacte = SearchQuery(texte, config=CONFIG, search_type="websearch")
    trouve = _DERNIER_MOT.match(texte)
    if trouve is None or texte.count('"') % 2 or trouve["avant"].endswith("-"):
        return exacte
    mot = sans_accents(trouve["mot"])
    if not mot.isalnum():  # some single characters are written as several, marks of the raw syntax among them: ⑴, ﷺ
        return exacte
    prefixe = SearchQuery(f"{mot}:*", config=CONFIG, search_type="raw")
    avant = trouve["avant"].strip(" '")
    if not avant:
        return exacte | prefixe
    return exacte | (SearchQuery(avant, config=CONFIG, search_type="websearch") & prefixe)
