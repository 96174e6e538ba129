"""Gestures on money and documents, and the private file of a document."""

from functools import partial

from django.http import Http404
from django.shortcuts import get_object_or_404

from npnru import forms, metier
from npnru.models import Cout, Document, Financement, Operation
from npnru.views.edition import editer, trouver
from npnru.views.gestes import GET_OU_POST
from socle import fichiers
from socle.lecture import lecture

OBJETS = {"cout": Cout, "financement": Financement}


@GET_OU_POST
def montant_ajouter(request, objet, pk):
    """Add a version of an amount to a cost item or to a financing line."""
    ligne = trouver(request, OBJETS[objet], pk)

    def agir(donnees):
        metier.ajouter_montant(ligne, par=request.user, **donnees)

    return editer(
        request,
        partial(forms.FormulaireMontant, objet=ligne),
        agir,
        titre="Ajouter un montant",
        fait="Le montant est ajouté\u202f; les précédents restent dans l’historique.",
        operation=ligne.operation,
        quoi=str(ligne),
    )


@GET_OU_POST
def cout_ajouter(request, pk):
    """Add a cost item, then its first amount."""
    operation = trouver(request, Operation, pk)

    def agir(donnees):
        metier.ouvrir_cout(operation, donnees["poste"], precision=donnees["precision"])

    return editer(
        request,
        partial(forms.FormulaireCout, objet=operation),
        agir,
        titre="Ajouter un poste de coût",
        fait="Le poste est ajouté\u00a0: notez maintenant son montant.",
        operation=operation,
    )


@GET_OU_POST
def financement_ajouter(request, pk):
    """Add a line to the financing plan."""
    operation = trouver(request, Operation, pk)

    def agir(donnees):
        metier.ouvrir_financement(operation, **donnees)

    return editer(
        request,
        partial(forms.FormulaireFinancement, objet=operation),
        agir,
        titre="Ajouter un financement",
        fait="Le financement est ajouté\u00a0: notez maintenant son montant.",
        operation=operation,
    )


@GET_OU_POST
def document_ajouter(request, pk):
    """Store a document, or a new version of one."""
    operation = trouver(request, Operation, pk)

    def agir(donnees):
        metier.deposer_document(operation, donnees.pop("fichier"), par=request.user, **donnees)

    return editer(
        request,
        lambda data, files: forms.FormulaireDocument(
            data, files, objet=operation, initial={"titre": request.GET.get("titre", "")}
        ),
        agir,
        titre="Déposer un document",
        fait="Le document est déposé.",
        operation=operation,
    )


@lecture
def document_fichier(request, pk):
    """Answer with the file of a document, after the access check."""
    visibles = Operation.objects.visibles_par(request.user)
    document = get_object_or_404(Document, pk=pk, operation__in=visibles)
    try:
        return fichiers.repondre(document.fichier, document.nom_fichier, document.type_mime, requete=request)
    except FileNotFoundError as absent:
        raise Http404("Le fichier de ce document est introuvable.") from absent
