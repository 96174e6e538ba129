"""Decisions as rows of the register, ready to print, with what was typed when a row is refused."""

import datetime
from dataclasses import dataclass

from pilotage import acces
from pilotage.forms.decisions import FormulaireSuivi, etats_possibles
from pilotage.models import Decision


@dataclass(frozen=True, slots=True)
class LigneDecision:
    """One row; `etats` is empty for who may not follow the decision."""

    decision: Decision
    retard: int
    etats: list[tuple[str, str]]
    vers: str
    commentaire: str = ""
    tenue_le: str = ""
    erreurs: tuple[str, ...] = ()
    enregistree: bool = False


def ligne_de(
    decision: Decision, *, utilisateur, au: datetime.date, formulaire: FormulaireSuivi | None = None, enregistree=False
) -> LigneDecision:
    """Return the row of a decision; no query when it comes from Decision.objects.pour_la_liste()."""
    saisie = {}
    if formulaire is not None:
        tapes = {nom: str(formulaire[nom].value() or "") for nom in ("vers", "commentaire", "tenue_le")}
        saisie = {**tapes, "erreurs": tuple(str(e) for erreurs in formulaire.errors.values() for e in erreurs)}
    return LigneDecision(
        decision=decision,
        retard=decision.retard_jours(au=au),
        etats=etats_de(decision, utilisateur),
        enregistree=enregistree,
        **{"vers": decision.etat, **saisie},
    )


def etats_de(decision: Decision, utilisateur) -> list[tuple[str, str]]:
    """Return the states that the person may give: only the present one to who may only add news, none to a reader."""
    if acces.peut_suivre_decision(utilisateur, decision):
        return etats_possibles(decision.etat)
    return etats_possibles(decision.etat)[:1] if acces.peut_commenter_decision(utilisateur, decision) else []
