"""Portfolio, calendar and fiche of the operations."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from npnru import acces, exports, forms, metier
from npnru.filtres import FiltreOperations
from npnru.lectures import composer_fiche, lignes_gantt
from npnru.models import Operation
from npnru.views.edition import editer, trouver
from npnru.views.gestes import GET_OU_POST
from quartiers.models import Quartier
from socle.dessin import gantt
from socle.lecture import lecture
from socle.recherche import cle_tri


def _filtrer(request, *, au):
    """Return the filter and the operations that it keeps, in French order."""
    visibles = Operation.objects.visibles_par(request.user).select_related("quartier", "maitre_ouvrage")
    filtre = FiltreOperations(request.GET, queryset=visibles.defer("recherche", "programme"), au=au)
    return filtre, visibles


def _ranger(lignes) -> list[Operation]:
    return sorted(lignes, key=lambda o: (o.quartier.ordre, cle_tri(o.titre)))


def _vues(request, courante: str) -> list[tuple[str, str, bool]]:
    """Return the other views of the same list, with the filter in their address."""
    suite = f"?{request.GET.urlencode()}" if request.GET else ""
    adresses = [
        ("Tableau", reverse("npnru:operation_liste")),
        ("Calendrier", reverse("npnru:calendrier")),
        ("Excel", reverse("npnru:operation_export", args=["xlsx"])),
        ("CSV", reverse("npnru:operation_export", args=["csv"])),
    ]
    return [(libelle, adresse + suite, libelle == courante) for libelle, adresse in adresses]


@lecture
def operation_liste(request):
    """Show the portfolio: phase, next milestone, drift, cost, financing, alert."""
    au = timezone.localdate()
    filtre, visibles = _filtrer(request, au=au)
    contexte = {
        "filtre": filtre,
        "operations": _ranger(filtre.qs.avec_situation(au=au)),
        "total": visibles.count(),
        "au": au,
        "vues": _vues(request, "Tableau"),
        "peut_creer": acces.peut_creer(request.user),
    }
    return render(request, "npnru/operation_liste.html", contexte)


@lecture
def calendrier(request):
    """Show the same operations as a calendar, doubled by a table."""
    au = timezone.localdate()
    filtre, visibles = _filtrer(request, au=au)
    operations = _ranger(filtre.qs.avec_calendrier(au=au).prefetch_related("phases", "jalons"))
    lignes = lignes_gantt(operations)
    contexte = {
        "filtre": filtre,
        "lignes": list(zip(operations, lignes, strict=True)),
        "total": visibles.count(),
        "au": au,
        "vues": _vues(request, "Calendrier"),
        "dessin": gantt.gantt(lignes, au=au, titre="Calendrier des opérations", cle="calendrier"),
        "legende": gantt.LEGENDE,
    }
    return render(request, "npnru/calendrier.html", contexte)


@lecture
def operation_export(request, format):
    """Send the filtered portfolio as a workbook or as CSV."""
    au = timezone.localdate()
    filtre, _ = _filtrer(request, au=au)
    operations = _ranger(filtre.qs.select_related("pilote", "nature").avec_situation(au=au))
    return exports.repondre(operations, format, au=au)


@lecture
def operation_fiche(request, pk):
    """Show an operation with its whole life on one page."""
    au = timezone.localdate()
    liens = ("quartier", "maitre_ouvrage", "pilote", "nature", "convention", "remplace")
    visibles = Operation.objects.visibles_par(request.user).select_related(*liens)
    operation = get_object_or_404(visibles.avec_situation(au=au), pk=pk)
    contexte = composer_fiche(operation, au=au) | {"peut_modifier": False}
    if acces.peut_modifier(request.user, operation):
        contexte |= {"peut_modifier": True, "formulaire_etat": forms.FormulaireEtat(objet=operation)}
    return render(request, "npnru/operation_fiche.html", contexte)


@GET_OU_POST
def operation_ajouter(request):
    """Add an operation, with the phases of its kind of work."""
    if not acces.peut_creer(request.user):
        raise PermissionDenied
    return editer(
        request,
        lambda data, files: forms.FormulaireOperationNouvelle(data, files, utilisateur=request.user),
        lambda donnees: metier.creer_operation(par=request.user, **donnees),
        titre="Ajouter une opération",
        fait="L’opération est créée avec ses phases.",
        retour=reverse("npnru:operation_liste"),
    )


@GET_OU_POST
def operation_modifier(request, pk):
    """Change an operation; a second writer is told what moved."""
    operation = trouver(request, Operation, pk)
    modifiee = Operation.objects.get(pk=operation.pk)  # the form writes on this one, the page keeps the stored title
    formulaires = []

    def formulaire(data, files):
        formulaires.append(forms.FormulaireOperation(data, files, instance=modifiee))
        return formulaires[-1]

    return editer(
        request,
        formulaire,
        lambda donnees: formulaires[-1].save(),
        titre="Modifier l’opération",
        fait="L’opération est enregistrée.",
        operation=operation,
    )


@lecture
def quartier_fragment(request, slug):
    """Send the operations of a quartier to its page; without htmx, go to the filtered portfolio."""
    quartier = get_object_or_404(Quartier.objects.visibles_par(request.user), slug=slug)
    if not request.htmx:
        return redirect(f"{reverse('npnru:operation_liste')}?{urlencode({'quartier': slug})}")
    au = timezone.localdate()
    visibles = Operation.objects.visibles_par(request.user).filter(quartier=quartier).select_related("quartier")
    contexte = {"operations": _ranger(visibles.avec_situation(au=au)), "quartier": quartier, "au": au}
    return render(request, "npnru/quartier_fragment.html", contexte)
