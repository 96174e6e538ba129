"""Form of the sorting desk: check one raw constat and say who answers."""

from django import forms

from gusp.enums import Ampleur, Domanialite, Nature, Recurrence, Urgence
from gusp.forms.champs import ChoixOrganisme, ChoixPrincipe, ChoixSousTheme, garder_le_principe, texte
from gusp.metier.constats import proposer_organisme
from gusp.metier.transitions import qualifier
from gusp.models import Constat, Theme


class FormulaireTri(forms.Form):
    """Everything that makes a raw constat a qualified one, in the order of the eye."""

    theme = forms.ModelChoiceField(
        Theme.objects.filter(actif=True), label="Thème", required=False, empty_label="Choisir…"
    )
    sous_theme = ChoixSousTheme()
    principe = ChoixPrincipe()
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=2000,
        widget=texte(3),
        help_text="Ni nom de personne, ni santé, ni infraction.",
    )
    repere = forms.CharField(label="Adresse ou repère", required=False, max_length=200)
    nature = forms.ChoiceField(label="Nature", choices=Nature)
    urgence = forms.TypedChoiceField(label="Urgence", choices=Urgence, coerce=int)
    ampleur = forms.TypedChoiceField(label="Ampleur", choices=Ampleur, coerce=int)
    recurrence = forms.TypedChoiceField(label="Récurrence", choices=Recurrence, coerce=int)
    domanialite = forms.ChoiceField(label="Domanialité", choices=Domanialite)
    organisme = ChoixOrganisme(
        label="Qui répond", empty_label="Selon le thème et la domanialité", help_text="Proposé par la grille."
    )
    confidentiel = forms.BooleanField(
        label="Confidentiel",
        required=False,
        help_text="Tranquillité publique\u00a0: caché des relevés, des restitutions et des partenaires.",
    )

    def __init__(self, data=None, *, constat: Constat):
        self.constat = constat
        depart = {nom: constat.__dict__.get(nom, constat.__dict__.get(f"{nom}_id")) for nom in self.base_fields}
        super().__init__(data, initial=depart)
        garder_le_principe(self.fields, constat)

    def clean(self):
        donnees = super().clean()
        theme, sous_theme = donnees.get("theme"), donnees.get("sous_theme")
        if sous_theme and not theme:
            donnees["theme"] = sous_theme.theme
        elif theme and sous_theme and sous_theme.theme_id != theme.pk:
            self.add_error("sous_theme", f"Ce sous-thème appartient à «\u00a0{sous_theme.theme}\u00a0».")
        if not donnees.get("theme") and "theme" not in self.errors:
            self.add_error("theme", "Choisissez un thème.")
        return donnees

    def executer(self, *, par) -> Constat:
        """Qualify the constat; raises TransitionRefusee or ValidationError."""
        champs = dict(self.cleaned_data)
        if champs["nature"] == Nature.POSITIF:
            champs["organisme"] = None
        elif champs["organisme"] is None:
            champs["organisme"] = proposer_organisme(champs["theme"], champs["domanialite"])
        return qualifier(self.constat, par=par, **champs)
