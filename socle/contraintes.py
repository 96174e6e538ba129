"""Constraints written once: ordered dates, non-negative amounts, append-only journals, believable days."""

import datetime

from django.core.exceptions import ValidationError
from django.db import migrations
from django.db.models import CheckConstraint, F, Q

_POSER_JOURNAL = """
CREATE OR REPLACE FUNCTION journal_immuable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Le journal % ne se réécrit pas.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER journal_immuable BEFORE UPDATE OR DELETE ON "{table}"
FOR EACH ROW EXECUTE FUNCTION journal_immuable();
"""
#: Days that a form takes: outside, a slip of the keyboard (0206, 20266) that delays and calendars could not count with.
PREMIER_JOUR, DERNIER_JOUR = datetime.date(1950, 1, 1), datetime.date(2100, 12, 31)
_OTER_JOURNAL = 'DROP TRIGGER IF EXISTS journal_immuable ON "{table}";'


def dates_ordonnees(debut: str, fin: str, *, name: str, message: str) -> CheckConstraint:
    """Return the constraint `fin` ≥ `debut`; a missing date passes."""
    return CheckConstraint(condition=Q(**{f"{fin}__gte": F(debut)}), name=name, violation_error_message=message)


def montant_positif(champ: str, *, name: str, message: str) -> CheckConstraint:
    """Return the constraint `champ` ≥ 0; a missing amount passes."""
    return CheckConstraint(condition=Q(**{f"{champ}__gte": 0}), name=name, violation_error_message=message)


def journal_immuable(table: str) -> migrations.RunSQL:
    """Return the migration operation that makes `table` append-only: UPDATE and DELETE raise IntegrityError."""
    return migrations.RunSQL(_POSER_JOURNAL.format(table=table), _OTER_JOURNAL.format(table=table))


def jour_plausible(jour: datetime.date) -> None:
    """Validate a day typed in a form; raises ValidationError."""
    if not PREMIER_JOUR <= jour <= DERNIER_JOUR:
        raise ValidationError(
            f"L’année {jour.year} n’est pas plausible\u00a0: entre {PREMIER_JOUR.year} et {DERNIER_JOUR.year}.",
            code="jour_plausible",
        )
