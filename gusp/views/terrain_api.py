"""The field API: what a telephone takes along, and what it sends back."""

import base64
import uuid

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone

from comptes.metier import enregistrer_appareil
from gusp import acces
from gusp.enums import EtatVersion
from gusp.exports.paquet import composer_paquet, marches_a_emporter
from gusp.exports.recus import composer_recu, composer_recus
from gusp.metier.contenus import EnvoiRefuse
from gusp.metier.reception import Reception, recevoir_envoi
from gusp.metier.reception_photos import (
    MauvaisDebut,
    deposer,
    envoi_attendu,
    est_recue,
    etat_des_photos,
    octets_gardes,
)
from gusp.models import Diagnostic, EnvoiTerrain
from gusp.views.terrain_garde import api, dire, lire_json

RECUS_MAX = 200


@api("GET", lire=True)
def terrain_moi(request: HttpRequest) -> JsonResponse:
    """Say who is signed in, with a fresh token, and the walks that may be taken along."""
    maintenant = timezone.now()
    return JsonResponse(
        {
            "compte": {"id": request.user.pk, "nom": str(request.user)},
            "csrf": get_token(request),
            "maintenant": maintenant.isoformat(),
            "marches": marches_a_emporter(request.user, au=timezone.localdate(maintenant)),
        }
    )


@api("PUT")
def terrain_appareil(request: HttpRequest, numero: uuid.UUID) -> JsonResponse:
    """Give the key of this device for this account."""
    corps = lire_json(request)
    libelle = corps.get("libelle") if isinstance(corps, dict) else None
    if not isinstance(libelle, str):
        raise EnvoiRefuse("invalide", "Cet envoi ne va pas : « le libellé de l’appareil » n’est pas lisible.")
    libelle = libelle.replace("\x00", "").encode("utf-8", "replace").decode()
    appareil = enregistrer_appareil(numero, utilisateur=request.user, libelle=libelle)
    cle = base64.b64encode(bytes(appareil.cle)).decode()
    return JsonResponse({"appareil": str(numero), "compte": request.user.pk, "cle": cle})


@api("GET", lire=True)
def terrain_paquet(request: HttpRequest, pk: int) -> JsonResponse:
    """Give what a walk needs on the street, without network."""
    marches = Diagnostic.objects.visibles_par(request.user).select_related("quartier", "precedent__quartier")
    marche = marches.filter(pk=pk).first()
    if marche is None:
        raise EnvoiRefuse("introuvable", "Cette marche n’existe plus, ou pas pour vous.")
    if not acces.peut_relever(request.user, marche.quartier_id):
        raise EnvoiRefuse("droit", "Vous ne relevez pas dans ce quartier.")
    return JsonResponse(composer_paquet(marche, request.user, maintenant=timezone.now()))


@api("PUT")
def terrain_envoi(request: HttpRequest, numero: uuid.UUID) -> JsonResponse:
    """Receive one record."""
    corps = lire_json(request)
    reception = recevoir_envoi(numero, corps, par=request.user, appareil=request.appareil, maintenant=timezone.now())
    recu = composer_recu(reception.envoi, reception.version)
    return JsonResponse({"recu": recu, "deja": reception.deja}, status=_statut(reception))


def _statut(reception: Reception) -> int:
    if reception.neuf:
        return 201
    return 409 if not reception.deja and reception.version.etat == EtatVersion.A_ARBITRER else 200


@api("GET", "PUT")
def terrain_photo(request: HttpRequest, numero: uuid.UUID, sha256: str) -> JsonResponse:
    """Say how much of a photo is there, or receive the rest of it."""
    if request.method == "GET":
        envoi = envoi_attendu(numero, par=request.user)
        recue = est_recue(envoi, sha256)
        octets = 0 if recue else octets_gardes(envoi, sha256, par=request.user)
        return JsonResponse({"recue": recue, "octets": octets})
    return _recevoir_photo(request, numero, sha256)


def _recevoir_photo(request: HttpRequest, numero: uuid.UUID, sha256: str) -> JsonResponse:
    envoi = envoi_attendu(numero, par=request.user)
    debut, taille = _octets(request, "X-Debut", 0), _octets(request, "X-Taille", None)
    try:
        depot = deposer(envoi, sha256, request, debut=debut, taille=taille, par=request.user, maintenant=timezone.now())
    except MauvaisDebut as erreur:
        return dire("decalage", "La photo reprend à un autre endroit.", statut=409, octets=erreur.octets)
    if not depot.recue:
        return JsonResponse({"recue": False, "octets": depot.octets}, status=202)
    photos, manquantes = etat_des_photos(envoi)
    corps = {"recue": True, "photos": photos, "manquantes": manquantes}
    return JsonResponse(corps, status=201 if depot.nouvelle else 200)


def _octets(request: HttpRequest, entete: str, defaut: int | None) -> int:
    texte = request.headers.get(entete, "" if defaut is None else str(defaut))
    if not (texte.isascii() and texte.isdecimal() and len(texte) < 16) or (defaut is None and int(texte) == 0):
        raise EnvoiRefuse("invalide", f"Cet envoi ne va pas : l’en-tête {entete} n’est pas lisible.")
    return int(texte)


@api("POST", lire=True)
def terrain_recus(request: HttpRequest) -> JsonResponse:
    """Say what the server holds of these records, before the telephone deletes anything."""
    corps = lire_json(request)
    demandes = corps.get("uuids") if isinstance(corps, dict) else None
    if not isinstance(demandes, list) or len(demandes) > RECUS_MAX:
        raise EnvoiRefuse("invalide", f"Cet envoi ne va pas : une liste de {RECUS_MAX} relevés au plus.")
    numeros = {}
    for demande in demandes:
        try:
            numeros[str(demande)] = uuid.UUID(str(demande))
        except ValueError:
            numeros[str(demande)] = None
    visibles = EnvoiTerrain.objects.visibles_par(request.user).select_related("constat")
    recus = composer_recus(visibles.filter(uuid__in={n for n in numeros.values() if n is not None}))
    return JsonResponse({"recus": {demande: recus.get(str(numero)) for demande, numero in numeros.items()}})
