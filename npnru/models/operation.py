"""Operations, phases and milestones, with every change of date and its motive."""

from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from comptes.models import Utilisateur
from npnru.enums import EtatOperation, FamillePhase, GenreJalon, GenreOuvrage, MotifDecalage
from quartiers.models import Organisme, Quartier
from socle.contraintes import dates_ordonnees
from socle.recherche import CONFIG

from .convention import ConventionNpnru
from .requetes import OperationQuerySet


class NatureOperation(models.Model):
    """Nomenclature of operations: an editable table, to be checked against the State's tool."""

    code = models.CharField("code", max_length=6, unique=True)
    libelle = models.CharField("libellé", max_length=120)
    a_verifier = models.BooleanField("à vérifier dans AGORA", default=True)
    actif = models.BooleanField("active", default=True)

    class Meta:
        verbose_name = "nature d’opération"
        verbose_name_plural = "natures d’opération"
        ordering = ["code"]

    def __str__(self):
        return f"{self.code} · {self.libelle}"


class ModelePhase(models.Model):
    """One phase of the template of a kind of work; usual duration is an editable default."""

    genre_ouvrage = models.CharField("genre d’ouvrage", max_length=16, choices=GenreOuvrage)
    ordre = models.PositiveSmallIntegerField("ordre")
    code = models.CharField("code", max_length=12)
    libelle = models.CharField("libellé", max_length=120)
    famille = models.CharField("famille", max_length=8, choices=FamillePhase, default=FamillePhase.ETUDES)
    duree_mois = models.PositiveSmallIntegerField("durée usuelle (mois)", default=3)
    produit = models.CharField("ce que la phase produit", max_length=200, blank=True)
    decision = models.CharField("décision de fin de phase", max_length=200, blank=True)

    class Meta:
        verbose_name = "modèle de phase"
        verbose_name_plural = "modèles de phases"
        ordering = ["genre_ouvrage", "ordre"]
        constraints = [
            models.UniqueConstraint(
                fields=["genre_ouvrage", "code"],
                name="modele_phase_unique",
                violation_error_message="Cette phase existe déjà dans ce modèle.",
            )
        ]

    def __str__(self):
        return f"{self.get_genre_ouvrage_display()} {self.ordre}. {self.libelle}"


