"""Addresses: dossiers."""

from django.urls import path

from pilotage.views import dossiers, dossiers_gestes, dossiers_lecture

urlpatterns = [
    path("dossiers/", dossiers.dossier_liste, name="dossier_liste"),
    path("dossiers/creer/", dossiers.dossier_creer, name="dossier_creer"),
    path("dossiers/<int:pk>/", dossiers.dossier_fiche, name="dossier_fiche"),
    path("dossiers/<int:pk>/modifier/", dossiers.dossier_modifier, name="dossier_modifier"),
    path("dossiers/<int:pk>/apercu/", dossiers_lecture.dossier_apercu, name="dossier_apercu"),
    path("dossiers/<int:pk>/images/<str:cle>/", dossiers_lecture.dossier_image, name="dossier_image"),
    path("dossiers/<int:pk>/comparer/", dossiers_lecture.dossier_comparer, name="dossier_comparer"),
    path("dossiers/<int:pk>/pdf/", dossiers_lecture.dossier_pdf, name="dossier_pdf"),
    path("dossiers/<int:pk>/impression/", dossiers_gestes.impression_demander, name="impression_demander"),
    path("impressions/<int:pk>/", dossiers_lecture.impression_etat, name="impression_etat"),
    path("dossiers/<int:pk>/relire/", dossiers_gestes.dossier_relire, name="dossier_relire"),
    path("dossiers/<int:pk>/reprendre/", dossiers_gestes.dossier_reprendre, name="dossier_reprendre"),
    path("dossiers/<int:pk>/figer/", dossiers_gestes.dossier_figer, name="dossier_figer"),
    path("dossiers/<int:pk>/diffuser/", dossiers_gestes.dossier_diffuser, name="dossier_diffuser"),
    path("dossiers/<int:pk>/edition/", dossiers_gestes.dossier_nouvelle_edition, name="dossier_nouvelle_edition"),
    path("dossiers/sections/<int:pk>/", dossiers.section_modifier, name="section_modifier"),
    path("dossiers/sections/<int:pk>/deplacer/", dossiers_gestes.section_deplacer, name="section_deplacer"),
    path("dossiers/sections/<int:pk>/inclure/", dossiers_gestes.section_inclure, name="section_inclure"),
]
