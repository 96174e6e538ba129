"""Who may do what in the GUSP: pure predicates, without query beyond the perimeter of the person."""

from comptes.acces import est_du_service
from gusp.enums import EtatConstat

#: What the body that holds a constat answers by itself.
GESTES_DU_PARTENAIRE = frozenset(
    {"prendre_en_charge", "programmer", "traiter", "classer", "reorienter", "commenter", "photo"}
)


def peut_relever(utilisateur, quartier_id: int | None = None) -> bool:
    """Write a new constat in that quartier (in one at least when none is given)."""
    return est_du_service(utilisateur, quartier_id)


def repond_pour_l_organisme(utilisateur, constat) -> bool:
    """Tell whether a partner answers for this constat: its organisme holds it, or held it to the end."""
    perimetre = utilisateur.perimetre
    return perimetre.est_partenaire and constat.organisme_id == perimetre.organisme_id


def peut_faire(utilisateur, geste: str, constat) -> bool:
    """Tell whether the person may do this gesture on that constat, whatever its state."""
    if est_du_service(utilisateur, constat.quartier_id):
        return True
    if not repond_pour_l_organisme(utilisateur, constat):
        return False
    return geste in GESTES_DU_PARTENAIRE and constat.etat in EtatConstat.CHEZ_L_ORGANISME


def peut_modifier_constat(utilisateur, constat) -> bool:
    """Correct the facts of a constat."""
    return est_du_service(utilisateur, constat.quartier_id)


def voit_l_interne(utilisateur, constat) -> bool:
    """Read the internal note and the lines of the journal that stay within the service."""
    return est_du_service(utilisateur, constat.quartier_id)
