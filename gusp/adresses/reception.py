"""Addresses of what the desk sees of the field."""

from django.urls import path

from gusp.views import reception, reception_import, traces

_TRACE = "diagnostics/<int:pk>/traces/<int:trace_pk>/"

urlpatterns = [
    path("terrain/reception/", reception.reception, name="reception"),
    path("terrain/reception/versions/<int:pk>/", reception.reception_arbitrer, name="reception_arbitrer"),
    path("terrain/reception/envois/<int:pk>/", reception.reception_rattacher, name="reception_rattacher"),
    path("terrain/reception/photos/<int:pk>/<slug:taille>/", reception.reception_photo, name="reception_photo"),
    path("terrain/importer/", reception_import.reception_importer, name="reception_importer"),
    path("terrain/importer/<int:pk>/", reception_import.reception_import, name="reception_import"),
    path(
        "terrain/importer/<int:pk>/reprendre/",
        reception_import.reception_import_reprendre,
        name="reception_import_reprendre",
    ),
    path(f"{_TRACE}parcours/", traces.trace_parcours, name="trace_parcours"),
    path(f"{_TRACE}effacer/", traces.trace_effacer, name="trace_effacer"),
]
