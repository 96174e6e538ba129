"""The number of a constat in its walk is printed on plans and photos: the database refuses that it changes."""

from django.db import migrations

POSER = """
CREATE OR REPLACE FUNCTION gusp_numero_fixe() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Le numéro d’un constat ne change pas (%).', OLD.reference
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'constat_numero_fixe';
END $$;
CREATE TRIGGER constat_numero_fixe BEFORE UPDATE OF numero, reference, diagnostic_id ON gusp_constat
FOR EACH ROW WHEN (
    OLD.numero IS DISTINCT FROM NEW.numero
    OR OLD.reference IS DISTINCT FROM NEW.reference
    OR OLD.diagnostic_id IS DISTINCT FROM NEW.diagnostic_id
) EXECUTE FUNCTION gusp_numero_fixe();
"""
OTER = "DROP TRIGGER IF EXISTS constat_numero_fixe ON gusp_constat; DROP FUNCTION IF EXISTS gusp_numero_fixe();"


class Migration(migrations.Migration):
    dependencies = [("gusp", "0005_competences")]

    operations = [migrations.RunSQL(POSER, OTER)]
