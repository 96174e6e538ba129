"""Writes of the walks: numbering, preparation, route and stops, participants, the one door of the state."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from gusp.enums import TRANSITIONS_DIAGNOSTIC, EtatDiagnostic
from gusp.metier.refus import TransitionRefusee, en_validation, phrase_de
from gusp.models import Diagnostic, Etape, MouvementDiagnostic, Participant
from quartiers.models import Quartier
from socle.formats import jour

#: What the preparation and the report may change; number, year and state have their own doors.
CHAMPS_MODIFIABLES = (
    "secteur",
    "genre",
    "intitule",
    "prevu_le",
    "heure_debut",
    "heure_fin",
    "lieu_rendez_vous",
    "meteo",
    "organisateur",
    "referent",
    "precedent",
    "parcours",
    "raisons",
    "restitution_prevue_le",
    "restitution_lieu",
    "habitants_femmes",
    "habitants_hommes",
    "habitants_jeunes",
    "habitants_seniors",
    "notes",
)

_REFUS = {
    (EtatDiagnostic.PREPARATION, EtatDiagnostic.RELEVE_DIFFUSE): "Notez d’abord que la marche a eu lieu.",
    (EtatDiagnostic.REALISE, EtatDiagnostic.RESTITUE): "Le relevé se diffuse aux participants avant la restitution.",
}


def creer_diagnostic(
    *,
    par,
    quartier: Quartier,
    prevu_le: datetime.date,
    intitule: str,
    etapes: Iterable[Mapping[str, Any]] = (),
    participants: Iterable[Mapping[str, Any]] = (),
    le: datetime.datetime | None = None,
    **champs: Any,
) -> Diagnostic:
    """Number a walk within its quartier and year, and create it; without `precedent`, the last one there before it.

    `le` is when it was prepared (now by default), `champs` are fields of CHAMPS_MODIFIABLES; `etapes` and
    `participants` are rows of fields. Raises ValidationError.
    """
    _refuser_inconnus(champs)
    if "precedent" not in champs:
        champs["precedent"] = _dernier_avant(quartier, prevu_le)
    try:
        with transaction.atomic():
            Quartier.objects.select_for_update(of=("self",)).get(pk=quartier.pk)
            annee = prevu_le.year
            dernier = Diagnostic.objects.filter(quartier=quartier, annee=annee).aggregate(n=Max("numero"))["n"] or 0
            diagnostic = Diagnostic.objects.create(
                quartier=quartier,
                annee=annee,
                numero=dernier + 1,
                prevu_le=prevu_le,
                intitule=intitule,
                cree_par=par,
                **champs,
            )
            _verifier_les_liens(diagnostic)
            ecrire_etapes(diagnostic, etapes)
            Participant.objects.bulk_create(Participant(diagnostic=diagnostic, **p) for p in participants)
            _journaliser(diagnostic, de="", par=par, le=le)
    except IntegrityError as erreur:
        raise en_validation(erreur, Diagnostic) from erreur
    return diagnostic


def _dernier_avant(quartier: Quartier, prevu_le: datetime.date) -> Diagnostic | None:
    avant = Diagnostic.objects.filter(quartier=quartier, prevu_le__lt=prevu_le)
    return avant.exclude(etat=EtatDiagnostic.ANNULE).first()


@transaction.atomic
def modifier_diagnostic(diagnostic: Diagnostic, *, par, **champs: Any) -> Diagnostic:
    """Correct fields of CHAMPS_MODIFIABLES under lock; the day of a walk that took place does not go to the future.

    A moved day leaves a line in the journal. Raises ValidationError.
    """
    _refuser_inconnus(champs)
    diagnostic = Diagnostic.objects.select_for_update(of=("self",)).select_related("quartier").get(pk=diagnostic.pk)
    avant = diagnostic.prevu_le
    for nom, valeur in champs.items():
        setattr(diagnostic, nom, valeur)
    _verifier_les_liens(diagnostic)
    if diagnostic.etat in EtatDiagnostic.TENUS and diagnostic.prevu_le > timezone.localdate():
        raise ValidationError({"prevu_le": "Cette marche a eu lieu\u00a0: sa date ne peut pas être à venir."})
    try:
        with transaction.atomic():
            diagnostic.save(update_fields=[*champs, "modifie_le"])
    except IntegrityError as erreur:
        raise en_validation(erreur, Diagnostic) from erreur
    if diagnostic.prevu_le != avant:
        phrase = f"Date déplacée du {jour(avant)} au {jour(diagnostic.prevu_le)}."
        _journaliser(diagnostic, de=diagnostic.etat, par=par, commentaire=phrase)
    return diagnostic


def _verifier_les_liens(diagnostic: Diagnostic) -> None:
    """Refuse a previous walk or a sector of another quartier, and a previous walk that comes later."""
    precedent, secteur = diagnostic.precedent, diagnostic.secteur
    if precedent is not None and precedent.quartier_id != diagnostic.quartier_id:
        raise ValidationError({"precedent": "Le diagnostic précédent se tient dans le même quartier."})
    if precedent is not None and precedent.prevu_le > diagnostic.prevu_le:
        raise ValidationError({"precedent": "Le diagnostic précédent a lieu avant celui-ci."})
    if secteur is not None and secteur.quartier_id != diagnostic.quartier_id:
        raise ValidationError({"secteur": "Ce secteur est dans un autre quartier."})


def ecrire_etapes(diagnostic: Diagnostic, etapes: Iterable[Mapping[str, Any]]) -> list[Etape]:
    """Append numbered stops after those that exist."""
    premier = (diagnostic.etapes.aggregate(n=Max("numero"))["n"] or 0) + 1
    return Etape.objects.bulk_create(
        Etape(diagnostic=diagnostic, numero=rang, **etape) for rang, etape in enumerate(etapes, start=premier)
    )


@transaction.atomic
def changer_etat(
    diagnostic: Diagnostic,
    vers: str,
    *,
    par,
    le: datetime.datetime | None = None,
    commentaire: str = "",
    **champs: Any,
) -> Diagnostic:
    """Lock the walk, check the pair, write the state with its `champs`, add a line to the journal.

    Raises TransitionRefusee with a French sentence.
    """
    diagnostic = Diagnostic.objects.select_for_update(of=("self",)).select_related("quartier").get(pk=diagnostic.pk)
    de, vers = EtatDiagnostic(diagnostic.etat), EtatDiagnostic(vers)
    if (de, vers) not in TRANSITIONS_DIAGNOSTIC:
        raise TransitionRefusee(_refus(de, vers))
    diagnostic.etat = vers
    for nom, valeur in champs.items():
        setattr(diagnostic, nom, valeur)
    try:
        with transaction.atomic():
            diagnostic.save(update_fields=["etat", "modifie_le", *champs])
    except IntegrityError as erreur:
        raise TransitionRefusee(phrase_de(erreur, Diagnostic)) from erreur
    _journaliser(diagnostic, de=de, par=par, le=le, commentaire=commentaire)
    return diagnostic


def realiser(diagnostic: Diagnostic, *, par, le: datetime.datetime | None = None) -> Diagnostic:
    """The walk took place; refused before its day."""
    aujourd_hui = timezone.localdate(le) if le else timezone.localdate()
    if diagnostic.prevu_le > aujourd_hui:
        raise TransitionRefusee(
            f"Cette marche est prévue le {jour(diagnostic.prevu_le)}\u00a0: changez d’abord sa date."
        )
    return changer_etat(diagnostic, EtatDiagnostic.REALISE, par=par, le=le)


def diffuser_releve(
    diagnostic: Diagnostic, *, par, diffuse_le: datetime.date | None = None, le: datetime.datetime | None = None
) -> Diagnostic:
    """The numbered report was sent to those who walked: from now on numbers do not change."""
    diffuse_le = _jour_passe(diffuse_le)
    return changer_etat(diagnostic, EtatDiagnostic.RELEVE_DIFFUSE, par=par, le=le, releve_diffuse_le=diffuse_le)


def restituer(
    diagnostic: Diagnostic, *, par, restitue_le: datetime.date | None = None, le: datetime.datetime | None = None
) -> Diagnostic:
    """The answers were given back to the residents."""
    restitue_le = _jour_passe(restitue_le)
    return changer_etat(diagnostic, EtatDiagnostic.RESTITUE, par=par, le=le, restitue_le=restitue_le)


def clore(diagnostic: Diagnostic, *, par, le: datetime.datetime | None = None) -> Diagnostic:
    """Nothing more is expected of this walk."""
    return changer_etat(diagnostic, EtatDiagnostic.CLOS, par=par, le=le)


def rouvrir(diagnostic: Diagnostic, *, par, motif: str, le: datetime.datetime | None = None) -> Diagnostic:
    """Something is still expected of a closed walk; a motive is required."""
    if not motif.strip():
        raise TransitionRefusee("Dites pourquoi le diagnostic est rouvert.")
    return changer_etat(diagnostic, EtatDiagnostic.RESTITUE, par=par, le=le, commentaire=motif.strip())


def reprendre(diagnostic: Diagnostic, *, par, le: datetime.datetime | None = None) -> Diagnostic:
    """A cancelled walk is prepared again."""
    return changer_etat(diagnostic, EtatDiagnostic.PREPARATION, par=par, le=le)


def annuler(diagnostic: Diagnostic, *, par, motif: str, le: datetime.datetime | None = None) -> Diagnostic:
    """The walk will not take place; a motive is required."""
    if not motif.strip():
        raise TransitionRefusee("Dites pourquoi la marche est annulée.")
    return changer_etat(diagnostic, EtatDiagnostic.ANNULE, par=par, le=le, commentaire=motif.strip())


def constats_a_revoir(diagnostic: Diagnostic):
    """Return the constats of the previous walk to look at again: open ones and those declared done, not checked."""
    if diagnostic.precedent_id is None:
        return diagnostic.constats.none()
    return restant_a_revoir(diagnostic.precedent.constats.all())


def restant_a_revoir(constats):
    """Keep, among constats, those that one looks at again on the spot."""
    return constats.exclude(etat__in=["verifie", "sans_suite", "doublon", "ecarte", "brouillon"]).exclude(
        nature="positif"
    )


def _jour_passe(le: datetime.date | None) -> datetime.date:
    """Return the day given, or today; a day to come is refused."""
    aujourd_hui = timezone.localdate()
    if le is not None and le > aujourd_hui:
        raise TransitionRefusee("Cette date est à venir\u00a0: notez le geste quand il a eu lieu.")
    return le or aujourd_hui


def _refus(de: EtatDiagnostic, vers: EtatDiagnostic) -> str:
    if de == vers:
        return f"Ce diagnostic est déjà «\u00a0{de.label}\u00a0»."
    return _REFUS.get((de, vers), f"On ne passe pas de «\u00a0{de.label}\u00a0» à «\u00a0{vers.label}\u00a0».")


def _journaliser(diagnostic, *, de, par, le=None, commentaire="") -> None:
    MouvementDiagnostic.objects.create(
        diagnostic=diagnostic,
        de=de,
        vers=diagnostic.etat,
        commentaire=commentaire,
        par=par,
        le=le or timezone.now(),
    )


def _refuser_inconnus(champs: Mapping[str, Any]) -> None:
    if inconnus := set(champs) - set(CHAMPS_MODIFIABLES):
        raise TypeError(f"Not fields of a walk that one writes: {', '.join(sorted(inconnus))}")
