"""The field API: who is answered what, the packet, a record and its photos from end to end."""

import base64
import datetime
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes.enums import Role
from comptes.metier import desactiver_compte, revoquer_appareil
from comptes.models import Affectation, Appareil
from gusp.enums import EtatDiagnostic, GenreDiagnostic
from gusp.metier.photos import ajouter_photo
from gusp.models import Constat, EnvoiTerrain, Participant
from quartiers.models import Contact, Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueConstat, FabriqueDiagnostic, FabriqueEtape, sanitas
from tests.fixtures.images import photo
from tests.gusp.envois import Telephone, contenu, corps, octets_de, sha

pytestmark = pytest.mark.django_db


@pytest.fixture
def referente():
    return FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas())


@pytest.fixture
def marche():
    return FabriqueDiagnostic(prevu_le=timezone.localdate(), numero=7, annee=2026)


@pytest.fixture
def telephone(client, referente):
    client.force_login(referente)
    return Telephone(client, referente)


def test_un_releve_et_ses_deux_photos_de_bout_en_bout(telephone, marche):
    photos, numero = [octets_de(1), octets_de(2)], uuid.uuid4()
    reponse = telephone.envoyer(numero, corps(contenu(marche, photos=photos)))
    recu = reponse.json()["recu"]
    assert (reponse.status_code, reponse.json()["deja"], recu["etat"]) == (201, False, "recu")
    assert recu["phrase"] == f"Reçu par la Ville à {recu['heure']}, constat n°\u00a01."
    assert (recu["photos"], recu["manquantes"]) == ([], [sha(o) for o in photos])
    assert telephone.deposer(numero, photos[0]).status_code == 201
    derniere = telephone.deposer(numero, photos[1])
    assert derniere.json() == {"recue": True, "photos": [sha(o) for o in photos], "manquantes": []}
    constat = Constat.objects.get(client_uuid=numero)
    assert (constat.reference, constat.photos_nombre, constat.cree_par) == ("SAN-2026-07·1", 2, telephone.compte)
    assert telephone.recus(numero).json()["recus"][str(numero)]["photos"] == [sha(o) for o in photos]


def test_aucune_reponse_n_est_gardee_par_le_navigateur(telephone):
    assert "no-store" in telephone.lire("moi/")["Cache-Control"]


# Who is answered what


def test_sans_session_on_recoit_401_et_jamais_la_page_de_connexion(marche, referente):
    telephone = Telephone(Client(), referente)
    for reponse in (telephone.lire("moi/"), telephone.envoyer(uuid.uuid4(), corps(contenu(marche)))):
        assert (reponse.status_code, reponse.json()["code"]) == (401, "session")
        assert "rien n’est perdu" in reponse.json()["phrase"]


def test_le_jeton_manquant_est_dit_en_json_et_moi_en_donne_un_neuf(referente, marche):
    client = Client(enforce_csrf_checks=True)
    client.force_login(referente)
    telephone = Telephone(client, referente)
    reponse = telephone.envoyer(uuid.uuid4(), corps(contenu(marche)))
    assert (reponse.status_code, reponse.json()["code"]) == (403, "jeton")
    jeton = telephone.lire("moi/").json()["csrf"]
    client.defaults["HTTP_X_CSRFTOKEN"] = jeton
    assert telephone.envoyer(uuid.uuid4(), corps(contenu(marche))).status_code == 201


def test_un_appareil_revoque_est_refuse_meme_deconnecte(client, telephone, referente, marche):
    telephone.connaitre()
    revoquer_appareil(Appareil.objects.get(), par=referente)
    assert telephone.connaitre().json()["code"] == "revoque"
    for deconnecter in (False, True):
        if deconnecter:
            client.logout()
        reponse = telephone.envoyer(uuid.uuid4(), corps(contenu(marche)))
        assert (reponse.status_code, reponse.json()["code"]) == (403, "revoque")
    assert EnvoiTerrain.objects.count() == 0


