"""« Réception du terrain »: what needs a decision, what is on a telephone, and the notes elsewhere."""

import datetime
import uuid

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes.enums import Role
from comptes.metier import enregistrer_appareil
from gusp.enums import EtatDiagnostic, EtatEnvoi, RolePhoto
from gusp.metier.reception import recevoir_envoi
from gusp.metier.reception_photos import recevoir_octets
from gusp.models import Constat, EnvoiTerrain, Revue
from gusp.views.rapprochements import suggestions
from pilotage.attente import ce_qui_attend
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueConstat, FabriqueDiagnostic, sanitas
from tests.gusp.envois import contenu, corps, octets_de, revue, sha

pytestmark = pytest.mark.django_db
RECEPTION = "/terrain/reception/"


@pytest.fixture
def agent(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas())
    client.force_login(agent)
    return agent


@pytest.fixture
def marche():
    return FabriqueDiagnostic(prevu_le=timezone.localdate())


def envoyer(dedans, par, *, genre="constat", numero=None, appareil=None, photos=()):
    """Receive a record with these photos; return its sending."""
    numero, maintenant = numero or uuid.uuid4(), timezone.now()
    recevoir_envoi(numero, corps(dedans, genre), par=par, appareil=appareil, maintenant=maintenant)
    envoi = EnvoiTerrain.objects.select_related("constat").get(uuid=numero)
    for octets in photos:
        recevoir_octets(envoi, sha(octets), octets, par=par, maintenant=maintenant)
    return EnvoiTerrain.objects.select_related("constat").get(pk=envoi.pk)


def deux_versions(marche, par, **ecart):
    """Return the sending of a record of which two bodies came."""
    envoi = envoyer(contenu(marche, repere="Place", photos=[octets_de(1)]), par, photos=[octets_de(1)])
    autre = {"repere": "Parking", "position": {"lon": 0.69, "lat": 47.3801, "precision_m": 6, "source": "gps"}}
    return envoyer(contenu(marche, **(autre | ecart)), par, numero=envoi.uuid)


def texte(client, adresse=RECEPTION) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return BeautifulSoup(reponse.content, "html.parser").get_text(" ", strip=True).replace("\xa0", " ")


def attente_du_version(envoi):
    return envoi.versions.get(etat="a_arbitrer")


def test_la_page_vide_dit_a_quoi_elle_sert(client, agent):
    assert "Cette page montre ce qui ne peut pas se ranger sans vous" in texte(client)


def test_deux_versions_se_lisent_cote_a_cote_et_chaque_ecart_est_dit_par_un_mot(client, agent, marche):
    appareil = uuid.uuid4()
    enregistrer_appareil(appareil, utilisateur=agent, libelle="Chrome sur Android")
    envoi = envoyer(contenu(marche, repere="Place"), agent, appareil=appareil)
    envoyer(contenu(marche, repere="Parking"), agent, numero=envoi.uuid, appareil=appareil)
    page = BeautifulSoup(client.get(RECEPTION).content, "html.parser")
    rangees = {r.th.get_text(): [c.get_text(strip=True) for c in r.select("td")] for r in page.select("tbody tr")}
    assert rangees["Repère"][:2] == ["Place", "Parking"]
    assert "différent" in rangees["Repère"][2]
    assert rangees["Description"] == ["Dalle cassée", "Dalle cassée", "identique"]
    assert page.get_text().count("Chrome sur Android") >= 2


def test_une_position_differente_dit_a_combien_de_metres(client, agent, marche):
    deux_versions(marche, agent)
    assert "différent, à" in texte(client)


def test_les_photos_des_deux_versions_sont_montrees_et_celle_qui_manque_est_dite(client, agent, marche):
    deux_versions(marche, agent, photos=[])
    envoi = EnvoiTerrain.objects.get()
    envoyer(contenu(marche, repere="Ailleurs", photos=[octets_de(9)]), agent, numero=envoi.uuid)
    page = BeautifulSoup(client.get(RECEPTION).content, "html.parser")
    assert len(page.select(".reception-photos img")) == 2  # once in place, on each of the two cards
    assert "encore sur le téléphone" in page.get_text()


@pytest.mark.parametrize(("garder", "repere"), [("actuelle", "Place"), ("nouvelle", "Parking")])
def test_le_bureau_choisit_et_la_carte_disparait(client, agent, marche, garder, repere):
    envoi = deux_versions(marche, agent)
    version = attente_du_version(envoi)
    reponse = client.post(f"{RECEPTION}versions/{version.pk}/", {"garder": garder}, follow=True)
    assert "Les deux restent dans le journal des envois" in reponse.content.decode()
    assert Constat.objects.get().repere == repere
    assert EnvoiTerrain.objects.get().etat == EtatEnvoi.RECU
    assert "À arbitrer" not in texte(client)


