"""Addresses of the field API."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from gusp.views import terrain_api


class Empreinte(StringConverter):
    """A SHA-256 in lower-case hexadecimal."""

    regex = "[0-9a-f]{64}"


register_converter(Empreinte, "empreinte")

_API = "terrain/api/"

urlpatterns = [
    path(f"{_API}moi/", terrain_api.terrain_moi, name="terrain_moi"),
    path(f"{_API}appareils/<uuid:numero>/", terrain_api.terrain_appareil, name="terrain_appareil"),
    path(f"{_API}marches/<int:pk>/", terrain_api.terrain_paquet, name="terrain_paquet"),
    path(f"{_API}envois/<uuid:numero>/", terrain_api.terrain_envoi, name="terrain_envoi"),
    path(f"{_API}envois/<uuid:numero>/photos/<empreinte:sha256>/", terrain_api.terrain_photo, name="terrain_photo"),
    path(f"{_API}recus/", terrain_api.terrain_recus, name="terrain_recus"),
]
