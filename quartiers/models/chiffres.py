"""Key figures of a quartier, each with its date and its source."""

from django.db import models
from django.db.models import Q

from quartiers.enums import Indicateur
from quartiers.models.quartiers import Quartier


class ChiffreCleQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Keep the figures of the quartiers that the user may see."""
        return self.filter(quartier__in=Quartier.objects.visibles_par(utilisateur))


class ChiffreCle(models.Model):
    """A published figure about a quartier: several values of one indicator live side by side, none overwrites another.

    `valeur` None means « non renseigné », never zero.
    """

    quartier = models.ForeignKey(Quartier, models.CASCADE, related_name="chiffres", verbose_name="quartier")
    indicateur = models.CharField("indicateur", max_length=30, choices=Indicateur)
    valeur = models.DecimalField("valeur", max_digits=14, decimal_places=2, null=True, blank=True)
    unite = models.CharField("unité", max_length=20, blank=True)
    date_valeur = models.CharField(
        "date de la valeur", max_length=40, help_text="Par exemple « 2013 » ou « vers 2019 »."
    )
    annee = models.PositiveSmallIntegerField("année (pour le tri)", null=True, blank=True)
    source = models.CharField("source", max_length=250)
    source_url = models.URLField("adresse de la source", max_length=500, blank=True)
    releve_le = models.DateField("relevé le")

    objects = ChiffreCleQuerySet.as_manager()

    class Meta:
        verbose_name = "chiffre clé"
        verbose_name_plural = "chiffres clés"
        ordering = ["quartier", "indicateur", models.F("annee").desc(nulls_last=True), "source"]
        constraints = [
            models.UniqueConstraint(
                name="chiffre_unique_par_date_et_source",
                fields=["quartier", "indicateur", "date_valeur", "source"],
                violation_error_message="Ce chiffre est déjà saisi pour cette date et cette source.",
            ),
            models.CheckConstraint(
                name="chiffre_positif",
                condition=Q(valeur__isnull=True) | Q(valeur__gte=0),
                violation_error_message="Un chiffre clé n’est pas négatif.",
            ),
            models.CheckConstraint(
                name="chiffre_annee_plausible",
                condition=Q(annee__isnull=True) | Q(annee__range=(1950, 2100)),
                violation_error_message="L’année est comprise entre 1950 et 2100.",
            ),
        ]

    def __str__(self):
        return f"{self.get_indicateur_display()} ({self.date_valeur})"
