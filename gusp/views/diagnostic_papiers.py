"""The papers of a walk: PDF and workbook, made when they are asked for."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from gusp.exports.papiers import PAPIERS
from gusp.exports.tableau import classeur
from gusp.views.marche import diagnostic_visible
from socle.lecture import lecture
from socle.pdf import PdfRefuse
from socle.tableur import XLSX


@lecture
def diagnostic_papier(request, pk, genre):
    """Answer with one of the PDF; nothing confidential is in any of them."""
    papier = PAPIERS[genre](diagnostic_visible(request, pk), au=timezone.localdate())
    try:
        octets = papier.imprimer()
    except PdfRefuse as refus:
        messages.error(request, str(refus))
        return redirect("gusp:diagnostic_restitution", pk=pk)
    return _piece(octets, papier.nom, "application/pdf", "inline")


@lecture
def diagnostic_organismes_xlsx(request, pk):
    """Answer with the table by organisme, one sheet a body."""
    diagnostic = diagnostic_visible(request, pk)
    octets = classeur(diagnostic, au=timezone.localdate())
    return _piece(octets, f"organismes-{diagnostic.reference}.xlsx", XLSX, "attachment")


def _piece(octets: bytes, nom: str, genre: str, mode: str) -> HttpResponse:
    reponse = HttpResponse(octets, content_type=genre)
    reponse["Content-Disposition"] = f'{mode}; filename="{nom}"'
    reponse["Cache-Control"] = "private, no-store"
    return reponse