def test_un_compte_desactive_perd_ses_appareils(telephone, referente):
    telephone.connaitre()
    desactiver_compte(referente, par=FabriqueUtilisateur(role=Role.ADMINISTRATEUR))
    reponse = telephone.lire("moi/")
    assert (reponse.status_code, reponse.json()["code"]) == (403, "revoque")


def test_rien_d_un_compte_ne_part_sous_un_autre(client, telephone, marche):
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE))
    reponse = telephone.envoyer(uuid.uuid4(), corps(contenu(marche)))
    assert (reponse.status_code, reponse.json()["code"], EnvoiTerrain.objects.count()) == (409, "autre_compte", 0)


def test_la_cle_de_l_appareil_est_faite_une_fois_par_compte(client, telephone):
    premiere, seconde = telephone.connaitre().json(), telephone.connaitre("Firefox").json()
    assert premiere == seconde
    assert len(base64.b64decode(premiere["cle"])) == 32
    autre = Telephone(Client(), FabriqueUtilisateur(role=Role.RESPONSABLE), telephone.appareil)
    autre.client.force_login(autre.compte)
    assert autre.connaitre().json()["cle"] != premiere["cle"]
    assert list(Appareil.objects.order_by("pk").values_list("libelle", flat=True)) == ["Firefox", "Chrome sur Android"]
    assert telephone._json("put", f"appareils/{telephone.appareil}/", []).status_code == 422


def test_un_appareil_est_note_vu_toutes_les_cinq_minutes_au_plus(telephone):
    telephone.connaitre()
    for minutes, bouge in ((4, False), (6, True)):
        vu_le = timezone.now() - datetime.timedelta(minutes=minutes)
        Appareil.objects.update(vu_le=vu_le)
        telephone.lire("moi/")
        assert (Appareil.objects.get().vu_le != vu_le) is bouge


@pytest.mark.parametrize(
    "entetes", [{"X-Appareil": "x", "X-Compte": "y"}, {"X-Appareil": "\u00b2", "X-Compte": "-1"}, {}]
)
def test_des_entetes_illisibles_ne_comptent_pas(client, referente, entetes):
    client.force_login(referente)
    assert client.get("/terrain/api/moi/", headers=entetes).status_code == 200


def test_une_methode_qui_n_existe_pas(telephone):
    assert telephone._json("post", "moi/", {}).status_code == 405


# The walks and the packet


def test_moi_donne_les_marches_ou_l_on_releve_la_plus_proche_d_abord(telephone):
    aujourd_hui = timezone.localdate()
    jours = {"hier": -1, "loin": -61, "bientot": 30, "jour": 0}
    marches = {
        nom: FabriqueDiagnostic(intitule=nom, prevu_le=aujourd_hui + datetime.timedelta(days=ecart))
        for nom, ecart in jours.items()
    }
    FabriqueDiagnostic(prevu_le=aujourd_hui, etat=EtatDiagnostic.ANNULE)
    FabriqueDiagnostic(prevu_le=aujourd_hui, quartier=Quartier.objects.exclude(pk=sanitas().pk).first())
    FabriqueEtape(diagnostic=marches["jour"])
    marches["jour"].precedent = marches["loin"]
    marches["jour"].save()
    FabriqueConstat(diagnostic=marches["loin"], transmis=True)
    FabriqueConstat(diagnostic=marches["loin"], verifie=True)
    lues = telephone.lire("moi/").json()["marches"]
    assert [m["intitule"] for m in lues] == ["jour", "hier", "bientot"]
    assert (lues[0]["etapes"], lues[0]["a_revoir"], lues[0]["heure"]) == (1, 1, "")


