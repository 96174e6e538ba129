"""Addresses: home page and search."""

from django.urls import path

from pilotage.views import accueil

urlpatterns = [
    path("", accueil.accueil, name="accueil"),
    path("recherche/", accueil.recherche, name="recherche"),
]
