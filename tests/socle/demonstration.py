"""A fictitious dossier that uses every part of the print style, for the tests of the PDF."""

import datetime
from functools import lru_cache
from pathlib import Path

from django.template import Context, Engine

from socle.dessin.barres import Barre, Part, barres, financement
from socle.dessin.carte import Contour, Etape, PointCarte, Schema, carte
from socle.dessin.gantt import LEGENDE, LigneGantt, MarqueGantt, Periode, gantt_par_pages
from socle.pdf import Cadre, Couverture, SectionHtml
from tests.fixtures import images

GABARITS = Path(__file__).parent / "gabarits"
SEANCE = datetime.date(2026, 12, 17)
CADRE = Cadre(
    titre="Comité de pilotage GUSP du 17 décembre 2026",
    entete="COPIL GUSP du 17 décembre 2026",
    pied="Édition 1 · figée le 10/12/2026 · données de démonstration, fictives",
    cree_le=datetime.date(2026, 12, 10),
    auteur="Ville de Tours",
    couverture=Couverture(
        service="Ville de Tours · Direction de la cohésion sociale",
        titre=("Comité de pilotage", "Gestion urbaine et sociale", "de proximité"),
        precisions=("Jeudi 17 décembre 2026, 14\u00a0h, Hôtel de ville", "Les 8 quartiers prioritaires"),
        edition="Édition 1 · données arrêtées au 10/12/2026",
        mention="Données de démonstration, fictives",
    ),
)


def _jour(annee: int, mois: int, quantieme: int = 1) -> datetime.date:
    return datetime.date(annee, mois, quantieme)


def carre(lon: float, lat: float, cote: float = 0.006) -> dict:
    """Return a GeoJSON polygon with a bitten corner around a place."""
    sommets = [(-1, -1), (1, -0.8), (1.1, 0.4), (0.4, 0.5), (0.3, 1), (-0.9, 0.9), (-1, -1)]
    return {"type": "Polygon", "coordinates": [[[lon + x * cote, lat + y * cote * 0.7] for x, y in sommets]]}


def operations(nombre: int = 6, marques: int = 3) -> list[LigneGantt]:
    """Return fictitious operations, the first ones with every kind of missing date."""
    lignes = [
        LigneGantt(
            nom="Maison des associations",
            detail="Sanitas, Ville de Tours",
            contractuel=Periode(_jour(2025, 1), _jour(2028, 12)),
            etudes=Periode(_jour(2025, 1), _jour(2027, 6)),
            travaux=Periode(_jour(2027, 6), _jour(2029, 4, 20)),
            livraison=_jour(2029, 4, 20),
            derive_jours=136,
        ),
        LigneGantt(
            nom="Nouveau centre social du quartier, avec une salle polyvalente et un très long intitulé",
            contractuel=Periode(_jour(2025, 4), _jour(2028, 9)),
            etudes=Periode(_jour(2025, 4), _jour(2026, 10)),
            travaux=Periode(_jour(2026, 10), _jour(2029, 3)),
            livraison=_jour(2029, 3),
            derive_jours=182,
        ),
        LigneGantt(nom="Opération sans date", detail="Foyer ligérien (fictif)"),
        LigneGantt(nom="Opération sans fin connue", etudes=Periode(_jour(2026, 6), None), derive_jours=None),
        LigneGantt(
            nom="Opération livrée",
            contractuel=Periode(_jour(2025, 1), _jour(2026, 6)),
            travaux=Periode(_jour(2025, 3), _jour(2026, 6)),
            livraison=_jour(2026, 6),
            livree=True,
            derive_jours=0,
        ),
    ]
    for rang in range(len(lignes), nombre):
        debut = _jour(2025 + rang % 2, 1 + rang % 12)
        fin = _jour(2027 + rang % 3, 1 + (rang * 5) % 12)
        lignes.append(
            LigneGantt(
                nom=f"Opération de démonstration {rang}",
                detail="Habitat Val-Vert",
                contractuel=Periode(debut, fin),
                etudes=Periode(debut, _jour(2026, 11)),
                travaux=Periode(_jour(2026, 11), fin),
                livraison=fin,
                derive_jours=rang * 9 - 60,
                marques=tuple(
                    MarqueGantt(f"Jalon {n}", debut + (fin - debut) * n / (marques + 1), n < 2)
                    for n in range(1, marques + 1)
                ),
            )
        )
    return lignes[:nombre]


