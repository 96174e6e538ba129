"""Administration of the referentials; operations, dates and amounts are read only there: they have their pages."""

from django.contrib import admin

from npnru.models import Avenant, ConventionNpnru, FaitPublie, ModelePhase, Montant, NatureOperation, Operation


class LectureSeule:
    """Nothing is written from the administration."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class SansSuppression:
    """Rows are switched off or corrected, never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(NatureOperation)
class NatureOperationAdmin(SansSuppression, admin.ModelAdmin):
    list_display = ["code", "libelle", "a_verifier", "actif"]
    list_filter = ["a_verifier", "actif"]
    search_fields = ["code", "libelle"]


@admin.register(ModelePhase)
class ModelePhaseAdmin(admin.ModelAdmin):
    list_display = ["genre_ouvrage", "ordre", "code", "libelle", "famille", "duree_mois"]
    list_filter = ["genre_ouvrage", "famille"]
    search_fields = ["code", "libelle"]


class AvenantInline(admin.StackedInline):
    model = Avenant
    extra = 0


@admin.register(ConventionNpnru)
class ConventionNpnruAdmin(SansSuppression, admin.ModelAdmin):
    list_display = ["titre", "signee_le", "porteur", "date_limite_engagement"]
    filter_horizontal = ["quartiers"]
    inlines = [AvenantInline]


@admin.register(FaitPublie)
class FaitPublieAdmin(admin.ModelAdmin):
    list_display = ["perimetre", "sujet", "fait", "valeur", "unite", "date_du_fait", "source"]
    list_filter = ["sujet", "perimetre"]
    list_select_related = ["quartier", "operation"]
    search_fields = ["fait", "source"]
    autocomplete_fields = ["operation"]


@admin.register(Operation)
class OperationAdmin(LectureSeule, admin.ModelAdmin):
    list_display = ["titre", "quartier", "etat", "maitre_ouvrage", "demonstration"]
    list_filter = ["etat", "genre_ouvrage", "quartier"]
    list_select_related = ["quartier", "maitre_ouvrage"]
    search_fields = ["titre", "idtop"]


@admin.register(Montant)
class MontantAdmin(LectureSeule, admin.ModelAdmin):
    list_display = ["__str__", "statut", "cout", "financement", "source", "saisi_par"]
    list_filter = ["statut", "taxe", "demonstration"]
    list_select_related = ["cout", "financement__financeur", "saisi_par"]
