"""Bad days on the street: a server that fails at random, sessions, devices and rights that go, a memory that tires."""

import io
import json
import zipfile

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from comptes.metier import retablir_appareil, revoquer_appareil
from comptes.models import Affectation, Appareil
from gusp.enums import EtatDiagnostic
from gusp.models import Constat, Diagnostic, EnvoiTerrain, Photo
from socle import fichiers
from tests.fabriques.comptes import MOT_DE_PASSE
from tests.parcours import terrain
from tests.parcours.mauvais_reseau import mauvais_reseau

REFUS = ("401", "403", "404", "409", "413", "422")


@pytest.fixture
def marche(decor) -> Diagnostic:
    return terrain.preparer_une_marche(decor.quartier)


@pytest.fixture
def sur_le_terrain(ouvrir, decor, marche):
    """Return the screen of the référent, with the walk carried and its page open."""
    ecran = ouvrir(telephone=True)
    terrain.entrer(ecran, decor.referent)
    terrain.ouvrir_le_terrain(ecran, marche)
    return ecran


def test_soixante_fiches_et_cent_vingt_photos_traversent_un_serveur_qui_tombe_au_hasard(
    ouvrir, decor, marche, live_server
):
    with mauvais_reseau(live_server.url, prefixe="/terrain/api/envois/", graine=20261126) as ligne:
        ecran = ouvrir(telephone=True)
        ecran.adresse = ligne.adresse
        terrain.entrer(ecran, decor.referent)
        page = terrain.ouvrir_le_terrain(ecran, marche)
        with ecran.admettre("ERR_", "réponse 50", "status of (413|500|503)"):
            page.context.set_offline(True)
            sommes = terrain.remplir_la_file(page, marche, 60, photos=2)
            page.context.set_offline(False)
            file = terrain.attendre_que_tout_soit_recu(page, 240)
        assert ligne.comptes["perdue"] > 5
        assert ligne.comptes["coupee"] > 5
        assert ligne.comptes["erreur"] + ligne.comptes["trop_lourd"] > 5
    numeros, photos = terrain.recus_par_la_ville(marche)
    assert numeros == list(range(1, 61))
    assert (len(sommes), set(sommes)) == (120, photos)
    assert Photo.objects.count() == 120
    assert {f["numero"] for f in file} == set(numeros)
    assert sorted(Constat.objects.values_list("photos_nombre", flat=True)) == [2] * 60


def test_session_expiree_ou_mot_de_passe_change_la_saisie_continue_et_part_apres_reconnexion(
    sur_le_terrain, decor, marche
):
    ecran, page = sur_le_terrain, sur_le_terrain.page
    Session.objects.all().delete()
    with ecran.admettre(*REFUS):
        terrain.aller(page, f"#/marche/{marche.pk}/relever")
        terrain.relever(page, mot="Après la fin de la session", photo=1)
        expect(page.locator("#bandeaux")).to_contain_text("Votre session a expiré")
        ecran.voir()
        page.reload()
        terrain.aller(page, f"#/marche/{marche.pk}/relever")
        terrain.relever(page, mot="Toujours sans session", photo=2)
        assert Constat.objects.count() == 0
        decor.referent.set_password(f"{MOT_DE_PASSE} neuf")
        decor.referent.save()
        page.locator("#bandeaux").get_by_role("link", name="Se reconnecter").tap()
        page.locator("[name=username]").fill(decor.referent.courriel)
        page.locator("[name=password]").fill(f"{MOT_DE_PASSE} neuf")
        page.get_by_role("button", name="Se connecter").tap()
        page.wait_for_url(f"{ecran.adresse}/terrain/")
        terrain.attendre_que_tout_soit_recu(page)
    assert (Constat.objects.count(), Photo.objects.count()) == (2, 2)


