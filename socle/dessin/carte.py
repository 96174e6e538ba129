"""Map drawn from our own data: outlines, schematic circles, points by state, route of a walk, scale, north, legend."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from socle.dessin import trait
from socle.dessin.trait import balise, nombre, texte, texte_detoure

METRES_PAR_DEGRE = 111_320
MARGE = 26
LEGENDE_LIGNE = 17


@dataclass(frozen=True)
class Contour:
    """A GeoJSON Polygon or MultiPolygon in WGS84; provisional outlines are dashed, secondary ones pale."""

    geometrie: Mapping
    nom: str = ""
    provisoire: bool = False
    fond: bool = False


@dataclass(frozen=True)
class Schema:
    """A quartier without outline: a circle of the published area (hectares) around the published centre."""

    lon: float
    lat: float
    surface_ha: float | None = None
    nom: str = ""


@dataclass(frozen=True)
class PointCarte:
    """A place: the shape says the state (a_traiter, en_cours, fait, en_retard, or "" for a plain dot)."""

    lon: float
    lat: float
    etat: str = ""
    numero: str = ""
    libelle: str = ""


@dataclass(frozen=True)
class Etape:
    """A stop of a walk; stops are joined in the order given."""

    lon: float
    lat: float
    numero: str
    libelle: str = ""


ETATS = {
    "a_traiter": ("à traiter", "#7a4d00"),
    "en_cours": ("en cours", trait.ACCENT),
    "fait": ("fait", trait.FAIT),
    "en_retard": ("en retard", trait.ALERTE),
    "": ("lieu", trait.SOMBRE),
}


@dataclass(frozen=True)
class Projection:
    """Equirectangular around a latitude: exact enough for a town. `echelle` is in units of the drawing per metre."""

    ouest: float
    nord: float
    cosinus: float
    echelle: float
    dx: float
    dy: float

    def __call__(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the place of a WGS84 position in the drawing."""
        x = (lon - self.ouest) * METRES_PAR_DEGRE * self.cosinus * self.echelle + self.dx
        return x, (self.nord - lat) * METRES_PAR_DEGRE * self.echelle + self.dy


def carte(
    *,
    contours: Sequence[Contour] = (),
    schemas: Sequence[Schema] = (),
    points: Sequence[PointCarte] = (),
    etapes: Sequence[Etape] = (),
    titre: str,
    description: str = "",
    cle: str = "carte",
    largeur: float = 640,
    hauteur: float = 420,
    legende: bool = True,
) -> str:
    """Return the map as SVG; raise ValueError when there is nothing to place."""
    projection = projeter(_positions(contours, schemas, points, etapes), largeur, hauteur)
    formes: list[str] = [_cadre(largeur, hauteur)]
    for contour in sorted(contours, key=lambda c: not c.fond):
        formes += _contour(contour, projection)
    for schema in schemas:
        formes += _schema(schema, projection)
    formes += _route(etapes, projection)
    formes += _points(points, projection)
    formes += _noms(contours, schemas, projection)
    formes += [*_echelle(projection, hauteur), *_nord(largeur)]
    lignes = _legende(contours, schemas, points, etapes) if legende else []
    formes += _dessiner_legende(lignes, hauteur, largeur)
    haut_legende = LEGENDE_LIGNE * math.ceil(len(lignes) / 4) + (10 if lignes else 0)
    description = description or _en_mots(contours, schemas, points, etapes)
    return trait.dessin(largeur, hauteur + haut_legende, formes, titre=titre, description=description, cle=cle)


