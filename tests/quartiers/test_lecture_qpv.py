"""Reading of QPV files: formats, encodings, systems of coordinates, and what is refused."""

import json
import random
import struct

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from quartiers import ouverture_qpv
from quartiers.enums import OrigineContour
from quartiers.lecture_qpv import lire
from quartiers.ouverture_qpv import FichierRefuse
from tests.quartiers.fichiers import (
    COMMUNE,
    ROCHEPINARD,
    SANITAS,
    ecrire,
    geojson,
    lignes_types,
    zipper,
    zipper_shapefile,
)

CODES = ["QN03709M", "QP037009", "QN03706I", "QP037006", "QN03710M", "QN03713N"]


def lues(chemin, **options):
    """Return the rows of our quartiers by code."""
    return {ligne.code: ligne for ligne in lire(chemin, codes=CODES, **options).lignes if ligne.connue}


def refus(chemin) -> str:
    with pytest.raises(FichierRefuse) as erreur:
        lire(chemin, codes=CODES)
    return str(erreur.value)


def anneaux(contour):
    return shapely.geometry.shape(contour)


@pytest.mark.parametrize("lambert", [False, True])
@pytest.mark.parametrize("suffixe", [".shp", ".gpkg", ".zip"])
def test_les_formats_officiels_donnent_les_memes_contours(tmp_path, suffixe, lambert):
    if suffixe == ".zip":
        shp = ecrire(tmp_path / "QP_METROPOLE.shp", lignes_types(), lambert=lambert, encoding="cp1252")
        fichier = zipper_shapefile(tmp_path / "qpv.zip", shp, dossier="QPV 2024/Métropole/")
    else:
        fichier = ecrire(tmp_path / f"qpv{suffixe}", lignes_types(), lambert=lambert)
    trouvees = lues(fichier)
    assert sorted(trouvees) == ["QN03706I", "QN03709M"]
    assert anneaux(trouvees["QN03709M"].geometrie).hausdorff_distance(SANITAS) < 3e-6
    assert anneaux(trouvees["QN03706I"].geometrie).hausdorff_distance(ROCHEPINARD) < 3e-6
    assert trouvees["QN03709M"].origine == OrigineContour.OFFICIEL


def test_une_table_en_cp1252_sans_declaration_garde_ses_accents(tmp_path):
    lignes = [({"CODE_QP": "QN03710M", "NOM_QP": "Maryse Bastié, l’été", **COMMUNE}, SANITAS)]
    shp = ecrire(tmp_path / "qpv.shp", lignes, encoding="cp1252")
    fichier = zipper_shapefile(tmp_path / "qpv.zip", shp, sans=(".cpg",))
    assert lues(fichier)["QN03710M"].nom == "Maryse Bastié, l’été"


def test_une_table_utf8_sans_declaration_garde_ses_accents(tmp_path):
    lignes = [({"CODE_QP": "QN03710M", "NOM_QP": "Maryse Bastié", **COMMUNE}, SANITAS)]
    shp = ecrire(tmp_path / "qpv.shp", lignes, encoding="utf-8")
    assert lues(zipper_shapefile(tmp_path / "q.zip", shp, sans=(".cpg",)))["QN03710M"].nom == "Maryse Bastié"


def test_une_table_cp1252_qui_se_dit_utf8_est_lue(tmp_path):
    lignes = [({"CODE_QP": "QN03710M", "NOM_QP": "Maryse Bastié", **COMMUNE}, SANITAS)]
    shp = ecrire(tmp_path / "qpv.shp", lignes, encoding="cp1252")
    shp.with_suffix(".cpg").write_text("UTF-8")
    assert lues(shp)["QN03710M"].nom == "Maryse Bastié"


@pytest.mark.parametrize("colonne", ["code_qp", "CODE_QP", "codeqp2024", "Code QPV", "id"])
def test_la_colonne_des_codes_se_reconnait_a_ses_valeurs(tmp_path, colonne):
    fichier = geojson(tmp_path / "q.geojson", [({"a": "QN", colonne: " qn03709m "}, SANITAS)])
    assert lues(fichier)["QN03709M"].geometrie is not None


def test_les_codes_2024_priment_sur_les_codes_2015(tmp_path):
    lignes = [({"code_qp_2015": "QP037009", "code_qp": "QN03709M"}, SANITAS)]
    assert lues(geojson(tmp_path / "q.geojson", lignes))["QN03709M"].origine == OrigineContour.OFFICIEL


