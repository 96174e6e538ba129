"""Upkeep of the GUSP done by the worker."""

import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from gusp.metier.reception_photos import oublier_les_partiels

GARDE_DES_PARTIELS = datetime.timedelta(days=30)


@app.periodic(cron="41 3 * * *")
@app.task(name="gusp.oublier_partiels", queueing_lock="gusp.oublier_partiels")
def oublier_partiels(timestamp: int = 0) -> int:
    """Forget the pieces of photos that no telephone finished for 30 days; return how many."""
    return oublier_les_partiels(avant=timezone.now() - GARDE_DES_PARTIELS)
