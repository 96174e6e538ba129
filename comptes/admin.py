"""Administration site: for administrateurs only, read-only on accounts (their pages hold the rules)."""

from django.contrib import admin

from .models import Appareil, Utilisateur


class PourAdministrateurs(admin.ModelAdmin):
    """Referentials, open to an administrateur: corrected or put out of use, never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False


class LectureSeule(PourAdministrateurs):
    """Journals, states and what has its own pages: shown, never written from here."""

    def has_add_permission(self, request, obj=None):
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


@admin.register(Appareil)
class AppareilAdmin(LectureSeule):
    list_display = ["libelle", "utilisateur", "vu_le", "revoque_le"]
    list_select_related = ["utilisateur"]
    fields = ["utilisateur", "libelle", "cree_le", "vu_le", "revoque_le", "revoque_par"]  # never the key
