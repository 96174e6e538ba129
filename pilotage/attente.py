"""« Ce qui m'attend »: what each person owes, each number a link to exactly the rows that it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from comptes.acces import est_du_service
from gusp.enums import EtatConstat, EtatEnvoi
from gusp.models import Action, Constat, EnvoiTerrain
from npnru.models import Jalon, Operation
from pilotage.models import Decision
from socle.formats import FINE, INSECABLE, compte, jour, jours

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
            _a_recevoir,
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


#: A row says that many places.
LIEUX = 3


def _repartition(lignes: QuerySet, champ: str) -> str:
    """Say where the rows are: « Sanitas 4 · Europe 2 »."""
    groupes = lignes.order_by().values_list(champ).annotate(n=Count("pk", distinct=True)).order_by("-n", champ)[:LIEUX]
    return _dire_les_lieux(groupes)


def _dire_les_lieux(groupes) -> str:
    return " · ".join(f"{nom or 'non renseigné'} {n}" for nom, n in groupes)


def _decompter(lignes: QuerySet, champ: str, **mesures) -> list[dict]:
    """Return the groups of a single-valued field with `n` and the measures, largest first: one query says it all."""
    return list(lignes.order_by().values(champ).annotate(n=Count("pk"), **mesures).order_by("-n", champ))


def _lieux(groupes: list[dict], champ: str) -> str:
    return _dire_les_lieux((g[champ], g["n"]) for g in groupes[:LIEUX])


def _ecrire(lignes: QuerySet, fabrique: Callable[[int], Attente]) -> Attente | None:
    nombre = lignes.count()
    return fabrique(nombre) if nombre else None


def _a_relancer(utilisateur, au: date) -> Attente | None:
    lignes = Constat.objects.visibles_par(utilisateur).a_relancer(au=au)
    groupes = _decompter(lignes, "organisme__nom", ancienne=Min("echeance_le"))
    if not groupes:
        return None
    age = jours((au - min(g["ancienne"] for g in groupes)).days)
    return Attente(
        nombre := sum(g["n"] for g in groupes),
        "réponses en retard, à relancer" if nombre > 1 else "réponse en retard, à relancer",
        f"{_lieux(groupes, 'organisme__nom')}{FINE}; la plus ancienne{INSECABLE}: {age}",
        _lien("gusp:constat_liste", etat="a_relancer"),
        "Relancer",
        grave=True,
        principal=True,
    )


def _a_qualifier(utilisateur, au: date) -> Attente | None:
    lignes = Constat.objects.visibles_par(utilisateur).a_qualifier()
    groupes = _decompter(lignes, "quartier__nom", dernier=Max("releve_le"))
    if not groupes:
        return None
    dernier = jour(max(g["dernier"] for g in groupes))
    return Attente(
        nombre := sum(g["n"] for g in groupes),
        "constats à trier" if nombre > 1 else "constat à trier",
        f"{_lieux(groupes, 'quartier__nom')}{FINE}; le dernier relevé le {dernier}",
        _lien("gusp:constat_liste", etat=EtatConstat.BROUILLON),
        "Trier",
        principal=True,
    )


def _a_recevoir(utilisateur, au: date) -> Attente | None:
    groupes = _decompter(EnvoiTerrain.objects.du_service(utilisateur).a_decider(), "etat")
    if not groupes:
        return None
    nombre = sum(g["n"] for g in groupes)
    return Attente(
        nombre,
        "fiches du terrain attendent une décision" if nombre > 1 else "fiche du terrain attend une décision",
        " · ".join(f"{g['n']} {EtatEnvoi(g['etat']).label.lower()}" for g in groupes),
        reverse("gusp:reception"),
        "Décider",
        principal=True,
    )


def _a_verifier(utilisateur, au: date) -> Attente | None:
    groupes = _decompter(Constat.objects.visibles_par(utilisateur).a_verifier(), "quartier__nom")
    if not groupes:
        return None
    return Attente(
        nombre := sum(g["n"] for g in groupes),
        "constats déclarés traités, à vérifier sur place" if nombre > 1 else "constat déclaré traité, à vérifier",
        _lieux(groupes, "quartier__nom"),
        _lien("gusp:constat_liste", etat=EtatConstat.TRAITE),
        "Vérifier",
    )


def _reponses_attendues(utilisateur, au: date) -> Attente | None:
    lignes = Constat.objects.visibles_par(utilisateur).filter(etat__in=EtatConstat.CHEZ_L_ORGANISME)

    def ligne(nombre: int) -> Attente:
        retard = lignes.en_retard(au=au).count()
        return Attente(
            nombre,
            "constats attendent votre réponse" if nombre > 1 else "constat attend votre réponse",
            f"dont {retard} en retard" if retard else "aucun en retard",
            _lien("gusp:constat_liste", etat="a_repondre"),
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
    lignes = Operation.objects.visibles_par(utilisateur).actives().avec_jalon_attendu(au=au, jours=JOURS_JALONS)

    def ligne(nombre: int) -> Attente:
        passes = Jalon.objects.filter(operation__in=lignes).en_retard(au=au).count()
        titres = list(lignes.order_by("titre").values_list("titre", flat=True)[:LIEUX])
        suite = f"{FINE}; {compte(passes, 'jalon dépassé,jalons dépassés')}" if passes else ""
        return Attente(
            nombre,
            f"opérations ont un jalon d’ici {JOURS_JALONS} jours"
            if nombre > 1
            else f"opération a un jalon d’ici {JOURS_JALONS} jours",
            f"{', '.join(titres)}{suite}",
            _lien("npnru:operation_liste", etat="actives", jalons="proches"),
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
