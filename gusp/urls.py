"""Addresses of the GUSP."""

from gusp.adresses import actions, constats, diagnostics, reception, terrain

app_name = "gusp"
urlpatterns = [
    *diagnostics.urlpatterns,
    *constats.urlpatterns,
    *actions.urlpatterns,
    *terrain.urlpatterns,
    *reception.urlpatterns,
]
