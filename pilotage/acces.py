"""Who may do what in the steering: pure predicates (the perimeter is read once a request)."""

from comptes.acces import pilote_le_service
from comptes.enums import Role
from pilotage.models import Dossier


def peut_preparer_dossier(utilisateur) -> bool:
    """Responsable and référent thématique compose dossiers: sections, order, texts, new edition."""
    return pilote_le_service(utilisateur)


def peut_proposer_texte(utilisateur, dossier: Dossier) -> bool:
    """A référent territorial also writes texts, in a dossier that covers one of their quartiers."""
    if peut_preparer_dossier(utilisateur):
        return True
    siens = utilisateur.perimetre.quartiers_pour(Role.REFERENT_TERRITORIAL)
    return siens is None or (bool(siens) and dossier.quartiers.filter(pk__in=siens).exists())


def peut_figer(utilisateur) -> bool:
    """Only the responsable freezes and sends a dossier."""
    return utilisateur.perimetre.a_role(Role.RESPONSABLE)
