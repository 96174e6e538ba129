"""Operations and their calendar as they stood on a day.

Rebuilt: the state (journal), the dates moved since (Reprogrammation), what was reached after the day. Not rebuilt
(today's value is read): titles, alerts, contractual dates, phases added or removed.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from npnru.enums import EtatOperation, FamillePhase, GenreJalon
from npnru.models import Jalon, MouvementOperation, Operation, Phase, Reprogrammation

from .cadrage import Cadrage, iso

_FINS = (GenreJalon.LIVRAISON, GenreJalon.RECEPTION)


@dataclass(frozen=True)
class JalonAu:
    """A milestone as known on the day."""

    libelle: str
    genre: str
    initial: datetime.date | None
    prevu: datetime.date | None
    atteint: datetime.date | None
    important: bool

    @property
    def le(self) -> datetime.date | None:
        return self.atteint or self.prevu

    @property
    def derive(self) -> int | None:
        return None if self.le is None or self.initial is None else (self.le - self.initial).days


@dataclass(frozen=True)
class PhaseAu:
    """A phase as known on the day."""

    libelle: str
    famille: str
    initiale: tuple[datetime.date | None, datetime.date | None]
    debut: datetime.date | None
    fin: datetime.date | None
    commencee: bool
    finie: bool


@dataclass(frozen=True)
class OperationAu:
    """An operation as known on the day."""

    operation: Operation
    etat: EtatOperation
    phases: tuple[PhaseAu, ...]
    jalons: tuple[JalonAu, ...]

    @property
    def livraison(self) -> JalonAu | None:
        """The milestone of delivery, else of reception, the last one when several."""
        for genre in _FINS:
            dates = [j for j in self.jalons if j.genre == genre and j.le]
            if dates:
                return max(dates, key=lambda j: j.le)
        return None

    @property
    def phase_en_cours(self) -> str | None:
        noms = [p.libelle for p in self.phases if p.commencee and not p.finie]
        return noms[-1] if noms else None

    def prochain(self) -> JalonAu | None:
        """The next milestone not reached, late ones included."""
        attendus = [j for j in self.jalons if j.atteint is None and j.prevu]
        return min(attendus, key=lambda j: j.prevu) if attendus else None


def lire(cadrage: Cadrage) -> list[OperationAu]:
    """Return the operations brought to the meeting, rebuilt on the day of the data, in 5 queries."""
    return cadrage.une_fois("operations", _lire)


def _lire(cadrage: Cadrage) -> list[OperationAu]:
    operations = list(
        Operation.objects.filter(quartier_id__in=cadrage.ids, porter_au_copil=True)
        .select_related("quartier", "maitre_ouvrage")
        .prefetch_related("phases", "jalons")
        .defer("recherche", "programme")
        .order_by("quartier__ordre", "titre")
    )
    etats = _etats(operations, cadrage)
    deplacees = _dates_deplacees(operations, cadrage)
    lues = [
        OperationAu(
            o,
            EtatOperation(etats.get(o.pk, o.etat)),
            tuple(_phase(p, deplacees, cadrage.au) for p in o.phases.all()),
            tuple(_jalon(j, deplacees, cadrage.au) for j in o.jalons.all()),
        )
        for o in operations
    ]
    return [lue for lue in lues if lue.etat != EtatOperation.ABANDONNEE]


def _etats(operations: Iterable[Operation], cadrage: Cadrage) -> dict[int, str]:
    """Return the state on the day of the operations whose state moved after it."""
    etats: dict[int, str] = {}
    plus_tard = MouvementOperation.objects.filter(operation__in=[o.pk for o in operations], le__gte=cadrage.fin)
    for mouvement in plus_tard.exclude(de="").order_by("le", "pk"):
        etats.setdefault(mouvement.operation_id, mouvement.de)
    return etats


def _dates_deplacees(operations: Iterable[Operation], cadrage: Cadrage) -> dict[tuple[str, int, datetime.date], Any]:
    """Return what each date moved after the day was on the day: (kind, id, present date) to former date."""
    plus_tard = Reprogrammation.objects.filter(operation__in=[o.pk for o in operations], le__gte=cadrage.fin)
    anciennes: dict[tuple[str, int, datetime.date], Any] = {}
    for pas in plus_tard.order_by("-le", "-pk"):
        cle = ("jalon", pas.jalon_id) if pas.jalon_id else ("phase", pas.phase_id)
        for connue in [c for c, ancienne in anciennes.items() if c[:2] == cle and ancienne == pas.nouvelle]:
            anciennes[connue] = pas.ancienne
        anciennes.setdefault((*cle, pas.nouvelle), pas.ancienne)
    return anciennes


def _jalon(jalon: Jalon, deplacees: dict, au: datetime.date) -> JalonAu:
    prevu = deplacees.get(("jalon", jalon.pk, jalon.prevu_le), jalon.prevu_le)
    atteint = jalon.atteint_le if jalon.atteint_le and jalon.atteint_le <= au else None
    return JalonAu(jalon.libelle, jalon.genre, jalon.initial_le, prevu, atteint, jalon.important)


def _phase(phase: Phase, deplacees: dict, au: datetime.date) -> PhaseAu:
    debut_reel = phase.debut_reel if phase.debut_reel and phase.debut_reel <= au else None
    fin_reelle = phase.fin_reelle if phase.fin_reelle and phase.fin_reelle <= au else None
    debut = deplacees.get(("phase", phase.pk, phase.debut_prevu), phase.debut_prevu)
    fin = deplacees.get(("phase", phase.pk, phase.fin_prevue), phase.fin_prevue)
    return PhaseAu(
        phase.libelle,
        phase.famille,
        (phase.debut_initial, phase.fin_initiale),
        debut_reel or debut or phase.debut_initial,
        fin_reelle or fin or phase.fin_initiale,
        debut_reel is not None,
        fin_reelle is not None,
    )


def composer_operations(cadrage: Cadrage) -> dict[str, Any]:
    """Return the dashboard: state, phase, next milestone, drift, alert of each operation."""
    lignes = [_ligne(o, cadrage) for o in lire(cadrage)]
    return {
        "lignes": lignes,
        "total": len(lignes),
        "demonstration": any(ligne["demonstration"] for ligne in lignes),
        "situation": cadrage.situation(Operation, Q(quartier_id__in=cadrage.ids)),
    }


def _ligne(lue: OperationAu, cadrage: Cadrage) -> dict[str, Any]:
    operation, prochain, livraison = lue.operation, lue.prochain(), lue.livraison
    retard = (cadrage.le - prochain.prevu).days if prochain and prochain.prevu < cadrage.le else 0
    active = lue.etat in EtatOperation.ACTIVES
    return {
        "cle": f"op-{operation.pk}",
        "titre": operation.titre,
        "quartier": operation.quartier.nom,
        "code": operation.quartier.code,
        "maitre_ouvrage": str(operation.maitre_ouvrage),
        "etat": lue.etat.label,
        "allure": "en_retard"
        if active and retard
        else lue.etat.allure.replace("-", "_").replace("retard", "en_retard"),
        "phase": lue.phase_en_cours,
        "jalon": prochain.libelle if prochain else None,
        "jalon_le": iso(prochain.prevu) if prochain else None,
        "jalon_retard": retard if active else 0,
        "livraison": iso(livraison.le) if livraison else None,
        "livree": bool(livraison and livraison.atteint),
        "derive": livraison.derive if livraison else None,
        "alerte": operation.alerte,
        "situation_le": iso(operation.situation_le),
        "demonstration": operation.demonstration,
        "pilotee": operation.pilotee_par_le_service,
    }


def composer_calendrier(cadrage: Cadrage) -> dict[str, Any]:
    """Return the Gantt: contractual, studies, works, delivery, and the drift since the last dossier as it was shown."""
    montre = cadrage.montre("calendrier") or {"lignes": []}
    avant = {ligne["cle"]: ligne["livraison"] for ligne in montre["lignes"]}
    datees, sans_date, anciennes = [], [], []
    for lue in lire(cadrage):
        if _livree_avant(lue, cadrage):
            anciennes.append(f"{lue.operation.titre} ({lue.livraison.atteint:%d/%m/%Y})")
            continue
        ligne = _barre(lue, avant, cadrage)
        (datees if ligne["datee"] else sans_date).append(ligne)
    return {
        "lignes": datees,
        "sans_date": [ligne["nom"] for ligne in sans_date],
        "livrees_avant": anciennes,
        "au": iso(cadrage.au),
        "le": iso(cadrage.seance.tenue_le),
        "montre_le": iso(cadrage.precedent.seance.tenue_le) if avant else None,
        "demonstration": any(ligne["demonstration"] for ligne in datees),
        "situation": cadrage.situation(Operation, Q(quartier_id__in=cadrage.ids)),
    }


def _livree_avant(lue: OperationAu, cadrage: Cadrage) -> bool:
    """Tell whether it was delivered more than a year before the meeting: named, no more drawn."""
    livraison = lue.livraison
    if livraison is None or livraison.atteint is None or lue.etat in EtatOperation.ACTIVES:
        return False
    return (cadrage.le - livraison.atteint).days > 365


def _barre(lue: OperationAu, avant: dict[str, str | None], cadrage: Cadrage) -> dict[str, Any]:
    cle = f"op-{lue.operation.pk}"
    livraison = lue.livraison
    periodes = {
        "contractuel": _etendue(p.initiale for p in lue.phases if p.famille != FamillePhase.SUITES),
        "etudes": _etendue((p.debut, p.fin) for p in lue.phases if p.famille == FamillePhase.ETUDES),
        "travaux": _etendue((p.debut, p.fin) for p in lue.phases if p.famille == FamillePhase.TRAVAUX),
    }
    jalons = [
        {"libelle": j.libelle, "initial": iso(j.initial), "le": iso(j.le), "atteint": j.atteint is not None}
        for j in lue.jalons
        if j.important and j.le
    ]
    return {
        "cle": cle,
        "nom": lue.operation.titre,
        "code": lue.operation.quartier.code,
        **periodes,
        "livraison": iso(livraison.le) if livraison else None,
        "livraison_initiale": iso(livraison.initial) if livraison else None,
        "livree": bool(livraison and livraison.atteint),
        "derive": livraison.derive if livraison else None,
        "livraison_montree": avant.get(cle),
        "glissement": _glissement(avant.get(cle), livraison),
        "motif": _dernier_motif(lue.operation, cadrage) if livraison and livraison.derive else None,
        "jalons": jalons,
        "datee": any(periodes.values()) or bool(jalons),
        "demonstration": lue.operation.demonstration,
    }


def _glissement(avant: str | None, livraison: JalonAu | None) -> int | None:
    """Return the days between the delivery shown last time and the one of today."""
    if not avant or livraison is None or livraison.le is None:
        return None
    return (livraison.le - datetime.date.fromisoformat(avant)).days


def _etendue(periodes: Iterable[tuple[datetime.date | None, datetime.date | None]]) -> list[str | None] | None:
    couples = list(periodes)
    debuts = [debut for debut, _ in couples if debut]
    fins = [fin for _, fin in couples if fin]
    if not debuts and not fins:
        return None
    return [iso(min(debuts)) if debuts else None, iso(max(fins)) if fins else None]


def _dernier_motif(operation: Operation, cadrage: Cadrage) -> str | None:
    motifs = cadrage.une_fois("motifs", _motifs)
    return motifs.get(operation.pk)


def _motifs(cadrage: Cadrage) -> dict[int, str]:
    """Return the last motive of each operation, in one query."""
    lignes = Reprogrammation.objects.filter(operation__quartier_id__in=cadrage.ids, le__lt=cadrage.fin)
    motifs: dict[int, str] = {}
    for pas in lignes.order_by("-le", "-pk"):
        motifs.setdefault(pas.operation_id, f"{pas.get_motif_display()}\u00a0: {pas.explication}")
    return motifs