def test_un_second_clic_sur_une_version_tranchee_le_dit_sans_rien_changer(client, agent, marche):
    version = attente_du_version(deux_versions(marche, agent))
    client.post(f"{RECEPTION}versions/{version.pk}/", {"garder": "actuelle"})
    reponse = client.post(f"{RECEPTION}versions/{version.pk}/", {"garder": "nouvelle"}, follow=True)
    assert "déjà tranchée" in reponse.content.decode()
    assert Constat.objects.get().repere == "Place"


def test_deux_revues_contraires_de_la_meme_marche_se_tranchent_ici(client, agent, marche):
    ancien, collegue = FabriqueConstat(transmis=True), FabriqueUtilisateur(role=Role.RESPONSABLE)
    envoyer(revue(marche, ancien, "inchange", commentaire="Toujours là"), collegue, genre="revue")
    envoi = envoyer(revue(marche, ancien, "leve"), agent, genre="revue")
    lu = texte(client)
    assert "Revue en place" in lu
    assert f"par {collegue}" in lu
    assert "Toujours là" in lu
    client.post(f"{RECEPTION}versions/{attente_du_version(envoi).pk}/", {"garder": "nouvelle"})
    ancien.refresh_from_db()
    assert ancien.etat == "verifie"


def test_une_fiche_de_marche_close_se_range_dans_une_autre_avec_ses_photos(client, agent, marche):
    annulee = FabriqueDiagnostic(etat=EtatDiagnostic.ANNULE)
    envoi = envoyer(contenu(annulee, photos=[octets_de(2)]), agent, photos=[octets_de(2)])
    page = client.get(RECEPTION).content.decode()
    assert "annulé" in page
    photo = BeautifulSoup(page, "html.parser").select_one(".reception-photos img")["src"]
    reponse = client.get(photo)
    assert b"".join(reponse.streaming_content).startswith(b"\xff\xd8")
    client.post(f"{RECEPTION}envois/{envoi.pk}/", {"marche": marche.pk})
    constat = Constat.objects.get()
    assert (constat.diagnostic, constat.photos.count()) == (marche, 1)


def test_une_fiche_se_range_hors_marche(client, agent):
    envoi = envoyer(contenu(FabriqueDiagnostic(etat=EtatDiagnostic.ANNULE)), agent)
    reponse = client.post(f"{RECEPTION}envois/{envoi.pk}/", {"marche": "hors"}, follow=True)
    assert "hors marche" in reponse.content.decode()
    assert Constat.objects.get().diagnostic is None


@pytest.mark.parametrize("choix", ["", "999999", "x"])
def test_sans_marche_choisie_rien_n_est_range(client, agent, choix):
    envoi = envoyer(contenu(FabriqueDiagnostic(etat=EtatDiagnostic.ANNULE)), agent)
    reponse = client.post(f"{RECEPTION}envois/{envoi.pk}/", {"marche": choix}, follow=True)
    assert "Choisissez une marche" in reponse.content.decode()
    assert Constat.objects.count() == 0


def test_une_marche_d_un_autre_quartier_n_est_pas_proposee_ni_acceptee(client, agent):
    ailleurs = FabriqueDiagnostic(quartier=Quartier.objects.exclude(code="SAN").first(), intitule="Loin d’ici")
    envoi = envoyer(contenu(FabriqueDiagnostic(etat=EtatDiagnostic.ANNULE)), agent)
    assert "Loin d’ici" not in texte(client)
    client.post(f"{RECEPTION}envois/{envoi.pk}/", {"marche": ailleurs.pk})
    assert Constat.objects.count() == 0


def test_le_retour_ne_sort_pas_de_la_page(client, agent, marche):
    version = attente_du_version(deux_versions(marche, agent))
    for retour in ("//exemple.org", "https://exemple.org/"):
        reponse = client.post(f"{RECEPTION}versions/{version.pk}/", {"garder": "actuelle", "retour": retour})
        assert reponse["Location"] == RECEPTION


def test_une_photo_annoncee_et_pas_recue_dit_depuis_quand_et_sur_quel_telephone(client, agent, marche):
    envoi = envoyer(contenu(marche, photos=[octets_de(1), octets_de(2)]), agent, photos=[octets_de(1)])
    lu = texte(client)
    assert "Photos encore sur un téléphone" in lu
    assert str(agent) in lu
    assert "1 photo est encore sur le téléphone" in texte(client, f"/constats/{envoi.constat_id}/")
    assert "1 photo est encore sur un téléphone" in texte(client, f"/diagnostics/{marche.pk}/conduire/")
    assert "1 photo est encore sur le téléphone" in texte(client, f"/diagnostics/{marche.pk}/trier/")


