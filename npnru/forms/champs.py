"""Fields written once: days, motives, money."""

from django import forms

from npnru.enums import MotifDecalage
from socle.contraintes import jour_plausible


def jour(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a day with the browser's own picker."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[jour_plausible],
    )


def motif() -> forms.ChoiceField:
    """Return the motive of a change of date."""
    return forms.ChoiceField(label="Motif", choices=[("", "Choisir…"), *MotifDecalage.choices])


def explication(label: str = "Explication") -> forms.CharField:
    """Return the text that goes with a motive."""
    return forms.CharField(
        label=label,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une phrase\u202f; elle paraît dans l’historique et dans le dossier de COPIL.",
    )


class EurosField(forms.DecimalField):
    """Euros as people type them: spaces, narrow spaces and a comma are forgiven."""

    def __init__(self, **options):
        options.setdefault("max_digits", 14)
        options.setdefault("decimal_places", 2)
        options.setdefault("min_value", 0)
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**options)

    def to_python(self, value):
        if isinstance(value, str):
            value = value.translate(str.maketrans({" ": "", "\u00a0": "", "\u202f": "", "€": "", ",": "."}))
        return super().to_python(value)
