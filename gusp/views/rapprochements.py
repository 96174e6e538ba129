"""Constats that one may repeat: near it, at its stop, or seen by another walker at the same moment."""

import datetime
import math

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from gusp.enums import EtatConstat, GenreEnvoi, RolePhoto
from gusp.models import Constat, EnvoiTerrain, Photo
from quartiers.geometrie import METRES_PAR_DEGRE, distance_m
from socle.formats import INSECABLE, heure, jour, nombre

#: Two constats of one theme nearer than that (metres) may be one.
PROCHE_M = 30
#: So may two of any theme, seen during one walk by two people (or telephones) at that distance and interval.
ENSEMBLE_M, ENSEMBLE_DUREE = 40, datetime.timedelta(minutes=10)
SUGGESTIONS_MAX = 6
_LUES_MAX = 200


def suggestions(utilisateur, constat: Constat) -> list[dict]:
    """Return the constats that this one may repeat, each with its photo: another walker’s, then the nearest."""
    lignes = Constat.objects.visibles_par(utilisateur).filter(quartier=constat.quartier_id).exclude(pk=constat.pk)
    lignes = lignes.filter(_meme_etape(constat) | _proches(constat) | _ensemble(constat))
    lignes = lignes.exclude(etat__in=EtatConstat.CLOS).annotate(appareil=_appareil(OuterRef("pk")))
    lignes = lignes.pour_la_liste().select_related("sous_theme", "cree_par").defer("quartier__contour")
    le_sien = _appareil_de(constat)
    trouvees = [_comparer(constat, autre, le_sien) for autre in lignes[:_LUES_MAX]]
    gardees = [s for s in trouvees if s["etape"] or s["proche"] or s["ensemble"]]
    gardees = sorted(gardees, key=_rang)[:SUGGESTIONS_MAX]
    return _avec_photos(gardees)


def _meme_theme(constat: Constat) -> Q:
    return Q(theme=constat.theme_id) | Q(theme=None) if constat.theme_id else Q()


def _meme_etape(constat: Constat) -> Q:
    return Q(etape=constat.etape_id) & _meme_theme(constat) if constat.etape_id else Q(pk__in=[])


def _proches(constat: Constat) -> Q:
    return _dans_le_carre(constat, PROCHE_M) & Q(ouvert=True) & _meme_theme(constat)


def _ensemble(constat: Constat) -> Q:
    if constat.diagnostic_id is None:
        return Q(pk__in=[])
    debut, fin = constat.cree_le - ENSEMBLE_DUREE, constat.cree_le + ENSEMBLE_DUREE
    return _dans_le_carre(constat, ENSEMBLE_M) & Q(diagnostic=constat.diagnostic_id, cree_le__range=(debut, fin))


def _dans_le_carre(constat: Constat, metres: int) -> Q:
    if constat.lon is None:
        return Q(pk__in=[])
    lon, lat = float(constat.lon), float(constat.lat)
    d_lat = metres / METRES_PAR_DEGRE
    d_lon = d_lat / math.cos(math.radians(lat))
    return Q(lon__range=(lon - d_lon, lon + d_lon), lat__range=(lat - d_lat, lat + d_lat))


def _appareil(cle) -> Subquery:
    envois = EnvoiTerrain.objects.filter(constat=cle, genre=GenreEnvoi.CONSTAT).order_by("pk")
    return Subquery(envois.values("appareil")[:1])


def _appareil_de(constat: Constat):
    envois = EnvoiTerrain.objects.filter(constat=constat, genre=GenreEnvoi.CONSTAT).order_by("pk")
    return envois.values_list("appareil", flat=True).first()


def _comparer(constat: Constat, autre: Constat, le_sien) -> dict:
    metres = _metres(constat, autre)
    pres = metres is not None
    meme_theme = not constat.theme_id or autre.theme_id in (None, constat.theme_id)
    autrui = autre.cree_par_id != constat.cree_par_id or _differents(autre.appareil, le_sien)
    meme_marche = autre.diagnostic_id == constat.diagnostic_id is not None
    moment = abs(autre.cree_le - constat.cree_le) <= ENSEMBLE_DUREE
    return {
        "c": autre,
        "metres": metres,
        "etape": autre.etape_id == constat.etape_id is not None and meme_theme,
        "proche": pres and metres <= PROCHE_M and meme_theme and autre.ouvert,
        "ensemble": pres and metres <= ENSEMBLE_M and meme_marche and moment and autrui,
        "age": autre.age_jours(au=timezone.localdate()),
        "phrase": _phrase(autre, metres, meme_marche=meme_marche),
    }


def _differents(un, autre) -> bool:
    return un is not None and autre is not None and un != autre


def _metres(constat: Constat, autre: Constat) -> int | None:
    if constat.lon is None or autre.lon is None:
        return None
    return round(distance_m(float(constat.lon), float(constat.lat), float(autre.lon), float(autre.lat)))


def _phrase(autre: Constat, metres: int | None, *, meme_marche: bool) -> str:
    """« relevé par Nadia Roche à 14 h 32, à 12 m »."""
    par = f" par {autre.cree_par}" if autre.cree_par else ""
    quand = f"à {heure(autre.cree_le)}" if meme_marche else f"le {jour(autre.releve_le)}"
    distance = "" if metres is None else f", à {nombre(metres)}{INSECABLE}m"
    return f"relevé{par} {quand}{distance}"


def _rang(suggestion: dict) -> tuple:
    """Sort: what was seen by somebody else at the same moment first, then the nearest."""
    metres = suggestion["metres"]
    return (not suggestion["ensemble"], metres is None, metres or 0, suggestion["c"].pk)


def _avec_photos(gardees: list[dict]) -> list[dict]:
    """Add to each its first photo « avant », None without any."""
    photos = Photo.objects.filter(constat__in=[s["c"].pk for s in gardees], role=RolePhoto.AVANT).order_by("-pk")
    premieres = {photo.constat_id: photo for photo in photos.only("constat_id", "role", "texte_alternatif")}
    return [s | {"photo": premieres.get(s["c"].pk)} for s in gardees]
