"""Work of the steering done by the worker."""

from django.db import transaction
from procrastinate.contrib.django import app

from pilotage.metier.impressions import conduire, ouvrir_impression
from pilotage.models import Dossier, Impression


@app.task(name="pilotage.imprimer_dossier")
def imprimer_dossier(impression_id: int) -> None:
    """Make the PDF of a printing; a job that starts again after a killed worker finds its row and goes on."""
    conduire(impression_id)


@transaction.atomic
def demander_impression(dossier: Dossier, *, par) -> Impression:
    """Ask for the PDF of a dossier; a second click returns the printing that is under way."""
    impression, nouvelle = ouvrir_impression(dossier, par=par)
    if nouvelle:
        imprimer_dossier.configure(queueing_lock=f"impression-{impression.pk}", lock=f"dossier-{dossier.pk}").defer(
            impression_id=impression.pk
        )
    return impression
