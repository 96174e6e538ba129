"""Forms that are rows of a table: each field says aloud which row it is on."""

from django import forms


class FormulaireEnRangee(forms.Form):
    """A row of a formset, whose labels are the titles of the columns."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rang = self.prefix.rpartition("-")[2] if self.prefix else ""
        ligne = f", ligne {int(rang) + 1}" if rang.isdecimal() else ""
        for champ in self.fields.values():
            widget = champ.widget
            if widget.is_hidden:
                continue
            widget.attrs["aria-label"] = f"{champ.label}{ligne}"
            if isinstance(widget, forms.CheckboxInput):
                widget.attrs["class"] = "form-check-input"
            else:
                widget.attrs["class"] = "form-select" if isinstance(widget, forms.Select) else "form-control"


class Rangees(forms.BaseFormSet):
    """The rows of a table; what only a broken page can send is said in plain words."""

    default_error_messages = forms.BaseFormSet.default_error_messages | {
        "missing_management_form": "Cette page n’est plus à jour\u00a0: rechargez-la avant d’enregistrer.",
        "too_many_forms": "Il y a trop de lignes\u00a0: enregistrez en plusieurs fois.",
    }
