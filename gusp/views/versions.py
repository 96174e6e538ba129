"""What waits for a decision of the desk, as cards: two versions side by side, or a record without a walk."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from comptes.models import Appareil
from gusp.enums import EtatVersion, GenreEnvoi, Nature, SourcePosition, Urgence, VerdictRevue
from gusp.metier.contenus import Contenu, Position, lire_contenu
from gusp.metier.reception import instant_vrai
from gusp.metier.traces import ligne_de, longueur_m
from gusp.models import (
    Constat,
    EnvoiTerrain,
    Etape,
    Photo,
    PhotoEnAttente,
    Principe,
    Revue,
    SousTheme,
    Theme,
    VersionEnvoi,
)
from quartiers.geometrie import distance_m
from socle.formats import INSECABLE, nombre

_VIDE = "—"
_REFERENCES = (("theme", Theme), ("sous_theme", SousTheme), ("principe", Principe), ("etape", Etape))


@dataclass(frozen=True)
class Cote:
    """One version: whose, when it was seen and received, from which device, its photos."""

    titre: str
    par: Any = None
    vu_le: Any = None
    recu_le: Any = None
    appareil: str = ""
    remarques: str = ""
    photos: list[dict] = field(default_factory=list)
    absentes: int = 0


@dataclass(frozen=True)
class Ligne:
    """One field of both versions; `mot` says how they differ, empty when they do not."""

    libelle: str
    place: str
    autre: str
    mot: str = ""


@dataclass(frozen=True)
class Carte:
    """What one decides: `autre` waits beside `place` (None for a record to attach)."""

    envoi: EnvoiTerrain
    version: VersionEnvoi
    titre: str
    lignes: list[Ligne]
    autre: Cote
    place: Cote | None = None

    @property
    def differences(self) -> int:
        return sum(bool(ligne.mot) for ligne in self.lignes)


def cartes_de(envois: Iterable[EnvoiTerrain]) -> list[Carte]:
    """Return the cards of these sendings; a number of queries that does not depend on theirs.

    `envois` come with their constat, diagnostic, quartier and author.
    """
    envois = list(envois)
    versions = list(VersionEnvoi.objects.filter(envoi__in=envois).select_related("par").order_by("pk"))
    lecture = _Lecture(envois, versions)
    return [carte for envoi in envois for carte in lecture.cartes(envoi)]


class _Lecture:
    """What the cards need, read once for all of them."""

    def __init__(self, envois: list[EnvoiTerrain], versions: list[VersionEnvoi]):
        self.versions: dict[int, list[VersionEnvoi]] = {envoi.pk: [] for envoi in envois}
        for version in versions:
            self.versions[version.envoi_id].append(version)
        contenus = {v.pk: lire_contenu(v.corps) for v in versions}
        self.contenus = contenus
        self.noms = {
            nom: modele.objects.in_bulk({pk for c in contenus.values() if (pk := getattr(c, nom, None))})
            for nom, modele in _REFERENCES
        }
        self.appareils = {
            (a.uuid, a.utilisateur_id): str(a)
            for a in Appareil.objects.filter(uuid__in={e.appareil for e in envois}).defer("cle")
        }
        self.photos = _photos(envois)
        constats = {e.constat_id for e in envois if e.genre == GenreEnvoi.REVUE}
        self.revues = list(Revue.objects.filter(constat__in=constats).select_related("par").order_by("pk"))

    def cartes(self, envoi: EnvoiTerrain) -> list[Carte]:
        appliquee = next((v for v in self.versions[envoi.pk] if v.etat == EtatVersion.APPLIQUEE), None)
        attendues = [v for v in self.versions[envoi.pk] if v.etat == EtatVersion.A_ARBITRER]
        if envoi.a_rattacher:
            return [self._seule(envoi, appliquee)] if appliquee else []
        return [self._paire(envoi, appliquee, attendue) for attendue in attendues]

    def _seule(self, envoi: EnvoiTerrain, version: VersionEnvoi) -> Carte:
        faits = self._faits(envoi, self.contenus[version.pk])
        lignes = [Ligne(libelle, "", valeur) for libelle, valeur in faits.items() if valeur != _VIDE]
        return Carte(envoi, version, self._titre(envoi, version), lignes, self._cote("Reçu", envoi, version))

    def _paire(self, envoi: EnvoiTerrain, appliquee: VersionEnvoi | None, attendue: VersionEnvoi) -> Carte:
        autres = self._faits(envoi, self.contenus[attendue.pk])
        if envoi.genre == GenreEnvoi.REVUE:
            place, faits = self._revue_en_place(envoi, appliquee)
        else:
            place = self._cote("Version en place", envoi, appliquee or attendue)
            faits = self._en_place(envoi, appliquee, attendue)
        lignes = [
            Ligne(
                libelle,
                faits.get(libelle, _VIDE),
                autres.get(libelle, _VIDE),
                self._mot(envoi, attendue, libelle, faits, autres),
            )
            for libelle in autres
            if (faits.get(libelle, _VIDE), autres[libelle]) != (_VIDE, _VIDE)
        ]
        cote = self._cote("Autre version", envoi, attendue)
        return Carte(envoi, attendue, self._titre(envoi, attendue), lignes, cote, place)

    def _titre(self, envoi: EnvoiTerrain, version: VersionEnvoi) -> str:
        if envoi.constat is not None:
            return f"{envoi.constat.reference} {envoi.constat.titre}"
        mots = getattr(self.contenus[version.pk], "description", "")
        return mots.partition("\n")[0][:120] or envoi.get_genre_display()

    def _en_place(self, envoi, appliquee: VersionEnvoi | None, attendue: VersionEnvoi) -> dict[str, str]:
        if envoi.constat is not None:
            return self._du_constat(envoi.constat)
        return self._faits(envoi, self.contenus[(appliquee or attendue).pk])

    def _revue_en_place(self, envoi: EnvoiTerrain, appliquee: VersionEnvoi | None) -> tuple[Cote, dict[str, str]]:
        """Return the review that this one contradicts: its own first body, another walker's, or the state."""
        if appliquee is not None:
            return self._cote("Version en place", envoi, appliquee), self._faits(envoi, self.contenus[appliquee.pk])
        marche = envoi.diagnostic_id
        autres = [r for r in self.revues if (r.constat_id, r.diagnostic_id) == (envoi.constat_id, marche)]
        autres = [r for r in autres if marche and r.envoi_id != envoi.pk]
        etat = {"État du constat": envoi.constat.libelle_etat}
        if not autres:
            return Cote("Ce que dit le constat"), etat
        revue = autres[-1]
        faits = {"Verdict": revue.get_verdict_display(), "Commentaire": revue.commentaire or _VIDE}
        return Cote("Revue en place", par=revue.par, vu_le=revue.le), faits | etat

    def _cote(self, titre: str, envoi: EnvoiTerrain, version: VersionEnvoi) -> Cote:
        contenu = self.contenus[version.pk]
        connues = self.photos.get(envoi.pk, {})
        trouvees = [connues[p.sha256] for p in contenu.photos if p.sha256 in connues]
        return Cote(
            titre,
            par=version.par,
            vu_le=instant_vrai(contenu.releve_a, version),
            recu_le=version.recu_le,
            appareil=self.appareils.get((envoi.appareil, version.par_id), ""),
            remarques=version.remarques,
            photos=trouvees,
            absentes=len(contenu.photos) - len(trouvees),
        )

    def _faits(self, envoi: EnvoiTerrain, contenu: Contenu) -> dict[str, str]:
        if envoi.genre == GenreEnvoi.TRACE:
            ligne = ligne_de(contenu.points)
            return {"Points": nombre(len(contenu.points)), "Longueur": f"{nombre(longueur_m(ligne))}{INSECABLE}m"}
        if envoi.genre == GenreEnvoi.REVUE:
            faits = {"Verdict": VerdictRevue(contenu.verdict).label, "Commentaire": contenu.commentaire or _VIDE}
            return faits | {"État du constat": envoi.constat.libelle_etat}
        return {
            "Nature": Nature(contenu.nature).label,
            "Thème": self._nom("theme", contenu.theme),
            "Sous-thème": self._nom("sous_theme", contenu.sous_theme),
            "Principe": self._nom("principe", contenu.principe),
            "Étape": self._nom("etape", contenu.etape),
            "Description": contenu.description or _VIDE,
            "Proposition": contenu.proposition or _VIDE,
            "Repère": contenu.repere or _VIDE,
            "Danger immédiat": "Oui" if contenu.danger else "Non",
            "Position": _dire_position(contenu.position),
        }

    def _nom(self, champ: str, pk: int | None) -> str:
        if pk is None:
            return _VIDE
        return str(self.noms[champ].get(pk, "n’existe plus"))

    def _du_constat(self, constat: Constat) -> dict[str, str]:
        position = None
        if constat.lon is not None:
            source = constat.position_source or SourcePosition.EPINGLE
            position = Position(float(constat.lon), float(constat.lat), constat.precision_m, source)
        return {
            "Nature": constat.get_nature_display(),
            "Thème": str(constat.theme or _VIDE),
            "Sous-thème": str(constat.sous_theme or _VIDE),
            "Principe": str(constat.principe or _VIDE),
            "Étape": str(constat.etape or _VIDE),
            "Description": constat.description or _VIDE,
            "Proposition": constat.proposition or _VIDE,
            "Repère": constat.repere or _VIDE,
            "Danger immédiat": "Oui" if constat.urgence == Urgence.U1 else "Non",
            "Position": _dire_position(position),
        }

    def _mot(self, envoi, attendue: VersionEnvoi, libelle: str, faits: dict, autres: dict) -> str:
        if faits.get(libelle, _VIDE) == autres[libelle]:
            return ""
        position = getattr(self.contenus[attendue.pk], "position", None)
        if libelle == "Position" and position and envoi.constat is not None and envoi.constat.lon is not None:
            metres = distance_m(position.lon, position.lat, float(envoi.constat.lon), float(envoi.constat.lat))
            return f"différent, à {nombre(round(metres))}{INSECABLE}m"
        return "différent"


