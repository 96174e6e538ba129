"""Serial entry from paper: time of the photo, principle, photos of a camera joined by their time."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from gusp.enums import EtatDiagnostic, GenreDiagnostic
from gusp.forms.saisie import PHOTOS_MAX
from gusp.metier import saisie
from gusp.metier.appariement import SansLigne, ligne_de_la_photo
from gusp.models import Constat, Photo, Principe, Theme
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import JOUR, FabriqueDiagnostic
from tests.fixtures import images

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)
    client.force_login(agent)
    return agent


@pytest.fixture
def marche():
    return FabriqueDiagnostic(etat=EtatDiagnostic.REALISE)


def adresse(marche) -> str:
    return reverse("gusp:saisie_serie", args=[marche.pk])


def papier(client, marche, *lignes, **autres):
    """Return what the page sends when these lines are written from the first on."""
    formulaires = client.get(adresse(marche)).context["formulaires"]
    envoi = {"c-TOTAL_FORMS": str(len(formulaires.forms)), "c-INITIAL_FORMS": "0"}
    for formulaire in formulaires:
        envoi |= {champ.html_name: champ.value() or "" for champ in formulaire}
    for rang, ligne in enumerate(lignes):
        envoi |= {f"c-{rang}-{nom}": valeur for nom, valeur in ligne.items()}
    return envoi | autres


def fichier(nom: str, heure: str = "", *, jour=JOUR, graine: int = 0) -> SimpleUploadedFile:
    le = f"{jour:%Y:%m:%d} {heure}" if heure else ""
    return SimpleUploadedFile(nom, images.photo(le=le, graine=graine), content_type="image/jpeg")


def dit(reponse) -> str:
    return " ".join(BeautifulSoup(reponse.content.decode(), "html.parser").select_one("main").get_text().split())


def instant(heure: str, jour=JOUR) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(jour, datetime.time.fromisoformat(heure)))


# Time of a photo and lines


@pytest.mark.parametrize(
    ("prise", "rang"), [("14:12:40", 0), ("14:10:00", 0), ("14:16:00", 0), ("14:17:30", 1), ("14:20:30", 1)]
)
def test_une_photo_va_a_la_ligne_dont_l_heure_est_la_plus_proche(prise, rang):
    heures = [datetime.time(14, 12), datetime.time(14, 20), None]
    assert ligne_de_la_photo(instant(prise), heures, jour=JOUR) == rang


@pytest.mark.parametrize(
    ("prise", "heures", "raison"),
    [
        (None, [datetime.time(14)], "sans date de prise de vue"),
        (instant("14:16:01"), [datetime.time(14, 12), None], "prise le 02/03/2026 à 14:16, aucune ligne à moins de 3"),
        (instant("14:12:10"), [datetime.time(14, 12), datetime.time(14, 12)], "plusieurs lignes à la même heure"),
        (instant("14:12:10", datetime.date(2026, 3, 3)), [datetime.time(14, 12)], "prise le 03/03/2026"),
        (instant("14:12:10"), [], "aucune ligne"),
    ],
)
def test_une_photo_sans_ligne_dit_pourquoi(prise, heures, raison):
    with pytest.raises(SansLigne, match=raison):
        ligne_de_la_photo(prise, heures, jour=JOUR)


def test_une_visite_nocturne_passe_minuit():
    demain = JOUR + datetime.timedelta(days=1)
    heures = [datetime.time(23, 58), datetime.time(0, 10)]
    assert ligne_de_la_photo(instant("00:11:30", demain), heures, jour=JOUR) == 1


# The page


@pytest.mark.parametrize("ecrite", ["14:12", "1412", "14h12", "14 h 12", "14.12"])
def test_l_heure_s_ecrit_comme_sur_le_papier(client, agent, marche, ecrite):
    envoi = papier(client, marche, {"description": "Banc", "photo_a": ecrite})
    envoi["photos"] = [fichier("a.jpg", "14:12:30")]
    assert client.post(adresse(marche), envoi).status_code == 302
    assert Photo.objects.get().constat.description == "Banc"


def test_une_heure_qui_n_en_est_pas_une_est_refusee_sur_sa_ligne(client, agent, marche):
    envoi = papier(client, marche, {"description": "Banc", "photo_a": "27:80"}, photos=[fichier("a.jpg", "14:12:30")])
    reponse = client.post(adresse(marche), envoi)
    assert (reponse.status_code, Constat.objects.count()) == (422, 0)
    assert [phrase in dit(reponse) for phrase in ("Écrivez l’heure ainsi", "Choisissez de nouveau les photos")] == [
        True,
        True,
    ]


def test_les_photos_rejoignent_leurs_lignes_et_ce_qui_reste_est_nomme(client, agent, marche):
    envoi = papier(
        client,
        marche,
        {"description": "Banc", "photo_a": "14:12"},
        {"description": "Lampe", "photo_a": "14:25"},
        {"description": "Haie"},
    )
    envoi["photos"] = [
        fichier("banc.jpg", "14:13:20"),
        fichier("banc-de-pres.jpg", "14:11:00", graine=1),
        fichier("lampe.jpg", "14:27:30", graine=2),
        fichier("perdue.jpg", "15:40:00", graine=3),
        fichier("sans-heure.jpg", graine=4),
        SimpleUploadedFile("abimee.jpg", b"\xff\xd8\xff\xe0 rien", content_type="image/jpeg"),
    ]
    page = dit(client.post(adresse(marche), envoi, follow=True))
    photos = Photo.objects.order_by("pk").values_list("constat__description", "role")
    assert list(photos) == [("Banc", "avant"), ("Banc", "avant"), ("Lampe", "avant")]
    attendues = [
        "3 constats enregistrés, n° 1 à 3. 3 photos jointes.",
        "3 photos ne sont pas jointes",
        "perdue.jpg (prise le 02/03/2026 à 15:40, aucune ligne à moins de 3 minutes)",
        "sans-heure.jpg (sans date de prise de vue)",
        "abimee.jpg (",
    ]
    assert {phrase: phrase in page for phrase in attendues} == dict.fromkeys(attendues, True)


def test_deux_envois_ne_doublent_ni_les_constats_ni_les_photos(client, agent, marche):
    envoi = papier(client, marche, {"description": "Banc", "photo_a": "14:12"})
    for _ in range(2):
        reponse = client.post(adresse(marche), envoi | {"photos": [fichier("banc.jpg", "14:12:20")]}, follow=True)
        assert "pas jointe" not in dit(reponse)
    assert (Constat.objects.count(), Photo.objects.count()) == (1, 1)


def test_trop_de_photos_en_un_envoi_n_enregistrent_rien(client, agent, marche):
    petite = b"\xff\xd8\xff"
    envoi = papier(client, marche, {"description": "Banc", "photo_a": "14:12"})
    envoi["photos"] = [SimpleUploadedFile(f"{n}.jpg", petite) for n in range(PHOTOS_MAX + 1)]
    reponse = client.post(adresse(marche), envoi)
    assert (reponse.status_code, Constat.objects.count()) == (422, 0)
    assert f"Choisissez {PHOTOS_MAX} photos au plus ({PHOTOS_MAX + 1} choisies)" in dit(reponse)


def test_une_panne_au_milieu_des_photos_ne_laisse_ni_constat_ni_fichier(client, agent, marche, monkeypatch):
    joindre, faites = saisie.ajouter_photo, []

    def casser(*args, **kwargs):
        if faites:
            raise OSError("No space left on device")
        faites.append(joindre(*args, **kwargs))
        return faites[-1]

    monkeypatch.setattr(saisie, "ajouter_photo", casser)
    envoi = papier(client, marche, {"description": "Banc", "photo_a": "14:12"})
    envoi["photos"] = [fichier("a.jpg", "14:12:00"), fichier("b.jpg", "14:12:30", graine=1)]
    with pytest.raises(OSError, match="No space left"):
        client.post(adresse(marche), envoi)
    assert (Constat.objects.count(), Photo.objects.count()) == (0, 0)
    assert [(settings.FICHIERS_DIR / str(faites[0].principale)).exists()] == [False]


def test_le_principe_n_a_sa_colonne_que_pour_une_marche_exploratoire(client, agent, marche):
    exploratoire = FabriqueDiagnostic(genre=GenreDiagnostic.EXPLORATOIRE, etat=EtatDiagnostic.REALISE)
    assert "Principe" not in dit(client.get(adresse(marche)))
    assert "Principe" in dit(client.get(adresse(exploratoire)))
    principe = Principe.objects.get(numero=2)
    envoi = papier(client, exploratoire, {"description": "Passage sombre", "principe": principe.pk})
    assert client.post(adresse(exploratoire), envoi).status_code == 302
    assert Constat.objects.get().principe == principe
    envoi = papier(client, marche, {"description": "Passage", "principe": principe.pk})
    client.post(adresse(marche), envoi)
    assert Constat.objects.get(diagnostic=marche).principe is None


def test_les_themes_commencent_par_leur_code(client, agent, marche):
    page = BeautifulSoup(client.get(adresse(marche)).content.decode(), "html.parser")
    options = [option.text for option in page.select("select[name=c-0-theme] option")]
    assert options[1] == "PRO Propreté"
    groupes = [groupe["label"] for groupe in page.select("select[name=c-0-sous_theme] optgroup")]
    assert groupes == options[1:]
    assert len(groupes) == Theme.objects.filter(actif=True).count()
