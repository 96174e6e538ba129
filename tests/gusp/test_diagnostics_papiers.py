"""Papers of the walks: valid, the same twice, and without anything confidential."""

import datetime
import io
import zipfile

import page as validation
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from gusp.enums import EtatDiagnostic, GenreDiagnostic, Nature, RolePhoto
from gusp.exports import papiers
from gusp.exports.tableau import classeur
from gusp.metier.photos import ajouter_photo
from gusp.models import Diagnostic
from quartiers.models import Organisme
from socle import pdf
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.gusp import JOUR, FabriqueConstat, FabriqueDiagnostic, FabriqueEtape
from tests.fixtures import images

pytestmark = [pytest.mark.django_db, pytest.mark.papier]

AU = datetime.date(2026, 7, 1)
SECRET = "Trafic au pied du hall"
NOTE = "Ne pas dire au voisin"
LIEU = {"lon": "0.699500", "lat": "47.381500"}


@pytest.fixture
def marche() -> Diagnostic:
    """Return a walk with every fate of a constat, photos, and one confidential."""
    precedent = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE, prevu_le=datetime.date(2026, 1, 5), numero=9090)
    FabriqueConstat(diagnostic=precedent, transmis=True, numero=5, description="Banc cassé", **LIEU)
    FabriqueConstat(diagnostic=precedent, transmis=True, numero=6, description=SECRET, confidentiel=True)
    diagnostic = FabriqueDiagnostic(
        etat=EtatDiagnostic.RELEVE_DIFFUSE,
        releve_diffuse_le=datetime.date(2026, 3, 12),
        precedent=precedent,
        numero=9007,
        habitants_femmes=4,
        dernier_numero=8,
    )
    etape = FabriqueEtape(diagnostic=diagnostic, numero=1, heure=datetime.time(14), **LIEU)
    organisme = FabriqueOrganisme(nom="Habitat Val-Vert")
    diagnostic.participants.create(groupe="bailleurs", organisme=organisme, nom="Prénom Nom", fonction="Gardien")
    communs = {"diagnostic": diagnostic, "organisme": organisme, "note_interne": NOTE}
    fait = FabriqueConstat(numero=1, verifie=True, etape=etape, description="Dépôt d’encombrants", **LIEU, **communs)
    agent = FabriqueUtilisateur(role=Role.RESPONSABLE)
    ajouter_photo(fait, images.photo(), par=agent, role=RolePhoto.AVANT)
    ajouter_photo(fait, images.photo(apres=True), par=agent, role=RolePhoto.APRES)
    FabriqueConstat(numero=2, programme=True, etape=etape, description="Lampadaire éteint", **communs)
    FabriqueConstat(numero=3, sans_suite=True, description="Barrière à ouvrir", **communs)
    FabriqueConstat(numero=4, qualifie=True, nature=Nature.POSITIF, description="Jardin fleuri", **communs)
    FabriqueConstat(numero=5, diagnostic=diagnostic, doublon=True, doublon_de=fait, description="Encore le dépôt")
    FabriqueConstat(numero=6, ecarte=True, description="Hors sujet", **communs)
    secret = FabriqueConstat(numero=7, transmis=True, confidentiel=True, description=SECRET, **communs)
    ajouter_photo(secret, images.photo(graine=3), par=agent)
    FabriqueConstat(numero=8, diagnostic=diagnostic, description="À trier encore")
    return diagnostic


def imprimer(papier: papiers.Papier) -> bytes:
    return pdf.rendre(papier.gabarit, papier.contexte, images=papier.images)


def feuilles_de(octets: bytes) -> list[str]:
    """Return the words of each page, with plain spaces."""
    pages = pypdf.PdfReader(io.BytesIO(octets)).pages
    return [" ".join(page.extract_text().split()).replace("\u00a0", " ") for page in pages]


def mots(octets: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(octets)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages).replace("\u00a0", " ")


def dits(papier: papiers.Papier, *phrases: str) -> dict[str, bool]:
    texte = mots(imprimer(papier))
    return {phrase: phrase in texte for phrase in phrases}


@pytest.mark.parametrize("genre", papiers.PAPIERS)
def test_chaque_papier_satisfait_toutes_les_regles_pdf_ua(marche, genre):
    octets = imprimer(papiers.PAPIERS[genre](marche, au=AU))
    rapport = validation.validate_pdf_bytes(octets, profile=validation.ValidationProfile.PDF_UA_1)
    assert (rapport.rules.passed, rapport.rules.total, rapport.failures) == (104, 104, [])


@pytest.mark.parametrize("genre", papiers.PAPIERS)
def test_deux_impressions_donnent_les_memes_octets(marche, genre):
    assert papiers.PAPIERS[genre](marche, au=AU).imprimer() == imprimer(papiers.PAPIERS[genre](marche, au=AU))


