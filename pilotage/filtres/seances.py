"""Filter bar of the meetings: by instance and by year."""

import datetime

import django_filters
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict

from gusp.filtres.constats import FiltreNumero
from gusp.filtres.pages import Tri
from pilotage.enums import EtatDecision, EtatSeance
from pilotage.models import Dossier, Instance, Seance

TRI = Tri("tenue_le", decroissant=True)


class FiltreSeances(django_filters.FilterSet):
    """What the address asks, among the meetings that the person reads; `au` parts those to come from the past."""

    instance = FiltreNumero(label="Instance", field_name="instance_id")
    annee = FiltreNumero(label="Année", method="de_l_annee")

    class Meta:
        model = Seance
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, utilisateur, au: datetime.date):
        self.utilisateur, self.jour = utilisateur, au
        super().__init__(data, queryset=Seance.objects.visibles_par(utilisateur))

    def de_l_annee(self, lignes, nom, valeur):
        return lignes.filter(tenue_le__year=valeur) if valeur < 10_000 else lignes.none()

    @property
    def annee_montree(self) -> int:
        """Year of the calendar: the one asked, or the current one."""
        self.errors  # noqa: B018 validates the form
        demandee = self.form.cleaned_data.get("annee") or self.jour.year
        return demandee if demandee < 10_000 else self.jour.year

    @property
    def passees(self) -> QuerySet:
        """Meetings held, and those whose day has passed."""
        return _avec_suites(self.qs.filter(Q(tenue_le__lt=self.jour) | Q(etat=EtatSeance.TENUE)))

    @property
    def agenda(self) -> QuerySet:
        """Meetings of the year of the calendar and those to come, by date."""
        lignes = self.qs.filter(Q(tenue_le__year=self.annee_montree) | Q(tenue_le__gte=self.jour))
        return _avec_suites(lignes).order_by("tenue_le", "heure", "pk")

    def est_a_venir(self, seance: Seance) -> bool:
        return seance.tenue_le >= self.jour and seance.etat != EtatSeance.TENUE

    @property
    def rattachements(self) -> dict[str, str]:
        return {nom: valeur for nom, valeur in self.data.items() if nom in self.filters and valeur}

    def proposer_choix(self) -> None:
        """Fill the lists of the bar (one query): instances that meet, years in which one did."""
        lues = Seance.objects.visibles_par(self.utilisateur).order_by()
        couples = lues.values_list("instance_id", "instance__nom", "tenue_le__year").distinct()
        instances, annees = {}, set()
        for pk, nom, annee in couples:
            instances[pk] = nom
            annees.add(annee)
        champs = self.form.fields
        champs["instance"].widget.choices = [("", "Toutes"), *sorted(instances.items(), key=lambda i: i[1])]
        champs["annee"].widget.choices = [("", "Toutes"), *((a, str(a)) for a in sorted(annees, reverse=True))]


def _avec_suites(lignes: QuerySet) -> QuerySet:
    """Annotate decisions taken and still open, and the last edition of the dossier."""
    dossiers = Dossier.objects.filter(seance=OuterRef("pk")).order_by("-edition")
    return lignes.select_related("instance").annotate(
        prises=Count("decisions"),
        ouvertes=Count("decisions", filter=Q(decisions__etat__in=EtatDecision.OUVERTES)),
        dossier_pk=Subquery(dossiers.values("pk")[:1]),
        dossier_etat=Subquery(dossiers.values("etat")[:1]),
    )


def instances_pour_la_liste(au: datetime.date) -> QuerySet:
    """Return the instances with their quartiers, members and next meeting, in three queries."""
    prochaine = Seance.objects.filter(instance=OuterRef("pk")).a_venir(au=au).values("tenue_le", "pk")
    return (
        Instance.objects.select_related("organisateur")
        .prefetch_related("quartiers", "membres")
        .annotate(
            prochaine_le=Subquery(prochaine.values("tenue_le")[:1]), prochaine=Subquery(prochaine.values("pk")[:1])
        )
        .order_by("-active", "nom")
    )
