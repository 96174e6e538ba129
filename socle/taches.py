"""Periodic upkeep of the worker's queue: jobs whose worker died start again, old rows go."""

import logging

from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

journal = logging.getLogger(__name__)

ESSAIS = 3  # a job that kills its worker three times is not started a fourth


@app.periodic(cron="* * * * *")
@app.task(name="socle.reprendre_interrompus", queueing_lock="socle.reprendre_interrompus")
async def reprendre_interrompus(timestamp: int = 0) -> int:
    """Queue again the jobs whose worker gives no sign of life; return how many."""
    interrompus = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=settings.TRAVAILLEUR_SILENCE)
    repris = 0
    for travail in interrompus:
        if travail.attempts + 1 < ESSAIS:
            await app.job_manager.retry_job(travail)
            repris += 1
        else:
            await app.job_manager.finish_job(travail, status=Status.FAILED, delete_job=False)
        journal.warning("Travail %s interrompu (%s), essai %s", travail.id, travail.task_name, travail.attempts + 1)
    return repris


@app.periodic(cron="17 3 * * *")
@app.task(name="socle.oublier_anciens", queueing_lock="socle.oublier_anciens")
async def oublier_anciens(timestamp: int = 0) -> None:
    """Delete the finished jobs older than 30 days."""
    await app.job_manager.delete_old_jobs(nb_hours=30 * 24, include_failed=True)
