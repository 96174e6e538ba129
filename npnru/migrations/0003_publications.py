"""Seed the nomenclature, the templates of phases and what was published about Tours."""

from django.db import migrations

from npnru.referentiel import installer_nomenclatures, installer_publications


def semer(apps, schema_editor):
    installer_nomenclatures(apps)
    installer_publications(apps)


class Migration(migrations.Migration):
    dependencies = [("npnru", "0002_journaux"), ("quartiers", "0002_referentiel")]

    operations = [migrations.RunPython(semer, migrations.RunPython.noop)]
