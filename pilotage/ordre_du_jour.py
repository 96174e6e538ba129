"""The agenda as it is read: each point with its hour, the sum of the minutes against the length of the meeting."""

import datetime
from dataclasses import dataclass

from pilotage.models import PointOrdreDuJour, Seance

INSECABLE = "\u00a0"


def duree(minutes: int) -> str:
    """Write a length of time: 45 min, 2 h, 1 h 45."""
    heures, reste = divmod(minutes, 60)
    if not heures:
        return f"{reste}{INSECABLE}min"
    return f"{heures}{INSECABLE}h" + (f"{INSECABLE}{reste:02d}" if reste else "")


@dataclass(frozen=True)
class LigneOrdreDuJour:
    """A point, its number, and the hour when it should begin (None when the meeting has no hour)."""

    point: PointOrdreDuJour
    numero: int
    heure: datetime.time | None
    duree: str


@dataclass(frozen=True)
class OrdreDuJour:
    """The points in order; `total`, `prevu` and `reste` in minutes (`reste` is negative past the end)."""

    lignes: list[LigneOrdreDuJour]
    total: int
    prevu: int

    @property
    def reste(self) -> int:
        return self.prevu - self.total

    @property
    def dit(self) -> str:
        """Say the sum: « 1 h 45 sur 2 h, reste 15 min »."""
        debut = f"{duree(self.total)} sur {duree(self.prevu)}"
        if self.reste < 0:
            return f"{debut}{INSECABLE}: dépasse de {duree(-self.reste)}"
        return f"{debut}, reste {duree(self.reste)}" if self.reste else debut


def composer(seance: Seance, points: list[PointOrdreDuJour]) -> OrdreDuJour:
    """Return the agenda of a meeting, with the hour of each point."""
    lignes, ecoule = [], 0
    for numero, point in enumerate(points, start=1):
        lignes.append(LigneOrdreDuJour(point, numero, _plus(seance.heure, ecoule), duree(point.minutes)))
        ecoule += point.minutes
    return OrdreDuJour(lignes, ecoule, seance.duree_minutes)


def _plus(heure: datetime.time | None, minutes: int) -> datetime.time | None:
    if heure is None:
        return None
    depart = datetime.datetime.combine(datetime.date(2000, 1, 1), heure)
    return (depart + datetime.timedelta(minutes=minutes)).time()
