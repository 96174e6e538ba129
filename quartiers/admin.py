"""Administration of the reference data; outlines only change through the import."""

from django.contrib import admin
from django.db import models

from quartiers.models import ChiffreCle, Contact, Organisme, Quartier, Secteur

EN_HTTPS = {models.URLField: {"assume_scheme": "https"}}


class SecteurInline(admin.TabularInline):
    model = Secteur
    extra = 1


class ChiffreCleInline(admin.TabularInline):
    model = ChiffreCle
    extra = 0
    formfield_overrides = EN_HTTPS


class ContactInline(admin.TabularInline):
    model = Contact
    extra = 0


@admin.register(Quartier)
class QuartierAdmin(admin.ModelAdmin):
    list_display = ["code", "nom", "code_qpv", "npnru", "contour_origine", "contour_le"]
    list_display_links = ["code", "nom"]
    search_fields = ["code", "nom", "nom_tri", "code_qpv", "code_qpv_2015"]
    readonly_fields = ["contour_origine", "contour_source", "contour_le"]
    exclude = ["contour"]
    prepopulated_fields = {"slug": ["nom"]}
    inlines = [SecteurInline, ChiffreCleInline]


@admin.register(Secteur)
class SecteurAdmin(admin.ModelAdmin):
    list_display = ["nom", "quartier"]
    list_filter = ["quartier"]
    list_select_related = ["quartier"]
    search_fields = ["nom"]


@admin.register(Organisme)
class OrganismeAdmin(admin.ModelAdmin):
    list_display = ["nom", "sigle", "type", "parent", "actif", "fictif"]
    list_filter = ["type", "actif", "fictif", "quartiers"]
    list_select_related = ["parent"]
    search_fields = ["nom", "nom_tri", "sigle"]
    autocomplete_fields = ["parent"]
    filter_horizontal = ["quartiers"]
    inlines = [ContactInline]


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin):
    list_display = ["__str__", "fonction", "organisme", "courriel", "actif"]
    list_filter = ["actif", "organisme__type"]
    list_select_related = ["organisme"]
    search_fields = ["nom", "prenom", "fonction", "organisme__nom"]
    autocomplete_fields = ["organisme"]


@admin.register(ChiffreCle)
class ChiffreCleAdmin(admin.ModelAdmin):
    list_display = ["quartier", "indicateur", "valeur", "unite", "date_valeur", "source"]
    list_filter = ["quartier", "indicateur"]
    formfield_overrides = EN_HTTPS
    list_select_related = ["quartier"]
