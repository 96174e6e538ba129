"""Actions as they stood on a day, by quartier, blocked and late ones first.

Rebuilt from the dated news: state, progress, last news. Not rebuilt (today's value is read): title, pilot, due date,
quartiers. Confidential actions never come out of here.
"""

from typing import Any

from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from gusp.enums import EtatAction
from gusp.models import Action, PointAvancement

from .cadrage import Cadrage, iso, premier_mot

LIGNES_PAR_QUARTIER = 40


def actions_au(cadrage: Cadrage) -> QuerySet[Action]:
    """Return the public actions of the quartiers with `etat_au`, `avancement_au`, `nouvelle_au`, `nouvelle_du`."""
    points = PointAvancement.objects.filter(action=OuterRef("pk"))
    connus, suivants = points.filter(le__lte=cadrage.au), points.filter(le__gt=cadrage.au)
    etat = Coalesce(
        Subquery(connus.exclude(vers="").order_by("-le", "-pk").values("vers")[:1]),
        Subquery(suivants.exclude(de="").order_by("le", "pk").values("de")[:1]),
        F("etat"),
        output_field=CharField(),
    )
    avancement = Subquery(connus.order_by("-le", "-pk").values("avancement")[:1], output_field=IntegerField())
    nouvelles = connus.exclude(texte="").order_by("-le", "-pk")
    touche = Action.quartiers.through.objects.filter(quartier_id__in=cadrage.ids).values("action_id")
    return (
        Action.objects.publiques()
        .filter(pk__in=touche)
        .alias(plus_tard=Exists(suivants))
        .annotate(
            etat_au=Case(When(plus_tard=True, then=etat), default=F("etat"), output_field=CharField()),
            avancement_au=Case(
                When(plus_tard=True, then=Coalesce(avancement, 0)), default=F("avancement"), output_field=IntegerField()
            ),
            nouvelle_au=Subquery(nouvelles.values("texte")[:1]),
            nouvelle_du=Subquery(nouvelles.values("le")[:1]),
        )
    )


def lire(cadrage: Cadrage) -> list[dict[str, Any]]:
    """Return the actions to show: the open ones, and those that ended since the former meeting."""
    return cadrage.une_fois("actions", _lire)


def _lire(cadrage: Cadrage) -> list[dict[str, Any]]:
    fini = Q(etat_au=EtatAction.REALISEE) | Q(etat_au=EtatAction.ABANDONNEE)
    recent = Q(realisee_le__gt=cadrage.depuis) | Q(nouvelle_du__gt=cadrage.depuis) if cadrage.depuis else Q()
    lignes = (
        actions_au(cadrage)
        .filter(~fini | recent)
        .select_related("organisme", "axe")
        .prefetch_related("quartiers")
        .defer("recherche", "contexte", "objectifs", "contenu")
        .order_by("code")
    )
    return sorted((_ligne(action, cadrage) for action in lignes), key=_urgence)


def _ligne(action: Action, cadrage: Cadrage) -> dict[str, Any]:
    etat = EtatAction(action.etat_au)
    ouverte = etat in EtatAction.OUVERTES
    retard = max(0, (cadrage.le - action.echeance_le).days) if ouverte and action.echeance_le else 0
    return {
        "code": action.code,
        "titre": action.titre,
        "quartiers": [q.code for q in sorted(action.quartiers.all(), key=lambda q: (q.ordre, q.nom_tri))],
        "axe": action.axe.libelle if action.axe else None,
        "pilote": str(action.organisme) if action.organisme else None,
        "etat": etat.label,
        "allure": "en_retard" if retard or etat == EtatAction.BLOQUEE else etat.allure.replace("-", "_"),
        "blocage": action.blocage if etat == EtatAction.BLOQUEE else "",
        "echeance": iso(action.echeance_le),
        "retard": retard,
        "avancement": action.avancement_au,
        "realisee_le": iso(action.realisee_le) if etat == EtatAction.REALISEE else None,
        "nouvelle": premier_mot(action.nouvelle_au or "", 160),
        "nouvelle_du": iso(action.nouvelle_du),
        "copil": action.porter_au_copil,
        "ouverte": ouverte,
    }


def _urgence(ligne: dict[str, Any]) -> tuple:
    """Blocked, then late (the most late first), then open by due date, then the rest."""
    rang = 0 if ligne["blocage"] else 1 if ligne["retard"] else 2 if ligne["ouverte"] else 3
    return rang, -ligne["retard"], ligne["echeance"] or "9999", ligne["code"]


def composer_actions(cadrage: Cadrage) -> dict[str, Any]:
    """Return the actions grouped: one group a quartier, then those of several quartiers."""
    lignes = lire(cadrage)
    codes = {quartier.code for quartier in cadrage.quartiers}
    groupes = [
        _groupe(quartier.code, quartier.nom, [a for a in lignes if set(a["quartiers"]) & codes == {quartier.code}])
        for quartier in cadrage.quartiers
    ]
    groupes.append(_groupe("", "Plusieurs quartiers", [a for a in lignes if len(set(a["quartiers"]) & codes) > 1]))
    return {
        "groupes": [groupe for groupe in groupes if groupe["total"]],
        "sans_action": [g["nom"] for g in groupes if g["code"] and not g["total"]],
        "total": len(lignes),
        "retards": sum(a["retard"] > 0 for a in lignes),
        "bloquees": sum(bool(a["blocage"]) for a in lignes),
        "realisees": sum(a["realisee_le"] is not None for a in lignes),
        "depuis": iso(cadrage.depuis),
        "situation": cadrage.situation(
            PointAvancement, Q(action__confidentiel=False, action__quartiers__in=cadrage.ids), "note_le"
        ),
    }


def _groupe(code: str, nom: str, lignes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "code": code,
        "nom": nom,
        "total": len(lignes),
        "retards": sum(a["retard"] > 0 for a in lignes),
        "lignes": lignes[:LIGNES_PAR_QUARTIER],
        "omises": max(0, len(lignes) - LIGNES_PAR_QUARTIER),
    }
