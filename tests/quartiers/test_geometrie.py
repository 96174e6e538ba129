"""Which quartier holds a point, and what is drawn where no outline is held."""

import pytest
import shapely

from quartiers.enums import OrigineContour
from quartiers.geometrie import emprise, quartier_du_point, schema, surface_ha, trace
from quartiers.models import Quartier
from tests.quartiers.fichiers import SANITAS

pytestmark = pytest.mark.django_db


def test_le_schema_a_la_superficie_publiee():
    sanitas = Quartier.objects.get(code="SAN")
    assert surface_ha(shapely.geometry.shape(schema(sanitas))) == pytest.approx(42.6, rel=0.01)


def test_sans_superficie_publiee_le_schema_fait_dix_hectares():
    tourettes = Quartier.objects.get(code="TOU")
    assert surface_ha(shapely.geometry.shape(trace(tourettes))) == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [(0.7003, 47.3813, "SAN"), (0.6833, 47.4218, "EUR"), (0.710, 47.415, "TOU"), (0.65, 47.35, None)],
)
def test_un_point_se_range_dans_son_quartier(lon, lat, code, django_assert_num_queries):
    with django_assert_num_queries(1):
        trouve = quartier_du_point(lon, lat)
    assert (trouve and trouve.code) == code


def test_un_contour_importe_remplace_le_schema_et_son_cache():
    coin = (0.7049, 47.3781)
    assert quartier_du_point(*coin) is None
    Quartier.objects.filter(code="SAN").update(
        contour=shapely.geometry.mapping(SANITAS), contour_origine=OrigineContour.OFFICIEL
    )
    assert quartier_du_point(*coin).code == "SAN"


def test_un_contour_passe_avant_un_schema_qui_le_recouvre():
    Quartier.objects.filter(code="EUR").update(
        contour=shapely.geometry.mapping(SANITAS), contour_origine=OrigineContour.PROVISOIRE
    )
    assert quartier_du_point(0.7003, 47.3813).code == "EUR"


def test_l_emprise_entoure_les_quartiers():
    ouest, sud, est, nord = emprise(Quartier.objects.all())
    assert (0.66 < ouest < 0.68, 47.36 < sud < 47.37, 0.71 < est < 0.72, 47.42 < nord < 47.43) == (True,) * 4
    assert emprise([]) is None
