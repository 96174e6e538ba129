"""Sections that come from the meeting itself: cover, agenda, what became of the last decisions."""

import datetime
import re
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from pilotage.enums import EtatDecision, EtatSeance, GenreInstance, GenrePoint
from pilotage.models import Decision, MouvementDecision, Seance
from socle.formats import heure, jour_long

from .cadrage import Cadrage, iso, premier_mot


def composer_couverture(cadrage: Cadrage) -> dict[str, Any]:
    """Return the lines of the cover."""
    seance = cadrage.seance
    quand = [jour_long(seance.tenue_le).capitalize()]
    quand += [heure(seance.heure)] if seance.heure else []
    quand += [seance.lieu] if seance.lieu else []
    return {
        "service": settings.NOM_SERVICE,
        "titre": lignes_de_titre(cadrage.dossier.titre),
        "precisions": [p for p in (", ".join(quand), cadrage.dossier.sous_titre or _quartiers(cadrage)) if p],
    }


def lignes_de_titre(titre: str) -> list[str]:
    """Cut « Comité de pilotage Gestion urbaine… » after the name of the instance, for the cover."""
    for debut in ("Comité de pilotage", "Comité technique", "Revue de projet", "Groupe technique urbain"):
        if titre.startswith(debut) and len(titre) > len(debut):
            return [debut, _sans_orpheline(titre[len(debut) :].strip(" ,:–-"))]
    return [_sans_orpheline(titre)]


def _sans_orpheline(titre: str) -> str:
    """Keep « de proximité » together at the end of a line of the cover."""
    return re.sub(r" (de|du|des|et|à) (\S+)$", " \\1\u00a0\\2", titre)


def _quartiers(cadrage: Cadrage) -> str:
    noms = [quartier.nom for quartier in cadrage.quartiers]
    if len(noms) == 8:
        return "Les 8\u00a0quartiers prioritaires"
    if len(noms) == 1:
        return f"Quartier {noms[0]}"
    return "Quartiers " + ", ".join(noms[:-1]) + f" et {noms[-1]}" if noms else ""


def composer_ordre_du_jour(cadrage: Cadrage) -> dict[str, Any]:
    """Return the agenda with the hour of each point, and the minutes asked against the length of the meeting."""
    seance = cadrage.seance
    points, cumul = [], 0
    for rang, point in enumerate(seance.points.order_by("ordre", "pk"), start=1):
        points.append(
            {
                "rang": rang,
                "heure": _heure(seance, cumul),
                "titre": point.titre,
                "texte": point.texte.strip(),
                "rapporteur": point.rapporteur,
                "minutes": point.minutes,
                "genre": point.genre,
                "genre_libelle": GenrePoint(point.genre).label,
            }
        )
        cumul += point.minutes
    return {
        "points": points,
        "minutes": cumul,
        "duree": seance.duree_minutes,
        "depassement": max(0, cumul - seance.duree_minutes),
        "decisions_demandees": sum(p["genre"] == GenrePoint.DECISION for p in points),
    }


def _heure(seance: Seance, minutes: int) -> str | None:
    if seance.heure is None:
        return None
    debut = datetime.datetime.combine(seance.tenue_le, seance.heure)
    return heure((debut + datetime.timedelta(minutes=minutes)).time())


def decisions_au(lignes: QuerySet[Decision], cadrage: Cadrage) -> QuerySet[Decision]:
    """Annotate decisions with `etat_au`, the state of their journal at the end of the day of the data."""
    journal = MouvementDecision.objects.filter(decision=OuterRef("pk"))
    dernier = journal.filter(le__lt=cadrage.fin).order_by("-le", "-pk").values("vers")[:1]
    plus_tard = Exists(journal.filter(le__gte=cadrage.fin).exclude(de=""))
    premier = journal.filter(le__gte=cadrage.fin).exclude(de="").order_by("le", "pk").values("de")[:1]
    ancien = Case(When(Exists(journal.filter(le__lt=cadrage.fin)), then=Subquery(dernier)), default=Subquery(premier))
    return lignes.alias(plus_tard=plus_tard).annotate(
        etat_au=Case(When(plus_tard=True, then=ancien), default=F("etat"), output_field=CharField())
    )


def composer_suites(cadrage: Cadrage) -> dict[str, Any]:
    """Return the decisions of the former meeting and the older ones still open, each with its state on the day."""
    precedente = cadrage.precedente
    if precedente is None:
        return {"seance": None, "seance_genre": None, "decisions": [], "anciennes": [], "bilan": None, "au": None}
    lignes = decisions_au(
        Decision.objects.filter(
            seance__instance_id=cadrage.seance.instance_id,
            seance__tenue_le__lte=precedente.tenue_le,
            seance__etat=EtatSeance.TENUE,
        ).select_related("responsable", "quartier", "seance"),
        cadrage,
    ).order_by("seance__tenue_le", "numero")
    decisions = [_decision(d, cadrage) for d in lignes.filter(seance=precedente)]
    anciennes = lignes.exclude(seance=precedente).filter(
        Q(etat_au__in=EtatDecision.OUVERTES) | Q(etat_au=EtatDecision.TENUE, tenue_le__gt=precedente.tenue_le)
    )
    return {
        "seance": iso(precedente.tenue_le),
        "seance_genre": "COPIL" if precedente.instance.genre in _COPILS else "séance",
        "decisions": decisions,
        "anciennes": [_decision(d, cadrage) for d in anciennes],
        "bilan": bilan(decisions),
        "au": iso(cadrage.au),
    }


_COPILS = (GenreInstance.COPIL_GUSP, GenreInstance.COPIL_NPNRU)


def bilan(decisions: list[dict[str, Any]]) -> dict[str, int]:
    """Count decisions: kept, late, under way or to do, given up."""
    genres = [d["allure"] for d in decisions]
    return {
        "total": len(genres),
        "tenues": genres.count("fait"),
        "en_retard": genres.count("en_retard"),
        "en_cours": genres.count("en_cours") + genres.count("a_traiter"),
        "abandonnees": genres.count("clos"),
    }


def _decision(decision: Decision, cadrage: Cadrage) -> dict[str, Any]:
    etat = EtatDecision(decision.etat_au)
    ouverte = etat in EtatDecision.OUVERTES
    retard = 0
    if ouverte and decision.echeance_le:
        retard = max(0, (cadrage.le - decision.echeance_le).days)
    tenue_le = decision.tenue_le if etat == EtatDecision.TENUE else None
    return {
        "numero": decision.numero,
        "seance": iso(decision.seance.tenue_le),
        "texte": premier_mot(decision.texte, 320),
        "quartier": decision.quartier.code if decision.quartier else None,
        "responsable": str(decision.responsable) if decision.responsable else None,
        "echeance": iso(decision.echeance_le),
        "etat": etat.label,
        "allure": "en_retard" if retard else etat.allure.replace("-", "_"),
        "retard": retard,
        "tenue_le": iso(tenue_le),
    }
