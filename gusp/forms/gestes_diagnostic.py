"""One small form a gesture on the state of a walk: its fields, and the write that it calls."""

from typing import ClassVar

from django import forms
from django.urls import reverse
from django.utils import timezone

from gusp.enums import TRANSITIONS_DIAGNOSTIC, EtatDiagnostic
from gusp.forms.champs import ChampJour, texte
from gusp.metier import diagnostics
from gusp.models import Diagnostic


class FormulaireGesteDiagnostic(forms.Form):
    """Base: `nom` in the address, `libelle` of the button, `vers` the state that it leads to, `fait` what is said."""

    nom: ClassVar[str]
    libelle: ClassVar[str]
    vers: ClassVar[EtatDiagnostic]
    de: ClassVar[EtatDiagnostic | None] = None
    fait: ClassVar[str]
    faire: ClassVar
    aide: ClassVar[str] = ""

    def __init__(self, data=None, *, diagnostic: Diagnostic):
        self.diagnostic = diagnostic
        super().__init__(data, auto_id=f"{self.nom}_%s")

    @classmethod
    def possible(cls, diagnostic: Diagnostic) -> bool:
        """Tell whether the state allows it."""
        etat = EtatDiagnostic(diagnostic.etat)
        return (etat, cls.vers) in TRANSITIONS_DIAGNOSTIC and cls.de in (None, etat)

    @property
    def adresse(self) -> str:
        return reverse(f"gusp:diagnostic_{self.nom}", args=[self.diagnostic.pk])

    def executer(self, *, par) -> None:
        """Call the write; raises TransitionRefusee."""
        type(self).faire(self.diagnostic, par=par, **self.cleaned_data)


def _motif(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=1000, widget=texte(2))


class Realiser(FormulaireGesteDiagnostic):
    nom, libelle, fait = "realiser", "Noter la marche réalisée", "La marche est notée réalisée."
    vers = EtatDiagnostic.REALISE
    faire = diagnostics.realiser
    aide = "La marche a eu lieu\u00a0: il reste à trier les constats, puis à diffuser le relevé."


class Diffuser(FormulaireGesteDiagnostic):
    nom, libelle, fait = "diffuser", "Noter le relevé diffusé", "La diffusion du relevé est notée."
    vers = EtatDiagnostic.RELEVE_DIFFUSE
    faire = diagnostics.diffuser_releve
    aide = "Le relevé est parti aux participants\u00a0: les numéros et le parcours ne changent plus."

    diffuse_le = ChampJour(label="Diffusé le", required=False, initial=timezone.localdate)


class Restituer(FormulaireGesteDiagnostic):
    nom, libelle, fait = "restituer", "Noter la restitution faite", "La restitution aux habitants est notée."
    vers, de = EtatDiagnostic.RESTITUE, EtatDiagnostic.RELEVE_DIFFUSE
    faire = diagnostics.restituer
    aide = "Les réponses ont été données aux habitants."

    restitue_le = ChampJour(label="Restitué le", required=False, initial=timezone.localdate)


class Clore(FormulaireGesteDiagnostic):
    nom, libelle, fait = "clore", "Clore", "Le diagnostic est clos."
    vers = EtatDiagnostic.CLOS
    faire = diagnostics.clore
    aide = "Plus rien n’est attendu de cette marche. Ses constats continuent leur vie."


class Rouvrir(FormulaireGesteDiagnostic):
    nom, libelle, fait = "rouvrir", "Rouvrir", "Le diagnostic est rouvert."
    vers, de = EtatDiagnostic.RESTITUE, EtatDiagnostic.CLOS
    faire = diagnostics.rouvrir

    motif = _motif("Motif")


class Annuler(FormulaireGesteDiagnostic):
    nom, libelle, fait = "annuler", "Annuler la marche", "La marche est annulée."
    vers = EtatDiagnostic.ANNULE
    faire = diagnostics.annuler

    motif = _motif("Pourquoi la marche est annulée")


class Reprendre(FormulaireGesteDiagnostic):
    nom, libelle, fait = "reprendre", "Reprendre la préparation", "La marche est de nouveau en préparation."
    vers = EtatDiagnostic.PREPARATION
    faire = diagnostics.reprendre


GESTES_DIAGNOSTIC = {geste.nom: geste for geste in (Realiser, Diffuser, Restituer, Clore, Rouvrir, Reprendre, Annuler)}
