"""Key figures, each beside the value that the last frozen dossier showed (not recomputed)."""

from statistics import median
from typing import Any

from django.db.models import Count, F, Q

from gusp.enums import EtatAction
from gusp.models import Action, MouvementConstat
from quartiers.enums import Indicateur
from quartiers.models import ChiffreCle

from .actions import actions_au
from .cadrage import Cadrage, iso
from .constats import FAITS, OUVERTS, VERIFIES, constats_au, en_retard, leves, nouveaux

#: Figures of the dossier, in order: key, name, unit, and whether less is better (None: neither).
INDICATEURS = (
    ("constats_ouverts", "constats ouverts", "", True),
    ("constats_en_retard", "réponses en retard", "", True),
    ("delai_median", "délai médian de réponse", "j", True),
    ("part_verifiee", "vérifiés sur place", "%", False),
    ("constats_nouveaux", "constats relevés depuis la séance précédente", "", None),
    ("constats_leves", "constats levés depuis la séance précédente", "", None),
    ("actions_ouvertes", "actions ouvertes", "", None),
    ("actions_en_retard", "actions en retard", "", True),
    ("actions_bloquees", "actions bloquées", "", True),
    ("actions_realisees", "actions réalisées", "", False),
)
#: The four boxes of the one-page synthesis.
PRINCIPAUX = ("constats_ouverts", "constats_en_retard", "delai_median", "part_verifiee")
PUBLIES = (
    Indicateur.POPULATION,
    Indicateur.TAUX_PAUVRETE,
    Indicateur.REVENU_MEDIAN,
    Indicateur.PART_LOGEMENT_SOCIAL,
    Indicateur.MOINS_DE_25_ANS,
)


def mesurer(cadrage: Cadrage) -> dict[str, int | None]:
    """Return the value of each indicator; None when there is nothing to measure."""
    constats = constats_au(cadrage.ids, au=cadrage.au)
    comptes = constats.aggregate(
        constats_ouverts=Count("pk", filter=OUVERTS),
        constats_en_retard=Count("pk", filter=en_retard(cadrage)),
        constats_nouveaux=Count("pk", filter=nouveaux(cadrage)),
        constats_leves=Count("pk", filter=leves(cadrage)),
        faits=Count("pk", filter=FAITS),
        verifies=Count("pk", filter=VERIFIES),
    )
    faits, verifies = comptes.pop("faits"), comptes.pop("verifies")
    actions = actions_au(cadrage).aggregate(
        actions_ouvertes=Count("pk", filter=Q(etat_au__in=EtatAction.OUVERTES)),
        actions_en_retard=Count("pk", filter=Q(etat_au__in=EtatAction.OUVERTES, echeance_le__lt=cadrage.le)),
        actions_bloquees=Count("pk", filter=Q(etat_au=EtatAction.BLOQUEE)),
        actions_realisees=Count("pk", filter=Q(etat_au=EtatAction.REALISEE)),
    )
    return {
        **comptes,
        **actions,
        "part_verifiee": round(100 * verifies / faits) if faits else None,
        "delai_median": delai_median(cadrage),
    }


def delai_median(cadrage: Cadrage) -> int | None:
    """Return the median of the days between transmission and declared treatment, on what was done since last time."""
    couples = (
        constats_au(cadrage.ids, au=cadrage.au)
        .filter(leves(cadrage), transmis_le__isnull=False, traite_le__gte=F("transmis_le"))
        .values_list("transmis_le", "traite_le")
    )
    delais = [(traite - transmis).days for transmis, traite in couples]
    return round(median(delais)) if delais else None


def indicateurs(cadrage: Cadrage) -> list[dict[str, Any]]:
    """Return every figure with the value shown last time and the change between the two."""
    return cadrage.une_fois("indicateurs", _indicateurs)


def _indicateurs(cadrage: Cadrage) -> list[dict[str, Any]]:
    valeurs = mesurer(cadrage)
    montres = cadrage.montre("chiffres") or cadrage.montre("synthese") or {}
    avant = {ligne["cle"]: ligne["valeur"] for ligne in montres.get("indicateurs", ())}
    return [
        {
            "cle": cle,
            "nom": nom,
            "unite": unite,
            "valeur": valeurs[cle],
            "avant": avant.get(cle),
            "avant_le": iso(cadrage.precedent.seance.tenue_le) if cle in avant else None,
            "ecart": _ecart(valeurs[cle], avant.get(cle)),
            "sens": _sens(valeurs[cle], avant.get(cle), moins_est_mieux),
        }
        for cle, nom, unite, moins_est_mieux in INDICATEURS
    ]


def _ecart(valeur: int | None, avant: int | None) -> int | None:
    return None if valeur is None or avant is None else valeur - avant