class Operation(models.Model):
    """An operation: one object, one maître d’ouvrage, one calendar (source: règlement général de l’ANRU)."""

    quartier = models.ForeignKey(Quartier, verbose_name="quartier", on_delete=models.PROTECT, related_name="operations")
    titre = models.CharField("titre", max_length=160)
    idtop = models.CharField(
        "IDTOP",
        max_length=60,
        null=True,
        blank=True,
        unique=True,
        help_text="Identifiant AGORA, texte libre.",
    )
    nature = models.ForeignKey(
        NatureOperation,
        verbose_name="nature",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="operations",
    )
    genre_ouvrage = models.CharField("genre d’ouvrage", max_length=16, choices=GenreOuvrage)
    convention = models.ForeignKey(
        ConventionNpnru,
        verbose_name="convention",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="operations",
    )
    maitre_ouvrage = models.ForeignKey(
        Organisme, verbose_name="maître d’ouvrage", on_delete=models.PROTECT, related_name="operations"
    )
    pilote = models.ForeignKey(
        Utilisateur, verbose_name="pilote", on_delete=models.PROTECT, null=True, blank=True, related_name="operations"
    )
    pilotee_par_le_service = models.BooleanField("pilotée par la cohésion sociale", default=False)
    remplace = models.ForeignKey(
        "self", verbose_name="remplace", on_delete=models.PROTECT, null=True, blank=True, related_name="remplacee_par"
    )
    etat = models.CharField("état", max_length=12, choices=EtatOperation, default=EtatOperation.PROJET, editable=False)
    programme = models.TextField("programme", blank=True)
    lieu = models.CharField("lieu", max_length=200, blank=True)
    lon = models.DecimalField("longitude", max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField("latitude", max_digits=9, decimal_places=6, null=True, blank=True)
    alerte = models.CharField("point d’alerte", max_length=300, blank=True)
    situation_le = models.DateField("situation au", null=True, blank=True)
    demonstration = models.BooleanField("calendrier et montants de démonstration", default=False)
    porter_au_copil = models.BooleanField("à porter au COPIL", default=True)
    source = models.CharField("source", max_length=200, blank=True)
    source_url = models.URLField("adresse de la source", max_length=500, blank=True)
    recherche = models.GeneratedField(
        expression=SearchVector("titre", "programme", "lieu", "alerte", config=CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    modifie_le = models.DateTimeField("modifiée le", auto_now=True)

    objects = OperationQuerySet.as_manager()

    class Meta:
        verbose_name = "opération"
        verbose_name_plural = "opérations"
        ordering = ["quartier__ordre", "titre"]
        indexes = [GinIndex(fields=["recherche"], name="operation_recherche")]
        constraints = [
            models.UniqueConstraint(
                fields=["quartier", "titre"],
                name="operation_titre_unique",
                violation_error_message="Une opération porte déjà ce titre dans ce quartier.",
            ),
            models.CheckConstraint(
                name="operation_idtop_null_ou_rempli",
                condition=~Q(idtop=""),
                violation_error_message="L’IDTOP est vide ou rempli, pas blanc.",
            ),
            models.CheckConstraint(
                name="operation_position_complete",
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                violation_error_message="Une position a une longitude et une latitude.",
            ),
            models.CheckConstraint(
                name="operation_remplace_une_autre",
                condition=Q(remplace__isnull=True) | ~Q(remplace=F("pk")),
                violation_error_message="Une opération ne se remplace pas elle-même.",
            ),
            models.CheckConstraint(
                name="operation_etat_connu",
                condition=Q(etat__in=EtatOperation.values),
                violation_error_message="Cet état n’existe pas.",
            ),
        ]

    def __str__(self):
        return self.titre

    def get_absolute_url(self):
        return reverse("npnru:operation_fiche", args=[self.pk])

    @property
    def allure(self) -> str:
        return EtatOperation(self.etat).allure


class Phase(models.Model):
    """A phase with its contractual (initial), forecast and actual periods; all may be unknown."""

    operation = models.ForeignKey(Operation, verbose_name="opération", on_delete=models.CASCADE, related_name="phases")
    ordre = models.PositiveSmallIntegerField("ordre")
    code = models.CharField("code", max_length=12, blank=True)
    libelle = models.CharField("libellé", max_length=120)
    famille = models.CharField("famille", max_length=8, choices=FamillePhase, default=FamillePhase.ETUDES)
    debut_initial = models.DateField("début initial", null=True, blank=True)
    fin_initiale = models.DateField("fin initiale", null=True, blank=True)
    debut_prevu = models.DateField("début prévu", null=True, blank=True)
    fin_prevue = models.DateField("fin prévue", null=True, blank=True)
    debut_reel = models.DateField("début réel", null=True, blank=True)
    fin_reelle = models.DateField("fin réelle", null=True, blank=True)

    class Meta:
        verbose_name = "phase"
        verbose_name_plural = "phases"
        ordering = ["operation", "ordre"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "ordre"],
                name="phase_ordre_unique",
                violation_error_message="Deux phases portent le même rang.",
                deferrable=models.Deferrable.DEFERRED,
            ),
            dates_ordonnees(
                "debut_initial",
                "fin_initiale",
                name="phase_initiale_ordonnee",
                message="La fin initiale suit le début initial.",
            ),
            dates_ordonnees(
                "debut_prevu", "fin_prevue", name="phase_prevue_ordonnee", message="La fin prévue suit le début prévu."
            ),
            dates_ordonnees(
                "debut_reel", "fin_reelle", name="phase_reelle_ordonnee", message="La fin réelle suit le début réel."
            ),
            models.CheckConstraint(
                name="phase_finie_a_commence",
                condition=Q(fin_reelle__isnull=True) | Q(debut_reel__isnull=False),
                violation_error_message="Une phase finie a commencé : notez son début réel.",
            ),
        ]

    def __str__(self):
        return self.libelle

    @property
    def debut(self) -> date | None:
        """Best known start: actual, else forecast, else contractual."""
        return self.debut_reel or self.debut_prevu or self.debut_initial

    @property
    def fin(self) -> date | None:
        """Best known end: actual, else forecast, else contractual."""
        return self.fin_reelle or self.fin_prevue or self.fin_initiale

    def est_en_cours(self, *, au) -> bool:
        return (
            self.debut_reel is not None and self.debut_reel <= au and (self.fin_reelle is None or self.fin_reelle > au)
        )


class JalonQuerySet(models.QuerySet):
    def a_atteindre(self):
        return self.filter(atteint_le__isnull=True)

    def en_retard(self, *, au):
        """Not reached, and forecast before that day."""
        return self.a_atteindre().filter(prevu_le__lt=au)

    def entre(self, debut, fin):
        """Not reached, forecast within the two days included."""
        return self.a_atteindre().filter(prevu_le__gte=debut, prevu_le__lte=fin)


class Jalon(models.Model):
    """A milestone: initial date written once, forecast moved with a motive, actual date."""

    operation = models.ForeignKey(Operation, verbose_name="opération", on_delete=models.CASCADE, related_name="jalons")
    genre = models.CharField("genre", max_length=12, choices=GenreJalon, default=GenreJalon.AUTRE)
    libelle = models.CharField("libellé", max_length=160)
    initial_le = models.DateField("date initiale", null=True, blank=True)
    prevu_le = models.DateField("date prévue", null=True, blank=True)
    atteint_le = models.DateField("atteint le", null=True, blank=True)
    important = models.BooleanField("à montrer en COPIL", default=True)
    source = models.CharField("source de la date", max_length=200, blank=True)

    objects = JalonQuerySet.as_manager()

    class Meta:
        verbose_name = "jalon"
        verbose_name_plural = "jalons"
        ordering = ["operation", F("prevu_le").asc(nulls_last=True), "pk"]
        indexes = [models.Index("prevu_le", name="jalon_a_venir", condition=Q(atteint_le__isnull=True))]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "libelle"],
                name="jalon_libelle_unique",
                violation_error_message="Ce jalon existe déjà dans cette opération.",
            )
        ]

    def __str__(self):
        return self.libelle

    @property
    def derive_jours(self) -> int | None:
        """Actual (else forecast) minus initial, in days; None when one of them is unknown."""
        derniere = self.atteint_le or self.prevu_le
        return None if derniere is None or self.initial_le is None else (derniere - self.initial_le).days

    def retard_jours(self, *, au) -> int:
        """Days past the forecast on that day, 0 when reached or to come."""
        if self.atteint_le or self.prevu_le is None:
            return 0
        return max(0, (au - self.prevu_le).days)


