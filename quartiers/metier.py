"""Writes of the reference data: import of official outlines."""

import datetime
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.core import signing
from django.db import transaction
from django.db.models import TextChoices
from shapely import hausdorff_distance
from shapely.geometry import shape

from quartiers.enums import OrigineContour
from quartiers.geometrie import distance_m
from quartiers.lecture_qpv import LectureQpv, LigneQpv, cle_de_code, lire
from quartiers.models import Quartier
from socle.formats import nombre

#: Two outlines nearer than this (degrees, about 20 cm) are the same one read from another format.
MEME_CONTOUR = 2e-6
#: An outline farther than this from the known place carries the wrong code or the wrong system of coordinates.
ECART_MAX_KM = 10
_SEL = "quartiers.importer_qpv"


class Verdict(TextChoices):
    """What became of one row of the file."""

    IMPORTE = "importe", "importé"
    REMPLACE = "remplace", "remplacé"
    INCHANGE = "inchange", "inchangé"
    SANS_CONTOUR = "sans_contour", "sans contour"
    CONSERVE = "conserve", "conservé"
    IGNORE = "ignore", "ignoré"
    REFUSE = "refuse", "refusé"

    @property
    def forme(self) -> str:
        """Shape of the badge on screen (socle.templatetags.socle.FORMES)."""
        return {self.IMPORTE: "fait", self.REMPLACE: "fait", self.REFUSE: "retard", self.CONSERVE: "a-traiter"}.get(
            self, "neutre"
        )


@dataclass(frozen=True)
class LigneRapport:
    """One line of the report: the row of the file, its verdict and a French sentence."""

    rang: int
    code: str
    nom: str
    verdict: Verdict
    texte: str
    quartier: Quartier | None = None

    def __str__(self):
        qui = f"{self.code or 'sans code'} {self.nom}".strip()
        return f"ligne {self.rang}, {qui}\u00a0: {self.verdict.label}, {self.texte}"


@dataclass(frozen=True)
class RapportImport:
    """What an import did (or would do): one line per row, and a summary."""

    fichier: str
    format: str
    simule: bool
    lignes: tuple[LigneRapport, ...]

    @property
    def retenues(self) -> list[LigneRapport]:
        """Lines about our quartiers or refused; the other towns' rows are left out."""
        return [ligne for ligne in self.lignes if ligne.verdict != Verdict.IGNORE]

    @property
    def ignorees(self) -> list[LigneRapport]:
        return [ligne for ligne in self.lignes if ligne.verdict == Verdict.IGNORE]

    @property
    def conserves(self) -> int:
        """Number of official outlines that a provisional one would only replace by force."""
        return sum(ligne.verdict == Verdict.CONSERVE for ligne in self.lignes)

    @property
    def ecritures(self) -> int:
        """Number of quartiers whose outline changes."""
        return sum(ligne.verdict in (Verdict.IMPORTE, Verdict.REMPLACE) for ligne in self.lignes)

    @property
    def resume(self) -> str:
        """Summary in one sentence, e.g. « 7 importés, 1 sans contour »."""
        comptes = Counter(ligne.verdict for ligne in self.lignes)
        morceaux = [f"{comptes[v]} {_accord(v, comptes[v])}" for v in Verdict if comptes[v]]
        return ", ".join(morceaux)


def _accord(verdict: Verdict, nombre: int) -> str:
    return verdict.label if nombre < 2 or verdict == Verdict.SANS_CONTOUR else f"{verdict.label}s"


def lire_fichier_qpv(chemin: Path, *, millesime: int | None = None, nom: str = "") -> LectureQpv:
    """Read a file for the quartiers of the application; raises FichierRefuse."""
    codes = {code for paire in Quartier.objects.values_list("code_qpv", "code_qpv_2015") for code in paire if code}
    return lire(chemin, codes=codes, millesime=millesime, nom=nom)


@transaction.atomic
def importer_qpv(
    lecture: LectureQpv, *, le: datetime.date, simuler: bool = False, forcer: bool = False
) -> RapportImport:
    """Apply what was read, all or nothing; with `simuler` nothing is written and the report is the same.

    An official outline is replaced by a provisional one only with `forcer`.
    """
    quartiers = list(Quartier.objects.select_for_update(of=("self",)).order_by("pk"))
    par_cle = {cle_de_code(code): q for q in quartiers for code in (q.code_qpv, q.code_qpv_2015) if code}
    officiels = {
        par_cle[cle_de_code(ligne.code)].pk
        for ligne in lecture.lignes
        if ligne.connue and ligne.geometrie and ligne.origine == OrigineContour.OFFICIEL
    }
    rapport = []
    for ligne in lecture.lignes:
        quartier = par_cle.get(cle_de_code(ligne.code)) if ligne.connue else None
        verdict, texte = _juger(ligne, quartier, officiels, forcer=forcer)
        if verdict in (Verdict.IMPORTE, Verdict.REMPLACE):
            _poser_contour(quartier, ligne, lecture.fichier, le=le)
            if not simuler:
                quartier.save()
        rapport.append(LigneRapport(ligne.rang, ligne.code, ligne.nom, verdict, texte, quartier))
    return RapportImport(lecture.fichier, lecture.format, simuler, tuple(rapport))


