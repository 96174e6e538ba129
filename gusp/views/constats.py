"""The constats as a list, a map and files: three views of the same filtered rows."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page

from comptes.acces import est_du_service
from gusp.acces import peut_relever
from gusp.exports.carte import POINTS_MAX, points_de, sont_trop
from gusp.exports.constats import EXPORTS, RANGEES_MAX
from gusp.filtres.constats import FiltreConstats
from gusp.filtres.pages import compter, lire_curseur, paginer
from gusp.views.presentation import adresse, barre_de, denombrer, lire_lignes, rangees_html
from socle.formats import nombre
from socle.lecture import lecture


def _filtre(request) -> FiltreConstats:
    return FiltreConstats(request.GET, utilisateur=request.user, au=timezone.localdate())


@lecture
def constat_liste(request):
    """List the constats that the filter keeps, fifty at a time."""
    filtre = _filtre(request)
    page = paginer(
        filtre.lignes_a_paginer,
        filtre.ordre,
        apres=lire_curseur(request.GET.get("apres")),
        avant=lire_curseur(request.GET.get("avant")),
        forme=lire_lignes,
    )
    comptes = denombrer(filtre)
    contexte = {
        "lignes": page.lignes,
        "rangees": rangees_html(page.lignes, au=filtre.jour, a_cocher=est_du_service(request.user)),
        "comptes": comptes,
        "barre": barre_de(request, filtre, vue="gusp:constat_liste"),
        "resume": comptes.rangs(page.debut, len(page.lignes)),
        "precedent": adresse(request, avant=str(page.precedent)) if page.precedent else None,
        "suivant": adresse(request, apres=str(page.suivant)) if page.suivant else None,
        "peut_relever": peut_relever(request.user),
        "peut_envoyer": est_du_service(request.user),
    }
    return render(request, "gusp/constat_liste.html", contexte)


@lecture
def constat_carte(request):
    """Show the same rows on a map."""
    filtre = _filtre(request)
    comptes = denombrer(filtre)
    contexte = {
        "comptes": comptes,
        "barre": barre_de(request, filtre, vue="gusp:constat_carte"),
        "par_carres": sont_trop(filtre.lignes),
        "points_max": POINTS_MAX,
        "peut_relever": peut_relever(request.user),
    }
    return render(request, "gusp/constat_carte.html", contexte)


@lecture
@gzip_page
def constat_carte_donnees(request):
    """Return the points of the filtered rows as GeoJSON, in squares when there are too many."""
    filtre = _filtre(request)
    donnees = points_de(filtre.lignes, quartiers=filtre.quartiers, au=filtre.jour)
    return JsonResponse(donnees, json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})


@lecture
def constat_export(request, genre):
    """Download the filtered rows as xlsx, csv or geojson."""
    if genre not in EXPORTS:
        raise Http404
    filtre = _filtre(request)
    lignes = filtre.ordre.ordonner(filtre.lignes)
    if genre == "xlsx" and compter(lignes, borne=RANGEES_MAX)[0] > RANGEES_MAX:
        messages.warning(request, f"Plus de {nombre(RANGEES_MAX)} lignes pour Excel : filtrez, ou prenez le CSV.")
        return redirect(f"{reverse('gusp:constat_liste')}{adresse(request)}")
    return EXPORTS[genre](lignes, au=filtre.jour, utilisateur=request.user)
