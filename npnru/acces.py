"""Who may do what with operations: pure predicates on the perimeter."""

from comptes.enums import Role

_ECRIVENT = (Role.RESPONSABLE, Role.REFERENT_THEMATIQUE)


def peut_creer(utilisateur) -> bool:
    """Responsable and référent thématique add operations."""
    return utilisateur.perimetre.a_role(*_ECRIVENT)


def quartiers_ou_creer(utilisateur) -> frozenset[int] | None:
    """Return the ids of the quartiers where the person may add an operation; None means all of them."""
    return utilisateur.perimetre.quartiers_pour(*_ECRIVENT)


def peut_modifier(utilisateur, operation) -> bool:
    """Responsable and référent thématique of the quartier, and the chef de projet who pilots the operation."""
    perimetre = utilisateur.perimetre
    if perimetre.a_role(*_ECRIVENT, quartier_id=operation.quartier_id):
        return True
    return operation.pilote_id == utilisateur.pk and perimetre.a_role(Role.CHEF_PROJET)


def lit_les_conventions(utilisateur) -> bool:
    """Everybody of the city reads the conventions; a partner does not."""
    perimetre = utilisateur.perimetre
    return not perimetre.est_vide and not perimetre.est_partenaire
