"""Seed the observation grid and the delays."""

from django.db import migrations

from gusp.referentiel import installer_grille


class Migration(migrations.Migration):
    dependencies = [("gusp", "0002_journaux")]

    operations = [migrations.RunPython(lambda apps, schema_editor: installer_grille(apps), migrations.RunPython.noop)]
