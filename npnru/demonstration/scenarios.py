"""Fictitious calendars, budgets and papers of the demonstration, in months before or after the day it is made."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Glissement:
    """`il_y_a` months ago, the end of the phase `code` moved by `jours` days, and what follows with it."""

    il_y_a: int
    code: str
    jours: int
    motif: str
    explication: str


@dataclass(frozen=True)
class Ligne:
    """A financing line: kind, funder, euros HT, and its life as (months ago, status, share of the amount in %)."""

    genre: str
    financeur: str
    montant: int
    vie: tuple[tuple[int, str, int], ...]
    dispositif: str = ""


@dataclass(frozen=True)
class Scenario:
    """What the demonstration adds to a published operation."""

    titre: str
    debut: int  # months before the day (negative), of the contractual start
    etats: tuple[tuple[int, str, str], ...] = ()  # months ago, state, comment
    durees: dict[str, int] = field(default_factory=dict)
    glissements: tuple[Glissement, ...] = ()
    couts: tuple[
        tuple[str, str, tuple[tuple[int, int, str], ...]], ...
    ] = ()  # item, precision, (months ago, €, motive)
    lignes: tuple[Ligne, ...] = ()
    documents: tuple[tuple[int, str, str], ...] = ()  # months ago, kind, title: the same title twice is a new version
    alerte: str = ""


ANRU, REGION = "Agence nationale pour la rénovation urbaine", "Région Centre-Val de Loire"
VILLE, METROPOLE = "Ville de Tours", "Tours Métropole Val de Loire"
ETAT, CAF, DEPARTEMENT = (
    "Préfecture d’Indre-et-Loire et DDT",
    "Caisse d’allocations familiales d’Indre-et-Loire",
    "Département d’Indre-et-Loire",
)
BANQUE, LIGERIS = "Banque des Territoires", "Ligeris"
BAILLEUR = "Maître d’ouvrage à préciser (non publié)"

_PROMISE = ((14, "prevu", 100),)
_DEMANDEE = ((16, "prevu", 110), (7, "sollicite", 100))
_INSCRITE = ((30, "sollicite", 100), (22, "inscrit", 95))
_NOTIFIEE = ((34, "sollicite", 110), (28, "inscrit", 100), (18, "notifie", 100))
_EN_COURS = (*_NOTIFIEE, (9, "appele", 40), (7, "recu", 30), (2, "appele", 65))
_SOLDEE = ((60, "inscrit", 100), (54, "notifie", 100), (30, "appele", 70), (28, "recu", 70), (10, "recu", 100))
_PROPRES = ((26, "prevu", 100), (10, "prevu", 100))

SCENARIOS = (
    Scenario(
        "Maison des associations (tour Saint-Paul)",
        debut=-9,
        etats=((8, "etudes", "Lancement des études d’aménagement intérieur."),),
        glissements=(
            Glissement(5, "PROG", 61, "concertation", "Ateliers supplémentaires demandés par les associations."),
            Glissement(1, "PROG", 75, "technique", "Reprise du programme\u00a0: accès indépendant exigé pour le soir."),
        ),
        couts=(
            ("etudes", "", ((8, 48_000, ""), (2, 62_000, "Étude acoustique ajoutée."))),
            (
                "travaux",
                "aménagement intérieur",
                ((8, 1_450_000, ""), (1, 1_620_000, "Accès indépendant, sanitaires.")),
            ),
            ("honoraires", "", ((8, 174_000, ""),)),
            ("mobilier", "", ((5, 120_000, ""),)),
            ("aleas", "", ((8, 90_000, ""),)),
        ),
        lignes=(
            Ligne("subvention", ANRU, 620_000, ((8, "prevu", 100), (3, "sollicite", 100)), "Équipement de proximité"),
            Ligne("subvention", REGION, 310_000, ((8, "prevu", 100),), "Contrat régional"),
            Ligne("subvention", ETAT, 180_000, ((6, "sollicite", 120), (2, "sollicite", 100)), "DSIL"),
            Ligne("fonds_propres", VILLE, 740_000, ((8, "prevu", 100),)),
        ),
        documents=(
            (8, "programme", "Programme d’aménagement intérieur"),
            (1, "programme", "Programme d’aménagement intérieur"),
            (4, "compte_rendu", "Compte rendu de l’atelier des associations"),
            (2, "financement", "Plan de financement prévisionnel"),
        ),
        alerte="Plan de financement incomplet\u00a0: réponse attendue de la Région sur l’aide demandée.",
    ),
    Scenario(
        "Nouveau Centre social du Sanitas",
        debut=-22,
        etats=((20, "etudes", "Programme confié au service."),),
        glissements=(
            Glissement(10, "MOE", 91, "marche", "Concours déclaré sans suite, relancé avec une enveloppe revue."),
            Glissement(4, "MOE", 91, "financier", "Attente de l’accord de la CAF sur la surface financée."),
        ),
        couts=(
            ("etudes", "", ((20, 140_000, ""),)),
            ("travaux", "", ((20, 3_600_000, ""), (10, 3_980_000, "Enveloppe revue après le concours sans suite."))),
            ("honoraires", "", ((20, 470_000, ""), (10, 520_000, "Enveloppe des travaux revue."))),
            ("mobilier", "", ((12, 160_000, ""),)),
            ("revisions", "", ((10, 190_000, ""),)),
        ),
        lignes=(
            Ligne("subvention", ANRU, 1_650_000, ((20, "sollicite", 110), (11, "inscrit", 100)), "Convention NPNRU"),
            Ligne("subvention", CAF, 700_000, ((20, "prevu", 120), (4, "sollicite", 100)), "Aide à l’investissement"),
            Ligne("subvention", REGION, 540_000, ((18, "sollicite", 100), (9, "notifie", 100))),
            Ligne("subvention", METROPOLE, 400_000, ((14, "prevu", 100),)),
            Ligne("fonds_propres", VILLE, 1_400_000, ((20, "prevu", 100),)),
        ),
        documents=(
            (20, "etude", "Étude de faisabilité"),
            (14, "programme", "Programme fonctionnel et technique"),
            (9, "programme", "Programme fonctionnel et technique"),
            (4, "financement", "Plan de financement prévisionnel"),
        ),
        alerte="Coût supérieur aux financements\u00a0: arbitrage demandé au prochain COPIL.",
    ),
    Scenario(
        "Gymnase du Hallebardier",
        debut=-59,
        etats=((26, "travaux", ""),),
        durees={"DET": 20},
        glissements=(
            Glissement(3, "DET", 152, "technique", "Reprise de la charpente, découverte en cours de travaux."),
        ),
        couts=(("total", "", ((1, 13_300_000, "Base supposée HT pour la démonstration."),)),),
        lignes=(
            Ligne("subvention", ANRU, 2_100_000, ((71, "prevu", 140), (28, "notifie", 100), (6, "recu", 45))),
            Ligne("subvention", REGION, 2_200_000, ((71, "prevu", 100), (28, "notifie", 100), (5, "recu", 50))),
            Ligne("subvention", METROPOLE, 2_217_000, ((71, "prevu", 100), (28, "notifie", 100))),
            Ligne("fonds_propres", VILLE, 6_783_000, ((25, "prevu", 100),)),
        ),
        documents=((24, "marche", "Notification des lots"), (3, "compte_rendu", "Compte rendu de chantier")),
        alerte="Livraison décalée après la charpente\u00a0: prévenir les clubs avant la fin de l’année.",
    ),
    Scenario(
        "École maternelle Suzanne-Kleiber",
        debut=-37,
        couts=(("total", "", ((12, 7_700_000, "Base supposée HT pour la démonstration."),)),),
        lignes=(
            Ligne("subvention", ANRU, 2_400_000, _INSCRITE, "Convention NPNRU"),
            Ligne("subvention", REGION, 1_100_000, _DEMANDEE),
            Ligne("fonds_propres", VILLE, 4_200_000, _PROPRES),
        ),
        documents=((9, "permis", "Arrêté de permis de construire"), (3, "plan", "Plans du projet")),
    ),
    Scenario(
        "École maternelle Marie-Curie",
        debut=-14,
        glissements=(
            Glissement(3, "MOE", 61, "marche", "Jury reporté après une demande de précisions des candidats."),
        ),
        couts=(("total", "", ((12, 11_800_000, "Base supposée HT pour la démonstration."),)),),
        lignes=(
            Ligne("subvention", ANRU, 3_500_000, _INSCRITE, "Convention NPNRU"),
            Ligne("subvention", ETAT, 600_000, _DEMANDEE, "Fonds vert"),
            Ligne("pret", BANQUE, 3_000_000, _PROMISE),
            Ligne("fonds_propres", VILLE, 4_700_000, _PROPRES),
        ),
        documents=((8, "programme", "Programme de l’école"),),
    ),
    Scenario(
        "École Claude-Bernard",
        debut=-44,
        durees={"DET": 14},
        glissements=(Glissement(2, "DET", -14, "technique", "Ossature en bois posée plus vite que prévu."),),
        couts=(("total", "", ((30, 6_900_000, ""), (9, 7_250_000, "Avenants de travaux."))),),
        lignes=(
            Ligne("subvention", ANRU, 2_300_000, _EN_COURS, "Convention NPNRU"),
            Ligne("subvention", REGION, 900_000, _EN_COURS),
            Ligne("fonds_propres", VILLE, 4_050_000, _PROPRES),
        ),
        documents=((20, "marche", "Notification des lots"), (1, "compte_rendu", "Compte rendu de chantier")),
    ),
    Scenario(
        "Démolition de la barre Saint-Paul",
        debut=-116,
        etats=((70, "livree", "Démolition achevée."), (40, "soldee", "Subventions soldées.")),
        couts=(("total", "", ((90, 1_150_000, ""), (66, 1_210_000, "Désamiantage complémentaire."))),),
        lignes=(Ligne("subvention", ANRU, 850_000, ((90, "inscrit", 100), (80, "notifie", 100), (45, "recu", 100))),),
    ),
    Scenario(
        "Accueil de loisirs Pasteur",
        debut=-60,
        etats=((50, "etudes", ""), (26, "travaux", ""), (4, "livree", "Ouverture aux vacances.")),
        durees={"DET": 12},
        glissements=(Glissement(14, "DET", 45, "technique", "Plancher à reprendre."),),
        couts=(("total", "", ((40, 1_380_000, ""), (10, 1_420_000, "Avenant, reprise du plancher."))),),
        lignes=(
            Ligne("subvention", CAF, 420_000, _SOLDEE),
            Ligne("subvention", DEPARTEMENT, 150_000, _EN_COURS),
            Ligne("fonds_propres", VILLE, 850_000, _PROPRES),
        ),
    ),
    Scenario(
        "Parc habité du Hallebardier",
        debut=-9,
        etats=((7, "etudes", ""),),
        glissements=(Glissement(2, "CONC", 152, "foncier", "Échange de terrains à régler avant le programme."),),
        couts=(("total", "", ((7, 5_200_000, ""),)),),
        lignes=(
            Ligne("subvention", ANRU, 2_100_000, ((6, "sollicite", 100),), "Convention NPNRU"),
            Ligne("fonds_propres", METROPOLE, 2_600_000, ((7, "prevu", 100),)),
        ),
        alerte="Foncier non réglé\u00a0: décision attendue avant la fin de l’année.",
    ),
    Scenario(
        "Groupe scolaire Mermoz-Bastié",
        debut=-86,
        etats=((80, "etudes", ""), (50, "travaux", ""), (26, "livree", "Rentrée dans les nouveaux locaux.")),
        couts=(("total", "", ((25, 15_100_000, "Décompte provisoire, base HT de démonstration."),)),),
        lignes=(
            Ligne("subvention", ANRU, 5_200_000, _SOLDEE, "Convention NPNRU"),
            Ligne("subvention", REGION, 2_300_000, _EN_COURS),
            Ligne("fonds_propres", VILLE, 7_600_000, _PROPRES),
        ),
    ),
    Scenario(
        "Réhabilitation des Merlusines",
        debut=-45,
        etats=((40, "etudes", ""), (9, "travaux", "Ordre de service.")),
        glissements=(
            Glissement(20, "PC", 91, "administratif", "Pièces complémentaires demandées à l’instruction."),
            Glissement(4, "DET", 136, "technique", "Désamiantage des gaines, non prévu au diagnostic."),
        ),
        couts=(("total", "", ((36, 18_400_000, ""), (3, 19_300_000, "Désamiantage des gaines."))),),
        lignes=(
            Ligne("subvention", ANRU, 3_900_000, _EN_COURS, "Convention NPNRU"),
            Ligne("subvention", REGION, 2_100_000, _NOTIFIEE),
            Ligne("pret", BANQUE, 11_000_000, _INSCRITE),
            Ligne("fonds_propres", BAILLEUR, 2_300_000, _PROPRES),
        ),
        alerte="Relogement tiroir de six ménages pendant le désamiantage.",
    ),
    Scenario(
        "Rues Maryse-Bastié, Général-Renault, Baugé et Capitaine-Pougnon",
        debut=-46,
        etats=((42, "etudes", ""), (10, "travaux", "Première tranche.")),
        glissements=(Glissement(6, "DET", 31, "technique", "Réseau d’eau à reprendre avant la chaussée."),),
        couts=(("total", "", ((40, 3_900_000, ""), (5, 4_050_000, "Réseau d’eau."))),),
        lignes=(
            Ligne("subvention", ANRU, 900_000, _EN_COURS, "Convention NPNRU"),
            Ligne("fonds_propres", METROPOLE, 3_150_000, _PROPRES),
        ),
    ),
    Scenario(
        "Démolition de 14 logements (Ligeris)",
        debut=-70,
        etats=((60, "etudes", ""), (30, "travaux", ""), (22, "livree", ""), (8, "soldee", "")),
        couts=(("total", "", ((60, 310_000, ""),)),),
        lignes=(
            Ligne("subvention", ANRU, 180_000, _SOLDEE, "Convention NPNRU"),
            Ligne("fonds_propres", LIGERIS, 130_000, _PROPRES),
        ),
    ),
)
