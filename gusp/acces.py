"""Who may do what in the GUSP: pure predicates, without query beyond the perimeter of the person."""

from comptes.acces import est_du_service, pilote_le_service

#: What the body that holds a constat answers by itself.
GESTES_DU_PARTENAIRE = frozenset(
    {"prendre_en_charge", "programmer", "traiter", "classer", "reorienter", "commenter", "photo"}
)


def peut_relever(utilisateur, quartier_id: int | None = None) -> bool:
    """Write a new constat in that quartier (in one at least when none is given)."""
    return est_du_service(utilisateur, quartier_id)


def repond_pour_l_organisme(utilisateur, constat) -> bool:
    """Tell whether a partner answers for this constat, held by its organisme."""
    perimetre = utilisateur.perimetre
    return perimetre.est_partenaire and constat.organisme_id == perimetre.organisme_id


def peut_faire(utilisateur, geste: str, constat) -> bool:
    """Tell whether the person may do this gesture on that constat; its state is judged by the gesture itself."""
    if est_du_service(utilisateur, constat.quartier_id):
        return True
    return geste in GESTES_DU_PARTENAIRE and repond_pour_l_organisme(utilisateur, constat)


def peut_modifier_constat(utilisateur, constat) -> bool:
    """Correct the facts of a constat."""
    return est_du_service(utilisateur, constat.quartier_id)


def voit_l_interne(utilisateur, constat) -> bool:
    """Read the internal note and the lines of the journal that stay within the service."""
    return est_du_service(utilisateur, constat.quartier_id)


def peut_creer_action(utilisateur) -> bool:
    """Open a fiche action, in one's own quartiers."""
    return est_du_service(utilisateur)


def peut_ecrire_action(utilisateur, quartier_ids) -> bool:
    """Correct an action, change its state: the service of one of its quartiers (`quartier_ids`)."""
    siens = utilisateur.perimetre.quartier_ids_service
    return siens is None or not siens.isdisjoint(quartier_ids)


def pilote_pour_son_organisme(utilisateur, action) -> bool:
    """A partner adds news (words only) to the actions that its organisme leads."""
    perimetre = utilisateur.perimetre
    return perimetre.est_partenaire and action.organisme_id == perimetre.organisme_id


def peut_ecrire_convention(utilisateur) -> bool:
    """Write the GUSP convention, its axes and the observation grid."""
    return pilote_le_service(utilisateur)


def peut_preparer(utilisateur, quartier_id: int | None = None) -> bool:
    """Prepare, lead, sort and give back a walk in that quartier (in one at least when none is given)."""
    return est_du_service(utilisateur, quartier_id)
