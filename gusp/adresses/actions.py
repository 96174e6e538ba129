"""Addresses of the actions."""

urlpatterns = []
