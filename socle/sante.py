"""State of the installation, for the monitoring: database, disk, worker. Reads only; opens nothing that is not ours."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max, Min, Q
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateWorker

DISQUE_MINIMUM = 500  # MB
ATTENTE_MAXIMUM = 600  # seconds a job may wait


@dataclass(frozen=True)
class Sante:
    """One reading: megabytes free, seconds waited by the oldest job, seconds since a worker's last sign."""

    base: bool
    disque_libre_mo: int
    file_attente_s: int = 0
    travailleur_vu_il_y_a_s: int | None = None

    @property
    def bonne(self) -> bool:
        return self.base and self.disque_libre_mo >= DISQUE_MINIMUM and self.file_attente_s <= ATTENTE_MAXIMUM


def relever(*, au: datetime) -> Sante:
    """Return the state now; a database that does not answer is a reading, not an error."""
    disque = _disque_libre(Path(settings.FICHIERS_DIR))
    try:
        connection.ensure_connection()
        return Sante(True, disque, _file_attente(au), _silence(au))
    except DatabaseError:
        connection.close()
        return Sante(False, disque)


def _disque_libre(dossier: Path) -> int:
    existant = next(d for d in (dossier, *dossier.parents) if d.exists())
    return shutil.disk_usage(existant).free // 2**20


def _file_attente(au: datetime) -> int:
    du = Q(job__scheduled_at=None) | Q(job__scheduled_at__lte=au)
    depuis = ProcrastinateEvent.objects.filter(du, job__status="todo").aggregate(depuis=Min("at"))["depuis"]
    return max(0, int((au - depuis).total_seconds())) if depuis else 0


def _silence(au: datetime) -> int | None:
    vu = ProcrastinateWorker.objects.aggregate(vu=Max("last_heartbeat"))["vu"]
    return max(0, int((au - vu).total_seconds())) if vu else None
