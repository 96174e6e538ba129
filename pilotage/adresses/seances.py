"""Addresses: seances."""

urlpatterns = []
