"""Seed of urban renewal: nomenclature, templates of phases, and what was published about Tours.

Everything here is published or an editable default; fictitious calendars live in `npnru/demonstration`.
"""

from datetime import date
from decimal import Decimal

from socle.recherche import cle_tri

from .faits import FAITS
from .operations import A_PRECISER, OPERATIONS
from .phases import NATURES, PHASES
from .sources import SOURCES

__all__ = ["A_PRECISER", "OPERATIONS", "PHASES", "SOURCES", "installer_nomenclatures", "installer_publications"]

CONVENTION = "Convention pluriannuelle de renouvellement urbain, quatre quartiers de la métropole"
REMARQUE = (
    "Quartiers\u00a0: Sanitas et Maryse Bastié (Tours), Rabière (Joué-lès-Tours), Rabaterie (Saint-Pierre-des-Corps). "
    "Date limite d’engagement annoncée par l’ANRU pour juin 2026 (jour posé au 30)\u202f; une prolongation n’a pas été "
    "vérifiée."
)
AVENANT = (
    "Montant global de 249,2\u00a0M€ HT présenté au comité d’engagement du 15 décembre 2021\u202f; concours de l’ANRU "
    "porté de 48,9 à 56,9\u00a0M€ (février 2022). Numéro d’ordre posé par l’outil, date de signature non trouvée."
)


def installer_nomenclatures(apps) -> None:
    """Fill natures and templates of phases, given historical models."""
    nature, modele = apps.get_model("npnru", "NatureOperation"), apps.get_model("npnru", "ModelePhase")
    nature.objects.bulk_create(nature(code=code, libelle=libelle) for code, libelle in NATURES)
    modele.objects.bulk_create(
        modele(
            genre_ouvrage=genre,
            ordre=ordre,
            code=code,
            libelle=libelle,
            famille=famille,
            duree_mois=duree,
            produit=produit,
            decision=decision,
        )
        for genre, phases in PHASES.items()
        for ordre, (code, libelle, famille, duree, produit, decision) in enumerate(phases, start=1)
    )


def installer_publications(apps) -> None:
    """Fill the convention, the operations and the facts that were published, given historical models."""
    convention = _convention(apps)
    operations = _operations(apps, convention)
    _faits(apps, operations)


def _convention(apps):
    organisme, quartier = apps.get_model("quartiers", "Organisme"), apps.get_model("quartiers", "Quartier")
    source, adresse = SOURCES["INFO_TOURS_CONVENTION"]
    convention = apps.get_model("npnru", "ConventionNpnru").objects.create(
        titre=CONVENTION,
        signee_le=date(2020, 1, 27),
        porteur=organisme.objects.get(nom="Tours Métropole Val de Loire"),
        date_limite_engagement=date(2026, 6, 30),
        remarque=REMARQUE,
        source=source,
        source_url=adresse,
    )
    convention.quartiers.set(quartier.objects.filter(code__in=["SAN", "BAS"]))
    apps.get_model("npnru", "Avenant").objects.create(
        convention=convention, numero=1, genre="comite", objet=AVENANT, source=SOURCES["COMITE_ENGAGEMENT"][0]
    )
    return convention


def _operations(apps, convention) -> dict:
    organisme, quartier = apps.get_model("quartiers", "Organisme"), apps.get_model("quartiers", "Quartier")
    organisme.objects.get_or_create(nom=A_PRECISER, defaults={"nom_tri": cle_tri(A_PRECISER), "type": "autre"})
    organismes = {o.nom: o for o in organisme.objects.all()}
    quartiers = {q.code: q for q in quartier.objects.all()}
    natures = {n.code: n for n in apps.get_model("npnru", "NatureOperation").objects.all()}
    par_titre: dict = {}
    for publiee in OPERATIONS:
        source, adresse = SOURCES[publiee.source]
        operation = par_titre[publiee.titre] = apps.get_model("npnru", "Operation").objects.create(
            quartier=quartiers[publiee.quartier],
            titre=publiee.titre,
            nature=natures[publiee.nature],
            genre_ouvrage=publiee.genre,
            convention=convention,
            maitre_ouvrage=organismes[publiee.maitre_ouvrage],
            pilotee_par_le_service=publiee.pilotee,
            remplace=par_titre.get(publiee.remplace),
            etat=publiee.etat,
            programme=publiee.programme,
            lieu=publiee.lieu,
            alerte=publiee.alerte,
            situation_le=publiee.situation_le,
            source=source,
            source_url=adresse,
        )
        _parties(apps, operation, publiee)
    return par_titre


def _parties(apps, operation, publiee) -> None:
    phase, jalon = apps.get_model("npnru", "Phase"), apps.get_model("npnru", "Jalon")
    phase.objects.bulk_create(
        phase(operation=operation, ordre=ordre, code=code, libelle=libelle, famille=famille)
        for ordre, (code, libelle, famille, *_) in enumerate(PHASES[publiee.genre], start=1)
    )
    jalon.objects.bulk_create(
        jalon(
            operation=operation,
            genre=publie.genre,
            libelle=publie.libelle,
            initial_le=publie.prevu_le,
            prevu_le=publie.prevu_le,
            atteint_le=publie.atteint_le,
            source=publie.source,
        )
        for publie in publiee.jalons
    )
    if not publiee.couts:
        return
    cout = apps.get_model("npnru", "Cout").objects.create(operation=operation, poste="total")
    for publie in publiee.couts:
        source, adresse = SOURCES[publie.source]
        apps.get_model("npnru", "Montant").objects.create(
            cout=cout,
            statut="annonce",
            valeur=Decimal(publie.valeur),
            taxe=publie.taxe,
            valeur_le=publie.valeur_le,
            source=source,
            source_url=adresse,
            motif=publie.motif,
        )


def _faits(apps, operations: dict) -> None:
    fait_publie, quartier = apps.get_model("npnru", "FaitPublie"), apps.get_model("quartiers", "Quartier")
    quartiers = {q.nom: q for q in quartier.objects.all()}
    prefixes = [(mots, operations[publiee.titre]) for publiee in OPERATIONS for mots in publiee.faits]
    for perimetre, sujet, fait, valeur, unite, date_du_fait, ordre, source in FAITS:
        nom, adresse = SOURCES[source]
        fait_publie.objects.create(
            quartier=quartiers.get(perimetre),
            operation=next((operation for mots, operation in prefixes if fait.startswith(mots)), None),
            perimetre=perimetre,
            sujet=sujet,
            fait=fait,
            valeur=Decimal(valeur) if valeur else None,
            unite=unite,
            date_du_fait=date_du_fait,
            ordre_date=date.fromisoformat(ordre) if ordre else None,
            source=nom,
            source_url=adresse,
        )
