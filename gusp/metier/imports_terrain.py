"""Rescue files taken in by the worker: each record and each photo once, whatever the number of runs.

What became of a record is written in the same transaction as the record: a second run goes on where the first stopped.
"""

import datetime
import logging
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from gusp.enums import EtatEnvoi, EtatImport, EtatVersion, GenreEnvoi, GenreMouvement
from gusp.metier.archive_secours import Archive, EnvoiLu, ImportRefuse, PhotoAbimee, PhotoTropLourde, Sommaire
from gusp.metier.contenus import FORMAT, EnvoiRefuse, lire_contenu
from gusp.metier.reception import Reception, recevoir_envoi, retenir
from gusp.metier.reception_photos import est_recue, recevoir_octets
from gusp.models import EnvoiTerrain, ImportTerrain, MouvementConstat
from socle import fichiers
from socle.documents import nom_affichable
from socle.formats import typo

_journal = logging.getLogger(__name__)

DOSSIER = "imports-terrain"
SILENCE = datetime.timedelta(minutes=6)  # an active import without any sign of life for that long is lost
GARDE = datetime.timedelta(days=30)
PERDU = typo("L’import s’est interrompu sans finir : reprenez-le, ce qui est reçu ne sera pas reçu deux fois.")
INCONNUE = typo("L’import a échoué pour une raison imprévue. Reprenez-le ; si cela recommence, prévenez l’assistance.")
DISPARU = typo("Le fichier n’est plus gardé ici : déposez-le de nouveau.")
SANS_UUID = "Cette fiche n’a pas d’identifiant : elle n’est pas lisible."
PHOTO_ABIMEE = "Cette photo est abîmée dans le fichier : elle n’est pas reçue."
PHOTO_LOURDE = "Une photo est trop lourde : elle n’est pas reçue."
NOUVEAU, DEJA, CORRIGE, A_ARBITRER, A_RATTACHER, REFUSE = (
    "nouveau",
    "deja",
    "corrige",
    "a_arbitrer",
    "a_rattacher",
    "refuse",
)


def ouvrir_import(flux: File, nom: str, *, par) -> ImportTerrain:
    """Check the shape of an uploaded file and keep it, private, for the worker. Raises ImportRefuse."""
    sommaire = Archive(flux).sommaire()
    flux.seek(0)
    stocke = fichiers.ranger_flux(flux, dossier=DOSSIER, extension="zip")
    try:
        return ImportTerrain.objects.create(
            nom=nom_affichable(nom, "zip")[:120], fichier=stocke, total=len(sommaire.envois), par=par
        )
    except BaseException:
        fichiers.supprimer(stocke)
        raise


def est_perdu(ligne: ImportTerrain) -> bool:
    """Tell whether an active import gave no sign of life for too long."""
    return ligne.etat in EtatImport.ACTIFS and timezone.now() - (ligne.battement_le or ligne.demande_le) > SILENCE


@transaction.atomic
def rouvrir_import(ligne: ImportTerrain) -> bool:
    """Put a failed or lost import back in the queue; False when there is nothing to take up."""
    ligne = ImportTerrain.objects.select_for_update(of=("self",)).get(pk=ligne.pk)
    if not ligne.fichier or not (ligne.etat == EtatImport.ECHEC or est_perdu(ligne)):
        return False
    ligne.etat, ligne.erreur, ligne.fini_le, ligne.battement_le = EtatImport.DEMANDE, "", None, timezone.now()
    ligne.save(update_fields=["etat", "erreur", "fini_le", "battement_le"])
    return True


def conduire_import(import_id: int) -> None:
    """Take a file in; whatever goes wrong ends as a sentence in the row; nothing when it is over."""
    ligne = ImportTerrain.objects.select_related("par").filter(pk=import_id, etat__in=EtatImport.ACTIFS).first()
    if ligne is None:
        return
    _noter(ligne, etat=EtatImport.EN_COURS)
    try:
        with fichiers.ouvrir(ligne.fichier) as flux:
            archive = Archive(flux)
            _recevoir_tout(ligne, archive, archive.sommaire())
    except ImportRefuse as refus:
        echouer(ligne, refus.phrase)
    except FileNotFoundError:
        echouer(ligne, DISPARU)
    except Exception:
        _journal.exception("Import du terrain %s", ligne.pk)
        echouer(ligne, INCONNUE)
    else:
        fichier = ligne.fichier
        _noter(ligne, etat=EtatImport.FAIT, fichier="", fini_le=timezone.now())
        fichiers.supprimer(fichier)


def echouer(ligne: ImportTerrain, phrase: str) -> None:
    """End an import with a sentence for the person who asked; its file is kept."""
    _noter(ligne, etat=EtatImport.ECHEC, erreur=phrase, fini_le=timezone.now())


def _noter(ligne: ImportTerrain, **champs: Any) -> None:
    """Write the progress, only while the import is active."""
    champs["battement_le"] = timezone.now()
    ImportTerrain.objects.filter(pk=ligne.pk, etat__in=EtatImport.ACTIFS).update(**champs)


def _recevoir_tout(ligne: ImportTerrain, archive: Archive, sommaire: Sommaire) -> None:
    photos = [_photos_de(lu) for lu in sommaire.envois]
    _noter(ligne, total=len(sommaire.envois) + sum(len(siennes) for siennes in photos))
    fait = 0
    for rang, (lu, siennes) in enumerate(zip(sommaire.envois, photos, strict=True)):
        envoi = _recevoir(ligne, sommaire, lu, rang)
        fait += 1
        _noter(ligne, fait=fait)
        for sha256 in siennes:
            if envoi is not None:
                _recevoir_photo(ligne, archive, envoi, sha256, rang)
            fait += 1
            _noter(ligne, fait=fait)


