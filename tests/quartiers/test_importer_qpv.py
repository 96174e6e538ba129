"""Import of outlines into the database: matching, idempotence, what is kept, the command and the pages."""

import datetime
from io import StringIO
from pathlib import Path

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from quartiers.enums import OrigineContour
from quartiers.metier import Verdict, importer_qpv, lire_fichier_qpv
from quartiers.models import Quartier
from tests.quartiers.fichiers import ROCHEPINARD, SANITAS, ecrire, geojson, lignes_types
from tests.quartiers.personnes import personne

pytestmark = pytest.mark.django_db

LE = datetime.date(2026, 11, 23)
OFFICIEL_TOURS = Path(__file__).resolve().parents[3] / "shared/data/qpv_tours_2024.geojson"


@pytest.fixture
def sanitas():
    return Quartier.objects.get(code="SAN")


def importer(chemin, **options):
    return importer_qpv(lire_fichier_qpv(chemin), le=LE, **options)


def verdicts(rapport):
    return [(ligne.code, ligne.verdict) for ligne in rapport.lignes]


def commander(*arguments) -> str:
    sortie = StringIO()
    call_command("importer_qpv", *arguments, stdout=sortie)
    return sortie.getvalue()


def test_l_import_pose_le_contour_son_origine_sa_date_et_ses_mesures(tmp_path, sanitas):
    rapport = importer(geojson(tmp_path / "qpv.geojson", lignes_types()))
    assert verdicts(rapport) == [
        ("QN03709M", Verdict.IMPORTE),
        ("QN03706I", Verdict.IMPORTE),
        ("QN03702M", Verdict.IGNORE),
    ]
    assert rapport.resume == "2 importés, 1 ignoré"
    sanitas.refresh_from_db()
    assert shapely.geometry.shape(sanitas.contour).equals(SANITAS)
    assert (sanitas.contour_origine, sanitas.contour_le) == (OrigineContour.OFFICIEL, LE)
    assert sanitas.contour_source == "qpv.geojson, code QN03709M"
    assert (float(sanitas.centre_lon), float(sanitas.centre_lat)) == (0.7, 47.381)
    assert 48 < sanitas.surface_ha < 52


def test_un_second_import_du_meme_fichier_ne_change_rien(tmp_path, sanitas):
    importer(geojson(tmp_path / "qpv.geojson", lignes_types()))
    plus_tard = importer_qpv(lire_fichier_qpv(tmp_path / "qpv.geojson"), le=datetime.date(2027, 1, 1))
    assert [v for _, v in verdicts(plus_tard)] == [Verdict.INCHANGE, Verdict.INCHANGE, Verdict.IGNORE]
    sanitas.refresh_from_db()
    assert sanitas.contour_le == LE


def test_le_meme_contour_lu_d_un_autre_format_est_inchange(tmp_path):
    importer(geojson(tmp_path / "qpv.geojson", lignes_types()))
    lambert = importer(ecrire(tmp_path / "qpv.gpkg", lignes_types(), lambert=True))
    assert lambert.ecritures == 0


def test_simuler_dit_la_meme_chose_sans_rien_ecrire(tmp_path, sanitas):
    fichier = geojson(tmp_path / "qpv.geojson", lignes_types())
    simule = importer(fichier, simuler=True)
    sanitas.refresh_from_db()
    assert sanitas.contour is None
    assert [str(ligne) for ligne in simule.lignes] == [str(ligne) for ligne in importer(fichier).lignes]


def test_les_codes_2015_donnent_des_contours_provisoires(tmp_path, sanitas):
    importer(geojson(tmp_path / "qp.geojson", [({"CODE_QP": "QP037009", "NOM_QP": "Sanitas"}, SANITAS)]))
    sanitas.refresh_from_db()
    assert sanitas.contour_origine == OrigineContour.PROVISOIRE
    assert sanitas.est_provisoire


def test_un_contour_officiel_n_est_remplace_par_un_provisoire_que_de_force(tmp_path, sanitas):
    importer(geojson(tmp_path / "2024.geojson", [({"code_qp": "QN03709M"}, SANITAS)]))
    ancien = geojson(tmp_path / "2015.geojson", [({"code_qp": "QP037009"}, SANITAS.buffer(0.001))])
    assert verdicts(importer(ancien)) == [("QP037009", Verdict.CONSERVE)]
    sanitas.refresh_from_db()
    assert sanitas.contour_origine == OrigineContour.OFFICIEL
    assert verdicts(importer(ancien, forcer=True)) == [("QP037009", Verdict.REMPLACE)]
    sanitas.refresh_from_db()
    assert sanitas.contour_origine == OrigineContour.PROVISOIRE


@pytest.mark.parametrize("ordre", [1, -1])
def test_dans_un_fichier_mele_le_contour_2024_l_emporte(tmp_path, sanitas, ordre):
    lignes = [({"code_qp": "QP037009"}, ROCHEPINARD), ({"code_qp": "QN03709M"}, SANITAS)][::ordre]
    rapport = importer(geojson(tmp_path / "mele.geojson", lignes))
    assert sorted(verdicts(rapport)) == [("QN03709M", Verdict.IMPORTE), ("QP037009", Verdict.IGNORE)]
    sanitas.refresh_from_db()
    assert shapely.geometry.shape(sanitas.contour).equals(SANITAS)


