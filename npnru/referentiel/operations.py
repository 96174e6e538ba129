"""Operations known through publications: what was published, and in words what was not found."""

from dataclasses import dataclass
from datetime import date

INCONNU = "État actuel non vérifié\u00a0: à renseigner par le service."


@dataclass(frozen=True)
class JalonPublie:
    """A published date; a month or a season is kept as its last day, and the label or the source says so."""

    genre: str
    libelle: str
    prevu_le: date | None = None
    atteint_le: date | None = None
    source: str = ""


@dataclass(frozen=True)
class CoutPublie:
    """A published amount in euros."""

    valeur: str
    taxe: str
    valeur_le: date
    source: str
    motif: str = ""


@dataclass(frozen=True)
class OperationPubliee:
    """One operation; `source` is a key of SOURCES, `faits` are words that its published facts contain."""

    quartier: str
    titre: str
    nature: str
    genre: str
    maitre_ouvrage: str
    etat: str
    programme: str
    source: str
    lieu: str = ""
    alerte: str = ""
    situation_le: date | None = None
    pilotee: bool = False
    remplace: str = ""
    jalons: tuple[JalonPublie, ...] = ()
    couts: tuple[CoutPublie, ...] = ()
    faits: tuple[str, ...] = ()


VILLE, TOURS_HABITAT, LIGERIS = "Ville de Tours", "Tours Habitat", "Ligeris"
METROPOLE = "Tours Métropole Val de Loire"
#: The sources name no maître d’ouvrage: the field is mandatory, so it says it.
A_PRECISER = "Maître d’ouvrage à préciser (non publié)"
ANCIENNE_MAISON = "Maison des associations (ancien collège Pasteur)"

