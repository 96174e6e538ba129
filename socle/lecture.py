"""Read-only guard of the pages: a page that is read cannot write (sessions are saved outside of the view)."""

import re
from collections.abc import Callable
from contextlib import contextmanager
from functools import wraps

from django.db import connection, transaction
from django.views.decorators.http import require_safe

_LECTURE = re.compile(r"\s*\(*\s*(SELECT|WITH|EXPLAIN|SHOW|SAVEPOINT|RELEASE|ROLLBACK)\b", re.IGNORECASE)
# A sentence may start with SELECT or WITH and still write or lock.
_CACHEE = re.compile(r"\bFOR (?:NO KEY )?UPDATE\b|\b(?:INTO|DELETE FROM)\b|\(\s*UPDATE\b", re.IGNORECASE)


class EcritureInterdite(RuntimeError):
    """A page that is only read tried to write."""


def _lecture_seule(execute, sql, params, many, context):
    phrase = sql if isinstance(sql, str) else sql.as_string(None)
    if not _LECTURE.match(phrase) or _CACHEE.search(phrase):
        raise EcritureInterdite(f"Une page de lecture ne peut pas écrire : {phrase[:200]}")
    return execute(sql, params, many, context)


@contextmanager
def lecture_seule():
    """Refuse in this block every query that is not a plain read; raises EcritureInterdite."""
    with connection.execute_wrapper(_lecture_seule):
        yield


def lecture(vue: Callable) -> Callable:
    """Decorate a GET view: other methods get 405, a write raises EcritureInterdite."""

    @require_safe
    @transaction.non_atomic_requests
    @wraps(vue)
    def gardee(request, *args, **kwargs):
        with lecture_seule():
            reponse = vue(request, *args, **kwargs)
            if hasattr(reponse, "render") and not reponse.is_rendered:
                reponse.render()
            return reponse

    return gardee
