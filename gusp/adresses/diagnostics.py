"""Addresses of the diagnostics."""

from django.urls import path

from gusp.exports.papiers import PAPIERS
from gusp.forms.gestes_diagnostic import GESTES_DIAGNOSTIC
from gusp.views import (
    diagnostic_fiche,
    diagnostic_papiers,
    diagnostic_preparation,
    diagnostic_tri,
    diagnostics,
    saisie,
)

_MARCHE = "diagnostics/<int:pk>/"

urlpatterns = [
    path("diagnostics/", diagnostics.diagnostic_liste, name="diagnostic_liste"),
    path("diagnostics/ajouter/", diagnostics.diagnostic_ajouter, name="diagnostic_ajouter"),
    path(_MARCHE, diagnostic_fiche.diagnostic_fiche, name="diagnostic_fiche"),
    path(f"{_MARCHE}modifier/", diagnostics.diagnostic_modifier, name="diagnostic_modifier"),
    path(f"{_MARCHE}preparer/", diagnostic_fiche.diagnostic_preparer, name="diagnostic_preparer"),
    path(f"{_MARCHE}parcours/", diagnostic_preparation.diagnostic_parcours, name="diagnostic_parcours"),
    path(f"{_MARCHE}participants/", diagnostic_preparation.diagnostic_participants, name="diagnostic_participants"),
    path(f"{_MARCHE}conduire/", diagnostic_fiche.diagnostic_conduire, name="diagnostic_conduire"),
    path(f"{_MARCHE}presence/", diagnostic_preparation.diagnostic_presence, name="diagnostic_presence"),
    path(f"{_MARCHE}saisie/", saisie.saisie_serie, name="saisie_serie"),
    path(f"{_MARCHE}trier/", diagnostic_tri.diagnostic_tri, name="diagnostic_tri"),
    path(f"{_MARCHE}trier/<int:constat_pk>/", diagnostic_tri.diagnostic_trier, name="diagnostic_trier"),
    path(f"{_MARCHE}restituer/", diagnostic_fiche.diagnostic_restitution, name="diagnostic_restitution"),
    path(f"{_MARCHE}organismes.xlsx", diagnostic_papiers.diagnostic_organismes_xlsx, name="diagnostic_organismes_xlsx"),
    *(
        path(f"{_MARCHE}etat/{nom}/", diagnostic_fiche.diagnostic_geste, {"nom": nom}, name=f"diagnostic_{nom}")
        for nom in GESTES_DIAGNOSTIC
    ),
    *(
        path(
            f"{_MARCHE}{genre}.pdf",
            diagnostic_papiers.diagnostic_papier,
            {"genre": genre},
            name=f"diagnostic_{genre}_pdf",
        )
        for genre in PAPIERS
    ),
]
