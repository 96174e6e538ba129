"""Append-only journals, guarded by the database."""

from django.db import migrations

from socle.contraintes import journal_immuable


class Migration(migrations.Migration):
    dependencies = [("gusp", "0001_initial")]

    operations = [
        journal_immuable("gusp_mouvementconstat"),
        journal_immuable("gusp_pointavancement"),
    ]
