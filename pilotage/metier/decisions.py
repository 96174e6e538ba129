"""Writes of the decisions: numbering, the one door of their state, their journal."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gusp.metier.refus import TransitionRefusee
from gusp.models import Compteur
from pilotage.enums import TRANSITIONS_DECISION, EtatDecision, EtatSeance
from pilotage.models import Decision, MouvementDecision, Seance
from socle.formats import jour, typo

#: The same decision sent again within that time is one decision.
DOUBLE_ENVOI = datetime.timedelta(minutes=2)
MODIFIABLES = ("texte", "responsable", "echeance_le", "quartier", "point")


@transaction.atomic
def prendre_decision(
    *, seance: Seance, par, texte: str, le: datetime.datetime | None = None, **champs: Any
) -> Decision:
    """Number a decision within the year of its meeting (« D-2026-03 ») and open its journal.

    Raises ValidationError without a text, TransitionRefusee when the meeting has not been held.
    """
    if not (texte := texte.strip()):
        raise ValidationError({"texte": "Écrivez la décision."})
    _refuser_sans_seance(seance)
    annee = seance.tenue_le.year
    compteur = _verrouiller_compteur(annee)
    if deja := _deja_prise(seance, texte, par):
        return deja
    compteur.valeur += 1
    compteur.save(update_fields=["valeur"])
    decision = Decision.objects.create(numero=f"D-{annee}-{compteur.valeur:02d}", seance=seance, texte=texte, **champs)
    MouvementDecision.objects.create(decision=decision, vers=decision.etat, par=par, le=le or timezone.now())
    return decision


def _refuser_sans_seance(seance: Seance) -> None:
    if seance.etat == EtatSeance.ANNULEE:
        raise TransitionRefusee("Cette séance est annulée : aucune décision n’y a été prise.")
    if seance.tenue_le > timezone.localdate():
        raise TransitionRefusee(f"Cette séance est prévue le {jour(seance.tenue_le)} : elle n’a pas encore eu lieu.")


def _verrouiller_compteur(annee: int) -> Compteur:
    cle = f"decisions {annee}"
    Compteur.objects.get_or_create(cle=cle)
    return Compteur.objects.select_for_update(of=("self",)).get(cle=cle)


def _deja_prise(seance: Seance, texte: str, par) -> Decision | None:
    """Return the decision that this very sending already made: a double click is one decision."""
    depuis = timezone.now() - DOUBLE_ENVOI
    recentes = seance.decisions.filter(texte=texte, mouvements__par=par, mouvements__de="", mouvements__le__gte=depuis)
    return recentes.first()


@transaction.atomic
def changer_etat_decision(
    decision: Decision,
    vers: str,
    *,
    par,
    commentaire: str = "",
    le: datetime.datetime | None = None,
    tenue_le: datetime.date | None = None,
    depuis: str | None = None,
) -> Decision:
    """Lock the decision, check the pair, write the state, add a line to the journal.

    The same state with a comment only adds the comment. Giving up needs a motive. `depuis` is the state that the
    person saw: when it moved meanwhile the change is refused, unless it is the same sending again. Raises
    TransitionRefusee.
    """
    decision = Decision.objects.select_for_update(of=("self",)).select_related("seance").get(pk=decision.pk)
    de, vers = EtatDecision(decision.etat), EtatDecision(vers)
    commentaire = commentaire.strip()
    if _deja_dit(decision, vers, commentaire, par):
        return decision
    if depuis and de != depuis:
        raise TransitionRefusee(
            f"Cette décision est passée à « {de.label} » entre-temps : relisez-la, puis recommencez."
        )
    _refuser_le_passage(de, vers, commentaire)
    decision.etat = vers
    decision.tenue_le = _date_de_tenue(decision, vers, tenue_le)
    decision.save(update_fields=["etat", "tenue_le", "modifie_le"])
    MouvementDecision.objects.create(
        decision=decision, de=de, vers=vers, commentaire=commentaire, par=par, le=le or timezone.now()
    )
    return decision


def _deja_dit(decision: Decision, vers: EtatDecision, commentaire: str, par) -> bool:
    """Tell whether the last line of the journal is this very sending: a double click is one line."""
    dernier = decision.mouvements.first()
    return (
        dernier is not None
        and dernier.de != ""
        and (dernier.vers, dernier.commentaire, dernier.par_id) == (vers, commentaire, par.pk)
        and timezone.now() - dernier.le < DOUBLE_ENVOI
    )


def _refuser_le_passage(de: EtatDecision, vers: EtatDecision, commentaire: str) -> None:
    if de != vers and (de, vers) not in TRANSITIONS_DECISION:
        raise TransitionRefusee(f"On ne passe pas de « {de.label} » à « {vers.label} ».")
    if de == vers and not commentaire:
        raise TransitionRefusee(f"Cette décision est déjà « {de.label} » : écrivez au moins une nouvelle.")
    if vers == EtatDecision.ABANDONNEE and not commentaire:
        raise TransitionRefusee("Dites pourquoi la décision est abandonnée.")


def _date_de_tenue(decision: Decision, vers: EtatDecision, tenue_le: datetime.date | None) -> datetime.date | None:
    """Return the day the decision was kept; raises TransitionRefusee for a day to come, or before the meeting."""
    if vers != EtatDecision.TENUE:
        return None
    tenue_le = tenue_le or decision.tenue_le or timezone.localdate()
    if tenue_le > timezone.localdate():
        raise TransitionRefusee("La date à laquelle la décision a été tenue est à venir.")
    if tenue_le < decision.seance.tenue_le:
        raise TransitionRefusee(f"La décision a été prise le {jour(decision.seance.tenue_le)} : pas tenue avant.")
    return tenue_le


@transaction.atomic
def modifier_decision(decision: Decision, *, par, motif: str = "", **champs: Any) -> Decision:
    """Correct the text, the responsable, the due date, the quartier or the point; the journal says what moved.

    A due date that moves needs a motive: raises ValidationError.
    """
    avant = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    champs = {nom: champs[nom] for nom in MODIFIABLES if nom in champs}
    changes = {nom: valeur for nom, valeur in champs.items() if getattr(avant, nom) != valeur}
    if not changes:
        return avant
    motif = motif.strip()
    if "echeance_le" in changes and avant.echeance_le and not motif:
        raise ValidationError({"motif": typo("L’échéance change : dites pourquoi.")})
    phrases = _dire_les_changements(avant, changes)
    for nom, valeur in changes.items():
        setattr(avant, nom, valeur)
    avant.save(update_fields=[*changes, "modifie_le"])
    commentaire = "\n".join([*phrases, *([motif] if motif else [])])
    MouvementDecision.objects.create(
        decision=avant, de=avant.etat, vers=avant.etat, commentaire=commentaire, par=par, le=timezone.now()
    )
    return avant


def _dire_les_changements(avant: Decision, changes: Mapping[str, Any]) -> list[str]:
    return [
        f"{str(Decision._meta.get_field(nom).verbose_name).capitalize()}\u00a0: "
        f"{_lisible(getattr(avant, nom))} → {_lisible(valeur)}"
        for nom, valeur in changes.items()
    ]


def _lisible(valeur: Any) -> str:
    return jour(valeur) if isinstance(valeur, datetime.date) else str(valeur or "non renseigné")
