"""Forms of the action plan: dated news, the whole fiche, its steps, the convention and its axes."""

import hashlib

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from comptes.models import Utilisateur
from gusp.enums import EtatAction
from gusp.metier.actions import CHAMPS_MODIFIABLES
from gusp.models import Action, Axe, ConventionGusp
from quartiers.models import Organisme, Quartier
from socle.verrou import FormulaireVersionne


def champ_date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FormulaireNouvelle(forms.Form):
    """News of one action, from a row of the table or from its page; its prefix is « a » and the key of the action."""

    etat = forms.ChoiceField(label="État", choices=EtatAction.choices, required=False)
    avancement = forms.IntegerField(label="Avancement (%)", min_value=0, max_value=100, required=False)
    texte = forms.CharField(
        label="Nouvelles",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce qui a été fait, ce qui vient, ce qui bloque.",
    )
    blocage = forms.CharField(label="Ce qui bloque", max_length=300, required=False)
    le = forms.DateField(label="Date", required=False, widget=champ_date())
    version = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    @property
    def phrases(self) -> list[str]:
        """Return the errors as sentences, the field first."""
        return [
            f"{self.fields[nom].label}\u00a0: {erreur}" if nom in self.fields else str(erreur)
            for nom, erreurs in self.errors.items()
            for erreur in erreurs
        ]


class FormulaireAction(FormulaireVersionne):
    """The fiche action; `etapes_vues` carries the steps shown, to see that nobody changed them meanwhile."""

    etapes_vues = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Action
        fields = ["quartiers", "partenaires", *CHAMPS_MODIFIABLES]
        widgets = {
            "quartiers": forms.CheckboxSelectMultiple,
            "partenaires": forms.SelectMultiple(attrs={"size": 6}),
            "debut_le": champ_date(),
            "echeance_le": champ_date(),
            "budget_situation_le": champ_date(),
            **{
                nom: forms.Textarea(attrs={"rows": 4})
                for nom in ("contexte", "objectifs", "contenu", "resultats_attendus")
            },
        }
        help_texts = {
            "partenaires": "Ctrl et clic pour en choisir plusieurs.",
            "confidentiel": "Tranquillité publique\u00a0: cachée des dossiers, des exports publics et des partenaires.",
            "porter_au_copil": "Elle paraîtra dans le prochain dossier.",
        }

    def __init__(self, *args, utilisateur, **kwargs):
        super().__init__(*args, **kwargs)
        self._utilisateur = utilisateur
        self.fields["quartiers"].queryset = _quartiers_possibles(utilisateur, self.instance)
        self.fields["axe"].queryset = Axe.objects.select_related("convention")
        self.fields["pilote"].queryset = Utilisateur.objects.filter(Q(is_active=True) | Q(pk=self.instance.pilote_id))
        siens = Organisme.objects.filter(Q(actif=True) | Q(pk=self.instance.organisme_id))
        self.fields["organisme"].queryset = siens
        if self.instance.pk is None:
            del self.fields["etapes_vues"]
            self.fields["partenaires"].queryset = Organisme.objects.actifs()
        else:
            self.initial["etapes_vues"] = empreinte_des_etapes(self.instance)
            self.fields["partenaires"].queryset = Organisme.objects.filter(
                Q(actif=True) | Q(pk__in=self.instance.partenaires.values("pk"))
            )
        self.helper = _mise_en_page(self.fields)

    def clean_quartiers(self):
        """Keep the quartiers that the person does not hold: shown to them, not theirs to remove."""
        choisis = self.cleaned_data["quartiers"]
        ids = self._utilisateur.perimetre.quartier_ids_service
        if ids is None or self.instance.pk is None:
            return choisis
        gardes = self.instance.quartiers.exclude(pk__in=ids)
        return Quartier.objects.filter(Q(pk__in=choisis) | Q(pk__in=gardes))

    def clean(self):
        donnees = super().clean()
        if self.instance.pk is not None and donnees.get("etapes_vues") != empreinte_des_etapes(self.instance):
            raise ValidationError("Les étapes ont changé pendant votre saisie\u00a0: rechargez la page.")
        return donnees

    @property
    def champs(self) -> dict:
        """Return what `creer_action` and `modifier_action` take."""
        return {nom: self.cleaned_data[nom] for nom in self._meta.fields}