def test_un_contour_nul_garde_ce_qui_est_en_place_et_le_dit(tmp_path, sanitas):
    importer(geojson(tmp_path / "a.geojson", lignes_types()))
    nul = geojson(tmp_path / "b.geojson", [({"code_qp": "QN03709M"}, None), ({"code_qp": "QN03713N"}, None)])
    assert [ligne.texte for ligne in importer(nul).lignes] == [
        "le contour en place est gardé (le fichier ne donne pas de contour).",
        "le schéma reste en place (le fichier ne donne pas de contour).",
    ]
    sanitas.refresh_from_db()
    assert sanitas.contour is not None


def test_un_contour_loin_de_son_quartier_est_refuse(tmp_path, sanitas):
    paris = shapely.box(2.34, 48.85, 2.35, 48.86)
    rapport = importer(geojson(tmp_path / "a.geojson", [({"code_qp": "QN03709M"}, paris)]))
    assert [str(ligne) for ligne in rapport.lignes] == [
        "ligne 1, QN03709M\u00a0: refusé, le contour est à 205\u00a0km de l’emplacement connu du quartier."
    ]
    sanitas.refresh_from_db()
    assert sanitas.contour is None


def test_un_import_interrompu_ne_laisse_rien(tmp_path, monkeypatch):
    fichier = geojson(tmp_path / "qpv.geojson", lignes_types())
    enregistrer = Quartier.save

    def casser(quartier, **options):
        if quartier.code == "ROC":
            raise RuntimeError("panne")
        enregistrer(quartier, **options)

    monkeypatch.setattr(Quartier, "save", casser)
    with pytest.raises(RuntimeError, match="panne"):
        importer(fichier)
    assert not Quartier.objects.filter(contour__isnull=False).exists()


def test_la_commande_ecrit_une_ligne_par_ligne_du_fichier_et_un_resume(tmp_path):
    sortie = commander(str(geojson(tmp_path / "qpv.geojson", lignes_types())), "--simuler")
    assert sortie.splitlines() == [
        "ligne 1, QN03709M Sanitas\u00a0: importé, contour officiel 2024, 50,3\u00a0ha.",
        "ligne 2, QN03706I Rochepinard\u00a0: importé, contour officiel 2024, 6,7\u00a0ha.",
        "ligne 3, QN03702M Rabière\u00a0: ignoré, quartier de Joué-lès-Tours.",
        "qpv.geojson (GeoJSON)\u00a0: 2 importés, 1 ignoré.",
        "Simulation\u00a0: rien n’a été écrit.",
    ]


def test_la_commande_refuse_un_fichier_par_une_phrase(tmp_path):
    (tmp_path / "x.txt").write_text("bonjour")
    with pytest.raises(CommandError, match="Fichier refusé\u00a0: Ce fichier n’est pas géographique"):
        commander(str(tmp_path / "x.txt"))


@pytest.mark.skipif(not OFFICIEL_TOURS.exists(), reason="le fichier réel des QPV de Tours n’est pas à côté du projet")
def test_le_fichier_reel_de_tours_est_importe():
    rapport = importer(OFFICIEL_TOURS)
    assert rapport.resume == "7 importés, 1 sans contour"
    assert sorted(Quartier.objects.values_list("code", "contour_origine")) == [
        ("BAS", "provisoire"),
        ("EUR", "provisoire"),
        ("FON", "provisoire"),
        ("LOI", "provisoire"),
        ("RIV", "officiel"),
        ("ROC", "officiel"),
        ("SAN", "provisoire"),
        ("TOU", "schematique"),
    ]


@pytest.fixture
def administrateur(client):
    client.force_login(personne("administrateur"))
    return client


def envoyer(client, octets, nom="qpv.geojson", **champs):
    envoi = SimpleUploadedFile(nom, octets)
    return client.post(reverse("quartiers:contour_verifier"), {"fichier": envoi, **champs})


def test_verifier_puis_confirmer_importe_sans_renvoyer_le_fichier(administrateur, tmp_path, sanitas):
    octets = geojson(tmp_path / "qpv.geojson", lignes_types()).read_bytes()
    verification = envoyer(administrateur, octets)
    assert verification.context["rapport"].resume == "2 importés, 1 ignoré"
    sanitas.refresh_from_db()
    assert sanitas.contour is None
    lecture = verification.context["lecture"]
    confirmation = administrateur.post(reverse("quartiers:contour_importer"), {"lecture": lecture}, follow=True)
    assert "Import de qpv.geojson\u00a0: 2 importés." in confirmation.content.decode()
    sanitas.refresh_from_db()
    assert shapely.geometry.shape(sanitas.contour).equals(SANITAS)


def test_cocher_la_generation_2015_rend_les_contours_provisoires(administrateur, tmp_path, sanitas):
    octets = geojson(tmp_path / "qpv.geojson", lignes_types()).read_bytes()
    lecture = envoyer(administrateur, octets, ancien="on").context["lecture"]
    administrateur.post(reverse("quartiers:contour_importer"), {"lecture": lecture})
    sanitas.refresh_from_db()
    assert sanitas.contour_origine == OrigineContour.PROVISOIRE


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "vide"),
        (b"bonjour", "Ce fichier n’est pas géographique"),
        (b"PK\x03\x04 rien", "L’archive zip est abîmée"),
        (b'{"type": "FeatureCollection", "features": []}', "Le fichier ne contient aucune ligne."),
    ],
)
def test_un_envoi_refuse_dit_pourquoi_sur_la_page(administrateur, octets, phrase):
    reponse = envoyer(administrateur, octets)
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()


def test_une_confirmation_alteree_n_ecrit_rien(administrateur):
    reponse = administrateur.post(reverse("quartiers:contour_importer"), {"lecture": "faux"}, follow=True)
    assert "envoyez de nouveau le fichier" in reponse.content.decode()
    assert not Quartier.objects.filter(contour__isnull=False).exists()
