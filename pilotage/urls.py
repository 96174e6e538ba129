"""Addresses."""

app_name = "pilotage"
urlpatterns = []
