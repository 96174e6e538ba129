"""Form of the rescue file."""

from django import forms

from gusp.metier.archive_secours import TOTAL_MAX
from socle.formats import poids

TROP_LOURD = f"Ce fichier dépasse {poids(TOTAL_MAX)}\u00a0: exportez les fiches en plusieurs fois."


class FormulaireImport(forms.Form):
    """The ZIP that a telephone exported."""

    fichier = forms.FileField(
        label="Fichier exporté par le téléphone",
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
        help_text="Un fichier .zip, tel que le téléphone l’a donné, sans l’ouvrir ni le changer.",
    )

    def clean_fichier(self):
        """Refuse what is heavier than what the worker would read."""
        fichier = self.cleaned_data["fichier"]
        if fichier.size > TOTAL_MAX:
            raise forms.ValidationError(TROP_LOURD)
        return fichier
