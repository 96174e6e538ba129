"""Forms of urban renewal."""

from .gestes import (
    FormulaireAnnulation,
    FormulaireAtteinte,
    FormulaireAvancement,
    FormulaireCout,
    FormulaireDocument,
    FormulaireEtat,
    FormulaireFinancement,
    FormulaireJalon,
    FormulaireMontant,
    FormulaireReprogrammationJalon,
    FormulaireReprogrammationPhase,
)
from .operations import FormulaireOperation, FormulaireOperationNouvelle

__all__ = [
    "FormulaireAnnulation",
    "FormulaireAtteinte",
    "FormulaireAvancement",
    "FormulaireCout",
    "FormulaireDocument",
    "FormulaireEtat",
    "FormulaireFinancement",
    "FormulaireJalon",
    "FormulaireMontant",
    "FormulaireOperation",
    "FormulaireOperationNouvelle",
    "FormulaireReprogrammationJalon",
    "FormulaireReprogrammationPhase",
]