def projeter(positions: Iterable[tuple[float, float]], largeur: float, hauteur: float) -> Projection:
    """Return the projection that fits the positions in the frame; raise ValueError when there is none."""
    positions = list(positions)
    if not positions:
        raise ValueError("A map needs at least one outline, circle, point or stop.")
    lons, lats = [p[0] for p in positions], [p[1] for p in positions]
    ouest, est, sud, nord = min(lons), max(lons), min(lats), max(lats)
    cosinus = math.cos(math.radians((sud + nord) / 2))
    # 300 m at least, so that a lone point has a neighbourhood.
    metres_x = max(300.0, (est - ouest) * METRES_PAR_DEGRE * cosinus)
    metres_y = max(300.0, (nord - sud) * METRES_PAR_DEGRE)
    echelle = min((largeur - 2 * MARGE) / metres_x, (hauteur - 2 * MARGE) / metres_y)
    dx = (largeur - (est - ouest) * METRES_PAR_DEGRE * cosinus * echelle) / 2
    dy = (hauteur - (nord - sud) * METRES_PAR_DEGRE * echelle) / 2
    return Projection(ouest, nord, cosinus, echelle, dx, dy)


def _anneaux(geometrie: Mapping) -> Iterator[Sequence[Sequence[float]]]:
    polygones = geometrie["coordinates"] if geometrie["type"] == "MultiPolygon" else [geometrie["coordinates"]]
    for polygone in polygones:
        yield from polygone


def _positions(
    contours: Sequence[Contour], schemas: Sequence[Schema], points: Sequence[PointCarte], etapes: Sequence[Etape]
) -> Iterator[tuple[float, float]]:
    nets = [c for c in contours if not c.fond] or contours
    for contour in nets:
        for anneau in _anneaux(contour.geometrie):
            yield from ((p[0], p[1]) for p in anneau)
    for schema in schemas:
        rayon = _rayon(schema) / METRES_PAR_DEGRE
        yield from (
            (schema.lon + s * rayon / math.cos(math.radians(schema.lat)), schema.lat + s * rayon) for s in (-1, 1)
        )
    yield from ((p.lon, p.lat) for p in (*points, *etapes))


def _rayon(schema: Schema) -> float:
    """Return the radius in metres of a disc of the published area (200 m when it is unknown)."""
    return math.sqrt(schema.surface_ha * 10_000 / math.pi) if schema.surface_ha else 200.0


def _cadre(largeur: float, hauteur: float) -> str:
    return balise("rect", x=0.5, y=0.5, width=largeur - 1, height=hauteur - 1, fill="#fbfaf7", stroke=trait.TRAIT, rx=4)


def _contour(contour: Contour, projection: Projection) -> Iterator[str]:
    chemin = "".join(_anneau(anneau, projection) for anneau in _anneaux(contour.geometrie))
    yield balise(
        "path", d=chemin, fill="none" if contour.fond else "#e4eff3", fill_rule="evenodd",
        stroke="#b9b5aa" if contour.fond else trait.ACCENT, stroke_width=0.8 if contour.fond else 1.5,
        stroke_dasharray="5 3" if contour.provisoire else None, stroke_linejoin="round",
    )  # fmt: skip


def _anneau(anneau: Sequence[Sequence[float]], projection: Projection) -> str:
    """Return a closed path without the vertices that the eye cannot tell apart (0.6 unit)."""
    gardes: list[tuple[float, float]] = []
    for position in anneau[:-1]:
        x, y = projection(position[0], position[1])
        if not gardes or abs(x - gardes[-1][0]) + abs(y - gardes[-1][1]) >= 0.6:
            gardes.append((x, y))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in gardes) + "z"


def _schema(schema: Schema, projection: Projection) -> Iterator[str]:
    x, y = projection(schema.lon, schema.lat)
    yield balise(
        "circle", cx=x, cy=y, r=max(5, _rayon(schema) * projection.echelle), fill="#f1efe8",
        stroke=trait.ENCRE_2, stroke_width=1.2, stroke_dasharray="1.5 2.5", stroke_linecap="round",
    )  # fmt: skip


def _noms(contours: Sequence[Contour], schemas: Sequence[Schema], projection: Projection) -> Iterator[str]:
    """Yield each name just above its outline, where it hides no point."""
    places = [(c.nom, *_sommet(c, projection)) for c in contours if c.nom]
    for schema in schemas:
        x, y = projection(schema.lon, schema.lat)
        places.append((schema.nom, x, y - _rayon(schema) * projection.echelle))
    for nom, x, y in places:
        if nom:
            yield texte_detoure(
                x, max(15, y - 5), nom, taille=10.5, encre=trait.SOMBRE, text_anchor="middle", font_weight=600
            )


