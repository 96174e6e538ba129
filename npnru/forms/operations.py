"""The form of an operation, to add it and to change it."""

from django import forms

from comptes.models import Utilisateur
from npnru.acces import quartiers_ou_creer
from npnru.enums import GenreOuvrage
from npnru.models import ConventionNpnru, NatureOperation, Operation
from quartiers.models import Organisme, Quartier
from socle.verrou import FormulaireVersionne

from .champs import jour

CHAMPS = [
    "titre",
    "idtop",
    "nature",
    "convention",
    "maitre_ouvrage",
    "pilote",
    "pilotee_par_le_service",
    "remplace",
    "programme",
    "lieu",
    "lon",
    "lat",
    "alerte",
    "situation_le",
    "porter_au_copil",
    "source",
    "source_url",
]


def pilotes():
    """Return the accounts that may pilot an operation."""
    return Utilisateur.objects.filter(is_active=True, affectations__isnull=False).distinct()


class FormulaireOperation(FormulaireVersionne):
    """Change an operation; state, dates and amounts have their own gestures."""

    situation_le = jour("Situation au", required=False, help_text="Date à laquelle ces informations ont été vérifiées.")

    class Meta:
        model = Operation
        fields = CHAMPS
        widgets = {"programme": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pilote"].queryset = pilotes()
        self.fields["maitre_ouvrage"].queryset = Organisme.objects.actifs()
        self.fields["nature"].queryset = NatureOperation.objects.filter(actif=True)
        if self.instance.pk:
            autres = Operation.objects.exclude(pk=self.instance.pk)
            self.fields["remplace"].queryset = autres.filter(quartier_id=self.instance.quartier_id)
        else:
            del self.fields["remplace"]

        for nom in ("nature", "convention", "pilote", "remplace"):
            if nom in self.fields:
                self.fields[nom].empty_label = "non renseigné"

    def clean_idtop(self):
        return (self.cleaned_data["idtop"] or "").strip() or None


class FormulaireOperationNouvelle(forms.Form):
    """Add an operation: the kind of work chooses the phases, the start lays their dates."""

    quartier = forms.ModelChoiceField(label="Quartier", queryset=Quartier.objects.none())
    titre = forms.CharField(label="Titre", max_length=160)
    genre_ouvrage = forms.ChoiceField(
        label="Genre d’ouvrage",
        choices=[("", "Choisir…"), *GenreOuvrage.choices],
        help_text="Il choisit le modèle de phases.",
    )
    maitre_ouvrage = forms.ModelChoiceField(label="Maître d’ouvrage", queryset=Organisme.objects.actifs())
    nature = forms.ModelChoiceField(label="Nature", queryset=NatureOperation.objects.filter(actif=True), required=False)
    convention = forms.ModelChoiceField(label="Convention", queryset=ConventionNpnru.objects.all(), required=False)
    pilote = forms.ModelChoiceField(label="Pilote", queryset=pilotes(), required=False)
    pilotee_par_le_service = forms.BooleanField(label="Pilotée par la cohésion sociale", required=False)
    debut = jour(
        "Début des études",
        required=False,
        help_text="Les dates des phases sont calculées avec les durées usuelles\u202f; vous les reprendrez ensuite.",
    )
    programme = forms.CharField(label="Programme", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    lieu = forms.CharField(label="Lieu", max_length=200, required=False)

    def __init__(self, *args, utilisateur, **kwargs):
        super().__init__(*args, **kwargs)
        ids = quartiers_ou_creer(utilisateur)
        quartiers = Quartier.objects.all()
        self.fields["quartier"].empty_label = self.fields["maitre_ouvrage"].empty_label = "Choisir…"
        for nom in ("nature", "convention", "pilote"):
            self.fields[nom].empty_label = "non renseigné"
        self.fields["quartier"].queryset = quartiers if ids is None else quartiers.filter(pk__in=ids)
