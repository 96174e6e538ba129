"""Addresses."""

app_name = "comptes"
urlpatterns = []
