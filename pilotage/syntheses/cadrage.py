"""What every section is composed from: the dossier, its dates, its quartiers, what was shown last time."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Max, Q
from django.utils import timezone

from pilotage.models import Dossier, Seance
from quartiers.models import Quartier

T = TypeVar("T")


@dataclass(frozen=True)
class Cadrage:
    """The frame of a composition.

    `au` is the day of the data: what is dated after it does not count. Delays are read at the day of the meeting
    (`le`), on the states known at `au`. `depuis` is the day of the former meeting of the instance, None for a first.
    """

    dossier: Dossier
    au: datetime.date
    memoire: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def une_fois(self, cle: str, lire: Callable[["Cadrage"], T]) -> T:
        """Return `lire(self)`, read once for all the sections of one composition."""
        if cle not in self.memoire:
            self.memoire[cle] = lire(self)
        return self.memoire[cle]

    @cached_property
    def seance(self) -> Seance:
        return self.dossier.seance

    @cached_property
    def le(self) -> datetime.date:
        """Day at which delays are read."""
        return max(self.seance.tenue_le, self.au)

    @cached_property
    def fin(self) -> datetime.datetime:
        """First instant after the day of the data."""
        return lendemain(self.au)

    @cached_property
    def quartiers(self) -> list[Quartier]:
        return list(self.dossier.quartiers.order_by("ordre", "nom_tri"))

    @cached_property
    def ids(self) -> list[int]:
        return [quartier.pk for quartier in self.quartiers]

    @cached_property
    def precedente(self) -> Seance | None:
        return Seance.objects.precedente(self.seance)

    @cached_property
    def precedent(self) -> Dossier | None:
        """Last frozen dossier of an earlier meeting of the instance."""
        return Dossier.objects.select_related("seance").dernier_fige_avant(self.seance)

    @cached_property
    def depuis(self) -> datetime.date | None:
        return self.precedente.tenue_le if self.precedente else None

    @cached_property
    def depuis_libelle(self) -> str:
        """Words for the period: « depuis le 11/06/2026 », « depuis l’origine »."""
        return f"depuis le {self.depuis:%d/%m/%Y}" if self.depuis else "depuis l’origine"

    def montre(self, genre: str) -> dict[str, Any] | None:
        """Return the data of a section as they were shown last time; None when they were not, or on other quartiers."""
        contenu = self.precedent.contenu if self.precedent else None
        if not contenu or codes(contenu) != [q.code for q in self.quartiers]:
            return None
        return next((s["donnees"] for s in contenu["sections"] if s["genre"] == genre), None)

    def situation(self, modele, condition: Q, champ: str = "modifie_le") -> dict[str, str | None]:
        """Return the day of the data and that of the last change behind them (N-05: freshness under each table)."""
        dernier = modele.objects.filter(condition, **{f"{champ}__lt": self.fin}).aggregate(d=Max(champ))["d"]
        return {"au": iso(self.au), "derniere_saisie": iso(timezone.localdate(dernier) if dernier else None)}


def codes(contenu: dict[str, Any]) -> list[str]:
    """Return the codes of the quartiers of a frozen content."""
    return [quartier["code"] for quartier in contenu["dossier"]["quartiers"]]


def iso(jour: datetime.date | None) -> str | None:
    """Write a day for the JSON."""
    return jour.isoformat() if jour else None


def lendemain(jour: datetime.date) -> datetime.datetime:
    """Return the first instant of the next day, in Tours."""
    return timezone.make_aware(datetime.datetime.combine(jour + datetime.timedelta(days=1), datetime.time()))


def premier_mot(texte: str, limite: int = 220) -> str:
    """Return the beginning of a text, cut between two words."""
    texte = " ".join((texte or "").split())
    if len(texte) <= limite:
        return texte
    return texte[:limite].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
