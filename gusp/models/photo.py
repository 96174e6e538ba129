"""Photos of a constat: rewritten files, never the ones that were sent."""

from django.db import models

from comptes.models import Utilisateur
from gusp.enums import RolePhoto

from .constat import Constat


class PhotoQuerySet(models.QuerySet):
    def pour_le_copil(self):
        """Photos that somebody marked for the dossier, of constats that are not confidential."""
        return self.filter(retenue=True, constat__confidentiel=False)


class Photo(models.Model):
    """Three derivatives of one picture (screen, print, thumbnail) without any metadata."""

    constat = models.ForeignKey(Constat, verbose_name="constat", on_delete=models.PROTECT, related_name="photos")
    role = models.CharField("rôle", max_length=8, choices=RolePhoto, default=RolePhoto.AVANT)
    principale = models.FileField("fichier", max_length=200)
    impression = models.FileField("fichier pour l’impression", max_length=200)
    vignette = models.FileField("vignette", max_length=200)
    sha256 = models.CharField("empreinte du fichier", max_length=64)
    largeur = models.PositiveIntegerField("largeur (px)")
    hauteur = models.PositiveIntegerField("hauteur (px)")
    prise_le = models.DateTimeField("prise le", null=True, blank=True)
    lon = models.DecimalField("longitude", max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField("latitude", max_digits=9, decimal_places=6, null=True, blank=True)
    texte_alternatif = models.CharField("ce que montre la photo", max_length=200, blank=True)
    retenue = models.BooleanField("à montrer en COPIL", default=False)
    ajoutee_par = models.ForeignKey(Utilisateur, verbose_name="ajoutée par", on_delete=models.PROTECT, related_name="+")
    ajoutee_le = models.DateTimeField("ajoutée le", auto_now_add=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "photo"
        verbose_name_plural = "photos"
        ordering = ["constat", "role", "prise_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["constat", "sha256"],
                name="photo_unique_dans_le_constat",
                violation_error_message="Cette photo est déjà jointe à ce constat.",
            )
        ]

    def __str__(self):
        return self.texte_alternatif or f"Photo {self.get_role_display().lower()} du constat {self.constat_id}"