def test_un_telephone_perdu_ne_se_lit_plus_et_retrouve_il_rend_tout(sur_le_terrain, decor, marche):
    ecran, page = sur_le_terrain, sur_le_terrain.page
    appareil = Appareil.objects.get()
    with terrain.retenir(ecran), ecran.admettre(*REFUS):
        terrain.aller(page, f"#/marche/{marche.pk}/relever")
        terrain.relever(page, mot="Dans le téléphone perdu", photo=1, sous_theme=False)
        revoquer_appareil(appareil, par=decor.administrateur)
        Session.objects.all().delete()  # even signed out, the telephone learns it
        page.reload()
        expect(page.locator("#titre")).to_have_text("Téléphone révoqué")
        ecran.dit("n’y est plus lisible")
        ecran.voir()
        assert page.evaluate("() => window.terrain.module('coffre').compte()") is None
        terrain.entrer(ecran, decor.referent)
        page.reload()
        expect(page.locator("#titre")).to_have_text("Téléphone révoqué")
        assert page.evaluate("() => window.terrain.module('coffre').compte()") is None
        retablir_appareil(appareil)
        page.reload()
        expect(page.locator("#titre")).to_have_text("Terrain")
    terrain.attendre_que_tout_soit_recu(page)
    assert (Constat.objects.get().description, Photo.objects.count()) == ("Dans le téléphone perdu", 1)


def test_la_file_d_un_compte_est_illisible_a_un_autre_et_ne_part_jamais_sous_son_nom(sur_le_terrain, decor, marche):
    ecran, page = sur_le_terrain, sur_le_terrain.page
    with terrain.retenir(ecran), ecran.admettre(*REFUS):
        terrain.aller(page, f"#/marche/{marche.pk}/relever")
        terrain.relever(page, mot="De la référente", photo=1, sous_theme=False)
        terrain.aller(page, "#/")
        page.get_by_role("button", name="Fermer ce téléphone").tap()
        ecran.dit("sera illisible jusqu’à ce que vous vous reconnectiez")
        page.get_by_role("dialog").get_by_role("button", name="Fermer").tap()
        expect(page.locator("#titre")).to_have_text("Téléphone fermé")
        ecran.dit("1\u00a0fiche attend sur ce téléphone")
        ecran.voir()
        page.reload()
        expect(page.locator("#titre")).to_have_text("Connectez-vous")
    with ecran.admettre(*REFUS):
        terrain.entrer(ecran, decor.collegue)
        page.reload()
        ecran.dit("1\u00a0fiche d’un autre compte attend")
        assert terrain.lire_la_file(page) == []
        page.evaluate("async () => { await window.terrain.module('envoi').envoyer({ force: true }); }")
        assert Constat.objects.count() == 0
        brut = page.evaluate("async () => JSON.stringify(await window.terrain.module('magasin').tout('envois'))")
        assert "De la référente" not in brut
        terrain.entrer(ecran, decor.referent)  # the key on the device is still the colleague's: the server says so
        page.reload()
        expect(page.locator("#sous-titre")).to_have_text(str(decor.referent))
        terrain.attendre_que_tout_soit_recu(page)
    assert (Constat.objects.get().description, Constat.objects.get().cree_par) == ("De la référente", decor.referent)


def test_se_deconnecter_au_bureau_ferme_aussi_le_terrain(sur_le_terrain, decor, marche):
    ecran, page = sur_le_terrain, sur_le_terrain.page
    with terrain.retenir(ecran), ecran.admettre(*REFUS):
        terrain.remplir_la_file(page, marche, 1)
        page.goto(f"{ecran.adresse}/compte/")
        page.locator("details.menu summary").tap()
        page.locator(".menu-compte").get_by_role("button", name="Se déconnecter").tap()
        page.wait_for_url("**/connexion/")
        page.goto(f"{ecran.adresse}/terrain/")
        expect(page.locator("#titre")).to_have_text("Connectez-vous")
        terrain.entrer(ecran, decor.referent)
        page.reload()
        expect(page.locator("#titre")).to_have_text("Terrain")
    terrain.attendre_que_tout_soit_recu(page)
    assert Constat.objects.count() == 1


#: The memory of the browser fails: every transaction after the first `n` throws, until `window.reparer()`.
CASSER = """(n) => {
    const vraie = IDBDatabase.prototype.transaction;
    let reste = n;
    IDBDatabase.prototype.transaction = function (...args) {
        if (reste <= 0) { throw new DOMException("Connection to Indexed Database server lost", "UnknownError"); }
        reste -= 1;
        return vraie.apply(this, args);
    };
    window.reparer = () => { IDBDatabase.prototype.transaction = vraie; };
}"""