def test_les_comptes_d_une_marche_menent_aux_fiches_comptees(client, agent, marche):
    for _ in range(3):
        envoyer(contenu(marche), agent)
    page = BeautifulSoup(client.get(RECEPTION).content, "html.parser")
    lien = page.select_one("#arrivees-par-marche td a")
    assert lien.find(string=True).strip() == "3"
    filtree = BeautifulSoup(client.get(f"{RECEPTION}{lien['href']}").content, "html.parser")
    assert len(filtree.select("#arrivees tbody tr")) == 3


def test_les_fiches_sans_marche_se_comptent_et_se_retrouvent(client, agent, marche):
    envoi = envoyer(contenu(FabriqueDiagnostic(etat=EtatDiagnostic.ANNULE)), agent)
    client.post(f"{RECEPTION}envois/{envoi.pk}/", {"marche": "hors"})
    envoyer(contenu(marche), agent)
    filtree = BeautifulSoup(client.get(f"{RECEPTION}?marche=aucune").content, "html.parser")
    assert len(filtree.select("#arrivees tbody tr")) == 1


def test_le_dernier_contact_d_un_appareil_n_est_vu_que_de_son_proprietaire(client, agent, marche):
    envoyer(contenu(marche), agent)
    collegue = FabriqueUtilisateur(role=Role.RESPONSABLE)
    enregistrer_appareil(uuid.uuid4(), utilisateur=collegue, libelle="Tablette du collègue")
    enregistrer_appareil(uuid.uuid4(), utilisateur=agent, libelle="Mon téléphone")
    lu = texte(client)
    assert "Mon téléphone" in lu
    assert "Tablette du collègue" not in lu


def test_les_fiches_d_un_autre_quartier_ne_sont_pas_montrees(client, agent):
    ailleurs = FabriqueDiagnostic(quartier=Quartier.objects.exclude(code="SAN").first())
    envoi = deux_versions(ailleurs, FabriqueUtilisateur(role=Role.RESPONSABLE))
    assert envoi.constat.reference not in texte(client)


def test_l_accueil_compte_les_decisions_et_mene_aux_memes_fiches(client, agent, marche):
    deux_versions(marche, agent)
    envoyer(contenu(FabriqueDiagnostic(etat=EtatDiagnostic.ANNULE)), agent)
    attente = next(a for a in ce_qui_attend(agent, au=timezone.localdate()) if a.url == RECEPTION)
    assert (attente.nombre, attente.detail) == (2, "1 à arbitrer · 1 à rattacher")
    assert len(BeautifulSoup(client.get(attente.url).content, "html.parser").select(".reception-carte")) == 2


def test_les_onglets_de_la_marche_menent_a_ses_decisions(client, agent, marche):
    deux_versions(marche, agent)
    deux_versions(FabriqueDiagnostic(), agent)
    for onglet in ("conduire", "trier"):
        page = BeautifulSoup(client.get(f"/diagnostics/{marche.pk}/{onglet}/").content, "html.parser")
        lien = page.find("a", string=lambda mots: mots and "attend une décision" in mots)
        cartes = BeautifulSoup(client.get(lien["href"]).content, "html.parser").select(".reception-carte")
        assert len(cartes) == 1


def test_la_fiche_dit_qu_une_autre_version_attend_et_raconte_ses_revues(client, agent, marche):
    envoi = deux_versions(marche, agent)
    assert "Une autre version de ce constat attend" in texte(client, f"/constats/{envoi.constat_id}/")
    ancien = FabriqueConstat(transmis=True)
    dedans = revue(marche, ancien, "leve", commentaire="Plus rien", photos=[octets_de(3)])
    envoyer(dedans, agent, genre="revue", photos=[octets_de(3)])
    lu = texte(client, f"/constats/{ancien.pk}/")
    assert "Revu sur place" in lu
    assert "Plus rien" in lu
    assert "Pas encore de photo après" not in lu
    assert ancien.photos.get().role == RolePhoto.APRES


def test_un_lecteur_ne_voit_ni_les_versions_ni_les_revues(client, agent, marche):
    envoi = deux_versions(marche, agent)
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR))
    lu = texte(client, f"/constats/{envoi.constat_id}/")
    assert "autre version" not in lu
    assert "attend une décision" not in texte(client, f"/diagnostics/{marche.pk}/conduire/")


def peupler(marche, agent):
    deux_versions(marche, agent)
    ancien = FabriqueConstat(transmis=True)
    envoyer(revue(marche, ancien, "inchange"), FabriqueUtilisateur(role=Role.RESPONSABLE), genre="revue")
    envoyer(revue(marche, ancien, "leve"), agent, genre="revue")
    annulee = FabriqueDiagnostic(etat=EtatDiagnostic.ANNULE)
    envoyer(contenu(annulee, photos=[octets_de(2)]), agent, photos=[octets_de(2)])
    envoyer(contenu(marche, photos=[octets_de(4)]), agent)
    enregistrer_appareil(uuid.uuid4(), utilisateur=agent, libelle="Téléphone")


