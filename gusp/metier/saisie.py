"""Serial entry of the constats written on paper during a walk: all the rows, or none."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gusp.metier.constats import creer_constat
from gusp.models import Constat, Diagnostic


class RangeeRefusee(Exception):
    """A row that the write refused: its rank from 0 and the ValidationError."""

    def __init__(self, rang: int, erreur: ValidationError):
        self.rang, self.erreur = rang, erreur
        super().__init__(str(erreur))


@dataclass(frozen=True)
class Saisie:
    """What a sending made: new constats in order, and those that an earlier sending had made already."""

    nouveaux: tuple[Constat, ...]
    deja: tuple[Constat, ...]


@transaction.atomic
def saisir_serie(diagnostic: Diagnostic, rangees: Sequence[Mapping[str, Any]], *, par) -> Saisie:
    """Create a constat for each row (fields of CHAMPS_MODIFIABLES and `client_uuid`); the same rows twice make nothing.

    Raises RangeeRefusee for the first row refused; nothing is written then.
    """
    releve_le = min(diagnostic.prevu_le, timezone.localdate())
    connus = _connus([rangee["client_uuid"] for rangee in rangees])
    nouveaux, deja = [], []
    for rang, rangee in enumerate(rangees):
        try:
            constat = creer_constat(par=par, diagnostic=diagnostic, releve_le=releve_le, **rangee)
        except ValidationError as erreur:
            raise RangeeRefusee(rang, erreur) from erreur
        (deja if rangee["client_uuid"] in connus else nouveaux).append(constat)
    return Saisie(tuple(nouveaux), tuple(deja))


def _connus(uuids: list[uuid.UUID]) -> set[uuid.UUID]:
    return set(Constat.objects.filter(client_uuid__in=uuids).values_list("client_uuid", flat=True))
