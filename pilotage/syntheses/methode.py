"""How the dossier was made: dates of the data, definitions, what a past date cannot rebuild, demonstration mention."""

from typing import Any

from django.db.models import Count, Max, Q

from gusp.models import Diagnostic, NiveauUrgence, PointAvancement
from npnru.models import Montant, Operation
from socle.formats import jour

from .cadrage import Cadrage, iso
from .constats import constats_au


def composer_methode(cadrage: Cadrage) -> dict[str, Any]:
    """Return the dates of each kind of data, the definitions used, and the origin of the outlines."""
    return {
        "au": iso(cadrage.au),
        "le": iso(cadrage.le),
        "sources": _sources(cadrage),
        "delais": [
            {"nom": niveau.get_niveau_display(), "jours": niveau.delai_jours}
            for niveau in NiveauUrgence.objects.order_by("niveau")
        ],
        "definitions": _definitions(cadrage),
        "limites": LIMITES,
        "contours": _contours(cadrage),
        "comparaison": iso(cadrage.precedent.seance.tenue_le) if cadrage.precedent else None,
    }


LIMITES = [
    "L’état des constats, actions, décisions et opérations est celui de leur journal à la date des données.",
    "Le thème, l’organisme, l’échéance et la description d’un constat, le titre et le pilote d’une action sont ceux du "
    "jour où le dossier est figé\u00a0: le journal ne garde pas leurs anciennes valeurs.",
    "Les constats et actions confidentiels, les notes internes et les coordonnées personnelles ne figurent jamais ici.",
]


def _definitions(cadrage: Cadrage) -> list[dict[str, str]]:
    return [
        {
            "mot": "Constat ouvert",
            "sens": "relevé et non encore traité, ni classé sans suite, ni écarté, ni regroupé avec un autre.",
        },
        {
            "mot": "Réponse en retard",
            "sens": f"constat ouvert dont l’échéance est passée au jour de la séance ({jour(cadrage.le)}).",
        },
        {
            "mot": "Levé",
            "sens": "déclaré traité par l’organisme\u202f; «\u00a0vérifié sur place\u00a0» si le service l’a constaté.",
        },
        {
            "mot": "Délai médian de réponse",
            "sens": "jours de la transmission au traitement, pour les constats levés depuis la séance précédente.",
        },
        {
            "mot": "Dérive d’une opération",
            "sens": "date de livraison prévue (ou réelle) moins date initiale\u202f; le glissement se mesure depuis la "
            "date montrée au dernier dossier.",
        },
        {
            "mot": "Comparaison avec la séance précédente",
            "sens": "avec la valeur montrée dans le dernier dossier figé de l’instance, jamais recalculée.",
        },
    ]


def _sources(cadrage: Cadrage) -> list[dict[str, Any]]:
    constats = constats_au(cadrage.ids, au=cadrage.au).aggregate(nombre=Count("pk"), dernier=Max("releve_le"))
    marches = Diagnostic.objects.filter(quartier_id__in=cadrage.ids).tenus_entre(None, cadrage.au)
    points = PointAvancement.objects.filter(
        action__confidentiel=False, action__quartiers__in=cadrage.ids, le__lte=cadrage.au
    )
    operations = Operation.objects.filter(quartier_id__in=cadrage.ids, porter_au_copil=True)
    montants = Montant.objects.filter(
        Q(cout__operation__in=operations) | Q(financement__operation__in=operations), valeur_le__lte=cadrage.au
    )
    return [
        _source("Constats", constats["nombre"], constats["dernier"], "dernier relevé"),
        _source("Diagnostics en marchant", marches.count(), marches.aggregate(d=Max("prevu_le"))["d"], "dernier tenu"),
        _source(
            "Nouvelles des actions", points.distinct().count(), points.aggregate(d=Max("le"))["d"], "dernière nouvelle"
        ),
        _source(
            "Opérations",
            operations.count(),
            operations.filter(situation_le__lte=cadrage.au).aggregate(d=Max("situation_le"))["d"],
            "dernière situation",
        ),
        _source("Montants", montants.count(), montants.aggregate(d=Max("valeur_le"))["d"], "dernière date de valeur"),
    ]


def _source(nom: str, nombre: int, dernier, quoi: str) -> dict[str, Any]:
    return {"nom": nom, "nombre": nombre, "dernier": iso(dernier), "quoi": quoi}


def _contours(cadrage: Cadrage) -> list[dict[str, str]]:
    groupes: dict[str, list[str]] = {}
    for quartier in cadrage.quartiers:
        groupes.setdefault(quartier.get_contour_origine_display(), []).append(quartier.nom)
    return [{"origine": origine, "quartiers": ", ".join(noms)} for origine, noms in groupes.items()]
