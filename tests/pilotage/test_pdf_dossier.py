"""The PDF of a dossier: accessible, true numbers, what was typed, nothing confidential, the same bytes for ever."""

import io
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import page as validation
import pypdf
import pytest
from django.conf import settings

from gusp.models import Action, Constat, Photo
from pilotage import impression, taches
from pilotage.enums import EtatImpression
from pilotage.metier import dossiers as metier
from pilotage.metier import impressions
from pilotage.models import Dossier, Impression
from pilotage.syntheses import composer_dossier
from socle import fichiers
from socle.pdf_types import PdfRefuse
from tests.pilotage import situation as S

pytestmark = [pytest.mark.django_db, pytest.mark.papier]
UA = validation.ValidationProfile.PDF_UA_1
TEXTE = "Trois marches : l'Europe, les Fontaines et le Sanitas de nuit."


@pytest.fixture
def s():
    return S.situation()


@pytest.fixture
def dossier(s):
    dossier = metier.creer_dossier(seance=s.seance, par=s.responsable, arrete_le=S.AU)
    metier.ecrire_texte(dossier.sections.get(genre="synthese"), TEXTE, par=s.referent)
    return dossier


@pytest.fixture
def fige(s, dossier):
    return metier.figer(dossier, par=s.responsable, le=S.instant(S.AU))


def imprimer(dossier):
    """Lay out in this process."""
    contenu = dossier.contenu or composer_dossier(dossier, au=dossier.arrete_le)
    return impression.imprimer(contenu, impressions.images_de(dossier, contenu), isole=False)


def mots(octets):
    """Return the text of each page, spaces brought together."""
    return [" ".join(p.extract_text().split()) for p in pypdf.PdfReader(io.BytesIO(octets)).pages]


def test_le_dossier_entier_passe_les_104_regles_de_pdf_ua(dossier):
    fini = imprimer(dossier)
    rapport = validation.validate_pdf_bytes(fini.octets, profile=UA)
    assert (rapport.rules.passed, rapport.rules.total, rapport.failures) == (104, 104, [])
    assert fini.avertissements == ()


def test_le_sommaire_dit_les_vraies_pages_et_les_signets_y_menent(dossier):
    fini = imprimer(dossier)
    lecteur, textes = pypdf.PdfReader(io.BytesIO(fini.octets)), mots(fini.octets)
    sections = [e for e in fini.entrees if e.niveau == 1]
    assert [e.cle for e in sections] == [s.genre for s in dossier.sections.exclude(genre="couverture")]
    for entree in fini.entrees:
        assert re.search(rf"{re.escape(entree.titre)}[ .]+{entree.page}\b", textes[1]), entree
        assert entree.titre in textes[entree.page - 1]
        assert lecteur.get_destination_page_number(lecteur.named_destinations[entree.cle]) == entree.page - 1
    assert [s["/Title"] for s in lecteur.outline if not isinstance(s, list)][1:] == [e.titre for e in sections]


def test_le_pdf_dit_ce_qui_a_ete_ecrit_et_rien_de_confidentiel(s, dossier):
    S.photo(s, Constat.objects.get(confidentiel=True), "avant", (1, 2, 3))
    texte = " ".join(mots(imprimer(dossier).octets))
    assert "Trois marches : l’Europe, les Fontaines et le Sanitas de nuit." in texte
    for attendu in ("Option B, six mâts solaires", "en retard de 78 j", "Bail non signé", "4 650 k€ HT", "+182 j"):
        assert attendu in texte
    assert S.FUITE not in texte
    assert "GUSP-99" not in texte


def test_un_brouillon_se_dit_document_de_travail_et_un_fige_dit_sa_date(s, dossier):
    brouillon = mots(imprimer(dossier).octets)
    assert "Document de travail · données au 20/11/2026" in brouillon[0]
    assert all("document de travail" in texte for texte in brouillon[1:])
    fige = mots(imprimer(metier.figer(dossier, par=s.responsable, le=S.instant(S.AU))).octets)
    assert not any("ocument de travail" in texte for texte in fige)
    assert all("Édition 1 · figée le 20/11/2026 · données au 20/11/2026" in texte for texte in fige[1:])


