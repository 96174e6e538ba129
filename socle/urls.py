"""Addresses of no domain."""

from django.urls import path

from socle import views

app_name = "socle"
urlpatterns = [path("sante/", views.sante, name="sante")]
