"""Forms of the observation grid: a theme, its sub-themes, the delays."""

from django import forms

from gusp.models import NiveauUrgence, SousTheme, Theme
from socle.verrou import FormulaireVersionne


class FormulaireTheme(FormulaireVersionne):
    """A theme; put out of use rather than deleted."""

    class Meta:
        model = Theme
        fields = ["libelle", "ordre", "actif"]


FormulairesSousThemes = forms.inlineformset_factory(
    Theme, SousTheme, fields=["libelle", "ordre", "actif"], extra=2, can_delete=False, max_num=60
)
FormulairesUrgences = forms.modelformset_factory(
    NiveauUrgence, fields=["delai_jours", "consigne"], extra=0, can_delete=False, edit_only=True
)