def test_le_paquet_porte_de_quoi_relever_sans_reseau(telephone):
    avant = FabriqueDiagnostic(numero=1)
    marche = FabriqueDiagnostic(
        numero=2,
        precedent=avant,
        genre=GenreDiagnostic.EXPLORATOIRE,
        heure_debut=datetime.time(14),
        prevu_le="2026-06-01",
    )
    marche.refresh_from_db()
    for numero, lon in ((1, 0.68), (2, 0.70)):
        FabriqueEtape(diagnostic=marche, numero=numero, lon=lon, lat=47.38)
    loin, pres = (FabriqueConstat(diagnostic=avant, transmis=True, lon=lon, lat=47.3801) for lon in (0.699, 0.681))
    sans_lieu = FabriqueConstat(diagnostic=avant, traite=True)
    FabriqueConstat(diagnostic=avant, transmis=True, confidentiel=True)
    ajouter_photo(pres, photo(), par=telephone.compte)
    invite = FabriqueOrganisme(nom="Zoo")
    Participant.objects.create(diagnostic=marche, groupe="bailleurs", organisme=invite)
    Contact.objects.create(organisme=FabriqueOrganisme(nom="Accueil"), fonction="Standard", telephone="02 47 00 00 00")
    Contact.objects.create(organisme=invite, fonction="Gardien", nom="Durand", telephone="06 00 00 00 00")
    FabriqueConstat(diagnostic=marche, numero=5)
    paquet = telephone.lire(f"marches/{marche.pk}/").json()
    assert paquet["marche"]["heure"] == "14:00"
    assert paquet["marche"]["ouvert"] is True
    assert [e["lon"] for e in paquet["etapes"]] == [0.68, 0.7]
    assert [c["id"] for c in paquet["a_revoir"]][:2] == [pres.pk, loin.pk]
    assert paquet["a_revoir"][2]["id"] == sans_lieu.pk
    assert paquet["a_revoir"][0]["photo"]["url"].endswith("/impression/")
    assert max(paquet["a_revoir"][0]["photo"]["largeur"], paquet["a_revoir"][0]["photo"]["hauteur"]) == 720
    assert paquet["organismes"][0] == {"nom": "Zoo", "telephone": ""}
    assert {"nom": "Accueil", "telephone": "02 47 00 00 00"} in paquet["organismes"]
    assert len(paquet["principes"]) >= 6
    assert [c["numero"] for c in paquet["constats"]] == [5]
    assert paquet["carte"]["type"] == "FeatureCollection"
    assert {t["court"] for t in paquet["themes"]} >= {"Propreté"}
    assert "Durand" not in str(paquet)


def test_le_paquet_et_moi_font_autant_de_requetes_pour_un_que_pour_trois(telephone):
    avant = FabriqueDiagnostic(prevu_le=timezone.localdate() - datetime.timedelta(days=1))
    marche = FabriqueDiagnostic(precedent=avant, prevu_le=timezone.localdate())
    comptes = []
    for nombre in (1, 2):
        for _ in range(nombre):
            FabriqueEtape(diagnostic=marche, lon=0.69, lat=47.38)
            FabriqueConstat(diagnostic=marche, avec_theme=True)
            ajouter_photo(FabriqueConstat(diagnostic=avant, transmis=True), octets_de(1), par=telephone.compte)
            FabriqueDiagnostic(prevu_le=timezone.localdate())
            Participant.objects.create(diagnostic=marche, groupe="bailleurs", organisme=FabriqueOrganisme())
            telephone.envoyer(uuid.uuid4(), corps(contenu(marche, photos=[octets_de(1)])))
        numeros = list(EnvoiTerrain.objects.values_list("uuid", flat=True))
        for chemin in ("moi/", f"marches/{marche.pk}/"):
            with CaptureQueriesContext(connection) as requetes:
                assert telephone.lire(chemin).status_code == 200
            comptes.append(len(requetes))
        with CaptureQueriesContext(connection) as requetes:
            telephone.recus(*numeros)
        comptes.append(len(requetes))
    assert comptes[:3] == comptes[3:]
    assert max(comptes) <= 22


