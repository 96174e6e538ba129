"""Walks held since the former meeting: who came, what was seen, what became of it."""

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Q

from gusp.enums import EtatDiagnostic, GenreDiagnostic, GroupeParticipant, Nature
from gusp.models import Constat, Diagnostic, Participant

from .cadrage import Cadrage, iso, premier_mot
from .constats import OUVERTS, allure, constats_au, en_retard, libelle_etat, retard

BLOQUES = 8


def composer_diagnostics(cadrage: Cadrage) -> dict[str, Any]:
    """Return each walk with its counts, then the constats brought to the meeting and the longest late ones."""
    marches = list(
        Diagnostic.objects.filter(quartier_id__in=cadrage.ids)
        .tenus_entre(cadrage.depuis, cadrage.au)
        .select_related("quartier")
        .prefetch_related("participants__organisme")
        .order_by("prevu_le", "pk")
    )
    par_marche = _constats_des_marches(cadrage, marches)
    portes = constats_au(cadrage.ids, au=cadrage.au).filter(OUVERTS, porter_au_copil=True)
    bloques = constats_au(cadrage.ids, au=cadrage.au).filter(en_retard(cadrage)).exclude(porter_au_copil=True)
    return {
        "marches": [_marche(d, par_marche[d.pk], cadrage) for d in marches],
        "portes": _liste(portes.order_by("echeance_le", "pk")[:20], cadrage),
        "bloques": _liste(bloques.order_by("echeance_le", "pk")[:BLOQUES], cadrage),
        "retards": constats_au(cadrage.ids, au=cadrage.au).filter(en_retard(cadrage)).count(),
        "a_venir": _a_venir(cadrage),
        "depuis": iso(cadrage.depuis),
        "situation": cadrage.situation(Diagnostic, Q(quartier_id__in=cadrage.ids)),
    }


def _constats_des_marches(cadrage: Cadrage, marches: list[Diagnostic]) -> dict[int, list[Constat]]:
    groupes: dict[int, list[Constat]] = defaultdict(list)
    if marches:
        lignes = constats_au(cadrage.ids, au=cadrage.au).filter(diagnostic__in=[d.pk for d in marches])
        for constat in lignes.select_related("theme").only(
            "diagnostic_id", "nature", "echeance_le", "etat", "theme__libelle"
        ):
            groupes[constat.diagnostic_id].append(constat)
    return groupes


def _marche(diagnostic: Diagnostic, constats: list[Constat], cadrage: Cadrage) -> dict[str, Any]:
    allures = Counter(allure(c, le=cadrage.le) for c in constats if c.nature != Nature.POSITIF)
    themes = Counter(c.theme.libelle for c in constats if c.theme)
    restitue = diagnostic.restitue_le if diagnostic.restitue_le and diagnostic.restitue_le <= cadrage.au else None
    return {
        "reference": diagnostic.reference,
        "intitule": diagnostic.intitule,
        "genre": GenreDiagnostic(diagnostic.genre).label,
        "quartier": diagnostic.quartier.nom,
        "code": diagnostic.quartier.code,
        "le": iso(diagnostic.prevu_le),
        "groupes": _groupes(diagnostic.participants.all()),
        "habitants": diagnostic.nombre_habitants,
        "constats": len(constats),
        "positifs": sum(c.nature == Nature.POSITIF for c in constats),
        "faits": allures["fait"],
        "en_cours": allures["en_cours"] + allures["a_traiter"],
        "retards": allures["en_retard"],
        "sans_suite": allures["clos"],
        "themes": [{"nom": nom, "nombre": nombre} for nom, nombre in sorted(themes.items(), key=_rang)[:3]],
        "restitue_le": iso(restitue),
        "restitution_prevue_le": iso(diagnostic.restitution_prevue_le) if not restitue else None,
    }


def _rang(theme: tuple[str, int]) -> tuple[int, str]:
    return -theme[1], theme[0]


def _groupes(participants: list[Participant]) -> list[str]:
    """Return the groups that came, by organisme where it is known; no name of a person."""
    presents = [p for p in participants if p.present is not False]
    noms = {
        str(p.organisme) if p.organisme else GroupeParticipant(p.groupe).label
        for p in presents
        if p.groupe != GroupeParticipant.HABITANTS
    }
    return sorted(noms)


def _liste(constats, cadrage: Cadrage) -> list[dict[str, Any]]:
    return [
        {
            "reference": c.reference,
            "quartier": c.quartier.code,
            "titre": premier_mot(c.titre, 120),
            "lieu": c.repere,
            "organisme": str(c.organisme) if c.organisme else None,
            "echeance": iso(c.echeance_le),
            "etat": libelle_etat(c),
            "allure": allure(c, le=cadrage.le),
            "retard": retard(c, le=cadrage.le),
            "relances": c.relances,
        }
        for c in constats.select_related("quartier", "organisme", "theme", "sous_theme").defer(
            "recherche", "note_interne"
        )
    ]


def _a_venir(cadrage: Cadrage) -> list[dict[str, Any]]:
    lignes = (
        Diagnostic.objects.filter(quartier_id__in=cadrage.ids, prevu_le__gt=cadrage.au, etat=EtatDiagnostic.PREPARATION)
        .select_related("quartier")
        .order_by("prevu_le", "pk")[:6]
    )
    return [{"le": iso(d.prevu_le), "quartier": d.quartier.nom, "intitule": d.intitule} for d in lignes]
