"""Addresses of the quartiers, their figures, the bodies and their contacts."""

from django.urls import path

from quartiers.views import contours, organismes, quartiers

app_name = "quartiers"
urlpatterns = [
    path("quartiers/", quartiers.quartier_liste, name="quartier_liste"),
    path("quartiers/carte.json", quartiers.carte_donnees, name="carte_donnees"),
    path("quartiers/contours/", contours.contour_import, name="contour_import"),
    path("quartiers/contours/verifier/", contours.contour_verifier, name="contour_verifier"),
    path("quartiers/contours/importer/", contours.contour_importer, name="contour_importer"),
    path("quartiers/<slug:slug>/", quartiers.quartier_fiche, name="quartier_fiche"),
    path("quartiers/<slug:slug>/carte.json", quartiers.quartier_carte, name="quartier_carte"),
    path("quartiers/<slug:slug>/chiffres/ajouter/", quartiers.chiffre_ajouter, name="chiffre_ajouter"),
    path("chiffres/<int:pk>/modifier/", quartiers.chiffre_modifier, name="chiffre_modifier"),
    path("organismes/", organismes.organisme_liste, name="organisme_liste"),
    path("organismes/ajouter/", organismes.organisme_ajouter, name="organisme_ajouter"),
    path("organismes/<int:pk>/", organismes.organisme_fiche, name="organisme_fiche"),
    path("organismes/<int:pk>/modifier/", organismes.organisme_modifier, name="organisme_modifier"),
    path("organismes/<int:pk>/contacts/ajouter/", organismes.contact_ajouter, name="contact_ajouter"),
    path("contacts/<int:pk>/modifier/", organismes.contact_modifier, name="contact_modifier"),
]
