"""Who reaches what the desk sees of the field: the service, each in its quartiers; an import is its author's only."""

import uuid

from django.utils import timezone

from gusp.enums import EtatDiagnostic, EtatEnvoi, EtatVersion
from gusp.metier.reception import recevoir_envoi
from gusp.metier.reception_photos import recevoir_octets
from gusp.models import EnvoiTerrain, ImportTerrain, PhotoEnAttente, VersionEnvoi
from tests.fabriques.gusp import FabriqueDiagnostic
from tests.gusp.envois import contenu, corps, octets_de, sha

_HORS_SERVICE = {"anonyme": 302, "lecteur": 403, "administrateur": 403, "chef_projet": 403, "partenaire": 403}
_DU_QUARTIER = _HORS_SERVICE | {"ailleurs": 404}
_LE_SIEN = _DU_QUARTIER | {"referent_territorial": 404, "referent_thematique": 404, "*": 200}
_TRACE = _DU_QUARTIER | {"partenaire": 404, "*": 302}

ACCES = [
    ("gusp:reception", "get", _HORS_SERVICE | {"*": 200}),
    ("gusp:reception_arbitrer", "post", _DU_QUARTIER | {"*": 302}),
    ("gusp:reception_rattacher", "post", _DU_QUARTIER | {"*": 302}),
    ("gusp:reception_photo", "get", _DU_QUARTIER | {"*": 200}),
    ("gusp:reception_importer", "get", _HORS_SERVICE | {"*": 200}),
    ("gusp:reception_importer", "post", _HORS_SERVICE | {"*": 422}),
    ("gusp:reception_import", "get", _LE_SIEN),
    ("gusp:reception_import_reprendre", "post", _LE_SIEN | {"*": 302}),
    ("gusp:trace_parcours", "post", _TRACE),
    ("gusp:trace_effacer", "post", _TRACE),
]


def arguments(vue, decor):
    if vue in ("gusp:reception", "gusp:reception_importer"):
        return {}
    auteur = decor.comptes["responsable"]
    if "import" in vue:
        return {"pk": ImportTerrain.objects.create(nom="file.zip", etat="fait", par=auteur).pk}
    if "trace" in vue:
        trace = _tracee(decor, auteur)
        return {"pk": trace.diagnostic_id, "trace_pk": trace.pk}
    numero = uuid.uuid4()
    ouverte = vue == "gusp:reception_arbitrer"
    marche = FabriqueDiagnostic(quartier=decor.quartier, **({} if ouverte else {"etat": EtatDiagnostic.ANNULE}))
    _envoyer(numero, contenu(marche, photos=[octets_de(1)]), auteur)
    envoi = EnvoiTerrain.objects.get(uuid=numero)
    if ouverte:
        _envoyer(numero, contenu(marche, description="Autre chose"), auteur)
        return {"pk": VersionEnvoi.objects.get(envoi=envoi, etat=EtatVersion.A_ARBITRER).pk}
    if vue == "gusp:reception_photo":
        recevoir_octets(envoi, sha(octets_de(1)), octets_de(1), par=auteur, maintenant=timezone.now())
        return {"pk": PhotoEnAttente.objects.get(envoi=envoi).pk, "taille": "vignette"}
    assert envoi.etat == EtatEnvoi.A_RATTACHER
    return {"pk": envoi.pk}


def donnees(vue, decor):
    return {"gusp:reception_arbitrer": {"garder": "actuelle"}, "gusp:reception_rattacher": {"marche": "hors"}}.get(
        vue, {}
    )


def _envoyer(numero, dedans, auteur, genre="constat"):
    recevoir_envoi(numero, corps(dedans, genre), par=auteur, maintenant=timezone.now())


def _tracee(decor, auteur):
    marche = FabriqueDiagnostic(quartier=decor.quartier)
    points = [[0.69, 47.38, 5, 0], [0.691, 47.381, 5, 60]]
    dedans = {"diagnostic": marche.pk, "quartier": marche.quartier_id, "releve_a": timezone.now().isoformat()}
    _envoyer(uuid.uuid4(), dedans | {"points": points}, auteur, "trace")
    return marche.traces.get()
