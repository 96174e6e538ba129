"""The main job from end to end, on the screen only: a walk is observed, actions kept up, the COPIL dossier printed.

One test: each persona goes on from what the one before left, and the PDF is read against all that was typed.
"""

import datetime
import hashlib
import io
import re

from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect
from pypdf import PdfReader

from gusp.models import Diagnostic
from tests.fixtures import images
from tests.parcours import terrain

CONSTATS = [  # theme touched, word typed, what it becomes
    ("Propreté", "Encombrants devant le hall 12", "PRO"),
    ("Éclairage", "Mât éteint le long de l’école", "ECL"),
    ("Propreté", "Bouteilles sous les bancs de la place", "PRO"),
]
NOUVELLE = "Local trouvé rez-de-chaussée, visite faite avec les habitants"
SYNTHESE = "Le semestre est marqué par la reprise des halls et l’ouverture prochaine de la ressourcerie."


def test_un_constat_releve_dans_la_rue_et_une_action_mise_a_jour_arrivent_dans_le_dossier_imprime(
    ouvrir, decor, travailleur
):
    bureau = ouvrir(decor.referent)
    marche = preparer_une_marche(bureau)
    relever_sur_le_terrain(ouvrir(decor.referent, telephone=True), marche)
    noter_et_trier(bureau, marche, decor)
    transmettre_en_lot(bureau, decor)
    joindre_la_photo_apres(bureau)
    retrouver_par_la_liste_la_carte_et_le_tableur(bureau)
    mettre_a_jour_les_actions(ouvrir(decor.territorial), decor)
    premier = preparer_figer_imprimer(ouvrir(decor.responsable), decor, travailleur)
    lire_le_pdf(premier)


def preparer_une_marche(ecran) -> str:
    """Create the walk, its stops and its participants; return the address of the walk."""
    ecran.lien("Diagnostics", ecran.page.get_by_role("navigation", name="Navigation principale"))
    ecran.lien("Préparer une marche")
    page = ecran.page
    ecran.choisir("quartier", "Sanitas")
    page.locator("[name=intitule]").fill("Autour de la place Saint-Paul")
    page.locator("[name=lieu_rendez_vous]").fill("Devant l’école")
    ecran.bouton("Enregistrer")
    ecran.dit("est créé : tracez maintenant son parcours")
    marche = re.search(r"/diagnostics/\d+/", page.url)[0]
    ecran.lien("Tracer le parcours")
    for rang, (libelle, lon, lat) in enumerate([("Hall 12", "0.6947", "47.3860"), ("École", "0.6955", "47.3868")]):
        for nom, valeur in (("libelle", libelle), ("lon", lon), ("lat", lat)):
            page.locator(f"[name=e-{rang}-{nom}]").fill(valeur)
    ecran.bouton("Enregistrer le parcours")
    expect(page.locator("#etapes")).to_contain_text("Hall 12")
    ecran.lien("Modifier la liste")
    ecran.choisir("p-0-groupe", "Bailleurs")
    ecran.choisir("p-0-organisme", "Habitat Val-Vert")
    ecran.bouton("Enregistrer la liste")
    expect(page.locator("main")).to_contain_text("Habitat Val-Vert")
    return marche


def relever_sur_le_terrain(ecran, marche: str) -> None:
    """Three constats without network, four taps each: photo, theme, sub-theme, save; a word besides."""
    page = terrain.ouvrir_le_terrain(ecran, Diagnostic.objects.get())
    with terrain.hors_ligne(ecran):
        page.get_by_role("link", name="Relever un constat").tap()
        expect(page.locator(".terrain-position")).to_contain_text("± 8 m")
        ecran.choisir("etape", "2. École")
        for rang, (theme, mot, _) in enumerate(CONSTATS):
            terrain.relever(page, theme=theme, photo=rang, mot=mot)
        ecran.dit("3\u00a0fiches à envoyer")
    terrain.attendre_que_tout_soit_recu(page)
    page.locator("#pastille").tap()
    ecran.dit("constat n°\u00a03")
    ecran.voir()


