"""Addresses of the application: each app owns its own, in French, plural for collections."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("pilotage.urls")),
    path("", include("comptes.urls")),
    path("", include("quartiers.urls")),
    path("", include("gusp.urls")),
    path("", include("npnru.urls")),
    path("", include("socle.urls")),
    path("administration/", admin.site.urls),
]
