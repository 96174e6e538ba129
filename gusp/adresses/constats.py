"""Addresses of the constats."""

urlpatterns = []
