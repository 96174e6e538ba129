"""Drawings: well formed, accessible, fit for a strict CSP, right in place, quick."""

import datetime
import json
import math
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from socle.dessin import trait
from socle.dessin.barres import Barre, Part, barres, financement
from socle.dessin.carte import Contour, Etape, PointCarte, Schema, carte, projeter
from socle.dessin.gantt import Axe, LigneGantt, Periode, axe_de, derive_en_mots, gantt, gantt_par_pages
from tests.pages import fautes
from tests.socle.demonstration import SEANCE, carre, operations, plan

SVG = "{http://www.w3.org/2000/svg}"
QPV = Path(__file__).parents[3] / "shared" / "data" / "qpv_tours_2024.geojson"
HOSTILE = """<script>alert("x")</script> & « ' »"""


def jour(annee, mois, quantieme=1):
    return datetime.date(annee, mois, quantieme)


def lire(svg):
    return ET.fromstring(svg)  # noqa: S314 (our own drawing)


def textes(svg):
    return [t.text for t in lire(svg).iter(f"{SVG}text")]


DESSINS = {
    "gantt": lambda titre=HOSTILE: gantt([LigneGantt(titre, detail=titre)], au=SEANCE, titre=titre),
    "barres": lambda titre=HOSTILE: barres([Barre(titre, 3)], titre=titre),
    "financement": lambda titre=HOSTILE: financement([Part(titre, 3, titre)], titre=titre, total=titre),
    "carte": lambda titre=HOSTILE: carte(
        points=[PointCarte(0.69, 47.39, "fait", libelle=titre)],
        etapes=[Etape(0.69, 47.39, "A", titre)],
        schemas=[Schema(0.7, 47.4, 10, titre)],
        titre=titre,
    ),
}


@pytest.mark.parametrize("fabriquer", DESSINS.values(), ids=DESSINS.keys())
def test_un_dessin_est_accessible_et_passe_la_csp_stricte(fabriquer):
    racine = lire(fabriquer())
    assert racine.get("role") == "img"
    titre, description = racine.find(f"{SVG}title"), racine.find(f"{SVG}desc")
    assert titre.text == HOSTILE
    assert description.text
    assert racine.get("aria-labelledby").split() == [titre.get("id"), description.get("id")]
    assert fautes(fabriquer()) == []
    assert {e.tag.removeprefix(SVG) for e in racine.iter()} <= {
        "svg", "title", "desc", "rect", "path", "line", "circle", "text",
    }  # fmt: skip


@pytest.mark.parametrize("fabriquer", DESSINS.values(), ids=DESSINS.keys())
def test_le_meme_dessin_donne_le_meme_texte(fabriquer):
    assert fabriquer() == fabriquer()


def test_l_axe_couvre_des_trimestres_entiers():
    lignes = [LigneGantt("x", etudes=Periode(jour(2025, 2, 14), jour(2027, 8, 3)))]
    assert axe_de(lignes, au=SEANCE) == Axe(jour(2025, 1), jour(2027, 10))
    assert axe_de([], au=SEANCE) == Axe(jour(2026, 10), jour(2027, 10))


def test_une_barre_va_de_son_debut_a_sa_fin():
    axe = Axe(jour(2025, 1), jour(2027, 1), gauche=0, droite=730)
    assert (axe.x(jour(2025, 1)), axe.x(jour(2026, 1)), axe.x(jour(2027, 1))) == (0, 365, 730)
    svg = gantt([LigneGantt("x", travaux=Periode(jour(2025, 7), jour(2026, 7)))], au=jour(2026, 1), titre="t", axe=axe)
    (travaux,) = [r for r in lire(svg).iter(f"{SVG}rect") if r.get("fill") == trait.ACCENT]
    assert (float(travaux.get("x")), float(travaux.get("width"))) == (181, 365)


@pytest.mark.parametrize(
    ("jours", "mots"),
    [
        (136, "glisse de 136\u00a0j"),
        (1460, "glisse de 1\u202f460\u00a0j"),
        (-12, "avance de 12\u00a0j"),
        (0, "à l’heure"),
        (None, ""),
    ],
)
def test_la_derive_se_dit_en_mots(jours, mots):
    assert derive_en_mots(jours)[0] == mots


def test_les_dates_absentes_se_disent():
    svg = gantt(
        [
            LigneGantt("Rien"),
            LigneGantt("Sans fin", etudes=Periode(jour(2026, 6), None)),
            LigneGantt("Périodes vides", etudes=Periode(None, None), travaux=Periode(None, None)),
            LigneGantt("Sans début", travaux=Periode(None, jour(2027, 6))),
        ],
        au=SEANCE,
        titre="t",
    )
    assert [t for t in textes(svg) if "renseigné" in t] == [
        "calendrier non renseigné",
        "fin non renseignée",
        "calendrier non renseigné",
    ]
    assert "Rien\u00a0: calendrier non renseigné." in lire(svg).find(f"{SVG}desc").text


def test_un_nom_tres_long_tient_sur_deux_lignes():
    lignes = trait.couper("Requalification des espaces extérieurs " * 6, 222, 11, gras=True)
    assert len(lignes) == 2
    assert lignes[1].endswith("…")
    assert max(trait.largeur(ligne, 11, gras=True) for ligne in lignes) <= 222
    assert trait.couper("Court", 222, 11) == ["Court"]
    assert trait.couper("Anticonstitutionnellementlongmot" * 3, 100, 11)[0].endswith("…")


