"""Bad days at the desk: clicked twice, signed out while typing, two tabs (the street: test_terrain_pannes.py)."""

from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from gusp.models import Action, Constat, Diagnostic, MouvementConstat, PointAvancement
from pilotage.models import Decision, Dossier, Impression, Seance
from tests.fabriques.gusp import FabriqueConstat

#: Two presses in the same instant, before the page can answer, then a third.
DEUX_FOIS = "bouton => { bouton.click(); bouton.click(); setTimeout(() => bouton.click(), 5); }"


def presser_deux_fois(ecran, nom: str, dans=None) -> None:
    cible = (dans or ecran.page.locator("main")).get_by_role("button", name=nom).first
    with ecran.page.expect_navigation():
        cible.evaluate(DEUX_FOIS)
    ecran.page.wait_for_load_state("networkidle")


def test_presser_deux_fois_n_enregistre_qu_une_fois(ouvrir, decor):
    ecran = ouvrir(decor.responsable)
    page = ecran.page
    ecran.aller("/diagnostics/ajouter/")
    ecran.choisir("quartier", "Sanitas")
    page.locator("[name=intitule]").fill("Marche du soir")
    presser_deux_fois(ecran, "Enregistrer")
    assert Diagnostic.objects.filter(intitule="Marche du soir").count() == 1

    ecran.aller("/constats/ajouter/")
    ecran.choisir("quartier", "Sanitas")
    page.locator("[name=description]").fill("Banc cassé devant l’école")
    presser_deux_fois(ecran, "Enregistrer")
    assert Constat.objects.filter(description="Banc cassé devant l’école").count() == 1

    ecran.aller("/actions/ajouter/")
    page.locator("[name=titre]").fill("Reprise des bancs")
    page.get_by_label("Sanitas").check()
    presser_deux_fois(ecran, "Enregistrer")
    assert Action.objects.filter(titre="Reprise des bancs").count() == 1

    ecran.aller(decor.actions[0].get_absolute_url())
    page.locator("[name$=-texte]").fill("Réunion tenue")
    presser_deux_fois(ecran, "Enregistrer la nouvelle")
    assert PointAvancement.objects.filter(texte="Réunion tenue").count() == 1

    ecran.aller(f"/dossiers/creer/?seance={decor.seance.pk}")
    presser_deux_fois(ecran, "Créer le dossier")
    dossier = Dossier.objects.get()
    ecran.aller(dossier.get_absolute_url())
    presser_deux_fois(ecran, "Fabriquer le PDF")
    assert Impression.objects.filter(dossier=dossier).count() == 1


def test_presser_deux_fois_un_geste_ne_le_fait_qu_une_fois(ouvrir, decor):
    constat = FabriqueConstat(qualifie=True, organisme=decor.bailleur, quartier=decor.quartier)
    ecran = ouvrir(decor.referent)
    ecran.aller(constat.get_absolute_url())
    presser_deux_fois(ecran, "Transmettre", ecran.page.locator("form[action$='/transmettre/']"))
    constat.refresh_from_db()
    assert constat.etat == "transmis"
    assert MouvementConstat.objects.filter(constat=constat, vers="transmis").count() == 1


def test_une_seance_et_une_decision_pressees_deux_fois_restent_uniques(ouvrir, decor):
    ecran = ouvrir(decor.responsable)
    page = ecran.page
    ecran.aller("/seances/ajouter/")
    ecran.choisir("instance", "COPIL GUSP")
    page.locator("[name=tenue_le]").fill("2027-06-17")
    presser_deux_fois(ecran, "Enregistrer")
    assert Seance.objects.filter(tenue_le="2027-06-17").count() == 1
    Seance.objects.filter(pk=decor.seance.pk).update(tenue_le="2026-06-11", etat="tenue")
    ecran.aller(decor.seance.get_absolute_url())
    formulaire = page.locator("form[action$='/decisions/'], form[hx-post$='/decisions/']").first
    if not formulaire.is_visible():
        page.locator("details").filter(has=formulaire).locator("summary").click()
    formulaire.locator("[name$=texte]").fill("Reprendre l’éclairage de la place")
    formulaire.get_by_role("button").last.evaluate(DEUX_FOIS)
    ecran.dit("Reprendre l’éclairage de la place")
    page.wait_for_load_state("networkidle")
    assert Decision.objects.filter(texte="Reprendre l’éclairage de la place").count() == 1


def test_session_expiree_au_bureau_le_brouillon_est_propose_apres_reconnexion(ouvrir, decor):
    ecran = ouvrir(decor.responsable)
    page = ecran.page
    ecran.aller(f"/dossiers/creer/?seance={decor.seance.pk}")
    ecran.bouton("Créer le dossier")
    ecran.lien("Synthèse", page.locator("#section-synthese"))
    page.locator("[name=texte]").fill("Un long texte écrit pendant une heure.")
    page.wait_for_timeout(1200)
    Session.objects.all().delete()
    ecran.bouton("Enregistrer")
    ecran.dit("Connexion")
    page.locator("[name=username]").fill(decor.responsable.courriel)
    page.locator("[name=password]").fill("correct cheval agrafe")
    ecran.bouton("Se connecter")
    ecran.dit("a été retrouvé")
    page.get_by_role("button", name="Le reprendre").click()
    expect(page.locator("[name=texte]")).to_have_value("Un long texte écrit pendant une heure.")
    ecran.bouton("Enregistrer")
    ecran.dit("Texte enregistré")


def test_deux_onglets_sur_la_meme_fiche_le_second_apprend_le_changement_et_garde_sa_saisie(ouvrir, decor):
    action = decor.actions[0]
    premier = ouvrir(decor.territorial)
    premier.aller(f"/actions/{action.pk}/modifier/")
    second = premier.onglet()
    second.aller(f"/actions/{action.pk}/modifier/")
    premier.page.locator("[name=contexte]").fill("Écrit dans le premier onglet")
    premier.bouton("Enregistrer")
    second.page.locator("[name=contexte]").fill("Écrit dans le second onglet")
    with second.admettre("422"):
        second.bouton("Enregistrer")
    second.dit("Cette fiche a été modifiée pendant votre saisie")
    second.dit("Écrit dans le premier onglet")
    expect(second.page.locator("[name=contexte]")).to_have_value("Écrit dans le second onglet")
    second.bouton("Enregistrer")
    action.refresh_from_db()
    assert action.contexte == "Écrit dans le second onglet"
