"""Filter bar of the portfolio, shared by the table, the calendar and the files."""

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q

from npnru.enums import EtatOperation, GenreOuvrage
from npnru.models import Operation
from quartiers.models import Quartier

JALONS = [("proches", "D’ici 30 jours ou dépassé")]
ETATS = [("actives", "En cours et à venir"), *EtatOperation.choices]


class FiltreOperations(django_filters.FilterSet):
    """Everything is shown when nothing is chosen; `au` is the day on which lateness is read."""

    q = django_filters.CharFilter(label="Mots", method="chercher")
    quartier = django_filters.ModelChoiceFilter(
        label="Quartier",
        queryset=Quartier.objects.filter(Exists(Operation.objects.filter(quartier=OuterRef("pk"))) | ~Q(npnru="")),
        empty_label="Tous",
        to_field_name="slug",
    )
    etat = django_filters.ChoiceFilter(label="État", choices=ETATS, empty_label="Tous", method="par_etat")
    genre = django_filters.ChoiceFilter(
        label="Genre", field_name="genre_ouvrage", choices=GenreOuvrage, empty_label="Tous"
    )
    jalons = django_filters.ChoiceFilter(label="Jalon", choices=JALONS, empty_label="Tous", method="avec_jalon")
    service = django_filters.BooleanFilter(
        label="Pilotées par le service", method="du_service", widget=forms.CheckboxInput
    )
    alerte = django_filters.BooleanFilter(label="En alerte", method="en_alerte", widget=forms.CheckboxInput)

    class Meta:
        model = Operation
        fields = ["q", "quartier", "etat", "genre", "jalons", "service", "alerte"]

    def __init__(self, *args, au, **kwargs):
        super().__init__(*args, **kwargs)
        self.au = au

    def chercher(self, lignes, nom, valeur):
        return lignes.cherchant(valeur)

    def par_etat(self, lignes, nom, valeur):
        return lignes.actives() if valeur == "actives" else lignes.filter(etat=valeur)

    def avec_jalon(self, lignes, nom, valeur):
        return lignes.avec_jalon_attendu(au=self.au)

    def du_service(self, lignes, nom, valeur):
        return lignes.filter(pilotee_par_le_service=True) if valeur else lignes

    def en_alerte(self, lignes, nom, valeur):
        return lignes.en_alerte(au=self.au) if valeur else lignes
