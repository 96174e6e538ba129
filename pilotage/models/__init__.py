"""Tables of the steering."""

from .dossier import (
    Dossier,
    DossierQuerySet,
    ImageDossier,
    Impression,
    MouvementDossier,
    SectionDossier,
)
from .instance import (
    Decision,
    DecisionQuerySet,
    Instance,
    MouvementDecision,
    PointOrdreDuJour,
    Seance,
    SeanceQuerySet,
)

__all__ = [
    "Decision",
    "DecisionQuerySet",
    "Dossier",
    "DossierQuerySet",
    "ImageDossier",
    "Impression",
    "Instance",
    "MouvementDecision",
    "MouvementDossier",
    "PointOrdreDuJour",
    "Seance",
    "SeanceQuerySet",
    "SectionDossier",
]
