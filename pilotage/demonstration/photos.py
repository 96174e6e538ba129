"""Drawn photos of the demonstration: a street scene with its problem (before) and without it (after)."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

TAILLE = (1200, 900)
_SOL = 560

_CIELS = [((176, 202, 222), (232, 238, 238)), ((150, 170, 190), (214, 216, 214)), ((196, 206, 214), (242, 236, 224))]
_FACADES = [(205, 196, 180), (188, 176, 164), (214, 206, 196), (176, 184, 188), (198, 170, 148)]
_VERTS = [(96, 128, 84), (112, 140, 92), (84, 112, 80)]
_SACS = [(44, 48, 54), (62, 66, 72), (36, 58, 76), (92, 84, 60)]


def dessiner(theme: str, *, graine: int, apres: bool = False) -> bytes:
    """Return a JPEG of the scene; the same theme, seed and moment give the same bytes."""
    hasard = random.Random(f"{theme}-{graine}")  # noqa: S311
    image = Image.new("RGB", TAILLE)
    crayon = ImageDraw.Draw(image)
    _ciel(crayon, hasard)
    _immeubles(crayon, hasard)
    _terrain(crayon, hasard)
    _arbre(crayon, hasard, 1010 + hasard.randint(-30, 60))
    if theme in _DE_NUIT:
        image = Image.blend(image, Image.new("RGB", TAILLE, (16, 22, 38)), 0.72)
        crayon = ImageDraw.Draw(image)
    _OBJETS.get(theme, _depot)(crayon, hasard, apres)
    if apres and theme not in _DE_NUIT:
        _lumiere(crayon)
    image = image.filter(ImageFilter.GaussianBlur(1.1))
    crayon = ImageDraw.Draw(image)
    police = ImageFont.load_default(size=22)
    crayon.text((20, TAILLE[1] - 40), "Image fictive", fill=(250, 250, 246), font=police)
    sortie = io.BytesIO()
    image.save(sortie, "JPEG", quality=84)
    return sortie.getvalue()


def _ciel(crayon, hasard):
    haut, bas = hasard.choice(_CIELS)
    for y in range(_SOL):
        part = y / _SOL
        crayon.line(
            [(0, y), (TAILLE[0], y)], fill=tuple(round(h + (b - h) * part) for h, b in zip(haut, bas, strict=True))
        )


def _immeubles(crayon, hasard):
    x = -40
    while x < TAILLE[0]:
        largeur, hauteur = hasard.randint(150, 270), hasard.randint(210, 470)
        teinte = hasard.choice(_FACADES)
        sommet = _SOL - hauteur
        crayon.rectangle([x, sommet, x + largeur, _SOL], fill=teinte)
        crayon.rectangle([x, sommet, x + largeur, sommet + 10], fill=tuple(max(0, c - 30) for c in teinte))
        pas = hasard.choice((34, 40, 46))
        for fx in range(x + 18, x + largeur - 26, pas):
            for fy in range(sommet + 28, _SOL - 40, 44):
                vitre = (120, 138, 150) if hasard.random() < 0.8 else (226, 214, 170)
                crayon.rectangle([fx, fy, fx + 18, fy + 24], fill=vitre)
        x += largeur + hasard.randint(6, 70)


def _terrain(crayon, hasard):
    vert = hasard.choice(_VERTS)
    crayon.rectangle([0, _SOL, TAILLE[0], 690], fill=vert)
    crayon.polygon([(0, 690), (TAILLE[0], 660), TAILLE, (0, TAILLE[1])], fill=(150, 146, 138))
    crayon.line([(0, 690), (TAILLE[0], 660)], fill=(206, 200, 188), width=10)
    for _ in range(120):
        x, y = hasard.randint(0, TAILLE[0]), hasard.randint(_SOL + 6, 680)
        crayon.line([(x, y), (x + 2, y - hasard.randint(4, 12))], fill=tuple(c + hasard.randint(-14, 18) for c in vert))


def _arbre(crayon, hasard, x):
    crayon.rectangle([x - 9, 470, x + 9, 660], fill=(92, 74, 58))
    teinte = (82, 118, 74)
    for _ in range(14):
        cx, cy, r = x + hasard.randint(-70, 70), 410 + hasard.randint(-70, 60), hasard.randint(34, 58)
        crayon.ellipse([cx - r, cy - r, cx + r, cy + r], fill=tuple(c + hasard.randint(-12, 14) for c in teinte))


def _lumiere(crayon):
    crayon.ellipse([1050, 50, 1130, 130], fill=(252, 240, 196))


def _depot(crayon, hasard, apres):
    if apres:
        crayon.rectangle([330, 640, 640, 668], fill=(176, 172, 162))
        _corbeille(crayon, 700, pleine=False)
        return
    crayon.polygon([(300, 770), (330, 600), (560, 590), (590, 770)], fill=(206, 196, 184))
    crayon.line([(330, 600), (590, 770)], fill=(168, 156, 142), width=6)
    for _ in range(16):
        x, y, r = hasard.randint(250, 760), hasard.randint(700, 790), hasard.randint(24, 54)
        crayon.ellipse([x - r, y - r, x + r, y + r * 0.8], fill=hasard.choice(_SACS))
    crayon.rectangle([620, 610, 740, 770], fill=(226, 226, 222))
    crayon.rectangle([632, 622, 728, 680], fill=(196, 198, 198))


def _corbeille(crayon, x, *, pleine):
    crayon.rectangle([x, 620, x + 70, 740], fill=(54, 78, 66))
    crayon.rectangle([x - 6, 612, x + 76, 628], fill=(36, 54, 46))
    if pleine:
        for i in range(6):
            crayon.ellipse([x - 10 + i * 14, 574 + (i % 2) * 16, x + 26 + i * 14, 618], fill=_SACS[i % len(_SACS)])


def _proprete(crayon, hasard, apres):
    _corbeille(crayon, 480, pleine=not apres)
    if not apres:
        for _ in range(46):
            x, y = hasard.randint(160, 980), hasard.randint(700, 860)
            crayon.polygon(
                [(x, y), (x + hasard.randint(8, 26), y - 6), (x + hasard.randint(6, 20), y + 12)],
                fill=hasard.choice([(232, 230, 222), (196, 60, 52), (64, 110, 160), (222, 190, 80)]),
            )


def _voirie(crayon, hasard, apres):
    if apres:
        crayon.polygon([(300, 745), (820, 735), (860, 830), (260, 842)], fill=(104, 102, 98))
        for i in range(6):
            crayon.polygon(
                [(300 + i * 92, 752), (344 + i * 92, 751), (336 + i * 92, 826), (288 + i * 92, 827)],
                fill=(236, 234, 226),
            )
        return
    for _ in range(3):
        x, y = hasard.randint(300, 760), hasard.randint(740, 820)
        crayon.ellipse([x - 90, y - 26, x + 90, y + 26], fill=(84, 80, 74))
        crayon.ellipse([x - 60, y - 12, x + 70, y + 18], fill=(60, 66, 72))
    for _ in range(18):
        x, y = hasard.randint(200, 950), hasard.randint(700, 860)
        crayon.line([(x, y), (x + hasard.randint(20, 70), y + hasard.randint(-14, 14))], fill=(96, 92, 86), width=3)


def _mobilite(crayon, hasard, apres):
    if apres:
        for i in range(7):
            crayon.rectangle([240 + i * 100, 640, 256 + i * 100, 742], fill=(60, 64, 70))
            crayon.rectangle([240 + i * 100, 640, 256 + i * 100, 656], fill=(232, 190, 70))
        return
    for x, teinte in ((230, (138, 52, 48)), (590, (72, 92, 116))):
        crayon.rounded_rectangle([x, 650, x + 300, 760], radius=28, fill=teinte)
        crayon.polygon([(x + 50, 652), (x + 90, 590), (x + 220, 590), (x + 258, 652)], fill=(150, 168, 180))
        for roue in (x + 60, x + 236):
            crayon.ellipse([roue - 34, 726, roue + 34, 794], fill=(30, 30, 32))


def _eclairage(crayon, hasard, apres):
    crayon.rectangle([512, 240, 526, 742], fill=(70, 74, 78))
    crayon.rectangle([512, 236, 630, 250], fill=(70, 74, 78))
    if apres:
        crayon.ellipse([330, 720, 890, 840], fill=(206, 192, 142))
        crayon.polygon([(586, 262), (638, 262), (890, 780), (330, 780)], fill=(164, 152, 112))
        crayon.rectangle([512, 240, 526, 742], fill=(70, 74, 78))
        crayon.ellipse([586, 244, 640, 270], fill=(255, 250, 220))
    else:
        crayon.ellipse([586, 244, 640, 270], fill=(96, 98, 100))


def _verdure(crayon, hasard, apres):
    nombre, hauteur = (60, 26) if apres else (320, 130)
    for _ in range(nombre):
        x, y = hasard.randint(120, 900), hasard.randint(690, 760)
        crayon.line(
            [(x, y), (x + hasard.randint(-18, 18), y - hasard.randint(hauteur // 2, hauteur))],
            fill=hasard.choice(_VERTS),
            width=4,
        )
    if apres:
        for _ in range(40):
            x, y = hasard.randint(150, 880), hasard.randint(690, 750)
            crayon.ellipse([x, y, x + 14, y + 14], fill=hasard.choice([(214, 84, 92), (238, 196, 84), (156, 104, 168)]))


def _mobilier(crayon, hasard, apres):
    bois = (156, 112, 70) if apres else (120, 98, 80)
    for i in range(3):
        if apres or i != 1:
            crayon.rectangle([320, 640 + i * 24, 760, 656 + i * 24], fill=bois)
    if not apres:
        crayon.line([(330, 700), (620, 760)], fill=bois, width=16)
    for x in (350, 720):
        crayon.rectangle([x, 640, x + 18, 760], fill=(60, 62, 64))
    crayon.rectangle([310, 704, 770, 722], fill=bois if apres else (98, 84, 70))


def _habitat(crayon, hasard, apres):
    crayon.rectangle([330, 330, 800, 760], fill=(196, 188, 176))
    crayon.rectangle([430, 430, 700, 760], fill=(70, 84, 92))
    porte = [430, 430, 560, 760]
    crayon.rectangle(porte, fill=(140, 158, 168) if apres else (52, 58, 62))
    if apres:
        crayon.rectangle([545, 590, 556, 620], fill=(230, 200, 90))
    else:
        crayon.polygon([(430, 430), (500, 470), (500, 780), (430, 760)], fill=(150, 162, 168))
        for _ in range(9):
            x, y = hasard.randint(590, 680), hasard.randint(460, 720)
            crayon.arc(
                [x, y, x + hasard.randint(40, 90), y + hasard.randint(30, 70)], 0, 280, fill=(176, 60, 90), width=6
            )


def _chantier(crayon, hasard, apres):
    for i in range(8):
        crayon.rectangle([120 + i * 120, 560, 232 + i * 120, 740], fill=(222, 220, 210) if apres else (206, 202, 190))
        crayon.rectangle([228 + i * 120, 550, 238 + i * 120, 752], fill=(90, 92, 94))
    if not apres:
        for _ in range(6):
            x, y = hasard.randint(150, 950), hasard.randint(590, 690)
            crayon.arc([x, y, x + 90, y + 60], 10, 320, fill=hasard.choice([(40, 90, 160), (180, 50, 60)]), width=8)


#: Scenes of the evening: light is what changes.
_DE_NUIT = ("ECL", "TRA")

_OBJETS = {
    "DEC": _depot,
    "PRO": _proprete,
    "VOI": _voirie,
    "ACC": _voirie,
    "MOB": _mobilite,
    "ECL": _eclairage,
    "TRA": _eclairage,
    "EVE": _verdure,
    "MOBU": _mobilier,
    "SER": _mobilier,
    "HAB": _habitat,
    "CHA": _chantier,
}
