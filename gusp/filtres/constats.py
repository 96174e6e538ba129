"""Filter bar of the constats: one bar for the list, the map and the exports; its state lives in the address."""

import datetime
from dataclasses import dataclass

import django_filters
from django import forms
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, LPad
from django.http import QueryDict

from gusp.enums import EtatConstat, Nature, Urgence
from gusp.filtres.pages import BORNE, Tri
from gusp.models import Constat, Diagnostic, Theme
from quartiers.models import Organisme, Quartier

#: Sets of states that answer « what do I owe », before the states themselves.
ENSEMBLES = (
    ("ouverts", "Ouverts"),
    ("en_retard", "En retard"),
    ("a_relancer", "À relancer"),
    ("tous", "Tous"),
)
TRIS = {
    "recents": Tri("releve_le", decroissant=True),
    "anciens": Tri("releve_le"),
    "echeance": Tri("echeance_le", vide=True),
}
_CHOIX_TRI = (("recents", "Plus récents"), ("anciens", "Plus anciens"), ("echeance", "Échéance"))
_TITRES = {"quartier": "Tous", "organisme": "Tous", "theme": "Tous", "diagnostic": "Tous"}
DIAGNOSTICS_MAX = 80


class FiltreNumero(django_filters.Filter):
    """Equality on a foreign key, without a query to check that the key exists."""

    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, widget=forms.Select, min_value=1, max_value=2**62, **kwargs)


def _dates() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FiltreConstats(django_filters.FilterSet):
    """What the address asks, among the constats that the person reads; `au` is the day of the delays."""

    quartier = FiltreNumero(label="Quartier", field_name="quartier_id")
    organisme = FiltreNumero(label="Organisme", field_name="organisme_id")
    theme = FiltreNumero(label="Thème", field_name="theme_id")
    etat = django_filters.ChoiceFilter(
        label="État", choices=(*ENSEMBLES, *EtatConstat.choices), method="sans_effet", empty_label=None
    )
    urgence = django_filters.ChoiceFilter(label="Urgence", choices=Urgence, empty_label="Toutes")
    nature = django_filters.ChoiceFilter(label="Nature", choices=Nature, empty_label="Toutes")
    diagnostic = FiltreNumero(label="Diagnostic", field_name="diagnostic_id")
    du = django_filters.DateFilter(label="Relevé du", field_name="releve_le", lookup_expr="gte", widget=_dates())
    au = django_filters.DateFilter(label="au", field_name="releve_le", lookup_expr="lte", widget=_dates())
    q = django_filters.CharFilter(label="Mots ou numéro", method="chercher", max_length=200)
    tri = django_filters.ChoiceFilter(label="Ordre", choices=_CHOIX_TRI, method="sans_effet", empty_label=None)

    class Meta:
        model = Constat
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, utilisateur, au: datetime.date):
        voulu = data.copy()
        for nom, defaut in (("etat", "ouverts"), ("tri", "recents")):
            if not voulu.get(nom):
                voulu[nom] = defaut
        self.utilisateur, self.jour = utilisateur, au
        super().__init__(voulu, queryset=Constat.objects.visibles_par(utilisateur))
        if utilisateur.perimetre.est_partenaire:
            for nom in ("organisme", "diagnostic"):
                del self.filters[nom]

    def chercher(self, lignes, nom, valeur):
        return lignes.cherchant(valeur)

    def sans_effet(self, lignes, nom, valeur):
        return lignes

    def _propre(self, nom: str, defaut: str) -> str:
        self.errors  # noqa: B018 validates the form
        return self.form.cleaned_data.get(nom) or defaut

    @property
    def ensemble(self) -> str:
        """State or set of states asked, « ouverts » when nothing is."""
        return self._propre("etat", "ouverts")

    @property
    def ordre(self) -> Tri:
        return TRIS[self._propre("tri", "recents")]

    @property
    def tous_etats(self) -> QuerySet:
        """What the filter keeps, whatever the state."""
        return self.qs

    @property
    def lignes(self) -> QuerySet:
        """What the filter keeps."""
        return _dans_l_etat(self.qs, self.ensemble, self.jour)

    @property
    def lignes_a_paginer(self) -> QuerySet:
        """What the filter keeps; the rows of a rare word are found first, by its index rather than by date."""
        lignes = self.lignes
        if not self.form.cleaned_data.get("q"):
            return lignes
        pks = list(lignes.order_by().values_list("pk", flat=True)[: BORNE + 1])
        return lignes if len(pks) > BORNE else Constat.objects.filter(pk__in=pks)

    @property
    def rattachements(self) -> dict[str, str]:
        """What the address asks apart from the order, to go from one view of the list to another."""
        return {nom: valeur for nom, valeur in self.data.items() if nom in self.filters and valeur}

    def proposer_choix(self) -> None:
        """Fill the lists of the bar (two queries)."""
        for nom, choix in choix_de(self.utilisateur).items():
            if nom in self.filters:
                self.form.fields[nom].widget.choices = [("", _TITRES[nom]), *choix]


def _dans_l_etat(lignes: QuerySet, etat: str, au: datetime.date) -> QuerySet:
    if etat == "tous":
        return lignes
    if etat == "ouverts":
        return lignes.ouverts()
    if etat == "en_retard":
        return lignes.en_retard(au=au)
    return lignes.a_relancer(au=au) if etat == "a_relancer" else lignes.filter(etat=etat)


@dataclass(frozen=True)
class _Liste:
    nom: str
    lignes: QuerySet
    libelle: str


def choix_de(utilisateur) -> dict[str, list[tuple[int, str]]]:
    """Return the quartiers, organismes, themes and last walks that the person may choose, in two queries."""
    listes = (
        _Liste("quartier", Quartier.objects.all(), "nom"),
        _Liste("organisme", Organisme.objects.actifs(), "nom"),
        _Liste("theme", Theme.objects.filter(actif=True), "libelle"),
    )
    if (ids := utilisateur.perimetre.quartier_ids) is not None and not utilisateur.perimetre.est_partenaire:
        listes = (_Liste("quartier", Quartier.objects.filter(pk__in=ids), "nom"), *listes[1:])
    choix: dict[str, list[tuple[int, str]]] = {liste.nom: [] for liste in listes}
    choix["diagnostic"] = [
        (d.pk, str(d))
        for d in Diagnostic.objects.visibles_par(utilisateur).select_related("quartier")[:DIAGNOSTICS_MAX]
    ]
    ensembles = [_union(liste) for liste in listes]
    for nom, pk, libelle, _tri in ensembles[0].union(*ensembles[1:], all=True).order_by("genre", "cle", "libelle_"):
        choix[nom].append((pk, libelle))
    return choix


def _union(liste: _Liste) -> QuerySet:
    cle = F("nom_tri") if liste.nom == "organisme" else LPad(Cast("ordre", CharField()), 6, Value("0"))
    genre = Value(liste.nom, output_field=CharField())
    return (
        liste.lignes.order_by()
        .annotate(genre=genre, libelle_=F(liste.libelle), cle=cle)
        .values_list("genre", "pk", "libelle_", "cle")
    )
