"""What falls in the six months after the meeting: meetings, walks, restitutions, milestones, decisions, claims."""

import calendar
import datetime
from typing import Any

from django.db.models import Q

from gusp.enums import EtatDiagnostic, PrioriteAction
from gusp.models import Diagnostic
from npnru.enums import EtatOperation
from npnru.models import Financement
from pilotage.enums import EtatDecision, EtatSeance
from pilotage.models import Decision, Seance
from socle.formats import MOIS

from . import actions, operations
from .cadrage import Cadrage, iso, premier_mot
from .seance import decisions_au

MOIS_SUIVIS = 6


def dans_six_mois(jour: datetime.date) -> datetime.date:
    """Return the same day six months later, or the last of that month."""
    annee, mois = divmod(jour.month - 1 + MOIS_SUIVIS, 12)
    annee, mois = jour.year + annee, mois + 1
    return datetime.date(annee, mois, min(jour.day, calendar.monthrange(annee, mois)[1]))


def composer_echeances(cadrage: Cadrage) -> dict[str, Any]:
    """Return the dates of the six months after the meeting, grouped by month."""
    debut, fin = cadrage.le, dans_six_mois(cadrage.le)
    lignes = [
        *_seances(cadrage, debut, fin),
        *_diagnostics(cadrage, debut, fin),
        *_jalons(cadrage, debut, fin),
        *_decisions(cadrage, debut, fin),
        *_actions(cadrage, debut, fin),
        *_soldes(cadrage, debut, fin),
    ]
    lignes.sort(key=lambda ligne: (ligne["le"], ligne["genre"], ligne["quoi"]))
    mois: dict[str, list[dict[str, Any]]] = {}
    for ligne in lignes:
        mois.setdefault(ligne["le"][:7], []).append(ligne)
    groupes = [{"nom": _nom_du_mois(cle), "lignes": groupe} for cle, groupe in mois.items()]
    return {"mois": groupes, "debut": iso(debut), "fin": iso(fin), "au": iso(cadrage.au), "total": len(lignes)}


def _nom_du_mois(cle: str) -> str:
    annee, mois = cle.split("-")
    return f"{MOIS[int(mois) - 1].capitalize()} {annee}"


def _ligne(le: datetime.date, genre: str, quoi: str, *, ou: str | None = None, qui: str | None = None):
    return {"le": iso(le), "genre": genre, "quoi": quoi, "ou": ou, "qui": qui}


def _seances(cadrage: Cadrage, debut, fin):
    suivantes = Seance.objects.filter(tenue_le__gt=debut, tenue_le__lte=fin, etat=EtatSeance.PREVUE)
    for seance in suivantes.select_related("instance").exclude(pk=cadrage.seance.pk):
        yield _ligne(seance.tenue_le, "Séance", seance.instance.nom, ou=seance.lieu or None)


def _diagnostics(cadrage: Cadrage, debut, fin):
    lignes = Diagnostic.objects.filter(quartier_id__in=cadrage.ids).select_related("quartier")
    for marche in lignes.filter(prevu_le__gt=debut, prevu_le__lte=fin, etat=EtatDiagnostic.PREPARATION):
        yield _ligne(marche.prevu_le, "Diagnostic", marche.intitule, ou=marche.quartier.nom)
    for marche in lignes.filter(restitution_prevue_le__gt=debut, restitution_prevue_le__lte=fin, restitue_le=None):
        quoi = f"Restitution aux habitants\u00a0: {marche.intitule}"
        yield _ligne(marche.restitution_prevue_le, "Restitution", quoi, ou=marche.quartier.nom)


def _jalons(cadrage: Cadrage, debut, fin):
    for lue in operations.lire(cadrage):
        if lue.etat not in EtatOperation.ACTIVES:
            continue
        for jalon in lue.jalons:
            if jalon.important and jalon.atteint is None and jalon.prevu and debut < jalon.prevu <= fin:
                yield _ligne(
                    jalon.prevu,
                    "Jalon",
                    f"{lue.operation.titre}\u00a0: {jalon.libelle}",
                    ou=lue.operation.quartier.nom,
                    qui=str(lue.operation.maitre_ouvrage),
                )


def _decisions(cadrage: Cadrage, debut, fin):
    dues = Decision.objects.filter(
        echeance_le__gt=debut, echeance_le__lte=fin, seance__tenue_le__lte=cadrage.au
    ).filter(Q(quartier__isnull=True) | Q(quartier_id__in=cadrage.ids))
    ouvertes = decisions_au(dues, cadrage).filter(etat_au__in=EtatDecision.OUVERTES)
    for decision in ouvertes.select_related("responsable", "quartier"):
        yield _ligne(
            decision.echeance_le,
            "Décision",
            f"{decision.numero} · {premier_mot(decision.texte, 110)}",
            ou=decision.quartier.nom if decision.quartier else None,
            qui=str(decision.responsable) if decision.responsable else None,
        )


def _actions(cadrage: Cadrage, debut, fin):
    """Only the actions of high priority or brought to the meeting: the others are in their own section."""
    hautes = cadrage.une_fois("actions_hautes", _codes_hauts)
    for action in actions.lire(cadrage):
        if not action["ouverte"] or not action["echeance"] or not (action["copil"] or action["code"] in hautes):
            continue
        if iso(debut) < action["echeance"] <= iso(fin):
            yield {
                "le": action["echeance"],
                "genre": "Action",
                "quoi": f"{action['code']} · {premier_mot(action['titre'], 110)}",
                "ou": ", ".join(action["quartiers"]),
                "qui": action["pilote"],
            }


def _codes_hauts(cadrage: Cadrage) -> set[str]:
    return set(actions.actions_au(cadrage).filter(priorite=PrioriteAction.HAUTE).values_list("code", flat=True))


def _soldes(cadrage: Cadrage, debut, fin):
    lignes = Financement.objects.filter(
        operation__quartier_id__in=cadrage.ids, a_solder_avant_le__gt=debut, a_solder_avant_le__lte=fin
    )
    for ligne in lignes.select_related("operation__quartier", "financeur"):
        quoi = f"{ligne.operation.titre}\u00a0: solde à demander ({ligne.financeur})"
        yield _ligne(ligne.a_solder_avant_le, "Financement", quoi, ou=ligne.operation.quartier.nom)
