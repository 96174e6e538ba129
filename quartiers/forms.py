"""Forms of the reference data: bodies, contacts, key figures, file of outlines."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from quartiers.models import ChiffreCle, Contact, Organisme
from quartiers.ouverture_qpv import POIDS_MAX
from socle.verrou import FormulaireVersionne


class FormulaireOrganisme(FormulaireVersionne):
    """A body: its name, kind, the body it is a service of, and where it works."""

    class Meta:
        model = Organisme
        fields = ["nom", "sigle", "type", "parent", "courriel", "quartiers", "actif"]
        widgets = {"quartiers": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Organisme.objects.actifs().exclude(pk=self.instance.pk)
        self.fields["parent"].empty_label = "Aucun\u00a0: c’est un organisme entier"

    def clean_parent(self):
        parent = self.cleaned_data["parent"]
        ancetre = parent
        while ancetre is not None:
            if ancetre.pk == self.instance.pk:
                raise ValidationError("Cet organisme est lui-même un service de celui que vous modifiez.")
            ancetre = ancetre.parent
        return parent


class FormulaireContact(FormulaireVersionne):
    """A contact of a body; the body itself is set by the page."""

    class Meta:
        model = Contact
        fields = ["fonction", "prenom", "nom", "courriel", "telephone", "actif"]
        widgets = {"telephone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})}


def champ_en_https(champ: models.Field, **options) -> forms.Field:
    """Return the form field of a model field; an address typed without scheme is taken as https."""
    if isinstance(champ, models.URLField):
        options["assume_scheme"] = "https"
    return champ.formfield(**options)


class FormulaireChiffre(FormulaireVersionne):
    """A key figure with its date and its source; the quartier is set by the page."""

    class Meta:
        model = ChiffreCle
        formfield_callback = champ_en_https
        fields = ["indicateur", "valeur", "unite", "date_valeur", "annee", "source", "source_url", "releve_le"]
        widgets = {"releve_le": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "valeur": "Laisser vide si la valeur n’est pas connue\u00a0: « non renseigné » n’est pas zéro.",
            "unite": "Par exemple « habitants », « ha », « € par an ».",
        }

    def _get_validation_exclusions(self):
        """Check the unique constraint too, although its quartier is not a field of the form."""
        return super()._get_validation_exclusions() - {"quartier"}


class FormulaireFichierQpv(forms.Form):
    """The official file that holds the outlines."""

    fichier = forms.FileField(
        label="Fichier des quartiers prioritaires",
        help_text=(
            "GeoJSON, GeoPackage, ou zip d’un shapefile (WGS84 ou Lambert-93), "
            f"{POIDS_MAX // 1024 // 1024}\u00a0Mo au plus."
        ),
    )
    ancien = forms.BooleanField(
        label="Ce sont des contours de la génération 2015 (ils seront dits provisoires)", required=False
    )

    def clean_fichier(self):
        fichier = self.cleaned_data["fichier"]
        if fichier.size > POIDS_MAX:
            raise ValidationError(f"Le fichier dépasse {POIDS_MAX // 1024 // 1024}\u00a0Mo.")
        return fichier


class FormulaireConfirmation(forms.Form):
    """What a preview sends back to be written."""

    lecture = forms.CharField(widget=forms.HiddenInput)
    forcer = forms.BooleanField(required=False)
