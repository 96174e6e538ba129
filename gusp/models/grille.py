"""The observation grid, the principles and the delays: editable data, never deleted once used."""

from django.db import models

from gusp.enums import Domanialite, Urgence
from quartiers.models import Organisme


class Theme(models.Model):
    """First level of the observation grid."""

    code = models.CharField("code", max_length=6, unique=True)
    libelle = models.CharField("libellé", max_length=80)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    actif = models.BooleanField("actif", default=True)

    class Meta:
        verbose_name = "thème"
        verbose_name_plural = "thèmes"
        ordering = ["ordre", "libelle"]

    def __str__(self):
        return self.libelle


class SousTheme(models.Model):
    """Second level of the observation grid."""

    theme = models.ForeignKey(Theme, verbose_name="thème", on_delete=models.PROTECT, related_name="sous_themes")
    libelle = models.CharField("libellé", max_length=80)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    actif = models.BooleanField("actif", default=True)

    class Meta:
        verbose_name = "sous-thème"
        verbose_name_plural = "sous-thèmes"
        ordering = ["theme__ordre", "ordre", "libelle"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "libelle"],
                name="sous_theme_unique",
                violation_error_message="Ce sous-thème existe déjà.",
            )
        ]

    def __str__(self):
        return self.libelle


class Principe(models.Model):
    """One principle of an exploratory walk, with the question asked on the way; put out of use rather than deleted."""

    numero = models.PositiveSmallIntegerField("numéro", unique=True)
    libelle = models.CharField("libellé", max_length=80)
    question = models.CharField("question", max_length=240)
    actif = models.BooleanField("actif", default=True)

    class Meta:
        verbose_name = "principe"
        verbose_name_plural = "principes"
        ordering = ["numero"]

    def __str__(self):
        return f"{self.numero}. {self.libelle}"


class NiveauUrgence(models.Model):
    """Delay of answer, in days, of an urgency level."""

    niveau = models.PositiveSmallIntegerField("niveau", choices=Urgence, unique=True)
    delai_jours = models.PositiveSmallIntegerField("délai de réponse (jours)")
    consigne = models.CharField("consigne", max_length=160, blank=True)

    class Meta:
        verbose_name = "niveau d’urgence"
        verbose_name_plural = "niveaux d’urgence"
        ordering = ["niveau"]
        constraints = [
            models.CheckConstraint(
                name="niveau_urgence_connu",
                condition=models.Q(niveau__in=Urgence.values),
                violation_error_message="Ce niveau d’urgence n’existe pas.",
            )
        ]

    def __str__(self):
        return f"{self.get_niveau_display()} ({self.delai_jours} j)"


class RegleCompetence(models.Model):
    """Default answer to « à qui de répondre ? » from a theme and a domanialité; always editable on the constat."""

    theme = models.ForeignKey(Theme, verbose_name="thème", on_delete=models.PROTECT, related_name="regles")
    domanialite = models.CharField("domanialité", max_length=12, choices=Domanialite)
    organisme = models.ForeignKey(Organisme, verbose_name="organisme proposé", on_delete=models.PROTECT)
    note = models.CharField("note", max_length=160, blank=True)

    class Meta:
        verbose_name = "règle de compétence"
        verbose_name_plural = "règles de compétence"
        ordering = ["theme__ordre", "domanialite"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "domanialite"],
                name="regle_competence_unique",
                violation_error_message="Une règle existe déjà pour ce thème et cette domanialité.",
            )
        ]

    def __str__(self):
        return f"{self.theme}, {self.get_domanialite_display()} : {self.organisme}"


class Compteur(models.Model):
    """Last number given in a series (« constats SAN 2026 »); locked by whoever takes the next."""

    cle = models.CharField("clé", max_length=60, unique=True)
    valeur = models.PositiveIntegerField("dernière valeur", default=0)

    class Meta:
        verbose_name = "compteur"
        verbose_name_plural = "compteurs"

    def __str__(self):
        return f"{self.cle} : {self.valeur}"