class Reprogrammation(models.Model):
    """Append-only: one change of date of a phase or of a milestone, with its motive."""

    operation = models.ForeignKey(
        Operation, verbose_name="opération", on_delete=models.PROTECT, related_name="reprogrammations"
    )
    jalon = models.ForeignKey(
        Jalon, verbose_name="jalon", on_delete=models.PROTECT, null=True, blank=True, related_name="reprogrammations"
    )
    phase = models.ForeignKey(
        Phase, verbose_name="phase", on_delete=models.PROTECT, null=True, blank=True, related_name="reprogrammations"
    )
    objet = models.CharField("ce qui change", max_length=160)
    ancienne = models.DateField("ancienne date", null=True, blank=True)
    nouvelle = models.DateField("nouvelle date", null=True, blank=True)
    motif = models.CharField("motif", max_length=16, choices=MotifDecalage)
    explication = models.CharField("explication", max_length=300)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le")

    class Meta:
        verbose_name = "reprogrammation"
        verbose_name_plural = "reprogrammations"
        ordering = ["-le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="reprogrammation_d_un_seul_objet",
                condition=Q(jalon__isnull=False, phase__isnull=True) | Q(jalon__isnull=True, phase__isnull=False),
                violation_error_message="Une reprogrammation porte sur un jalon ou sur une phase.",
            ),
            models.CheckConstraint(
                name="reprogrammation_expliquee",
                condition=~Q(explication=""),
                violation_error_message="Expliquez pourquoi la date change.",
            ),
        ]

    def __str__(self):
        return f"{self.objet} : {self.ancienne} → {self.nouvelle}"


class MouvementOperation(models.Model):
    """Append-only journal of the states of an operation."""

    operation = models.ForeignKey(
        Operation, verbose_name="opération", on_delete=models.PROTECT, related_name="mouvements"
    )
    de = models.CharField("de", max_length=12, choices=EtatOperation, blank=True)
    vers = models.CharField("vers", max_length=12, choices=EtatOperation)
    commentaire = models.TextField("commentaire", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le")

    class Meta:
        verbose_name = "mouvement d’opération"
        verbose_name_plural = "mouvements d’opérations"
        ordering = ["-le", "-pk"]

    def __str__(self):
        return f"{self.operation_id} {self.get_vers_display()}"
