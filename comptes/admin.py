"""Administration site: for administrateurs only, read-only on accounts (their pages hold the rules)."""

from django.contrib import admin

from .enums import Role
from .models import Utilisateur


class PourAdministrateurs(admin.ModelAdmin):
    """Opens to the role administrateur, without Django's permission table; nothing is deleted here."""

    def _admis(self, request, *_):
        return request.user.is_active and request.user.perimetre.a_role(Role.ADMINISTRATEUR)

    has_module_permission = has_view_permission = has_add_permission = has_change_permission = _admis

    def has_delete_permission(self, request, obj=None):
        return False


class LectureSeule(PourAdministrateurs):
    """Journals, states and what has its own pages: shown, never written from here."""

    def has_add_permission(self, request, *_):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Utilisateur)
class UtilisateurAdmin(LectureSeule):
    list_display = ["courriel", "nom", "prenom", "organisme", "is_active", "last_login"]
    list_filter = ["is_active", "affectations__role"]
    list_select_related = ["organisme"]
    search_fields = ["courriel", "nom", "prenom"]
    fields = ["courriel", "prenom", "nom", "fonction", "organisme", "is_active", "last_login", "cree_le"]
