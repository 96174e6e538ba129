"""When something was done: writes take a day or an instant, journals keep an instant."""

import datetime

from django.utils import timezone

MIDI = datetime.time(12)


def instant(le: datetime.date | datetime.datetime | None) -> datetime.datetime:
    """Return the aware instant meant by `le`: now when None or today, noon in Tours of another day."""
    if isinstance(le, datetime.datetime):
        return le if timezone.is_aware(le) else timezone.make_aware(le)
    if le is None or le == timezone.localdate():
        return timezone.now()
    return timezone.make_aware(datetime.datetime.combine(le, MIDI))


def jour(le: datetime.date | datetime.datetime | None) -> datetime.date:
    """Return the day in Tours meant by `le` (today when None)."""
    if isinstance(le, datetime.datetime) or le is None:
        return timezone.localdate(instant(le))
    return le
