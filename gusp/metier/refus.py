"""What is said when the business, or the last line of defence of the database, refuses a write."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models

from socle.formats import typo

INCONNU = "Cet enregistrement est refusé, une valeur ne convient pas."


class TransitionRefusee(Exception):
    """A change that the state of the object does not allow; its text is a French sentence for the screen."""

    def __init__(self, phrase: str):
        super().__init__(typo(phrase))


def phrase_de(erreur: IntegrityError, modele: type[models.Model]) -> str:
    """Return the French sentence of the constraint of `modele` that the database refused."""
    nom = getattr(getattr(erreur.__cause__, "diag", None), "constraint_name", None)
    contraintes = {contrainte.name: contrainte for contrainte in modele._meta.constraints}
    return str(contraintes[nom].violation_error_message) if nom in contraintes else INCONNU


def en_validation(erreur: IntegrityError, modele: type[models.Model]) -> ValidationError:
    """Return the refusal of the database as an error that a form can show."""
    return ValidationError(phrase_de(erreur, modele), code="contrainte")
