"""Addresses of the accounts."""

from django.contrib.auth import views as auth
from django.urls import path

from . import views

app_name = "comptes"
urlpatterns = [
    path("connexion/", views.Connexion.as_view(), name="connexion"),
    path("deconnexion/", auth.LogoutView.as_view(), name="deconnexion"),
    path("mot-de-passe/", views.MotDePasse.as_view(), name="mot_de_passe"),
    path("mot-de-passe/oublie/", views.Reinitialisation.as_view(), name="reinitialisation"),
    path(
        "mot-de-passe/oublie/envoye/",
        auth.PasswordResetDoneView.as_view(template_name="comptes/reinitialisation_envoyee.html"),
        name="reinitialisation_envoyee",
    ),
    path(
        "mot-de-passe/nouveau/<uidb64>/<token>/",
        views.ReinitialisationConfirmer.as_view(),
        name="reinitialisation_confirmer",
    ),
    path(
        "mot-de-passe/change/",
        auth.PasswordResetCompleteView.as_view(template_name="comptes/reinitialisation_terminee.html"),
        name="reinitialisation_terminee",
    ),
    path("compte/", views.profil, name="profil"),
    path("compte/appareils/<int:pk>/revoquer/", views.appareil_revoquer, name="appareil_revoquer"),
    path("comptes/", views.utilisateur_liste, name="utilisateur_liste"),
    path("comptes/ajouter/", views.utilisateur_ajouter, name="utilisateur_ajouter"),
    path("comptes/<int:pk>/", views.utilisateur_modifier, name="utilisateur_modifier"),
    path("comptes/<int:pk>/desactiver/", views.utilisateur_desactiver, name="utilisateur_desactiver"),
    path("comptes/<int:pk>/reactiver/", views.utilisateur_reactiver, name="utilisateur_reactiver"),
    path("comptes/<int:pk>/inviter/", views.utilisateur_inviter, name="utilisateur_inviter"),
    path(
        "comptes/<int:pk>/appareils/<int:appareil_pk>/revoquer/",
        views.utilisateur_appareil_revoquer,
        name="utilisateur_appareil_revoquer",
    ),
    path(
        "comptes/<int:pk>/appareils/<int:appareil_pk>/retablir/",
        views.utilisateur_appareil_retablir,
        name="utilisateur_appareil_retablir",
    ),
]
