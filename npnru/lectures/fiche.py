"""Everything that the page of an operation shows, read in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from npnru.enums import SOURCE_DEMONSTRATION, FamillePhase, MotifDecalage
from npnru.models import Document, Jalon, MouvementOperation, Operation, Phase, Reprogrammation
from socle.dessin import gantt
from socle.dessin.gantt import LigneGantt, Periode
from socle.formats import jour

from .argent import composer_plan, historique_montants, historique_taux

JOURNAL_MAX = 60
LEGENDE = (
    "Barre claire\u00a0: études, procédures et suites\u202f; barre foncée\u00a0: travaux\u202f; trait pointillé\u00a0: "
    "calendrier contractuel\u202f; écart en jours sur la fin de la phase."
)


@dataclass(frozen=True)
class LignePhase:
    """A phase, where it stands, its drift in days and the last reason why it moved."""

    phase: Phase
    forme: str
    situation: str
    ecart: int | None
    dernier: Reprogrammation | None


@dataclass(frozen=True)
class LigneJalon:
    """A milestone, where it stands, the last reason why it moved, and whether its date is fictitious."""

    jalon: Jalon
    forme: str
    situation: str
    fictif: bool
    dernier: Reprogrammation | None


def composer_fiche(operation: Operation, *, au: date) -> dict[str, Any]:
    """Return the context of the page; `operation` carries the annotations of `avec_situation`."""
    phases = list(operation.phases.all())
    jalons = sorted(operation.jalons.all(), key=lambda j: (j.atteint_le or j.prevu_le or date.max, j.pk))
    traces = list(operation.reprogrammations.select_related("par"))
    couts = list(operation.couts.avec_dernier(au=au).prefetch_related("montants").order_by("pk"))
    lignes = list(operation.financements.select_related("financeur").prefetch_related("montants").order_by("pk"))
    documents = list(operation.documents.select_related("depose_par").order_by("titre", "-version"))
    return {
        "operation": operation,
        "au": au,
        "phases": [_phase(phase, traces, au) for phase in phases],
        "jalons": [_jalon(jalon, operation, traces, au) for jalon in jalons],
        "prochains": [jalon for jalon in jalons if jalon.prevu_le and not jalon.atteint_le][:3],
        "dessin": _dessin(operation, phases, au),
        "legende": LEGENDE,
        "couts": couts,
        "plan": composer_plan(couts, lignes, au=au),
        "versions": historique_montants(operation, au=au),
        "taux": historique_taux(couts, lignes, au=au),
        "documents": _par_titre(documents),
        "faits": list(operation.faits_publies.order_by("ordre_date", "pk")),
        "remplacee_par": list(operation.remplacee_par.all()),
        "evenements": journal(operation, traces, documents),
    }


def _dernier(traces: Iterable[Reprogrammation], champ: str, pk: int) -> Reprogrammation | None:
    """Return the latest change of forecast with a reason to show (actual dates are in their own column)."""
    return next(
        (
            t
            for t in traces
            if getattr(t, champ) == pk and t.motif != MotifDecalage.PRECISION and t.ancienne != t.nouvelle
        ),
        None,
    )


def _phase(phase: Phase, traces, au: date) -> LignePhase:
    ecart = (phase.fin - phase.fin_initiale).days if phase.fin and phase.fin_initiale else None
    forme, situation = _situation_phase(phase, au)
    return LignePhase(phase, forme, situation, ecart, _dernier(traces, "phase_id", phase.pk))


def _situation_phase(phase: Phase, au: date) -> tuple[str, str]:
    if phase.fin_reelle and phase.fin_reelle <= au:
        return "fait", "Finie"
    if phase.fin_prevue and phase.fin_prevue < au:
        return "retard", "En retard"
    if phase.est_en_cours(au=au):
        return "en-cours", "En cours"
    return ("neutre", "À venir") if phase.debut else ("neutre", "Non datée")


def _jalon(jalon: Jalon, operation: Operation, traces, au: date) -> LigneJalon:
    deplace = operation.demonstration and jalon.prevu_le != jalon.initial_le
    if jalon.atteint_le and jalon.atteint_le <= au:
        forme, situation = "fait", "Atteint"
    elif jalon.retard_jours(au=au):
        forme, situation = "retard", f"En retard de {jalon.retard_jours(au=au)}\u00a0j"
    else:
        forme, situation = ("en-cours", "À venir") if jalon.prevu_le else ("neutre", "Non daté")
    fictif = jalon.source == SOURCE_DEMONSTRATION or deplace
    return LigneJalon(jalon, forme, situation, fictif, _dernier(traces, "jalon_id", jalon.pk))


def _dessin(operation: Operation, phases: list[Phase], au: date) -> str:
    """Return the calendar of the operation, one line a phase; blank when no phase has a date."""
    datees = [phase for phase in phases if phase.debut or phase.fin]
    if not datees:
        return ""
    return gantt.gantt(
        [_ligne(phase) for phase in datees], au=au, titre=f"Calendrier de {operation.titre}", cle="calendrier-operation"
    )


def _ligne(phase: Phase) -> LigneGantt:
    periode = Periode(phase.debut, phase.fin)
    travaux = phase.famille == FamillePhase.TRAVAUX
    initiale = Periode(phase.debut_initial, phase.fin_initiale)
    return LigneGantt(
        nom=phase.libelle,
        contractuel=initiale if phase.debut_initial or phase.fin_initiale else None,
        etudes=None if travaux else periode,
        travaux=periode if travaux else None,
        derive_jours=(phase.fin - phase.fin_initiale).days if phase.fin and phase.fin_initiale else None,
    )


def _par_titre(documents: list[Document]) -> list[tuple[Document, list[Document]]]:
    """Return (latest version, earlier ones) a title."""
    paquets = [list(paquet) for _, paquet in groupby(documents, key=lambda d: d.titre)]
    return [(paquet[0], paquet[1:]) for paquet in paquets]


def journal(operation: Operation, traces: list[Reprogrammation], documents: list[Document]) -> list[dict]:
    """Return what happened, newest first: states, dates moved together as one event, documents."""
    evenements = [_etat(m) for m in operation.mouvements.select_related("par")]
    ordonnees = sorted(traces, key=lambda t: (t.le, t.par_id, t.explication, t.pk))
    for _, paquet in groupby(ordonnees, key=lambda t: (t.le, t.par_id, t.explication)):
        evenements.append(_decalage(list(paquet)))
    evenements += [
        {
            "le": d.depose_le,
            "par": d.depose_par,
            "texte": f"Document déposé\u00a0: {d.titre}, version {d.version}",
            "motif": "",
            "forme": "",
        }
        for d in documents
    ]
    return sorted(evenements, key=lambda e: e["le"], reverse=True)[:JOURNAL_MAX]


def _etat(mouvement: MouvementOperation) -> dict:
    if mouvement.de:
        texte = f"De «\u00a0{mouvement.get_de_display()}\u00a0» à «\u00a0{mouvement.get_vers_display()}\u00a0»"
    else:
        texte = f"Opération créée, «\u00a0{mouvement.get_vers_display()}\u00a0»"
    return {"le": mouvement.le, "par": mouvement.par, "texte": texte, "motif": mouvement.commentaire, "forme": "fait"}


def _decalage(paquet: list[Reprogrammation]) -> dict:
    premier, autres = paquet[0], len(paquet) - 1
    if premier.ancienne == premier.nouvelle:
        texte = premier.objet
    elif premier.ancienne is None:
        texte = f"{premier.objet}, le {jour(premier.nouvelle)}"
    else:
        texte = f"{premier.objet}, du {jour(premier.ancienne)} au {jour(premier.nouvelle)}"
    if autres:
        texte += f", et {autres} autre date avec elle" if autres == 1 else f", et {autres} autres dates avec elle"
    motif = f"{premier.get_motif_display()}\u00a0: {premier.explication}"
    forme = "" if premier.motif == MotifDecalage.PRECISION else "retard"
    return {"le": premier.le, "par": premier.par, "texte": texte, "motif": motif, "forme": forme}
