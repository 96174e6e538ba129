"""Who may manage the accounts."""

from .enums import ROLES_DU_SERVICE, Role


def peut_gerer_les_comptes(utilisateur) -> bool:
    """Only an administrateur creates, changes or deactivates accounts."""
    return utilisateur.perimetre.a_role(Role.ADMINISTRATEUR)


def est_du_service(utilisateur, quartier_id: int | None = None) -> bool:
    """Tell whether the person belongs to the service (in that quartier, or anywhere)."""
    return utilisateur.perimetre.a_role(*ROLES_DU_SERVICE, quartier_id=quartier_id)


def pilote_le_service(utilisateur) -> bool:
    """Responsable de service or référent GUSP/NPNRU: they act in the eight quartiers."""
    return utilisateur.perimetre.a_role(Role.RESPONSABLE, Role.REFERENT_THEMATIQUE)
