"""Filter bar of the constats: one bar for the list, the map and the exports; its state lives in the address."""

import datetime

import django_filters
from django import forms
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, Greatest, Length, LPad
from django.http import QueryDict

from gusp.enums import EtatConstat, Nature, Urgence
from gusp.filtres.barre import BarreDeListe
from gusp.filtres.pages import BORNE, Tri
from gusp.models import Constat, Diagnostic, Theme
from quartiers.models import Organisme, Quartier

#: Sets of states that answer « what do I owe », before the states themselves.
ENSEMBLES = (
    ("ouverts", "Ouverts"),
    ("en_retard", "En retard"),
    ("a_relancer", "À relancer"),
    ("a_repondre", "Réponse attendue"),
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


class FiltreConstats(BarreDeListe):
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
    def quartiers(self) -> QuerySet:
        """Quartiers drawn under the points: the one asked, or those that the person reads."""
        visibles = Quartier.objects.visibles_par(self.utilisateur)
        pk = self.form.cleaned_data.get("quartier") if self.form.is_valid() else None
        return visibles.filter(pk=pk) if pk else visibles

    @property
    def rattachements(self) -> dict[str, str]:
        """What the address asks apart from the order, to go from one view of the list to another."""
        return {nom: valeur for nom, valeur in self.data.items() if nom in self.filters and valeur}

    def proposer_choix(self) -> None:
        """Fill the lists of the bar (one query)."""
        for nom, choix in choix_de(self.utilisateur).items():
            if nom in self.filters:
                self.form.fields[nom].widget.choices = [("", _TITRES[nom]), *choix]


def _dans_l_etat(lignes: QuerySet, etat: str, au: datetime.date) -> QuerySet:
    ensembles = {
        "tous": lignes.all,
        "ouverts": lignes.ouverts,
        "a_repondre": lambda: lignes.filter(etat__in=EtatConstat.CHEZ_L_ORGANISME),
        "en_retard": lambda: lignes.en_retard(au=au),
        "a_relancer": lambda: lignes.a_relancer(au=au),
    }
    return ensembles[etat]() if etat in ensembles else lignes.filter(etat=etat)


def choix_de(utilisateur) -> dict[str, list[tuple[int, str]]]:
    """Return the quartiers, organismes, themes and last walks that the person may choose, in one query."""
    perimetre = utilisateur.perimetre
    quartiers = Quartier.objects.all()
    if perimetre.quartier_ids is not None and not perimetre.est_partenaire:
        quartiers = quartiers.filter(pk__in=perimetre.quartier_ids)
    marches = Diagnostic.objects.visibles_par(utilisateur).order_by("-prevu_le", "-pk")
    listes = (
        _liste("quartier", quartiers.order_by(), F("nom"), _rang("ordre")),
        _liste("organisme", Organisme.objects.actifs().order_by(), F("nom"), F("nom_tri")),
        _liste("theme", Theme.objects.filter(actif=True).order_by(), F("libelle"), _rang("ordre")),
        _liste("diagnostic", marches, _INTITULE, Cast("prevu_le", CharField()))[:DIAGNOSTICS_MAX],
    )
    choix: dict[str, list[tuple[int, str]]] = {"quartier": [], "organisme": [], "theme": [], "diagnostic": []}
    for genre, pk, libelle, _ in listes[0].union(*listes[1:], all=True).order_by("liste_", "cle", "libelle_"):
        choix[genre].append((pk, libelle))
    choix["diagnostic"].reverse()
    return choix


def _rang(champ: str) -> LPad:
    """Sort key of a rank, as text."""
    return LPad(Cast(champ, CharField()), 6, Value("0"))


#: « SAN-2026-07 Autour de la place », as Diagnostic.__str__ writes it.
_INTITULE = Concat(
    F("quartier__code"),
    Value("-"),
    Cast("annee", CharField()),
    Value("-"),
    LPad(Cast("numero", CharField()), Greatest(Length(Cast("numero", CharField())), 2), Value("0")),
    Value(" "),
    F("intitule"),
    output_field=CharField(),
)


def _liste(genre: str, lignes: QuerySet, libelle, cle) -> QuerySet:
    return lignes.annotate(liste_=Value(genre, output_field=CharField()), libelle_=libelle, cle=cle).values_list(
        "liste_", "pk", "libelle_", "cle"
    )
