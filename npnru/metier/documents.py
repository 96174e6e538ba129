"""Documents of an operation: a new version is a new row, numbered under lock."""

from datetime import date
from typing import IO

from django.db import transaction
from django.db.models import Max

from npnru.models import Document, Operation
from socle import fichiers
from socle.documents import nettoyer_document

from .refus import GesteRefuse


def deposer_document(
    operation: Operation,
    fichier: IO[bytes] | bytes,
    *,
    titre: str,
    genre: str,
    par,
    date_document: date | None = None,
    nom: str | None = None,
) -> Document:
    """Check a file by its content and keep it as the next version of that title.

    Raises ValidationError when the file is refused, GesteRefuse when the last version has the same bytes.
    """
    propre = nettoyer_document(fichier, nom)
    titre = " ".join(titre.split())
    if not titre:
        raise GesteRefuse("Donnez un titre au document.")
    stocke = fichiers.ranger(propre.octets, dossier="operations", extension=propre.extension)
    try:
        with transaction.atomic():
            Operation.objects.select_for_update(of=("self",)).get(pk=operation.pk)
            versions = Document.objects.filter(operation=operation, titre=titre)
            if versions.order_by("-version").values_list("sha256", flat=True).first() == propre.sha256:
                raise GesteRefuse("Ce fichier est identique à la dernière version de ce document.")
            document = Document(
                operation=operation,
                genre=genre,
                titre=titre,
                version=(versions.aggregate(derniere=Max("version"))["derniere"] or 0) + 1,
                date_document=date_document,
                fichier=stocke,
                nom_fichier=propre.nom,
                type_mime=propre.type_mime,
                taille=len(propre.octets),
                sha256=propre.sha256,
                depose_par=par,
            )
            document.full_clean()
            document.save()
    except BaseException:
        fichiers.supprimer(stocke)
        raise
    return document
