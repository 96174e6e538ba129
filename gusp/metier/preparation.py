"""Writes of the preparation: route and stops, people invited, presence and counts of residents."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from gusp.enums import EtatDiagnostic
from gusp.models import Diagnostic, Etape, Participant
from quartiers.geometrie import distance_m

#: Numbers of stops are printed in the relevé: the route moves no more once it is sent.
PARCOURS_OUVERT = (EtatDiagnostic.PREPARATION, EtatDiagnostic.REALISE)
#: A stop farther than that from the centre of the quartier is a slip of the finger (metres).
LOIN_M = 5000
ETAPES_MAX, SOMMETS_MAX = 30, 500
CHAMPS_HABITANTS = ("habitants_femmes", "habitants_hommes", "habitants_jeunes", "habitants_seniors", "meteo")
CHANGE = (
    "Quelqu’un d’autre a enregistré pendant votre saisie. Elle est gardée ci-dessous\u00a0: vérifiez-la, puis "
    "enregistrez de nouveau pour la retenir."
)
_COUPLE = re.compile(r"(-?\d{1,3}(?:[.,]\d+)?)[;\s]+(-?\d{1,3}(?:[.,]\d+)?)")
_COUPLE_A_VIRGULE = re.compile(r"(-?\d{1,3}\.\d+)\s*,\s*(-?\d{1,3}\.\d+)")


def lire_trajet(texte: str) -> list[list[float]]:
    """Read one « longitude latitude » a line; raises ValidationError that names the line."""
    sommets = []
    for rang, ligne in enumerate(filter(None, (brute.strip() for brute in texte.splitlines())), start=1):
        lu = _COUPLE.fullmatch(ligne) or _COUPLE_A_VIRGULE.fullmatch(ligne)
        if lu is None:
            raise ValidationError(
                f"Ligne {rang} du trajet\u00a0: écrivez la longitude puis la latitude (0.6912 47.3821)."
            )
        sommets.append([round(float(nombre.replace(",", ".")), 6) for nombre in lu.groups()])
    if len(sommets) == 1:
        raise ValidationError("Un trajet a au moins deux points, ou aucun.")
    if len(sommets) > SOMMETS_MAX:
        raise ValidationError(f"Un trajet a au plus {SOMMETS_MAX} points.")
    return sommets


def ecrire_trajet(parcours: Mapping[str, Any] | None) -> str:
    """Return a stored route as the lines that `lire_trajet` reads."""
    return "\n".join(f"{lon} {lat}" for lon, lat, *_ in (parcours or {}).get("coordinates", []))


@transaction.atomic
def ecrire_parcours(
    diagnostic: Diagnostic, *, etapes: Sequence[Mapping[str, Any]], trajet: Sequence[Sequence[float]], vu: str
) -> Diagnostic:
    """Replace the route and the stops, numbered in the order given; `vu` is the fingerprint shown with the form.

    A row of `etapes` with the `pk` of a stop changes it in place, so that its constats stay on it. Raises
    ValidationError: changed meanwhile, relevé already sent, stop with constats removed, point out of the quartier.
    """
    diagnostic = Diagnostic.objects.select_for_update(of=("self",)).select_related("quartier").get(pk=diagnostic.pk)
    if diagnostic.etat not in PARCOURS_OUVERT:
        raise ValidationError("Le parcours ne change plus\u00a0: ses numéros sont imprimés, ou la marche est annulée.")
    if vu != empreinte_du_parcours(diagnostic):
        raise ValidationError(CHANGE, code="change")
    if len(etapes) > ETAPES_MAX:
        raise ValidationError(f"Une marche a au plus {ETAPES_MAX} étapes.")
    for point in [*trajet, *((e["lon"], e["lat"]) for e in etapes if e["lon"] is not None)]:
        _refuser_loin(diagnostic, *map(float, point))
    anciennes = {etape.pk: etape for etape in diagnostic.etapes.all()}
    gardees = {etape["pk"] for etape in etapes if etape.get("pk")}
    _retirer([etape for pk, etape in anciennes.items() if pk not in gardees])
    _renumeroter(diagnostic, anciennes, etapes)
    diagnostic.parcours = {"type": "LineString", "coordinates": [list(s) for s in trajet]} if trajet else None
    diagnostic.save(update_fields=["parcours", "modifie_le"])
    return diagnostic


def _refuser_loin(diagnostic: Diagnostic, lon: float, lat: float) -> None:
    quartier = diagnostic.quartier
    if distance_m(lon, lat, float(quartier.centre_lon), float(quartier.centre_lat)) > LOIN_M:
        raise ValidationError(
            f"Le point {lon} {lat} est loin de {quartier}\u00a0: vérifiez la longitude et la latitude."
        )


def _retirer(etapes: list[Etape]) -> None:
    for etape in etapes:
        if etape.constats.exists():
            raise ValidationError(
                f"L’étape «\u00a0{etape}\u00a0» porte des constats\u00a0: elle ne peut pas être retirée."
            )
        etape.delete()


def _renumeroter(diagnostic: Diagnostic, anciennes: Mapping[int, Etape], etapes: Sequence[Mapping[str, Any]]) -> None:
    """Write the rows in order; numbers first leave the way, since two stops never share one."""
    for rang, etape in enumerate(anciennes.values()):
        Etape.objects.filter(pk=etape.pk).update(numero=1000 + rang)
    for numero, rangee in enumerate(etapes, start=1):
        champs = {nom: rangee[nom] for nom in ("libelle", "heure", "attention", "lon", "lat")}
        etape = anciennes.get(rangee.get("pk")) or Etape(diagnostic=diagnostic)
        for nom, valeur in (champs | {"numero": numero}).items():
            setattr(etape, nom, valeur)
        etape.save()


def empreinte_du_parcours(diagnostic: Diagnostic) -> str:
    """Return the fingerprint of the route and the stops as stored."""
    parcours = Diagnostic.objects.values_list("parcours", flat=True).get(pk=diagnostic.pk)
    champs = ("pk", "numero", "libelle", "heure", "attention", "lon", "lat")
    return _empreinte(ecrire_trajet(parcours), *diagnostic.etapes.values_list(*champs))


@transaction.atomic
def ecrire_participants(diagnostic: Diagnostic, *, rangees: Iterable[Mapping[str, Any]], vu: str) -> None:
    """Replace the list of the people invited; a row with its `pk` keeps its presence. Raises ValidationError."""
    Diagnostic.objects.select_for_update(of=("self",)).get(pk=diagnostic.pk)
    if vu != empreinte_des_participants(diagnostic):
        raise ValidationError(CHANGE, code="change")
    anciens = {p.pk: p for p in diagnostic.participants.all()}
    gardes = set()
    for rangee in rangees:
        participant = anciens.get(rangee.get("pk")) or Participant(diagnostic=diagnostic)
        for nom in ("groupe", "organisme", "nom", "fonction"):
            setattr(participant, nom, rangee[nom])
        participant.validate_constraints()
        participant.save()
        gardes.add(participant.pk)
    diagnostic.participants.filter(pk__in=anciens.keys() - gardes).delete()


def empreinte_des_participants(diagnostic: Diagnostic) -> str:
    """Return the fingerprint of the list of the people invited."""
    return _empreinte(*diagnostic.participants.values_list("pk", "groupe", "organisme_id", "nom", "fonction"))


@transaction.atomic
def noter_presences(diagnostic: Diagnostic, *, presents: Mapping[int, bool | None], **habitants: Any) -> Diagnostic:
    """Say who came (None: not known) and how many residents; `habitants` are fields of CHAMPS_HABITANTS."""
    if inconnus := set(habitants) - set(CHAMPS_HABITANTS):
        raise TypeError(f"Not counts of residents: {sorted(inconnus)}")
    diagnostic = Diagnostic.objects.select_for_update(of=("self",)).get(pk=diagnostic.pk)
    for present in (True, False, None):
        pks = [pk for pk, valeur in presents.items() if valeur is present]
        diagnostic.participants.filter(pk__in=pks).update(present=present)
    for nom, valeur in habitants.items():
        setattr(diagnostic, nom, valeur)
    diagnostic.save(update_fields=[*habitants, "modifie_le"])
    return diagnostic


def _empreinte(*valeurs: Any) -> str:
    return hashlib.sha256(repr(valeurs).encode()).hexdigest()[:16]