def _sommet(contour: Contour, projection: Projection) -> tuple[float, float]:
    xs, ys = zip(*(projection(p[0], p[1]) for anneau in _anneaux(contour.geometrie) for p in anneau), strict=True)
    return (min(xs) + max(xs)) / 2, min(ys)


def _route(etapes: Sequence[Etape], projection: Projection) -> Iterator[str]:
    places = [projection(e.lon, e.lat) for e in etapes]
    if len(places) > 1:
        chemin = "M" + "L".join(f"{nombre(x)} {nombre(y)}" for x, y in places)
        yield balise("path", d=chemin, fill="none", stroke=trait.SOMBRE, stroke_width=2, stroke_dasharray="1 4",
                     stroke_linecap="round")  # fmt: skip
    for etape, (x, y) in zip(etapes, places, strict=True):
        yield balise("rect", x=x - 9, y=y - 8, width=18, height=16, rx=3, fill=trait.SOMBRE, stroke="#ffffff")
        yield texte(x, y + 3.6, etape.numero, taille=10, encre="#ffffff", text_anchor="middle", font_weight=700)


def _points(points: Sequence[PointCarte], projection: Projection) -> Iterator[str]:
    ecart = 18 if any(p.numero for p in points) else 12
    places = _ecarter([projection(p.lon, p.lat) for p in points], ecart)
    for point, (x, y) in zip(points, places, strict=True):
        yield from forme(point.etat, x, y, 8.5 if point.numero else 6)
        if point.numero:
            yield texte(x, y + 3, point.numero, taille=8, encre="#ffffff", text_anchor="middle", font_weight=700)


def _ecarter(places: Sequence[tuple[float, float]], ecart: float) -> list[tuple[float, float]]:
    """Move the marks that would hide one another, along a spiral, in the order given."""
    cases: dict[tuple[int, int], list[tuple[float, float]]] = {}
    sorties = []
    for x, y in places:
        for pas in range(400):
            rayon = ecart / 3 * math.sqrt(pas)
            essai = (x + rayon * math.cos(pas * 2.4), y + rayon * math.sin(pas * 2.4))
            case = (math.floor(essai[0] / ecart), math.floor(essai[1] / ecart))
            if all(math.dist(essai, autre) >= ecart for autre in _voisins(cases, case)):
                break
        cases.setdefault(case, []).append(essai)
        sorties.append(essai)
    return sorties


def _voisins(
    cases: Mapping[tuple[int, int], list[tuple[float, float]]], case: tuple[int, int]
) -> Iterator[tuple[float, float]]:
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            yield from cases.get((case[0] + dx, case[1] + dy), ())


def forme(etat: str, x: float, y: float, rayon: float) -> Iterator[str]:
    """Yield the mark of a state: triangle, half disc, square, lozenge, or a dot."""
    encre = ETATS.get(etat, ETATS[""])[1]
    commun = {"fill": encre, "stroke": "#ffffff", "stroke_width": 1.2}
    if etat == "a_traiter":
        yield balise("path", d=_polygone(x, y, rayon * 1.15, ((0, -1), (1, 0.75), (-1, 0.75))), **commun)
    elif etat == "en_retard":
        yield balise("path", d=_polygone(x, y, rayon * 1.2, ((0, -1), (1, 0), (0, 1), (-1, 0))), **commun)
    elif etat == "fait":
        yield balise("rect", x=x - rayon, y=y - rayon, width=2 * rayon, height=2 * rayon, **commun)
    else:
        yield balise("circle", cx=x, cy=y, r=rayon, **commun)
        if etat == "en_cours":
            r = nombre(rayon - 1.6)
            demi = f"M{nombre(x)} {nombre(y - rayon + 1.6)}a{r} {r} 0 0 1 0 {nombre(2 * rayon - 3.2)}z"
            yield balise("path", d=demi, fill="#ffffff" if rayon < 7 else "#3d7a94")


