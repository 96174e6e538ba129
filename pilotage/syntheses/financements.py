"""Costs and financing: the latest value known on the day of each line, with HT or TTC, date and source; never mixed.

Amounts are append-only: what was dated after the day does not count.
"""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q

from npnru.enums import PosteDepense, StatutMontant, Taxe
from npnru.models import Montant, Operation

from .cadrage import Cadrage, iso


def composer_financements(cadrage: Cadrage) -> dict[str, Any]:
    """Return each operation that has an amount: its costs, its financing lines, and a total only within one tax."""
    operations = (
        Operation.objects.filter(quartier_id__in=cadrage.ids, porter_au_copil=True)
        .select_related("quartier")
        .prefetch_related("couts", "financements__financeur")
        .defer("recherche", "programme")
        .order_by("quartier__ordre", "titre")
    )
    montants = _montants(cadrage)
    fiches = [_operation(operation, montants) for operation in operations]
    muettes = [f["titre"] for f in fiches if not f["couts"] and not f["financements"]]
    return {
        "operations": [f for f in fiches if f["couts"] or f["financements"]],
        "sans_montant": muettes,
        "demonstration": any(f["demonstration"] for f in fiches),
        "situation": {"au": iso(cadrage.au), "derniere_saisie": iso(_derniere(cadrage))},
    }


def _connus(cadrage: Cadrage):
    quartiers = Q(cout__operation__quartier_id__in=cadrage.ids) | Q(financement__operation__quartier_id__in=cadrage.ids)
    return Montant.objects.filter(quartiers, valeur_le__lte=cadrage.au)


def _derniere(cadrage: Cadrage):
    return _connus(cadrage).aggregate(derniere=Max("valeur_le"))["derniere"]


def _montants(cadrage: Cadrage) -> dict[tuple[str, int], dict[str, Montant]]:
    """Return, for each cost and each financing line, the latest amount of each status."""
    groupes: dict[tuple[str, int], dict[str, Montant]] = defaultdict(dict)
    for montant in _connus(cadrage).order_by("valeur_le", "pk"):
        cle = ("cout", montant.cout_id) if montant.cout_id else ("financement", montant.financement_id)
        groupes[cle][montant.statut] = montant
    return groupes


def _operation(operation: Operation, montants: dict[tuple[str, int], dict[str, Montant]]) -> dict[str, Any]:
    couts = []
    for cout in operation.couts.all():
        dernier = _dernier(montants.get(("cout", cout.pk), {}))
        if dernier:
            nom = f"{PosteDepense(cout.poste).label} {cout.precision}".strip()
            couts.append({"poste": cout.poste, "nom": nom, **_montant(dernier)})
    lignes = []
    for ligne in operation.financements.all():
        par_statut = montants.get(("financement", ligne.pk), {})
        if par_statut:
            lignes.append(_financement(ligne, par_statut))
    return {
        "titre": operation.titre,
        "quartier": operation.quartier.nom,
        "code": operation.quartier.code,
        "couts": couts,
        "cout_total": _cout_total(couts),
        "financements": lignes,
        "finance_total": _total([ligne["retenu"] for ligne in lignes if ligne["retenu"]]),
        "demonstration": operation.demonstration,
    }


def _dernier(par_statut: dict[str, Montant], statuts: tuple[str, ...] | None = None) -> Montant | None:
    lignes = [m for statut, m in par_statut.items() if statuts is None or statut in statuts]
    return max(lignes, key=lambda m: (m.valeur_le, m.pk)) if lignes else None


def _financement(ligne, par_statut: dict[str, Montant]) -> dict[str, Any]:
    retenu = _dernier(par_statut, StatutMontant.RETENUS)
    annule = _dernier(par_statut, (StatutMontant.ANNULE,))
    if annule and retenu and annule.valeur_le >= retenu.valeur_le:
        retenu = None
    nom = str(ligne.financeur)
    return {
        "financeur": nom,
        "genre": ligne.get_genre_display(),
        "dispositif": ligne.dispositif,
        "annule": annule is not None and retenu is None,
        "retenu": _montant(retenu) if retenu else None,
        "notifie": _si(par_statut, StatutMontant.NOTIFIE),
        "recu": _si(par_statut, StatutMontant.RECU),
        "a_solder": iso(ligne.a_solder_avant_le),
    }


def _si(par_statut: dict[str, Montant], statut: str) -> dict[str, Any] | None:
    return _montant(par_statut[statut]) if statut in par_statut else None


def _montant(montant: Montant) -> dict[str, Any]:
    return {
        "valeur": str(montant.valeur),
        "taxe": montant.taxe,
        "taxe_libelle": Taxe(montant.taxe).label if montant.taxe != Taxe.NON_PRECISE else "HT ou TTC non précisé",
        "statut": StatutMontant(montant.statut).label,
        "le": iso(montant.valeur_le),
        "source": montant.source,
    }


def _cout_total(couts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the line « coût total » when it exists, else the sum of the items when all bear the same tax."""
    annonces = [cout for cout in couts if cout["poste"] == PosteDepense.TOTAL]
    if annonces:
        return {"valeur": annonces[0]["valeur"], "taxe_libelle": annonces[0]["taxe_libelle"], "melange": False}
    return _total(couts)


def _total(lignes: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the sum, or `melange` True and no value when HT and TTC stand side by side."""
    if not lignes:
        return None
    taxes = {ligne["taxe"] for ligne in lignes}
    if len(taxes) > 1 or (Taxe.NON_PRECISE in taxes and len(lignes) > 1):
        return {"valeur": None, "taxe_libelle": "", "melange": True}
    somme = sum((Decimal(ligne["valeur"]) for ligne in lignes), Decimal(0))
    return {"valeur": str(somme), "taxe_libelle": lignes[0]["taxe_libelle"], "melange": False}
