"""The field form: few taps, everything else can wait for the desk."""

from django import forms

from gusp.enums import Nature, SourcePosition, Urgence
from gusp.forms.constats import ChampPhoto
from gusp.models import Diagnostic, Etape, SousTheme, Theme

PRECISION_MAX_M = 100_000


class FormulaireTerrain(forms.Form):
    """Nature, theme, sub-theme, photo, position; a word and a landmark when there is time."""

    client_uuid = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": "Rechargez la page avant de continuer."}
    )
    nature = forms.ChoiceField(choices=Nature, initial=Nature.NEGATIF)
    theme = forms.ModelChoiceField(
        Theme.objects.filter(actif=True), required=False, error_messages={"invalid_choice": "Choisissez un thème."}
    )
    sous_theme = forms.ModelChoiceField(SousTheme.objects.filter(actif=True).select_related("theme"), required=False)
    etape = forms.ModelChoiceField(Etape.objects.none(), required=False)
    photo = ChampPhoto(required=False)
    description = forms.CharField(required=False, max_length=2000)
    repere = forms.CharField(required=False, max_length=200)
    danger = forms.BooleanField(required=False)
    lon = forms.DecimalField(required=False, min_value=-180, max_value=180)
    lat = forms.DecimalField(required=False, min_value=-90, max_value=90)
    precision_m = forms.DecimalField(required=False, min_value=0)
    position_source = forms.ChoiceField(required=False, choices=[("", ""), *SourcePosition.choices])

    def __init__(self, *args, diagnostic: Diagnostic, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["etape"].queryset = diagnostic.etapes.all()

    def clean(self):
        donnees = super().clean()
        sous_theme, theme = donnees.get("sous_theme"), donnees.get("theme")
        if sous_theme and theme and sous_theme.theme_id != theme.pk:
            donnees["sous_theme"] = None  # a sub-theme left from a theme chosen before the last tap
        elif sous_theme and not theme:
            donnees["theme"] = sous_theme.theme
        if not any(donnees.get(nom) for nom in ("theme", "photo", "description")):
            raise forms.ValidationError("Touchez un thème, prenez une photo ou écrivez un mot avant d’enregistrer.")
        return donnees

    def champs(self) -> dict:
        """Return what `creer_constat` takes; a doubtful position is left out whole."""
        donnees = {nom: v for nom, v in self.cleaned_data.items() if nom not in ("photo", "danger")}
        if donnees["lon"] is None or donnees["lat"] is None:
            donnees |= {"lon": None, "lat": None, "position_source": ""}
        precision = donnees["precision_m"]
        donnees["precision_m"] = None if precision is None else min(int(precision), PRECISION_MAX_M)
        if self.cleaned_data["danger"]:
            donnees["urgence"] = Urgence.U1
        return donnees
