"""Administration of the instances; meetings, decisions and dossiers have their pages and are only read there."""

from django.contrib import admin

from comptes.admin import LectureSeule, PourAdministrateurs
from pilotage.models import Decision, Dossier, Instance, MouvementDecision, Seance


@admin.register(Instance)
class InstanceAdmin(PourAdministrateurs):
    list_display = ["nom", "genre", "organisateur", "rythme", "active"]
    list_filter = ["genre", "active"]
    list_select_related = ["organisateur"]
    search_fields = ["nom"]
    filter_horizontal = ["quartiers", "membres"]


@admin.register(Seance)
class SeanceAdmin(LectureSeule):
    list_display = ["instance", "tenue_le", "etat", "lieu"]
    list_filter = ["etat", "instance"]
    list_select_related = ["instance"]
    date_hierarchy = "tenue_le"


class MouvementDecisionInline(admin.TabularInline):
    model = MouvementDecision
    extra = 0
    can_delete = False

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Decision)
class DecisionAdmin(LectureSeule):
    list_display = ["numero", "texte", "responsable", "echeance_le", "etat"]
    list_filter = ["etat"]
    list_select_related = ["responsable", "seance__instance"]
    search_fields = ["numero", "texte"]
    inlines = [MouvementDecisionInline]


@admin.register(Dossier)
class DossierAdmin(LectureSeule):
    list_display = ["titre", "edition", "etat", "arrete_le"]
    list_filter = ["etat"]
    exclude = ["contenu"]
