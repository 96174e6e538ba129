"""Calendar that is read: what the Gantt draws, computed from phases and milestones already prefetched."""

from collections.abc import Iterable
from datetime import date

from npnru.enums import EtatOperation, FamillePhase, GenreJalon
from npnru.models import Jalon, Operation, Phase
from socle.dessin.gantt import LigneGantt, MarqueGantt, Periode


def ligne_gantt(operation: Operation, *, detail: str = "", marques: bool = False) -> LigneGantt:
    """Return the line of one operation, whose phases and jalons are prefetched; any date may be missing."""
    phases, jalons = list(operation.phases.all()), list(operation.jalons.all())
    livraison = jalon_de_livraison(jalons)
    return LigneGantt(
        nom=operation.titre,
        contractuel=_contractuel(phases, livraison),
        etudes=_periode(phases, FamillePhase.ETUDES),
        travaux=_periode(phases, FamillePhase.TRAVAUX),
        livraison=livraison and (livraison.atteint_le or livraison.prevu_le),
        livree=bool(livraison and livraison.atteint_le),
        derive_jours=livraison.derive_jours if livraison else None,
        marques=tuple(_marques(jalons)) if marques else (),
        detail=detail,
    )


def lignes_gantt(operations: Iterable[Operation]) -> list[LigneGantt]:
    """Return one line an operation, with its quartier (select_related) as second line."""
    return [ligne_gantt(o, detail=f"{o.quartier} · {EtatOperation(o.etat).label}") for o in operations]


def jalon_de_livraison(jalons: Iterable[Jalon]) -> Jalon | None:
    """Return the last delivery among the milestones; None when there is none."""
    livraisons = [jalon for jalon in jalons if jalon.genre == GenreJalon.LIVRAISON]
    return max(livraisons, key=lambda j: j.atteint_le or j.prevu_le or date.min, default=None)


def _periode(phases: list[Phase], famille: str) -> Periode | None:
    choisies = [phase for phase in phases if phase.famille == famille]
    debut = min((p.debut for p in choisies if p.debut), default=None)
    fin = max((p.fin for p in choisies if p.fin), default=None)
    return Periode(debut, fin) if debut or fin else None


def _contractuel(phases: list[Phase], livraison: Jalon | None) -> Periode | None:
    choisies = [phase for phase in phases if phase.famille != FamillePhase.SUITES]
    debut = min((p.debut_initial for p in choisies if p.debut_initial), default=None)
    fin = max((p.fin_initiale for p in choisies if p.fin_initiale), default=None)
    if livraison and livraison.initial_le and debut:
        fin = max(fin or livraison.initial_le, livraison.initial_le)
    return Periode(debut, fin) if debut or fin else None


def _marques(jalons: list[Jalon]):
    for jalon in jalons:
        jour = jalon.atteint_le or jalon.prevu_le
        if jour and jalon.important and jalon.genre != GenreJalon.LIVRAISON:
            yield MarqueGantt(jalon.libelle, jour, atteint=bool(jalon.atteint_le))