def requetes(client, adresse) -> int:
    with CaptureQueriesContext(connection) as prises:
        assert client.get(adresse).status_code == 200
    return len(prises)


@pytest.mark.parametrize("filtre", ["", "?marche={}"])
def test_la_page_coute_autant_de_requetes_pour_trois_que_pour_une(client, agent, marche, filtre):
    adresse = RECEPTION + filtre.format(marche.pk)
    peupler(marche, agent)
    une = requetes(client, adresse)
    peupler(marche, agent)
    peupler(marche, agent)
    assert requetes(client, adresse) == une


def test_la_fiche_d_un_constat_coute_autant_pour_trois_revues(client, agent, marche):
    ancien = FabriqueConstat(transmis=True)
    envoyer(revue(marche, ancien, "inchange"), agent, genre="revue")
    une = requetes(client, f"/constats/{ancien.pk}/")
    for _ in range(2):
        envoyer(revue(marche, ancien, "inchange"), agent, genre="revue")
    assert Revue.objects.count() == 3
    assert requetes(client, f"/constats/{ancien.pk}/") == une


# Two walkers, one walk.


def vus_ensemble(marche, par, autre, *, metres=30, minutes=5, **champs):
    le = timezone.now()
    place = {"diagnostic": marche, "lon": "0.690000", "lat": "47.380000", "cree_le": le, "cree_par": par}
    premier = FabriqueConstat(**place)
    second = FabriqueConstat(**(place | {"lat": f"{47.38 + metres / 111_320:.6f}", "cree_par": autre} | champs))
    for constat, instant in ((premier, le), (second, le + datetime.timedelta(minutes=minutes))):
        Constat.objects.filter(pk=constat.pk).update(cree_le=instant)
    return Constat.objects.get(pk=premier.pk), Constat.objects.get(pk=second.pk)


def test_deux_promeneurs_de_la_meme_marche_sont_rapproches_quel_que_soit_le_theme(client, agent, marche):
    collegue = FabriqueUtilisateur(role=Role.RESPONSABLE)
    premier, second = vus_ensemble(marche, agent, collegue, metres=36, avec_theme=True)
    premier.theme = second.theme.__class__.objects.exclude(pk=second.theme_id).first()
    premier.save()
    (trouve,) = suggestions(agent, premier)
    assert trouve["c"] == second
    heure = timezone.localtime(second.cree_le)
    attendu = f"relevé par {collegue} à {heure.hour} h"
    assert trouve["phrase"].replace("\xa0", " ").startswith(attendu)
    assert trouve["phrase"].replace("\xa0", " ").endswith("à 36 m")
    assert "au même moment" in texte(client, f"/diagnostics/{marche.pk}/trier/?constat={premier.pk}")


@pytest.mark.parametrize("ecart", [{"metres": 45}, {"minutes": 12}])
def test_plus_loin_ou_plus_tard_ne_rapproche_plus(agent, marche, ecart):
    collegue = FabriqueUtilisateur(role=Role.RESPONSABLE)
    premier, _ = vus_ensemble(marche, agent, collegue, **({"metres": 36} | ecart))
    assert suggestions(agent, premier) == []


def test_la_meme_personne_sur_un_seul_telephone_n_est_pas_rapprochee_d_elle_meme(agent, marche):
    premier, _ = vus_ensemble(marche, agent, agent, metres=36)
    assert suggestions(agent, premier) == []


def test_la_meme_personne_sur_deux_telephones_est_rapprochee(agent, marche):
    loin = {"position": {"lon": 0.69, "lat": 47.38 + 36 / 111_320, "precision_m": 6, "source": "gps"}}
    un = envoyer(contenu(marche), agent, appareil=uuid.uuid4())
    deux = envoyer(contenu(marche, **loin), agent, appareil=uuid.uuid4())
    assert [s["c"].pk for s in suggestions(agent, un.constat)] == [deux.constat_id]


def test_chaque_constat_proche_montre_sa_photo_son_etat_et_son_age(client, agent, marche):
    collegue = FabriqueUtilisateur(role=Role.RESPONSABLE)
    un = envoyer(contenu(marche), agent)
    envoyer(contenu(marche, photos=[octets_de(5)]), collegue, photos=[octets_de(5)])
    page = BeautifulSoup(client.get(f"/diagnostics/{marche.pk}/trier/?constat={un.constat_id}").content, "html.parser")
    (propose,) = page.select(".suggestions li")
    assert propose.select_one("img.vignette") is not None
    assert "À qualifier" in propose.get_text()
    assert "depuis le relevé" in propose.get_text()