@pytest.mark.parametrize(
    ("code", "mention", "millesime", "origine"),
    [
        ("QN03709M", "", None, OrigineContour.OFFICIEL),
        ("QN03709M", "contour 2015, périmètre modifié en 2024 : provisoire", None, OrigineContour.PROVISOIRE),
        ("QN03709M", "contour 2015", None, OrigineContour.PROVISOIRE),
        ("QN03706I", "contour 2015, inchangé en 2024", None, OrigineContour.OFFICIEL),
        ("QP037009", "", None, OrigineContour.PROVISOIRE),
        ("QN03709M", "", 2015, OrigineContour.PROVISOIRE),
    ],
)
def test_l_origine_dit_la_generation_du_contour(tmp_path, code, mention, millesime, origine):
    fichier = geojson(tmp_path / "q.geojson", [({"code_qp": code, "geometrie": mention}, SANITAS)])
    assert lues(fichier, millesime=millesime)[code].origine == origine


def test_un_contour_absent_n_est_pas_un_refus(tmp_path):
    lignes = [*lignes_types(), ({"code_qp": "QN03713N", "lib_qp": "Les Tourettes"}, None)]
    ligne = lues(geojson(tmp_path / "q.geojson", lignes))["QN03713N"]
    assert (ligne.geometrie, ligne.refus) == (None, "")


def test_une_geometrie_croisee_est_reparee_et_le_dit(tmp_path):
    noeud = shapely.Polygon([(0.695, 47.378), (0.705, 47.384), (0.705, 47.378), (0.695, 47.384)])
    ligne = lues(geojson(tmp_path / "q.geojson", [({"code_qp": "QN03709M"}, noeud)]))["QN03709M"]
    assert ligne.remarques == ("géométrie réparée",)
    assert anneaux(ligne.geometrie).is_valid


def test_l_altitude_tombe_et_la_forme_est_normalisee(tmp_path):
    horaire = shapely.Polygon([(0.695, 47.378, 9), (0.695, 47.384, 9), (0.7050000004, 47.384, 9), (0.705, 47.378, 9)])
    ligne = lues(geojson(tmp_path / "q.geojson", [({"code_qp": "QN03709M"}, horaire)]))["QN03709M"]
    assert ligne.geometrie == {
        "type": "Polygon",
        "coordinates": [[[0.695, 47.378], [0.705, 47.378], [0.705, 47.384], [0.695, 47.384], [0.695, 47.378]]],
    }


def test_un_contour_en_deux_morceaux_avec_un_trou_est_garde(tmp_path):
    troue = shapely.difference(SANITAS, shapely.box(0.698, 47.380, 0.700, 47.381))
    deux = shapely.MultiPolygon([troue, shapely.box(0.71, 47.38, 0.712, 47.382)])
    contour = lues(geojson(tmp_path / "q.geojson", [({"code_qp": "QN03709M"}, deux)]))["QN03709M"].geometrie
    assert contour["type"] == "MultiPolygon"
    assert [len(polygone) for polygone in contour["coordinates"]] in ([1, 2], [2, 1])
    assert anneaux(contour).equals(deux)


def test_un_shapefile_sans_index_ni_projection_est_lu(tmp_path):
    shp = ecrire(tmp_path / "qpv.shp", lignes_types(), lambert=True)
    fichier = zipper_shapefile(tmp_path / "q.zip", shp, sans=(".shx", ".prj"))
    ligne = lues(fichier)["QN03709M"]
    assert ligne.remarques == ("système de coordonnées non déclaré, lu comme Lambert-93",)
    assert anneaux(ligne.geometrie).hausdorff_distance(SANITAS) < 3e-6


def test_un_code_qui_vient_deux_fois_avec_deux_contours_est_refuse(tmp_path):
    lignes = [({"code_qp": "QN03709M"}, SANITAS), ({"code_qp": "QN03709M"}, ROCHEPINARD)]
    trouvees = lire(geojson(tmp_path / "q.geojson", lignes), codes=CODES).lignes
    assert [ligne.refus for ligne in trouvees] == ["ce code vient plusieurs fois avec des contours différents"] * 2


def test_une_ligne_repetee_n_est_comptee_qu_une_fois(tmp_path):
    lignes = [({"code_qp": "QN03709M"}, SANITAS)] * 2
    trouvees = lire(geojson(tmp_path / "q.geojson", lignes), codes=CODES).lignes
    assert [(ligne.connue, ligne.remarques) for ligne in trouvees] == [(True, ()), (False, ("ligne en double",))]


def test_une_ligne_sans_code_est_refusee_sans_arreter_les_autres(tmp_path):
    lignes = [({"code_qp": "QN03709M"}, SANITAS), ({"code_qp": None}, ROCHEPINARD)]
    trouvees = lire(geojson(tmp_path / "q.geojson", lignes), codes=CODES).lignes
    assert [ligne.refus for ligne in trouvees] == ["", "pas de code QPV lisible"]


