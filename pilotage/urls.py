"""Addresses of the steering."""

from pilotage.adresses import accueil, dossiers, seances

app_name = "pilotage"
urlpatterns = [*accueil.urlpatterns, *seances.urlpatterns, *dossiers.urlpatterns]
