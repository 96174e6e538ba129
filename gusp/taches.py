"""Upkeep of the GUSP done by the worker."""

import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from gusp.metier import imports_terrain
from gusp.metier.reception_photos import oublier_les_partiels
from gusp.models import ImportTerrain

GARDE_DES_PARTIELS = datetime.timedelta(days=30)


@app.periodic(cron="41 3 * * *")
@app.task(name="gusp.oublier_partiels", queueing_lock="gusp.oublier_partiels")
def oublier_partiels(timestamp: int = 0) -> int:
    """Forget the pieces of photos that no telephone finished for 30 days; return how many."""
    return oublier_les_partiels(avant=timezone.now() - GARDE_DES_PARTIELS)


@app.task(name="gusp.importer_terrain")
def importer_terrain(import_id: int) -> None:
    """Take a rescue file in; a job that starts again after a killed worker finds its row and goes on."""
    imports_terrain.conduire_import(import_id)


def demander_import(ligne: ImportTerrain) -> None:
    """Queue an import."""
    importer_terrain.configure(lock=f"import-terrain-{ligne.pk}").defer(import_id=ligne.pk)


@app.periodic(cron="47 3 * * *")
@app.task(name="gusp.oublier_imports", queueing_lock="gusp.oublier_imports")
def oublier_imports(timestamp: int = 0) -> int:
    """Forget the files of the imports that failed 30 days ago; return how many."""
    return imports_terrain.oublier_les_imports(avant=timezone.now() - imports_terrain.GARDE)
