"""Rescue files: what a telephone could not send by itself, carried to the desk."""

from django.db import models
from django.db.models import Q

from comptes.models import Utilisateur
from gusp.enums import EtatImport


class ImportTerrain(models.Model):
    """A rescue file being taken in by the worker: its progress survives a reload and a killed process.

    `bilan` holds what became of each record and of each photo, so that a second run goes on where the first stopped.
    """

    nom = models.CharField("nom du fichier", max_length=120)
    fichier = models.FileField("fichier", max_length=200, blank=True, editable=False)
    etat = models.CharField("état", max_length=8, choices=EtatImport, default=EtatImport.DEMANDE, editable=False)
    fait = models.PositiveIntegerField("fait", default=0, editable=False)
    total = models.PositiveIntegerField("total", default=0, editable=False)
    bilan = models.JSONField("bilan", default=dict, blank=True, editable=False)
    erreur = models.TextField("erreur", blank=True, editable=False)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, editable=False, related_name="+")
    demande_le = models.DateTimeField("demandé le", auto_now_add=True)
    battement_le = models.DateTimeField("dernier signe de vie", null=True, blank=True, editable=False)
    fini_le = models.DateTimeField("fini le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "import du terrain"
        verbose_name_plural = "imports du terrain"
        ordering = ["-demande_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_terrain_etat_connu",
                condition=Q(etat__in=EtatImport.values),
                violation_error_message="Cet état d’import n’existe pas.",
            ),
            models.CheckConstraint(
                name="import_terrain_actif_a_un_fichier",
                condition=~Q(etat__in=EtatImport.ACTIFS) | ~Q(fichier=""),
                violation_error_message="Un import à faire porte son fichier.",
            ),
        ]

    def __str__(self):
        return self.nom
