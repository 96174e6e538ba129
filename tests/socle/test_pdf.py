"""The paper: accessible, the same bytes each time, closed to everything, with true page numbers."""

import hashlib
import io
import os
import re
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import page as validation
import pikepdf
import pypdf
import pytest

from socle import pdf, pdf_moteur
from socle.pdf_assemblage import garde
from tests.fixtures import images as fabrique
from tests.pages import fautes
from tests.socle import demonstration

RACINE = Path(__file__).parents[2]
UA = validation.ValidationProfile.PDF_UA_1
pytestmark = pytest.mark.papier


@pytest.fixture
def gabarits(settings):
    modeles = settings.TEMPLATES[0]
    settings.TEMPLATES = [modeles | {"DIRS": [*modeles["DIRS"], demonstration.GABARITS]}]


@pytest.fixture(scope="module")
def dossier():
    return pdf.assembler(demonstration.sections(), demonstration.CADRE, images=demonstration.photos())


@pytest.fixture(scope="module")
def lecteur(dossier):
    return pypdf.PdfReader(io.BytesIO(dossier.octets))


def fiche(images=None, **contexte):
    contexte = {"titre": "Fiche du quartier", "texte": "Texte écrit par un agent.", **contexte}
    vue = fabrique.octets(fabrique.rue(taille=(720, 540)))
    return pdf.rendre("demonstration/fiche.html", contexte, images={"vue": vue} if images is None else images)


def test_le_dossier_satisfait_toutes_les_regles_pdf_ua(dossier):
    rapport = validation.validate_pdf_bytes(dossier.octets, profile=UA)
    assert (rapport.rules.passed, rapport.rules.total, rapport.failures) == (104, 104, [])
    assert dossier.avertissements == ()


def test_une_fiche_seule_satisfait_toutes_les_regles_pdf_ua(gabarits):
    rapport = validation.validate_pdf_bytes(fiche(), profile=UA)
    assert (rapport.rules.passed, rapport.rules.total, rapport.failures) == (104, 104, [])


def test_deux_impressions_donnent_les_memes_octets(dossier):
    tiede = pdf.assembler(demonstration.sections(), demonstration.CADRE, images=demonstration.photos())
    garde.vider()
    froide = pdf.assembler(demonstration.sections(), demonstration.CADRE, images=demonstration.photos())
    assert (tiede.sha256, froide.sha256) == (dossier.sha256, dossier.sha256)


def test_un_autre_processus_donne_les_memes_octets(dossier):
    programme = textwrap.dedent("""
        import django; django.setup()
        from socle import pdf
        from tests.socle import demonstration as d
        print(pdf.assembler(d.sections(), d.CADRE, images=d.photos()).sha256)
    """)
    environnement = os.environ | {"PYTHONHASHSEED": "4321", "DJANGO_SETTINGS_MODULE": "config.settings_tests"}
    resultat = subprocess.run(
        [sys.executable, "-c", programme], cwd=RACINE, env=environnement, capture_output=True, text=True, check=True
    )
    assert resultat.stdout.strip() == dossier.sha256


def test_le_sommaire_annonce_les_vraies_pages(dossier, lecteur):
    assert [entree.titre for entree in dossier.entrees if entree.niveau == 1] == [
        section.titre for section in demonstration.sections()
    ]
    sommaire = lecteur.pages[1].extract_text()
    for entree in dossier.entrees:
        assert re.search(rf"{re.escape(entree.titre)}[ .]+{entree.page}\n", sommaire + "\n"), entree
        assert entree.titre in lecteur.pages[entree.page - 1].extract_text().replace("\n", " ")
        assert lecteur.get_destination_page_number(lecteur.named_destinations[entree.cle]) == entree.page - 1


def test_les_liens_du_sommaire_menent_aux_sections(dossier, lecteur):
    liens = [str(annotation.get_object()["/Dest"]) for annotation in lecteur.pages[1]["/Annots"]]
    assert liens == [entree.cle for entree in dossier.entrees]


def test_les_signets_suivent_les_titres(dossier, lecteur):
    def titres(signets):
        return [titres(s) if isinstance(s, list) else s.title for s in signets]

    assert titres(lecteur.outline)[:3] == [
        "Sommaire",
        "Synthèse",
        [e.titre for e in dossier.entrees if e.niveau == 2][:4],
    ]


def test_chaque_page_dit_sa_place_sauf_la_couverture(dossier, lecteur):
    textes = [p.extract_text() for p in lecteur.pages]
    assert "page 1 /" not in textes[0]
    assert demonstration.CADRE.entete not in textes[0]
    for numero, texte in enumerate(textes[1:], 2):
        assert re.findall(r"page \d+ / \d+", texte) == [f"page {numero} / {dossier.pages}"]
        assert texte.count(demonstration.CADRE.entete) == 1
        assert demonstration.CADRE.pied in texte


