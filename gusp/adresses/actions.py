"""Addresses of the actions, of the convention, of the grid, and of the fragment shown on the page of a quartier."""

from django.urls import path

from gusp.views import actions, conventions, fragments, grille

urlpatterns = [
    path("actions/", actions.action_liste, name="action_liste"),
    path("actions/ajouter/", actions.action_ajouter, name="action_ajouter"),
    path("actions/mettre-a-jour/", actions.action_maj, name="action_maj"),
    path("actions/export/<slug:genre>/", actions.action_export, name="action_export"),
    path("actions/<int:pk>/", actions.action_fiche, name="action_fiche"),
    path("actions/<int:pk>/modifier/", actions.action_modifier, name="action_modifier"),
    path("actions/<int:pk>/nouvelle/", actions.action_nouvelle, name="action_nouvelle"),
    path("actions/<int:pk>/etapes/<int:etape_pk>/", actions.action_etape, name="action_etape"),
    path("convention-gusp/", conventions.convention_gusp, name="convention_gusp"),
    path("convention-gusp/ajouter/", conventions.convention_gusp_ajouter, name="convention_gusp_ajouter"),
    path("convention-gusp/<int:pk>/modifier/", conventions.convention_gusp_modifier, name="convention_gusp_modifier"),
    path("grille/", grille.grille, name="grille"),
    path("grille/delais/", grille.grille_urgences, name="grille_urgences"),
    path("grille/principes/", grille.grille_principes, name="grille_principes"),
    path("grille/<int:pk>/", grille.grille_theme, name="grille_theme"),
    path("quartiers/<slug:slug>/gusp/", fragments.quartier_fragment, name="quartier_fragment"),
]
