"""Addresses of no domain."""

from django.conf import settings
from django.urls import path

from socle import catalogue, pages, views

app_name = "socle"
urlpatterns = [
    path("sante/", views.sante, name="sante"),
    path("mentions/", pages.mentions, name="mentions"),
    path("accessibilite/", pages.accessibilite, name="accessibilite"),
]
if settings.DEBUG:
    urlpatterns += [
        path("composants/", catalogue.composants, name="composants"),
    ]
