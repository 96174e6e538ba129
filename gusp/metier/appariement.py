"""Photos of another camera, joined to the lines of the paper by the time that was written on each."""

import datetime
from collections.abc import Sequence

from django.utils import timezone

#: How far from the minute written on the paper a photo may be.
ECART_MAX = datetime.timedelta(minutes=3)
#: A walk by night goes past midnight: until that hour a time may be of the next day.
FIN_DE_NUIT = datetime.time(6)
_MINUTE = datetime.timedelta(minutes=1)
_JAMAIS = datetime.timedelta.max

SANS_HEURE = "sans date de prise de vue"


class SansLigne(Exception):
    """No line takes the photo; the message is the end of a French sentence."""


def ligne_de_la_photo(
    prise_le: datetime.datetime | None, heures: Sequence[datetime.time | None], *, jour: datetime.date
) -> int:
    """Return the rank of the line written nearest to that instant; raises SansLigne when none is, or when two are."""
    if prise_le is None:
        raise SansLigne(SANS_HEURE)
    ecarts = [_ecart(prise_le, heure, jour) for heure in heures]
    court = min(ecarts, default=_JAMAIS)
    if court > ECART_MAX:
        ici = timezone.localtime(prise_le)
        raise SansLigne(f"prise le {ici:%d/%m/%Y} à {ici:%H:%M}, aucune ligne à moins de 3\u00a0minutes")
    if ecarts.count(court) > 1:
        ici = timezone.localtime(prise_le)
        raise SansLigne(f"prise à {ici:%H:%M}, plusieurs lignes à la même heure")
    return ecarts.index(court)


def _ecart(prise_le: datetime.datetime, heure: datetime.time | None, jour: datetime.date) -> datetime.timedelta:
    """Return the time between the photo and the whole minute that was written, zero within it."""
    if heure is None:
        return _JAMAIS
    jours = [jour, jour + datetime.timedelta(days=1)] if heure < FIN_DE_NUIT else [jour]
    return min(_hors_de_la_minute(prise_le, timezone.make_aware(datetime.datetime.combine(j, heure))) for j in jours)


def _hors_de_la_minute(prise_le: datetime.datetime, debut: datetime.datetime) -> datetime.timedelta:
    fin = debut + _MINUTE
    if prise_le < debut:
        return debut - prise_le
    return max(prise_le - fin, datetime.timedelta())
