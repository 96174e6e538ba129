"""The observation grid and the administration of the referentials."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from comptes.enums import Role
from gusp.metier.actions import creer_action, noter_nouvelle
from gusp.metier.transmissions import commenter, transmettre_lot
from gusp.models import NiveauUrgence, Theme
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueConstat

pytestmark = pytest.mark.django_db


def _envoi(client, adresse):
    page = BeautifulSoup(client.get(adresse).content.decode(), "html.parser")
    champs = page.select("main form[data-surveiller] input[name]")
    return {
        champ["name"]: "on" if champ.get("type") == "checkbox" else champ.get("value", "")
        for champ in champs
        if champ.get("type") != "checkbox" or champ.has_attr("checked")
    }


@pytest.fixture
def referent(client):
    referent = FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)
    client.force_login(referent)
    return referent


def test_le_referent_met_un_sous_theme_hors_service_et_en_ajoute_un(client, referent):
    theme = Theme.objects.first()
    adresse = reverse("gusp:grille_theme", args=[theme.pk])
    envoi = _envoi(client, adresse)
    nouveaux = theme.sous_themes.count()
    envoi.pop("sous-0-actif")
    envoi |= {f"sous-{nouveaux}-libelle": "Nids de pie", f"sous-{nouveaux}-ordre": "99"}
    assert client.post(adresse, envoi).status_code == 302
    premier = theme.sous_themes.order_by("ordre", "libelle").first()
    assert not premier.actif
    assert theme.sous_themes.filter(libelle="Nids de pie").count() == 1
    assert "Nids de pie" in client.get(reverse("gusp:grille")).content.decode()


def test_le_referent_change_un_delai(client, referent):
    adresse = reverse("gusp:grille_urgences")
    assert client.post(adresse, _envoi(client, adresse) | {"niveaux-0-delai_jours": "2"}).status_code == 302
    assert NiveauUrgence.objects.order_by("niveau").first().delai_jours == 2


def test_l_administrateur_tient_les_referentiels_et_ne_reecrit_pas_les_journaux(client):
    administrateur = FabriqueUtilisateur(role=Role.ADMINISTRATEUR)
    action = creer_action(par=administrateur, titre="Une", quartiers=Quartier.objects.filter(code="SAN"))
    secrete = creer_action(
        par=administrateur, titre="Deux", quartiers=Quartier.objects.filter(code="SAN"), confidentiel=True
    )
    point = noter_nouvelle(action, texte="Dit", par=administrateur)
    cache = noter_nouvelle(secrete, texte="Tu", par=administrateur)
    client.force_login(administrateur)
    for adresse in (
        "theme/",
        "theme/add/",
        "niveauurgence/",
        "reglecompetence/add/",
        "mouvementconstat/",
        "transmission/",
    ):
        assert client.get(f"/administration/gusp/{adresse}").status_code == 200
    fiche = f"/administration/gusp/pointavancement/{point.pk}/change/"
    assert client.get(fiche).status_code == 200
    assert client.post(fiche, {"texte": "Autre"}).status_code == 403
    assert client.get("/administration/gusp/pointavancement/add/").status_code == 403
    assert client.get(f"/administration/gusp/pointavancement/{cache.pk}/change/").status_code == 302
    assert client.get(f"/administration/gusp/theme/{Theme.objects.first().pk}/delete/").status_code == 403


def test_l_administration_ne_montre_ni_commentaire_interne_ni_message(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)
    constat = FabriqueConstat(qualifie=True, organisme=FabriqueOrganisme())
    commentaire = commenter(constat, commentaire="Entre nous", par=agent)
    envoi = transmettre_lot([constat], constat.organisme, par=agent, message="Très discret")
    client.force_login(FabriqueUtilisateur(role=Role.ADMINISTRATEUR))
    for adresse in (f"mouvementconstat/{commentaire.pk}", f"transmission/{envoi.pk}"):
        page = client.get(f"/administration/gusp/{adresse}/change/")
        dits = [mot in page.content.decode() for mot in ("Entre nous", "Très discret")]
        assert (page.status_code, dits) == (200, [False, False])


def test_un_compte_de_lignes_faux_n_ajoute_pas_de_delai(client):
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE))
    envoi = {"niveaux-TOTAL_FORMS": "1", "niveaux-INITIAL_FORMS": "-1", "niveaux-0-delai_jours": "3"}
    combien = NiveauUrgence.objects.count()
    assert client.post("/grille/delais/", envoi | {"niveaux-0-consigne": "Vite"}).status_code in (302, 422)
    assert NiveauUrgence.objects.count() == combien