def noter_et_trier(ecran, marche: str, decor) -> None:
    """Back at the desk: the walk took place, each constat is qualified at the sorting desk."""
    page = ecran.page
    ecran.aller(f"{marche}conduire/")
    expect(page.locator("main")).to_contain_text("Encombrants devant le hall 12")
    page.locator("[name=habitants_femmes]").fill("5")
    page.locator("[name=habitants_hommes]").fill("3")
    ecran.bouton("Enregistrer les présences")
    ecran.bouton("Noter la marche réalisée")
    ecran.aller(f"{marche}trier/")
    for rang in range(3):
        page.locator("[name=repere]").fill(f"Hall 12, allée {rang + 1}")
        ecran.choisir("domanialite", "Bailleur")
        ecran.choisir("organisme", "Habitat Val-Vert")
        ecran.bouton("Qualifier et passer au suivant")
    ecran.dit("Tout est trié")


def transmettre_en_lot(ecran, decor) -> None:
    """The three constats go to the landlord in one gesture."""
    page = ecran.page
    ecran.aller("/constats/")
    ecran.dit("3 sur 3")
    page.get_by_label("Tout choisir sur cette page").check()
    ecran.bouton("Transmettre la sélection…")
    ecran.dit("Transmettre 3 constats")
    ecran.choisir("organisme", "Habitat Val-Vert")
    ecran.bouton("Transmettre")
    ecran.dit("3 constats")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody")).to_contain_text("Transmis")


def joindre_la_photo_apres(ecran) -> None:
    """The waste is gone: the work is noted, checked on the spot, and its photo stands beside the first one."""
    page = ecran.page
    ecran.lien("Encombrants devant le hall 12")
    ecran.geste("traiter", reponse="Les encombrants ont été enlevés ce matin.")
    ecran.dit("Le traitement est noté")
    formulaire = page.locator("form[action$='/photos/']")
    page.get_by_text("Ajouter une photo", exact=True).click()
    formulaire.locator("[name=role]").select_option("apres")
    formulaire.locator("[type=file]").set_input_files(
        {"name": "apres.jpg", "mimeType": "image/jpeg", "buffer": images.photo(graine=0, apres=True)}
    )
    expect(formulaire.locator("[data-photo-apercu]")).to_contain_text("Photo prête")
    ecran.bouton("Ajouter la photo", formulaire)
    expect(page.locator(".paire img")).to_have_count(2)
    assert page.locator(".paire img").evaluate_all("i => i.every(x => x.complete ? x.naturalWidth > 0 : true)")


def retrouver_par_la_liste_la_carte_et_le_tableur(ecran) -> None:
    """A filter, the map of the same rows, the file of the same rows."""
    page = ecran.page
    ecran.aller("/constats/?q=mât")
    ecran.dit("filtre\u00a0: «\u00a0mât\u00a0»")
    expect(page.locator("tbody tr")).to_have_count(1)
    with page.expect_download() as fichier:
        page.get_by_role("link", name=re.compile("XLSX|Tableur|Excel")).first.click()
    lignes = list(
        load_workbook(io.BytesIO(fichier.value.path().read_bytes()), read_only=True).active.iter_rows(values_only=True)
    )
    textes = [" ".join(str(c) for c in ligne if c) for ligne in lignes]
    assert sum("Mât éteint" in texte for texte in textes) == 1
    assert sum("Encombrants" in texte for texte in textes) == 0
    ecran.aller("/constats/carte/?q=mât")
    expect(page.locator(".leaflet-marker-icon").first).to_be_visible()