@pytest.mark.parametrize(
    ("forme", "refus_attendu"),
    [
        (shapely.box(0.7, 47.38, 0.70001, 47.38001), "superficie de 0,00\u00a0ha, impossible pour un quartier"),
        (shapely.box(0, 46, 2, 48), "superficie de "),
        (shapely.LineString([(0.7, 47.38), (0.71, 47.39)]), "la géométrie n’est pas un contour (LineString)"),
        (shapely.Polygon([(0.7, 47.38), (0.71, 47.39), (0.7, 47.38)]), "la géométrie ne délimite aucune surface"),
    ],
)
def test_une_geometrie_impossible_est_refusee_seule(tmp_path, forme, refus_attendu):
    lignes = [({"code_qp": "QN03709M"}, forme), ({"code_qp": "QN03706I"}, ROCHEPINARD)]
    trouvees = lues(geojson(tmp_path / "q.geojson", lignes))
    assert trouvees["QN03709M"].refus.startswith(refus_attendu)
    assert trouvees["QN03709M"].geometrie is None
    assert trouvees["QN03706I"].refus == ""


def test_longitude_et_latitude_inversees_sont_refusees(tmp_path):
    inverse = shapely.transform(SANITAS, lambda points: points[:, ::-1])
    assert "longitude et latitude semblent inversées" in refus(
        geojson(tmp_path / "q.geojson", [({"c": "QN03709M"}, inverse)])
    )


def test_du_lambert_93_qui_se_dit_wgs84_est_refuse(tmp_path):
    fichier = ecrire(tmp_path / "q.shp", lignes_types(), lambert=True, crs="EPSG:4326")
    assert "elles semblent être en Lambert-93" in refus(fichier)


def test_un_systeme_d_une_autre_region_est_refuse(tmp_path):
    fichier = ecrire(tmp_path / "q.gpkg", lignes_types(), lambert=True, crs="EPSG:32620")
    assert refus(fichier).startswith("Le système de coordonnées est faux")


def test_un_fichier_de_points_est_refuse(tmp_path):
    lignes = [({"code_qp": "QN03709M"}, shapely.Point(0.7, 47.38))]
    assert "contient des points" in refus(ecrire(tmp_path / "q.gpkg", lignes, genre="Point"))


def test_un_fichier_geographique_sans_code_dit_les_colonnes_lues(tmp_path):
    assert "Colonnes lues\u00a0: code, nom" in refus(
        geojson(tmp_path / "q.geojson", [({"code": "37261", "nom": "T"}, SANITAS)])
    )


def test_les_quartiers_d_une_autre_ville_sont_refuses_en_bloc(tmp_path):
    assert "Aucun des quartiers prioritaires" in refus(geojson(tmp_path / "q.geojson", lignes_types()[2:]))


@pytest.mark.parametrize(
    ("octets", "attendu"),
    [
        (b"", "Le fichier est vide."),
        (b"code_qp;lib_qp\nQN03709M;Sanitas\n", "n’est pas géographique"),
        (b"%PDF-1.7 QN03709M", "n’est pas géographique"),
        (b'{"type": "FeatureCollection", "features": [', "illisible"),
        (b'{"type": "FeatureCollection", "features": []}', "aucune ligne"),
        (b'{"type": "Topology", "objects": {}}', "FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": [3]}', ""),
        (b'{"a": ' * 100_000, "illisible"),
        (b'{"type": "FeatureCollection", "features": [{"geometry": {"coordinates": [NaN]}}]}', "illisible"),
        (b"PK\x03\x04 rien", "archive zip"),
        (b"SQLite format 3\x00" + bytes(600), "abîmé"),
        (b"\x00\x00\x27\x0a" + bytes(200), "sans sa table"),
    ],
)
def test_ce_qui_n_est_pas_un_fichier_de_qpv_est_refuse_par_une_phrase(tmp_path, octets, attendu):
    fichier = tmp_path / "envoi.geojson"
    fichier.write_bytes(octets)
    assert attendu in refus(fichier)


def test_un_zip_sans_shapefile_est_refuse(tmp_path):
    assert "ni shapefile" in refus(zipper(tmp_path / "q.zip", {"lisez-moi.txt": b"x", "QP.dbf": b"x"}))


def test_un_zip_sans_table_est_refuse(tmp_path):
    shp = ecrire(tmp_path / "qpv.shp", lignes_types())
    assert "sans sa table" in refus(zipper_shapefile(tmp_path / "q.zip", shp, sans=(".dbf",)))


@pytest.mark.parametrize("nom", ["../qpv.shp", "/etc/qpv.shp", "a/../../qpv.shp", "C:\\qpv.shp", "..\\qpv.shp"])
def test_un_zip_qui_sort_de_son_dossier_est_refuse(tmp_path, nom):
    assert "chemin interdit" in refus(zipper(tmp_path / "q.zip", {nom: b"x"}))


