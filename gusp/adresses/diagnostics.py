"""Addresses of the diagnostics."""

urlpatterns = []
