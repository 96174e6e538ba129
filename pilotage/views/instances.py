"""Pages of the instances: who meets, how often, about which quartiers."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pilotage import acces
from pilotage.filtres.seances import instances_pour_la_liste
from pilotage.forms.seances import FormulaireInstance
from pilotage.models import Instance
from pilotage.views.contexte_seance import envoi
from pilotage.views.dossiers import changements, exiger
from socle.lecture import lecture


@lecture
def instance_liste(request: HttpRequest) -> HttpResponse:
    """List the instances with their members and next meeting."""
    exiger(acces.peut_lire_les_seances(request.user))
    contexte = {
        "instances": instances_pour_la_liste(timezone.localdate()),
        "peut_organiser": acces.peut_organiser(request.user),
    }
    return render(request, "pilotage/instance_liste.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def instance_ajouter(request: HttpRequest) -> HttpResponse:
    """Add an instance."""
    return _editer(request, None, titre="Nouvelle instance")


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def instance_modifier(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an instance; a second writer is told what moved."""
    exiger(acces.peut_lire_les_seances(request.user))
    instance = get_object_or_404(Instance, pk=pk)
    return _editer(request, instance, titre=f"Modifier {instance}")


def _editer(request: HttpRequest, instance: Instance | None, *, titre: str) -> HttpResponse:
    exiger(acces.peut_organiser(request.user))
    formulaire = FormulaireInstance(envoi(request), instance=instance)
    if request.method == "POST" and formulaire.is_valid():
        formulaire.save()
        messages.success(request, "L’instance est enregistrée.")
        return redirect("pilotage:instance_liste")
    contexte = {"formulaire": formulaire, "titre": titre, "changements": changements(formulaire)}
    return render(request, "pilotage/instance_formulaire.html", contexte, status=422 if formulaire.is_bound else 200)