def _photos_de(lu: EnvoiLu) -> list[str]:
    """Return the hashes that a record announces; none when it is not readable (its refusal will say so)."""
    try:
        return [photo.sha256 for photo in lire_contenu({"genre": lu.genre, "contenu": lu.contenu}).photos]
    except (EnvoiRefuse, KeyError, TypeError):
        return []


@transaction.atomic
def _recevoir(ligne: ImportTerrain, sommaire: Sommaire, lu: EnvoiLu, rang: int) -> EnvoiTerrain | None:
    """Receive one record and write what became of it; one received by an earlier run is only found again."""
    bilan = _verrouiller(ligne)
    deja_vu = bilan.setdefault("envois", {}).get(str(rang))
    if deja_vu is not None:
        if deja_vu["sort"] == REFUSE:
            return None
        return EnvoiTerrain.objects.select_related("constat").filter(uuid=lu.uuid).first() if lu.uuid else None
    bilan |= {"compte": sommaire.compte, "exporte_le": sommaire.exporte_le}
    try:
        with transaction.atomic():
            reception = _tenter(ligne, sommaire, lu)
    except EnvoiRefuse as refus:
        bilan["envois"][str(rang)] = {"sort": REFUSE, "quoi": _dire(lu), "phrase": refus.phrase}
        reception = None
    else:
        bilan["envois"][str(rang)] = {"sort": _sort(reception), "quoi": _dire(lu)}
    _ecrire(ligne, bilan)
    return None if reception is None else reception.envoi


def _tenter(ligne: ImportTerrain, sommaire: Sommaire, lu: EnvoiLu) -> Reception:
    if lu.uuid is None:
        raise EnvoiRefuse("invalide", SANS_UUID)
    corps = {"format": FORMAT, "genre": lu.genre, "base": lu.base, "contenu": lu.contenu}
    maintenant = timezone.now()
    reception = recevoir_envoi(lu.uuid, corps, par=ligne.par, appareil=sommaire.appareil, maintenant=maintenant)
    if not reception.deja:
        _signer(reception, sommaire, par=ligne.par, le=maintenant)
    return reception


def _signer(reception: Reception, sommaire: Sommaire, *, par, le) -> None:
    """Write whose telephone it was: the record comes in the name of the person who imports."""
    phrase = f"Importé par {par} du fichier exporté par le téléphone de {sommaire.compte or 'quelqu’un sans nom'}."
    version = reception.version
    retenir(version, version.etat, remarques=filter(None, (version.remarques, phrase)))
    if reception.envoi.constat is not None:
        MouvementConstat.objects.create(
            constat=reception.envoi.constat, genre=GenreMouvement.COMMENTAIRE, commentaire=phrase, par=par, le=le
        )


def _sort(reception: Reception) -> str:
    if reception.deja:
        return DEJA
    if reception.envoi.etat == EtatEnvoi.A_RATTACHER:
        return A_RATTACHER
    if reception.version.etat == EtatVersion.A_ARBITRER:
        return A_ARBITRER
    return NOUVEAU if reception.neuf else CORRIGE


def _dire(lu: EnvoiLu) -> str:
    """Say a record in a few words, whatever its shape."""
    contenu = lu.contenu if isinstance(lu.contenu, dict) else {}
    mots = contenu.get("description") or contenu.get("commentaire") or ""
    genre = GenreEnvoi(lu.genre).label if lu.genre in GenreEnvoi.values else "Fiche"
    premiere = mots.strip().partition("\n")[0][:80] if isinstance(mots, str) else ""
    return premiere or genre


@transaction.atomic
def _recevoir_photo(ligne: ImportTerrain, archive: Archive, envoi: EnvoiTerrain, sha256: str, rang: int) -> None:
    bilan = _verrouiller(ligne)
    cle = f"{rang}/{sha256[:16]}"
    if cle in bilan.setdefault("photos", {}):
        return
    sort, phrase = "recue", ""
    if est_recue(envoi, sha256):
        sort = "deja"
    elif not archive.contient(sha256):
        sort = "manquante"
    else:
        try:
            with transaction.atomic():
                recevoir_octets(envoi, sha256, archive.photo(sha256), par=ligne.par, maintenant=timezone.now())
        except PhotoTropLourde:
            sort, phrase = "refusee", typo(PHOTO_LOURDE)
        except PhotoAbimee:
            sort, phrase = "refusee", PHOTO_ABIMEE
        except EnvoiRefuse as refus:
            sort, phrase = "refusee", refus.phrase
    bilan["photos"][cle] = [sort, phrase]
    _ecrire(ligne, bilan)


def _verrouiller(ligne: ImportTerrain) -> dict[str, Any]:
    """Lock the import, so that two runs go one after the other; return what became of its records."""
    return ImportTerrain.objects.select_for_update(of=("self",)).get(pk=ligne.pk).bilan


def _ecrire(ligne: ImportTerrain, bilan: dict[str, Any]) -> None:
    ImportTerrain.objects.filter(pk=ligne.pk).update(bilan=bilan)


def oublier_les_imports(*, avant: datetime.datetime) -> int:
    """Delete the files of the imports that failed before that instant; return how many."""
    oublies = 0
    for ligne in ImportTerrain.objects.filter(etat=EtatImport.ECHEC, fini_le__lt=avant).exclude(fichier=""):
        fichiers.supprimer(ligne.fichier)
        oublies += ImportTerrain.objects.filter(pk=ligne.pk).update(fichier="")
    return oublies
