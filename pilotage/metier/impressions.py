"""Printing in the worker: its progress is in the row, so that it survives a reload and a killed process.

A frozen dossier is printed once: its file and hash are kept, and asked again they are given as they are.
"""

import datetime
import logging
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from gusp.models import Photo
from pilotage import impression
from pilotage.enums import EtatImpression
from pilotage.models import Dossier, Impression
from pilotage.syntheses import composer_dossier
from pilotage.syntheses.photos import cles_des_images
from socle import fichiers
from socle.pdf_types import Assemblage, PdfRefuse

_journal = logging.getLogger(__name__)

DELAI = 180  # seconds given to the lay-out
SILENCE = datetime.timedelta(minutes=6)  # an active printing without any sign of life for that long is lost
PERDUE = "L’impression s’est interrompue sans finir\u00a0: relancez-la."
INCONNUE = (
    "L’impression a échoué pour une raison imprévue. Relancez-la\u00a0; si cela recommence, prévenez l’assistance."
)
AUTRE_MOTEUR = "Le PDF figé a disparu et ne se refait pas à l’identique\u00a0: restaurez la sauvegarde des fichiers."


@transaction.atomic
def ouvrir_impression(dossier: Dossier, *, par) -> tuple[Impression, bool]:
    """Return the active printing of the dossier, or a new one; the flag says whether it is new."""
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    active = dossier.impressions.filter(etat__in=EtatImpression.ACTIVES).first()
    if active is not None and not est_perdue(active):
        return active, False
    if active is not None:
        echouer(active, PERDUE)
    return Impression.objects.create(dossier=dossier, demandee_par=par, etape="En attente du travailleur"), True


def est_perdue(ligne: Impression) -> bool:
    """Tell whether an active printing gave no sign of life for too long."""
    return timezone.now() - (ligne.battement_le or ligne.demandee_le) > SILENCE


def conduire(impression_id: int, *, isole: bool = True) -> None:
    """Make the PDF of a printing; whatever goes wrong ends as a sentence in the row; nothing when it is over."""
    ligne = (
        Impression.objects.select_related("dossier__seance__instance")
        .filter(pk=impression_id, etat__in=EtatImpression.ACTIVES)
        .first()
    )
    if ligne is None:
        return
    debut = time.monotonic()
    _noter(ligne, etat=EtatImpression.EN_COURS, avancement=1, etape="Lecture des données")
    try:
        if not _deja_faite(ligne):
            _fabriquer(ligne, debut, isole)
    except PdfRefuse as refus:
        echouer(ligne, str(refus))
    except Exception:
        _journal.exception("Impression %s", ligne.pk)
        echouer(ligne, INCONNUE)


def _deja_faite(ligne: Impression) -> bool:
    """Give the kept file of a frozen dossier again."""
    dossier = ligne.dossier
    if not dossier.pdf_sha256 or lire_pdf(dossier) is None:
        return False
    _finir(ligne, dossier.pdf.name, dossier.pdf_sha256, dossier.pdf_pages, 0)
    return True


def _fabriquer(ligne: Impression, debut: float, isole: bool) -> None:
    dossier = ligne.dossier
    contenu = dossier.contenu or composer_dossier(dossier, au=dossier.arrete_le)
    images = images_de(dossier, contenu)
    fini = impression.imprimer(contenu, images, avancement=_suivi(ligne), isole=isole)
    if not dossier.contenu and not Dossier.objects.filter(pk=dossier.pk, contenu__isnull=True).exists():
        # Frozen while its draft was being laid out: what was asked meanwhile is the frozen one.
        dossier.refresh_from_db()
        return _fabriquer(ligne, debut, isole)
    for plainte in fini.avertissements:
        _journal.warning("Impression %s : %s", ligne.pk, plainte)
    nom = fichiers.ranger_par_contenu(fini.octets, dossier="dossiers/pdf", extension="pdf")
    if dossier.contenu:
        garder_pdf(dossier, fini, nom)
    return _finir(ligne, nom, fini.sha256, fini.pages, time.monotonic() - debut)


def _suivi(ligne: Impression) -> Callable[[int, int, str], None]:
    def suivre(fait: int, total: int, libelle: str) -> None:
        _noter(ligne, avancement=min(99, 2 + 97 * fait // max(1, total)), etape=libelle[:120])

    return suivre


def _noter(ligne: Impression, **champs: Any) -> None:
    """Write the progress, only while the printing is active."""
    champs["battement_le"] = timezone.now()
    Impression.objects.filter(pk=ligne.pk, etat__in=EtatImpression.ACTIVES).update(**champs)


def _finir(ligne: Impression, nom: str, sha256: str, pages: int | None, secondes: float) -> None:
    _noter(
        ligne,
        etat=EtatImpression.PRETE,
        avancement=100,
        etape="Terminé",
        fichier=nom,
        sha256=sha256,
        pages=pages,
        secondes=round(Decimal(secondes), 2),
        finie_le=timezone.now(),
    )


def echouer(ligne: Impression, phrase: str) -> None:
    """End a printing with a sentence for the person who asked."""
    _noter(ligne, etat=EtatImpression.ECHEC, erreur=phrase, finie_le=timezone.now())


@transaction.atomic
def garder_pdf(dossier: Dossier, fini: Assemblage, nom: str) -> None:
    """Keep the PDF of a frozen dossier; raise PdfRefuse when it was kept already with other bytes."""
    verrouille = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if verrouille.pdf_sha256 and verrouille.pdf_sha256 != fini.sha256:
        raise PdfRefuse(AUTRE_MOTEUR)
    verrouille.pdf, verrouille.pdf_sha256 = nom, fini.sha256
    verrouille.pdf_taille, verrouille.pdf_pages = len(fini.octets), fini.pages
    verrouille.save(update_fields=["pdf", "pdf_sha256", "pdf_taille", "pdf_pages", "modifie_le"])


def lire_pdf(dossier: Dossier) -> bytes | None:
    """Return the kept PDF of a frozen dossier; None when there is none, or when its file is gone."""
    try:
        return fichiers.lire(dossier.pdf)
    except FileNotFoundError:
        return None


def images_de(dossier: Dossier, contenu: dict[str, Any]) -> dict[str, bytes]:
    """Return the bytes of the pictures of a content: the copies of a frozen dossier, else those of the photos."""
    if dossier.contenu:
        noms = dict(dossier.images.values_list("sha256", "fichier"))
    else:
        cles = cles_des_images(contenu)
        noms = dict(Photo.objects.pour_le_copil().filter(sha256__in=cles).values_list("sha256", "impression"))
    try:
        return {cle: fichiers.lire(noms[cle]) for cle in cles_des_images(contenu)}
    except (KeyError, FileNotFoundError) as erreur:
        raise PdfRefuse("Une photo du dossier est introuvable\u00a0: retirez-la du COPIL ou déposez-la.") from erreur
