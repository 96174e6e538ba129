"""Freezing: the content is composed once, written as canonical JSON, its pictures copied, its hash kept."""

import datetime
import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from gusp.metier.refus import TransitionRefusee
from gusp.models import Photo
from pilotage.enums import EtatDossier
from pilotage.metier.dossiers_controle import bloquants, controler
from pilotage.metier.dossiers_etat import changer_etat, verrouiller
from pilotage.models import Dossier, ImageDossier
from pilotage.syntheses import composer_dossier
from pilotage.syntheses.photos import cles_des_images, renommer_les_images
from socle import fichiers


def canonique(contenu: dict[str, Any]) -> str:
    """Return the one text of a content: sorted keys, no spaces, so that its hash can be checked for ever."""
    return json.dumps(contenu, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def empreinte(contenu: dict[str, Any]) -> str:
    """Return the SHA-256 of a content."""
    return hashlib.sha256(canonique(contenu).encode()).hexdigest()


@transaction.atomic
def figer(dossier: Dossier, *, par, le: datetime.datetime | None = None) -> Dossier:
    """Copy texts, numbers and pictures into the dossier, which nothing changes any more.

    A second call returns the frozen dossier as it is. Raises TransitionRefusee while something blocking is missing.
    """
    dossier = verrouiller(dossier)
    if not dossier.est_modifiable:
        return dossier
    manques = bloquants(controler(dossier))
    if manques:
        raise TransitionRefusee("Le dossier ne peut pas être figé. " + " ".join(p.texte for p in manques))
    le = le or timezone.now()
    contenu = composer_dossier(dossier, au=dossier.arrete_le, fige_le=timezone.localdate(le))
    contenu = json.loads(canonique(_avec_images(dossier, contenu)))
    dossier.contenu, dossier.contenu_sha256 = contenu, empreinte(contenu)
    dossier.fige_le, dossier.fige_par = le, par
    changer_etat(dossier, EtatDossier.FIGE, par=par, le=le, commentaire=f"Empreinte {dossier.contenu_sha256[:12]}.")
    dossier.save(
        update_fields=["contenu", "contenu_sha256", "fige_le", "fige_par", "etat", "modifie_le"],
    )
    return dossier


def _avec_images(dossier: Dossier, contenu: dict[str, Any]) -> dict[str, Any]:
    """Copy the print pictures, named by the hash of their own bytes, and put these names in the content."""
    cles = cles_des_images(contenu)
    noms = dict(Photo.objects.filter(sha256__in=cles).order_by("pk").values_list("sha256", "impression"))
    nouveaux = {}
    for cle in cles:
        try:
            octets = fichiers.lire(noms[cle])
        except (KeyError, OSError) as erreur:
            raise TransitionRefusee(
                "Une photo du dossier est introuvable\u00a0: retirez-la du COPIL ou déposez-la de nouveau."
            ) from erreur
        sha256 = hashlib.sha256(octets).hexdigest()
        fichier = fichiers.ranger_par_contenu(octets, dossier="dossiers/images", extension="jpg")
        ImageDossier.objects.get_or_create(dossier=dossier, sha256=sha256, defaults={"fichier": fichier})
        nouveaux[cle] = sha256
    return renommer_les_images(contenu, nouveaux)