def test_le_paquet_d_ailleurs_n_existe_pas_et_le_lecteur_ne_releve_pas(client, marche):
    for role, quartier, attendu in (
        (Role.REFERENT_TERRITORIAL, Quartier.objects.exclude(pk=sanitas().pk).first(), (404, "introuvable")),
        (Role.LECTEUR, None, (403, "droit")),
    ):
        compte = FabriqueUtilisateur(role=role, quartier=quartier)
        client.force_login(compte)
        reponse = Telephone(client, compte).lire(f"marches/{marche.pk}/")
        assert (reponse.status_code, reponse.json()["code"]) == attendu


def test_les_recus_ne_disent_que_ce_que_l_on_peut_savoir(telephone, marche):
    numero, inconnu = uuid.uuid4(), uuid.uuid4()
    telephone.envoyer(numero, corps(contenu(marche)))
    recus = telephone.recus(numero, inconnu, "n’importe quoi").json()["recus"]
    assert recus[str(numero)]["constat"]["numero"] == 1
    assert (recus[str(inconnu)], recus["n’importe quoi"]) == (None, None)
    autre = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=Quartier.objects.last())
    telephone.client.force_login(autre)
    assert Telephone(telephone.client, autre).recus(numero).json()["recus"] == {str(numero): None}
    assert Telephone(telephone.client, autre).recus(*[inconnu] * 201).status_code == 422


def test_le_droit_retire_ne_cache_pas_le_recu_de_ce_qui_est_recu(telephone, marche):
    numero, envoi = uuid.uuid4(), corps(contenu(marche))
    telephone.envoyer(numero, envoi)
    Affectation.objects.filter(utilisateur=telephone.compte).delete()
    assert telephone.envoyer(numero, envoi).status_code == 200
    assert telephone.recus(numero).json()["recus"][str(numero)]["etat"] == "recu"
    neuf = telephone.envoyer(uuid.uuid4(), envoi)
    assert (neuf.status_code, neuf.json()["code"]) == (403, "droit")


def test_l_administration_montre_les_envois_sans_ce_qui_est_dit_ni_le_confidentiel(client, telephone, marche):
    for texte in ("Dit dans la rue", "Secret"):
        telephone.envoyer(uuid.uuid4(), corps(contenu(marche, description=texte)))
    Constat.objects.filter(description="Secret").update(confidentiel=True)
    client.force_login(FabriqueUtilisateur(role=Role.ADMINISTRATEUR))
    for nom in ("envoiterrain", "versionenvoi", "revue"):
        page = client.get(f"/administration/gusp/{nom}/")
        assert page.context["cl"].result_count == (0 if nom == "revue" else 1)
    version = EnvoiTerrain.objects.get(constat__confidentiel=False).versions.get()
    page = client.get(f"/administration/gusp/versionenvoi/{version.pk}/change/").content.decode()
    assert "Dit dans la rue" not in page


def test_recevoir_un_releve_ou_une_photo_fait_un_nombre_borne_de_requetes(telephone, marche):
    numero, photos = uuid.uuid4(), [octets_de(1), octets_de(2), octets_de(3)]
    comptes = {}
    envoi = corps(contenu(marche, photos=photos))
    for nom, faire in (
        ("releve", lambda: telephone.envoyer(numero, envoi)),
        ("rejeu", lambda: telephone.envoyer(numero, envoi)),
        ("photo", lambda: telephone.deposer(numero, photos[0])),
        ("photo suivante", lambda: telephone.deposer(numero, photos[1])),
        ("photo rejouee", lambda: telephone.deposer(numero, photos[1])),
    ):
        with CaptureQueriesContext(connection) as requetes:
            faire()
        comptes[nom] = len(requetes)
    assert comptes["photo"] == comptes["photo suivante"]
    bornes = {"releve": 36, "rejeu": 8, "photo": 31, "photo suivante": 31, "photo rejouee": 10}
    assert {nom: compte for nom, compte in comptes.items() if compte > bornes[nom]} == {}