def test_les_pages_larges_sont_en_paysage_et_toutes_numerotees(dossier):
    fini = imprimer(dossier)
    pages = pypdf.PdfReader(io.BytesIO(fini.octets)).pages
    debuts = {e.cle: e.page for e in fini.entrees if e.niveau == 1}
    larges = {cle for cle, numero in debuts.items() if pages[numero - 1].mediabox.width > pages[0].mediabox.width}
    assert larges == {"operations", "calendrier", "financements"}
    for numero, texte in enumerate(mots(fini.octets)[1:], start=2):
        assert f"page {numero} / {fini.pages}" in texte


def test_un_fige_donne_les_memes_octets_apres_que_tout_a_change(s, fige):
    avant = imprimer(fige)
    Constat.objects.filter(confidentiel=False).update(repere="Ailleurs", description="Tout autre chose")
    Action.objects.update(titre="Autre titre")
    s.seance.points.all().delete()
    for photo in Photo.objects.all():
        fichiers.supprimer(photo.impression)
    assert imprimer(Dossier.objects.get(pk=fige.pk)).octets == avant.octets


def test_un_fige_donne_les_memes_octets_dans_un_autre_processus(fige, tmp_path):
    import json

    (tmp_path / "contenu.json").write_text(json.dumps(fige.contenu), encoding="utf-8")
    for image in fige.images.all():
        (tmp_path / image.sha256).write_bytes(fichiers.lire(image.fichier))
    programme = textwrap.dedent("""
        import json, sys, pathlib, django; django.setup()
        from pilotage import impression
        dossier = pathlib.Path(sys.argv[1])
        contenu = json.loads((dossier / "contenu.json").read_text(encoding="utf-8"))
        images = {cle: (dossier / cle).read_bytes() for cle in contenu["images"]}
        print(impression.imprimer(contenu, images, isole=False).sha256)
    """)
    milieu = os.environ | {"PYTHONHASHSEED": "7"}
    autre = subprocess.run(
        [sys.executable, "-c", programme, str(tmp_path)],
        cwd=Path(settings.BASE_DIR),
        env=milieu,
        capture_output=True,
        text=True,
        check=True,
    )
    assert autre.stdout.strip() == imprimer(fige).sha256


def test_le_travail_fabrique_le_pdf_une_fois_et_le_redonne(s, fige, monkeypatch):
    une = taches.demander_impression(fige, par=s.responsable)
    assert taches.demander_impression(fige, par=s.referent).pk == une.pk
    taches.imprimer_dossier(impression_id=une.pk)
    une.refresh_from_db()
    fige.refresh_from_db()
    assert (une.etat, une.avancement, une.sha256) == (EtatImpression.PRETE, 100, fige.pdf_sha256)
    assert fige.pdf_pages == len(mots(impressions.lire_pdf(fige)))
    monkeypatch.setattr(impression, "imprimer", None)
    deux = taches.demander_impression(fige, par=s.responsable)
    taches.imprimer_dossier(impression_id=deux.pk)
    deux.refresh_from_db()
    assert (deux.etat, deux.fichier.name, deux.sha256) == (EtatImpression.PRETE, fige.pdf.name, fige.pdf_sha256)


def test_un_pdf_fige_perdu_se_refait_a_l_identique(s, fige):
    une = taches.demander_impression(fige, par=s.responsable)
    impressions.conduire(une.pk, isole=False)
    fige.refresh_from_db()
    avant, empreinte = impressions.lire_pdf(fige), fige.pdf_sha256
    fichiers.supprimer(fige.pdf)
    impressions.conduire(taches.demander_impression(fige, par=s.responsable).pk, isole=False)
    fige.refresh_from_db()
    assert (impressions.lire_pdf(fige), fige.pdf_sha256) == (avant, empreinte)


