"""Photos of a constat: refused with a sentence, never doubled, seen only by who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from comptes.enums import Role
from gusp.enums import RolePhoto, SourcePosition
from gusp.metier.photos import PhotoDejaJointe, ajouter_photo
from gusp.models import Photo
from socle import fichiers
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueConstat
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