def test_quand_la_memoire_du_navigateur_tombe_la_reserve_prend_la_suite(sur_le_terrain, marche):
    ecran, page = sur_le_terrain, sur_le_terrain.page
    with terrain.hors_ligne(ecran):
        terrain.aller(page, f"#/marche/{marche.pk}/relever")
        page.evaluate(CASSER, 0)
        terrain.relever(page, mot="Dans la réserve", photo=1, sous_theme=False)
        expect(page.locator("#bandeaux")).to_contain_text("La mémoire du navigateur ne répond pas")
        page = terrain.tuer_et_revenir(ecran, "/terrain/#/file")
        ecran.dit("Dans la réserve")
    terrain.attendre_que_tout_soit_recu(page)
    assert (Constat.objects.get().description, Photo.objects.count()) == ("Dans la réserve", 1)


def test_un_telephone_plein_le_dit_et_garde_la_saisie(sur_le_terrain, marche):
    ecran, page = sur_le_terrain, sur_le_terrain.page
    terrain.aller(page, f"#/marche/{marche.pk}/relever")
    terrain.photographier(page, 1)
    expect(page.locator(".terrain-photo-prise img")).to_be_visible()
    page.get_by_role("button", name="Propreté").tap()
    page.evaluate("""() => {
        const vraie = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function () { throw new DOMException("plein", "QuotaExceededError"); };
        window.reparer = () => { IDBObjectStore.prototype.put = vraie; };
    }""")
    page.get_by_role("button", name="Enregistrer le constat").tap()
    ecran.dit("Le téléphone est plein")
    expect(page.locator(".terrain-photo-prise img")).to_be_visible()
    page.evaluate("() => window.reparer()")
    page.get_by_role("button", name="Enregistrer le constat").tap()
    ecran.dit("Constat enregistré sur le téléphone")
    terrain.attendre_que_tout_soit_recu(page)
    assert (Constat.objects.count(), Photo.objects.count()) == (1, 1)


def test_deux_onglets_n_envoient_qu_une_fois_et_le_second_apprend_la_correction(sur_le_terrain, marche):
    ecran, page = sur_le_terrain, sur_le_terrain.page
    with terrain.hors_ligne(ecran):
        terrain.remplir_la_file(page, marche, 4, photos=2)
        uuid = terrain.lire_la_file(page)[0]["uuid"]
        autre = ecran.onglet()
        for onglet in (page, autre.page):
            onglet.goto(f"{ecran.adresse}/terrain/#/marche/{marche.pk}/corriger/{uuid}")
            expect(onglet.locator("[name=description]")).to_have_value("Fiche 0")
        for onglet, mot in ((page, "Le premier"), (autre.page, "Le second")):
            onglet.locator("[name=description]").fill(mot)
            onglet.get_by_role("button", name="Enregistrer la correction").tap()
        expect(autre.page.locator("#messages")).to_contain_text("corrigée dans un autre onglet")
        expect(autre.page.locator("[name=description]")).to_have_value("Le second")
    for onglet in (page, autre.page):
        onglet.evaluate("() => { window.terrain.module('envoi').envoyer({ force: true }); }")
    terrain.attendre_que_tout_soit_recu(page)
    assert sorted(Constat.objects.values_list("description", flat=True)) == [
        "Fiche 1",
        "Fiche 2",
        "Fiche 3",
        "Le premier",
    ]
    assert (Photo.objects.count(), EnvoiTerrain.objects.exclude(etat="recu").count()) == (8, 0)
    autre.page.close()


