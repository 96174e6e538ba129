"""The one-page synthesis: four figures, what changed, alerts, decisions asked today; the agent's text comes first."""

from typing import Any

from npnru.enums import EtatOperation
from pilotage.enums import GenrePoint
from socle.formats import compte, jour, jours

from . import actions, operations
from .cadrage import Cadrage, iso, premier_mot
from .chiffres import PRINCIPAUX, indicateurs
from .diagnostics import composer_diagnostics
from .seance import composer_suites

ALERTES = 6
GLISSEMENT_ALERTE = 90


def composer_synthese(cadrage: Cadrage) -> dict[str, Any]:
    """Return the key figures, the automatic sentences and the decisions asked."""
    lignes = indicateurs(cadrage)
    valeurs = {ligne["cle"]: ligne["valeur"] for ligne in lignes}
    suites = cadrage.une_fois("suites", composer_suites)
    marches = cadrage.une_fois("diagnostics", composer_diagnostics)
    return {
        "indicateurs": [ligne for cle in PRINCIPAUX for ligne in lignes if ligne["cle"] == cle],
        "montre_le": next((ligne["avant_le"] for ligne in lignes if ligne["avant_le"]), None),
        "depuis": iso(cadrage.depuis),
        "faits": _faits(valeurs, marches, suites, cadrage),
        "alertes": _alertes(marches, suites, cadrage)[:ALERTES],
        "decisions": [
            {"titre": p.titre, "texte": premier_mot(p.texte, 420), "rapporteur": p.rapporteur}
            for p in cadrage.seance.points.filter(genre=GenrePoint.DECISION).order_by("ordre", "pk")
        ],
        "au": iso(cadrage.au),
    }


def _faits(valeurs: dict[str, Any], marches: dict[str, Any], suites: dict[str, Any], cadrage: Cadrage) -> list[str]:
    tenues = marches["marches"]
    faits = []
    if tenues:
        noms = ", ".join(dict.fromkeys(marche["quartier"] for marche in tenues))
        faits.append(f"{compte(len(tenues), 'diagnostic en marchant,diagnostics en marchant')} ({noms}).")
    else:
        faits.append("Aucun diagnostic en marchant sur la période.")
    faits.append(
        f"{compte(valeurs['constats_nouveaux'], 'constat relevé,constats relevés')}, "
        f"{compte(valeurs['constats_leves'], 'levé,levés')} sur la période\u202f; "
        f"{compte(valeurs['constats_ouverts'], 'reste ouvert,restent ouverts')}."
    )
    faits.append(
        f"{compte(valeurs['actions_ouvertes'], 'action ouverte,actions ouvertes')}, dont "
        f"{compte(valeurs['actions_en_retard'], 'en retard,en retard')} et "
        f"{compte(valeurs['actions_bloquees'], 'bloquée,bloquées')}."
    )
    if suites["bilan"] and suites["bilan"]["total"]:
        b = suites["bilan"]
        faits.append(
            f"Décisions du {jour(cadrage.depuis)}\u00a0: {b['total']} au total, {compte(b['tenues'], 'tenue,tenues')}, "
            f"{b['en_cours']} en cours, {b['en_retard']} en retard."
        )
    return faits


def _alertes(marches: dict[str, Any], suites: dict[str, Any], cadrage: Cadrage) -> list[dict[str, str]]:
    """Return the alerts: the first two of each kind, then the others; operations, decisions, actions, constats."""
    genres = [
        list(_alertes_operations(cadrage)),
        [
            _alerte(f"Décision {d['numero']}", f"{premier_mot(d['texte'], 110)} (en retard de {jours(d['retard'])})")
            for d in [*suites["decisions"], *suites["anciennes"]]
            if d["retard"]
        ],
        [
            _alerte(f"Action {a['code']} bloquée", f"{premier_mot(a['titre'], 70)}\u00a0: {a['blocage']}")
            for a in actions.lire(cadrage)
            if a["blocage"]
        ],
        [
            _alerte(f"Constat {c['reference']}", f"{c['titre']} (réponse en retard de {jours(c['retard'])})")
            for c in marches["portes"]
            if c["retard"]
        ],
    ]
    premieres = [alerte for lignes in genres for alerte in lignes[:2]]
    return [*premieres, *(alerte for lignes in genres for alerte in lignes[2:])]


def _alertes_operations(cadrage: Cadrage):
    for lue in operations.lire(cadrage):
        livraison = lue.livraison
        if lue.operation.alerte:
            yield _alerte(lue.operation.titre, lue.operation.alerte)
        elif (
            lue.etat in EtatOperation.ACTIVES
            and livraison
            and livraison.derive
            and livraison.derive >= GLISSEMENT_ALERTE
        ):
            yield _alerte(
                lue.operation.titre,
                f"livraison prévue le {jour(livraison.le)}, {jours(livraison.derive)} après la date initiale",
            )


def _alerte(sujet: str, texte: str) -> dict[str, str]:
    return {"sujet": sujet, "texte": premier_mot(texte, 200)}
