"""Data of the map: outlines, open constats by state, operations; the drawing is made from them when printing."""

from typing import Any

from django.db.models import Q

from gusp.models import MouvementConstat
from npnru.models import Operation
from quartiers.models import Quartier

from .cadrage import Cadrage
from .constats import OUVERTS, allure, constats_au

POINTS_PAR_QUARTIER = 80


def composer_carte(cadrage: Cadrage) -> dict[str, Any]:
    """Return a town map, then one map for each quartier, each doubled by its counts."""
    points = _points(cadrage)
    operations = _operations(cadrage)
    return {
        "quartiers": [
            {
                **contour(quartier),
                "points": points.get(quartier.pk, [])[:POINTS_PAR_QUARTIER],
                "omis": max(0, len(points.get(quartier.pk, [])) - POINTS_PAR_QUARTIER),
                "operations": operations.get(quartier.pk, []),
                **_comptes(points.get(quartier.pk, [])),
            }
            for quartier in cadrage.quartiers
        ],
        "sans_position": constats_au(cadrage.ids, au=cadrage.au).filter(OUVERTS, lon__isnull=True).count(),
        "situation": cadrage.situation(
            MouvementConstat, Q(constat__quartier_id__in=cadrage.ids, constat__confidentiel=False), "le"
        ),
    }


def contour(quartier: Quartier) -> dict[str, Any]:
    """Return what draws a quartier: its outline, or the centre and area of its circle."""
    return {
        "code": quartier.code,
        "nom": quartier.nom,
        "contour": quartier.contour,
        "provisoire": quartier.est_provisoire,
        "origine": quartier.get_contour_origine_display(),
        "lon": str(quartier.centre_lon),
        "lat": str(quartier.centre_lat),
        "surface_ha": str(quartier.surface_ha) if quartier.surface_ha is not None else None,
    }


def _points(cadrage: Cadrage) -> dict[int, list[dict[str, str]]]:
    """Return the open constats that have a position, the late ones first."""
    lignes = constats_au(cadrage.ids, au=cadrage.au).filter(OUVERTS, lon__isnull=False)
    groupes: dict[int, list[dict[str, str]]] = {}
    for constat in lignes.only("quartier_id", "lon", "lat", "nature", "echeance_le", "etat").order_by("pk"):
        point = {"lon": str(constat.lon), "lat": str(constat.lat), "etat": allure(constat, le=cadrage.le)}
        groupes.setdefault(constat.quartier_id, []).append(point)
    for groupe in groupes.values():
        groupe.sort(key=lambda point: _ORDRE.get(point["etat"], 9))
    return groupes


_ORDRE = {"en_retard": 0, "a_traiter": 1, "en_cours": 2}


def _comptes(points: list[dict[str, str]]) -> dict[str, int]:
    return {
        "a_traiter": sum(p["etat"] == "a_traiter" for p in points),
        "en_cours": sum(p["etat"] == "en_cours" for p in points),
        "en_retard": sum(p["etat"] == "en_retard" for p in points),
    }


def _operations(cadrage: Cadrage) -> dict[int, list[dict[str, str | None]]]:
    groupes: dict[int, list[dict[str, str | None]]] = {}
    lignes = Operation.objects.actives().filter(quartier_id__in=cadrage.ids, porter_au_copil=True).order_by("titre")
    for operation in lignes.only("quartier_id", "titre", "lon", "lat", "lieu"):
        position = (str(operation.lon), str(operation.lat)) if operation.lon is not None else (None, None)
        groupes.setdefault(operation.quartier_id, []).append(
            {"titre": operation.titre, "lieu": operation.lieu, "lon": position[0], "lat": position[1]}
        )
    return groupes