def test_un_droit_retire_est_dit_fiche_par_fiche_et_la_file_s_exporte(sur_le_terrain, decor, marche):
    ecran, page = sur_le_terrain, sur_le_terrain.page
    with terrain.retenir(ecran):
        terrain.aller(page, f"#/marche/{marche.pk}/relever")
        terrain.relever(page, mot="Sans droit", photo=1, sous_theme=False)
        Affectation.objects.filter(utilisateur=decor.referent).delete()
    with ecran.admettre(*REFUS):
        page.evaluate("async () => { await window.terrain.module('envoi').envoyer({ force: true }); }")
        page.locator("#pastille").tap()
        expect(page.locator(".file-ligne")).to_contain_text("Refusé")
        ecran.voir()
        with page.expect_download() as attendu:
            page.get_by_role("button", name="Exporter la file").tap()
    octets = io.BytesIO(attendu.value.path().read_bytes())
    with zipfile.ZipFile(octets) as archive:
        entete = json.loads(archive.read("file.json"))
        (fiche,) = entete["envois"]
        (annoncee,) = fiche["contenu"]["photos"]
        assert fiche["contenu"]["description"] == "Sans droit"
        assert set(archive.namelist()) == {"file.json", f"photos/{annoncee['sha256']}.jpg"}
        assert archive.testzip() is None
    Affectation.objects.create(utilisateur=decor.referent, role="referent_thematique")
    page.locator(".file-ligne").tap()
    page.get_by_role("button", name="Réessayer").tap()
    terrain.attendre_que_tout_soit_recu(page)
    assert (Constat.objects.count(), Photo.objects.count()) == (1, 1)


def test_une_marche_close_entre_temps_ne_fait_rien_perdre(sur_le_terrain, marche):
    ecran, page = sur_le_terrain, sur_le_terrain.page
    with terrain.retenir(ecran):
        terrain.remplir_la_file(page, marche, 1)
        Diagnostic.objects.filter(pk=marche.pk).update(
            etat=EtatDiagnostic.CLOS, releve_diffuse_le=timezone.localdate(), restitue_le=timezone.localdate()
        )
    (fiche,) = terrain.attendre_que_tout_soit_recu(page)
    envoi = EnvoiTerrain.objects.get()
    assert (envoi.etat, envoi.constat, Constat.objects.count()) == ("a_rattacher", None, 0)
    assert "Reçu par la Ville" in fiche["phrase"]


def test_la_copie_locale_ne_part_qu_apres_controle_et_sept_jours_et_se_renvoie_si_la_ville_l_a_perdue(
    sur_le_terrain, marche
):
    page = sur_le_terrain.page
    terrain.remplir_la_file(page, marche, 2)
    terrain.attendre_que_tout_soit_recu(page)
    menage = "async (jours) => window.terrain.module('menage').faireLeMenage(Date.now() + jours * 86400000)"
    assert [page.evaluate(menage, 0), page.evaluate(menage, 6), len(terrain.lire_la_file(page))] == [0, 0, 2]
    perdue = Photo.objects.order_by("pk").first()
    fichiers.supprimer(perdue.principale)
    Photo.objects.filter(pk=perdue.pk).delete()
    assert page.evaluate(menage, 8) == 1
    (restee,) = terrain.lire_la_file(page)
    assert restee["etat"] == "a_envoyer"
    terrain.attendre_que_tout_soit_recu(page)
    assert Photo.objects.filter(sha256=perdue.sha256).count() == 1
    assert [page.evaluate(menage, 8), page.evaluate(menage, 16), page.evaluate(menage, 16)] == [0, 1, 0]
    assert terrain.lire_la_file(page) == []


def test_une_nouvelle_version_attend_que_la_file_soit_vide(sur_le_terrain, marche, monkeypatch):
    ecran, page = sur_le_terrain, sur_le_terrain.page
    with terrain.retenir(ecran):
        terrain.remplir_la_file(page, marche, 1)
        monkeypatch.setattr("gusp.views.terrain.version", lambda page: "0123456789ab")
        page.evaluate("async () => { await (await navigator.serviceWorker.getRegistration('/terrain/')).update(); }")
        expect(page.locator("#version")).to_contain_text("elle s’installera quand la file sera vide")
        expect(page.get_by_role("button", name="Installer la nouvelle version")).to_be_disabled()
    terrain.attendre_que_tout_soit_recu(page)
    expect(page.locator("#version")).to_contain_text("Une nouvelle version est prête")
    with page.expect_navigation():
        page.locator("#version").get_by_role("button", name="Installer la nouvelle version").tap()
    page.wait_for_function("async () => (await caches.keys()).includes('terrain-0123456789ab')")
    assert (
        page.evaluate("async () => (await caches.keys()).filter((n) => /^terrain-[0-9a-f]{12}$/.test(n)).length") == 1
    )
