"""Points of the map: every constat when they are few, counts by square when they are many."""

import datetime

from django.db.models import Case, CharField, Count, F, FloatField, Func, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Floor, Left

from gusp.filtres.pages import compter
from gusp.models import Constat
from quartiers.geometrie import trace
from socle.formats import INSECABLE, compte, nombre

#: Above that many, the map shows squares: 5,000 points weigh less than 300 KB compressed.
POINTS_MAX = 5000
#: Squares of about 220 m by 150 m: a few hundred of them cover the eight quartiers.
PAS = 500
_COULEURS = {"a-traiter": "a-traiter", "en-cours": "en-cours", "fait": "fait", "clos": "neutre"}


def sont_trop(lignes: QuerySet) -> bool:
    """Tell whether the map of these rows counts by squares."""
    return compter(lignes.filter(lon__isnull=False), borne=POINTS_MAX)[0] > POINTS_MAX


def points_de(lignes: QuerySet, *, quartiers: QuerySet, au: datetime.date) -> dict:
    """Return the outlines of these quartiers and the constats of `lignes` as a GeoJSON FeatureCollection."""
    situees = lignes.filter(lon__isnull=False)
    champs = ("pk", "lon", "lat", "reference", "titre_", "theme__libelle", "etat", "nature", "retarde")
    retarde = Q(ouvert=True, echeance_le__lt=au)
    points = situees.annotate(titre_=_titre(), retarde=Case(When(retarde, then=True), default=False))
    trouves = list(points.order_by().values_list(*champs)[: POINTS_MAX + 1])
    objets = [_point(*valeurs) for valeurs in trouves] if len(trouves) <= POINTS_MAX else _carres(situees, retarde)
    return {"type": "FeatureCollection", "features": [*_contours(quartiers), *objets]}


def _titre() -> Case:
    """First words of the description, or else the sub-theme."""
    debut = Left(Func(F("description"), Value("\n"), Value(1), function="split_part", output_field=CharField()), 60)
    return Case(When(description="", then=F("sous_theme__libelle")), default=debut, output_field=CharField())


def _point(pk, lon, lat, reference, titre, theme, etat, nature, retarde) -> dict:
    constat = Constat(etat=etat, nature=nature)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [float(lon), float(lat)]},
        "properties": {
            "titre": f"{reference} {titre or 'Constat à compléter'}",
            "url": f"/constats/{pk}/",
            "detail": f"{theme or 'Sans thème'} · {constat.libelle_etat}{', en retard' if retarde else ''}",
            "etat": "retard" if retarde else _COULEURS[constat.allure],
        },
    }


def _carres(situees: QuerySet, retarde: Q) -> list[dict]:
    """Count by square of the ground."""
    carres = (
        situees.order_by()
        .annotate(x=_case("lon"), y=_case("lat"))
        .values("x", "y")
        .annotate(n=Count("pk"), retards=Count("pk", filter=retarde))
        .values_list("x", "y", "n", "retards")
    )
    return [_carre(*valeurs) for valeurs in carres]


def _case(champ: str) -> Floor:
    """Rank of the square along one axis; floating point is much faster than numeric on a million rows."""
    return Floor(Cast(champ, output_field=FloatField()) * PAS)


def _carre(x: float, y: float, n: int, retards: int) -> dict:
    centre = [round((x + 0.5) / PAS, 6), round((y + 0.5) / PAS, 6)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": centre},
        "properties": {
            "titre": f"{compte(n, 'constat,constats')} dans ce carré",
            "detail": f"dont {nombre(retards)} en retard" if retards else f"aucun en{INSECABLE}retard",
            "lettre": nombre(n) if n < 1000 else f"{n // 1000}k",
            "etat": "etape",  # the map never gathers these: a square already counts
        },
    }


def _contours(quartiers: QuerySet) -> list[dict]:
    return [
        {
            "type": "Feature",
            "geometry": trace(quartier),
            "properties": {"titre": quartier.nom, "provisoire": quartier.est_provisoire},
        }
        for quartier in quartiers
    ]
