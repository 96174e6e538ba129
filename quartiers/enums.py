"""Words of the reference data: NPNRU level, origin of an outline, kinds of bodies, key figures."""

from django.db.models import TextChoices


class NiveauNpnru(TextChoices):
    """Level of a quartier in the national urban renewal programme; blank: not in it."""

    NATIONAL = "national", "Intérêt national"
    REGIONAL = "regional", "Intérêt régional"


class OrigineContour(TextChoices):
    """Where the outline of a quartier comes from; schematic means that no outline is held."""

    SCHEMATIQUE = "schematique", "Schéma (aucun contour importé)"
    PROVISOIRE = "provisoire", "Contour provisoire (génération 2015)"
    OFFICIEL = "officiel", "Contour officiel 2024"


class TypeOrganisme(TextChoices):
    """Kind of a partner body."""

    VILLE = "ville", "Ville de Tours"
    METROPOLE = "metropole", "Tours Métropole Val de Loire"
    ETAT = "etat", "État et ses agences"
    BAILLEUR = "bailleur", "Bailleur social"
    COLLECTIVITE = "collectivite", "Autre collectivité ou organisme public"
    ASSOCIATION = "association", "Association"
    ENTREPRISE = "entreprise", "Entreprise"
    HABITANTS = "habitants", "Habitants, conseil citoyen"
    AUTRE = "autre", "Autre"


class Indicateur(TextChoices):
    """Key figure followed for a quartier; the unit is held by each figure."""

    POPULATION = "population", "Population"
    SURFACE = "surface", "Superficie"
    REVENU_MEDIAN = "revenu_median", "Revenu médian annuel"
    LOGEMENTS = "logements", "Logements"
    LOGEMENTS_SOCIAUX = "logements_sociaux", "Logements sociaux"
    PART_LOGEMENT_SOCIAL = "part_logement_social", "Part de logements sociaux"
    TAUX_PAUVRETE = "taux_pauvrete", "Taux de pauvreté"
    TAUX_EMPLOI = "taux_emploi", "Taux d’emploi"
    MOINS_DE_25_ANS = "moins_25_ans", "Part des moins de 25 ans"
    MENAGES = "menages", "Ménages"
