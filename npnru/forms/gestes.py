"""Forms of the gestures: one gesture, one form; a date that moved meanwhile is said."""

from django import forms

from npnru.enums import (
    TRANSITIONS_OPERATION,
    EtatOperation,
    GenreDocument,
    GenreFinancement,
    GenreJalon,
    PosteDepense,
    StatutMontant,
    Taxe,
)
from quartiers.models import Organisme
from socle.verrou import verifier, version_de

from .champs import EurosField, explication, jour, motif


class FormulaireGeste(forms.Form):
    """A gesture on `objet`; the fields of `suivis` are compared with those that were shown."""

    suivis: tuple[str, ...] = ()
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)

    def __init__(self, *args, objet, **kwargs):
        super().__init__(*args, **kwargs)
        self.objet = objet
        if self.suivis:
            self.initial["version"] = version_de(objet, self.suivis)
        else:
            del self.fields["version"]

    def clean(self):
        donnees = super().clean()
        if not self.suivis:
            return donnees
        enregistre = type(self.objet)._base_manager.get(pk=self.objet.pk)
        try:
            verifier(enregistre, donnees.get("version", ""), suivis=self.suivis)
        except forms.ValidationError:
            # The next submission confirms what was typed against what is stored now.
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = version_de(enregistre, self.suivis)
            raise
        return donnees


class FormulaireReprogrammationJalon(FormulaireGeste):
    """A new forecast for a milestone."""

    suivis = ("prevu_le", "atteint_le")
    nouvelle = jour("Nouvelle date prévue")
    motif = motif()
    explication = explication()


class FormulaireAtteinte(FormulaireGeste):
    """The actual date of a milestone."""

    suivis = ("prevu_le", "atteint_le")
    atteint_le = jour("Atteint le")
    explication = forms.CharField(label="Remarque", max_length=300, required=False)


class FormulaireAnnulation(FormulaireGeste):
    """Take back an actual date."""

    suivis = ("atteint_le",)
    explication = explication("Pourquoi cette date est retirée")


class FormulaireJalon(FormulaireGeste):
    """A new milestone."""

    libelle = forms.CharField(label="Libellé", max_length=160)
    genre = forms.ChoiceField(label="Genre", choices=GenreJalon.choices, initial=GenreJalon.AUTRE)
    prevu_le = jour("Date prévue", required=False, help_text="Elle devient aussi la date initiale.")
    source = forms.CharField(label="Source de la date", max_length=200, required=False)
    important = forms.BooleanField(label="À montrer en COPIL", required=False, initial=True)


class FormulaireReprogrammationPhase(FormulaireGeste):
    """A new forecast period for a phase."""

    suivis = ("debut_prevu", "fin_prevue", "fin_reelle")
    debut = jour("Début prévu", required=False)
    fin = jour("Fin prévue", required=False)
    decaler_suite = forms.BooleanField(
        label="Décaler d’autant les phases et les jalons qui suivent", required=False, initial=True
    )
    motif = motif()
    explication = explication()


class FormulaireAvancement(FormulaireGeste):
    """When a phase really began and ended."""

    suivis = ("debut_reel", "fin_reelle")
    debut_reel = jour("Début réel", required=False)
    fin_reelle = jour("Fin réelle", required=False)


class FormulaireEtat(FormulaireGeste):
    """A change of state among those allowed."""

    vers = forms.ChoiceField(label="Nouvel état")
    commentaire = forms.CharField(label="Commentaire", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        permis = [(etat, etat.label) for etat in EtatOperation if (self.objet.etat, etat) in TRANSITIONS_OPERATION]
        self.fields["vers"].choices = [("", "Choisir…"), *permis]


class FormulaireMontant(FormulaireGeste):
    """A new version of an amount."""

    statut = forms.ChoiceField(
        label="Ce que ce montant représente",
        choices=StatutMontant.choices,
        initial=StatutMontant.PREVU,
        help_text="Appelé et reçu sont des cumuls depuis le début.",
    )
    valeur = EurosField(label="Montant en euros")
    taxe = forms.ChoiceField(label="HT ou TTC", choices=[("", "Choisir…"), *Taxe.choices])
    valeur_le = jour("Date de valeur")
    source = forms.CharField(label="Source", max_length=200, help_text="Délibération, courrier, convention, article…")
    source_url = forms.URLField(label="Adresse de la source", required=False, max_length=500, assume_scheme="https")
    motif = forms.CharField(
        label="Motif du changement",
        max_length=300,
        required=False,
        help_text="Obligatoire quand le montant diffère du précédent.",
    )


class FormulaireCout(FormulaireGeste):
    """A new cost item."""

    poste = forms.ChoiceField(label="Poste", choices=[("", "Choisir…"), *PosteDepense.choices])
    precision = forms.CharField(label="Précision", max_length=120, required=False)


class FormulaireFinancement(FormulaireGeste):
    """A new line of the financing plan."""

    financeur = forms.ModelChoiceField(label="Financeur", queryset=Organisme.objects.actifs(), empty_label="Choisir…")
    genre = forms.ChoiceField(label="Genre", choices=GenreFinancement.choices)
    dispositif = forms.CharField(label="Dispositif", max_length=120, required=False)
    base_subventionnable = EurosField(label="Base subventionnable (€ HT)", required=False)
    commencement_autorise_le = jour("Commencement autorisé le", required=False)
    a_solder_avant_le = jour("À solder avant le", required=False)


class FormulaireDocument(FormulaireGeste):
    """A document; the same title makes a new version."""

    titre = forms.CharField(
        label="Titre", max_length=160, help_text="Reprenez le titre d’un document pour en déposer une nouvelle version."
    )
    genre = forms.ChoiceField(label="Genre", choices=GenreDocument.choices)
    date_document = jour("Date du document", required=False)
    fichier = forms.FileField(
        label="Fichier", help_text="PDF, Word (.docx), Excel (.xlsx), OpenDocument, PNG ou JPEG, 50 Mo au plus."
    )
