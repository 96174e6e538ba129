"""Addresses of the constats, their photos and the field page."""

from django.urls import path

from gusp.forms.gestes import GESTES
from gusp.views import constat_fiche, constats, gestes, lots, photos, terrain

urlpatterns = [
    path("constats/", constats.constat_liste, name="constat_liste"),
    path("constats/carte/", constats.constat_carte, name="constat_carte"),
    path("constats/carte.json", constats.constat_carte_donnees, name="constat_carte_donnees"),
    path("constats/export/<slug:genre>/", constats.constat_export, name="constat_export"),
    path("constats/ajouter/", constat_fiche.constat_ajouter, name="constat_ajouter"),
    path("constats/transmettre/", lots.constat_transmettre_lot, name="constat_transmettre_lot"),
    path("constats/relancer/", lots.constat_relancer_lot, name="constat_relancer_lot"),
    path("constats/<int:pk>/", constat_fiche.constat_fiche, name="constat_fiche"),
    path("constats/<int:pk>/modifier/", constat_fiche.constat_modifier, name="constat_modifier"),
    path("constats/<int:pk>/photos/", photos.photo_ajouter, name="photo_ajouter"),
    *(
        path(f"constats/<int:pk>/{nom.replace('_', '-')}/", gestes.constat_geste, {"nom": nom}, name=f"constat_{nom}")
        for nom in GESTES
    ),
    path("photos/<int:pk>/retenir/", photos.photo_retenir, name="photo_retenir"),
    path("photos/<int:pk>/<slug:taille>/", photos.photo_fichier, name="photo_fichier"),
    path("terrain/", terrain.terrain, name="terrain"),
    path("terrain/sw.js", terrain.terrain_ouvrier, name="terrain_ouvrier"),
    path("terrain/manifeste.webmanifest", terrain.terrain_manifeste, name="terrain_manifeste"),
]
