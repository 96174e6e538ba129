"""Words and states of the GUSP, with the tables of allowed transitions."""

from enum import nonmember

from django.db import models


class GenreDiagnostic(models.TextChoices):
    """Kinds of walk that exist in the towns that were read."""

    MARCHE = "marche", "Diagnostic en marchant"
    EXPLORATOIRE = "exploratoire", "Marche exploratoire"
    TECHNIQUE = "technique", "Visite technique"
    CHANTIER = "chantier", "Visite de chantier"
    NOCTURNE = "nocturne", "Visite nocturne"


class EtatDiagnostic(models.TextChoices):
    """Life of a walk, from the preparation to the restitution to residents."""

    PREPARATION = "preparation", "En préparation"
    REALISE = "realise", "Réalisé"
    RELEVE_DIFFUSE = "releve_diffuse", "Relevé diffusé"
    RESTITUE = "restitue", "Restitué aux habitants"
    CLOS = "clos", "Clos"
    ANNULE = "annule", "Annulé"

    A_VENIR = nonmember(("preparation",))
    TENUS = nonmember(("realise", "releve_diffuse", "restitue", "clos"))


TRANSITIONS_DIAGNOSTIC = frozenset(
    {
        (EtatDiagnostic.PREPARATION, EtatDiagnostic.REALISE),
        (EtatDiagnostic.PREPARATION, EtatDiagnostic.ANNULE),
        (EtatDiagnostic.ANNULE, EtatDiagnostic.PREPARATION),
        (EtatDiagnostic.REALISE, EtatDiagnostic.RELEVE_DIFFUSE),
        (EtatDiagnostic.RELEVE_DIFFUSE, EtatDiagnostic.RESTITUE),
        (EtatDiagnostic.RESTITUE, EtatDiagnostic.CLOS),
        (EtatDiagnostic.CLOS, EtatDiagnostic.RESTITUE),
    }
)


class GroupeParticipant(models.TextChoices):
    """Groups whose presence is written; residents are only counted (Diagnostic.habitants_*)."""

    ELUS = "elus", "Élus"
    VILLE = "ville", "Ville"
    METROPOLE = "metropole", "Métropole"
    BAILLEURS = "bailleurs", "Bailleurs"
    ETAT = "etat", "État"
    ASSOCIATIONS = "associations", "Associations, centres sociaux, médiation"
    HABITANTS = "habitants", "Habitants, conseil citoyen"


class Nature(models.TextChoices):
    """What was said on the spot."""

    NEGATIF = "negatif", "À améliorer"
    POSITIF = "positif", "Point positif"
    PROPOSITION = "proposition", "Proposition"


class Origine(models.TextChoices):
    """Where a constat comes from."""

    DIAGNOSTIC = "diagnostic", "Diagnostic en marchant"
    CHANTIER = "chantier", "Veille chantier"
    SIGNALEMENT = "signalement", "Signalement"
    REUNION = "reunion", "Réunion"
    MEDIATION = "mediation", "Médiation"
    BAILLEUR = "bailleur", "Bailleur"


class Ampleur(models.IntegerChoices):
    """How wide the problem is."""

    PONCTUEL = 1, "Ponctuel"
    PLUSIEURS = 2, "Plusieurs points ou un immeuble"
    ILOT = 3, "Îlot ou quartier"


class Recurrence(models.IntegerChoices):
    """Whether it was seen before."""

    NOUVEAU = 0, "Nouveau"
    DEJA_VU = 1, "Déjà vu"
    PERMANENT = 2, "Permanent"


class Urgence(models.IntegerChoices):
    """Urgency levels; their delays in days are data (NiveauUrgence)."""

    U1 = 1, "U1 · danger immédiat"
    U2 = 2, "U2 · rapide"
    U3 = 3, "U3 · courant"
    U4 = 4, "U4 · programmable"


class Priorite(models.IntegerChoices):
    """Computed from urgency, ampleur and recurrence; may be overridden with a motive."""

    P1 = 1, "P1 · à traiter tout de suite"
    P2 = 2, "P2 · haute"
    P3 = 3, "P3 · normale"
    P4 = 4, "P4 · basse"


class Domanialite(models.TextChoices):
    """Who owns or manages the strip of ground."""

    A_DETERMINER = "a_determiner", "À déterminer"
    PUBLIC = "public", "Domaine public"
    BAILLEUR = "bailleur", "Bailleur"
    COPROPRIETE = "copropriete", "Copropriété"
    PRIVE = "prive", "Privé"


