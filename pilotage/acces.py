"""Who may do what in the steering: pure predicates (the perimeter is read once a request)."""

from comptes.acces import est_du_service, pilote_le_service
from comptes.enums import Role
from pilotage.models import Decision, Dossier


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


def peut_lire_les_seances(utilisateur) -> bool:
    """Everybody but partners: they only reach the decisions that they must carry out."""
    return not utilisateur.perimetre.est_partenaire


def peut_organiser(utilisateur) -> bool:
    """Responsable and référent thématique write the instances, the meetings, their agenda and their decisions."""
    return pilote_le_service(utilisateur)


def peut_suivre_decision(utilisateur, decision: Decision) -> bool:
    """Change the state: those who organise; a référent territorial for a decision about one of their quartiers."""
    if pilote_le_service(utilisateur):
        return True
    return decision.quartier_id is not None and est_du_service(utilisateur, decision.quartier_id)


def peut_commenter_decision(utilisateur, decision: Decision) -> bool:
    """Add news: those who change the state, and the partner in charge of the decision."""
    perimetre = utilisateur.perimetre
    charge = perimetre.est_partenaire and decision.responsable_id == perimetre.organisme_id
    return charge or peut_suivre_decision(utilisateur, decision)
