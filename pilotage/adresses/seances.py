"""Addresses: instances, meetings, decisions."""

from django.urls import path

from pilotage.views import decisions, seances

urlpatterns = [
    path("seances/", seances.seance_liste, name="seance_liste"),
    path("seances/<int:pk>/", seances.seance_fiche, name="seance_fiche"),
    path("decisions/", decisions.decision_liste, name="decision_liste"),
    path("decisions/<int:pk>/", decisions.decision_fiche, name="decision_fiche"),
    path("quartiers/<slug:slug>/pilotage/", decisions.quartier_fragment, name="quartier_fragment"),
]
