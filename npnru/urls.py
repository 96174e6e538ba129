"""Addresses."""

app_name = "npnru"
urlpatterns = []