class SourcePosition(models.TextChoices):
    """How the position of a constat is known."""

    GPS = "gps", "GPS"
    EPINGLE = "epingle", "Épingle posée sur la carte"
    ADRESSE = "adresse", "Adresse ou repère"


class RolePhoto(models.TextChoices):
    """What a photo shows in the life of a constat."""

    AVANT = "avant", "Avant"
    PENDANT = "pendant", "Pendant"
    APRES = "apres", "Après"
    PLAN = "plan", "Plan"


class EtatConstat(models.TextChoices):
    """States of a constat; each has a type (open, done, closed): labels may change, statistics hold."""

    BROUILLON = "brouillon", "À qualifier"
    QUALIFIE = "qualifie", "Qualifié"
    TRANSMIS = "transmis", "Transmis"
    REORIENTE = "reoriente", "Réorienté"
    PRIS_EN_CHARGE = "pris_en_charge", "Pris en charge"
    PROGRAMME = "programme", "Programmé"
    TRAITE = "traite", "Traité (déclaré)"
    VERIFIE = "verifie", "Vérifié sur place"
    SANS_SUITE = "sans_suite", "Sans suite (motivé)"
    DOUBLON = "doublon", "Doublon"
    ECARTE = "ecarte", "Écarté"

    OUVERTS = nonmember(("brouillon", "qualifie", "transmis", "reoriente", "pris_en_charge", "programme"))
    CHEZ_L_ORGANISME = nonmember(("transmis", "pris_en_charge", "programme"))
    FAITS = nonmember(("traite", "verifie"))
    CLOS = nonmember(("sans_suite", "doublon", "ecarte"))

    @property
    def allure(self) -> str:
        """Semantic look of the state on screen and paper: a-traiter, en-cours, fait or clos."""
        if self in (self.BROUILLON, self.QUALIFIE, self.REORIENTE):
            return "a-traiter"
        if self.value in EtatConstat.CHEZ_L_ORGANISME:
            return "en-cours"
        return "fait" if self.value in EtatConstat.FAITS else "clos"

    @property
    def libelle_habitant(self) -> str:
        """Plain word for the restitution sheet."""
        return {
            self.BROUILLON: "Reçu",
            self.QUALIFIE: "Reçu",
            self.TRANSMIS: "Demandé",
            self.REORIENTE: "Demandé",
            self.PRIS_EN_CHARGE: "En cours",
            self.PROGRAMME: "Prévu",
            self.TRAITE: "Fait, à vérifier",
            self.VERIFIE: "Fait",
            self.SANS_SUITE: "Ne sera pas fait",
        }.get(self, "Regroupé")


_E = EtatConstat
TRANSITIONS_CONSTAT = frozenset(
    {
        (_E.BROUILLON, _E.QUALIFIE),
        (_E.BROUILLON, _E.DOUBLON),
        (_E.BROUILLON, _E.ECARTE),
        (_E.QUALIFIE, _E.TRANSMIS),
        (_E.QUALIFIE, _E.TRAITE),
        (_E.QUALIFIE, _E.SANS_SUITE),
        (_E.QUALIFIE, _E.DOUBLON),
        (_E.QUALIFIE, _E.ECARTE),
        (_E.TRANSMIS, _E.PRIS_EN_CHARGE),
        (_E.TRANSMIS, _E.PROGRAMME),
        (_E.TRANSMIS, _E.TRAITE),
        (_E.TRANSMIS, _E.SANS_SUITE),
        (_E.TRANSMIS, _E.REORIENTE),
        (_E.TRANSMIS, _E.DOUBLON),
        (_E.REORIENTE, _E.TRANSMIS),
        (_E.PRIS_EN_CHARGE, _E.PROGRAMME),
        (_E.PRIS_EN_CHARGE, _E.TRAITE),
        (_E.PRIS_EN_CHARGE, _E.SANS_SUITE),
        (_E.PRIS_EN_CHARGE, _E.REORIENTE),
        (_E.PROGRAMME, _E.TRAITE),
        (_E.PROGRAMME, _E.SANS_SUITE),
        (_E.TRAITE, _E.VERIFIE),
        (_E.TRAITE, _E.QUALIFIE),
        (_E.SANS_SUITE, _E.QUALIFIE),
    }
)

#: Sentences for the refusals that users meet; other pairs get a general sentence.
REFUS_CONSTAT = {
    (_E.BROUILLON, _E.TRANSMIS): "Un constat se qualifie (thème, lieu, organisme) avant d’être transmis.",
    (_E.QUALIFIE, _E.VERIFIE): "On vérifie sur place ce qui a été déclaré traité : notez d’abord le traitement.",
    (_E.TRANSMIS, _E.VERIFIE): "On vérifie sur place ce qui a été déclaré traité : notez d’abord la réponse.",
    (_E.VERIFIE, _E.TRAITE): "Ce constat est déjà vérifié sur place.",
}


