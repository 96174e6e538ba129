"""Fields shared by the forms of the GUSP."""

from itertools import groupby

from django import forms
from django.forms.models import ModelChoiceIterator

from gusp.models import Constat, Principe, SousTheme
from quartiers.models import Organisme
from socle.contraintes import jour_plausible


class _ParTheme(ModelChoiceIterator):
    """Sub-themes under the name of their theme."""

    def __iter__(self):
        yield "", self.field.empty_label
        for theme, sous_themes in groupby(self.queryset, key=lambda s: s.theme):
            yield theme.libelle, [(s.pk, s.libelle) for s in sous_themes]


class ChoixSousTheme(forms.ModelChoiceField):
    """Sub-theme in groups; chosen alone, it gives the theme."""

    iterator = _ParTheme

    def __init__(self, **kwargs):
        actifs = SousTheme.objects.filter(actif=True, theme__actif=True).select_related("theme")
        super().__init__(actifs, label="Sous-thème", required=False, empty_label="Non renseigné", **kwargs)


class ChoixOrganisme(forms.ModelChoiceField):
    """One of the bodies that still work with the service."""

    def __init__(self, *, label="Organisme responsable", required=False, empty_label="Non renseigné", **kwargs):
        actifs = Organisme.objects.actifs().only("nom", "nom_tri")
        super().__init__(actifs, label=label, required=required, empty_label=empty_label, **kwargs)


class ChoixPrincipe(forms.ModelChoiceField):
    """Principle of an exploratory walk, those that still serve."""

    def __init__(self, **kwargs):
        actifs = Principe.objects.filter(actif=True)
        super().__init__(actifs, label="Principe", required=False, empty_label="Aucun", **kwargs)


def garder_le_principe(champs: dict[str, forms.Field], constat: Constat) -> None:
    """Leave the principle out of a form, but for a constat of an exploratory walk or one that already has it."""
    exploratoire = constat.diagnostic is not None and constat.diagnostic.est_exploratoire
    if constat.principe_id is None and not exploratoire:
        del champs["principe"]


class ChampJour(forms.DateField):
    """A day that may be, with the calendar of the browser."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, validators=[jour_plausible], **kwargs)


def texte(lignes: int = 3) -> forms.Textarea:
    """Return a text area of that many lines."""
    return forms.Textarea(attrs={"rows": lignes})
