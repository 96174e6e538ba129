"""Append-only journals, guarded by the database."""

from django.db import migrations

from socle.contraintes import journal_immuable


class Migration(migrations.Migration):
    dependencies = [("npnru", "0001_initial")]

    operations = [
        journal_immuable("npnru_reprogrammation"),
        journal_immuable("npnru_mouvementoperation"),
        journal_immuable("npnru_montant"),
    ]