def _juger(ligne: LigneQpv, quartier: Quartier | None, officiels: set[int], *, forcer: bool) -> tuple[Verdict, str]:
    """Return the verdict of one row and its reason, before anything is written."""
    if ligne.refus:
        return Verdict.REFUSE, f"{ligne.refus}."
    if quartier is None:
        return Verdict.IGNORE, _pourquoi_ignoree(ligne)
    if ligne.geometrie is None:
        return Verdict.SANS_CONTOUR, _garde(quartier, ligne)
    if (ecart := _ecart_km(ligne, quartier)) > ECART_MAX_KM:
        return Verdict.REFUSE, f"le contour est à {nombre(ecart, 0)}\u00a0km de l’emplacement connu du quartier."
    provisoire = ligne.origine == OrigineContour.PROVISOIRE
    if provisoire and quartier.pk in officiels:
        return Verdict.IGNORE, "le même fichier donne le contour officiel de ce quartier."
    if provisoire and quartier.contour_origine == OrigineContour.OFFICIEL and not forcer:
        return Verdict.CONSERVE, "un contour officiel est en place, un contour provisoire ne le remplace pas."
    return _comparer(ligne, quartier)


def _ecart_km(ligne: LigneQpv, quartier: Quartier) -> float:
    """Return how far the outline of the file is from the known centre of the quartier, in kilometres."""
    lon, lat = ligne.centre
    return distance_m(lon, lat, float(quartier.centre_lon), float(quartier.centre_lat)) / 1000


def _pourquoi_ignoree(ligne: LigneQpv) -> str:
    if ligne.remarques:
        return f"{', '.join(ligne.remarques)}."
    return f"quartier de {ligne.commune}." if ligne.commune else "quartier d’une autre commune."


def _garde(quartier: Quartier, ligne: LigneQpv) -> str:
    garde = "le schéma reste en place" if quartier.contour is None else "le contour en place est gardé"
    return f"{garde} ({ligne.mention or 'le fichier ne donne pas de contour'})."


def _comparer(ligne: LigneQpv, quartier: Quartier) -> tuple[Verdict, str]:
    details = [str(OrigineContour(ligne.origine).label).lower(), *ligne.remarques]
    details.append(f"{nombre(ligne.surface_ha, 1)}\u00a0ha")
    texte = f"{', '.join(details)}."
    if quartier.contour is None:
        return Verdict.IMPORTE, texte
    if quartier.contour_origine == ligne.origine and _meme_contour(quartier.contour, ligne.geometrie):
        return Verdict.INCHANGE, texte
    return Verdict.REMPLACE, texte


def _meme_contour(un: dict, autre: dict) -> bool:
    return un == autre or bool(hausdorff_distance(shape(un), shape(autre)) < MEME_CONTOUR)


def _poser_contour(quartier: Quartier, ligne: LigneQpv, fichier: str, *, le: datetime.date) -> None:
    quartier.contour = ligne.geometrie
    quartier.contour_origine = ligne.origine
    quartier.contour_source = f"{fichier}, code {ligne.code}" + (f" ({ligne.mention})" if ligne.mention else "")
    quartier.contour_le = le
    quartier.centre_lon, quartier.centre_lat = (Decimal(str(degre)) for degre in ligne.centre)
    quartier.surface_ha = Decimal(str(ligne.surface_ha))


def sceller(lecture: LectureQpv) -> str:
    """Return the useful rows of a reading as a signed text, for the form that confirms a preview."""
    lignes = [vars(ligne) | {"remarques": list(ligne.remarques)} for ligne in lecture.lignes if ligne.connue]
    return signing.dumps([lecture.fichier, lecture.format, lignes], salt=_SEL, compress=True)


def desceller(texte: str) -> LectureQpv:
    """Return the reading held by a signed text less than one hour old; raises signing.BadSignature."""
    fichier, format_, lignes = signing.loads(texte, salt=_SEL, max_age=3600)
    return LectureQpv(fichier, format_, tuple(_ligne_descellee(ligne) for ligne in lignes))


def _ligne_descellee(valeurs: dict) -> LigneQpv:
    centre = valeurs["centre"] and tuple(valeurs["centre"])
    return LigneQpv(**valeurs | {"remarques": tuple(valeurs["remarques"]), "centre": centre})
