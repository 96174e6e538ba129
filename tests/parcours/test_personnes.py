"""What each other person of the service does, and what each of them does not see."""

import datetime
import re

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from gusp.metier.transitions import transmettre
from npnru.models import Jalon, Operation
from tests.fabriques.comptes import FabriqueOrganisme
from tests.fabriques.gusp import FabriqueConstat


@pytest.fixture
def transmis(decor):
    """A constat sent to the landlord, and another one sent to somebody else."""
    leur = FabriqueConstat(qualifie=True, organisme=decor.bailleur, description="Porte du hall 4 forcée")
    autre = FabriqueConstat(qualifie=True, organisme=FabriqueOrganisme(nom="Logis du Cher"), description="Cave inondée")
    for constat in (leur, autre):
        transmettre(constat, organisme=constat.organisme, par=decor.referent)
    return leur, autre


def test_le_bailleur_repond_a_ses_constats_et_ne_voit_rien_d_autre(ouvrir, decor, transmis):
    leur, autre = transmis
    ecran = ouvrir(decor.partenaire, telephone=True)
    ecran.aller("/constats/")
    expect(ecran.page.locator("main")).to_contain_text("Porte du hall 4 forcée")
    expect(ecran.page.locator("main")).not_to_contain_text("Cave inondée")
    ecran.lien("Porte du hall 4 forcée")
    ecran.geste("prendre_en_charge", reference_externe="OT-4411")
    ecran.dit("La prise en charge est notée")
    demain = timezone.localdate() + datetime.timedelta(days=1)
    ecran.geste("programmer", programme_le=demain.isoformat())
    expect(ecran.page.locator(".entete")).to_contain_text(f"Programmé {demain:%d/%m}")
    ecran.geste("traiter", reponse="La porte est réparée.")
    ecran.dit("il reste à vérifier sur place")
    leur.refresh_from_db()
    assert (leur.etat, leur.reference_externe, leur.reponse_publique) == ("traite", "OT-4411", "La porte est réparée.")
    with ecran.admettre("404", "403"):
        for adresse, code in ((autre.get_absolute_url(), 404), ("/seances/", 403), ("/dossiers/", 403)):
            assert ecran.page.goto(ecran.adresse + adresse).status == code
            ecran.voir()


def test_la_direction_lit_tout_et_n_a_aucun_bouton_pour_ecrire(ouvrir, decor, transmis):
    ecran = ouvrir(decor.lecteur)
    for adresse in (
        "/", "/quartiers/", decor.quartier.get_absolute_url(), "/organismes/", "/diagnostics/", "/constats/",
        transmis[0].get_absolute_url(), "/actions/", decor.actions[0].get_absolute_url(), "/operations/",
        "/operations/calendrier/", "/conventions/", "/seances/", decor.seance.get_absolute_url(), "/decisions/",
        "/dossiers/", "/recherche/?q=hall", "/mentions/", "/accessibilite/",
    ):  # fmt: skip
        ecran.aller(adresse)
        expect(ecran.page.locator("main form[method=post]")).to_have_count(0)
    ecran.aller("/recherche/?q=porte forcee")
    expect(ecran.page.locator("main")).to_contain_text("Porte du hall 4 forcée")


def test_le_chef_de_projet_deplace_un_jalon_en_disant_pourquoi(ouvrir, decor):
    operation = Operation.objects.filter(quartier=decor.quartier).first()
    operation.pilote = decor.chef_projet
    operation.save()
    jalon = Jalon.objects.create(
        operation=operation, genre="livraison", libelle="Mise en service",
        initial_le=datetime.date(2027, 9, 1), prevu_le=datetime.date(2027, 9, 1),
    )  # fmt: skip
    ecran = ouvrir(decor.chef_projet)
    ecran.aller("/operations/")
    ecran.lien(str(operation))
    ecran.lien("Reprogrammer Mise en service")
    page = ecran.page
    page.locator("[name=nouvelle]").fill("2027-12-15")
    page.locator("[name=motif]").select_option("technique")
    page.locator("[name=explication]").fill("Pieux plus profonds que prévu sous l’aile nord.")
    ecran.bouton("Enregistrer")
    ligne = page.locator("tr", has_text="Mise en service").first
    expect(ligne).to_contain_text("15/12/2027")
    expect(ligne).to_contain_text("Pieux plus profonds que prévu")
    jalon.refresh_from_db()
    assert (jalon.initial_le, jalon.prevu_le) == (datetime.date(2027, 9, 1), datetime.date(2027, 12, 15))


def test_l_administrateur_cree_un_compte_et_le_lien_recu_donne_le_mot_de_passe(ouvrir, decor):
    ecran = ouvrir(decor.administrateur)
    ecran.lien("Comptes et périmètres", ecran.page.get_by_role("navigation", name="Navigation principale"))
    ecran.lien("Ajouter un compte")
    page = ecran.page
    page.locator("[name=courriel]").fill("nouvelle@exemple.test")
    page.locator("[name=nom]").fill("Référente Europe")
    page.locator("[name=roles-0-role]").select_option(label="Référent territorial")
    page.locator("[name=roles-0-quartier]").select_option(label="Europe")
    ecran.bouton("Créer le compte et inviter")
    ecran.dit("Une invitation à choisir son mot de passe est partie à nouvelle@exemple.test")
    lien = re.search(r"https?://\S+/nouveau/\S+", mail.outbox[0].body)[0]
    invitee = ouvrir()
    invitee.aller(lien.removeprefix(invitee.adresse))
    for champ in ("new_password1", "new_password2"):
        invitee.page.locator(f"[name={champ}]").fill("mouette-canal-brique-48")
    invitee.bouton("Enregistrer le mot de passe")
    invitee.aller("/connexion/")
    invitee.page.locator("[name=username]").fill("nouvelle@exemple.test")
    invitee.page.locator("[name=password]").fill("mouette-canal-brique-48")
    invitee.bouton("Se connecter")
    expect(invitee.page.locator(".compte-nom").first).to_have_text("Référente Europe")
    expect(invitee.page.locator(".compte").first).to_contain_text("1 quartier")
    with invitee.admettre("404"):
        assert invitee.page.goto(invitee.adresse + decor.quartier.get_absolute_url()).status == 404
