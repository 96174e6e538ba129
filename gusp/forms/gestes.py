"""One small form a gesture: its fields, and the write that it calls."""

from typing import ClassVar

from django import forms
from django.urls import reverse
from django.utils import timezone

from gusp.enums import Canal, Domanialite, EtatConstat, Urgence
from gusp.forms.champs import ChampJour, ChoixOrganisme, ChoixSousTheme, texte
from gusp.metier import transitions, transmissions
from gusp.models import Constat, Theme


def _motif(label: str, *, requis: bool = True, aide: str = "", lignes: int = 2) -> forms.CharField:
    return forms.CharField(label=label, required=requis, widget=texte(lignes), max_length=2000, help_text=aide)


class FormulaireGeste(forms.Form):
    """Base: `nom` in the address, `libelle` of the button, `vers` the state that it leads to, `fait` what is said."""

    nom: ClassVar[str]
    libelle: ClassVar[str]
    vers: ClassVar[EtatConstat | None] = None
    fait: ClassVar[str]
    faire: ClassVar

    def __init__(self, data=None, *, constat: Constat, utilisateur):
        self.constat, self.utilisateur = constat, utilisateur
        super().__init__(data, auto_id=f"{self.nom}_%s", initial=self.de_depart(constat))

    def de_depart(self, constat: Constat) -> dict:
        """Return the values shown first."""
        return {}

    @property
    def intitule(self) -> str:
        """Name of the gesture among the others."""
        return self.libelle

    @property
    def adresse(self) -> str:
        return reverse(f"gusp:constat_{self.nom}", args=[self.constat.pk])

    def executer(self) -> None:
        """Call the write; raises TransitionRefusee or ValidationError."""
        type(self).faire(self.constat, par=self.utilisateur, **self.cleaned_data)


class Qualifier(FormulaireGeste):
    nom, libelle, fait = "qualifier", "Qualifier", "Le constat est qualifié."
    vers = EtatConstat.QUALIFIE
    faire = transitions.qualifier

    theme = forms.ModelChoiceField(Theme.objects.filter(actif=True), label="Thème", required=False)
    sous_theme = ChoixSousTheme()
    domanialite = forms.ChoiceField(label="Domanialité", choices=Domanialite)
    organisme = ChoixOrganisme(empty_label="Selon le thème et la domanialité")
    urgence = forms.TypedChoiceField(label="Urgence", choices=Urgence, coerce=int)
    repere = forms.CharField(label="Adresse ou repère", required=False, max_length=200)

    def de_depart(self, constat):
        return {
            "theme": constat.theme_id,
            "sous_theme": constat.sous_theme_id,
            "domanialite": constat.domanialite,
            "organisme": constat.organisme_id,
            "urgence": constat.urgence,
            "repere": constat.repere,
        }


class _Envoi(FormulaireGeste):
    canal = forms.ChoiceField(label="Par", choices=Canal)
    destinataire = forms.CharField(label="Destinataire (fonction)", required=False, max_length=160)
    message = _motif("Message", requis=False)


class Transmettre(_Envoi):
    nom, libelle, fait = "transmettre", "Transmettre", "Le constat est transmis."
    vers = EtatConstat.TRANSMIS
    faire = transitions.transmettre

    organisme = ChoixOrganisme(label="À", required=True, empty_label="Choisir…")
    echeance_le = ChampJour(
        label="Réponse attendue le", required=False, help_text="Laisser vide : selon le délai de l’urgence."
    )
    field_order = ("organisme", "canal", "destinataire", "echeance_le", "message")

    def de_depart(self, constat):
        return {"organisme": constat.organisme_id}


class Relancer(_Envoi):
    nom, libelle, fait = "relancer", "Relancer", "La relance est notée."
    faire = transmissions.relancer


class PrendreEnCharge(FormulaireGeste):
    nom, libelle, fait = "prendre_en_charge", "Noter la prise en charge", "La prise en charge est notée."
    vers = EtatConstat.PRIS_EN_CHARGE
    faire = transitions.prendre_en_charge

    reference_externe = forms.CharField(label="Référence chez l’organisme", required=False, max_length=80)
    commentaire = _motif("Commentaire", requis=False)


