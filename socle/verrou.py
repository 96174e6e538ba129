"""Optimistic locking of edit forms: the second writer is told what changed and keeps what they typed.

A form carries one short digest per field, taken when it was shown. When it comes back, fields whose stored value
moved meanwhile are named with their new value; sending again confirms. No column is needed, and a change made by any
other path (import, inline edit, shell) is seen too.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connection, models
from django.utils import formats, timezone


@dataclass(frozen=True)
class Changement:
    """A field that moved since the form was shown: its name, its label, its stored value as a person reads it."""

    champ: str
    libelle: str
    maintenant: str


class VersionPerimee(ValidationError):
    """Somebody else saved meanwhile; `changements` says what moved."""

    def __init__(self, changements: list[Changement]):
        self.changements = changements
        quoi = ", ".join(f"{c.libelle} (désormais « {c.maintenant} »)" for c in changements)
        super().__init__(
            f"Cette fiche a été modifiée pendant votre saisie : {quoi}. Votre saisie est conservée ; "
            "vérifiez-la, puis enregistrez de nouveau pour la garder.",
            code="version_perimee",
        )


def version_de(objet: models.Model, champs: Iterable[str]) -> str:
    """Return the digests of these fields of `objet` as stored in memory, as the text of the hidden field."""
    return json.dumps({champ: _empreinte(objet, champ) for champ in champs}, separators=(",", ":"))


def changements_depuis(objet: models.Model, version: str, *, suivis: Iterable[str] | None = None) -> list[Changement]:
    """Return the fields of `objet` that differ from `version`; raises ValidationError when it is unreadable.

    `version` comes back from the reader, and what differs is shown with its stored value: `suivis` are the only fields
    that it may name (all of them when None, for a version that never left the server).
    """
    try:
        vues = dict(json.loads(version))
        if suivis is not None and not set(vues) <= set(suivis):
            raise ValueError("a field that was not followed")
        return [
            Changement(champ, str(objet._meta.get_field(champ).verbose_name), _lisible(objet, champ))
            for champ, empreinte in vues.items()
            if _empreinte(objet, champ) != empreinte
        ]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, FieldDoesNotExist) as erreur:
        raise ValidationError(
            "La version de cette fiche est illisible ; rechargez la page.", code="version_illisible"
        ) from erreur


def verifier(objet: models.Model, version: str, *, suivis: Iterable[str] | None = None) -> None:
    """Raise VersionPerimee when `objet` (locked by the caller) moved since `version`, which only names `suivis`."""
    if changements := changements_depuis(objet, version, suivis=suivis):
        raise VersionPerimee(changements)


class FormulaireVersionne(forms.ModelForm):
    """ModelForm with the hidden `version`; in a transaction it locks the row before comparing."""

    data: Any  # declared by Django without a type
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=8000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._champs_suivis = [champ.name for champ in self._champs_du_modele() if champ.name in self.fields]
        if self.instance.pk is None:
            del self.fields["version"]
        else:
            self.initial["version"] = version_de(self.instance, self._champs_suivis)

    def _champs_du_modele(self):
        return [*self._meta.model._meta.fields, *self._meta.model._meta.many_to_many]

    def clean(self):
        donnees = super().clean()
        if self.instance.pk is not None:
            self._comparer()
        return donnees

    def _comparer(self) -> None:
        version = self.cleaned_data.get("version", "")
        if not version:
            raise ValidationError("La version de cette fiche manque ; rechargez la page.", code="version_manquante")
        enregistre = self._enregistre()
        try:
            verifier(enregistre, version, suivis=self._champs_suivis)
        except VersionPerimee as perimee:
            # A second sending, or the same change made by two people, is no conflict.
            if conflits := [c for c in perimee.changements if self._saisi_autrement(c.champ, enregistre)]:
                self._confirmer_contre(enregistre)
                raise VersionPerimee(conflits) from perimee

    def _saisi_autrement(self, champ: str, enregistre: models.Model) -> bool:
        """Tell whether what was typed differs from what is stored now."""
        stocke = forms.models.model_to_dict(enregistre, [champ]).get(champ)
        return champ not in self.fields or self.fields[champ].has_changed(stocke, self[champ].data)

    def _confirmer_contre(self, enregistre: models.Model) -> None:
        """Make the next submission confirm what was typed against what is stored now."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = version_de(enregistre, self._champs_suivis)

    def _enregistre(self) -> models.Model:
        lignes = self._meta.model._base_manager.all()
        if connection.in_atomic_block:
            lignes = lignes.select_for_update(of=("self",))
        return lignes.get(pk=self.instance.pk)


def _valeur(objet: models.Model, champ: str):
    definition = objet._meta.get_field(champ)
    if definition.many_to_many:
        return sorted(str(pk) for pk in getattr(objet, champ).values_list("pk", flat=True))
    return definition.value_to_string(objet) if definition.value_from_object(objet) is not None else None


def _empreinte(objet: models.Model, champ: str) -> str:
    return hashlib.sha256(repr(_valeur(objet, champ)).encode()).hexdigest()[:12]


def _lisible(objet: models.Model, champ: str) -> str:
    definition = objet._meta.get_field(champ)
    if definition.many_to_many:
        return ", ".join(str(lie) for lie in getattr(objet, champ).all()) or "rien"
    if definition.choices:
        return str(getattr(objet, f"get_{champ}_display")()) or "non renseigné"
    valeur = getattr(objet, champ)
    if valeur in (None, ""):
        return "non renseigné"
    return _texte(valeur)


def _texte(valeur) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime.datetime):
        return formats.date_format(timezone.localtime(valeur), "d/m/Y H:i")
    if isinstance(valeur, datetime.date):
        return formats.date_format(valeur, "d/m/Y")
    return str(formats.localize(valeur))[:200]
