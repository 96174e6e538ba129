"""The principles of the exploratory walks: seeded, kept, edited, carried by the constats, printed."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from comptes.enums import Role
from gusp.enums import EtatDiagnostic, GenreDiagnostic
from gusp.exports import papiers
from gusp.metier.constats import modifier_constat
from gusp.models import Constat, Principe
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueConstat, FabriqueDiagnostic

pytestmark = pytest.mark.django_db


def test_les_six_principes_sont_la_avec_leur_question():
    principes = list(Principe.objects.all())
    assert [p.numero for p in principes] == [1, 2, 3, 4, 5, 6]
    assert all(p.actif and p.question.endswith("\u202f?") for p in principes)
    assert str(principes[1]) == "2. Voir et être visible"


def test_un_principe_qui_a_servi_ne_s_efface_pas():
    principe = Principe.objects.get(numero=2)
    constat = FabriqueConstat()
    modifier_constat(constat, par=FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE), principe=principe)
    assert constat.mouvements.last().commentaire == "Corrigé\u00a0: principe."
    with pytest.raises(ProtectedError):
        principe.delete()


def test_deux_principes_n_ont_pas_le_meme_numero():
    with pytest.raises(IntegrityError), transaction.atomic():
        Principe.objects.create(numero=2, libelle="Autre", question="Laquelle\u202f?")


@pytest.fixture
def agent(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)
    client.force_login(agent)
    return agent


@pytest.fixture
def exploratoire():
    marche = FabriqueDiagnostic(genre=GenreDiagnostic.EXPLORATOIRE, etat=EtatDiagnostic.REALISE, dernier_numero=1)
    return FabriqueConstat(diagnostic=marche, numero=1, description="Passage sombre")


def envoi_de(reponse, selecteur):
    """Return what the form of a page would send."""
    formulaire = BeautifulSoup(reponse.content.decode(), "html.parser").select_one(selecteur)
    valeurs = {}
    for champ in formulaire.select("input[name], textarea[name], select[name]"):
        if champ.name == "select":
            choisie = champ.select_one("option[selected]") or champ.select_one("option")
            valeurs[champ["name"]] = choisie.get("value", "")
        elif champ.name == "textarea":
            valeurs[champ["name"]] = champ.text.strip()
        elif champ.get("type") != "checkbox" or champ.has_attr("checked"):
            valeurs[champ["name"]] = champ.get("value", "on" if champ.get("type") == "checkbox" else "")
    return valeurs


def test_le_referent_corrige_un_principe_en_met_un_hors_service_et_en_ajoute_un(client, agent):
    adresse = reverse("gusp:grille_principes")
    envoi = envoi_de(client.get(adresse), "form[data-surveiller]")
    del envoi["principes-5-actif"]
    envoi |= {"principes-0-question": "Le nom des rues se lit-il\u202f?", "principes-6-libelle": "Se reposer"}
    assert client.post(adresse, envoi).status_code == 422
    assert Principe.objects.count() == 6
    envoi["principes-6-question"] = "Y a-t-il un banc à l’ombre\u202f?"
    assert client.post(adresse, envoi).status_code == 302
    faits = [(p.numero, p.libelle, p.actif) for p in Principe.objects.filter(numero__gte=6)]
    assert faits == [(6, "Agir ensemble", False), (7, "Se reposer", True)]
    page = client.get(reverse("gusp:grille")).content.decode()
    assert [mot in page for mot in ("Le nom des rues se lit-il", "7. Se reposer", "Hors service")] == [True] * 3


def test_le_principe_se_choisit_a_la_correction_d_un_constat_de_marche_exploratoire(client, agent, exploratoire):
    adresse = reverse("gusp:constat_modifier", args=[exploratoire.pk])
    principe = Principe.objects.get(numero=2)
    envoi = envoi_de(client.get(adresse), "form[data-surveiller]")
    assert client.post(adresse, envoi | {"principe": principe.pk}).status_code == 302
    fiche = client.get(exploratoire.get_absolute_url()).content.decode()
    assert "2. Voir et être visible" in fiche


def test_le_principe_se_choisit_au_tri_d_une_marche_exploratoire(client, agent, exploratoire):
    page = client.get(reverse("gusp:diagnostic_tri", args=[exploratoire.diagnostic_id]))
    envoi = envoi_de(page, "form[data-tri-formulaire]")
    theme = BeautifulSoup(page.content.decode(), "html.parser").select("select[name=theme] option")[1]["value"]
    adresse = reverse("gusp:diagnostic_trier", args=[exploratoire.diagnostic_id, exploratoire.pk])
    choix = {"theme": theme, "repere": "Passage", "principe": Principe.objects.get(numero=5).pk}
    assert client.post(adresse, envoi | choix).status_code == 302
    exploratoire.refresh_from_db()
    assert exploratoire.principe.numero == 5


def test_ailleurs_le_principe_n_encombre_aucun_formulaire(client, agent):
    marche = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE, dernier_numero=1)
    constat = FabriqueConstat(diagnostic=marche, numero=1)
    for vue, pk in (("constat_modifier", constat.pk), ("diagnostic_tri", marche.pk), ("constat_fiche", constat.pk)):
        assert 'name="principe"' not in client.get(reverse(f"gusp:{vue}", args=[pk])).content.decode()


def test_un_principe_deja_donne_reste_modifiable_meme_hors_service(client, agent):
    principe = Principe.objects.get(numero=3)
    constat = FabriqueConstat(principe=principe)
    Principe.objects.filter(pk=principe.pk).update(actif=False)
    page = client.get(reverse("gusp:constat_modifier", args=[constat.pk]))
    assert envoi_de(page, "form[data-surveiller]")["principe"] == str(principe.pk)


def test_le_carnet_et_le_releve_d_une_marche_exploratoire_disent_les_principes(exploratoire):
    au = datetime.date(2026, 7, 1)
    Constat.objects.update(principe=Principe.objects.get(numero=2))
    marche = exploratoire.diagnostic
    assert [p.numero for p in papiers.carnet(marche, au=au).contexte["principes"]] == [1, 2, 3, 4, 5, 6]
    ligne = papiers.releve(marche, au=au).contexte["groupes"][0]["lignes"][0]
    assert ligne["principe"] == "2. Voir et être visible"
    assert papiers.carnet(FabriqueDiagnostic(), au=au).contexte["principes"] == []