def plan() -> str:
    """Return a map with every kind of mark."""
    etats = ["a_traiter", "en_cours", "fait", "en_retard", ""]
    return carte(
        contours=[
            Contour(carre(0.694, 47.386), "Sanitas"),
            Contour(carre(0.712, 47.3975, 0.004), "Quartier provisoire", provisoire=True),
        ],
        schemas=[Schema(0.676, 47.399, 18.0, "Quartier sans contour")],
        points=[
            PointCarte(
                0.690 + (n * 7 % 9) / 1000, 47.3835 + (n * 5 % 7) / 1300, etats[n % 5], str(n + 1) if n % 2 else ""
            )
            for n in range(24)
        ],
        etapes=[
            Etape(0.6885, 47.3835, "A", "Place fictive"),
            Etape(0.694, 47.3872, "B", "Square"),
            Etape(0.6985, 47.3848, "C"),
        ],
        titre="Constats ouverts au 10 décembre 2026",
    )


@lru_cache(maxsize=1)
def photos() -> dict[str, bytes]:
    """Return four pairs before/after of drawn streets."""
    return {
        f"{quand}/{rang}": images.octets(images.rue(rang, apres=quand == "apres", taille=(720, 540)), quality=80)
        for rang in range(3)
        for quand in ("avant", "apres")
    }


def _fragment(nom: str, **contexte: object) -> str:
    moteur = Engine(dirs=[GABARITS])
    return moteur.get_template(f"demonstration/{nom}.html").render(Context(contexte, use_l10n=False))


def sections() -> list[SectionHtml]:
    """Return the sections of the fictitious dossier."""
    actions = [
        {
            "numero": f"A-{rang:03d}",
            "libelle": f"Action fictive {rang} : reprise du cheminement, de l’éclairage et des points d’apport",
            "porteur": ["Habitat Val-Vert", "Logis du Cher", "Métropole, voirie", "Ville, propreté"][rang % 4],
            "echeance": f"{1 + rang % 28:02d}/03/2027",
            "etat": [
                ("a-traiter", "▲", "à traiter"),
                ("en-cours", "◐", "en cours"),
                ("fait", "✓", "fait"),
                ("en-retard", "◆", "en retard de 12 j"),
            ][rang % 4],
        }
        for rang in range(1, 61)
    ]
    calendriers = gantt_par_pages(
        operations(18), au=SEANCE, titre="Calendrier des opérations", libelle_au="séance du 17/12/2026"
    )
    barres_ = barres(
        [
            Barre("Propreté", 41, avant=48),
            Barre("Éclairage", 22, avant=16, accent=True),
            Barre("Voirie et cheminements, stationnement gênant", 18, avant=18),
            Barre("Espaces verts", None),
            Barre("Déchets", 0),
        ],
        titre="Constats ouverts par thème",
    )
    parts = financement(
        [
            Part("Ville de Tours", 3_100_000, "3\u202f100\u00a0k€"),
            Part("ANRU", 2_250_000, "2\u202f250\u00a0k€"),
            Part("Métropole", 900_000, "900\u00a0k€"),
            Part("Région", 450_000, "450\u00a0k€"),
            Part("Banque des Territoires", 120_000, "120\u00a0k€"),
            Part("Europe", None, "non renseigné"),
        ],
        titre="Plan de financement",
        total="6\u202f820\u00a0k€ HT",
    )
    return [
        SectionHtml("synthese", "Synthèse", _fragment("synthese", barres=barres_)),
        SectionHtml("carte", "Carte des constats", _fragment("carte", plan=plan())),
        SectionHtml("photos", "Avant, après", _fragment("photos", rangs=range(3))),
        SectionHtml("actions", "Actions par quartier", _fragment("actions", actions=actions)),
        SectionHtml(
            "calendrier",
            "Calendrier des opérations",
            _fragment("calendrier", calendriers=calendriers, legende=LEGENDE),
            paysage=True,
        ),
        SectionHtml("budget", "Financement", _fragment("budget", parts=parts)),
    ]
