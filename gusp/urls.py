"""Addresses."""

app_name = "gusp"
urlpatterns = []
