"""Tables of the GUSP."""

from .action import (
    JOURS_SANS_NOUVELLES,
    Action,
    ActionQuerySet,
    Axe,
    ConventionGusp,
    EtapeAction,
    PointAvancement,
)
from .constat import Constat, ConstatQuerySet, MouvementConstat, Transmission
from .diagnostic import Diagnostic, DiagnosticQuerySet, Etape, MouvementDiagnostic, Participant
from .grille import Compteur, NiveauUrgence, Principe, RegleCompetence, SousTheme, Theme
from .import_terrain import ImportTerrain
from .photo import Photo
from .terrain import EnvoiTerrain, PhotoEnAttente, Revue, TraceMarche, VersionEnvoi

__all__ = [
    "JOURS_SANS_NOUVELLES",
    "Action",
    "ActionQuerySet",
    "Axe",
    "Compteur",
    "Constat",
    "ConstatQuerySet",
    "ConventionGusp",
    "Diagnostic",
    "DiagnosticQuerySet",
    "EnvoiTerrain",
    "Etape",
    "EtapeAction",
    "ImportTerrain",
    "MouvementConstat",
    "MouvementDiagnostic",
    "NiveauUrgence",
    "Participant",
    "Photo",
    "PhotoEnAttente",
    "PointAvancement",
    "Principe",
    "RegleCompetence",
    "Revue",
    "SousTheme",
    "Theme",
    "TraceMarche",
    "Transmission",
    "VersionEnvoi",
]
