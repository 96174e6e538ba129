"""The home page, the search and the rail: each number is the rows of its link, nothing leaves the perimeter."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from gusp.enums import GenreMouvement
from gusp.models import Action, Compteur, Constat, MouvementConstat
from npnru.models import Jalon
from pilotage.accueil import activite_recente
from pilotage.contexte import CLE_DEMONSTRATION, COMPTE_MAX, navigation
from pilotage.metier.dossiers import creer_dossier
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueConstat, FabriqueDiagnostic
from tests.fabriques.npnru import FabriqueJalon, FabriqueOperation
from tests.fabriques.pilotage import FabriqueDecision, FabriqueSeance

pytestmark = pytest.mark.django_db
AU = datetime.date(2026, 11, 23)
HIER = datetime.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _le_23_novembre(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC), tick=False)


@pytest.fixture(autouse=True)
def _sans_les_dates_publiees(db):
    """Leave the published calendar out: it is sown by a migration and grows with what is published."""
    Jalon.objects.update(prevu_le=None)


@pytest.fixture
def sanitas():
    return Quartier.objects.get(code="SAN")


@pytest.fixture
def europe():
    return Quartier.objects.get(code="EUR")


@pytest.fixture
def bailleur():
    return FabriqueOrganisme(nom="Habitat Val-Vert")


def page(reponse):
    return BeautifulSoup(reponse.content, "html.parser")


def mots(element):
    return " ".join(element.get_text(" ").split())


def action(code, *quartiers, **champs):
    creee = Action.objects.create(code=code, titre=f"Action {code}", **champs)
    creee.quartiers.set(quartiers)
    return creee


def vie(sanitas, europe, bailleur):
    """Fill the two quartiers with what each line of the home page counts, and with what it must not count."""
    for quartier in (sanitas, europe):
        FabriqueConstat.create_batch(2, quartier=quartier)
        FabriqueConstat.create_batch(2, quartier=quartier, transmis=True, organisme=bailleur, relances=0)
        FabriqueConstat(quartier=quartier, transmis=True, organisme=bailleur, confidentiel=True)
        FabriqueConstat(
            quartier=quartier, transmis=True, organisme=bailleur, relance_le=HIER, relances=1,
        )  # fmt: skip
        FabriqueConstat(quartier=quartier, pris_en_charge=True, echeance_le=datetime.date(2027, 1, 1))
        FabriqueConstat(quartier=quartier, programme=True, organisme=bailleur)
        FabriqueConstat(quartier=quartier, traite=True, organisme=bailleur)
        FabriqueConstat(quartier=quartier, verifie=True)
        FabriqueDecision(quartier=quartier, echeance_le=HIER, responsable=bailleur)
        operation = FabriqueOperation(quartier=quartier, maitre_ouvrage=bailleur)
        FabriqueJalon(operation=operation, prevu_le=HIER)
        FabriqueJalon(operation=operation, prevu_le=AU + datetime.timedelta(days=30))
        FabriqueJalon(operation=FabriqueOperation(quartier=quartier), prevu_le=AU + datetime.timedelta(days=31))
        action(f"A-{quartier.code}-1", quartier, etat="en_cours", echeance_le=HIER, organisme=bailleur)
        action(f"A-{quartier.code}-2", quartier, etat="en_cours", nouvelle_le=AU, confidentiel=True, echeance_le=HIER)
        action(f"A-{quartier.code}-3", quartier, etat="realisee", avancement=100, realisee_le=HIER)
    action("A-DEUX", sanitas, europe, etat="en_cours", organisme=bailleur)
    FabriqueDecision(etat="tenue", tenue_le=HIER, responsable=bailleur)
    FabriqueDecision(etat="en_cours")


PERSONNES = {
    "responsable": (Role.RESPONSABLE, None),
    "referent_thematique": (Role.REFERENT_THEMATIQUE, None),
    "territorial": (Role.REFERENT_TERRITORIAL, "SAN"),
    "lecteur": (Role.LECTEUR, None),
    "lecteur_d_un_quartier": (Role.LECTEUR, "EUR"),
    "chef_projet": (Role.CHEF_PROJET, None),
    "administrateur": (Role.ADMINISTRATEUR, None),
    "partenaire": (Role.PARTENAIRE, None),
}


def personne(nom, bailleur):
    role, code = PERSONNES[nom]
    lien = {"organisme": bailleur} if role == Role.PARTENAIRE else {}
    return FabriqueUtilisateur(role=role, quartier=Quartier.objects.filter(code=code).first(), **lien)


def lignes(client, adresse):
    """Return how many rows a list shows (the data of these tests hold on one page)."""
    contexte = client.get(adresse).context
    if "groupes" in contexte:
        return sum(len(groupe.lignes) for groupe in contexte["groupes"])
    return len(contexte["operations"] if "operations" in contexte else contexte["lignes"])


@pytest.mark.parametrize("nom", PERSONNES)
def test_chaque_nombre_de_l_accueil_est_celui_des_lignes_de_son_lien(client, sanitas, europe, bailleur, nom):
    vie(sanitas, europe, bailleur)
    client.force_login(personne(nom, bailleur))
    contexte = client.get(reverse("pilotage:accueil")).context
    attentes = {a.url: a.nombre for a in contexte["attentes"]}
    tuiles = {c["url"]: c["valeur"] for tuile in contexte["tuiles"] for c in tuile["chiffres"]}
    annonces = attentes | {url: n for url, n in tuiles.items() if n}
    assert {url: lignes(client, url) for url in annonces} == annonces
    assert attentes != {}


def test_un_referent_voit_chaque_ligne_que_son_travail_attend(client, sanitas, europe, bailleur):
    vie(sanitas, europe, bailleur)
    client.force_login(personne("territorial", bailleur))
    dits = [f"{a.nombre} {a.libelle}" for a in client.get("/").context["attentes"]]
    assert dits == [
        "4 réponses en retard, à relancer",
        "2 constats à trier",
        "1 constat déclaré traité, à vérifier",
        "2 actions sans nouvelles depuis 60 jours",
        "2 actions dont l’échéance est passée",
        "1 opération a un jalon d’ici 30 jours",
        "3 décisions encore ouvertes",
    ]


def test_un_partenaire_ne_voit_que_ce_qu_on_attend_de_lui(client, sanitas, europe, bailleur):
    vie(sanitas, europe, bailleur)
    client.force_login(personne("partenaire", bailleur))
    contexte = client.get("/").context
    assert [f"{a.nombre} {a.libelle}" for a in contexte["attentes"]] == [
        "8 constats attendent votre réponse",
        "3 actions sans nouvelles depuis 60 jours",
        "2 décisions encore ouvertes",
    ]
    assert (contexte["dates"], contexte["tuiles"], contexte["copil"]) == ([], [], None)


def test_qui_n_a_rien_a_faire_lit_une_phrase(client):
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR))
    assert "Rien ne vous attend aujourd’hui." in mots(page(client.get("/")))


def test_un_compte_sans_role_lit_une_page_vide(client, sanitas, europe, bailleur):
    vie(sanitas, europe, bailleur)
    client.force_login(FabriqueUtilisateur())
    contexte = client.get("/").context
    assert [contexte[nom] for nom in ("attentes", "dates", "tuiles", "activite")] == [[], [], [], []]


def test_l_accueil_et_la_recherche_font_autant_de_requetes_pour_une_ligne_que_pour_trois(
    client, sanitas, europe, bailleur
):
    referente = personne("referent_thematique", bailleur)
    client.force_login(referente)
    seance = FabriqueSeance()
    creer_dossier(seance=seance, par=referente)

    def ajouter(rang):
        for quartier in (sanitas, europe):
            FabriqueConstat(quartier=quartier, transmis=True, description="éclairage")
            FabriqueConstat(quartier=quartier, traite=True)
            FabriqueConstat(quartier=quartier)
            FabriqueJalon(operation=FabriqueOperation(quartier=quartier, titre=f"Éclairage {rang}"), prevu_le=HIER)
            FabriqueDecision(quartier=quartier, texte="Éclairage", echeance_le=HIER)
            action(f"A-{quartier.code}-{rang}", quartier, etat="en_cours", echeance_le=HIER, contexte="éclairage")
            FabriqueDiagnostic(quartier=quartier, numero=rang, prevu_le=AU, intitule="Marche éclairage")

    def requetes(adresse):
        cache.clear()
        with CaptureQueriesContext(connection) as captees:
            assert client.get(adresse).status_code == 200
        return len(captees)

    adresses = ("/", "/recherche/?q=eclairage")
    ajouter(1)
    pour_une = [requetes(adresse) for adresse in adresses]
    ajouter(2)
    ajouter(3)
    assert [requetes(adresse) for adresse in adresses] == pour_une


def test_le_prochain_copil_dit_ou_en_est_son_dossier(client):
    responsable = FabriqueUtilisateur(role=Role.RESPONSABLE)
    client.force_login(responsable)
    seance = FabriqueSeance(instance__nom="COPIL GUSP")
    lien = page(client.get("/")).select(".sous-titre a")[1]
    assert (mots(lien), lien["href"]) == ("dossier à préparer", f"/dossiers/creer/?seance={seance.pk}")
    dossier = creer_dossier(seance=seance, par=responsable)
    lien = page(client.get("/")).select(".sous-titre a")[1]
    assert lien["href"] == dossier.get_absolute_url()
    assert mots(lien).startswith("dossier complet à ")


def test_un_brouillon_de_dossier_ne_se_montre_pas_a_un_lecteur(client):
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR))
    seance = FabriqueSeance(instance__nom="COPIL GUSP")
    creer_dossier(seance=seance, par=FabriqueUtilisateur(role=Role.RESPONSABLE))
    assert [mots(a) for a in page(client.get("/")).select(".sous-titre a")] == ["COPIL GUSP"]


def test_les_prochaines_dates_sont_dans_l_ordre(client, sanitas):
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR))
    FabriqueSeance(instance__nom="COPIL GUSP")
    FabriqueDiagnostic(prevu_le=datetime.date(2026, 12, 3))
    FabriqueJalon(operation=FabriqueOperation(titre="Gymnase"), prevu_le=AU, libelle="Réception")
    FabriqueSeance(instance__nom="Hier", tenue_le=HIER)
    assert [d.titre for d in client.get("/").context["dates"]] == [
        "Réception",
        f"Diagnostic en marchant, {sanitas.nom}",
        "COPIL GUSP",
    ]


def test_l_activite_tait_le_confidentiel_et_l_interne_a_qui_n_est_pas_du_service(sanitas, bailleur):
    par = FabriqueUtilisateur(role=Role.RESPONSABLE)
    constat = FabriqueConstat(transmis=True, organisme=bailleur)
    secret = FabriqueConstat(transmis=True, organisme=bailleur, confidentiel=True)
    le = timezone.now()
    for sur, genre, public in (
        (constat, GenreMouvement.ETAT, False),
        (constat, GenreMouvement.COMMENTAIRE, False),
        (constat, GenreMouvement.COMMENTAIRE, True),
        (secret, GenreMouvement.ETAT, False),
    ):
        MouvementConstat.objects.create(constat=sur, genre=genre, public=public, par=par, le=le)
    vus = {nom: len(activite_recente(personne(nom, bailleur))) for nom in ("territorial", "lecteur", "partenaire")}
    assert vus == {"territorial": 4, "lecteur": 2, "partenaire": 2}


@pytest.mark.parametrize("texte", ["éclairage", "ECLAIRAGES", "eclairage", "l’éclairage", "éclai"])
def test_la_recherche_trouve_partout_malgre_accents_et_pluriels(client, sanitas, texte):
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE))
    FabriqueConstat(avec_theme=True, description="Les éclairages de la place")
    action("A-2026-001", sanitas, contexte="éclairage du mail")
    FabriqueOperation(titre="Éclairage public")
    FabriqueDiagnostic(intitule="Marche de nuit, éclairages")
    FabriqueDecision(texte="Chiffrer les éclairages")
    creer_dossier(
        seance=FabriqueSeance(), par=FabriqueUtilisateur(role=Role.RESPONSABLE), titre="Dossier de l’éclairage"
    )
    vue = page(client.get(reverse("pilotage:recherche"), {"q": texte}))
    attendus = ["Constats", "Actions", "Opérations", "Diagnostics", "Décisions", "Dossiers"]
    assert [h2.get_text() for h2 in vue.select("h2")] == attendus


def test_la_recherche_ne_sort_ni_du_perimetre_ni_du_confidentiel(client, sanitas, europe):
    FabriqueConstat(quartier=europe, description="trafic ailleurs")
    FabriqueConstat(quartier=sanitas, description="trafic au hall", confidentiel=True)
    action("A-EUR", europe, contexte="trafic")
    action("A-SAN", sanitas, contexte="trafic", confidentiel=True)
    FabriqueOperation(quartier=europe, titre="Trafic")
    FabriqueDiagnostic(quartier=europe, intitule="Marche du trafic")
    adresse = reverse("pilotage:recherche")
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR, quartier=sanitas))
    assert client.get(adresse, {"q": "trafic"}).context["resultats"] == []
    client.force_login(FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas))
    assert [g.libelle for g in client.get(adresse, {"q": "trafic"}).context["resultats"]] == ["Constats", "Actions"]
    client.force_login(FabriqueUtilisateur(role=Role.PARTENAIRE))
    assert client.get(adresse, {"q": "trafic"}).context["resultats"] == []


def test_tout_voir_mene_a_la_liste_avec_les_mots(client):
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE))
    FabriqueConstat.create_batch(9, description="verre & bouteilles")
    vue = page(client.get(reverse("pilotage:recherche"), {"q": "verre & bouteilles"}))
    lien = vue.select_one(".feuille-tete a")["href"]
    assert lien == "/constats/?etat=tous&q=verre+%26+bouteilles"
    assert (len(vue.select(".resultats li")), lignes(client, lien)) == (8, 9)


@pytest.mark.parametrize(
    "texte", ["\x00", "a\x00b", "x" * 10_000, "'", '"', '"a', "%", "__", "\\", "a:*", "!&|", "-", "<b>ok</b>", " "]
)
def test_une_saisie_hostile_donne_une_page_sans_faute(client, texte):
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE))
    FabriqueConstat()
    reponse = client.get(reverse("pilotage:recherche"), {"q": texte})
    assert reponse.status_code == 200
    assert page(reponse).select("main b") == []


def test_le_rail_se_compte_en_une_requete_et_s_arrete_a_une_borne(sanitas, bailleur):
    FabriqueConstat.create_batch(3, transmis=True, organisme=bailleur)
    modele = Constat.objects.first()
    for rang in range(COMPTE_MAX):
        modele.pk, modele.reference, modele.numero = None, f"SAN-2026-H·9{rang}", 900 + rang
        modele.client_uuid = f"00000000-0000-0000-0000-{rang:012d}"
        modele._state.adding = True
        modele.save()
    FabriqueDecision.create_batch(2)
    requete = RequestFactory().get("/constats/")
    requete.user = FabriqueUtilisateur(role=Role.RESPONSABLE)
    assert requete.user.perimetre.partout
    contexte = navigation(requete)
    with CaptureQueriesContext(connection) as captees:
        rail, demonstration = contexte["rail"](), contexte["demonstration"]()
    comptes = {e["libelle"]: e["compte"] for section in rail for e in section["entrees"] if e["compte"]}
    assert (len(captees), demonstration) == (1, False)
    assert comptes == {"Constats": COMPTE_MAX, "Décisions": 2}
    assert [e["libelle"] for section in rail for e in section["entrees"] if e["actif"]] == ["Constats"]


def test_le_bandeau_dit_que_les_donnees_sont_fictives(client):
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR))
    assert page(client.get("/")).select(".demonstration") == []
    Compteur.objects.create(cle=CLE_DEMONSTRATION, valeur=1)
    assert mots(page(client.get("/")).select_one(".demonstration")) == "Données de démonstration, fictives"
