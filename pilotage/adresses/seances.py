"""Addresses: instances, meetings, agenda, decisions."""

from django.urls import path

from pilotage.views import decisions, instances, points, seances

urlpatterns = [
    path("seances/", seances.seance_liste, name="seance_liste"),
    path("seances/ajouter/", seances.seance_ajouter, name="seance_ajouter"),
    path("seances/instances/", instances.instance_liste, name="instance_liste"),
    path("seances/instances/ajouter/", instances.instance_ajouter, name="instance_ajouter"),
    path("seances/instances/<int:pk>/modifier/", instances.instance_modifier, name="instance_modifier"),
    path("seances/<int:pk>/", seances.seance_fiche, name="seance_fiche"),
    path("seances/<int:pk>/modifier/", seances.seance_modifier, name="seance_modifier"),
    path("seances/<int:pk>/etat/", seances.seance_etat, name="seance_etat"),
    path("seances/<int:pk>/ordre-du-jour/", seances.seance_ordre_du_jour, name="seance_ordre_du_jour"),
    path("seances/<int:pk>/agenda.ics", seances.seance_ics, name="seance_ics"),
    path("seances/<int:pk>/points/", points.point_ajouter, name="point_ajouter"),
    path("seances/<int:pk>/decisions/", decisions.decision_prendre, name="decision_prendre"),
    path("points/<int:pk>/modifier/", points.point_modifier, name="point_modifier"),
    path("points/<int:pk>/deplacer/", points.point_deplacer, name="point_deplacer"),
    path("points/<int:pk>/supprimer/", points.point_supprimer, name="point_supprimer"),
    path("decisions/", decisions.decision_liste, name="decision_liste"),
    path("decisions/export/", decisions.decision_export, name="decision_export"),
    path("decisions/<int:pk>/", decisions.decision_fiche, name="decision_fiche"),
    path("decisions/<int:pk>/suivre/", decisions.decision_suivre, name="decision_suivre"),
    path("decisions/<int:pk>/modifier/", decisions.decision_modifier, name="decision_modifier"),
    path("quartiers/<slug:slug>/pilotage/", decisions.quartier_fragment, name="quartier_fragment"),
]