@pytest.mark.parametrize(("nombre", "pages"), [(0, 1), (1, 1), (13, 1), (14, 2), (40, 4)])
def test_un_grand_calendrier_se_coupe_sur_le_meme_axe(nombre, pages):
    dessins = gantt_par_pages(operations(max(nombre, 5))[:nombre], au=SEANCE, titre="Calendrier")
    assert len(dessins) == pages
    annees = [[t for t in textes(svg) if t.isdigit() and len(t) == 4] for svg in dessins]
    assert annees == [annees[0]] * pages
    identifiants = [e.get("id") for svg in dessins for e in lire(svg).iter() if e.get("id")]
    assert len(identifiants) == len(set(identifiants))


def test_vingt_deux_operations_a_douze_jalons_en_moins_de_cent_millisecondes():
    lignes = operations(22, marques=12)
    mesures = []
    for _ in range(5):
        debut = time.perf_counter()
        gantt(lignes, au=SEANCE, titre="Calendrier")
        mesures.append(time.perf_counter() - debut)
    assert min(mesures) < 0.1


def test_les_barres_sont_proportionnelles_et_disent_leur_valeur():
    svg = barres([Barre("A", 10), Barre("B", 5), Barre("C", None), Barre("D", 0)], titre="t")
    longueurs = [float(r.get("width")) for r in lire(svg).iter(f"{SVG}rect")]
    assert longueurs[0] == pytest.approx(2 * longueurs[1], abs=0.02)
    assert textes(svg) == ["A", "10", "B", "5", "C", "non renseigné", "D", "0"]


def test_le_financement_somme_a_cent_et_ne_compte_pas_l_inconnu():
    svg = financement(
        [Part("Ville", 75, "75\u00a0k€"), Part("État", 25, "25\u00a0k€"), Part("Europe", None, "non renseigné")],
        titre="t",
        total="100\u00a0k€",
    )
    assert [t for t in textes(svg) if t.endswith("%")] == ["75\u00a0%", "25\u00a0%"]
    barre = [float(r.get("width")) for r in lire(svg).iter(f"{SVG}rect") if r.get("height") == "30"]
    assert sum(barre) == pytest.approx(639, abs=0.1)


def test_un_financement_vide_le_dit():
    assert "Aucun montant renseigné." in textes(financement([], titre="t"))


def test_deux_parts_voisines_different_aussi_en_noir_et_blanc():
    svg = financement([Part(str(n), 1, "1") for n in range(8)], titre="t")
    hachures = len([p for p in lire(svg).iter(f"{SVG}path")])
    assert hachures == 8  # four patterned parts out of eight, in the bar and in the legend


def test_la_carte_respecte_les_distances():
    projection = projeter([(0.68, 47.38), (0.70, 47.40)], 640, 420)
    (x1, y1), (x2, y2) = projection(0.68, 47.39), projection(0.69, 47.39)
    metres = 0.01 * 111_320 * math.cos(math.radians(47.39))
    assert y1 == y2
    assert x2 - x1 == pytest.approx(metres * projection.echelle, rel=1e-6)
    assert projection(0.68, 47.40)[1] < projection(0.68, 47.38)[1]


def test_la_legende_ne_nomme_que_ce_qui_est_sur_la_carte():
    svg = carte(points=[PointCarte(0.69, 47.39, "en_retard")], titre="t")
    assert textes(svg) == ["100\u00a0m", "N", "en retard"]
    assert textes(plan())[-9:] == [
        "contour officiel",
        "contour provisoire",
        "schéma (surface publiée)",
        "étape, dans l’ordre",
        "à traiter",
        "en cours",
        "fait",
        "en retard",
        "lieu",
    ]


def test_un_contour_provisoire_est_en_pointilles():
    def tirets(provisoire):
        svg = carte(contours=[Contour(carre(0.69, 47.39), provisoire=provisoire)], titre="t", legende=False)
        return next(lire(svg).iter(f"{SVG}path")).get("stroke-dasharray")

    assert (tirets(True), tirets(False)) == ("5 3", None)


def test_des_points_au_meme_endroit_restent_tous_visibles():
    svg = carte(points=[PointCarte(0.69, 47.39, "fait")] * 30, titre="t", legende=False)
    places = {(r.get("x"), r.get("y")) for r in lire(svg).iter(f"{SVG}rect") if r.get("fill") == trait.FAIT}
    assert len(places) == 30


def test_une_carte_vide_est_une_erreur():
    with pytest.raises(ValueError, match="at least one"):
        carte(titre="t")


@pytest.mark.skipif(not QPV.is_file(), reason="the shared outlines are not beside this repository")
def test_les_vrais_contours_tiennent_en_peu_d_octets():
    donnees = json.loads(QPV.read_text(encoding="utf-8"))
    contours = [Contour(t["geometry"], str(n)) for n, t in enumerate(donnees["features"]) if t["geometry"]]
    svg = carte(contours=contours, titre="Quartiers prioritaires")
    assert len(contours) >= 1
    assert len(svg) < 40_000
