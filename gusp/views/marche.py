"""What the pages of one walk share: finding it, its head, its four tabs, its words."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from gusp import acces
from gusp.enums import EtatConstat, EtatDiagnostic
from gusp.forms.gestes_diagnostic import GESTES_DIAGNOSTIC
from gusp.metier.preparation import ecrire_trajet
from gusp.models import Constat, Diagnostic
from gusp.views.constat_fiche import exiger
from gusp.views.presentation import etat_dit
from quartiers.geometrie import trace

#: Moment, words of its tab, name of its page.
MOMENTS = (
    ("preparer", "Préparer", "gusp:diagnostic_preparer"),
    ("conduire", "Conduire", "gusp:diagnostic_conduire"),
    ("trier", "Trier", "gusp:diagnostic_tri"),
    ("restituer", "Restituer", "gusp:diagnostic_restitution"),
)
FORMES = {
    EtatDiagnostic.PREPARATION: "a-traiter",
    EtatDiagnostic.REALISE: "en-cours",
    EtatDiagnostic.RELEVE_DIFFUSE: "en-cours",
    EtatDiagnostic.RESTITUE: "fait",
    EtatDiagnostic.CLOS: "neutre",
    EtatDiagnostic.ANNULE: "neutre",
}
_LIENS = ("quartier", "secteur", "organisateur", "referent", "precedent__quartier")


def diagnostic_visible(request: HttpRequest, pk: int, *, ecrire: bool = False) -> Diagnostic:
    """Return the walk of the perimeter or answer 404; with `ecrire`, 403 without the right to prepare it."""
    lignes = Diagnostic.objects.visibles_par(request.user).select_related(*_LIENS)
    diagnostic = get_object_or_404(lignes.defer("precedent__quartier__contour"), pk=pk)
    exiger(not ecrire or acces.peut_preparer(request.user, diagnostic.quartier_id))
    return diagnostic


@dataclass(frozen=True)
class Comptes:
    """Constats of a walk that the person reads: all, still to sort, open, late."""

    tous: int
    a_trier: int
    ouverts: int
    retard: int

    @property
    def tries(self) -> int:
        return self.tous - self.a_trier

    @property
    def avancement(self) -> int:
        """Percentage sorted, 100 when there is nothing to sort."""
        return 100 * self.tries // self.tous if self.tous else 100


def compter_constats(request: HttpRequest, diagnostic: Diagnostic, *, au: datetime.date) -> Comptes:
    """Count the constats of a walk in one query."""
    ouvert = Q(ouvert=True)
    lignes = Constat.objects.visibles_par(request.user).filter(diagnostic=diagnostic).order_by()
    return Comptes(
        **lignes.aggregate(
            tous=Count("pk"),
            a_trier=Count("pk", filter=Q(etat=EtatConstat.BROUILLON)),
            ouverts=Count("pk", filter=ouvert),
            retard=Count("pk", filter=ouvert & Q(echeance_le__lt=au)),
        )
    )


def cadre_de(request: HttpRequest, diagnostic: Diagnostic, moment: str, *, au: datetime.date) -> dict:
    """Return what the head and the tabs of every page of a walk show."""
    comptes = compter_constats(request, diagnostic, au=au)
    peut_preparer = acces.peut_preparer(request.user, diagnostic.quartier_id)
    comptes_onglets = {"conduire": comptes.tous, "trier": comptes.a_trier}
    return {
        "diagnostic": diagnostic,
        "au": au,
        "comptes": comptes,
        "forme": FORMES[EtatDiagnostic(diagnostic.etat)],
        "peut_preparer": peut_preparer,
        "onglets": [
            {
                "libelle": libelle,
                "url": reverse(nom, args=[diagnostic.pk]),
                "actif": cle == moment,
                "compte": comptes_onglets.get(cle),
            }
            for cle, libelle, nom in MOMENTS
            if cle != "trier" or peut_preparer
        ],
    }


def moment_de(diagnostic: Diagnostic, *, au: datetime.date, trie: bool) -> str:
    """Return the tab where the walk is: what one comes to do; `trie` is False while constats wait to be sorted."""
    if diagnostic.etat == EtatDiagnostic.ANNULE:
        return "preparer"
    if diagnostic.etat == EtatDiagnostic.PREPARATION:
        return "conduire" if diagnostic.prevu_le <= au else "preparer"
    return "restituer" if trie else "trier"


def gestes_possibles(diagnostic: Diagnostic, *, rempli=None) -> list:
    """Return the forms of the gestures that the state allows, the expected one first."""
    possibles = [geste(diagnostic=diagnostic) for geste in GESTES_DIAGNOSTIC.values() if geste.possible(diagnostic)]
    return [rempli if rempli is not None and geste.nom == rempli.nom else geste for geste in possibles]


def lignes_de(constats, *, au: datetime.date) -> list[dict]:
    """Return constats as rows: the model with the shape and words of its state that day; no query."""
    return [{"c": constat, "etat": etat_dit(constat, au=au)} for constat in constats]


def carte_de(diagnostic: Diagnostic, etapes, *, constats=(), trajet: bool = True) -> dict:
    """Return the outline, the route, the numbered stops and constats as a GeoJSON FeatureCollection."""
    contour = {"provisoire": diagnostic.quartier.est_provisoire, "etiquette": diagnostic.quartier.code}
    entites = [_entite(trace(diagnostic.quartier), contour)]
    if trajet and (ligne := trajet_de(diagnostic, etapes)):
        entites.append(_entite({"type": "LineString", "coordinates": ligne}, {}))
    for constat in constats:
        if constat.lon is not None:
            proprietes = {"titre": f"{constat.reference} {constat.titre}", "url": constat.get_absolute_url()}
            forme = {"clos": "neutre"}.get(constat.allure, constat.allure)
            entites.append(_entite(_point(constat), proprietes | {"etat": forme, "lettre": str(constat.numero)}))
    for etape in etapes:
        if etape.lon is not None:
            proprietes = {"titre": f"Étape {etape}", "etat": "etape", "lettre": str(etape.numero)}
            entites.append(_entite(_point(etape), proprietes | {"detail": etape.attention}))
    return {"type": "FeatureCollection", "features": entites}


def trajet_de(diagnostic: Diagnostic, etapes) -> list[list[float]]:
    """Return the line walked, or else the stops in order; empty under two points."""
    if ecrire_trajet(diagnostic.parcours):
        return diagnostic.parcours["coordinates"]
    places = [[float(e.lon), float(e.lat)] for e in etapes if e.lon is not None]
    return places if len(places) > 1 else []


def _point(objet) -> dict:
    return {"type": "Point", "coordinates": [float(objet.lon), float(objet.lat)]}


def _entite(geometrie: dict, proprietes: dict) -> dict:
    return {"type": "Feature", "geometry": geometrie, "properties": proprietes}