@pytest.mark.parametrize("genre", papiers.PAPIERS)
def test_rien_de_confidentiel_ni_d_interne_ne_sort(marche, genre):
    papier = papiers.PAPIERS[genre](marche, au=AU)
    assert dits(papier, SECRET, NOTE) == {SECRET: False, NOTE: False}
    secret = marche.constats.get(confidentiel=True)
    assert [nom for nom in papier.images if nom == f"photo-{secret.photos.get().pk}"] == []


@pytest.mark.parametrize("genre", papiers.PAPIERS)
def test_une_marche_vide_s_imprime_et_le_dit(genre):
    phrases = {
        "carnet": "Personne n’est encore invité.",
        "grille": "En chemin étape à noter dans le repère",
        "releve": "Aucune observation n’est enregistrée.",
        "organismes": "Aucun constat qualifié n’attend de réponse.",
        "restitution": "Aucun constat de cette marche n’est encore trié.",
    }
    papier = papiers.PAPIERS[genre](FabriqueDiagnostic(), au=AU)
    assert dits(papier, phrases[genre]) == {phrases[genre]: True}


@pytest.mark.parametrize("genre", papiers.PAPIERS)
def test_un_papier_fait_autant_de_requetes_pour_plus_de_constats(marche, genre):
    def requetes():
        with CaptureQueriesContext(connection) as prises:
            papiers.PAPIERS[genre](Diagnostic.objects.select_related("quartier").get(pk=marche.pk), au=AU)
        return len(prises)

    avant = requetes()
    for numero in range(20, 23):
        FabriqueConstat(
            diagnostic=marche, numero=numero, verifie=True, etape=FabriqueEtape(diagnostic=marche, numero=numero)
        )
        FabriqueConstat(diagnostic=marche.precedent, numero=numero, transmis=True)
    assert requetes() == avant


def test_le_releve_numerote_par_etape_et_dit_les_regroupements(marche):
    attendus = {
        "Relevé diffusé le 12/03/2026": True,
        "Étape 1, Place Saint-Paul": True,
        "Sans étape": True,
        "Dépôt d’encombrants": True,
        f"Regroupé avec {marche.constats.get(numero=1).reference}.": True,
        "Hors sujet": False,
        "N° 1 ": True,
        "Prénom Nom": False,
        "4 habitants": True,
    }
    assert dits(papiers.releve(marche, au=AU), *attendus) == attendus


def test_un_doublon_ne_nomme_pas_un_maitre_confidentiel(marche):
    marche.constats.filter(numero=5).update(doublon_de=marche.constats.get(numero=7))
    assert dits(papiers.releve(marche, au=AU), "Regroupé") == {"Regroupé": False}


def test_le_plan_porte_les_memes_numeros_que_la_liste(marche):
    plan = papiers.releve(marche, au=AU).contexte["plan"]
    assert [numero for numero in ("1", "7") if f">{numero}</text>" in plan] == ["1"]


def test_la_fiche_de_restitution_repond_a_tout(marche):
    attendus = {
        "Nous avons fait": True,
        "Dépôt d’encombrants": True,
        "Le dépôt a été enlevé. Fait, vérifié sur place le 14/03/2026.": True,
        "Nous ferons": True,
        "Prévu pour le 22/03/2026.": True,
        "Nous ne ferons pas, parce que": True,
        "Le sol est privé, la Ville ne peut agir.": True,
        "Ce qui va bien": True,
        "Jardin fleuri": True,
        "Avant, après": True,
        "À trier encore": False,
        "Encore le dépôt": False,
        "Hors sujet": False,
    }
    assert dits(papiers.restitution(marche, au=AU), *attendus) == attendus


def test_le_carnet_porte_ce_qui_est_a_revoir_et_une_grille_qui_continue_les_numeros(marche):
    attendus = {"Banc cassé": True, "Grille à remplir": True}
    papier = papiers.carnet(marche, au=AU)
    assert dits(papier, *attendus) == attendus
    assert [*papier.contexte["lignes_vides"]][:2] == [9, 10]


def test_la_grille_a_deux_etapes_par_feuille_et_continue_les_numeros(marche):
    FabriqueEtape(diagnostic=marche, numero=2, libelle="Mail", attention="les bancs")
    pages = feuilles_de(imprimer(papiers.grille(marche, au=AU)))
    attendus = [
        ("Feuille 1 sur 2", "Étape 1, Place Saint-Paul 14", "Étape 2, Mail à regarder : les bancs"),
        ("Feuille 2 sur 2", "Ailleurs en chemin", "PRO DEC VOI MOB"),
    ]
    communs = ("PRO propreté", "4 programmable", "…… h ……")
    for page, phrases in zip(pages, attendus, strict=True):
        assert {phrase: phrase in page for phrase in phrases} == dict.fromkeys(phrases, True)
        assert {mot: mot in page for mot in communs} == dict.fromkeys(communs, True)
    assert [[*b.numeros] for f in papiers.grille(marche, au=AU).contexte["feuilles"] for b in f] == [
        [9, 10, 11, 12],
        [13, 14, 15, 16],
        [*range(17, 25)],
    ]