def mettre_a_jour_les_actions(ecran, decor) -> None:
    """Three rows with the keyboard, without leaving the page."""
    page = ecran.page
    ecran.lien("Plan d’actions", page.get_by_role("navigation", name="Navigation principale"))
    depart = page.url
    for rang, action in enumerate(decor.actions):
        ligne = page.locator(f"#action-{action.pk}")
        ligne.get_by_label(f"État de {action.code}").select_option("en_cours")
        ligne.get_by_label(f"Avancement de {action.code}, en pour cent").fill(str(20 + 10 * rang))
        ligne.get_by_label(f"Nouvelle de {action.code}").fill(f"{NOUVELLE} ({rang})")
        ligne.get_by_label(f"Nouvelle de {action.code}").press("Enter")
        expect(ligne).to_contain_text("Enregistré")
        expect(ligne).to_contain_text(f"{20 + 10 * rang}\u202f%")
    assert page.url == depart
    ecran.aller(f"/actions/{decor.actions[0].pk}/")
    ecran.dit(NOUVELLE)


def preparer_figer_imprimer(ecran, decor, travailleur) -> bytes:
    """From the coming meeting to the PDF, twice the same."""
    page = ecran.page
    ecran.lien("Séances", page.get_by_role("navigation", name="Navigation principale"))
    ecran.aller(decor.seance.get_absolute_url())
    ecran.lien("Préparer le dossier")
    ecran.bouton("Créer le dossier")
    dossier = page.url.removeprefix(ecran.adresse)
    expect(page.locator(".manques")).to_contain_text("La synthèse n’a pas encore de texte")
    ecran.lien("Synthèse", page.locator("#section-synthese"))
    page.locator("[name=texte]").fill(SYNTHESE)
    ecran.bouton("Enregistrer")
    expect(page.locator(".manques")).not_to_contain_text("La synthèse n’a pas encore de texte")
    ecran.lien("Aperçu")
    ecran.dit(SYNTHESE)
    ecran.dit(NOUVELLE)
    ecran.aller(dossier)
    ecran.bouton_confirme("Figer le dossier")
    ecran.dit("Le dossier est figé")
    processus = travailleur()
    premier = telecharger(ecran)
    assert processus.wait(120) == 0
    ecran.bouton("Fabriquer de nouveau le PDF")
    travailleur().wait(120)
    assert telecharger(ecran) == premier
    changer_les_donnees(ecran, decor)
    ecran.aller(dossier)
    ecran.bouton("Fabriquer de nouveau le PDF")
    travailleur().wait(120)
    assert telecharger(ecran) == premier
    expect(page.locator("main")).to_contain_text(hashlib.sha256(premier).hexdigest())
    return premier


def telecharger(ecran) -> bytes:
    """Follow the progress bar to its link, and return the file that it opens."""
    lien = ecran.page.locator("#progression").get_by_role("link", name=re.compile("Ouvrir le PDF"))
    expect(lien).to_be_visible(timeout=120_000)
    reponse = ecran.page.request.get(ecran.adresse + lien.get_attribute("href"))
    assert reponse.headers["content-type"] == "application/pdf"
    ecran.page.reload()
    return reponse.body()


def changer_les_donnees(ecran, decor) -> None:
    ecran.aller(f"/actions/{decor.actions[0].pk}/modifier/")
    ecran.page.locator("[name=titre]").fill("Titre changé après le gel")
    ecran.bouton("Enregistrer")
    ecran.dit("Titre changé après le gel")


def lire_le_pdf(octets: bytes) -> None:
    """What was typed in the street, in the table and at the desk is on paper."""
    lecteur = PdfReader(io.BytesIO(octets))
    texte = re.sub(r"\s", "", "".join(page.extract_text() for page in lecteur.pages))
    seance = timezone.localdate() + datetime.timedelta(days=21)
    attendus = [SYNTHESE, NOUVELLE, "Ressourcerie au pied des tours", "Éclairage de la place", "Hôtel de ville"]
    attendus += [f"{seance:%d/%m/%Y}", "Autour de la place Saint-Paul", "figée le"]
    absents = [mot for mot in attendus if re.sub(r"\s", "", mot) not in texte]
    assert absents == []
    assert "Titrechangéaprèslegel" not in texte
    assert lecteur.trailer["/Root"]["/Lang"].startswith("fr")