def test_l_avancement_par_section_est_ecrit_au_fur_et_a_mesure(s, dossier, monkeypatch):
    vues = []
    vrai = impressions._noter
    monkeypatch.setattr(impressions, "_noter", lambda ligne, **c: vues.append(c) or vrai(ligne, **c))
    ligne = taches.demander_impression(dossier, par=s.referent)
    impressions.conduire(ligne.pk, isole=False)
    etapes = [c["etape"] for c in vues if "etape" in c]
    avancements = [c["avancement"] for c in vues if "avancement" in c]
    assert etapes[:3] == ["Lecture des données", "Ordre du jour", "Suites de la séance du 11/06/2026"]
    assert avancements == sorted(avancements)
    ligne.refresh_from_db()
    assert (ligne.avancement, ligne.erreur) == (100, "")


@pytest.mark.parametrize(
    ("panne", "phrase"),
    [
        (PdfRefuse("La mise en page a dépassé 180 secondes."), "La mise en page a dépassé 180 secondes."),
        (ZeroDivisionError(), impressions.INCONNUE),
    ],
    ids=["refus", "imprevu"],
)
def test_une_panne_finit_par_une_phrase_et_se_relance(s, dossier, monkeypatch, panne, phrase):
    def tomber(*arguments, **options):
        raise panne

    monkeypatch.setattr(impression, "imprimer", tomber)
    ligne = taches.demander_impression(dossier, par=s.referent)
    impressions.conduire(ligne.pk)
    ligne.refresh_from_db()
    assert (ligne.etat, ligne.erreur) == (EtatImpression.ECHEC, phrase)
    assert taches.demander_impression(dossier, par=s.referent).pk != ligne.pk


def test_une_impression_sans_signe_de_vie_laisse_la_place(s, dossier):
    morte = taches.demander_impression(dossier, par=s.referent)
    Impression.objects.filter(pk=morte.pk).update(demandee_le=morte.demandee_le - 2 * impressions.SILENCE)
    suite = taches.demander_impression(dossier, par=s.referent)
    morte.refresh_from_db()
    assert suite.pk != morte.pk
    assert (morte.etat, morte.erreur) == (EtatImpression.ECHEC, impressions.PERDUE)
    impressions.conduire(morte.pk, isole=False)
    morte.refresh_from_db()
    assert morte.etat == EtatImpression.ECHEC


def test_une_impression_dont_le_travailleur_est_mort_reprend(s, dossier):
    ligne = taches.demander_impression(dossier, par=s.referent)
    Impression.objects.filter(pk=ligne.pk).update(etat=EtatImpression.EN_COURS, avancement=40)
    impressions.conduire(ligne.pk, isole=False)
    ligne.refresh_from_db()
    assert (ligne.etat, ligne.avancement) == (EtatImpression.PRETE, 100)


def test_figer_pendant_l_impression_du_brouillon_donne_le_pdf_fige(s, dossier, monkeypatch):
    ligne = taches.demander_impression(dossier, par=s.referent)
    vrai, appels = impression.imprimer, []

    def pendant(*arguments, **options):
        if not appels:
            metier.figer(dossier, par=s.responsable)
        appels.append(1)
        return vrai(*arguments, **options)

    monkeypatch.setattr(impression, "imprimer", pendant)
    impressions.conduire(ligne.pk, isole=False)
    ligne.refresh_from_db()
    dossier.refresh_from_db()
    assert (len(appels), ligne.sha256) == (2, dossier.pdf_sha256)


def test_le_pdf_fige_se_telecharge_avec_son_nom(client, s, fige):
    impressions.conduire(taches.demander_impression(fige, par=s.responsable).pk, isole=False)
    client.force_login(s.territorial)
    reponse = client.get(f"/dossiers/{fige.pk}/pdf/")
    octets = b"".join(reponse)
    assert reponse["Content-Disposition"] == 'inline; filename="copil-gusp-2026-12-17-edition-1.pdf"'
    fige.refresh_from_db()
    assert len(octets) == fige.pdf_taille
