"""A little life of the field on the last walk: two walkers, a record to arbitrate, reviews, a track, a late photo."""

import datetime
import hashlib
import random
import uuid
from contextlib import suppress
from itertools import pairwise

from django.utils import timezone

from gusp.enums import EtatConstat, RolePhoto, VerdictRevue
from gusp.metier.diagnostics import restant_a_revoir
from gusp.metier.photos import PhotoDejaJointe, ajouter_photo
from gusp.metier.reception import recevoir_envoi
from gusp.metier.reception_photos import recevoir_octets
from gusp.models import Constat, Diagnostic, EnvoiTerrain
from pilotage.demonstration import photos
from pilotage.demonstration.marches import points_du_quartier

_ESPACE = uuid.UUID("6f1d1c52-0c4e-4a5e-9c0e-37261fa11c10")
_TELEPHONES = {"territorial3": uuid.uuid5(_ESPACE, "telephone 1"), "gusp": uuid.uuid5(_ESPACE, "telephone 2")}
_METRE = 1 / 111_320


class Terrain:
    """Sends from two telephones, through the same doors as theirs."""

    def __init__(self, *, comptes, marche: Diagnostic, hasard: random.Random):
        self.comptes, self.marche = comptes, marche
        self.lieux = points_du_quartier(marche.quartier, 4, hasard)
        self.rang = 0

    def animer(self) -> None:
        """Send everything."""
        lon, lat = self.lieux[0]
        self._relever("territorial3", (14, 32), "Banc arraché devant le hall", "MOBU", (lon, lat))
        self._relever("gusp", (14, 36), "Assise cassée, vis apparentes", "MOBU", (lon, lat + 12 * _METRE), danger=True)
        self._arbitrer()
        self._relever(
            "territorial3", (15, 10), "Potelet couché sur le passage piéton", "VOI", self.lieux[2], tarde=True
        )
        self._revoir()
        self._tracer()

    def _arbitrer(self) -> None:
        """One record corrected on two telephones that did not know of each other."""
        faits = {"repere": "Angle du parking", "position": _position(self.lieux[1])}
        numero = self._relever("territorial3", (14, 50), "Lampadaire éteint", "ECL", self.lieux[1], **faits)
        loin = _position((self.lieux[1][0], self.lieux[1][1] + 25 * _METRE))
        autre = {"repere": "Devant le 4, côté école", "position": loin, "danger": True}
        dits = self._contenu((14, 50), "Deux lampadaires éteints, passage très sombre", photos=(), **autre)
        self._envoyer(numero, "constat", dits, "gusp", (16, 40))

    def _relever(self, qui, heure, description, theme, lieu, *, tarde=False, **faits) -> uuid.UUID:
        octets = photos.dessiner(theme, graine=90 + self.rang)
        contenu = self._contenu(heure, description, photos=(octets,), **{"position": _position(lieu)} | faits)
        numero = self._envoyer(None, "constat", contenu, qui, heure)
        if not tarde:
            self._photographier(numero, octets, qui, heure)
        return numero

    def _contenu(self, heure, description, *, photos, **faits) -> dict:
        le = self._instant(*heure)
        vides = dict.fromkeys(("theme", "sous_theme", "principe", "etape", "position"))
        annoncees = [_annonce(octets, description, le) for octets in photos]
        return vides | {
            "diagnostic": self.marche.pk,
            "quartier": self.marche.quartier_id,
            "releve_a": le.isoformat(),
            "nature": "negatif",
            "description": description,
            "proposition": "",
            "repere": "",
            "danger": False,
            "photos": annoncees,
            **faits,
        }

    def _revoir(self) -> None:
        """Three constats of the walk before, seen again: one gone with its photo, one as it was, one worse."""
        anciens = Constat.objects.filter(quartier=self.marche.quartier, confidentiel=False, diagnostic__isnull=False)
        anciens = restant_a_revoir(anciens.exclude(diagnostic=self.marche))
        anciens = anciens.filter(etat__in=EtatConstat.CHEZ_L_ORGANISME).select_related("theme", "cree_par")
        vus = list(anciens.order_by("reference")[:3])
        if not vus:
            return
        leve, *suite = vus
        self._photo_d_avant(leve)
        dits = [(leve, VerdictRevue.LEVE, "Plus rien à signaler.")]
        dits += list(zip(suite, (VerdictRevue.INCHANGE, VerdictRevue.PIRE), ("", "Cela s’étend."), strict=False))
        for rang, (constat, verdict, mots) in enumerate(dits):
            octets = [photos.dessiner(leve.theme.code, graine=91, apres=True)] if constat == leve else []
            le = self._instant(15, 20 + 4 * rang)
            contenu = {
                "diagnostic": self.marche.pk,
                "quartier": self.marche.quartier_id,
                "releve_a": le.isoformat(),
                "constat": constat.pk,
                "verdict": verdict.value,
                "commentaire": mots,
                "position": None,
                "photos": [_annonce(o, f"Le même endroit, revu pendant {self.marche}", le) for o in octets],
            }
            numero = self._envoyer(None, "revue", contenu, "territorial3", (15, 20 + 4 * rang))
            for photo in octets:
                self._photographier(numero, photo, "territorial3", (15, 30))

    def _photo_d_avant(self, constat: Constat) -> None:
        """Give the constat that will be found done the photo of the day when it was seen."""
        le = timezone.make_aware(datetime.datetime.combine(constat.releve_le, datetime.time(15)))
        octets = photos.dessiner(constat.theme.code, graine=91)
        mots = f"{constat.titre}, image dessinée"
        with suppress(PhotoDejaJointe):
            ajouter_photo(
                constat, octets, par=constat.cree_par, role=RolePhoto.AVANT, texte_alternatif=mots, prise_le=le, le=le
            )

    def _tracer(self) -> None:
        """Where the first telephone went, from stop to stop."""
        etapes = [(float(e.lon), float(e.lat)) for e in self.marche.etapes.all()]
        points = [[round(lon, 6), round(lat, 6), 8, 0] for lon, lat in _serrer(etapes)]
        for rang, point in enumerate(points):
            point[3] = rang * 6600 // max(1, len(points) - 1)
        le = self._instant(14, 5)
        contenu = {"diagnostic": self.marche.pk, "quartier": self.marche.quartier_id, "releve_a": le.isoformat()}
        self._envoyer(None, "trace", contenu | {"points": points}, "territorial3", (15, 58))

    def _envoyer(self, numero, genre: str, contenu: dict, qui: str, heure) -> uuid.UUID:
        self.rang += 1
        numero = numero or uuid.uuid5(_ESPACE, f"{self.marche.reference} {self.rang}")
        corps = {"format": 1, "genre": genre, "base": None, "contenu": contenu}
        quand = self._instant(*heure) + datetime.timedelta(minutes=1)
        recevoir_envoi(numero, corps, par=self.comptes[qui], appareil=_TELEPHONES[qui], maintenant=quand)
        return numero

    def _photographier(self, numero, octets: bytes, qui: str, heure) -> None:
        envoi = EnvoiTerrain.objects.select_related("constat").get(uuid=numero)
        quand = self._instant(*heure) + datetime.timedelta(minutes=2)
        recevoir_octets(envoi, _sha(octets), octets, par=self.comptes[qui], maintenant=quand)

    def _instant(self, heure: int, minute: int) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(self.marche.prevu_le, datetime.time(heure, minute)))


def animer(*, comptes, marche: Diagnostic, hasard: random.Random) -> None:
    """Send what two telephones saw during that walk."""
    Terrain(comptes=comptes, marche=marche, hasard=hasard).animer()


def _position(lieu: tuple[float, float]) -> dict:
    return {"lon": round(lieu[0], 6), "lat": round(lieu[1], 6), "precision_m": 6, "source": "gps"}


def _annonce(octets: bytes, mots: str, le: datetime.datetime) -> dict:
    largeur, hauteur = photos.TAILLE
    return {
        "sha256": _sha(octets),
        "role": "avant",
        "poids": len(octets),
        "largeur": largeur,
        "hauteur": hauteur,
        "prise_a": le.isoformat(),
        "texte_alternatif": f"{mots}, image dessinée",
    }


def _sha(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def _serrer(etapes: list[tuple[float, float]], pas: int = 12) -> list[tuple[float, float]]:
    """Return the stops with points between them."""
    serres = []
    for (lon, lat), (vers_lon, vers_lat) in pairwise(etapes):
        serres += [(lon + (vers_lon - lon) * i / pas, lat + (vers_lat - lat) * i / pas) for i in range(pas)]
    return [*serres, *etapes[-1:]]
