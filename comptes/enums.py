"""Words of the accounts: who one is in the service."""

from django.db import models


class Role(models.TextChoices):
    """What a person may do, given quartier by quartier (or everywhere) through an Affectation."""

    ADMINISTRATEUR = "administrateur", "Administrateur"
    RESPONSABLE = "responsable", "Responsable de service"
    REFERENT_THEMATIQUE = "referent_thematique", "Référent GUSP/NPNRU"
    REFERENT_TERRITORIAL = "referent_territorial", "Référent territorial"
    CHEF_PROJET = "chef_projet", "Chef de projet"
    LECTEUR = "lecteur", "Lecteur"
    PARTENAIRE = "partenaire", "Partenaire"


#: Roles that belong to the service itself: they see confidential and internal matter of their quartiers.
ROLES_DU_SERVICE = (Role.RESPONSABLE, Role.REFERENT_THEMATIQUE, Role.REFERENT_TERRITORIAL)

#: Roles that read everything which is neither confidential nor internal in their quartiers.
ROLES_LECTEURS = (*ROLES_DU_SERVICE, Role.ADMINISTRATEUR, Role.CHEF_PROJET, Role.LECTEUR)
