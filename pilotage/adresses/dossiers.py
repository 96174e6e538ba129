"""Addresses: dossiers."""

urlpatterns = []
