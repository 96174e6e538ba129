"""Horizontal bars with their values, and one stacked bar of financing whose parts differ by pattern."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from socle.dessin import trait
from socle.dessin.trait import balise, texte

LARGEUR = 640
LIGNE, BARRE = 24, 12


@dataclass(frozen=True)
class Barre:
    """One bar: `affichee` is the value as the reader sees it, `avant` the value of last time (a tick on the bar)."""

    libelle: str
    valeur: Decimal | float | None
    affichee: str = ""
    avant: Decimal | float | None = None
    accent: bool = False


@dataclass(frozen=True)
class Part:
    """One part of a whole, with its amount as the reader sees it; an unknown amount has no share."""

    libelle: str
    montant: Decimal | float | None
    affiche: str


def barres(
    lignes: Sequence[Barre], *, titre: str, description: str = "", cle: str = "barres", noms: float = 200
) -> str:
    """Return one horizontal bar a line, on one scale from 0; a missing value says « non renseigné »."""
    maximum = max([float(v) for b in lignes for v in (b.valeur, b.avant) if v is not None] + [0]) or 1
    droite = LARGEUR - max([trait.largeur(_affichee(b), 10, gras=True) for b in lignes] + [40]) - 10
    contenu: list[str] = []
    for rang, barre in enumerate(lignes):
        contenu += _barre(barre, rang * LIGNE, noms, (droite - noms) / maximum)
    contenu.append(balise("line", x1=noms, y1=0, x2=noms, y2=len(lignes) * LIGNE, stroke=trait.ENCRE_2, stroke_width=1))
    description = description or " ".join(f"{b.libelle}\u00a0: {_affichee(b)}." for b in lignes)
    return trait.dessin(LARGEUR, len(lignes) * LIGNE, contenu, titre=titre, description=description, cle=cle)


def _affichee(barre: Barre) -> str:
    if barre.valeur is None:
        return "non renseigné"
    return barre.affichee or f"{barre.valeur:,}".replace(",", "\u202f").replace(".", ",")


def _barre(barre: Barre, haut: float, noms: float, echelle: float) -> Iterator[str]:
    base, sommet = haut + LIGNE / 2 + 3.5, haut + (LIGNE - BARRE) / 2
    libelle = trait.couper(barre.libelle, noms - 10, 10, lignes=1)[0]
    yield texte(noms - 8, base, libelle, taille=10, text_anchor="end")
    longueur = max(0.0, float(barre.valeur or 0)) * echelle
    if longueur:
        encre = trait.ACCENT if not barre.accent else trait.ALERTE
        yield balise("rect", x=noms, y=sommet, width=longueur, height=BARRE, fill=encre)
    mots, bout = _affichee(barre), longueur
    if barre.avant is not None:
        tiret = float(barre.avant) * echelle
        # The value follows its bar, unless the tick of last time would cross it.
        if longueur - 3 <= tiret <= longueur + trait.largeur(mots, 10, gras=True) + 12:
            bout = tiret
        yield balise(
            "line", x1=noms + tiret, y1=sommet - 3, x2=noms + tiret, y2=sommet + BARRE + 3, stroke=trait.SOMBRE,
            stroke_width=1.6, stroke_dasharray="2.5 1.5",
        )  # fmt: skip
    connu = barre.valeur is not None
    yield texte(
        noms + bout + 6, base, mots, taille=10, font_weight=600 if connu else None,
        encre=trait.ENCRE if connu else trait.ENCRE_2,
    )  # fmt: skip


def financement(
    parts: Sequence[Part], *, titre: str, total: str = "", description: str = "", cle: str = "financement"
) -> str:
    """Return a stacked bar and its legend with amounts and shares; parts of no amount stay in the legend."""
    somme = sum((max(0.0, float(part.montant or 0)) for part in parts), 0.0)
    contenu, x, haut = [], 0.5, 8
    for rang, part in enumerate(parts):
        longueur = (LARGEUR - 1) * max(0.0, float(part.montant or 0)) / somme if somme else 0
        if longueur:
            contenu += _motif(rang, x, haut, longueur, 30)
        x += longueur
    if not somme:
        contenu.append(texte(0, haut + 20, "Aucun montant renseigné.", taille=10, encre=trait.ENCRE_2))
    haut += 46
    for rang, part in enumerate(parts):
        contenu += _legende(rang, part, somme, haut + rang * 19)
    hauteur = haut + 19 * len(parts) + (16 if total else 0)
    if total:
        contenu.append(balise("line", x1=0, y1=hauteur - 24, x2=LARGEUR, y2=hauteur - 24, stroke=trait.SOMBRE))
        contenu.append(texte(24, hauteur - 8, "Total", taille=10.5, font_weight=700))
        contenu.append(texte(LARGEUR - 60, hauteur - 8, total, taille=10.5, text_anchor="end", font_weight=700))
    mots = " ".join(f"{p.libelle}\u00a0: {p.affiche} {_part(p, somme)}".rstrip() + "." for p in parts)
    return trait.dessin(LARGEUR, hauteur, contenu, titre=titre, description=description or mots, cle=cle)


def _part(part: Part, somme: float) -> str:
    if part.montant is None or not somme:
        return ""
    return f"{max(0.0, float(part.montant)) / somme:.0%}".replace("%", "\u00a0%")


def _legende(rang: int, part: Part, somme: float, base: float) -> Iterator[str]:
    yield from _motif(rang, 0.5, base - 11, 16, 13)
    place = LARGEUR - 190
    yield texte(24, base, trait.couper(part.libelle, place, 10, lignes=1)[0], taille=10)
    yield texte(LARGEUR - 60, base, part.affiche, taille=10, text_anchor="end", font_weight=600)
    if part_ := _part(part, somme):
        yield texte(LARGEUR, base, part_, taille=10, text_anchor="end", encre=trait.ENCRE_2)


def _obliques(x: float, y: float, longueur: float, hauteur: float) -> str:
    """Return 45° hatching cut at the sides of the box."""
    morceaux, decalage = [], 6.0
    while decalage < longueur + hauteur:
        depart, arrivee = max(0.0, decalage - longueur), min(hauteur, decalage)
        morceaux.append(_segment(x + decalage - depart, y + depart, x + decalage - arrivee, y + arrivee))
        decalage += 6
    return "".join(morceaux)


def _verticales(x: float, y: float, longueur: float, hauteur: float) -> str:
    return "".join(_segment(x + pas, y, x + pas, y + hauteur) for pas in _pas(longueur, 4))


def _horizontales(x: float, y: float, longueur: float, hauteur: float) -> str:
    return "".join(_segment(x, y + pas, x + longueur, y + pas) for pas in _pas(hauteur, 4))


def _quadrillage(x: float, y: float, longueur: float, hauteur: float) -> str:
    return _verticales(x, y, longueur, hauteur) + _horizontales(x, y, longueur, hauteur)


def _pas(etendue: float, ecart: float) -> list[float]:
    return [ecart * rang for rang in range(1, int(etendue / ecart) + 1) if ecart * rang < etendue]


def _segment(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"M{trait.nombre(x1)} {trait.nombre(y1)}L{trait.nombre(x2)} {trait.nombre(y2)}"


# Fill, ink of the hatching, hatching: the shades and the patterns differ both, for a black and white printer.
_MOTIFS: tuple[tuple[str, str, Callable[[float, float, float, float], str] | None], ...] = (
    (trait.ACCENT, "", None),
    ("#ffffff", trait.ACCENT, _obliques),
    (trait.CLAIR, "", None),
    ("#ffffff", trait.ENCRE, _verticales),
    (trait.REPERE, "", None),
    ("#ffffff", trait.ENCRE, _quadrillage),
    (trait.CLAIR, trait.SOMBRE, _horizontales),
    ("#ffffff", "", None),
)


def _motif(rang: int, x: float, y: float, longueur: float, hauteur: float) -> Iterator[str]:
    fond, encre, hachure = _MOTIFS[rang % len(_MOTIFS)]
    yield balise("rect", x=x, y=y, width=longueur, height=hauteur, fill=fond, stroke=trait.ENCRE, stroke_width=0.8)
    if hachure and (chemin := hachure(x, y, longueur, hauteur)):
        yield balise("path", d=chemin, stroke=encre, stroke_width=1, fill="none")
