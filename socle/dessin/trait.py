"""What every drawing shares: escaping, numbers, text widths, the outer element, the palette."""

from collections.abc import Iterable
from html import escape

ENCRE, ENCRE_2, TRAIT, PAPIER = "#1c2430", "#4d5866", "#dcd9d0", "#ffffff"
SOMBRE, ACCENT, CLAIR, REPERE, ALERTE, FAIT = "#13242d", "#0b4f6c", "#a3bfcb", "#f2c14e", "#9c1c1c", "#1d6437"
POLICE = "'Source Sans 3', 'Source Sans 3 Ext', 'Quartiers Symboles', sans-serif"
FINE, INSECABLE = "\u202f", "\u00a0"

_ETROITES, _LARGES = frozenset("ijlI.,;:'’!|()[]ft r\u202f"), frozenset("mwMW@%ŒœÆæ—")


def nombre(valeur: float) -> str:
    """Return a coordinate with at most two decimals, the shortest way."""
    return f"{valeur:.2f}".rstrip("0").rstrip(".") if valeur % 1 else f"{valeur:.0f}"


def attributs(**valeurs: object) -> str:
    """Return ` name="value"` pairs; None is left out, `_` becomes `-`, a trailing `_` is dropped."""
    morceaux = []
    for nom, valeur in valeurs.items():
        if valeur is None:
            continue
        texte = nombre(valeur) if isinstance(valeur, int | float) else escape(str(valeur), quote=True)
        morceaux.append(f' {nom.rstrip("_").replace("_", "-")}="{texte}"')
    return "".join(morceaux)


def balise(nom: str, contenu: str = "", **valeurs: object) -> str:
    """Return one element; `contenu` is markup."""
    return f"<{nom}{attributs(**valeurs)}>{contenu}</{nom}>" if contenu else f"<{nom}{attributs(**valeurs)}/>"


def texte(x: float, y: float, mots: str, *, taille: float = 10, encre: str = ENCRE, **valeurs: object) -> str:
    """Return a line of text whose base line is at y."""
    return balise("text", escape(mots), x=x, y=y, font_size=taille, fill=encre, **valeurs)


def texte_detoure(x: float, y: float, mots: str, *, taille: float = 10, **valeurs: object) -> str:
    """Return a line of text on a white plate, legible over lines and fills (cheaper to print than a halo)."""
    place = largeur(mots, taille, gras="font_weight" in valeurs)
    gauche = x - place / 2 if valeurs.get("text_anchor") == "middle" else x
    plaque = balise(
        "rect", x=gauche - 2, y=y - taille, width=place + 4, height=taille * 1.3, fill=PAPIER, fill_opacity=0.85
    )
    return plaque + texte(x, y, mots, taille=taille, **valeurs)


def largeur(mots: str, taille: float, *, gras: bool = False) -> float:
    """Return the width of a text in Source Sans 3, slightly overestimated, in the units of `taille`."""
    total = sum(0.3 if c in _ETROITES else 0.86 if c in _LARGES else 0.6 if c.isupper() else 0.515 for c in mots)
    return total * taille * (1.06 if gras else 1)


def couper(mots: str, place: float, taille: float, *, lignes: int = 2, gras: bool = False) -> list[str]:
    """Break a text into at most `lignes` lines of width `place`, the last one ending with … when words are left."""
    sorties, courante, reste = [], "", mots.split()
    while reste:
        essai = f"{courante} {reste[0]}".strip()
        if largeur(essai, taille, gras=gras) <= place or not courante:
            courante, reste = essai, reste[1:]
            continue
        if len(sorties) == lignes - 1:
            break
        sorties.append(courante)
        courante = ""
    derniere = f"{courante}…" if reste else courante
    while largeur(derniere, taille, gras=gras) > place and len(derniere) > 2:
        derniere = derniere.rstrip("…")[:-1].rstrip() + "…"
    return [*sorties, derniere]


def dessin(
    largeur_vue: float, hauteur_vue: float, contenu: Iterable[str], *, titre: str, description: str, cle: str
) -> str:
    """Wrap shapes into an accessible SVG; `cle` makes ids unique; the title is the alternative text in PDF."""
    interieur = (
        f'<title id="{cle}-titre">{escape(titre)}</title><desc id="{cle}-desc">{escape(description)}</desc>'
        + "".join(contenu)
    )
    return balise(
        "svg",
        interieur,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {nombre(largeur_vue)} {nombre(hauteur_vue)}",
        width=largeur_vue,
        height=hauteur_vue,
        role="img",
        aria_labelledby=f"{cle}-titre {cle}-desc",
        font_family=POLICE,
        class_="dessin-svg",
    )
