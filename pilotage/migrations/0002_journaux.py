"""Append-only journals, guarded by the database."""

from django.db import migrations

from socle.contraintes import journal_immuable

FIGER = """
CREATE FUNCTION dossier_fige_immuable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.contenu IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE'
       OR (NEW.contenu, NEW.contenu_sha256, NEW.fige_le, NEW.fige_par_id, NEW.seance_id, NEW.edition, NEW.titre,
           NEW.sous_titre, NEW.arrete_le, NEW.note_edition)
          IS DISTINCT FROM
          (OLD.contenu, OLD.contenu_sha256, OLD.fige_le, OLD.fige_par_id, OLD.seance_id, OLD.edition, OLD.titre,
           OLD.sous_titre, OLD.arrete_le, OLD.note_edition)
       OR (OLD.pdf_sha256 <> '' AND NEW.pdf_sha256 IS DISTINCT FROM OLD.pdf_sha256) THEN
        RAISE EXCEPTION 'Le dossier % est figé : une correction est une nouvelle édition.', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dossier_fige_immuable BEFORE UPDATE OR DELETE ON pilotage_dossier
FOR EACH ROW EXECUTE FUNCTION dossier_fige_immuable();
"""
DEFIGER = """
DROP TRIGGER IF EXISTS dossier_fige_immuable ON pilotage_dossier;
DROP FUNCTION IF EXISTS dossier_fige_immuable();
"""


class Migration(migrations.Migration):
    dependencies = [("pilotage", "0001_initial")]

    operations = [
        journal_immuable("pilotage_mouvementdecision"),
        journal_immuable("pilotage_mouvementdossier"),
        journal_immuable("pilotage_imagedossier"),
        migrations.RunSQL(FIGER, DEFIGER),
    ]
