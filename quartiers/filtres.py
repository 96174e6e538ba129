"""Filters of the directory of bodies."""

import django_filters
from django import forms
from django.db.models import Q

from quartiers.enums import TypeOrganisme
from quartiers.models import Organisme, Quartier
from socle.recherche import cle_tri


class FiltreOrganismes(django_filters.FilterSet):
    """Filter bar of the directory; without anything chosen only the active bodies are shown."""

    q = django_filters.CharFilter(label="Nom ou sigle", method="chercher")
    type = django_filters.ChoiceFilter(label="Type", choices=TypeOrganisme, empty_label="Tous")
    quartier = django_filters.ModelChoiceFilter(
        label="Quartier", field_name="quartiers", queryset=Quartier.objects.all(), empty_label="Tous"
    )
    inactifs = django_filters.BooleanFilter(
        label="Montrer aussi les inactifs", method="avec_inactifs", widget=forms.CheckboxInput
    )

    class Meta:
        model = Organisme
        fields = ["q", "type", "quartier", "inactifs"]

    def chercher(self, lignes, nom, valeur):
        return lignes.filter(Q(nom_tri__contains=cle_tri(valeur)) | Q(sigle__icontains=valeur.strip()))

    def avec_inactifs(self, lignes, nom, valeur):
        return lignes

    def filter_queryset(self, queryset):
        lignes = super().filter_queryset(queryset)
        return lignes if self.form.cleaned_data.get("inactifs") else lignes.actifs()
