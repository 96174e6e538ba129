"""Costs and financing as versioned amounts: value, HT or TTC, date, source; never overwritten."""

from django.db import models
from django.db.models import Q

from comptes.models import Utilisateur
from npnru.enums import GenreFinancement, PosteDepense, StatutMontant, Taxe
from quartiers.models import Organisme
from socle.contraintes import montant_positif

from .operation import Operation
from .requetes import CoutQuerySet, FinancementQuerySet


class Cout(models.Model):
    """A cost item of an operation; its amounts are in Montant."""

    operation = models.ForeignKey(Operation, verbose_name="opération", on_delete=models.CASCADE, related_name="couts")
    poste = models.CharField("poste", max_length=12, choices=PosteDepense)
    precision = models.CharField("précision", max_length=120, blank=True)

    objects = CoutQuerySet.as_manager()

    class Meta:
        verbose_name = "coût"
        verbose_name_plural = "coûts"
        ordering = ["operation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "poste", "precision"],
                name="cout_poste_unique",
                violation_error_message="Ce poste existe déjà dans cette opération.",
            )
        ]

    def __str__(self):
        return f"{self.get_poste_display()} {self.precision}".strip()


class Financement(models.Model):
    """A line of the financing plan; its amounts (asked, written, notified, received) are in Montant."""

    operation = models.ForeignKey(
        Operation, verbose_name="opération", on_delete=models.CASCADE, related_name="financements"
    )
    financeur = models.ForeignKey(
        Organisme, verbose_name="financeur", on_delete=models.PROTECT, related_name="financements"
    )
    genre = models.CharField("genre", max_length=16, choices=GenreFinancement, default=GenreFinancement.SUBVENTION)
    dispositif = models.CharField("dispositif", max_length=120, blank=True)
    base_subventionnable = models.DecimalField(
        "base subventionnable (€ HT)", max_digits=14, decimal_places=2, null=True, blank=True
    )
    a_solder_avant_le = models.DateField("à solder avant le", null=True, blank=True)
    commencement_autorise_le = models.DateField("commencement autorisé le", null=True, blank=True)

    objects = FinancementQuerySet.as_manager()

    class Meta:
        verbose_name = "financement"
        verbose_name_plural = "financements"
        ordering = ["operation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "financeur", "genre", "dispositif"],
                name="financement_unique",
                violation_error_message="Cette ligne de financement existe déjà.",
            ),
            montant_positif(
                "base_subventionnable",
                name="financement_base_positive",
                message="La base subventionnable est positive.",
            ),
        ]

    def __str__(self):
        return f"{self.financeur}, {self.get_genre_display().lower()}"


class Montant(models.Model):
    """Append-only: one value of a cost or of a financing line, with HT/TTC, date of value and source."""

    cout = models.ForeignKey(
        Cout, verbose_name="coût", on_delete=models.PROTECT, null=True, blank=True, related_name="montants"
    )
    financement = models.ForeignKey(
        Financement,
        verbose_name="financement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="montants",
    )
    statut = models.CharField("statut", max_length=10, choices=StatutMontant)
    valeur = models.DecimalField("montant (€)", max_digits=14, decimal_places=2)
    taxe = models.CharField("taxe", max_length=12, choices=Taxe)
    valeur_le = models.DateField("date de valeur")
    source = models.CharField("source", max_length=200)
    source_url = models.URLField("adresse de la source", max_length=500, blank=True)
    motif = models.CharField("motif du changement", max_length=300, blank=True)
    demonstration = models.BooleanField("donnée de démonstration", default=False)
    saisi_par = models.ForeignKey(
        Utilisateur, verbose_name="saisi par", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    saisi_le = models.DateTimeField("saisi le", auto_now_add=True)

    class Meta:
        verbose_name = "montant"
        verbose_name_plural = "montants"
        ordering = ["-valeur_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="montant_d_un_seul_objet",
                condition=Q(cout__isnull=False, financement__isnull=True)
                | Q(cout__isnull=True, financement__isnull=False),
                violation_error_message="Un montant porte sur un coût ou sur un financement.",
            ),
            montant_positif("valeur", name="montant_positif", message="Un montant est positif."),
            models.CheckConstraint(
                name="montant_a_une_source",
                condition=~Q(source=""),
                violation_error_message="Un montant porte sa source.",
            ),
            models.CheckConstraint(
                name="montant_dit_sa_taxe",
                condition=Q(taxe__in=Taxe.values),
                violation_error_message="Dites si le montant est HT ou TTC.",
            ),
        ]

    def __str__(self):
        return f"{self.valeur} € {self.get_taxe_display()} au {self.valeur_le:%d/%m/%Y}"
