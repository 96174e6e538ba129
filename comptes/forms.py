"""Forms of the accounts: sign-in, lost password, identity, roles."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError

from quartiers.models import Organisme, Quartier
from socle.verrou import FormulaireVersionne

from .enums import Role
from .models import Utilisateur


class FormulaireConnexion(AuthenticationForm):
    """Sign-in by e-mail; the address is put in lower case so that each person has one count of failures."""

    error_messages = {
        "invalid_login": (
            "Adresse ou mot de passe incorrect. Vérifiez les majuscules du mot de passe\u202f; "
            "après plusieurs échecs, la connexion est bloquée un moment."
        ),
        "inactive": "Ce compte est désactivé.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True, "maxlength": 254}
        )

    def clean_username(self):
        return self.cleaned_data["username"].strip().lower()


class FormulaireReinitialisation(PasswordResetForm):
    """Lost password; an invited person who never chose one may use it too."""

    def get_users(self, email):
        return Utilisateur.objects.filter(courriel=email.strip().lower(), is_active=True)


class FormulaireUtilisateur(FormulaireVersionne):
    """Identity of an account; `roles_vus` carries the roles shown, to see that nobody changed them meanwhile."""

    roles_vus = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Utilisateur
        fields = ["courriel", "prenom", "nom", "fonction", "organisme"]
        widgets = {"courriel": forms.EmailInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisme"].queryset = Organisme.objects.actifs() | Organisme.objects.filter(
            pk=self.instance.organisme_id
        )
        self.fields["organisme"].empty_label = "Aucun"
        if self.instance.pk is None:
            del self.fields["roles_vus"]
        else:
            self.initial["roles_vus"] = empreinte_des_roles(self.instance)

    def clean_courriel(self):
        return self.cleaned_data["courriel"].strip().lower()

    def clean(self):
        donnees = super().clean()
        if self.instance.pk is not None and donnees.get("roles_vus") != empreinte_des_roles(self.instance):
            raise ValidationError("Les rôles de ce compte ont changé pendant votre saisie\u00a0: rechargez la page.")
        return donnees

    @property
    def identite(self) -> dict:
        """Return the fields to write."""
        return {nom: self.cleaned_data[nom] for nom in self._meta.fields}


class FormulaireAffectation(forms.Form):
    """One role, in one quartier or everywhere."""

    role = forms.ChoiceField(label="Rôle", choices=[("", "Choisir…"), *Role.choices], required=False)
    quartier = forms.ModelChoiceField(
        label="Quartier", queryset=Quartier.objects.all(), required=False, empty_label="Tous les quartiers"
    )

    def clean(self):
        donnees = super().clean()
        if donnees.get("quartier") and not donnees.get("role") and not donnees.get("DELETE"):
            self.add_error("role", "Choisissez le rôle tenu dans ce quartier.")
        return donnees


class BaseAffectations(forms.BaseFormSet):
    """The roles of one person."""

    deletion_widget = forms.CheckboxInput

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Retirer"

    def clean(self):
        """Refuse the same role given twice for the same quartier."""
        deja = set()
        for formulaire in self._remplis():
            cle = (formulaire.cleaned_data["role"], formulaire.cleaned_data.get("quartier"))
            if cle in deja:
                formulaire.add_error("role", "Ce rôle est déjà donné pour ce quartier.")
            deja.add(cle)

    def _remplis(self):
        return [
            formulaire
            for formulaire in self.forms
            if formulaire.is_valid() and formulaire.cleaned_data.get("role") and not formulaire.cleaned_data["DELETE"]
        ]

    @property
    def attributions(self) -> list[tuple[str, Quartier | None]]:
        """Return the roles to hold."""
        return [(f.cleaned_data["role"], f.cleaned_data.get("quartier")) for f in self._remplis()]


FormulairesAffectations = forms.formset_factory(
    FormulaireAffectation, formset=BaseAffectations, extra=3, can_delete=True, max_num=60
)


def roles_initiaux(utilisateur: Utilisateur) -> list[dict]:
    """Return the roles held, as the initial rows of the formset."""
    return [{"role": a.role, "quartier": a.quartier_id} for a in utilisateur.affectations.all()]


def empreinte_des_roles(utilisateur: Utilisateur) -> str:
    """Return the roles held as one line, to compare."""
    return " ".join(
        sorted(
            f"{role}.{quartier or ''}" for role, quartier in utilisateur.affectations.values_list("role", "quartier")
        )
    )