def test_la_numerotation_est_hors_de_la_lecture(dossier):
    with pikepdf.open(io.BytesIO(dossier.octets)) as document:
        flux = document.pages[2].Contents.read_bytes()
    contenu, _, marges = flux.rpartition(b"/Artifact\nBMC")
    assert marges.count(b"TJ") == 4  # running title, section, foot, number
    assert (marges.count(b"BDC"), marges.count(b"EMC")) == (0, 1)
    assert contenu.count(b"/MCID") > 20


def _structure(octets):
    with pikepdf.open(io.BytesIO(octets)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "fr"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        return {str(o.S) for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o}


def test_la_structure_porte_titres_tableaux_figures_et_legendes(dossier):
    assert _structure(dossier.octets) >= {
        "/H1",
        "/H2",
        "/H3",
        "/Table",
        "/TH",
        "/TD",
        "/Figure",
        "/Caption",
        "/L",
        "/LI",
        "/Link",
        "/P",
    }


def test_les_polices_sont_les_notres_et_embarquees(dossier):
    with pikepdf.open(io.BytesIO(dossier.octets)) as document:
        descripteurs = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/FontName" in o]
        noms = {re.sub(r"^/[A-Z]{6}\+", "", str(o.FontName)) for o in descripteurs}
        assert [o for o in descripteurs if "/FontFile2" not in o and "/FontFile3" not in o] == []
    assert {nom.split("-")[0] for nom in noms} <= {"Source", "SourceSans3", "Quartiers"}, noms


def test_les_pages_en_paysage_sont_en_paysage(dossier, lecteur):
    couchees = [n for n, p in enumerate(lecteur.pages, 1) if p.mediabox.width > p.mediabox.height]
    calendrier, budget = (e.page for e in dossier.entrees if e.cle in ("calendrier", "budget"))
    assert couchees == list(range(calendrier, budget))
    assert len(couchees) == 2


def test_la_date_du_cadre_est_la_seule_date(dossier, lecteur):
    assert lecteur.metadata.creation_date.date() == demonstration.CADRE.cree_le
    assert lecteur.metadata.title == demonstration.CADRE.titre


def test_une_section_inchangee_n_est_pas_remise_en_page(monkeypatch):
    sections = demonstration.sections()
    pdf.assembler(sections, demonstration.CADRE, images=demonstration.photos())
    faits = []
    vrai = pdf_moteur.mettre_en_page
    monkeypatch.setattr(
        pdf_moteur, "mettre_en_page", lambda html, images, **o: faits.append(html) or vrai(html, images, **o)
    )
    sections[0] = replace(sections[0], html=sections[0].html + "<p>Une phrase de plus.</p>")
    resultat = pdf.assembler(sections, demonstration.CADRE, images=demonstration.photos())
    assert [html for html in faits if "Une phrase de plus" in html] == faits[:1]
    # The changed section, then the contents (twice: their own length is found out first) and the running heads.
    assert len(faits) == 4
    assert "Une phrase de plus" in pypdf.PdfReader(io.BytesIO(resultat.octets)).pages[2].extract_text()


def test_deux_sections_peuvent_nommer_pareil_deux_images_differentes():
    section = '<figure><img src="image:vue" alt="Vue"></figure>'
    images = [fabrique.octets(fabrique.rue(n, taille=(240, 180))) for n in range(2)]
    seules = [
        pdf.assembler([pdf.SectionHtml("s", "S", section)], demonstration.CADRE, images={"vue": octets})
        for octets in images
    ]
    empreintes = [hashlib.sha256(next(_images(a.octets))).hexdigest() for a in seules]
    assert empreintes == [hashlib.sha256(octets).hexdigest() for octets in images]


def _images(octets):
    with pikepdf.open(io.BytesIO(octets)) as document:
        for objet in document.objects:
            if isinstance(objet, pikepdf.Stream) and objet.get("/Subtype") == "/Image":
                yield objet.read_raw_bytes()


@pytest.mark.parametrize("couverture", [True, False])
@pytest.mark.parametrize("sommaire", [True, False])
def test_couverture_et_sommaire_sont_facultatifs(couverture, sommaire):
    cadre = replace(
        demonstration.CADRE, sommaire=sommaire, couverture=demonstration.CADRE.couverture if couverture else None
    )
    resultat = pdf.assembler([pdf.SectionHtml("s", "Seule", "<p>Texte.</p>")], cadre)
    assert resultat.pages == 1 + couverture + sommaire
    assert resultat.entrees == (pdf.Entree(1, "s", "Seule", resultat.pages),)


def test_l_avancement_va_jusqu_au_bout():
    etapes = []
    pdf.assembler(
        [pdf.SectionHtml("a", "Alpha", "<p>a</p>"), pdf.SectionHtml("b", "Bêta", "<p>b</p>")],
        demonstration.CADRE,
        avancement=lambda *etape: etapes.append(etape),
    )
    assert etapes == [
        (0, 4, "Alpha"),
        (1, 4, "Bêta"),
        (2, 4, "Sommaire"),
        (3, 4, "Écriture du PDF"),
        (4, 4, "Terminé"),
    ]


@pytest.mark.parametrize(
    "sections",
    [
        [],
        [pdf.SectionHtml("a", "Un", "<p>a</p>"), pdf.SectionHtml("a", "Deux", "<p>b</p>")],
        [pdf.SectionHtml(c, c, '<h3 id="x">x</h3>') for c in "ab"],
    ],
)
def test_un_assemblage_impossible_le_dit(sections):
    with pytest.raises(pdf.PdfRefuse, match=r"aucune section|même clé|même ancre"):
        pdf.assembler(sections, demonstration.CADRE)


def test_un_texte_alternatif_oublie_se_voit():
    section = pdf.SectionHtml("s", "S", '<p><img src="image:vue"></p>')
    resultat = pdf.assembler([section], demonstration.CADRE, images={"vue": fabrique.octets(fabrique.rue())})
    assert ["alt" in avertissement for avertissement in resultat.avertissements] == [True]


REFUS = {
    "http": '<img src="http://exemple.fr/x.png" alt="x">',
    "HTTP": '<img src="HTTPS://exemple.fr/x.png" alt="x">',
    "file": '<img src="file:///etc/hostname" alt="x">',
    "data": '<img src="data:image/png;base64,iVBORw0KGgo=" alt="x">',
    "parent": '<img src="static:../config/settings.py" alt="x">',
    "parent-encode": '<img src="static:%2e%2e/config/settings.py" alt="x">',
    "absolu": '<img src="static:/etc/hostname" alt="x">',
    "dossier": '<img src="static:css" alt="x">',
    "image-absente": '<img src="image:inconnue" alt="x">',
    "css-lien": '<link rel="stylesheet" href="http://exemple.fr/x.css">',
    "css-import": "<style>@import url(file:///etc/x.css);</style>",
    "css-fond": '<div style="background: url(file:///etc/hostname)">x</div>',
    "css-police": "<style>@font-face{font-family:X;src:url(http://exemple.fr/x.ttf)} p{font-family:X}</style><p>x</p>",
    "css-contenu": "<style>p::before{content:url(file:///etc/hostname)}</style><p>x</p>",
    "css-puce": "<style>li{list-style-image:url(file:///etc/hostname)}</style><ul><li>x</li></ul>",
    "object": '<object data="file:///etc/hostname"></object>',
    "embed": '<embed src="file:///etc/hostname">',
    "piece-jointe": '<a rel="attachment" href="file:///etc/hostname">x</a>',
    "svg-image": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/hostname"'
    ' width="9" height="9"/></svg>',
    "svg-xlink": '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9"'
    ' height="9"><image xlink:href="http://exemple.fr/x.png" width="9" height="9"/></svg>',
}


@pytest.mark.parametrize("html", REFUS.values(), ids=REFUS.keys())
def test_une_ressource_exterieure_arrete_tout_par_une_phrase(html):
    with pytest.raises(pdf.PdfRefuse, match=r"interdite ou absente|introuvable"):
        pdf.assembler([pdf.SectionHtml("s", "S", html)], demonstration.CADRE)
    # The same pages asked again are refused again: nothing with a hole was kept.
    with pytest.raises(pdf.PdfRefuse):
        pdf.assembler([pdf.SectionHtml("s", "S", html)], demonstration.CADRE)


def test_une_adresse_relative_ne_mene_nulle_part_et_se_dit():
    html = '<p><img src="/etc/hostname" alt="x"></p>'
    resultat = pdf.assembler([pdf.SectionHtml("s", "S", html)], demonstration.CADRE)
    assert list(_images(resultat.octets)) == []
    assert "Relative URI" in resultat.avertissements[0]


def test_une_page_seule_refuse_de_meme(gabarits):
    with pytest.raises(pdf.PdfRefuse, match="introuvable"):
        fiche(images={})


def test_ce_que_l_agent_ecrit_est_echappe(gabarits):
    texte = (
        pypdf.PdfReader(io.BytesIO(fiche(texte="<img src='file:///etc/hostname'> & « bon »"))).pages[0].extract_text()
    )
    assert "<img src='file:///etc/hostname'> & « bon »" in texte


def test_l_apercu_vient_du_meme_gabarit(gabarits):
    html = pdf.rendre_html(
        "demonstration/fiche.html",
        {"titre": "Fiche", "texte": "Bonjour"},
        adresse_image=lambda cle: f"/photos/{cle}?v=1",
    )
    assert fautes(html) == []
    assert 'href="/static/css/pdf.css"' in html
    assert 'src="/photos/vue?v=1"' in html
    assert "static:" not in html


def test_l_apercu_du_dossier_est_une_page_saine():
    html = pdf.assembler_html(demonstration.sections(), demonstration.CADRE, adresse_image=lambda cle: f"/i/{cle}")
    assert fautes(html) == []
    assert html.count('src="/i/') == 6
    assert [s.cle for s in demonstration.sections()] == re.findall(r'<section id="([^"]+)"', html)
