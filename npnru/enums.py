"""Words of urban renewal."""

from enum import nonmember

from django.db import models

#: Source written on every fictitious date and amount; what bears it is shown as « démonstration ».
SOURCE_DEMONSTRATION = "Donnée de démonstration, fictive"


class GenreOuvrage(models.TextChoices):
    """What is made: chooses the template of phases."""

    BATIMENT_NEUF = "batiment_neuf", "Bâtiment neuf"
    REHABILITATION = "rehabilitation", "Réhabilitation"
    DEMOLITION = "demolition", "Démolition"
    AMENAGEMENT = "amenagement", "Aménagement"
    ETUDE = "etude", "Étude, ingénierie"
    RELOGEMENT = "relogement", "Relogement"


class EtatOperation(models.TextChoices):
    """Where an operation stands; late is computed from its milestones."""

    PROJET = "projet", "En projet"
    ETUDES = "etudes", "En études"
    TRAVAUX = "travaux", "En travaux"
    LIVREE = "livree", "Livrée"
    SOLDEE = "soldee", "Soldée"
    SUSPENDUE = "suspendue", "Suspendue"
    ABANDONNEE = "abandonnee", "Abandonnée"

    ACTIVES = nonmember(("projet", "etudes", "travaux", "suspendue"))

    @property
    def allure(self) -> str:
        """Semantic look of the state on screen and paper."""
        return {
            self.PROJET: "a-traiter",
            self.ETUDES: "en-cours",
            self.TRAVAUX: "en-cours",
            self.LIVREE: "fait",
            self.SOLDEE: "fait",
            self.SUSPENDUE: "retard",
        }.get(self, "clos")


_O = EtatOperation
TRANSITIONS_OPERATION = frozenset(
    {
        (_O.PROJET, _O.ETUDES),
        (_O.PROJET, _O.SUSPENDUE),
        (_O.PROJET, _O.ABANDONNEE),
        (_O.ETUDES, _O.TRAVAUX),
        (_O.ETUDES, _O.LIVREE),
        (_O.ETUDES, _O.PROJET),
        (_O.ETUDES, _O.SUSPENDUE),
        (_O.ETUDES, _O.ABANDONNEE),
        (_O.TRAVAUX, _O.LIVREE),
        (_O.TRAVAUX, _O.SUSPENDUE),
        (_O.TRAVAUX, _O.ETUDES),
        (_O.LIVREE, _O.SOLDEE),
        (_O.LIVREE, _O.TRAVAUX),
        (_O.SOLDEE, _O.LIVREE),
        (_O.SUSPENDUE, _O.PROJET),
        (_O.SUSPENDUE, _O.ETUDES),
        (_O.SUSPENDUE, _O.TRAVAUX),
        (_O.SUSPENDUE, _O.ABANDONNEE),
        (_O.ABANDONNEE, _O.PROJET),
    }
)


class FamillePhase(models.TextChoices):
    """How a phase is drawn on the Gantt: light for studies, dark for works."""

    ETUDES = "etudes", "Études et procédures"
    TRAVAUX = "travaux", "Travaux"
    SUITES = "suites", "Réception et suites"


class GenreJalon(models.TextChoices):
    """Kinds of milestones."""

    DELIBERATION = "deliberation", "Délibération"
    DECISION = "decision", "Décision, validation"
    PERMIS = "permis", "Permis"
    MARCHE = "marche", "Marché notifié"
    TRAVAUX = "travaux", "Début des travaux"
    RECEPTION = "reception", "Réception"
    LIVRAISON = "livraison", "Livraison, ouverture"
    AUTRE = "autre", "Autre"


class MotifDecalage(models.TextChoices):
    """Why a date moved; a text always goes with it."""

    ADMINISTRATIF = "administratif", "Procédure administrative"
    TECHNIQUE = "technique", "Aléa technique"
    FINANCIER = "financier", "Financement"
    FONCIER = "foncier", "Foncier"
    MARCHE = "marche", "Marchés, entreprises"
    CONCERTATION = "concertation", "Concertation, programme"
    RELOGEMENT = "relogement", "Relogement"
    AVENANT = "avenant", "Avenant à la convention"
    PRECISION = "precision", "Date précisée"
    AUTRE = "autre", "Autre"


class Taxe(models.TextChoices):
    """Whether an amount is without or with VAT; published figures often do not say."""

    HT = "ht", "HT"
    TTC = "ttc", "TTC"
    NON_PRECISE = "non_precise", "HT ou TTC non précisé"


class PosteDepense(models.TextChoices):
    """Cost items of an operation."""

    TOTAL = "total", "Coût total"
    FONCIER = "foncier", "Foncier"
    ETUDES = "etudes", "Études"
    HONORAIRES = "honoraires", "Honoraires"
    TRAVAUX = "travaux", "Travaux"
    MOBILIER = "mobilier", "Équipement mobilier"
    ALEAS = "aleas", "Aléas"
    REVISIONS = "revisions", "Révisions"
    AUTRES = "autres", "Autres"


class GenreFinancement(models.TextChoices):
    """Kinds of financing lines."""

    SUBVENTION = "subvention", "Subvention"
    PRET = "pret", "Prêt"
    FONDS_PROPRES = "fonds_propres", "Fonds propres"


class StatutMontant(models.TextChoices):
    """What an amount stands for in the life of a cost or of a subsidy; the latest line of each tells where we are."""

    ANNONCE = "annonce", "Annoncé"
    PREVU = "prevu", "Prévu"
    SOLLICITE = "sollicite", "Sollicité"
    INSCRIT = "inscrit", "Inscrit (convention, avenant)"
    NOTIFIE = "notifie", "Notifié, engagé"
    APPELE = "appele", "Appelé"
    RECU = "recu", "Reçu"
    ANNULE = "annule", "Annulé, dégagé"

    RETENUS = nonmember(("annonce", "prevu", "sollicite", "inscrit", "notifie"))


class GenreAvenant(models.TextChoices):
    """Kinds of amendments."""

    SIMPLIFIE = "simplifie", "Avenant simplifié"
    COMITE = "comite", "Après comité d’engagement"
    AJUSTEMENT = "ajustement", "Ajustement technique"


class GenreDocument(models.TextChoices):
    """Kinds of documents of an operation."""

    PROGRAMME = "programme", "Programme"
    ETUDE = "etude", "Étude"
    PLAN = "plan", "Plan"
    DELIBERATION = "deliberation", "Délibération"
    PERMIS = "permis", "Permis"
    MARCHE = "marche", "Marché"
    COMPTE_RENDU = "compte_rendu", "Compte rendu"
    FINANCEMENT = "financement", "Financement"
    PHOTO = "photo", "Photo"
    AUTRE = "autre", "Autre"
