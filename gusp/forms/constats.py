"""Forms of a constat: correction with optimistic lock, new one at the desk, photos."""

from django import forms
from django.core.exceptions import ValidationError

from comptes.enums import ROLES_DU_SERVICE
from gusp.enums import Domanialite, EtatConstat, Nature, RolePhoto
from gusp.forms.champs import ChampJour, ChoixOrganisme, ChoixPrincipe, ChoixSousTheme, garder_le_principe, texte
from gusp.models import Action, Constat, Diagnostic, Theme
from quartiers.models import Quartier
from socle.images import PhotoNettoyee, nettoyer_photo
from socle.verrou import FormulaireVersionne

ACCEPTEES = "image/jpeg,image/png,image/webp,image/heic,image/heif,image/*"
_COMMUNS = (
    "releve_le",
    "nature",
    "theme",
    "sous_theme",
    "description",
    "proposition",
    "repere",
    "lon",
    "lat",
    "ampleur",
    "recurrence",
    "urgence",
    "domanialite",
    "organisme",
    "confidentiel",
)
_WIDGETS = {"description": texte(4), "proposition": texte(2), "reponse_publique": texte(3), "note_interne": texte(3)}


class ChampPhoto(forms.FileField):
    """A photo, cleaned while the form is checked: the value is a PhotoNettoyee, the refusal a sentence."""

    def __init__(self, *, label="Photo", **kwargs):
        super().__init__(label=label, widget=forms.ClearableFileInput(attrs={"accept": ACCEPTEES}), **kwargs)

    def clean(self, data, initial=None) -> PhotoNettoyee | None:
        fichier = super().clean(data, initial)
        return nettoyer_photo(fichier) if fichier else None


class _AvecGrille(forms.ModelForm):
    """What the two forms of a constat share: grid, day, body, and a place given whole."""

    theme = forms.ModelChoiceField(
        Theme.objects.filter(actif=True), label="Thème", required=False, empty_label="Non renseigné"
    )
    sous_theme = ChoixSousTheme(help_text="Choisi seul, il donne le thème.")
    organisme = ChoixOrganisme()
    releve_le = ChampJour(label="Relevé le")

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        sous_theme, theme = donnees.get("sous_theme"), donnees.get("theme")
        if sous_theme and not theme:
            donnees["theme"] = sous_theme.theme
        elif sous_theme and sous_theme.theme_id != theme.pk:
            self.add_error("sous_theme", "Ce sous-thème n’appartient pas au thème choisi.")
        if (donnees.get("lon") is None) != (donnees.get("lat") is None):
            self.add_error("lat", "Une position a une longitude et une latitude.")
        return donnees


class FormulaireConstat(_AvecGrille, FormulaireVersionne):
    """Correct a constat; what a second writer changed meanwhile is said."""

    echeance_le = ChampJour(label="Réponse attendue le", required=False)
    principe = ChoixPrincipe()
    field_order = ("releve_le", "nature", "theme", "sous_theme", "principe")

    class Meta:
        model = Constat
        fields = (
            *_COMMUNS,
            "principe",
            "priorite_forcee",
            "priorite_motif",
            "reference_externe",
            "echeance_le",
            "reponse_publique",
            "note_interne",
            "action",
            "porter_au_copil",
        )
        widgets = _WIDGETS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["action"].queryset = Action.objects.du_quartier(self.instance.quartier)
        self.fields["action"].empty_label = "Aucune"
        if self.instance.etat in EtatConstat.CHEZ_L_ORGANISME:
            self.fields["organisme"].disabled = True
            self.fields["organisme"].help_text = "Pour changer d’organisme, utilisez « Réorienter » sur la fiche."
        _garder_le_choisi(self.fields, self.instance)
        garder_le_principe(self.fields, self.instance)


def _garder_le_choisi(champs: dict[str, forms.Field], constat: Constat) -> None:
    """Keep in the lists what the constat already has, even when it is no longer offered."""
    for nom in ("theme", "sous_theme", "principe", "organisme"):
        pk = getattr(constat, f"{nom}_id")
        if pk is not None:
            champs[nom].queryset = champs[nom].queryset | champs[nom].queryset.model.objects.filter(pk=pk)


class FormulaireNouveauConstat(_AvecGrille):
    """A constat typed at the desk, in a walk or outside of any."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    photo = ChampPhoto(required=False, help_text="JPEG, PNG, WebP ou HEIC. Ni visage ni plaque, si possible.")

    class Meta:
        model = Constat
        fields = ("quartier", "diagnostic", "origine", *_COMMUNS)
        widgets = _WIDGETS

    def __init__(self, *args, utilisateur, **kwargs):
        super().__init__(*args, **kwargs)
        ids = utilisateur.perimetre.quartiers_pour(*ROLES_DU_SERVICE)
        quartiers = Quartier.objects.all() if ids is None else Quartier.objects.filter(pk__in=ids)
        marches = Diagnostic.objects.filter(quartier__in=quartiers).exclude(etat__in=("annule", "clos"))
        self.fields["quartier"].queryset = quartiers
        self.fields["quartier"].required = False
        self.fields["quartier"].empty_label = "Selon le diagnostic ou l’épingle"
        self.fields["diagnostic"].queryset = marches.select_related("quartier")
        self.fields["diagnostic"].empty_label = "Hors diagnostic"
        self.fields["nature"].initial = Nature.NEGATIF
        self.fields["domanialite"].initial = Domanialite.A_DETERMINER

    def _post_clean(self):
        """Leave the checks of the model to the write itself, which numbers the constat first."""


class FormulairePhoto(forms.Form):
    """One photo and what it shows."""

    photo = ChampPhoto()
    role = forms.ChoiceField(label="Ce que montre la photo", choices=RolePhoto, initial=RolePhoto.APRES)
    texte_alternatif = forms.CharField(
        label="Description pour qui ne la voit pas",
        max_length=200,
        required=False,
        help_text="Une phrase : « Le dépôt a disparu, le trottoir est propre. »",
    )

    def __init__(self, *args, partenaire: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if partenaire:
            self.fields["role"].choices = [(RolePhoto.PENDANT, "Pendant"), (RolePhoto.APRES, "Après")]


def erreurs_de(erreur: ValidationError, formulaire: forms.BaseForm) -> None:
    """Put what the write refused beside the fields, or above the form for the others."""
    if not hasattr(erreur, "error_dict"):
        formulaire.add_error(None, erreur)
        return
    for champ, phrases in erreur.message_dict.items():
        formulaire.add_error(champ if champ in formulaire.fields else None, phrases)
