"""Words of the steering: instances, meetings, decisions, dossiers."""

from enum import nonmember

from django.db import models


class GenreInstance(models.TextChoices):
    """Kinds of instances."""

    COPIL_GUSP = "copil_gusp", "COPIL GUSP"
    COPIL_NPNRU = "copil_npnru", "COPIL NPNRU, revue de projet"
    COTECH = "cotech", "COTECH"
    GTU = "gtu", "Groupe technique urbain"
    CELLULE = "cellule", "Cellule de veille"
    REUNION_QUARTIER = "reunion_quartier", "Réunion de quartier"
    AUTRE = "autre", "Autre"


class EtatSeance(models.TextChoices):
    """Life of a meeting."""

    PREVUE = "prevue", "Prévue"
    TENUE = "tenue", "Tenue"
    ANNULEE = "annulee", "Annulée"


TRANSITIONS_SEANCE = frozenset(
    {
        (EtatSeance.PREVUE, EtatSeance.TENUE),
        (EtatSeance.PREVUE, EtatSeance.ANNULEE),
        (EtatSeance.ANNULEE, EtatSeance.PREVUE),
    }
)


class GenrePoint(models.TextChoices):
    """What is asked of the instance on a point of the agenda."""

    INFORMATION = "information", "Information"
    ECHANGE = "echange", "Échange"
    DECISION = "decision", "Décision"


class EtatDecision(models.TextChoices):
    """Life of a decision; late is computed."""

    OUVERTE = "ouverte", "À faire"
    EN_COURS = "en_cours", "En cours"
    TENUE = "tenue", "Tenue"
    ABANDONNEE = "abandonnee", "Abandonnée"

    OUVERTES = nonmember(("ouverte", "en_cours"))

    @property
    def allure(self) -> str:
        """Semantic look of the state on screen and paper."""
        return {self.OUVERTE: "a-traiter", self.EN_COURS: "en-cours", self.TENUE: "fait"}.get(self, "clos")


_D = EtatDecision
TRANSITIONS_DECISION = frozenset(
    {
        (_D.OUVERTE, _D.EN_COURS),
        (_D.OUVERTE, _D.TENUE),
        (_D.OUVERTE, _D.ABANDONNEE),
        (_D.EN_COURS, _D.OUVERTE),
        (_D.EN_COURS, _D.TENUE),
        (_D.EN_COURS, _D.ABANDONNEE),
        (_D.TENUE, _D.EN_COURS),
        (_D.ABANDONNEE, _D.OUVERTE),
    }
)


class EtatDossier(models.TextChoices):
    """Life of a dossier: once frozen it never changes; a correction is a new edition."""

    BROUILLON = "brouillon", "Brouillon"
    RELU = "relu", "Relu"
    FIGE = "fige", "Figé"
    DIFFUSE = "diffuse", "Diffusé"

    MODIFIABLES = nonmember(("brouillon", "relu"))
    FIGES = nonmember(("fige", "diffuse"))

    @property
    def allure(self) -> str:
        """Semantic look of the state on screen and paper."""
        return {self.BROUILLON: "a-traiter", self.RELU: "en-cours"}.get(self, "fait")


TRANSITIONS_DOSSIER = frozenset(
    {
        (EtatDossier.BROUILLON, EtatDossier.RELU),
        (EtatDossier.RELU, EtatDossier.BROUILLON),
        (EtatDossier.RELU, EtatDossier.FIGE),
        (EtatDossier.BROUILLON, EtatDossier.FIGE),
        (EtatDossier.FIGE, EtatDossier.DIFFUSE),
    }
)


class GenreSection(models.TextChoices):
    """Sections of a dossier, in their usual order."""

    COUVERTURE = "couverture", "Couverture"
    ORDRE_DU_JOUR = "ordre_du_jour", "Ordre du jour"
    SUITES = "suites", "Suites du dernier COPIL"
    SYNTHESE = "synthese", "Synthèse"
    CHIFFRES = "chiffres", "Chiffres clés"
    CARTE = "carte", "Carte"
    DIAGNOSTICS = "diagnostics", "Diagnostics en marchant"
    PHOTOS = "photos", "Photos avant / après"
    ACTIONS = "actions", "Actions par quartier"
    OPERATIONS = "operations", "Tableau de bord des opérations"
    CALENDRIER = "calendrier", "Calendrier des opérations"
    FINANCEMENTS = "financements", "Coûts et financements"
    ECHEANCES = "echeances", "Prochaines échéances"
    METHODE = "methode", "Méthode et dates des données"


class EtatImpression(models.TextChoices):
    """Life of a PDF being made by the worker."""

    DEMANDEE = "demandee", "Demandée"
    EN_COURS = "en_cours", "En cours"
    PRETE = "prete", "Prête"
    ECHEC = "echec", "Échec"

    ACTIVES = nonmember(("demandee", "en_cours"))
