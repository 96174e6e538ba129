"""Forms of the instances, the meetings and their agenda."""

from django import forms
from django.utils import timezone

from gusp.forms.champs import ChampJour, ChoixOrganisme, texte
from pilotage.enums import EtatSeance
from pilotage.forms.dossiers import aide
from pilotage.models import Instance, PointOrdreDuJour, Seance
from quartiers.models import Organisme, Quartier
from socle.formats import typo
from socle.verrou import FormulaireVersionne


class FormulaireInstance(FormulaireVersionne):
    """A body that meets."""

    organisateur = ChoixOrganisme(label="Organisateur")

    class Meta:
        model = Instance
        fields = ["nom", "genre", "organisateur", "rythme", "quartiers", "membres", "active"]
        widgets = {"quartiers": forms.CheckboxSelectMultiple, "membres": forms.CheckboxSelectMultiple}
        help_texts = {"active": "Décochée, l’instance n’est plus proposée pour une nouvelle séance."}
        error_messages = {"nom": {"unique": "Une instance porte déjà ce nom."}}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["quartiers"].queryset = Quartier.objects.all()
        membres = Organisme.objects.actifs()
        if self.instance.pk:
            membres = (membres | self.instance.membres.all()).distinct()
        self.fields["membres"].queryset = membres
        self.helper = aide()


class FormulaireSeance(FormulaireVersionne):
    """A meeting: its instance, its day, where and how long."""

    tenue_le = ChampJour(label="Date")

    class Meta:
        model = Seance
        fields = ["instance", "tenue_le", "heure", "duree_minutes", "lieu", "notes"]
        widgets = {"heure": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), "notes": texte(4)}
        help_texts = {
            "notes": "Pour l’équipe : elles ne paraissent ni dans le dossier ni dans l’ordre du jour imprimé."
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        actives = Instance.objects.filter(active=True)
        if self.instance.pk:
            actives = actives | Instance.objects.filter(pk=self.instance.instance_id)
        self.fields["instance"].queryset = actives
        self.fields["instance"].empty_label = "Choisir…"
        self.fields["duree_minutes"].min_value = 5
        self.fields["notes"].help_text = typo(self.fields["notes"].help_text)
        self.helper = aide()

    def clean_duree_minutes(self):
        """Refuse a meeting of no time, or of more than a day."""
        minutes = self.cleaned_data["duree_minutes"]
        if not 5 <= minutes <= 1440:
            raise forms.ValidationError("La durée va de 5 minutes à 24 heures.")
        return minutes

    def clean_tenue_le(self):
        """A meeting that was held cannot move to a day to come."""
        jour = self.cleaned_data["tenue_le"]
        if self.instance.etat == EtatSeance.TENUE and jour > timezone.localdate():
            raise forms.ValidationError("Cette séance a été tenue : sa date ne peut pas être à venir.")
        return jour


class FormulairePoint(FormulaireVersionne):
    """A point of the agenda; several such forms live on one page, told apart by their prefix."""

    class Meta:
        model = PointOrdreDuJour
        fields = ["titre", "genre", "minutes", "rapporteur", "texte"]
        widgets = {"texte": texte(3)}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.helper = aide()

    def clean_minutes(self):
        """Refuse a point without time or longer than a day."""
        minutes = self.cleaned_data["minutes"]
        if not 1 <= minutes <= 1440:
            raise forms.ValidationError("Un point dure de 1 à 1\u202f440 minutes.")
        return minutes