def _quartiers_possibles(utilisateur, action: Action):
    ids = utilisateur.perimetre.quartier_ids_service
    if ids is None:
        return Quartier.objects.all()
    deja = Q(pk__in=action.quartiers.values("pk")) if action.pk else Q()
    return Quartier.objects.filter(Q(pk__in=ids) | deja)


def _mise_en_page(champs) -> FormHelper:
    aide = FormHelper()
    aide.form_tag = False
    aide.disable_csrf = True
    caches = [nom for nom in ("version", "etapes_vues") if nom in champs]
    aide.layout = Layout(
        Fieldset("L’action", "titre", "quartiers", Div("axe", "origine", "priorite", css_class="champs-3")),
        Fieldset("Pourquoi", "contexte", "objectifs", "contenu", "resultats_attendus", "public_vise", "indicateur"),
        Fieldset("Qui", Div("organisme", "pilote", css_class="champs-2"), "partenaires", "participation"),
        Fieldset("Quand", Div("debut_le", "echeance_le", css_class="champs-2"), "recurrente"),
        Fieldset(
            "Budget",
            Div("budget_prevu", "budget_realise", "budget_situation_le", css_class="champs-3"),
            "financeurs",
        ),
        Fieldset("Diffusion", "porter_au_copil", "confidentiel"),
        *caches,
    )
    return aide


class FormulaireEtape(forms.Form):
    """A dated step."""

    libelle = forms.CharField(label="Étape", max_length=200, required=False)
    responsable = forms.CharField(label="Qui (fonction ou organisme)", max_length=120, required=False)
    prevue_le = forms.DateField(label="Prévue le", required=False, widget=champ_date())
    faite_le = forms.DateField(label="Faite le", required=False, widget=champ_date())

    def clean(self):
        donnees = super().clean()
        dit = any(donnees.get(nom) for nom in ("responsable", "prevue_le", "faite_le"))
        if dit and not donnees.get("libelle") and not donnees.get("DELETE"):
            self.add_error("libelle", "Dites ce que fait cette étape.")
        return donnees


class BaseEtapes(forms.BaseFormSet):
    deletion_widget = forms.CheckboxInput

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Retirer"

    @property
    def etapes(self) -> list[dict]:
        """Return the steps to keep, in the order of the page."""
        noms = ("libelle", "responsable", "prevue_le", "faite_le")
        return [
            {nom: f.cleaned_data[nom] for nom in noms}
            for f in self.forms
            if f.cleaned_data.get("libelle") and not f.cleaned_data["DELETE"]
        ]


FormulairesEtapes = forms.formset_factory(FormulaireEtape, formset=BaseEtapes, extra=3, can_delete=True, max_num=40)


def etapes_initiales(action: Action | None) -> list[dict]:
    """Return the steps of an action as the initial rows of the formset."""
    return list(action.etapes.values("libelle", "responsable", "prevue_le", "faite_le")) if action else []


def empreinte_des_etapes(action: Action) -> str:
    """Return a digest of what the steps say, to compare."""
    return hashlib.sha256(repr(etapes_initiales(action)).encode()).hexdigest()[:16]


class FormulaireConvention(FormulaireVersionne):
    """The GUSP convention in force."""

    class Meta:
        model = ConventionGusp
        fields = ["titre", "signee_le", "debut_le", "fin_le", "signataires"]
        widgets = {
            "signee_le": champ_date(),
            "debut_le": champ_date(),
            "fin_le": champ_date(),
            "signataires": forms.SelectMultiple(attrs={"size": 6}),
        }


class FormulaireAxe(forms.ModelForm):
    class Meta:
        model = Axe
        fields = ["ordre", "libelle", "objectifs"]
        widgets = {"objectifs": forms.Textarea(attrs={"rows": 2})}


FormulairesAxes = forms.inlineformset_factory(
    ConventionGusp, Axe, form=FormulaireAxe, extra=2, can_delete=False, max_num=30
)