def _sens(valeur: int | None, avant: int | None, moins_est_mieux: bool | None) -> str:
    """Return mieux, moins-bien or nothing."""
    ecart = _ecart(valeur, avant)
    if not ecart or moins_est_mieux is None:
        return ""
    return "mieux" if (ecart < 0) == moins_est_mieux else "moins-bien"


def composer_chiffres(cadrage: Cadrage) -> dict[str, Any]:
    """Return the figures of the whole, of each quartier, of each organisme, by theme, and the published ones."""
    return {
        "indicateurs": indicateurs(cadrage),
        "depuis": iso(cadrage.depuis),
        "montre_le": iso(cadrage.precedent.seance.tenue_le) if cadrage.montre("chiffres") else None,
        "quartiers": par_quartier(cadrage),
        "organismes": par_organisme(cadrage),
        "themes": par_theme(cadrage),
        "publies": publies(cadrage),
        "situation": cadrage.situation(
            MouvementConstat, Q(constat__quartier_id__in=cadrage.ids, constat__confidentiel=False), "le"
        ),
    }


def _comptes(cadrage: Cadrage) -> dict[str, Count]:
    return {
        "ouverts": Count("pk", filter=OUVERTS),
        "retards": Count("pk", filter=en_retard(cadrage)),
        "releves": Count("pk", filter=nouveaux(cadrage)),
        "leves": Count("pk", filter=leves(cadrage)),
    }


def par_quartier(cadrage: Cadrage) -> list[dict[str, Any]]:
    """Return a row a quartier: constats open, late, seen and done since last time, actions open and late."""
    constats = {
        ligne.pop("quartier_id"): ligne
        for ligne in constats_au(cadrage.ids, au=cadrage.au)
        .order_by()
        .values("quartier_id")
        .annotate(**_comptes(cadrage))
    }
    actions = {
        ligne.pop("quartiers"): ligne
        for ligne in Action.objects.filter(
            pk__in=actions_au(cadrage).filter(etat_au__in=EtatAction.OUVERTES).values("pk")
        )
        .order_by()
        .values("quartiers")
        .annotate(total=Count("pk"))
    }
    vides = {"ouverts": 0, "retards": 0, "releves": 0, "leves": 0}
    return [
        {
            "code": quartier.code,
            "nom": quartier.nom,
            "npnru": quartier.npnru,
            **constats.get(quartier.pk, vides),
            "actions": actions.get(quartier.pk, {}).get("total", 0),
        }
        for quartier in cadrage.quartiers
    ]


def par_organisme(cadrage: Cadrage) -> list[dict[str, Any]]:
    """Return a row an organisme that something was asked of, the most late first."""
    lignes = (
        constats_au(cadrage.ids, au=cadrage.au)
        .filter(organisme__isnull=False, transmis_le__lte=cadrage.au)
        .order_by()
        .values("organisme__nom")
        .annotate(demandes=Count("pk"), faits=Count("pk", filter=FAITS), **_comptes(cadrage))
        .order_by("-retards", "-ouverts", "organisme__nom")
    )
    return [{"nom": ligne.pop("organisme__nom"), **ligne} for ligne in lignes[:25]]


def par_theme(cadrage: Cadrage) -> list[dict[str, Any]]:
    """Return the open constats by theme, the widest first."""
    lignes = (
        constats_au(cadrage.ids, au=cadrage.au)
        .filter(OUVERTS, theme__isnull=False)
        .order_by()
        .values("theme__libelle")
        .annotate(ouverts=Count("pk"), retards=Count("pk", filter=en_retard(cadrage)))
        .order_by("-ouverts", "theme__libelle")
    )
    return [{"nom": ligne.pop("theme__libelle"), **ligne} for ligne in lignes[:12]]


def publies(cadrage: Cadrage) -> list[dict[str, Any]]:
    """Return the latest published figures of each quartier, with their date; None where none is known."""
    lus: dict[tuple[int, str], ChiffreCle] = {}
    chiffres = ChiffreCle.objects.filter(
        quartier_id__in=cadrage.ids, indicateur__in=PUBLIES, valeur__isnull=False, releve_le__lte=cadrage.au
    ).order_by("quartier", "indicateur", F("annee").desc(nulls_last=True), "source", "pk")
    for chiffre in chiffres:
        lus.setdefault((chiffre.quartier_id, chiffre.indicateur), chiffre)
    return [
        {"code": quartier.code, "nom": quartier.nom, "valeurs": [_publie(lus.get((quartier.pk, i))) for i in PUBLIES]}
        for quartier in cadrage.quartiers
    ]


def _publie(chiffre: ChiffreCle | None) -> dict[str, str] | None:
    if chiffre is None:
        return None
    return {
        "valeur": str(chiffre.valeur.normalize().to_integral() if chiffre.valeur % 1 == 0 else chiffre.valeur),
        "unite": chiffre.unite,
        "date": chiffre.date_valeur,
        "source": chiffre.source,
    }
