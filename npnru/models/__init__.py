"""Tables of urban renewal."""

from .argent import Cout, Financement, Montant
from .convention import Avenant, ConventionNpnru, FaitPublie
from .document import Document
from .operation import (
    Jalon,
    JalonQuerySet,
    ModelePhase,
    MouvementOperation,
    NatureOperation,
    Operation,
    Phase,
    Reprogrammation,
)
from .requetes import OperationQuerySet

__all__ = [
    "Avenant",
    "ConventionNpnru",
    "Cout",
    "Document",
    "FaitPublie",
    "Financement",
    "Jalon",
    "JalonQuerySet",
    "ModelePhase",
    "Montant",
    "MouvementOperation",
    "NatureOperation",
    "Operation",
    "OperationQuerySet",
    "Phase",
    "Reprogrammation",
]
