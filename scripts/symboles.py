"""Draw the small symbol font of the interface (state shapes, arrows, narrow no-break space), missing from the typeface.

Writes static/polices/quartiers-symboles.woff2 and is deterministic: same script, same bytes.
"""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

CIBLE = Path(__file__).resolve().parent.parent / "static/polices/quartiers-symboles.woff2"
LARGEUR, CENTRE_X, CENTRE_Y, RAYON = 640, 320, 320, 260
ROND = 0.5523  # Bézier constant of a quarter of a circle

Contour = list[tuple[float, float]]


def _points(pen, points: Contour) -> None:
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()


def _cercle(pen, rayon: float, *, creux: bool = False) -> None:
    x, y, k = CENTRE_X, CENTRE_Y, rayon * ROND
    arcs = [
        ((x + k, y + rayon), (x + rayon, y + k), (x + rayon, y)),
        ((x + rayon, y - k), (x + k, y - rayon), (x, y - rayon)),
        ((x - k, y - rayon), (x - rayon, y - k), (x - rayon, y)),
        ((x - rayon, y + k), (x - k, y + rayon), (x, y + rayon)),
    ]
    pen.moveTo((x, y + rayon))
    if creux:  # same circle, drawn the other way round, makes a hole
        for a, b, _ in reversed(arcs):
            precedent = {0: (x, y + rayon), 1: (x + rayon, y), 2: (x, y - rayon), 3: (x - rayon, y)}[
                arcs.index(next(t for t in arcs if t[0] == a))
            ]
            pen.curveTo(b, a, precedent)
    else:
        for arc in arcs:
            pen.curveTo(*arc)
    pen.closePath()


def _disque(pen) -> None:
    _cercle(pen, RAYON)


def _anneau(pen) -> None:
    _cercle(pen, RAYON)
    _cercle(pen, RAYON - 70, creux=True)


def _demi(pen) -> None:
    """A ring whose left half is full."""
    _anneau(pen)
    r = RAYON - 40
    k = r * ROND
    pen.moveTo((CENTRE_X, CENTRE_Y - r))
    pen.curveTo((CENTRE_X - k, CENTRE_Y - r), (CENTRE_X - r, CENTRE_Y - k), (CENTRE_X - r, CENTRE_Y))
    pen.curveTo((CENTRE_X - r, CENTRE_Y + k), (CENTRE_X - k, CENTRE_Y + r), (CENTRE_X, CENTRE_Y + r))
    pen.closePath()


def _ligne(*contours: Contour):
    def dessiner(pen) -> None:
        for contour in contours:
            _points(pen, contour)

    return dessiner


def _losange(rayon: float) -> Contour:
    x, y = CENTRE_X, CENTRE_Y
    return [(x, y + rayon), (x + rayon, y), (x, y - rayon), (x - rayon, y)]


def _fleche(contour: Contour, tour: int) -> Contour:
    """Turn a contour by quarters of a turn around the centre of the glyph."""
    for _ in range(tour):
        contour = [(CENTRE_X + (y - CENTRE_Y), CENTRE_Y - (x - CENTRE_X)) for x, y in contour]
    return contour


DROITE = [
    (40, 285), (40, 355), (450, 355), (330, 475), (380, 525), (585, 320), (380, 115), (330, 165), (450, 285),
]  # fmt: skip
GLYPHES = {
    0x2190: ("fleche_gauche", _ligne(_fleche(DROITE, 2))),
    0x2191: ("fleche_haut", _ligne(_fleche(DROITE, 3))),
    0x2192: ("fleche_droite", _ligne(DROITE)),
    0x2193: ("fleche_bas", _ligne(_fleche(DROITE, 1))),
    0x25A0: ("carre", _ligne([(90, 90), (90, 550), (550, 550), (550, 90)])),
    0x25A1: (
        "carre_vide",
        _ligne([(90, 90), (90, 550), (550, 550), (550, 90)], [(160, 160), (480, 160), (480, 480), (160, 480)]),
    ),
    0x25B2: ("triangle", _ligne([(40, 80), (320, 590), (600, 80)])),
    0x25B3: ("triangle_vide", _ligne([(40, 80), (320, 590), (600, 80)], [(155, 148), (485, 148), (320, 450)])),
    0x25B8: ("pointe_droite", _ligne([(200, 90), (200, 550), (500, 320)])),
    0x25BE: ("pointe_bas", _ligne(_fleche([(200, 90), (200, 550), (500, 320)], 1))),
    0x25C6: ("losange", _ligne(_losange(300))),
    0x25C7: ("losange_vide", _ligne(_losange(300), list(reversed(_losange(205))))),
    0x25CB: ("anneau", _anneau),
    0x25CF: ("disque", _disque),
    0x25D0: ("demi_disque", _demi),
    0x2630: (
        "menu",
        _ligne(*([(60, y), (60, y + 80), (580, y + 80), (580, y)] for y in (100, 280, 460))),
    ),
    0x2713: ("coche", _ligne([(50, 300), (130, 375), (250, 240), (520, 560), (595, 490), (255, 90)])),
    0x2717: (
        "croix",
        _ligne(
            [(95, 165), (250, 320), (95, 475), (165, 545), (320, 390), (475, 545), (545, 475), (390, 320),
             (545, 165), (475, 95), (320, 250), (165, 95)]
        ),
    ),
}  # fmt: skip


def build() -> bytes:
    """Return the bytes of the font in woff2."""
    noms = [".notdef", "espace_fine", *(nom for nom, _ in GLYPHES.values())]
    fonte = FontBuilder(1000, isTTF=True)
    fonte.setupGlyphOrder(noms)
    fonte.setupCharacterMap({0x202F: "espace_fine", **{code: nom for code, (nom, _) in GLYPHES.items()}})
    traits, chasses = {}, {}
    for nom, dessiner in [(".notdef", None), ("espace_fine", None), *GLYPHES.values()]:
        pen = TTGlyphPen(None)
        if dessiner:
            dessiner(Cu2QuPen(pen, max_err=1.0))
        traits[nom] = pen.glyph()
        chasses[nom] = (165 if nom == "espace_fine" else LARGEUR, 0)
    fonte.setupGlyf(traits)
    chasses = {nom: (chasse, getattr(traits[nom], "xMin", 0) or 0) for nom, (chasse, _) in chasses.items()}
    fonte.setupHorizontalMetrics(chasses)
    fonte.setupHorizontalHeader(ascent=1024, descent=-400)
    fonte.setupNameTable({"familyName": "Quartiers Symboles", "styleName": "Regular"})
    fonte.setupOS2(sTypoAscender=1024, sTypoDescender=-400, usWinAscent=1024, usWinDescent=400, fsType=0)
    fonte.setupPost()
    fonte.font["head"].created = fonte.font["head"].modified = 3_800_000_000
    fonte.font.recalcTimestamp = False
    fonte.font.flavor = "woff2"
    CIBLE.parent.mkdir(parents=True, exist_ok=True)
    fonte.font.save(CIBLE)
    return CIBLE.read_bytes()


if __name__ == "__main__":
    print(f"{CIBLE.name}: {len(build())} bytes")
