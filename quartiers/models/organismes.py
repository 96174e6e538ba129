"""Partner bodies, their services and the people to write to."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from quartiers.enums import TypeOrganisme
from quartiers.models.quartiers import Quartier
from socle.recherche import cle_tri


class OrganismeQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Keep the whole directory for those who read a quartier, their own body for the others (partners)."""
        perimetre = utilisateur.perimetre
        if perimetre.quartier_ids is None or perimetre.quartier_ids:
            return self
        return self.filter(pk=perimetre.organisme_id)

    def actifs(self):
        """Keep the bodies that still work with the service."""
        return self.filter(actif=True)

    def bailleurs(self):
        """Keep the social landlords."""
        return self.filter(type=TypeOrganisme.BAILLEUR)


class Organisme(models.Model):
    """A body that answers for something (landlord, town or metropolitan service, State…), or a service of one."""

    nom = models.CharField("nom", max_length=150, unique=True)
    nom_tri = models.CharField("clé de tri", max_length=200, editable=False, db_index=True)
    sigle = models.CharField("sigle", max_length=30, blank=True)
    type = models.CharField("type", max_length=15, choices=TypeOrganisme)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="services", verbose_name="service de"
    )
    courriel = models.EmailField("courriel", blank=True)
    quartiers = models.ManyToManyField(
        Quartier, blank=True, related_name="organismes", verbose_name="quartiers où il intervient"
    )
    actif = models.BooleanField("actif", default=True)
    fictif = models.BooleanField("fictif (démonstration)", default=False)

    objects = OrganismeQuerySet.as_manager()

    class Meta:
        verbose_name = "organisme"
        verbose_name_plural = "organismes"
        ordering = ["nom_tri"]
        constraints = [
            models.CheckConstraint(
                name="organisme_pas_son_propre_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                violation_error_message="Un organisme n’est pas un service de lui-même.",
            )
        ]

    def __str__(self):
        return self.nom

    def save(self, *args, **kwargs):
        self.nom_tri = cle_tri(self.nom)
        if (champs := kwargs.get("update_fields")) is not None and "nom" in champs:
            kwargs["update_fields"] = {*champs, "nom_tri"}
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("quartiers:organisme_fiche", args=[self.pk])


class ContactQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Keep the contacts of the bodies that the user may see."""
        return self.filter(organisme__in=Organisme.objects.visibles_par(utilisateur))


class Contact(models.Model):
    """A person or a function to write to within a body."""

    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="contacts", verbose_name="organisme")
    fonction = models.CharField("fonction", max_length=150)
    nom = models.CharField("nom", max_length=100, blank=True)
    prenom = models.CharField("prénom", max_length=100, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    telephone = models.CharField("téléphone", max_length=30, blank=True)
    actif = models.BooleanField("actif", default=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = "contact"
        verbose_name_plural = "contacts"
        ordering = ["organisme", "nom", "prenom", "fonction"]

    def __str__(self):
        return " ".join(filter(None, [self.prenom, self.nom])) or self.fonction
