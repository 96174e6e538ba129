"""What the page of a meeting shows, and the part of it that changes in place (its agenda)."""

import datetime
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from pilotage import acces
from pilotage.enums import EtatSeance
from pilotage.forms.decisions import FormulaireDecision
from pilotage.forms.seances import FormulairePoint
from pilotage.models import Decision, Seance
from pilotage.ordre_du_jour import LigneOrdreDuJour, composer, duree

NOUVEAU = "nouveau"
DECISION = "decision"


@dataclass(frozen=True)
class LigneModifiable:
    """A point of the agenda and, for who organises, the form that changes it."""

    ligne: LigneOrdreDuJour
    formulaire: FormulairePoint | None
    premier: bool
    dernier: bool

    @property
    def ouvert(self) -> bool:
        """True when the form was refused: it is shown again with what was typed."""
        return bool(self.formulaire and self.formulaire.is_bound and self.formulaire.errors)


def envoi(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, even when nothing was filled; None when the form is only shown."""
    return request.POST if request.method == "POST" else None


def prefixe(pk: int) -> str:
    """Return what tells the form of one point from the others of the page."""
    return f"p{pk}"


def contexte_des_points(seance: Seance, *, utilisateur, nouveau=None, rempli: FormulairePoint | None = None) -> dict:
    """Return the agenda; `nouveau` and `rempli` are refused forms (a new point, an existing one)."""
    points = list(seance.points.all())
    agenda = composer(seance, points)
    ouvert = seance.etat == EtatSeance.PREVUE and acces.peut_organiser(utilisateur)
    repris = {rempli.instance.pk: rempli} if rempli else {}
    return {
        "seance": seance,
        "agenda": agenda,
        "agenda_ouvert": ouvert,
        "points": [
            LigneModifiable(
                ligne,
                (repris.get(ligne.point.pk) or FormulairePoint(instance=ligne.point, prefix=prefixe(ligne.point.pk)))
                if ouvert
                else None,
                ligne.numero == 1,
                ligne.numero == len(points),
            )
            for ligne in agenda.lignes
        ],
        "nouveau": (nouveau or FormulairePoint(prefix=NOUVEAU)) if ouvert else None,
    }


def contexte_des_decisions(seance: Seance, *, utilisateur, au: datetime.date, decision=None) -> dict:
    """Return the decisions taken; `decision` is a refused form."""
    possible = seance.etat != EtatSeance.ANNULEE and seance.tenue_le <= au and acces.peut_organiser(utilisateur)
    return {
        "seance": seance,
        "decisions": _avec_retard(seance.decisions.pour_la_liste().order_by("numero"), au),
        "nouvelle_decision": (decision or FormulaireDecision(prefix=DECISION, seance=seance)) if possible else None,
        "au": au,
    }


def contexte_de_la_fiche(
    seance: Seance, *, utilisateur, au: datetime.date, nouveau=None, rempli=None, decision=None
) -> dict:
    """Return what the page shows; a constant number of queries."""
    precedente = Seance.objects.precedente(seance)
    suites = Decision.objects.suites_pour(seance, precedente=precedente).pour_la_liste()
    passee = seance.tenue_le <= au
    return {
        **contexte_des_points(seance, utilisateur=utilisateur, nouveau=nouveau, rempli=rempli),
        **contexte_des_decisions(seance, utilisateur=utilisateur, au=au, decision=decision),
        "precedente": precedente,
        "suites": _avec_retard(suites.order_by("seance__tenue_le", "numero"), au),
        "dossiers": seance.dossiers.visibles_par(utilisateur).defer("contenu").order_by("-edition"),
        "quartiers": seance.instance.quartiers.all(),
        "membres": seance.instance.membres.all(),
        "peut_organiser": acces.peut_organiser(utilisateur),
        "peut_preparer": acces.peut_preparer_dossier(utilisateur),
        "a_marquer": seance.etat == EtatSeance.PREVUE and passee,
        "passee": passee,
        "duree": duree(seance.duree_minutes),
    }


def _avec_retard(lignes, au: datetime.date) -> list[tuple[Decision, int]]:
    return [(decision, decision.retard_jours(au=au)) for decision in lignes]