def test_une_bombe_zip_est_refusee(tmp_path, monkeypatch):
    monkeypatch.setattr(ouverture_qpv, "DEPLOYE_MAX", 1_000_000)
    assert "trop grosse" in refus(zipper(tmp_path / "q.zip", {"qpv.shp": bytes(1_000_001)}))


def test_une_bombe_zip_qui_ment_sur_sa_taille_est_refusee(tmp_path, monkeypatch):
    monkeypatch.setattr(ouverture_qpv, "DEPLOYE_MAX", 1_000_000)
    fichier = zipper(tmp_path / "q.zip", {"qpv.shp": bytes(2_000_000)})
    octets = fichier.read_bytes().replace(struct.pack("<I", 2_000_000), struct.pack("<I", 10))
    fichier.write_bytes(octets)
    assert refus(fichier) in (
        "L’archive est trop grosse une fois dépliée.",
        "L’archive zip est abîmée, chiffrée ou illisible.",
    )


def test_un_fichier_trop_lourd_est_refuse(tmp_path, monkeypatch):
    monkeypatch.setattr(ouverture_qpv, "POIDS_MAX", 1024 * 1024)
    fichier = tmp_path / "q.geojson"
    fichier.write_bytes(b"{" + b" " * 1024 * 1024)
    assert refus(fichier) == "Le fichier dépasse 1\u00a0Mo."


@settings(max_examples=30, deadline=None)
@given(graine=st.integers(0, 10_000))
def test_un_fichier_abime_au_hasard_ne_casse_jamais_la_lecture(tmp_path_factory, graine):
    """Whatever bytes are damaged, the answer is rows or a refusal, never another error."""
    hasard = random.Random(graine)  # noqa: S311
    dossier = tmp_path_factory.mktemp("abime")
    suffixe = hasard.choice([".gpkg", ".zip", ".geojson"])
    if suffixe == ".zip":
        fichier = zipper_shapefile(dossier / "q.zip", ecrire(dossier / "q.shp", lignes_types()))
    elif suffixe == ".gpkg":
        fichier = ecrire(dossier / "q.gpkg", lignes_types())
    else:
        fichier = geojson(dossier / "q.geojson", lignes_types())
    octets = bytearray(fichier.read_bytes())
    for _ in range(hasard.randint(1, 40)):
        octets[hasard.randrange(len(octets))] = hasard.randrange(256)
    fichier.write_bytes(octets[: hasard.randint(len(octets) // 2, len(octets))])
    try:
        lignes = lire(fichier, codes=CODES).lignes
    except FichierRefuse:
        return
    assert all(ligne.geometrie is None or anneaux(ligne.geometrie).is_valid for ligne in lignes)


def test_un_geojson_avec_une_marque_d_ordre_est_lu(tmp_path):
    fichier = geojson(tmp_path / "q.geojson", lignes_types())
    fichier.write_bytes(b"\xef\xbb\xbf" + fichier.read_bytes())
    assert sorted(lues(fichier)) == ["QN03706I", "QN03709M"]


def test_un_geojson_en_lambert_93_declare_est_lu(tmp_path):
    fichier = ecrire(tmp_path / "q.geojson", lignes_types(), lambert=True)
    declare = json.loads(fichier.read_text())
    assert "EPSG::2154" in declare["crs"]["properties"]["name"]
    assert anneaux(lues(fichier)["QN03709M"].geometrie).hausdorff_distance(SANITAS) < 3e-6


def test_un_nom_malveillant_tient_sur_une_ligne(tmp_path):
    lignes = [({"code_qp": "QN03709M", "lib_qp": "San\x1b[31mitas\n\x00"}, SANITAS)]
    nom = lues(geojson(tmp_path / "q.geojson", lignes))["QN03709M"].nom
    assert nom.isprintable()
    assert nom.startswith("San")


def test_un_zip_national_par_region_donne_la_ligne_de_tours(tmp_path):
    """The official archive of 2015 holds one shapefile a territory, each in its own system of coordinates."""
    metropole = ecrire(tmp_path / "QP_METROPOLE_LB93.shp", lignes_types(), lambert=True)
    outremer = [({"code_qp": "QP971001", "lib_qp": "Ailleurs"}, shapely.box(640_000, 1_790_000, 641_000, 1_791_000))]
    guadeloupe = ecrire(tmp_path / "QP_GUADELOUPE_UTM20.shp", outremer, crs="EPSG:32620")
    membres = {f.name: f.read_bytes() for base in (metropole, guadeloupe) for f in tmp_path.glob(f"{base.stem}.*")}
    lecture = lire(zipper(tmp_path / "q.zip", membres), codes=CODES)
    assert [ligne.code for ligne in lecture.lignes] == ["QP971001", "QN03709M", "QN03706I", "QN03702M"]
    assert [ligne.code for ligne in lecture.lignes if ligne.geometrie] == ["QN03709M", "QN03706I"]
