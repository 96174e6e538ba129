"""The register of decisions: filters, follow-up in the row, file, what a partner sees."""

import datetime
import io

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from pilotage.models import Decision
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.pilotage import FabriqueDecision, FabriqueInstance, FabriqueSeance

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LISTE = "/decisions/"
HIER, DEMAIN = datetime.date(2026, 11, 22), datetime.date(2026, 11, 24)
TENUE = {"etat": "tenue", "tenue_le": datetime.date(2026, 7, 1)}


@pytest.fixture(autouse=True)
def _le_23_novembre(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def referente(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)
    client.force_login(agent)
    return agent


def page(reponse):
    return BeautifulSoup(reponse.content, "html.parser")


def mots(element):
    return " ".join(element.get_text(" ").split())


def numeros(reponse):
    return [ligne.decision.numero for ligne in reponse.context["lignes"]]


def telecharger(client, filtre):
    reponse = client.get(reverse("pilotage:decision_export"), filtre)
    assert reponse.status_code == 200
    octets = b"".join(reponse.streaming_content)
    reponse.close()
    return octets


def test_le_registre_montre_les_ouvertes_par_echeance_et_dit_le_reste(client, referente):
    sans, demain = FabriqueDecision(numero="D-1"), FabriqueDecision(numero="D-2", echeance_le=DEMAIN)
    hier = FabriqueDecision(numero="D-3", echeance_le=HIER)
    FabriqueDecision(numero="D-4", **TENUE)
    reponse = client.get(LISTE)
    assert numeros(reponse) == [hier.numero, demain.numero, sans.numero]
    assert mots(page(reponse).select_one(".sous-titre")) == "3 sur 4 décisions, dont 1 en retard"
    assert "en retard de 1 j" in mots(page(reponse).select_one("tbody tr")).replace("\xa0", " ")


def test_chaque_filtre_garde_ses_lignes(client, referente):
    europe, organisme = Quartier.objects.get(code="EUR"), FabriqueOrganisme()
    visee = FabriqueDecision(
        numero="D-2026-77", quartier=europe, responsable=organisme, echeance_le=HIER, texte="Réparer les éclairages"
    )
    FabriqueDecision(numero="D-2026-78", etat="en_cours")
    FabriqueDecision(numero="D-2026-79", **TENUE)
    for filtre in (
        {"etat": "en_retard"},
        {"etat": "ouverte"},
        {"instance": visee.seance.instance_id},
        {"responsable": organisme.pk},
        {"quartier": europe.pk},
        {"q": "ECLAIRAGE"},
        {"q": "d-2026-77", "etat": "toutes"},
    ):
        assert numeros(client.get(LISTE, filtre)) == ["D-2026-77"], filtre
    assert numeros(client.get(LISTE, {"etat": "toutes", "tri": "recentes"})) == ["D-2026-79", "D-2026-78", "D-2026-77"]


@pytest.mark.parametrize(
    "saisie", ["\x00", "%", "x" * 10_000, "' OR 1=1 --", "99999999999999999999", "2026-11-22.-1.0"]
)
@pytest.mark.parametrize("nom", ["q", "etat", "instance", "responsable", "quartier", "tri", "apres", "avant"])
def test_une_adresse_bricolee_ne_casse_pas_le_registre(client, referente, nom, saisie):
    FabriqueDecision()
    assert client.get(LISTE, {nom: saisie}).status_code == 200
    assert len(telecharger(client, {nom: saisie})) > 1000


def test_le_registre_fait_autant_de_requetes_pour_une_ligne_que_pour_trois(client, referente):
    def requetes():
        with CaptureQueriesContext(connection) as captees:
            client.get(LISTE)
        return len(captees)

    def ajouter():
        FabriqueDecision(responsable=FabriqueOrganisme(), quartier=Quartier.objects.first(), echeance_le=HIER)

    ajouter()
    pour_une = requetes()
    ajouter()
    ajouter()
    assert requetes() == pour_une <= 8


@pytest.mark.parametrize("tri", ["echeance", "recentes"])
def test_le_registre_se_lit_page_apres_page_sans_perte_ni_repetition(client, referente, tri):
    seance = FabriqueSeance(tenue=True)
    attendues = {
        FabriqueDecision(seance=seance, echeance_le=DEMAIN if rang % 3 else None).numero for rang in range(110)
    }
    vues, adresse = [], f"?tri={tri}"
    while adresse:
        reponse = client.get(LISTE + adresse)
        vues += numeros(reponse)
        adresse = reponse.context["suivant"]
    assert (len(vues), set(vues)) == (110, attendues)


def test_le_classeur_contient_les_lignes_du_filtre_et_aucune_formule(client, referente):
    FabriqueDecision(numero="D-2026-01", texte="=1+1", echeance_le=HIER, seance__instance__nom="COPIL GUSP")
    FabriqueDecision(**TENUE)
    feuille = openpyxl.load_workbook(io.BytesIO(telecharger(client, {"etat": "en_retard"}))).active
    entetes, *lignes = feuille.iter_rows()
    assert len(lignes) == 1
    lues = {e.value: c for e, c in zip(entetes, lignes[0], strict=True)}
    assert (lues["Décision"].value, lues["Décision"].data_type) == ("=1+1", "s")
    assert (lues["Échéance"].value.date(), lues["Retard (jours)"].value) == (HIER, 1)


def test_une_ligne_se_suit_sans_quitter_la_page(client, referente):
    decision = FabriqueDecision()
    adresse = reverse("pilotage:decision_suivre", args=[decision.pk])
    envoi = {"vers": "en_cours", "depuis": "ouverte", "commentaire": "Devis reçu.", "retour": LISTE}
    reponse = client.post(adresse, envoi, headers=HTMX)
    assert [e.get("id") for e in page(reponse).find_all(recursive=False)] == [f"decision-{decision.pk}", "messages"]
    assert "En cours" in mots(page(reponse).select_one("tr"))
    assert client.post(adresse, {"vers": "tenue", "depuis": "en_cours", "retour": LISTE}).url == LISTE
    assert Decision.objects.get().etat == "tenue"


def test_une_ligne_refusee_revient_avec_la_saisie_et_la_phrase(client, referente):
    decision = FabriqueDecision()
    adresse = reverse("pilotage:decision_suivre", args=[decision.pk])
    reponse = client.post(adresse, {"vers": "abandonnee", "depuis": "ouverte"}, headers=HTMX)
    assert reponse.status_code == 422
    assert mots(page(reponse).select_one(".form-erreur")) == "Dites pourquoi la décision est abandonnée."
    assert page(reponse).select_one("option[selected]")["value"] == "abandonnee"
    reponse = client.post(adresse, {"vers": "tenue", "tenue_le": "2026-13-45", "commentaire": "Fait"})
    assert reponse.status_code == 422
    assert "Fait" in page(reponse).select_one("[name=commentaire]").get_text()
    assert Decision.objects.get().etat == "ouverte"


def test_celui_qui_arrive_second_est_prevenu_et_n_ecrase_rien(client, referente):
    decision = FabriqueDecision(**TENUE)
    envoi = {"vers": "en_cours", "depuis": "ouverte", "commentaire": "On commence."}
    reponse = client.post(reverse("pilotage:decision_suivre", args=[decision.pk]), envoi)
    assert "entre-temps" in mots(page(reponse))
    assert Decision.objects.get().etat == "tenue"


@pytest.mark.parametrize("retour", ["https://exemple.test/", "//exemple.test/", "javascript:alert(1)", ""])
def test_on_ne_renvoie_jamais_hors_de_l_application(client, referente, retour):
    decision = FabriqueDecision()
    envoi = {"vers": "en_cours", "retour": retour}
    reponse = client.post(reverse("pilotage:decision_suivre", args=[decision.pk]), envoi)
    assert reponse.url == decision.get_absolute_url()


def test_la_fiche_raconte_la_vie_de_la_decision(client, referente):
    seance = FabriqueSeance(tenue=True)
    client.post(reverse("pilotage:decision_prendre", args=[seance.pk]), {"decision-texte": "Ouvrir le local"})
    decision = Decision.objects.get()
    suivre = reverse("pilotage:decision_suivre", args=[decision.pk])
    client.post(suivre, {"vers": "ouverte", "commentaire": "Clés demandées."})
    client.post(suivre, {"vers": "tenue"})
    vie = [mots(li.p) for li in page(client.get(decision.get_absolute_url())).select(".chronologie > li")]
    assert vie == ["À faire → Tenue", "Nouvelle", "Décision prise"]


def test_la_fiche_fait_autant_de_requetes_pour_un_mouvement_que_pour_trois(client, referente):
    decision = FabriqueDecision(responsable=FabriqueOrganisme())
    comptes = []
    for rang in range(3):
        envoi = {"vers": "ouverte", "commentaire": f"Nouvelle {rang}"}
        client.post(reverse("pilotage:decision_suivre", args=[decision.pk]), envoi)
        client.get(decision.get_absolute_url())
        with CaptureQueriesContext(connection) as captees:
            client.get(decision.get_absolute_url())
        comptes.append(len(captees))
    assert comptes[0] == comptes[2]


def test_modifier_demande_le_motif_d_une_echeance_et_previent_le_second(client, referente):
    decision = FabriqueDecision(texte="Ouvrir le local", echeance_le=DEMAIN)
    adresse = reverse("pilotage:decision_modifier", args=[decision.pk])
    version = page(client.get(adresse)).select_one("[name=version]")["value"]
    envoi = {"texte": "Ouvrir le local", "echeance_le": "2027-01-31", "version": version}
    reponse = client.post(adresse, envoi)
    assert "dites pourquoi" in mots(page(reponse))
    assert client.post(adresse, envoi | {"motif": "Travaux"}).status_code == 302
    reponse = client.post(adresse, envoi | {"texte": "Fermer le local", "echeance_le": "2027-03-31", "motif": "Retard"})
    assert (reponse.status_code, Decision.objects.get().texte) == (422, "Ouvrir le local")
    assert "31/01/2027" in mots(page(reponse).select_one(".conflit"))


def test_un_referent_territorial_suit_les_decisions_de_ses_quartiers_seulement(client):
    sanitas, europe = Quartier.objects.get(code="SAN"), Quartier.objects.get(code="EUR")
    client.force_login(FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas))
    codes = {
        nom: client.post(
            reverse("pilotage:decision_suivre", args=[FabriqueDecision(quartier=quartier).pk]), {"vers": "en_cours"}
        ).status_code
        for nom, quartier in (("sien", sanitas), ("autre", europe), ("tous", None))
    }
    assert codes == {"sien": 302, "autre": 403, "tous": 403}


