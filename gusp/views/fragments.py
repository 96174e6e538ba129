"""What the page of a quartier shows of the GUSP, as a fragment of page."""

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from gusp.models import Action, Constat, Diagnostic
from gusp.views.lignes_actions import etat_dit
from gusp.views.presentation import etat_dit as constat_dit
from quartiers.models import Quartier
from socle.lecture import lecture

#: Constats and actions shown; the titles link to all of them.
LIGNES = 8


@lecture
def quartier_fragment(request, slug):
    """Show the open constats, the open actions, the last and the next walk of a quartier."""
    quartier = get_object_or_404(Quartier.objects.visibles_par(request.user), slug=slug)
    au = timezone.localdate()
    constats = Constat.objects.visibles_par(request.user).filter(quartier=quartier)
    actions = Action.objects.visibles_par(request.user).du_quartier(quartier)
    marches = Diagnostic.objects.visibles_par(request.user).filter(quartier=quartier).select_related("quartier")
    ouverts = constats.ouverts().pour_la_liste().order_by("priorite", "echeance_le", "pk")[:LIGNES]
    ouvertes = actions.ouvertes().pour_la_liste().order_by("echeance_le", "code")[:LIGNES]
    contexte = {
        "quartier": quartier,
        "nombres": constats.aggregate(
            ouverts=Count("pk", filter=Q(ouvert=True)), retard=Count("pk", filter=Q(ouvert=True, echeance_le__lt=au))
        ),
        "nombre_actions": actions.ouvertes().count(),
        "constats": [(c, *constat_dit(c, au=au)) for c in ouverts],
        "actions": [(a, *etat_dit(a), a.retard_jours(au=au)) for a in ouvertes],
        "derniere": marches.tenus().first(),
        "prochaine": marches.a_venir(au=au).first(),
    }
    gabarit = "gusp/quartier_fragment.html" if request.htmx else "gusp/quartier_gusp.html"
    return render(request, gabarit, contexte)
