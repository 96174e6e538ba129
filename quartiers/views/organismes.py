"""Pages of the partner bodies and of their contacts."""

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quartiers import acces
from quartiers.filtres import FiltreOrganismes
from quartiers.forms import FormulaireContact, FormulaireOrganisme
from quartiers.models import Contact, Organisme
from quartiers.views.edition import editer, exiger
from socle.lecture import lecture

#: Bodies shown at once; past it the page asks for a narrower search.
LIGNES = 300


@lecture
def organisme_liste(request):
    """List the bodies that the filter keeps."""
    visibles = Organisme.objects.visibles_par(request.user)
    lignes = (
        visibles.prefetch_related("quartiers")
        .annotate(contacts_actifs=Count("contacts", filter=Q(contacts__actif=True)))
        .order_by("nom_tri")
    )
    filtre = FiltreOrganismes(request.GET, queryset=lignes)
    contexte = {
        "filtre": filtre,
        "organismes": filtre.qs[:LIGNES],
        "retenus": filtre.qs.order_by().count(),
        "total": visibles.count(),
        "peut_gerer": acces.peut_gerer_les_organismes(request.user),
    }
    return render(request, "quartiers/organisme_liste.html", contexte)


@lecture
def organisme_fiche(request, pk):
    """Show one body: its services, contacts and quartiers."""
    organisme = get_object_or_404(Organisme.objects.visibles_par(request.user).select_related("parent"), pk=pk)
    contexte = {
        "organisme": organisme,
        "services": organisme.services.actifs(),
        "contacts": organisme.contacts.order_by("-actif", "nom", "prenom", "fonction"),
        "quartiers": organisme.quartiers.all(),
        "peut_gerer": acces.peut_gerer_les_organismes(request.user),
    }
    return render(request, "quartiers/organisme_fiche.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
def organisme_ajouter(request):
    """Add a body to the directory."""
    exiger(acces.peut_gerer_les_organismes(request.user))
    return editer(
        request,
        FormulaireOrganisme,
        titre="Ajouter un organisme",
        retour=(reverse("quartiers:organisme_liste"), "Organismes"),
        fait="L’organisme est ajouté à l’annuaire.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def organisme_modifier(request, pk):
    """Change a body."""
    organisme = get_object_or_404(Organisme.objects.visibles_par(request.user), pk=pk)
    exiger(acces.peut_gerer_les_organismes(request.user))
    return editer(
        request,
        lambda donnees: FormulaireOrganisme(donnees, instance=organisme),
        titre=f"Modifier {organisme}",
        retour=(organisme.get_absolute_url(), organisme.nom),
        fait="L’organisme est enregistré.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_ajouter(request, pk):
    """Add a contact to a body."""
    organisme = get_object_or_404(Organisme.objects.visibles_par(request.user), pk=pk)
    exiger(acces.peut_gerer_les_organismes(request.user))
    return editer(
        request,
        lambda donnees: FormulaireContact(donnees, instance=Contact(organisme=organisme)),
        titre=f"Ajouter un contact, {organisme}",
        retour=(organisme.get_absolute_url(), organisme.nom),
        fait="Le contact est ajouté.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_modifier(request, pk):
    """Change a contact, or say that it left (inactive)."""
    contact = get_object_or_404(Contact.objects.visibles_par(request.user).select_related("organisme"), pk=pk)
    exiger(acces.peut_gerer_les_organismes(request.user))
    return editer(
        request,
        lambda donnees: FormulaireContact(donnees, instance=contact),
        titre=f"Modifier {contact}, {contact.organisme}",
        retour=(contact.organisme.get_absolute_url(), contact.organisme.nom),
        fait="Le contact est enregistré.",
    )
