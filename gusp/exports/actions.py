"""Files of the action plan: Excel and CSV, the columns of the follow-up table (domaine 2.4)."""

import datetime
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponseBase

from gusp.models import Action
from socle.tableur import repondre_csv, repondre_xlsx

COLONNES = (
    ("Code", 13), ("Quartiers", 24), ("Axe", 28), ("Action", 44), ("Organisme pilote", 24), ("Pilote", 22),
    ("Partenaires", 30), ("Origine", 16), ("Priorité", 10), ("État", 14), ("Début", 12), ("Échéance", 12),
    ("Retard (jours)", 12), ("Avancement (%)", 12), ("Dernières nouvelles le", 14), ("Dernières nouvelles", 60),
    ("Ce qui bloque", 30), ("Budget prévu (€ TTC)", 16), ("Budget réalisé (€ TTC)", 16), ("Financeurs", 24),
    ("Indicateur", 30), ("À porter au COPIL", 12), ("Situation au", 12),
)  # fmt: skip
_BLOC = 500


def _rangees(lignes: QuerySet, au: datetime.date) -> Iterator[list]:
    """Yield the rows as text, numbers and dates, read in blocks."""
    lues = lignes.pour_la_liste().prefetch_related("partenaires")
    for action in lues.iterator(chunk_size=_BLOC):
        yield _rangee(action, au)


def _rangee(action: Action, au: datetime.date) -> list:
    return [
        action.code,
        ", ".join(q.nom for q in action.quartiers.all()),
        str(action.axe or ""),
        action.titre,
        str(action.organisme or ""),
        str(action.pilote or ""),
        ", ".join(str(o) for o in action.partenaires.all()),
        action.get_origine_display(),
        action.get_priorite_display(),
        action.get_etat_display(),
        action.debut_le,
        action.echeance_le,
        action.retard_jours(au=au),
        action.avancement,
        action.nouvelle_le,
        action.nouvelle,
        action.blocage,
        action.budget_prevu,
        action.budget_realise,
        action.financeurs,
        action.indicateur,
        "oui" if action.porter_au_copil else "non",
        au,
    ]


def xlsx(lignes: QuerySet, *, au: datetime.date) -> HttpResponseBase:
    """Answer with a workbook."""
    return repondre_xlsx(f"actions-{au.isoformat()}.xlsx", "Actions", COLONNES, _rangees(lignes, au))


def csv_(lignes: QuerySet, *, au: datetime.date) -> HttpResponseBase:
    """Answer with a CSV."""
    return repondre_csv(f"actions-{au.isoformat()}.csv", [titre for titre, _ in COLONNES], _rangees(lignes, au))


EXPORTS = {"xlsx": xlsx, "csv": csv_}
