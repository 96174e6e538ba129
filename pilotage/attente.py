"""« Ce qui m'attend »: what each person owes, each number a link to exactly the rows that it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from comptes.acces import est_du_service
from gusp.enums import EtatConstat
from gusp.models import Action, Constat
from npnru.models import Jalon, Operation
from pilotage.models import Decision
from socle.formats import compte, jour, jours

#: Milestones are announced that many days ahead.
JOURS_JALONS = 30


@dataclass(frozen=True)
class Attente:
    """One row of the home page: how many, what, the detail that makes it useful, where to go, the verb."""

    nombre: int
    libelle: str
    detail: str
    url: str
    geste: str
    grave: bool = False
    principal: bool = False


def ce_qui_attend(utilisateur, *, au: date) -> list[Attente]:
    """Return the rows of the home page of this person, empty ones left out, gravest first."""
    if utilisateur.perimetre.est_partenaire:
        sources = (_reponses_attendues, _actions_sans_nouvelles, _decisions_ouvertes)
    elif est_du_service(utilisateur):
        sources = (
            _a_relancer,
            _a_qualifier,
            _a_verifier,
            _actions_sans_nouvelles,
            _actions_en_retard,
            _jalons,
            _decisions_ouvertes,
        )
    else:
        sources = (_jalons, _decisions_ouvertes)
    return [attente for source in sources if (attente := source(utilisateur, au)) is not None]


def _lien(nom: str, **filtres) -> str:
    return f"{reverse(nom)}?{urlencode(filtres)}"


def _repartition(lignes: QuerySet, champ: str, *, combien: int = 3) -> str:
    """Say where the rows are: « Sanitas 4 · Europe 2 »."""
    groupes = (
        lignes.order_by().values_list(champ).annotate(n=Count("pk", distinct=True)).order_by("-n", champ)[:combien]
    )
    return " · ".join(f"{nom or 'non renseigné'} {n}" for nom, n in groupes)


def _ecrire(lignes: QuerySet, fabrique: Callable[[int], Attente]) -> Attente | None:
    nombre = lignes.count()
    return fabrique(nombre) if nombre else None


def _a_relancer(utilisateur, au: date) -> Attente | None:
    lignes = Constat.objects.visibles_par(utilisateur).a_relancer(au=au)

    def ligne(nombre: int) -> Attente:
        plus_ancienne = lignes.aggregate(d=Min("echeance_le"))["d"]
        return Attente(
            nombre,
            f"{compte(nombre, 'réponse,réponses').split(maxsplit=1)[-1]} en retard, à relancer",
            f"{_repartition(lignes, 'organisme__nom')} ; la plus ancienne : {jours((au - plus_ancienne).days)}",
            _lien("gusp:constat_liste", etat="a_relancer"),
            "Relancer",
            grave=True,
            principal=True,
        )

    return _ecrire(lignes, ligne)


def _a_qualifier(utilisateur, au: date) -> Attente | None:
    lignes = Constat.objects.visibles_par(utilisateur).a_qualifier()

    def ligne(nombre: int) -> Attente:
        dernier = lignes.aggregate(d=Max("releve_le"))["d"]
        return Attente(
            nombre,
            "constats à trier" if nombre > 1 else "constat à trier",
            f"{_repartition(lignes, 'quartier__nom')} ; le dernier relevé le {jour(dernier)}",
            _lien("gusp:constat_liste", etat=EtatConstat.BROUILLON),
            "Trier",
            principal=True,
        )

    return _ecrire(lignes, ligne)


def _a_verifier(utilisateur, au: date) -> Attente | None:
    lignes = Constat.objects.visibles_par(utilisateur).a_verifier()
    return _ecrire(
        lignes,
        lambda nombre: Attente(
            nombre,
            "constats déclarés traités, à vérifier sur place" if nombre > 1 else "constat déclaré traité, à vérifier",
            _repartition(lignes, "quartier__nom"),
            _lien("gusp:constat_liste", etat=EtatConstat.TRAITE),
            "Vérifier",
        ),
    )


def _reponses_attendues(utilisateur, au: date) -> Attente | None:
    lignes = Constat.objects.visibles_par(utilisateur).filter(etat__in=EtatConstat.CHEZ_L_ORGANISME)

    def ligne(nombre: int) -> Attente:
        retard = lignes.en_retard(au=au).count()
        return Attente(
            nombre,
            "constats attendent votre réponse" if nombre > 1 else "constat attend votre réponse",
            f"dont {retard} en retard" if retard else "aucun en retard",
            _lien("gusp:constat_liste", etat="ouverts"),
            "Répondre",
            grave=bool(retard),
            principal=True,
        )

    return _ecrire(lignes, ligne)


def _actions_sans_nouvelles(utilisateur, au: date) -> Attente | None:
    lignes = Action.objects.visibles_par(utilisateur).sans_nouvelles(au=au)
    return _ecrire(
        lignes,
        lambda nombre: Attente(
            nombre,
            "actions sans nouvelles depuis 60 jours" if nombre > 1 else "action sans nouvelles depuis 60 jours",
            _repartition(lignes, "quartiers__nom"),
            _lien("gusp:action_liste", etat="sans_nouvelles"),
            "Mettre à jour",
            principal=True,
        ),
    )


def _actions_en_retard(utilisateur, au: date) -> Attente | None:
    lignes = Action.objects.visibles_par(utilisateur).en_retard(au=au)
    return _ecrire(
        lignes,
        lambda nombre: Attente(
            nombre,
            "actions dont l’échéance est passée" if nombre > 1 else "action dont l’échéance est passée",
            _repartition(lignes, "quartiers__nom"),
            _lien("gusp:action_liste", etat="en_retard"),
            "Voir",
            grave=True,
        ),
    )


def _jalons(utilisateur, au: date) -> Attente | None:
    operations = Operation.objects.visibles_par(utilisateur).actives()
    lignes = Jalon.objects.filter(operation__in=operations).filter(
        Q(atteint_le__isnull=True, prevu_le__lte=au + timedelta(days=JOURS_JALONS))
    )

    def ligne(nombre: int) -> Attente:
        passes = lignes.en_retard(au=au).count()
        return Attente(
            nombre,
            f"jalons d’ici {JOURS_JALONS} jours" if nombre > 1 else f"jalon d’ici {JOURS_JALONS} jours",
            f"{_repartition(lignes, 'operation__titre')}{f' ; {passes} dépassés' if passes else ''}",
            _lien("npnru:calendrier", jalons="proches"),
            "Voir",
            grave=bool(passes),
        )

    return _ecrire(lignes, ligne)


def _decisions_ouvertes(utilisateur, au: date) -> Attente | None:
    lignes = Decision.objects.visibles_par(utilisateur).ouvertes()

    def ligne(nombre: int) -> Attente:
        retard = lignes.en_retard(au=au).count()
        return Attente(
            nombre,
            "décisions encore ouvertes" if nombre > 1 else "décision encore ouverte",
            f"{retard} en retard" if retard else "aucune en retard",
            _lien("pilotage:decision_liste", etat="ouvertes"),
            "Voir",
            grave=bool(retard),
        )

    return _ecrire(lignes, ligne)