def test_un_partenaire_ne_voit_que_ses_decisions_et_n_y_met_que_des_nouvelles(client):
    organisme = FabriqueOrganisme()
    partenaire = FabriqueUtilisateur(role=Role.PARTENAIRE, organisme=organisme)
    client.force_login(partenaire)
    sienne, autre = FabriqueDecision(responsable=organisme), FabriqueDecision(responsable=FabriqueOrganisme())
    assert numeros(client.get(LISTE)) == [sienne.numero]
    assert client.get(autre.get_absolute_url()).status_code == 404
    adresse = reverse("pilotage:decision_suivre", args=[sienne.pk])
    assert client.post(adresse, {"vers": "ouverte", "commentaire": "Le devis est signé."}).status_code == 302
    assert client.post(adresse, {"vers": "tenue", "commentaire": "Fait."}).status_code == 403
    vue = page(client.get(sienne.get_absolute_url()))
    assert vue.select("select[name=vers]") == []
    assert vue.select(f"a[href='{sienne.seance.get_absolute_url()}']") == []
    assert Decision.objects.get(pk=sienne.pk).etat == "ouverte"


def test_un_compte_sans_role_ne_voit_rien(client):
    client.force_login(FabriqueUtilisateur())
    decision = FabriqueDecision(seance=FabriqueSeance(instance=FabriqueInstance(), tenue=True))
    assert numeros(client.get(LISTE, {"etat": "toutes"})) == []
    assert client.get(decision.get_absolute_url()).status_code == 404
