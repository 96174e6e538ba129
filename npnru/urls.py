"""Addresses of urban renewal."""

from django.urls import path, register_converter

from npnru.views import argent, conventions, gestes, operations


class FormatFichier:
    regex = "xlsx|csv"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class ObjetMontant(FormatFichier):
    regex = "cout|financement"


register_converter(FormatFichier, "format_operations")
register_converter(ObjetMontant, "objet_montant")

app_name = "npnru"
urlpatterns = [
    path("operations/", operations.operation_liste, name="operation_liste"),
    path("operations/calendrier/", operations.calendrier, name="calendrier"),
    path("operations/export/<format_operations:format>/", operations.operation_export, name="operation_export"),
    path("operations/ajouter/", operations.operation_ajouter, name="operation_ajouter"),
    path("operations/<int:pk>/", operations.operation_fiche, name="operation_fiche"),
    path("operations/<int:pk>/modifier/", operations.operation_modifier, name="operation_modifier"),
    path("operations/<int:pk>/etat/", gestes.operation_etat, name="operation_etat"),
    path("operations/<int:pk>/jalons/ajouter/", gestes.jalon_ajouter, name="jalon_ajouter"),
    path("jalons/<int:pk>/reprogrammer/", gestes.jalon_reprogrammer, name="jalon_reprogrammer"),
    path("jalons/<int:pk>/atteindre/", gestes.jalon_atteindre, name="jalon_atteindre"),
    path("jalons/<int:pk>/annuler/", gestes.jalon_annuler, name="jalon_annuler"),
    path("phases/<int:pk>/reprogrammer/", gestes.phase_reprogrammer, name="phase_reprogrammer"),
    path("phases/<int:pk>/avancer/", gestes.phase_avancer, name="phase_avancer"),
    path("operations/<int:pk>/couts/ajouter/", argent.cout_ajouter, name="cout_ajouter"),
    path("operations/<int:pk>/financements/ajouter/", argent.financement_ajouter, name="financement_ajouter"),
    path("montants/<objet_montant:objet>/<int:pk>/ajouter/", argent.montant_ajouter, name="montant_ajouter"),
    path("operations/<int:pk>/documents/ajouter/", argent.document_ajouter, name="document_ajouter"),
    path("documents/<int:pk>/fichier/", argent.document_fichier, name="document_fichier"),
    path("conventions/", conventions.convention_liste, name="convention_liste"),
    path("conventions/<int:pk>/", conventions.convention_fiche, name="convention_fiche"),
    path("quartiers/<slug:slug>/npnru/", operations.quartier_fragment, name="quartier_fragment"),
]
