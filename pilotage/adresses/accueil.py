"""Addresses: accueil."""

urlpatterns = []
