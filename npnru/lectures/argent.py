"""Money that is read: financing plan at a day, history of amounts, history of the rate of aid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q

from npnru.enums import GenreFinancement, PosteDepense, StatutMontant, Taxe
from npnru.models import Cout, Financement, Montant, Operation

MELES = "HT et TTC mêlés\u00a0: total non calculé"
DIXIEME = Decimal("0.1")


@dataclass(frozen=True)
class Total:
    """A sum of amounts in one tax; `valeur` None when there is nothing, or when taxes are mixed (`meles`)."""

    valeur: Decimal | None = None
    taxe: str = ""
    meles: bool = False

    @property
    def phrase(self) -> str:
        """Why there is no figure; blank when there is one."""
        return MELES if self.meles else "" if self.valeur is not None else "non renseigné"


def additionner(couples: Iterable[tuple[Decimal | None, str]]) -> Total:
    """Add (value, tax) pairs; HT, TTC and « not said » are never added together."""
    connus = [(valeur, taxe) for valeur, taxe in couples if valeur is not None]
    taxes = {taxe for _, taxe in connus}
    if len(taxes) > 1:
        return Total(meles=True)
    return Total(sum(v for v, _ in connus), taxes.pop()) if connus else Total()


def taux(part: Total, base: Total) -> Decimal | None:
    """Return part ÷ base in percent, one decimal; None when one is unknown, zero, or of another tax."""
    if part.valeur is None or not base.valeur or part.taxe != base.taxe:
        return None
    return (part.valeur * 100 / base.valeur).quantize(DIXIEME, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class LignePlan:
    """One line of the financing plan at a day: the latest amount of each status, and what is retained."""

    financement: Financement
    montants: dict[str, Montant]
    retenu: Montant | None
    taux: Decimal | None  # retained ÷ eligible base, %
    part: Decimal | None  # retained ÷ cost, %

    @property
    def valeur(self) -> Decimal | None:
        """Amount retained in euros, 0 once cancelled."""
        if self.retenu is None:
            return None
        return Decimal(0) if self.retenu.statut == StatutMontant.ANNULE else self.retenu.valeur

    @property
    def par_statut(self) -> list[tuple[str, Montant | None]]:
        """The life of the aid in order: (label, amount or None)."""
        return [(statut.label, self.montants.get(statut)) for statut in StatutMontant]


@dataclass(frozen=True)
class PlanFinancement:
    """The financing plan of an operation at a day; every rate is computed."""

    lignes: tuple[LignePlan, ...]
    cout: Total
    total: Total
    aides: Total

    @property
    def reste(self) -> Decimal | None:
        """Cost − Σ retained, in euros; None when they cannot be compared."""
        if self.cout.valeur is None or self.total.valeur is None or self.cout.taxe != self.total.taxe:
            return None
        return self.cout.valeur - self.total.valeur

    @property
    def taux_aide(self) -> Decimal | None:
        """Aids (own funds left out) ÷ cost, in percent."""
        return taux(self.aides, self.cout)

    @property
    def avec_pret(self) -> bool:
        """True when a loan counts among the aids."""
        return any(ligne.financement.genre == GenreFinancement.PRET and ligne.valeur for ligne in self.lignes)

    @property
    def remarque(self) -> str:
        """The sentence that says why the gap cannot be computed; blank otherwise."""
        if self.cout.meles or self.total.meles:
            return MELES
        if self.cout.valeur is not None and self.total.valeur is not None and self.cout.taxe != self.total.taxe:
            return "Le coût et les financements ne sont pas dans la même taxe\u00a0: écart non calculé"
        return ""


def _derniers(montants: Iterable[Montant], *, au: date) -> dict[str, Montant]:
    """Return the latest amount of each status known at that day."""
    derniers: dict[str, Montant] = {}
    for montant in sorted((m for m in montants if m.valeur_le <= au), key=lambda m: (m.valeur_le, m.pk)):
        derniers[montant.statut] = montant
    return derniers


def _dernier(montants: dict[str, Montant], statuts: Iterable[str]) -> Montant | None:
    choisis = [montants[statut] for statut in statuts if statut in montants]
    return max(choisis, key=lambda m: (m.valeur_le, m.pk), default=None)


def cout_connu(couts: Iterable[Cout], *, au: date) -> Total:
    """Return the cost at that day: the item « coût total » when it has an amount, else the sum of the items.

    `couts` come with their amounts prefetched.
    """
    lignes = [(cout, _dernier(_derniers(cout.montants.all(), au=au), StatutMontant.RETENUS)) for cout in couts]
    lignes = [(cout, montant) for cout, montant in lignes if montant is not None]
    totaux = [montant for cout, montant in lignes if cout.poste == PosteDepense.TOTAL]
    retenus = totaux[:1] or [montant for _, montant in lignes]
    return additionner((m.valeur, m.taxe) for m in retenus)


def plan_financement(operation: Operation, *, au: date) -> PlanFinancement:
    """Return the financing plan known at that day; three queries, whatever the number of lines."""
    couts = list(operation.couts.prefetch_related("montants").order_by("pk"))
    lignes = list(operation.financements.select_related("financeur").prefetch_related("montants").order_by("pk"))
    return composer_plan(couts, lignes, au=au)


def composer_plan(couts: Iterable[Cout], lignes: Iterable[Financement], *, au: date) -> PlanFinancement:
    """Compose the plan from costs and lines already read with their amounts."""
    cout = cout_connu(couts, au=au)
    plan = tuple(_ligne(ligne, cout, au=au) for ligne in lignes)
    return PlanFinancement(
        lignes=plan,
        cout=cout,
        total=additionner(_valeur(ligne) for ligne in plan),
        aides=additionner(
            _valeur(ligne) for ligne in plan if ligne.financement.genre != GenreFinancement.FONDS_PROPRES
        ),
    )


def _valeur(ligne: LignePlan) -> tuple[Decimal | None, str]:
    return ligne.valeur, ligne.retenu.taxe if ligne.retenu else ""


def _ligne(financement: Financement, cout: Total, *, au: date) -> LignePlan:
    montants = _derniers(financement.montants.all(), au=au)
    retenu = _dernier(montants, (*StatutMontant.RETENUS, StatutMontant.ANNULE))
    ligne = LignePlan(financement, montants, retenu, None, None)
    if retenu is None:
        return ligne
    part = Total(ligne.valeur, retenu.taxe)
    base = Total(financement.base_subventionnable, Taxe.HT)
    return LignePlan(financement, montants, retenu, taux(part, base), taux(part, cout))


@dataclass(frozen=True)
class Version:
    """One version of an amount beside the one that it follows."""

    montant: Montant
    objet: str
    ecart: Decimal | None  # euros, None when the tax changed or for the first version


def historique_montants(operation: Operation, *, au: date) -> list[Version]:
    """Return every version of every amount known at that day, by object then newest first; one query."""
    lus = (
        Montant.objects.filter(valeur_le__lte=au)
        .filter(Q(cout__operation=operation) | Q(financement__operation=operation))
        .select_related("cout", "financement__financeur", "saisi_par")
        .order_by("valeur_le", "pk")
    )
    versions, precedents = [], {}
    for montant in lus:
        cle = (montant.cout_id, montant.financement_id, montant.statut)
        avant = precedents.get(cle)
        meme_taxe = avant is not None and avant.taxe == montant.taxe
        versions.append(
            Version(
                montant, str(montant.cout or montant.financement), montant.valeur - avant.valeur if meme_taxe else None
            )
        )
        precedents[cle] = montant
    return sorted(versions, key=lambda v: (v.montant.cout_id is None, v.objet, -v.montant.valeur_le.toordinal()))


@dataclass(frozen=True)
class PointTaux:
    """Cost and rate of aid at a day when one of them changed."""

    le: date
    cout: Total
    aides: Total
    taux: Decimal | None


def historique_taux(couts: Iterable[Cout], lignes: Iterable[Financement], *, au: date) -> list[PointTaux]:
    """Return cost, aids and rate at each day when the cost or a line changed, oldest first, from the first known cost.

    Costs and lines come with their amounts prefetched.
    """
    jours = sorted({m.valeur_le for objet in (*couts, *lignes) for m in objet.montants.all() if m.valeur_le <= au})
    points: list[PointTaux] = []
    for jour in jours:
        plan = composer_plan(couts, lignes, au=jour)
        point = PointTaux(jour, plan.cout, plan.aides, plan.taux_aide)
        if plan.cout.valeur is None and not plan.cout.meles:
            continue
        if not points or (point.cout, point.aides) != (points[-1].cout, points[-1].aides):
            points.append(point)
    return points