OPERATIONS = [
    OperationPubliee(
        "SAN",
        ANCIENNE_MAISON,
        "37",
        "rehabilitation",
        VILLE,
        "livree",
        "Première Maison des associations, dans l’ancien collège Pasteur\u00a0: 2\u202f300 m², 14 salles, 10 bureaux. "
        "Rez-de-chaussée ouvert le 5 décembre 2019\u202f; étages 1 et 2 annoncés pour 2021 et 2022.",
        "INFO_TOURS_OUVERTURE",
        lieu="Ancien collège Pasteur",
        alerte="Étages 1 et 2\u00a0: état après 2021 non trouvé, à renseigner par le service.",
        situation_le=date(2019, 12, 6),
        jalons=(
            JalonPublie(
                "livraison",
                "Ouverture du rez-de-chaussée",
                atteint_le=date(2019, 12, 5),
                source="info-tours.fr, 6 décembre 2019",
            ),
            JalonPublie("autre", "Ouverture des étages 1 et 2", source="Annoncée pour 2021 et 2022, suite non trouvée"),
        ),
        couts=(CoutPublie("3165000", "non_precise", date(2019, 6, 18), "INFO_TOURS_ASSOCIATIONS"),),
        faits=("Première Maison des associations", "Ouverture du rez-de-chaussée de la Maison"),
    ),
    OperationPubliee(
        "SAN",
        "Maison des associations (tour Saint-Paul)",
        "37",
        "batiment_neuf",
        VILLE,
        "projet",
        "Nouvelle Maison des associations de 1\u202f500 m² dans l’ensemble de la tour Saint-Paul, avec 139 logements "
        "étudiants, France services, des halles gourmandes de 900 m² et des toilettes publiques. L’ensemble est porté "
        "par un promoteur privé\u00a0: 14\u00a0M€ HT annoncés pour l’ensemble, hors aménagement intérieur.",
        "INFO_TOURS_TOUR",
        lieu="Place Saint-Paul",
        situation_le=date(2025, 12, 11),
        pilotee=True,
        remplace=ANCIENNE_MAISON,
        jalons=(
            JalonPublie(
                "livraison",
                "Livraison de l’ensemble (horizon 2030)",
                prevu_le=date(2030, 12, 31),
                source="info-tours.fr, 11 décembre 2025 (année seule publiée)",
            ),
        ),
        faits=("Projet tour Saint-Paul",),
    ),
    OperationPubliee(
        "SAN",
        "Nouveau Centre social du Sanitas",
        "37",
        "batiment_neuf",
        VILLE,
        "projet",
        "Centre social (Pluriel(le)s) de 1\u202f400 m², présenté en octobre 2022 dans l’ensemble Marie-Curie, avec un "
        "tiers-lieu de 2\u202f000 m² et 320 logements, horizon 2025. Il était alors avenue du Général-de-Gaulle.",
        "INFO_TOURS_MARIE_CURIE",
        lieu="Secteur Marie-Curie",
        alerte="Budget, architecte, adresse et état après octobre 2022\u00a0: rien de publié n’a été trouvé.",
        situation_le=date(2022, 10, 3),
        pilotee=True,
        faits=("Centre social dans l’ensemble Marie-Curie",),
    ),
    OperationPubliee(
        "SAN",
        "Gymnase du Hallebardier",
        "37",
        "rehabilitation",
        VILLE,
        "travaux",
        "Rénovation et extension du complexe sportif du Hallebardier\u00a0: 250 places, architecte Engasser. Première "
        "pierre le 28 novembre 2024, fin annoncée pour septembre 2026.",
        "TMV_GYMNASE",
        lieu="Rue du Hallebardier",
        situation_le=date(2024, 11, 28),
        jalons=(
            JalonPublie(
                "travaux", "Première pierre", atteint_le=date(2024, 11, 28), source="tmvtours.fr, tourainebc.fr"
            ),
            JalonPublie(
                "livraison",
                "Fin du chantier (annoncée pour septembre 2026)",
                prevu_le=date(2026, 9, 30),
                source="tourainebc.fr (mois seul publié)",
            ),
        ),
        couts=(
            CoutPublie("9200000", "ht", date(2020, 12, 15), "INFO_TOURS_GYMNASE"),
            CoutPublie(
                "13300000",
                "non_precise",
                date(2024, 11, 28),
                "TMV_GYMNASE",
                "Coût publié à la première pierre\u202f; motif de la hausse et base HT ou TTC non publiés.",
            ),
        ),
        faits=("Gymnase du Hallebardier",),
    ),
    OperationPubliee(
        "SAN",
        "École maternelle Suzanne-Kleiber",
        "37",
        "batiment_neuf",
        VILLE,
        "etudes",
        "Démolition et reconstruction\u00a0: 1\u202f310 m², 6 classes, architecte Des Clics et des Calques.",
        "INFO_TOURS_ECOLES",
        situation_le=date(2025, 10, 7),
        jalons=(
            JalonPublie(
                "livraison",
                "Livraison (rentrée 2028)",
                prevu_le=date(2028, 9, 1),
                source="info-tours.fr, 7 octobre 2025 (rentrée publiée, jour posé au 1er septembre)",
            ),
        ),
        couts=(CoutPublie("7700000", "non_precise", date(2025, 10, 7), "INFO_TOURS_ECOLES"),),
        faits=("École Suzanne-Kleiber", "Écoles maternelles Suzanne-Kleiber"),
    ),
    OperationPubliee(
        "SAN",
        "École maternelle Marie-Curie",
        "37",
        "batiment_neuf",
        VILLE,
        "etudes",
        "Démolition et reconstruction\u00a0: 8 classes, de 2028 à 2030\u202f; concours d’architecture début 2026.",
        "INFO_TOURS_ECOLES",
        lieu="Secteur Marie-Curie",
        situation_le=date(2025, 10, 7),
        jalons=(
            JalonPublie(
                "decision", "Concours d’architecture", source="Annoncé pour le début de 2026, suite non trouvée"
            ),
            JalonPublie(
                "livraison",
                "Livraison (rentrée 2030)",
                prevu_le=date(2030, 9, 1),
                source="tmvtours.fr, octobre 2025 (rentrée publiée, jour posé au 1er septembre)",
            ),
        ),
        couts=(CoutPublie("11800000", "non_precise", date(2025, 10, 7), "INFO_TOURS_ECOLES"),),
        faits=("École Marie-Curie", "Marie-Curie\u00a0: démolition"),
    ),
    OperationPubliee(
        "SAN",
        "École Claude-Bernard",
        "37",
        "batiment_neuf",
        VILLE,
        "travaux",
        "École en bois et paille, en construction en octobre 2025.",
        "TMV_ECOLES",
        alerte="Coût et date de livraison non trouvés.",
        situation_le=date(2025, 10, 1),
        faits=("École Claude-Bernard (bois-paille)",),
    ),
    OperationPubliee(
        "SAN",
        "Démolition de la barre Saint-Paul",
        "21",
        "demolition",
        TOURS_HABITAT,
        "travaux",
        "48 logements de Tours Habitat\u00a0: début de la démolition le 15 juillet 2020, pour environ deux mois.",
        "INFO_TOURS_BARRE",
        lieu="Place Saint-Paul",
        alerte="Fin de la démolition non vérifiée\u00a0: à clore par le service.",
        situation_le=date(2020, 7, 15),
        jalons=(
            JalonPublie(
                "travaux",
                "Début de la démolition",
                atteint_le=date(2020, 7, 15),
                source="info-tours.fr, 15 juillet 2020",
            ),
        ),
        faits=("Barre Saint-Paul",),
    ),
    OperationPubliee(
        "SAN",
        "Accueil de loisirs Pasteur",
        "37",
        "rehabilitation",
        VILLE,
        "projet",
        "Rénovation de l’accueil de loisirs, horizon 2024.",
        "TOURS_QUESTIONS",
        alerte=INCONNU,
        faits=("Accueil de loisirs Pasteur",),
    ),
    OperationPubliee(
        "SAN",
        "Parc habité du Hallebardier",
        "24",
        "amenagement",
        A_PRECISER,
        "projet",
        "Secteur Hallebardier\u00a0: parc habité, horizon 2030.",
        "TOURS_SANITAS",
        lieu="Secteur Hallebardier",
        alerte=INCONNU,
        faits=("Secteur Hallebardier",),
    ),
    OperationPubliee(
        "BAS",
        "Groupe scolaire Mermoz-Bastié",
        "37",
        "batiment_neuf",
        VILLE,
        "projet",
        "Reconstruction\u00a0: 19 classes et une salle de 300 m², achèvement visé en 2024 (publication de 2019).",
        "INFO_TOURS_BASTIE",
        alerte=INCONNU,
        situation_le=date(2019, 9, 12),
        jalons=(JalonPublie("livraison", "Achèvement", source="Visé en 2024 en septembre 2019, suite non trouvée"),),
        couts=(CoutPublie("14000000", "non_precise", date(2019, 9, 12), "INFO_TOURS_BASTIE"),),
        faits=("Groupe scolaire Mermoz-Bastié",),
    ),
    OperationPubliee(
        "BAS",
        "Réhabilitation des Merlusines",
        "33",
        "rehabilitation",
        A_PRECISER,
        "projet",
        "Rénovation thermique de 360 logements, ascenseurs.",
        "CREATURE",
        lieu="Les Merlusines",
        alerte=INCONNU,
        faits=("Les Merlusines",),
    ),
    OperationPubliee(
        "BAS",
        "Rues Maryse-Bastié, Général-Renault, Baugé et Capitaine-Pougnon",
        "24",
        "amenagement",
        METROPOLE,
        "projet",
        "Réaménagement des rues, celle de Maryse Bastié à partir de 2021 (publication de 2019), en lien avec la ligne "
        "B du tramway.",
        "INFO_TOURS_BASTIE",
        alerte="Maître d’ouvrage supposé (voirie métropolitaine) et état actuel à confirmer par le service.",
        situation_le=date(2019, 9, 12),
        faits=("Rue Maryse-Bastié réaménagée",),
    ),
    OperationPubliee(
        "BAS",
        "Démolition de 14 logements (Ligeris)",
        "21",
        "demolition",
        LIGERIS,
        "projet",
        "14 logements de Ligeris démolis\u202f; pavillons de la rue Mélusine réhabilités à partir de 2023 (publication "
        "de 2019).",
        "INFO_TOURS_BASTIE",
        alerte=INCONNU,
        situation_le=date(2019, 9, 12),
    ),
]
