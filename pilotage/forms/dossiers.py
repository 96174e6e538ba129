"""Forms of the dossier."""

import datetime

from crispy_forms.helper import FormHelper
from django import forms

from pilotage.enums import EtatSeance, GenreSection
from pilotage.models import Dossier, Seance, SectionDossier
from quartiers.models import Quartier
from socle.contraintes import jour_plausible
from socle.verrou import FormulaireVersionne


def aide() -> FormHelper:
    """Return the helper of a form whose tags and buttons are in the page."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


class DateInput(forms.DateInput):
    """A native date field."""

    input_type = "date"

    def __init__(self, **options):
        super().__init__(format="%Y-%m-%d", **options)


class CreationDossier(forms.ModelForm):
    """A new dossier: its meeting, its quartiers, its sections, the day of its data."""

    sections = forms.MultipleChoiceField(
        label="Sections",
        choices=[choix for choix in GenreSection.choices if choix[0] != GenreSection.COUVERTURE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Toutes se retrouvent ensuite dans le dossier : l’ordre et la présence se changent à tout moment.",
    )

    class Meta:
        model = Dossier
        fields = ["seance", "titre", "sous_titre", "arrete_le", "quartiers"]
        widgets = {"arrete_le": DateInput(), "quartiers": forms.CheckboxSelectMultiple}
        help_texts = {
            "titre": "Vide : le titre usuel de l’instance.",
            "quartiers": "Aucun coché : ceux de l’instance.",
            "arrete_le": "Ce qui est daté après ce jour n’entre pas dans le dossier.",
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        seances = Seance.objects.exclude(etat=EtatSeance.ANNULEE).select_related("instance")
        self.fields["seance"].queryset = seances.order_by("-tenue_le", "-pk")
        self.fields["quartiers"].queryset = Quartier.objects.all()
        for nom in ("titre", "quartiers", "arrete_le"):
            self.fields[nom].required = False
        self.helper = aide()

    def clean_arrete_le(self):
        return _jour_verifie(self.cleaned_data["arrete_le"])

    def _get_validation_exclusions(self):
        # An absent day is chosen by the metier, which knows the meeting.
        return super()._get_validation_exclusions() | {"arrete_le", "titre"}


class ModificationDossier(FormulaireVersionne):
    """Title, quartiers and day of the data of a draft; two editors are told of each other."""

    class Meta:
        model = Dossier
        fields = ["titre", "sous_titre", "arrete_le", "quartiers"]
        widgets = {"arrete_le": DateInput(), "quartiers": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["quartiers"].queryset = Quartier.objects.all()
        self.helper = aide()

    def clean_arrete_le(self):
        return _jour_verifie(self.cleaned_data["arrete_le"])


def _jour_verifie(jour: datetime.date | None) -> datetime.date | None:
    if jour:
        jour_plausible(jour)
    return jour or None


class TexteSection(FormulaireVersionne):
    """The text of a section; two editors are told of each other."""

    class Meta:
        model = SectionDossier
        fields = ["texte"]
        widgets = {"texte": forms.Textarea(attrs={"rows": 14})}
        help_texts = {
            "texte": "Une ligne vide sépare les paragraphes ; « - » en début de ligne fait une liste, « ## » un titre."
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.helper = aide()


class NoteEdition(forms.Form):
    """What a new edition corrects."""

    note = forms.CharField(label="Ce qui change dans la nouvelle édition", max_length=300)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.helper = aide()
