"""Who reaches the field API: it answers 401 instead of the sign-in page (tests/test_acces.py says the format)."""

import json
import uuid

from gusp.metier.reception import recevoir_envoi
from tests.fabriques.gusp import FabriqueDiagnostic
from tests.gusp.envois import contenu, corps, octets_de, sha

_CONNECTES = {"anonyme": 401, "*": 200}
_ILS_NE_RELEVENT_PAS = {"ailleurs": 403, "lecteur": 403, "administrateur": 403, "chef_projet": 403, "partenaire": 403}
_SERVICE = {"anonyme": 401, **_ILS_NE_RELEVENT_PAS}

ACCES = [
    ("gusp:terrain_moi", "get", _CONNECTES),
    ("gusp:terrain_appareil", "put", _CONNECTES),
    ("gusp:terrain_paquet", "get", _SERVICE | {"ailleurs": 404, "partenaire": 404, "*": 200}),
    ("gusp:terrain_envoi", "put", _SERVICE | {"*": 201}),
    ("gusp:terrain_photo", "get", _SERVICE | {"*": 200}),
    ("gusp:terrain_photo", "put", _SERVICE | {"*": 422}),
    ("gusp:terrain_recus", "post", {"anonyme": 401, "*": 422}),
]


def arguments(vue, decor):
    if vue in ("gusp:terrain_moi", "gusp:terrain_recus"):
        return {}
    if vue == "gusp:terrain_paquet":
        return {"pk": FabriqueDiagnostic(quartier=decor.quartier).pk}
    if vue == "gusp:terrain_photo":
        return {"numero": _recu(decor), "sha256": sha(octets_de(1))}
    return {"numero": uuid.uuid4()}


def donnees(vue, decor):
    if vue == "gusp:terrain_appareil":
        return json.dumps({"libelle": "Chrome sur Android"})
    if vue == "gusp:terrain_envoi":
        return json.dumps(corps(contenu(FabriqueDiagnostic(quartier=decor.quartier))))
    return {}


def _recu(decor):
    numero, marche = uuid.uuid4(), FabriqueDiagnostic(quartier=decor.quartier)
    auteur = decor.comptes["responsable"]
    envoi = corps(contenu(marche, photos=[octets_de(1)]))
    recevoir_envoi(numero, envoi, par=auteur, maintenant=marche.cree_le)
    return numero