class Programmer(FormulaireGeste):
    nom, libelle, fait = "programmer", "Programmer", "La date prévue est notée."
    vers = EtatConstat.PROGRAMME
    faire = transitions.programmer

    programme_le = ChampJour(label="Prévu le")
    commentaire = _motif("Commentaire", requis=False)


class Traiter(FormulaireGeste):
    nom, libelle, fait = "traiter", "Noter le traitement", "Le traitement est noté : il reste à vérifier sur place."
    vers = EtatConstat.TRAITE
    faire = transitions.traiter

    reponse = _motif("Réponse aux habitants", aide="La phrase qu’ils liront à la restitution : ce qui a été fait.")
    traite_le = ChampJour(label="Fait le", required=False)

    def de_depart(self, constat):
        return {"traite_le": timezone.localdate(), "reponse": constat.reponse_publique}


class Verifier(FormulaireGeste):
    nom, libelle, fait = "verifier", "Vérifié sur place", "Le constat est vérifié sur place."
    vers = EtatConstat.VERIFIE
    faire = transitions.verifier

    commentaire = _motif("Ce qui a été vu", requis=False)


class Classer(FormulaireGeste):
    nom, libelle, fait = "classer", "Classer sans suite", "Le constat est classé sans suite."
    vers = EtatConstat.SANS_SUITE
    faire = transitions.classer_sans_suite

    reponse = _motif("Réponse publique", aide="Les habitants doivent savoir pourquoi.")


class Reorienter(FormulaireGeste):
    nom, libelle, fait = "reorienter", "Réorienter", "Le constat est réorienté : il reste à transmettre."
    vers = EtatConstat.REORIENTE
    faire = transitions.reorienter

    organisme = ChoixOrganisme(label="Vers", required=True, empty_label="Choisir…")
    motif = _motif("Motif", requis=False)


class Rouvrir(FormulaireGeste):
    nom, libelle, fait = "rouvrir", "Rouvrir", "Le constat est rouvert : il est de nouveau à transmettre."
    vers = EtatConstat.QUALIFIE
    faire = transitions.rouvrir

    motif = _motif("Motif")


class Doublon(FormulaireGeste):
    nom, libelle, fait = "doublon", "Regrouper", "Le constat est regroupé avec celui que vous gardez."
    vers = EtatConstat.DOUBLON
    faire = transitions.marquer_doublon

    maitre = forms.CharField(label="Numéro du constat gardé", max_length=24, help_text="Par exemple SAN-2026-07·12.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["maitre"].widget.attrs["list"] = "doublons-possibles"

    def clean_maitre(self):
        reference = self.cleaned_data["maitre"].strip().replace(".", "·").upper()
        maitre = Constat.objects.visibles_par(self.utilisateur).filter(reference=reference).first()
        if maitre is None:
            raise forms.ValidationError(f"Aucun constat visible ne porte le numéro {reference}.")
        return maitre


class Ecarter(FormulaireGeste):
    nom, libelle, fait = "ecarter", "Écarter", "Le constat est écarté."
    vers = EtatConstat.ECARTE
    faire = transitions.ecarter

    motif = _motif("Motif", aide="Hors du périmètre, donnée à ne pas garder…")


class Commenter(FormulaireGeste):
    nom, libelle, fait = "commenter", "Ajouter le commentaire", "Le commentaire est ajouté."
    faire = transmissions.commenter

    intitule = "Commenter"
    commentaire = _motif("Commentaire")
    public = forms.BooleanField(label="Lisible par l’organisme", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.utilisateur.perimetre.est_partenaire:
            del self.fields["public"]

    def executer(self):
        public = self.cleaned_data.get("public", True)
        transmissions.commenter(
            self.constat, par=self.utilisateur, commentaire=self.cleaned_data["commentaire"], public=public
        )


GESTES = {
    geste.nom: geste
    for geste in (
        Qualifier,
        Transmettre,
        PrendreEnCharge,
        Programmer,
        Traiter,
        Verifier,
        Relancer,
        Reorienter,
        Classer,
        Rouvrir,
        Doublon,
        Ecarter,
        Commenter,
    )
}
