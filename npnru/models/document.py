"""Documents of an operation, version by version."""

from django.db import models

from comptes.models import Utilisateur
from npnru.enums import GenreDocument

from .operation import Operation


class Document(models.Model):
    """One version of a document; a new version is a new row with the same title."""

    operation = models.ForeignKey(
        Operation, verbose_name="opération", on_delete=models.PROTECT, related_name="documents"
    )
    genre = models.CharField("genre", max_length=14, choices=GenreDocument, default=GenreDocument.AUTRE)
    titre = models.CharField("titre", max_length=160)
    version = models.PositiveSmallIntegerField("version", default=1, editable=False)
    date_document = models.DateField("date du document", null=True, blank=True)
    fichier = models.FileField("fichier", max_length=200)
    nom_fichier = models.CharField("nom du fichier", max_length=160, editable=False)
    type_mime = models.CharField("type", max_length=100, editable=False)
    taille = models.PositiveIntegerField("taille (octets)", editable=False)
    sha256 = models.CharField("empreinte", max_length=64, editable=False)
    depose_par = models.ForeignKey(
        Utilisateur, verbose_name="déposé par", on_delete=models.PROTECT, editable=False, related_name="+"
    )
    depose_le = models.DateTimeField("déposé le", auto_now_add=True)

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ["operation", "titre", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "titre", "version"],
                name="document_version_unique",
                violation_error_message="Cette version existe déjà.",
            )
        ]

    def __str__(self):
        return f"{self.titre} (version {self.version})"
