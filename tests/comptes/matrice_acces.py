"""Who reaches the pages of the accounts."""

import uuid

from comptes.models import Appareil
from tests.fabriques.comptes import FabriqueUtilisateur

_ADMINISTRATEUR = {"anonyme": 302, "administrateur": 200, "*": 403}
_GESTE = {"anonyme": 302, "administrateur": 302, "*": 403}
_SIEN = {"anonyme": 302, "*": 200}
_PUBLIC = {"*": 200}

ACCES = [
    ("comptes:connexion", "get", {"anonyme": 200, "*": 302}),
    ("comptes:deconnexion", "post", {"*": 302}),
    ("comptes:mot_de_passe", "get", _SIEN),
    ("comptes:reinitialisation", "get", _PUBLIC),
    ("comptes:reinitialisation_envoyee", "get", _PUBLIC),
    ("comptes:reinitialisation_confirmer", "get", _PUBLIC),
    ("comptes:reinitialisation_terminee", "get", _PUBLIC),
    ("comptes:profil", "get", _SIEN),
    ("comptes:utilisateur_liste", "get", _ADMINISTRATEUR),
    ("comptes:utilisateur_ajouter", "get", _ADMINISTRATEUR),
    ("comptes:utilisateur_modifier", "get", _ADMINISTRATEUR),
    ("comptes:utilisateur_desactiver", "post", _GESTE),
    ("comptes:utilisateur_reactiver", "post", _GESTE),
    ("comptes:utilisateur_inviter", "post", _GESTE),
    ("comptes:appareil_revoquer", "post", {"anonyme": 302, "responsable": 302, "*": 404}),
    ("comptes:utilisateur_appareil_revoquer", "post", _GESTE),
    ("comptes:utilisateur_appareil_retablir", "post", _GESTE),
]


def arguments(vue, decor):
    if vue == "comptes:reinitialisation_confirmer":
        return {"uidb64": "MQ", "token": "perime"}
    if "appareil" in vue:
        sien = Appareil.objects.create(uuid=uuid.uuid4(), utilisateur=decor.comptes["responsable"])
        admis = vue.startswith("comptes:utilisateur_")
        return {"pk": sien.utilisateur_id, "appareil_pk": sien.pk} if admis else {"pk": sien.pk}
    if vue.startswith("comptes:utilisateur_") and vue not in (
        "comptes:utilisateur_liste",
        "comptes:utilisateur_ajouter",
    ):
        return {"pk": FabriqueUtilisateur().pk}
    return {}
