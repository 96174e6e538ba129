"""Forms of the observation grid: a theme, its sub-themes, the principles, the delays."""

from django import forms
from django.db.models import Max

from gusp.forms.champs import texte
from gusp.models import NiveauUrgence, Principe, SousTheme, Theme
from socle.verrou import FormulaireVersionne

#: As many as the box of a line of paper can hold.
PRINCIPES_MAX = 9


class FormulaireTheme(FormulaireVersionne):
    """A theme; put out of use rather than deleted."""

    class Meta:
        model = Theme
        fields = ["libelle", "ordre", "actif"]


class BasePrincipes(forms.BaseModelFormSet):
    """The principles; a new one takes the next number, which the papers and the constats then keep."""

    def save_new(self, form, commit=True):
        dernier = Principe.objects.aggregate(numero=Max("numero"))["numero"] or 0
        form.instance.numero = dernier + 1
        return super().save_new(form, commit=commit)


FormulairesSousThemes = forms.inlineformset_factory(
    Theme, SousTheme, fields=["libelle", "ordre", "actif"], extra=2, can_delete=False, max_num=60
)
FormulairesUrgences = forms.modelformset_factory(
    NiveauUrgence, fields=["delai_jours", "consigne"], extra=0, can_delete=False, edit_only=True
)
FormulairesPrincipes = forms.modelformset_factory(
    Principe,
    formset=BasePrincipes,
    fields=["libelle", "question", "actif"],
    widgets={"question": texte(2)},
    extra=1,
    can_delete=False,
    max_num=PRINCIPES_MAX,
    absolute_max=PRINCIPES_MAX,
)
