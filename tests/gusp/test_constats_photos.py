"""Photos of a constat and the field page: refused with a sentence, never doubled, seen only by who may."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptes.enums import Role
from gusp.enums import Nature, RolePhoto, SourcePosition
from gusp.metier.photos import PhotoDejaJointe, ajouter_photo
from gusp.models import Constat, Diagnostic, Photo, Theme
from quartiers.models import Quartier
from socle import fichiers
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueConstat, FabriqueDiagnostic, FabriqueEtape, sanitas
from tests.fixtures.images import photo, png_geant

pytestmark = pytest.mark.django_db


@pytest.fixture
def referente(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)
    client.force_login(agent)
    return agent


def envoi(octets, nom="photo.jpg"):
    return SimpleUploadedFile(nom, octets, content_type="image/jpeg")


def test_une_photo_est_rangee_en_trois_tailles_et_situe_le_constat(referente):
    constat = FabriqueConstat()
    jointe = ajouter_photo(constat, photo(gps=True, le="2026:03:02 10:15:00"), par=referente, texte_alternatif="Un tas")
    for taille in ("principale", "impression", "vignette"):
        assert fichiers.lire(getattr(jointe, taille)).startswith(b"\xff\xd8\xff")
    constat.refresh_from_db()
    assert (float(constat.lon), float(constat.lat)) == (0.6848, 47.3941)
    assert (constat.position_source, constat.photos_nombre) == (SourcePosition.GPS, 1)
    assert (jointe.role, jointe.texte_alternatif, jointe.prise_le.day) == (RolePhoto.AVANT, "Un tas", 2)


def test_la_meme_photo_deux_fois_est_dite_et_non_doublee(client, referente):
    constat, octets = FabriqueConstat(), photo()
    premiere = ajouter_photo(constat, octets, par=referente)
    with pytest.raises(PhotoDejaJointe) as deja:
        ajouter_photo(constat, octets, par=referente)
    assert (deja.value.photo, constat.photos.count()) == (premiere, 1)
    reponse = client.post(f"/constats/{constat.pk}/photos/", {"photo": envoi(octets), "role": "apres"}, follow=True)
    assert "elle n’a pas été ajoutée deux fois" in reponse.content.decode()


REFUS = [
    (b"", "fichier soumis est vide"),
    (b"GIF89a" + b"x" * 50, "Une image GIF"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Un dessin SVG"),
    (b"%PDF-1.7 x", "un PDF, pas une photo"),
    (photo()[:2000], "abîmée ou incomplète"),
    (png_geant(20_000), "trop grande"),
    (b"n'importe quoi", "pas une photo JPEG, PNG, WebP ou HEIC"),
]


@pytest.mark.parametrize(("octets", "phrase"), REFUS)
def test_un_mauvais_fichier_est_refuse_avec_une_phrase(client, referente, octets, phrase):
    constat = FabriqueConstat()
    reponse = client.post(f"/constats/{constat.pk}/photos/", {"photo": envoi(octets), "role": "avant"})
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert Photo.objects.count() == 0


def test_une_photo_s_ajoute_depuis_la_fiche_et_se_choisit_pour_le_copil(client, referente):
    constat = FabriqueConstat(traite=True)
    champs = {"photo": envoi(photo()), "role": "apres", "texte_alternatif": "Trottoir propre"}
    assert client.post(f"/constats/{constat.pk}/photos/", champs).status_code == 302
    jointe = constat.photos.get()
    champs = {"retenue": "1", "texte_alternatif": "Le trottoir est propre"}
    client.post(f"/photos/{jointe.pk}/retenir/", champs)
    jointe.refresh_from_db()
    assert (jointe.role, jointe.retenue, jointe.texte_alternatif) == ("apres", True, "Le trottoir est propre")
    assert list(Photo.objects.pour_le_copil()) == [jointe]
    assert "Le trottoir est propre" in client.get(f"/constats/{constat.pk}/").content.decode()


def test_les_photos_d_un_doublon_se_voient_sur_le_constat_garde(client, referente):
    garde = FabriqueConstat()
    double = FabriqueConstat(doublon=True, doublon_de=garde)
    jointe = ajouter_photo(double, photo(), par=referente)
    assert client.get(f"/constats/{garde.pk}/").context["avant"] == jointe


@pytest.mark.parametrize("taille", ["principale", "impression", "vignette"])
def test_une_photo_n_est_servie_qu_a_qui_lit_le_constat(client, referente, taille):
    jointe = ajouter_photo(FabriqueConstat(confidentiel=True), photo(), par=referente)
    reponse = client.get(f"/photos/{jointe.pk}/{taille}/")
    assert (reponse.status_code, reponse["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(reponse).startswith(b"\xff\xd8\xff")
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR))
    assert client.get(f"/photos/{jointe.pk}/{taille}/").status_code == 404


def test_une_taille_inconnue_ou_un_fichier_perdu_est_introuvable(client, referente):
    jointe = ajouter_photo(FabriqueConstat(), photo(), par=referente)
    assert client.get(f"/photos/{jointe.pk}/originale/").status_code == 404
    fichiers.supprimer(jointe.vignette)
    assert client.get(f"/photos/{jointe.pk}/vignette/").status_code == 404


# The field page


def terrain(marche):
    return f"/terrain/{marche.pk}/"


def saisie(**champs):
    theme = Theme.objects.get(code="VOI")
    return {
        "client_uuid": uuid.uuid4(),
        "nature": Nature.NEGATIF,
        "theme": theme.pk,
        "sous_theme": theme.sous_themes.first().pk,
    } | champs


def test_quatre_touches_et_une_photo_font_un_constat(client, referente):
    marche = FabriqueDiagnostic(numero=7)
    etape = FabriqueEtape(diagnostic=marche)
    position = {"lon": "0.690000", "lat": "47.380000", "precision_m": "6.4", "position_source": "gps"}
    champs = saisie(photo=envoi(photo()), etape=etape.pk, **position)
    reponse = client.post(terrain(marche), champs, follow=True)
    constat = Constat.objects.get()
    assert "Constat n°\u00a01 enregistré." in reponse.content.decode()
    assert reponse.redirect_chain == [(f"{terrain(marche)}?etape={etape.pk}", 302)]
    assert reponse.context["formulaire"].initial["etape"] == etape.pk
    assert (constat.reference, constat.theme.code, constat.photos_nombre, constat.precision_m, constat.etape) == (
        "SAN-2026-07·1",
        "VOI",
        1,
        6,
        etape,
    )


def test_le_double_envoi_ne_fait_qu_un_constat_et_une_photo(client, referente):
    marche, octets = FabriqueDiagnostic(), photo()
    champs = saisie()
    for _ in range(2):
        reponse = client.post(terrain(marche), champs | {"photo": envoi(octets)}, follow=True)
    assert "Le constat n°\u00a01 était déjà enregistré." in reponse.content.decode()
    assert (Constat.objects.count(), Photo.objects.count()) == (1, 1)
    assert Diagnostic.objects.get(pk=marche.pk).dernier_numero == 1


def test_le_script_recoit_la_suite(client, referente):
    marche, champs = FabriqueDiagnostic(), saisie()
    codes = []
    for _ in range(2):
        reponse = client.post(terrain(marche), champs, headers={"Accept": "application/json"})
        codes.append(reponse.status_code)
    lue = reponse.json()
    assert codes == [201, 200]
    assert (lue["numero"], lue["deja"], lue["url"]) == (1, True, Constat.objects.get().get_absolute_url())
    assert uuid.UUID(lue["uuid"]) != champs["client_uuid"]


def test_une_photo_refusee_garde_la_saisie_et_n_enregistre_rien(client, referente):
    marche = FabriqueDiagnostic()
    champs = saisie(description="Racines", photo=envoi(b"GIF89a" + b"x" * 50))
    reponse = client.post(terrain(marche), champs)
    assert (reponse.status_code, Constat.objects.count()) == (422, 0)
    page = reponse.content.decode()
    assert "Une image GIF" in page
    assert str(champs["client_uuid"]) in page
    assert ">Racines</textarea>" in page
    reponse = client.post(terrain(marche), champs | {"photo": envoi(b"")}, headers={"Accept": "application/json"})
    assert reponse.json()["erreurs"] == ["Le fichier soumis est vide."]


def test_rien_ne_s_enregistre_vide(client, referente):
    reponse = client.post(terrain(FabriqueDiagnostic()), {"client_uuid": uuid.uuid4(), "nature": "negatif"})
    assert "Touchez un thème, prenez une photo ou écrivez un mot" in reponse.content.decode()
    assert Constat.objects.count() == 0


def test_un_sous_theme_d_un_autre_theme_est_oublie(client, referente):
    autre = Theme.objects.get(code="ECL").sous_themes.first()
    client.post(terrain(FabriqueDiagnostic()), saisie(sous_theme=autre.pk, danger="on", lon="0.69"))
    constat = Constat.objects.get()
    assert (constat.theme.code, constat.sous_theme, constat.urgence, constat.lon) == ("VOI", None, 1, None)


def test_le_terrain_fait_autant_de_requetes_pour_un_constat_que_pour_trois(client, referente):
    marche = FabriqueDiagnostic()
    comptes = []
    for nombre in (1, 2):
        for _ in range(nombre):
            client.post(terrain(marche), saisie())
        with CaptureQueriesContext(connection) as requetes:
            client.get(terrain(marche))
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1]


def test_le_terrain_est_reserve_au_service_du_quartier(client):
    marche = FabriqueDiagnostic()
    ailleurs = Quartier.objects.exclude(pk=sanitas().pk).first()
    for role, quartier, code in (
        (Role.REFERENT_TERRITORIAL, ailleurs, 404),
        (Role.LECTEUR, None, 403),
        (Role.PARTENAIRE, None, 404),
    ):
        client.force_login(FabriqueUtilisateur(role=role, quartier=quartier))
        assert client.get(terrain(marche)).status_code == code
