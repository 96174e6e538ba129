"""Conventions, and what was published about the programme."""

from django.db import models
from django.db.models import Q

from npnru.enums import GenreAvenant
from quartiers.models import Organisme, Quartier


class ConventionNpnru(models.Model):
    """A pluriannual convention of urban renewal."""

    titre = models.CharField("titre", max_length=200, unique=True)
    numero = models.CharField("numéro", max_length=60, blank=True)
    signee_le = models.DateField("signée le", null=True, blank=True)
    porteur = models.ForeignKey(Organisme, verbose_name="porteur", on_delete=models.PROTECT, related_name="+")
    quartiers = models.ManyToManyField(Quartier, verbose_name="quartiers", blank=True, related_name="conventions_npnru")
    date_limite_engagement = models.DateField("date limite d’engagement", null=True, blank=True)
    remarque = models.TextField("remarque", blank=True)
    source = models.CharField("source", max_length=200, blank=True)
    source_url = models.URLField("adresse de la source", max_length=500, blank=True)

    class Meta:
        verbose_name = "convention NPNRU"
        verbose_name_plural = "conventions NPNRU"
        ordering = ["-signee_le", "titre"]

    def __str__(self):
        return self.titre


class Avenant(models.Model):
    """An amendment of a convention."""

    convention = models.ForeignKey(
        ConventionNpnru, verbose_name="convention", on_delete=models.PROTECT, related_name="avenants"
    )
    numero = models.PositiveSmallIntegerField("numéro")
    genre = models.CharField("genre", max_length=12, choices=GenreAvenant)
    signe_le = models.DateField("signé le", null=True, blank=True)
    objet = models.TextField("objet")
    source = models.CharField("source", max_length=200, blank=True)

    class Meta:
        verbose_name = "avenant"
        verbose_name_plural = "avenants"
        ordering = ["convention", "numero"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "numero"],
                name="avenant_numero_unique",
                violation_error_message="Cet avenant existe déjà.",
            )
        ]

    def __str__(self):
        return f"Avenant n° {self.numero} à {self.convention}"


class FaitPublie(models.Model):
    """A published figure or fact, with its date and source; the same amount differs by date, and that is the point."""

    quartier = models.ForeignKey(
        Quartier, verbose_name="quartier", on_delete=models.PROTECT, null=True, blank=True, related_name="faits_publies"
    )
    operation = models.ForeignKey(
        "npnru.Operation",
        verbose_name="opération",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="faits_publies",
    )
    perimetre = models.CharField("périmètre", max_length=120)
    sujet = models.CharField("sujet", max_length=60)
    fait = models.CharField("fait", max_length=300)
    valeur = models.DecimalField("valeur", max_digits=14, decimal_places=2, null=True, blank=True)
    unite = models.CharField("unité", max_length=20, blank=True)
    date_du_fait = models.CharField("date du fait", max_length=60, help_text="Telle que publiée.")
    ordre_date = models.DateField("date pour le tri", null=True, blank=True)
    source = models.CharField("source", max_length=200)
    source_url = models.URLField("adresse de la source", max_length=500, blank=True)

    class Meta:
        verbose_name = "fait publié"
        verbose_name_plural = "faits publiés"
        ordering = ["quartier__ordre", "sujet", "ordre_date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["perimetre", "sujet", "fait", "date_du_fait"],
                name="fait_publie_unique",
                violation_error_message="Ce fait est déjà noté.",
            ),
            models.CheckConstraint(
                name="fait_publie_source",
                condition=~Q(source=""),
                violation_error_message="Un fait publié porte sa source.",
            ),
        ]

    def __str__(self):
        return f"{self.perimetre} : {self.fait} ({self.date_du_fait})"
