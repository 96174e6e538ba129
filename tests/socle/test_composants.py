"""Components and pages of the base: each stands in the catalogue, each page is sound and says what it must."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.signals import template_rendered
from django.urls import reverse

from socle import catalogue
from tests.pages import fautes

GABARITS = Path(settings.BASE_DIR) / "templates"


@pytest.fixture
def requete(monkeypatch):
    """Return a request of nobody; the rail stays empty, nothing is read."""
    demande = RequestFactory().get("/")
    demande.user = AnonymousUser()
    monkeypatch.setattr("pilotage.contexte.est_une_demonstration", lambda: True)
    return demande


@pytest.fixture
def rendus():
    """Collect the names of the templates drawn."""
    noms = set()

    def noter(sender, template, **_):
        noms.add(template.name)

    template_rendered.connect(noter)
    yield noms
    template_rendered.disconnect(noter)


def test_le_catalogue_montre_chaque_composant(requete, rendus):
    page = catalogue.composants(requete)
    ailleurs = {"entete.html", "compte.html", "recherche.html"}  # the h1 of a page; what only a signed-in person sees
    tous = {f"composants/{fichier.name}" for fichier in (GABARITS / "composants").glob("*.html")}
    assert tous - rendus == {f"composants/{nom}" for nom in ailleurs}
    assert fautes(page.content.decode()) == []


def test_chaque_composant_dit_son_contrat():
    sans_contrat = [
        fichier.name
        for fichier in sorted((GABARITS / "composants").glob("*.html"))
        if "{#" not in fichier.read_text(encoding="utf-8").splitlines()[0]
    ]
    assert sans_contrat == []


@pytest.mark.parametrize(
    ("gabarit", "titre"),
    [
        ("404.html", "Cette page n’existe pas"),
        ("403.html", "Votre compte ne permet pas ce geste"),
        ("403_csrf.html", "Le formulaire a expiré"),
        ("comptes/connexion_bloquee.html", "Connexion bloquée pour un moment"),
        ("comptes/reinitialisation_envoyee.html", "Regardez vos courriels"),
        ("comptes/reinitialisation_terminee.html", "Le mot de passe est changé"),
    ],
)
def test_une_page_sans_rail_est_complete(requete, gabarit, titre):
    page = render_to_string(gabarit, {}, request=requete)
    assert f"<h1>{titre}</h1>" in page
    assert "Données de démonstration, fictives" in page
    assert fautes(page) == []


@pytest.mark.parametrize("gabarit", ["400.html", "500.html"])
def test_une_panne_se_dit_sans_base_ni_contexte(gabarit):
    page = render_to_string(gabarit)
    assert fautes(page) == []
    assert "Revenir à l’accueil" in page


def test_un_refus_explique_passe_avant_la_phrase_generale(requete):
    page = render_to_string("403.html", {"exception": "Seul le référent clôt un diagnostic."}, request=requete)
    assert "Seul le référent clôt un diagnostic." in page
    assert "votre rôle ne permet pas" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("nom", "phrase"),
    [
        ("socle:accessibilite", "aucune évaluation n’a encore été réalisée"),
        ("socle:mentions", "Aucune mesure d’audience"),
    ],
)
def test_les_pages_publiques_se_lisent_sans_compte(client, nom, phrase):
    reponse = client.get(reverse(nom))
    assert reponse.status_code == 200
    assert phrase in reponse.content.decode()


@pytest.mark.parametrize("nom", ["connexion", "reinitialisation"])
def test_une_page_de_compte_dit_ses_erreurs_pres_du_champ(requete, nom):
    formulaire = catalogue.FormulaireExemple({"objet": ""})
    page = render_to_string(f"comptes/{nom}.html", {"form": formulaire, "next": "/constats/"}, request=requete)
    assert "Ce champ est obligatoire." in page
    assert fautes(page) == []


@pytest.mark.parametrize(("valide", "titre"), [(True, "Nouveau mot de passe"), (False, "Ce lien ne sert plus")])
def test_un_lien_de_mot_de_passe_use_le_dit(requete, valide, titre):
    contexte = {"validlink": valide, "form": catalogue.FormulaireExemple()}
    page = render_to_string("comptes/reinitialisation_confirmer.html", contexte, request=requete)
    assert f"<h1>{titre}</h1>" in page
    assert fautes(page) == []
