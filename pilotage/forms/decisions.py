"""Forms of the decisions."""

from django import forms

from gusp.forms.champs import ChampJour, ChoixOrganisme, texte
from pilotage.enums import TRANSITIONS_DECISION, EtatDecision
from pilotage.forms.dossiers import aide
from pilotage.models import Decision, Seance
from quartiers.models import Quartier
from socle.verrou import FormulaireVersionne


class _Decision(FormulaireVersionne):
    responsable = ChoixOrganisme(label="Responsable")
    echeance_le = ChampJour(label="Échéance", required=False)

    class Meta:
        model = Decision
        fields = ["texte", "responsable", "echeance_le", "quartier", "point"]
        widgets = {"texte": texte(3)}

    def __init__(self, *args, seance: Seance, **options):
        super().__init__(*args, **options)
        self.seance = seance
        self.fields["quartier"].queryset = Quartier.objects.all()
        self.fields["quartier"].empty_label = "Tous les quartiers"
        self.fields["point"].queryset = seance.points.all()
        self.fields["point"].empty_label = "Aucun en particulier"
        self.helper = aide()

    def clean_echeance_le(self):
        """A due date comes after the meeting."""
        echeance = self.cleaned_data["echeance_le"]
        if echeance and echeance < self.seance.tenue_le:
            raise forms.ValidationError("L’échéance est avant la séance.")
        return echeance


class FormulaireDecision(_Decision):
    """A decision taken in a meeting."""


class FormulaireDecisionModifiee(_Decision):
    """Correct a decision; a due date that moves is explained."""

    motif = forms.CharField(label="Motif du changement", required=False, max_length=500, widget=texte(2))

    @property
    def champs(self) -> dict:
        """What the metier writes, without the lock."""
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if nom != "version"}


class FormulaireSuivi(forms.Form):
    """Where a decision stands: the state, what happened, the day it was kept."""

    vers = forms.ChoiceField(label="État", choices=EtatDecision.choices)
    commentaire = forms.CharField(
        label="Ce qui s’est passé", required=False, max_length=2000, widget=texte(2), strip=True
    )
    tenue_le = ChampJour(label="Tenue le", required=False)
    depuis = forms.ChoiceField(choices=EtatDecision.choices, required=False, widget=forms.HiddenInput)


def etats_possibles(etat: str) -> list[tuple[str, str]]:
    """Return the states reachable from this one, itself first, in the order of a life."""
    suivants = [e for e in EtatDecision if (EtatDecision(etat), e) in TRANSITIONS_DECISION]
    return [(str(e.value), str(e.label)) for e in (EtatDecision(etat), *suivants)]
