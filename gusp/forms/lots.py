"""Forms of the bulk gestures."""

from django import forms

from gusp.enums import Canal
from gusp.forms.champs import ChoixOrganisme, texte


class FormulaireRelanceLot(forms.Form):
    """How many constats are reminded."""

    canal = forms.ChoiceField(label="Par", choices=Canal)
    message = forms.CharField(label="Message", required=False, widget=texte(3), max_length=2000)


class FormulaireTransmissionLot(FormulaireRelanceLot):
    """To whom many constats are sent."""

    organisme = ChoixOrganisme(label="À", empty_label="L’organisme de chaque constat")
    destinataire = forms.CharField(label="Destinataire (fonction)", required=False, max_length=160)
    field_order = ("organisme", "canal", "destinataire", "message")
