"""The child process that lays out: the same bytes, limits that bite, sentences for every accident, no orphan."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from socle import pdf, pdf_isole
from tests.fixtures import images as fabrique
from tests.socle import demonstration

RACINE = Path(__file__).parents[2]
CADRE = demonstration.CADRE
PETITE = [pdf.SectionHtml("s", "Section", "<p>Texte.</p>")]
LONGUE = [pdf.SectionHtml("s", "Section", "<p>Un paragraphe assez long pour tenir sur une ligne.</p>" * 20_000)]
pytestmark = pytest.mark.papier


@pytest.fixture(autouse=True)
def _sans_enfant():
    pdf_isole.congedier()  # one left by another module has already worked
    yield
    pdf_isole.congedier()


def test_l_enfant_rend_les_memes_octets_et_dit_son_avancement():
    etapes = []
    seul = pdf.assembler_isole(PETITE, CADRE, avancement=lambda *etape: etapes.append(etape))
    assert seul.octets == pdf.assembler(PETITE, CADRE).octets
    assert [libelle for _, _, libelle in etapes] == ["Section", "Sommaire", "Écriture du PDF", "Terminé"]


def test_le_meme_enfant_sert_plusieurs_travaux_puis_se_renouvelle(monkeypatch):
    monkeypatch.setattr(pdf_isole, "TRAVAUX_PAR_ENFANT", 2)
    pids = []
    for _ in range(3):
        pdf.assembler_isole(PETITE, CADRE)
        pids.append(pdf_isole._enfant.processus.pid)
    assert pids[0] == pids[1] != pids[2]
    assert not psutil.pid_exists(pids[0])


def test_une_fiche_se_rend_a_part(settings):
    modeles = settings.TEMPLATES[0]
    settings.TEMPLATES = [modeles | {"DIRS": [*modeles["DIRS"], demonstration.GABARITS]}]
    contexte, vue = {"titre": "Fiche", "texte": "Bonjour"}, fabrique.octets(fabrique.rue(taille=(240, 180)))
    seule = pdf.rendre_isole("demonstration/fiche.html", contexte, images={"vue": vue})
    assert seule.octets == pdf.rendre("demonstration/fiche.html", contexte, images={"vue": vue})
    assert seule.pages == 1


def test_un_refus_traverse_les_processus():
    with pytest.raises(pdf.PdfRefuse, match="introuvable"):
        pdf.assembler_isole([pdf.SectionHtml("s", "S", '<img src="image:absente" alt="">')], CADRE)
    assert pdf.assembler_isole(PETITE, CADRE).pages == 3


def test_un_travail_trop_long_est_arrete():
    pdf.assembler_isole(PETITE, CADRE)
    ancien, debut = pdf_isole._enfant.processus.pid, time.monotonic()
    dossier = Path(pdf_isole._enfant.dossier.name)
    assert [f.is_dir() for f in dossier.glob("weasyprint-*")] == [True]
    with pytest.raises(pdf.PdfRefuse, match="a dépassé 1\u00a0secondes"):
        pdf.assembler_isole(LONGUE, CADRE, delai=1)
    assert time.monotonic() - debut < 5
    assert not psutil.pid_exists(ancien)
    assert not dossier.exists()


def test_un_travail_trop_gros_manque_de_memoire_et_le_dit():
    with pytest.raises(pdf.PdfRefuse, match=r"trop de mémoire|s’est arrêtée brutalement"):
        pdf.assembler_isole(LONGUE, CADRE, memoire_max=330 * 1024 * 1024)


def test_un_enfant_tue_est_remplace():
    pdf.assembler_isole(PETITE, CADRE)
    os.kill(pdf_isole._enfant.processus.pid, signal.SIGKILL)
    pdf_isole._enfant.processus.wait()
    assert pdf.assembler_isole(PETITE, CADRE).pages == 3


def test_un_enfant_tue_en_plein_travail_donne_une_phrase():
    def tuer(fait, total, libelle):
        os.kill(pdf_isole._enfant.processus.pid, signal.SIGKILL)

    with pytest.raises(pdf.PdfRefuse, match="s’est arrêtée brutalement"):
        pdf.assembler_isole(LONGUE, CADRE, avancement=tuer)


def test_l_enfant_ne_survit_pas_a_son_parent():
    programme = textwrap.dedent("""
        import os, sys, django; django.setup()
        from socle import pdf, pdf_isole
        from tests.socle.test_pdf_isole import CADRE, PETITE
        pdf.assembler_isole(PETITE, CADRE)
        print(pdf_isole._enfant.processus.pid, flush=True)
        os.kill(os.getpid(), 9)
    """)
    environnement = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings_tests"}
    resultat = subprocess.run([sys.executable, "-c", programme], cwd=RACINE, env=environnement, stdout=subprocess.PIPE)
    enfant, fin = int(resultat.stdout), time.monotonic() + 10
    while psutil.pid_exists(enfant) and psutil.Process(enfant).status() != "zombie" and time.monotonic() < fin:
        time.sleep(0.1)
    assert not psutil.pid_exists(enfant) or psutil.Process(enfant).status() == "zombie"
