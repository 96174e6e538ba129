"""Reference tables that every other app points to."""

from quartiers.models.chiffres import ChiffreCle
from quartiers.models.organismes import Contact, Organisme
from quartiers.models.quartiers import Quartier, Secteur

__all__ = ["ChiffreCle", "Contact", "Organisme", "Quartier", "Secteur"]