def _dire_position(position: Position | None) -> str:
    if position is None:
        return _VIDE
    mots = f"{nombre(position.lat, 5)} N, {nombre(position.lon, 5)} E"
    if position.precision_m is not None:
        mots += f", à {nombre(position.precision_m)}{INSECABLE}m près"
    return f"{mots} ({SourcePosition(position.source).label})"


def _photos(envois: list[EnvoiTerrain]) -> dict[int, dict[str, dict]]:
    """Return the photos there by sending and hash: joined to the constat, or kept until there is one."""
    par_constat: dict[int, dict[str, dict]] = {}
    for photo in Photo.objects.filter(constat__in={e.constat_id for e in envois if e.constat_id}):
        par_constat.setdefault(photo.constat_id, {})[photo.sha256] = _photo("gusp:photo_fichier", photo, str(photo))
    trouvees = {e.pk: dict(par_constat.get(e.constat_id, {})) for e in envois}
    for photo in PhotoEnAttente.objects.filter(envoi__in=envois):
        trouvees[photo.envoi_id][photo.sha256] = _photo("gusp:reception_photo", photo, "Photo du relevé à rattacher")
    return trouvees


def _photo(vue: str, photo, alt: str) -> dict:
    return {
        "url": reverse(vue, args=[photo.pk, "vignette"]),
        "grande": reverse(vue, args=[photo.pk, "principale"]),
        "alt": alt,
    }