class GenreMouvement(models.TextChoices):
    """Kinds of lines in the journal of a constat."""

    CREATION = "creation", "Création"
    ETAT = "etat", "Changement d’état"
    REOUVERTURE = "reouverture", "Réouverture"
    RELANCE = "relance", "Relance"
    CORRECTION = "correction", "Correction"
    PHOTO = "photo", "Photo"
    COMMENTAIRE = "commentaire", "Commentaire"


class Canal(models.TextChoices):
    """How something was sent."""

    COURRIEL = "courriel", "Courriel"
    TELEPHONE = "telephone", "Téléphone"
    REUNION = "reunion", "Réunion"
    OUTIL = "outil", "Outil du partenaire"
    COURRIER = "courrier", "Courrier"


class EtatAction(models.TextChoices):
    """States of an action; late is computed, never typed."""

    A_VENIR = "a_venir", "À venir"
    EN_COURS = "en_cours", "En cours"
    EN_PAUSE = "en_pause", "En pause"
    BLOQUEE = "bloquee", "Bloquée"
    REALISEE = "realisee", "Réalisée"
    ABANDONNEE = "abandonnee", "Abandonnée"

    OUVERTES = nonmember(("a_venir", "en_cours", "en_pause", "bloquee"))

    @property
    def allure(self) -> str:
        """Semantic look of the state on screen and paper."""
        return {
            self.A_VENIR: "a-traiter",
            self.EN_COURS: "en-cours",
            self.EN_PAUSE: "clos",
            self.BLOQUEE: "retard",
            self.REALISEE: "fait",
        }.get(self, "clos")


_A = EtatAction
TRANSITIONS_ACTION = frozenset(
    {(de, vers) for de in _A for vers in _A if de != vers and de != _A.ABANDONNEE and de != _A.REALISEE}
    | {(_A.REALISEE, _A.EN_COURS), (_A.ABANDONNEE, _A.A_VENIR)}
)


class PrioriteAction(models.TextChoices):
    """Priority of an action."""

    HAUTE = "haute", "Haute"
    MOYENNE = "moyenne", "Moyenne"
    BASSE = "basse", "Basse"


class OrigineAction(models.TextChoices):
    """What made the action start."""

    CONSTAT = "constat", "Constat"
    CONVENTION = "convention", "Convention"
    TFPB = "tfpb", "Abattement TFPB"
    HABITANTS = "habitants", "Habitants"
    DECISION = "decision", "Décision d’instance"


class Participation(models.TextChoices):
    """Five levels of participation of residents."""

    AUCUNE = "aucune", "Pas de participation"
    INFORMATION = "information", "Information"
    CONSULTATION = "consultation", "Consultation"
    CONCERTATION = "concertation", "Concertation"
    CO_CONSTRUCTION = "co_construction", "Co-construction"


class GenreEnvoi(models.TextChoices):
    """What a telephone sends from the street."""

    CONSTAT = "constat", "Constat"
    REVUE = "revue", "Constat revu sur place"
    TRACE = "trace", "Tracé de la marche"


class EtatEnvoi(models.TextChoices):
    """What remains to decide at the desk about a sending."""

    RECU = "recu", "Reçu"
    A_ARBITRER = "a_arbitrer", "À arbitrer"
    A_RATTACHER = "a_rattacher", "À rattacher"

    A_DECIDER = nonmember(("a_arbitrer", "a_rattacher"))


class EtatVersion(models.TextChoices):
    """What became of one body of a sending; one at most is in force."""

    APPLIQUEE = "appliquee", "Appliquée"
    REMPLACEE = "remplacee", "Remplacée par une correction"
    A_ARBITRER = "a_arbitrer", "À arbitrer"
    LAISSEE = "laissee", "Laissée de côté"


class VerdictRevue(models.TextChoices):
    """What was seen again on the spot."""

    LEVE = "leve", "Levé"
    INCHANGE = "inchange", "Inchangé"
    PIRE = "pire", "Pire"


class EtatImport(models.TextChoices):
    """Life of a rescue file taken in by the worker."""

    DEMANDE = "demande", "En attente"
    EN_COURS = "en_cours", "En cours"
    FAIT = "fait", "Terminé"
    ECHEC = "echec", "Échec"

    ACTIFS = nonmember(("demande", "en_cours"))
