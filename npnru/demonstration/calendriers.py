"""Dates of the demonstration: laid from the template, lived up to the day, moved by the traced gestures."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from npnru.enums import SOURCE_DEMONSTRATION, GenreJalon
from npnru.metier import ajouter_jalon, periodes_du_modele, reprogrammer_phase
from npnru.metier.operations import plus_mois
from npnru.models import ModelePhase, Operation, Phase

from .scenarios import Scenario

#: Milestones of the demonstration: code of the phase, at its end or at its start, kind, label.
JALONS = (
    ("PROG", "fin", GenreJalon.DELIBERATION, "Délibération sur le programme"),
    ("CONC", "fin", GenreJalon.DELIBERATION, "Délibération sur le programme"),
    ("MOE", "fin", GenreJalon.MARCHE, "Attribution de la maîtrise d’œuvre"),
    ("APD", "fin", GenreJalon.DECISION, "Arrêt du coût prévisionnel définitif"),
    ("PC", "fin", GenreJalon.PERMIS, "Permis définitif"),
    ("PD", "fin", GenreJalon.PERMIS, "Permis de démolir définitif"),
    ("PA", "fin", GenreJalon.PERMIS, "Autorisations définitives"),
    ("ACT", "fin", GenreJalon.MARCHE, "Notification des marchés de travaux"),
    ("DET", "debut", GenreJalon.TRAVAUX, "Démarrage des travaux"),
    ("AOR", "fin", GenreJalon.RECEPTION, "Réception"),
    ("LIV", "debut", GenreJalon.LIVRAISON, "Livraison, mise en service"),
    ("DEM", "fin", GenreJalon.LIVRAISON, "Terrain libéré"),
    ("AOR", "fin", GenreJalon.LIVRAISON, "Ouverture au public"),
)


def instant(aujourd_hui: date, mois: int) -> datetime:
    """Return ten o'clock, `mois` months before the day (working hours, deterministic)."""
    jour = plus_mois(aujourd_hui, -mois)
    return timezone.make_aware(datetime(jour.year, jour.month, min(jour.day, 28), 10, 0))  # noqa: DTZ001


def poser(operation: Operation, scenario: Scenario, *, par, aujourd_hui: date) -> None:
    """Lay the contractual calendar, move it as the scenario says, then write what has happened."""
    modeles = list(ModelePhase.objects.filter(genre_ouvrage=operation.genre_ouvrage).order_by("ordre"))
    for modele in modeles:
        modele.duree_mois = scenario.durees.get(modele.code, modele.duree_mois)
    debut = _debut(operation, scenario, modeles, aujourd_hui)
    periodes = dict(zip((m.code for m in modeles), periodes_du_modele(modeles, debut), strict=True))
    phases = list(operation.phases.all())
    for phase in phases:
        commence, finit = periodes[phase.code]
        phase.debut_initial = phase.debut_prevu = commence
        phase.fin_initiale = phase.fin_prevue = finit
    Phase.objects.bulk_update(phases, ["debut_initial", "fin_initiale", "debut_prevu", "fin_prevue"])
    _jalons(operation, periodes)
    for glissement in sorted(scenario.glissements, key=lambda g: -g.il_y_a):
        phase = operation.phases.get(code=glissement.code)
        reprogrammer_phase(
            phase,
            debut=phase.debut_prevu,
            fin=phase.fin_prevue + timedelta(days=glissement.jours),
            motif=glissement.motif,
            explication=glissement.explication,
            par=par,
            decaler_suite=True,
            le=instant(aujourd_hui, glissement.il_y_a),
        )
    _vivre(operation, aujourd_hui)


def _debut(operation, scenario, modeles, aujourd_hui) -> date:
    """Return the start; when a delivery was published the calendar is laid backwards from it."""
    publiee = operation.jalons.filter(genre=GenreJalon.LIVRAISON, prevu_le__isnull=False).first()
    if publiee is None:
        return plus_mois(aujourd_hui.replace(day=1), scenario.debut)
    avant, livraison = 0, publiee.prevu_le
    for modele in modeles:
        if modele.code == "LIV":
            break
        avant += modele.duree_mois
    return plus_mois(livraison.replace(day=1), -avant)


def _jalons(operation, periodes: dict) -> None:
    livraison_publiee = operation.jalons.filter(genre=GenreJalon.LIVRAISON, prevu_le__isnull=False).exists()
    for code, bord, genre, libelle in JALONS:
        if code not in periodes or (genre == GenreJalon.LIVRAISON and livraison_publiee):
            continue
        if code == "AOR" and genre == GenreJalon.LIVRAISON and "LIV" in periodes:
            continue
        ajouter_jalon(
            operation,
            libelle=libelle,
            genre=genre,
            prevu_le=periodes[code][bord == "fin"],
            important=code != "APD",
            source=SOURCE_DEMONSTRATION,
        )


def _vivre(operation, aujourd_hui: date) -> None:
    """Write actual dates up to the day: the past happened as last forecast."""
    phases = list(operation.phases.all())
    for phase in phases:
        phase.debut_reel = phase.debut_prevu if phase.debut_prevu <= aujourd_hui else None
        phase.fin_reelle = phase.fin_prevue if phase.fin_prevue < aujourd_hui else None
    Phase.objects.bulk_update(phases, ["debut_reel", "fin_reelle"])
    for jalon in operation.jalons.filter(source=SOURCE_DEMONSTRATION, prevu_le__lt=aujourd_hui):
        jalon.atteint_le = jalon.prevu_le
        jalon.save(update_fields=["atteint_le"])
