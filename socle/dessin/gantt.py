"""Calendar of operations: contractual (dashed), studies (light), works (dark), delivery (lozenge), drift in words."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from socle.dessin import trait
from socle.dessin.trait import balise, texte, texte_detoure

LARGEUR, HAUT, LIGNE, BAS = 1000, 40, 36, 20
NOMS, DROITE = 236, 118
BARRE, CONTRAT = 10, 4
LEGENDE = (
    "Barre claire\u00a0: études\u202f; barre foncée\u00a0: travaux\u202f; trait pointillé\u00a0: "
    "calendrier contractuel\u202f; losange\u00a0: livraison, point\u00a0: jalon (pleins une fois atteints)\u202f; "
    "écart en jours avec le calendrier contractuel."
)


@dataclass(frozen=True)
class Periode:
    """A span of time; an absent bound is unknown and drawn open."""

    debut: datetime.date | None
    fin: datetime.date | None


@dataclass(frozen=True)
class MarqueGantt:
    """A milestone on the bar: a full dot when it is reached, a ring when it is not."""

    libelle: str
    le: datetime.date
    atteint: bool = False


@dataclass(frozen=True)
class LigneGantt:
    """One operation; any date may be missing. `derive_jours` is forecast minus contractual, in days."""

    nom: str
    contractuel: Periode | None = None
    etudes: Periode | None = None
    travaux: Periode | None = None
    livraison: datetime.date | None = None
    livree: bool = False
    derive_jours: int | None = None
    marques: tuple[MarqueGantt, ...] = ()
    detail: str = ""

    def dates(self) -> Iterator[datetime.date]:
        """Yield every known date of the line."""
        for periode in (self.contractuel, self.etudes, self.travaux):
            if periode:
                yield from (jour for jour in (periode.debut, periode.fin) if jour)
        if self.livraison:
            yield self.livraison
        yield from (marque.le for marque in self.marques)


@dataclass(frozen=True)
class Axe:
    """The time axis: whole quarters, shared by the pages of one calendar."""

    debut: datetime.date
    fin: datetime.date
    gauche: float = field(default=NOMS)
    droite: float = field(default=LARGEUR - DROITE)

    def x(self, jour: datetime.date) -> float:
        """Return the abscissa of a day, brought back inside of the axis."""
        part = (jour - self.debut).days / max(1, (self.fin - self.debut).days)
        return self.gauche + min(1, max(0, part)) * (self.droite - self.gauche)

    def trimestres(self) -> Iterator[datetime.date]:
        """Yield the first day of each quarter, the end of the axis included."""
        jour = self.debut
        while jour <= self.fin:
            yield jour
            jour = _trimestre_suivant(jour)


def gantt(
    lignes: Sequence[LigneGantt],
    *,
    au: datetime.date,
    titre: str,
    libelle_au: str = "",
    description: str = "",
    cle: str = "gantt",
    axe: Axe | None = None,
) -> str:
    """Return the calendar as SVG; `au` is the day of the vertical line, `libelle_au` its words (« séance du … »)."""
    axe = axe or axe_de(lignes, au=au)
    hauteur = HAUT + LIGNE * len(lignes) + BAS
    contenu = [*_grille(axe, hauteur - BAS)]
    for rang, ligne in enumerate(lignes):
        contenu += _ligne(ligne, axe, HAUT + rang * LIGNE)
    contenu += _jour(axe, au, libelle_au or f"au {au:%d/%m/%Y}", hauteur)
    for rang, ligne in enumerate(lignes):
        contenu += _mots(ligne, axe, HAUT + rang * LIGNE)
    description = description or " ".join(_en_mots(ligne) for ligne in lignes)
    return trait.dessin(LARGEUR, hauteur, contenu, titre=titre, description=description, cle=cle)


def gantt_par_pages(
    lignes: Sequence[LigneGantt],
    *,
    au: datetime.date,
    titre: str,
    libelle_au: str = "",
    cle: str = "gantt",
    par_page: int = 13,
) -> list[str]:
    """Return the calendar cut into drawings of at most `par_page` lines on one shared axis (13 fill a landscape A4)."""
    axe = axe_de(lignes, au=au)
    paquets = [lignes[debut : debut + par_page] for debut in range(0, len(lignes), par_page)] or [[]]
    return [
        gantt(
            paquet,
            au=au,
            titre=titre if len(paquets) == 1 else f"{titre} ({rang} sur {len(paquets)})",
            libelle_au=libelle_au,
            cle=f"{cle}-{rang}",
            axe=axe,
        )
        for rang, paquet in enumerate(paquets, 1)
    ]


def axe_de(lignes: Sequence[LigneGantt], *, au: datetime.date) -> Axe:
    """Return the quarters that hold every date of the lines and the day `au`, one year at least."""
    jours = [jour for ligne in lignes for jour in ligne.dates()] + [au]
    debut = _debut_de_trimestre(min(jours))
    fin = _trimestre_suivant(_debut_de_trimestre(max(jours)))
    while (fin - debut).days < 364:
        fin = _trimestre_suivant(fin)
    return Axe(debut, fin)


def _debut_de_trimestre(jour: datetime.date) -> datetime.date:
    return datetime.date(jour.year, 3 * ((jour.month - 1) // 3) + 1, 1)


def _trimestre_suivant(jour: datetime.date) -> datetime.date:
    return datetime.date(jour.year + (jour.month > 9), (jour.month + 2) % 12 + 1, 1)


def _grille(axe: Axe, bas: float) -> Iterator[str]:
    trimestres = list(axe.trimestres())
    pas = (axe.droite - axe.gauche) / max(1, len(trimestres) - 1)
    annees = 1 if pas * 4 >= 30 else 2 if pas * 8 >= 30 else 5
    for rang, jour in enumerate(trimestres):
        x, janvier = axe.x(jour), jour.month == 1
        dernier = rang == len(trimestres) - 1
        if janvier or rang == 0 or pas >= 9:
            yield balise(
                "line", x1=x, y1=HAUT - (22 if janvier else 6), x2=x, y2=bas,
                stroke="#b9b5aa" if janvier else "#e7e4dc", stroke_width=1 if janvier else 0.7,
            )  # fmt: skip
        if dernier:
            continue
        if (janvier and jour.year % annees == 0) or (rang == 0 and (13 - jour.month) / 3 * pas >= 34):
            yield texte(x + 4, HAUT - 14, str(jour.year), taille=11, encre=trait.ENCRE_2, font_weight=600)
        if pas >= 22:
            trimestre = f"T{(jour.month + 2) // 3}"
            yield texte(x + pas / 2, HAUT - 3, trimestre, taille=8, encre=trait.ENCRE_2, text_anchor="middle")


def _ligne(ligne: LigneGantt, axe: Axe, haut: float) -> Iterator[str]:
    """Yield the shapes of a line, under the line of the day."""
    milieu = haut + LIGNE / 2
    yield balise("line", x1=0, y1=haut + LIGNE, x2=LARGEUR, y2=haut + LIGNE, stroke="#efece4", stroke_width=0.7)
    barre = milieu - BARRE + 1
    yield from _periode(ligne.etudes, axe, barre, trait.CLAIR)
    yield from _periode(ligne.travaux, axe, barre, trait.ACCENT)
    yield from _contractuel(ligne.contractuel, axe, milieu + 5)
    for marque in ligne.marques:
        yield balise(
            "circle", cx=axe.x(marque.le), cy=barre + BARRE / 2, r=3, stroke_width=1.1,
            fill=trait.SOMBRE if marque.atteint else "#ffffff", stroke="#ffffff" if marque.atteint else trait.SOMBRE,
        )  # fmt: skip
    if ligne.livraison:
        x, y = trait.nombre(axe.x(ligne.livraison)), trait.nombre(barre + BARRE / 2 - 7)
        yield balise(
            "path", d=f"M{x} {y}l7 7-7 7-7-7z", stroke=trait.SOMBRE, stroke_width=1.3,
            fill=trait.SOMBRE if ligne.livree else "#ffffff",
        )  # fmt: skip


def _mots(ligne: LigneGantt, axe: Axe, haut: float) -> Iterator[str]:
    """Yield the texts of a line, over everything."""
    milieu = haut + LIGNE / 2
    yield from _nom(ligne, milieu)
    if not any(ligne.dates()):
        yield texte_detoure(axe.gauche + 6, milieu + 4, "calendrier non renseigné", taille=10, encre=trait.ENCRE_2)
        return
    ouvertes = [p for p in (ligne.etudes, ligne.travaux) if p and p.debut and not p.fin]
    bouts = [axe.x(jour) for jour in ligne.dates()] + [_bornes(periode, axe)[1] for periode in ouvertes]
    droite, base = max(bouts) + (12 if ligne.livraison else 6), milieu - BARRE / 2 + 4.5
    if ouvertes:
        yield texte_detoure(droite, base, "fin non renseignée", taille=8.6, encre=trait.ENCRE_2)
        droite += trait.largeur("fin non renseignée", 8.6) + 8
    mots, encre = derive_en_mots(ligne.derive_jours)
    if mots:
        yield texte_detoure(droite, base, mots, taille=10, encre=encre, font_weight=600)


def _nom(ligne: LigneGantt, milieu: float) -> Iterator[str]:
    place = NOMS - 14
    morceaux = trait.couper(ligne.nom, place, 11, lignes=1 if ligne.detail else 2, gras=True)
    lignes = [(mots, 11, trait.ENCRE, 600) for mots in morceaux]
    if ligne.detail:
        lignes += [(trait.couper(ligne.detail, place, 8.6, lignes=1)[0], 8.6, trait.ENCRE_2, None)]
    base = milieu + 4 - 6.5 * (len(lignes) - 1)
    for rang, (mots, taille, encre, graisse) in enumerate(lignes):
        yield texte(0, base + 13 * rang, mots, taille=taille, encre=encre, font_weight=graisse)


def _bornes(periode: Periode, axe: Axe) -> tuple[float, float]:
    """Return both ends of a bar; an unknown one gives a stub of 26 units, open on that side."""
    gauche = axe.x(periode.debut) if periode.debut else max(axe.gauche, axe.x(periode.fin) - 26)
    droite = axe.x(periode.fin) if periode.fin else min(axe.droite, gauche + 26)
    return gauche, max(gauche + 2, droite)


def _periode(periode: Periode | None, axe: Axe, haut: float, encre: str) -> Iterator[str]:
    if not periode or not (periode.debut or periode.fin):
        return
    gauche, droite = _bornes(periode, axe)
    yield balise("rect", x=gauche, y=haut, width=droite - gauche, height=BARRE, fill=encre)
    if not periode.debut:
        yield balise("path", d=f"M{trait.nombre(gauche)} {trait.nombre(haut)}l5 5-5 5z", fill="#ffffff")
    if not periode.fin:
        yield balise("path", d=f"M{trait.nombre(droite)} {trait.nombre(haut)}l-5 5 5 5z", fill="#ffffff")


def _contractuel(periode: Periode | None, axe: Axe, haut: float) -> Iterator[str]:
    if not periode or not (periode.debut or periode.fin):
        return
    gauche, droite = _bornes(periode, axe)
    yield balise(
        "rect", x=gauche, y=haut, width=droite - gauche, height=CONTRAT, fill="none",
        stroke=trait.ENCRE, stroke_width=0.9, stroke_dasharray="2.4 1.8",
    )  # fmt: skip


def derive_en_mots(jours: int | None) -> tuple[str, str]:
    """Return the drift in words and its ink: « glisse de 136 j », « avance de 12 j », « à l’heure »."""
    if jours is None:
        return "", trait.ENCRE_2
    if jours == 0:
        return "à l’heure", trait.FAIT
    verbe, encre = ("glisse", trait.ALERTE) if jours > 0 else ("avance", trait.FAIT)
    return f"{verbe} de {abs(jours):,}\u00a0j".replace(",", "\u202f"), encre


def _jour(axe: Axe, au: datetime.date, libelle: str, hauteur: float) -> Iterator[str]:
    x, bas = axe.x(au), hauteur - BAS
    yield balise("line", x1=x, y1=HAUT - 22, x2=x, y2=bas + 4, stroke=trait.ALERTE, stroke_width=1.4)
    a_gauche = x + 6 + trait.largeur(libelle, 9.5) > LARGEUR
    yield texte(
        x - 4 if a_gauche else x + 4, bas + 13, libelle, taille=9.5, encre=trait.ALERTE,
        text_anchor="end" if a_gauche else None,
    )  # fmt: skip


def _en_mots(ligne: LigneGantt) -> str:
    morceaux = [
        f"{nom} {_dates_en_mots(periode)}"
        for nom, periode in (
            ("contractuel", ligne.contractuel),
            ("études", ligne.etudes),
            ("travaux", ligne.travaux),
        )
        if periode and (periode.debut or periode.fin)
    ]
    if ligne.livraison:
        morceaux.append(f"{'livrée le' if ligne.livree else 'livraison prévue le'} {ligne.livraison:%d/%m/%Y}")
    mots, _ = derive_en_mots(ligne.derive_jours)
    morceaux += [mots] if mots else []
    return f"{ligne.nom}\u00a0: {', '.join(morceaux) or 'calendrier non renseigné'}."


def _dates_en_mots(periode: Periode) -> str:
    debut = f"du {periode.debut:%d/%m/%Y}" if periode.debut else "d’un début non renseigné"
    return f"{debut} {f'au {periode.fin:%d/%m/%Y}' if periode.fin else 'à une fin non renseignée'}"
