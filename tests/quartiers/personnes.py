"""People of the tests, by role."""

from comptes.models import Affectation, Utilisateur
from quartiers.models import Quartier


def personne(role: str, *codes: str, **champs) -> Utilisateur:
    """Return an account that holds a role in these quartiers (short codes), everywhere when none is named."""
    utilisateur = Utilisateur.objects.create_user(
        f"{role}-{'-'.join(codes) or 'tous'}@exemple.test".lower(), nom=role, **champs
    )
    quartiers = list(Quartier.objects.filter(code__in=codes)) if codes else [None]
    for quartier in quartiers:
        Affectation.objects.create(utilisateur=utilisateur, quartier=quartier, role=role)
    return utilisateur
