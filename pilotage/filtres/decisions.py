"""Filter bar of the register of decisions."""

import datetime

import django_filters
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from gusp.filtres.barre import BarreDeListe
from gusp.filtres.constats import FiltreNumero
from gusp.filtres.pages import Tri
from pilotage.enums import EtatDecision
from pilotage.models import Decision, Instance
from quartiers.models import Organisme, Quartier

ENSEMBLES = (("ouvertes", "Ouvertes"), ("en_retard", "En retard"), ("toutes", "Toutes"))
TRIS = {"echeance": Tri("echeance_le", vide=True), "recentes": Tri("prise_le", decroissant=True)}
_CHOIX_TRI = (("echeance", "Échéance"), ("recentes", "Plus récentes"))
_RESERVES_AU_SERVICE = ("instance", "responsable")


class FiltreDecisions(BarreDeListe):
    """What the address asks, among the decisions that the person reads; `au` is the day of the delays."""

    etat = django_filters.ChoiceFilter(
        label="État", choices=(*ENSEMBLES, *EtatDecision.choices), method="sans_effet", empty_label=None
    )
    instance = FiltreNumero(label="Instance", field_name="seance__instance_id")
    responsable = FiltreNumero(label="Responsable", field_name="responsable_id")
    quartier = FiltreNumero(label="Quartier", field_name="quartier_id")
    q = django_filters.CharFilter(label="Mots ou numéro", method="chercher", max_length=200)
    tri = django_filters.ChoiceFilter(label="Ordre", choices=_CHOIX_TRI, method="sans_effet", empty_label=None)

    class Meta:
        model = Decision
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, utilisateur, au: datetime.date):
        voulu = data.copy()
        for nom, defaut in (("etat", "ouvertes"), ("tri", "echeance")):
            if not voulu.get(nom):
                voulu[nom] = defaut
        self.utilisateur, self.jour = utilisateur, au
        visibles = Decision.objects.visibles_par(utilisateur).annotate(prise_le=F("seance__tenue_le"))
        super().__init__(voulu, queryset=visibles)
        if utilisateur.perimetre.est_partenaire:
            for nom in _RESERVES_AU_SERVICE:
                del self.filters[nom]

    @property
    def ordre(self) -> Tri:
        return TRIS[self._propre("tri", "echeance")]

    @property
    def lignes(self) -> QuerySet:
        """What the filter keeps."""
        etat = self._propre("etat", "ouvertes")
        if etat == "toutes":
            return self.qs
        if etat == "ouvertes":
            return self.qs.ouvertes()
        return self.qs.en_retard(au=self.jour) if etat == "en_retard" else self.qs.filter(etat=etat)

    @property
    def rattachements(self) -> dict[str, str]:
        """What the address asks, to go from one view of the list to another."""
        return {nom: valeur for nom, valeur in self.data.items() if nom in self.filters and valeur}

    def proposer_choix(self) -> None:
        """Fill the lists of the bar (one query): only what some decision carries."""
        choix: dict[str, list[tuple[int, str]]] = {"instance": [], "responsable": [], "quartier": []}
        visibles = Decision.objects.visibles_par(self.utilisateur)
        ensembles = [
            _union(Instance.objects.filter(pk__in=visibles.values("seance__instance")), "instance", F("nom")),
            _union(Organisme.objects.filter(pk__in=visibles.values("responsable")), "responsable", F("nom_tri")),
            _union(Quartier.objects.filter(pk__in=visibles.values("quartier")), "quartier", F("nom_tri")),
        ]
        for genre, pk, libelle, _cle in ensembles[0].union(*ensembles[1:], all=True).order_by("lot", "cle", "pk"):
            choix[genre].append((pk, libelle))
        for nom in choix:
            if nom in self.filters:
                self.form.fields[nom].widget.choices = [("", "Toutes" if nom == "instance" else "Tous"), *choix[nom]]


def _union(lignes: QuerySet, genre: str, cle) -> QuerySet:
    return (
        lignes.order_by()
        .annotate(lot=Value(genre, output_field=CharField()), cle=Cast(cle, CharField()), mot=F("nom"))
        .values_list("lot", "pk", "mot", "cle")
    )
