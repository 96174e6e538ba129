"""Pages of the quartiers: list and map, one page each, key figures."""

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from quartiers import acces
from quartiers.forms import FormulaireChiffre
from quartiers.geometrie import trace
from quartiers.models import ChiffreCle, Quartier
from quartiers.views.edition import editer, exiger
from socle.formats import nombre
from socle.lecture import lecture


@lecture
def quartier_liste(request):
    """List the quartiers of the perimeter, under their map."""
    contexte = {
        "quartiers": Quartier.objects.visibles_par(request.user).avec_population(),
        "peut_importer": acces.peut_importer_les_contours(request.user),
    }
    return render(request, "quartiers/quartier_liste.html", contexte)


@lecture
def carte_donnees(request):
    """Return the outlines of the perimeter as GeoJSON."""
    return _collection(Quartier.objects.visibles_par(request.user))


@lecture
def quartier_fiche(request, slug):
    """Show one quartier: map, figures, bodies, and what the other floors know of it."""
    quartier = get_object_or_404(Quartier.objects.visibles_par(request.user), slug=slug)
    contexte = {
        "quartier": quartier,
        "chiffres": quartier.chiffres.all(),
        "organismes": quartier.organismes.actifs(),
        "secteurs": quartier.secteurs.all(),
        "peut_modifier_les_chiffres": acces.peut_modifier_les_chiffres(request.user, quartier.pk),
    }
    return render(request, "quartiers/quartier_fiche.html", contexte)


@lecture
def quartier_carte(request, slug):
    """Return the outline of one quartier as GeoJSON."""
    return _collection([get_object_or_404(Quartier.objects.visibles_par(request.user), slug=slug)])


@require_http_methods(["GET", "HEAD", "POST"])
def chiffre_ajouter(request, slug):
    """Add a key figure to a quartier."""
    quartier = get_object_or_404(Quartier.objects.visibles_par(request.user), slug=slug)
    exiger(acces.peut_modifier_les_chiffres(request.user, quartier.pk))
    chiffre = ChiffreCle(quartier=quartier, releve_le=timezone.localdate())
    return editer(
        request,
        lambda donnees: FormulaireChiffre(donnees, instance=chiffre),
        titre=f"Ajouter un chiffre clé, {quartier}",
        retour=(quartier.get_absolute_url(), quartier.nom),
        fait="Le chiffre clé est enregistré.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def chiffre_modifier(request, pk):
    """Change a key figure."""
    chiffre = get_object_or_404(ChiffreCle.objects.visibles_par(request.user).select_related("quartier"), pk=pk)
    exiger(acces.peut_modifier_les_chiffres(request.user, chiffre.quartier_id))
    return editer(
        request,
        lambda donnees: FormulaireChiffre(donnees, instance=chiffre),
        titre=f"Modifier un chiffre clé, {chiffre.quartier}",
        retour=(chiffre.quartier.get_absolute_url(), chiffre.quartier.nom),
        fait="Le chiffre clé est enregistré.",
    )


def _collection(quartiers) -> JsonResponse:
    entites = [_entite(quartier) for quartier in quartiers]
    return JsonResponse({"type": "FeatureCollection", "features": entites}, content_type="application/geo+json")


def _entite(quartier: Quartier) -> dict:
    """Return one outline with what the map component reads (templates/composants/carte.html)."""
    surface = f", {nombre(quartier.surface_ha)}\u00a0ha" if quartier.surface_ha else ""
    return {
        "type": "Feature",
        "geometry": trace(quartier),
        "properties": {
            "titre": quartier.nom,
            "url": quartier.get_absolute_url(),
            "detail": f"{quartier.get_contour_origine_display()}{surface}",
            "etiquette": quartier.code,
            "provisoire": quartier.est_provisoire,
            "origine": quartier.contour_origine,
        },
    }