def test_chaque_feuille_de_la_grille_tient_sur_sa_page_quand_les_textes_sont_longs(marche):
    Diagnostic.objects.filter(pk=marche.pk).update(genre=GenreDiagnostic.EXPLORATOIRE)
    marche.refresh_from_db()
    marche.etapes.all().delete()
    for numero in range(1, 6):
        FabriqueEtape(diagnostic=marche, numero=numero, libelle="Passage " * 14, attention="Les recoins " * 13)
    papier = papiers.grille(marche, au=AU)
    pages = feuilles_de(imprimer(papier))
    assert ["voir et être visible" in page for page in pages] == [True] * 3


def test_seule_la_grille_d_une_marche_exploratoire_demande_le_principe(marche):
    assert dits(papiers.grille(marche, au=AU), "Principe", "…… h ……") == {"Principe": False, "…… h ……": True}
    marche.genre = GenreDiagnostic.EXPLORATOIRE
    attendus = {"Principe": True, "2 voir et être visible": True, "6 agir ensemble": True}
    assert dits(papiers.grille(marche, au=AU), *attendus) == attendus


def test_le_tableau_a_une_page_par_organisme(marche):
    FabriqueConstat(numero=9, diagnostic=marche, transmis=True, organisme=FabriqueOrganisme(nom="Logis du Cher"))
    FabriqueConstat(numero=10, diagnostic=marche, qualifie=True)
    octets = imprimer(papiers.tableau(marche, au=AU))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(octets)).pages]
    assert [
        nom in page for nom, page in zip(("Habitat Val-Vert", "Logis du Cher", "à désigner"), pages[1:], strict=True)
    ] == [
        True,
        True,
        True,
    ]


def feuilles(octets: bytes) -> tuple[list[str], str]:
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        livre = archive.read("xl/workbook.xml").decode()
        textes = archive.read("xl/sharedStrings.xml").decode()
    return [morceau.split('"')[0] for morceau in livre.split('<sheet name="')[1:]], textes


def test_le_classeur_a_une_feuille_par_organisme_sans_formule_ni_secret(marche):
    FabriqueConstat(numero=9, diagnostic=marche, transmis=True, description="=1+1", organisme=_organisme("A" * 40))
    FabriqueConstat(numero=10, diagnostic=marche, transmis=True, organisme=_organisme("A" * 41))
    octets = classeur(marche, au=AU)
    noms, textes = feuilles(octets)
    assert noms == ["A" * 31, "A" * 28 + " 2", "Habitat Val-Vert"]
    assert [phrase in textes for phrase in ("=1+1", SECRET, NOTE, "Jardin fleuri")] == [True, False, False, False]
    assert b"<f>" not in b"".join(
        zipfile.ZipFile(io.BytesIO(octets)).read(f"xl/worksheets/sheet{n}.xml") for n in (1, 2, 3)
    )
    assert classeur(marche, au=AU) == octets


def _organisme(nom: str) -> Organisme:
    return FabriqueOrganisme(nom=nom)


def test_les_papiers_se_telechargent_avec_leur_nom(client, marche):
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR))
    reponse = client.get(reverse("gusp:diagnostic_releve_pdf", args=[marche.pk]))
    assert reponse["Content-Type"] == "application/pdf"
    assert reponse["Content-Disposition"] == f'inline; filename="releve-{marche.reference}.pdf"'
    assert reponse.content[:5] == b"%PDF-"
    assert SECRET not in mots(reponse.content)


def test_un_pdf_refuse_est_dit_sur_la_page(client, marche, monkeypatch):
    def refuser(self):
        raise pdf.PdfRefuse("La mise en page a dépassé 60\u00a0secondes.")

    monkeypatch.setattr(papiers.Papier, "imprimer", refuser)
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR))
    reponse = client.get(reverse("gusp:diagnostic_releve_pdf", args=[marche.pk]), follow=True)
    assert "a dépassé 60\u00a0secondes" in reponse.content.decode()


def test_une_photo_perdue_n_empeche_pas_le_releve(marche):
    photo = marche.constats.get(numero=1).photos.get(role=RolePhoto.AVANT)
    photo.impression.storage.delete(photo.impression.name)
    papier = papiers.releve(marche, au=AU)
    assert (papier.images, dits(papier, "Dépôt d’encombrants")) == ({}, {"Dépôt d’encombrants": True})


def test_le_jour_de_la_marche_est_ecrit_en_entier(marche):
    assert marche.prevu_le == JOUR
    assert dits(papiers.releve(marche, au=AU), "lundi 2 mars 2026") == {"lundi 2 mars 2026": True}