def _polygone(x: float, y: float, rayon: float, sommets: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{nombre(x + dx * rayon)} {nombre(y + dy * rayon)}" for dx, dy in sommets) + "z"


def _echelle(projection: Projection, hauteur: float) -> Iterator[str]:
    metres = next((m for m in (5000, 2000, 1000, 500, 200, 100, 50, 20) if m * projection.echelle <= 130), 20)
    long, y = metres * projection.echelle, hauteur - 12
    yield balise(
        "path", d=f"M12 {nombre(y - 5)}v5h{nombre(long)}v-5", fill="none", stroke=trait.ENCRE, stroke_width=1.2
    )
    mots = f"{metres // 1000}\u00a0km" if metres >= 1000 else f"{metres}\u00a0m"
    yield texte(16 + long, y + 1, mots, taille=9.5, encre=trait.ENCRE)


def _nord(largeur: float) -> Iterator[str]:
    x = nombre(largeur - 20)
    yield balise("path", d=f"M{x} 10l5 15-5-3-5 3z", fill=trait.ENCRE)
    yield texte(largeur - 20, 36, "N", taille=10, text_anchor="middle", font_weight=600)


def _legende(
    contours: Sequence[Contour], schemas: Sequence[Schema], points: Sequence[PointCarte], etapes: Sequence[Etape]
) -> list[tuple[str, str]]:
    """Return (kind, words) of what is on this map, and of nothing else."""
    nets = [c for c in contours if not c.fond]
    lignes = [("contour", "contour officiel")] if any(not c.provisoire for c in nets) else []
    lignes += [("provisoire", "contour provisoire")] if any(c.provisoire for c in nets) else []
    lignes += [("schema", "schéma (surface publiée)")] if schemas else []
    lignes += [("etape", "étape, dans l’ordre")] if etapes else []
    presents = {p.etat for p in points}
    return lignes + [(etat, mots) for etat, (mots, _) in ETATS.items() if etat in presents]


def _dessiner_legende(lignes: Sequence[tuple[str, str]], hauteur: float, largeur: float) -> Iterator[str]:
    colonne = largeur / 4
    for rang, (genre, mots) in enumerate(lignes):
        x, y = 10 + colonne * (rang % 4), hauteur + 16 + LEGENDE_LIGNE * (rang // 4)
        yield from _cle_de_legende(genre, x, y)
        yield texte(x + 13, y + 3.4, mots, taille=9.5, encre=trait.ENCRE_2)


def _cle_de_legende(genre: str, x: float, y: float) -> Iterator[str]:
    if genre in ETATS:
        yield from forme(genre, x, y, 5)
    elif genre == "etape":
        yield balise("rect", x=x - 6, y=y - 5.5, width=12, height=11, rx=2, fill=trait.SOMBRE)
    else:
        tirets = {"provisoire": "3 2", "schema": "1.5 2"}.get(genre)
        encre = trait.ENCRE_2 if genre == "schema" else trait.ACCENT
        yield balise("rect", x=x - 7, y=y - 5, width=14, height=10, fill="#e4eff3", stroke=encre, stroke_width=1.3,
                     stroke_dasharray=tirets)  # fmt: skip


def _en_mots(
    contours: Sequence[Contour], schemas: Sequence[Schema], points: Sequence[PointCarte], etapes: Sequence[Etape]
) -> str:
    noms = [c.nom for c in contours if c.nom] + [f"{s.nom} (schéma)" for s in schemas if s.nom]
    phrases = [f"Quartiers\u00a0: {', '.join(noms)}."] if noms else []
    comptes = {mots: sum(p.etat == etat for p in points) for etat, (mots, _) in ETATS.items()}
    detail = ", ".join(f"{nombre_} {mots}" for mots, nombre_ in comptes.items() if nombre_)
    phrases += [f"{len(points)} points\u00a0: {detail}."] if points else []
    libelles = "\u202f; ".join(f"{e.numero} {e.libelle}".strip() for e in etapes)
    phrases += [f"Parcours en {len(etapes)} étapes\u00a0: {libelles}."] if etapes else []
    return " ".join(phrases)
