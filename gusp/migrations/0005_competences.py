"""Seed the default competence rules of the public ground."""

from django.db import migrations

from gusp.referentiel import installer_competences


class Migration(migrations.Migration):
    dependencies = [("gusp", "0004_journal_des_diagnostics"), ("quartiers", "0002_referentiel")]

    operations = [
        migrations.RunPython(lambda apps, schema_editor: installer_competences(apps), migrations.RunPython.noop)
    ]
