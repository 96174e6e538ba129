"""Administration of the GUSP referentials; journals are shown only, constats and actions have their own pages."""

from django.contrib import admin
from django.db.models import Q

from comptes.admin import LectureSeule, PourAdministrateurs
from gusp.models import (
    EnvoiTerrain,
    MouvementConstat,
    NiveauUrgence,
    PointAvancement,
    Principe,
    RegleCompetence,
    Revue,
    SousTheme,
    Theme,
    Transmission,
    VersionEnvoi,
)


class SousThemeInline(admin.TabularInline):
    model = SousTheme
    extra = 1
    can_delete = False


@admin.register(Theme)
class ThemeAdmin(PourAdministrateurs):
    list_display = ["libelle", "code", "ordre", "actif"]
    list_editable = ["ordre", "actif"]
    inlines = [SousThemeInline]


@admin.register(NiveauUrgence)
class NiveauUrgenceAdmin(PourAdministrateurs):
    list_display = ["niveau", "delai_jours", "consigne"]
    list_editable = ["delai_jours", "consigne"]


@admin.register(Principe)
class PrincipeAdmin(PourAdministrateurs):
    list_display = ["numero", "libelle", "question", "actif"]
    list_editable = ["actif"]


@admin.register(RegleCompetence)
class RegleCompetenceAdmin(admin.ModelAdmin):
    list_display = ["theme", "domanialite", "organisme", "note"]
    list_filter = ["domanialite", "theme"]
    list_select_related = ["theme", "organisme"]
    autocomplete_fields = ["organisme"]


@admin.register(MouvementConstat)
class MouvementConstatAdmin(LectureSeule):
    exclude = ["commentaire"]  # what the service writes to itself; its pages say what may be read
    list_display = ["le", "constat", "genre", "de", "vers", "par"]
    list_filter = ["genre"]
    list_select_related = ["constat", "par"]
    date_hierarchy = "le"
    show_full_result_count = False

    def get_queryset(self, request):
        """Confidential constats stay with the service, even for an administrateur."""
        return super().get_queryset(request).filter(constat__confidentiel=False)


@admin.register(PointAvancement)
class PointAvancementAdmin(LectureSeule):
    list_display = ["le", "action", "de", "vers", "avancement", "par"]
    list_select_related = ["action", "par"]
    date_hierarchy = "le"

    def get_queryset(self, request):
        """Confidential actions stay with the service, even for an administrateur."""
        return super().get_queryset(request).filter(action__confidentiel=False)


@admin.register(Transmission)
class TransmissionAdmin(LectureSeule):
    exclude = ["message"]  # it may speak of confidential constats
    list_display = ["le", "organisme", "canal", "par"]
    list_select_related = ["organisme", "par"]
    date_hierarchy = "le"


@admin.register(EnvoiTerrain)
class EnvoiTerrainAdmin(LectureSeule):
    list_display = ["recu_le", "genre", "quartier", "etat", "manquantes", "par"]
    list_filter = ["genre", "etat", "quartier"]
    list_select_related = ["quartier", "par"]
    search_fields = ["uuid"]
    date_hierarchy = "recu_le"
    show_full_result_count = False

    def get_queryset(self, request):
        """Confidential constats stay with the service, even for an administrateur."""
        return super().get_queryset(request).filter(Q(constat=None) | Q(constat__confidentiel=False))


@admin.register(VersionEnvoi)
class VersionEnvoiAdmin(LectureSeule):
    exclude = ["corps", "ecrit", "remarques"]  # what was said on the street is read on the pages of the service
    list_display = ["recu_le", "envoi", "etat", "decalage_s", "par"]
    list_filter = ["etat"]
    list_select_related = ["envoi", "par"]
    date_hierarchy = "recu_le"
    show_full_result_count = False

    def get_queryset(self, request):
        """Confidential constats stay with the service, even for an administrateur."""
        versions = super().get_queryset(request)
        return versions.filter(Q(envoi__constat=None) | Q(envoi__constat__confidentiel=False))


@admin.register(Revue)
class RevueAdmin(LectureSeule):
    exclude = ["commentaire"]  # what the service writes to itself
    list_display = ["le", "constat", "diagnostic", "verdict", "par"]
    list_filter = ["verdict"]
    list_select_related = ["constat", "diagnostic__quartier", "par"]
    date_hierarchy = "le"
    show_full_result_count = False

    def get_queryset(self, request):
        """Confidential constats stay with the service, even for an administrateur."""
        return super().get_queryset(request).filter(constat__confidentiel=False)
