"""Filter bar of the walks: its state lives in the address."""

import datetime

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from gusp.enums import EtatDiagnostic, GenreDiagnostic
from gusp.filtres.constats import FiltreNumero
from gusp.filtres.pages import Tri
from gusp.models import Constat, Diagnostic
from quartiers.models import Quartier
from socle.formats import INSECABLE

#: Sets that answer « what do I owe », before the states themselves.
MOMENTS = (
    ("a_venir", "À venir"),
    ("a_noter", "Passés, à noter réalisés"),
    ("a_trier", "À trier"),
    ("a_diffuser", "Relevé à diffuser"),
    ("a_restituer", "À restituer"),
)
RECENTS = Tri("prevu_le", decroissant=True)
PROCHAINS = Tri("prevu_le")


class FiltreDiagnostics(django_filters.FilterSet):
    """What the address asks, among the walks that the person reads; `au` is the day of reading."""

    quartier = FiltreNumero(label="Quartier", field_name="quartier_id")
    etat = django_filters.ChoiceFilter(
        label="État", choices=(*MOMENTS, *EtatDiagnostic.choices), method="au_moment", empty_label="Tous"
    )
    genre = django_filters.ChoiceFilter(label="Genre", choices=GenreDiagnostic, empty_label="Tous")
    annee = django_filters.NumberFilter(label="Année", field_name="annee", min_value=2000, max_value=2100)
    q = django_filters.CharFilter(label="Mots ou numéro", method="chercher", max_length=100)

    class Meta:
        model = Diagnostic
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, utilisateur, au: datetime.date):
        self.utilisateur, self.jour = utilisateur, au
        super().__init__(data, queryset=Diagnostic.objects.visibles_par(utilisateur))
        ids = utilisateur.perimetre.quartier_ids
        quartiers = Quartier.objects.all() if ids is None else Quartier.objects.filter(pk__in=ids)
        choix = list(quartiers.values_list("pk", "nom"))
        self.form.fields["quartier"].widget.choices = [("", "Tous"), *choix]

    def au_moment(self, lignes, nom, valeur):
        """Keep a state, or a set of what is still to do."""
        if valeur == "a_venir":
            return lignes.a_venir(au=self.jour)
        if valeur == "a_noter":
            return lignes.filter(etat=EtatDiagnostic.PREPARATION, prevu_le__lt=self.jour)
        if valeur == "a_trier":
            return lignes.exclude(etat=EtatDiagnostic.ANNULE).filter(
                Exists(Constat.objects.a_qualifier().filter(diagnostic=OuterRef("pk")))
            )
        etats = {"a_diffuser": EtatDiagnostic.REALISE, "a_restituer": EtatDiagnostic.RELEVE_DIFFUSE}
        return lignes.filter(etat=etats.get(valeur, valeur))

    def chercher(self, lignes, nom, valeur):
        """Words of the title, or a reference (« SAN-2026-07 »)."""
        morceaux = valeur.strip().upper().split("-")
        if len(morceaux) == 3 and morceaux[1].isdecimal() and morceaux[2].isdecimal():
            return lignes.filter(quartier__code=morceaux[0], annee=int(morceaux[1][:4]), numero=int(morceaux[2][:4]))
        mots = Q()
        for mot in valeur.split():
            mots &= Q(intitule__unaccent__icontains=mot) | Q(quartier__nom__unaccent__icontains=mot)
        return lignes.filter(mots)

    @property
    def ordre(self) -> Tri:
        """The next walk first among those to come, the last one first otherwise."""
        return PROCHAINS if self.data.get("etat") == "a_venir" else RECENTS

    @property
    def mots(self) -> str:
        """What is asked, in the words of the bar."""
        self.errors  # noqa: B018 validates the form
        morceaux = []
        for nom, champ in self.form.fields.items():
            valeur = self.form.cleaned_data.get(nom)
            if valeur in (None, ""):
                continue
            choix = {str(cle): str(libelle) for cle, libelle in getattr(champ.widget, "choices", ())}
            morceaux.append(choix.get(str(valeur), str(valeur)))
        return f"filtre{INSECABLE}: {', '.join(morceaux)}" if morceaux else "sans filtre"
