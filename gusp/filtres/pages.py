"""Keyset pages: any depth of a long list costs the same, and no row is lost or repeated.

A cursor is written « value.pk.rank » in the address: the sort value and key of the row at the edge, and how many rows
come before the page (only to say « 51 à 100 »).
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

TAILLE = 50
#: Exact counts stop there: beyond, the page says « plus de 1 000 ».
BORNE = 1000
_SANS_VALEUR = "x"


@dataclass(frozen=True)
class Tri:
    """Sort of a list on one date, then on the primary key in the same direction; `vide`: the date may be missing."""

    champ: str
    decroissant: bool = False
    vide: bool = False

    def ordonner(self, lignes: QuerySet, *, envers: bool = False) -> QuerySet:
        signe = "-" if self.decroissant != envers else ""
        return lignes.order_by(f"{signe}{self.champ}", f"{signe}pk")


@dataclass(frozen=True)
class Curseur:
    """The row at the edge of a page."""

    valeur: datetime.date | None
    pk: int
    rang: int = 0

    def __str__(self):
        return f"{self.valeur.isoformat() if self.valeur else _SANS_VALEUR}.{self.pk}.{self.rang}"


def lire_curseur(texte: str | None) -> Curseur | None:
    """Read a cursor of the address; None when there is none or when it is unreadable (the first page is shown)."""
    try:
        valeur, pk, rang = (texte or "").split(".")
        jour = None if valeur == _SANS_VALEUR else datetime.date.fromisoformat(valeur)
        lu = Curseur(jour, int(pk), int(rang))
    except ValueError:
        return None
    return lu if 0 <= lu.pk < 2**63 and 0 <= lu.rang < 2**31 else None


@dataclass(frozen=True)
class Page:
    """Rows in the order of the list, cursors of the neighbours (None at an end), rank of the first row from 0."""

    lignes: list
    precedent: Curseur | None
    suivant: Curseur | None
    debut: int


def paginer(
    lignes: QuerySet,
    tri: Tri,
    *,
    apres: Curseur | None = None,
    avant: Curseur | None = None,
    taille: int = TAILLE,
    forme: Callable[[QuerySet], list] = list,
) -> Page:
    """Return the page after or before a cursor, or the first one; two queries at the edge of the missing dates.

    `forme` reads a sliced queryset as rows that carry `pk` and the date of the sort.
    """
    if avant is not None:
        trouvees = _prendre(_segments(lignes, tri, avant, envers=True), taille + 1, forme)
        if len(trouvees) <= taille:
            return paginer(lignes, tri, taille=taille, forme=forme)
        trouvees = trouvees[:taille][::-1]
        debut = max(0, avant.rang - taille)
        return Page(trouvees, _bord(tri, trouvees[0], debut), _bord(tri, trouvees[-1], debut + taille), debut)
    segments = [tri.ordonner(lignes)] if apres is None else _segments(lignes, tri, apres)
    trouvees = _prendre(segments, taille + 1, forme)
    debut = apres.rang if apres else 0
    suite = len(trouvees) > taille
    trouvees = trouvees[:taille]
    precedent = _bord(tri, trouvees[0], debut) if apres and trouvees else None
    return Page(trouvees, precedent, _bord(tri, trouvees[-1], debut + taille) if suite else None, debut)


def _prendre(segments: Iterator[QuerySet] | list[QuerySet], combien: int, forme: Callable) -> list:
    trouvees: list = []
    for segment in segments:
        trouvees += forme(segment[: combien - len(trouvees)])
        if len(trouvees) == combien:
            break
    return trouvees


def _segments(lignes: QuerySet, tri: Tri, curseur: Curseur, *, envers: bool = False) -> Iterator[QuerySet]:
    """Yield what follows the cursor: PostgreSQL sorts missing dates last in a rising order, first in a falling one."""
    falling = tri.decroissant != envers
    signe = "lt" if falling else "gt"
    manquante = Q(**{f"{tri.champ}__isnull": True})
    if curseur.valeur is None:
        yield tri.ordonner(lignes.filter(manquante, **{f"pk__{signe}": curseur.pk}), envers=envers)
        if tri.vide and falling:
            yield tri.ordonner(lignes.exclude(manquante), envers=envers)
        return
    strict = Q(**{f"{tri.champ}__{signe}": curseur.valeur}) | Q(**{f"pk__{signe}": curseur.pk})
    # The first condition bounds the index scan, the second drops the rows of the same day already shown.
    yield tri.ordonner(lignes.filter(**{f"{tri.champ}__{signe}e": curseur.valeur}).filter(strict), envers=envers)
    if tri.vide and not falling:
        yield tri.ordonner(lignes.filter(manquante), envers=envers)


def _bord(tri: Tri, ligne, rang: int) -> Curseur:
    return Curseur(getattr(ligne, tri.champ), ligne.pk, rang)


def compter(*ensembles: QuerySet, borne: int = BORNE) -> list[int]:
    """Count several querysets in one query, each up to `borne` + 1 (which means « more than `borne` »)."""
    morceaux: list[str] = []
    parametres: list = []
    for ensemble in ensembles:
        try:
            sql, valeurs = ensemble.order_by().values("pk")[: borne + 1].query.sql_with_params()
        except EmptyResultSet:
            morceaux.append("0")
            continue
        morceaux.append(f"(SELECT count(*) FROM ({sql}) AS bornee)")  # noqa: S608 compiled by Django, values apart
        parametres += valeurs
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT {', '.join(morceaux)}", parametres)
        return list(curseur.fetchone())
