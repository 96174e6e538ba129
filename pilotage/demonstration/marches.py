"""Fourteen walks of the year, one to come, and what was seen and said there."""

import datetime
import random

import shapely
from django.utils import timezone
from shapely.geometry import shape

from gusp.enums import GenreDiagnostic, GroupeParticipant
from gusp.metier import diagnostics as metier
from gusp.models import Diagnostic
from pilotage.demonstration import textes
from quartiers.geometrie import trace
from quartiers.models import Organisme, Quartier

#: Quartier, days before today, kind, title, constats.
MARCHES = [
    ("SAN", 352, GenreDiagnostic.MARCHE, "Saint-Paul et la Rotonde", 34),
    ("EUR", 331, GenreDiagnostic.MARCHE, "Autour de l’école", 27),
    ("BAS", 308, GenreDiagnostic.MARCHE, "Rue Maryse-Bastié et cœurs d’îlots", 26),
    ("FON", 281, GenreDiagnostic.MARCHE, "Pieds d’immeubles", 25),
    ("RIV", 254, GenreDiagnostic.MARCHE, "Des bords du Cher à la place", 28),
    ("LOI", 226, GenreDiagnostic.MARCHE, "Le mail et les parkings", 26),
    ("SAN", 203, GenreDiagnostic.NOCTURNE, "Parcours de nuit, tram et Hallebardier", 29),
    ("ROC", 178, GenreDiagnostic.MARCHE, "Tour du quartier", 22),
    ("TOU", 149, GenreDiagnostic.MARCHE, "Première marche aux Tourettes", 30),
    ("EUR", 118, GenreDiagnostic.EXPLORATOIRE, "Marche exploratoire de femmes", 24),
    ("SAN", 86, GenreDiagnostic.MARCHE, "Retour à Saint-Paul et à la Rotonde", 33),
    ("FON", 61, GenreDiagnostic.MARCHE, "Parkings et aires de jeux", 26),
    ("BAS", 33, GenreDiagnostic.MARCHE, "Abords du groupe scolaire", 27),
    ("EUR", 4, GenreDiagnostic.MARCHE, "Halls, parkings et école", 23),
]
#: The walk to come: quartier, days from today, title.
A_VENIR = ("TOU", 10, "Deuxième marche aux Tourettes")
#: Days between the preparation and the walk.
PREPARATION = 24
#: The walk of this many days ago is still to be sorted.
JOURS_A_TRIER = 4

_PARTICIPANTS = [
    (GroupeParticipant.VILLE, "Ville de Tours, cohésion sociale", "Référent territorial"),
    (GroupeParticipant.VILLE, "Ville de Tours, propreté urbaine", "Chef d’équipe"),
    (GroupeParticipant.METROPOLE, "Tours Métropole, voirie", "Technicien"),
    (GroupeParticipant.BAILLEURS, "Habitat Val-Vert", "Chargé de gestion urbaine"),
    (GroupeParticipant.BAILLEURS, "Logis du Cher", "Gardien"),
    (GroupeParticipant.ETAT, "Préfecture d’Indre-et-Loire et DDT", "Délégué du préfet"),
    (GroupeParticipant.ASSOCIATIONS, "Association Les Passerelles", "Animateur"),
]


def points_du_quartier(quartier: Quartier, nombre: int, hasard: random.Random) -> list[tuple[float, float]]:
    """Return that many points inside what is drawn for the quartier, a little inside of its edge."""
    forme = shape(trace(quartier)).buffer(-0.0004)
    if forme.is_empty:
        forme = shape(trace(quartier))
    ouest, sud, est, nord = forme.bounds
    points: list[tuple[float, float]] = []
    while len(points) < nombre:
        lon, lat = hasard.uniform(ouest, est), hasard.uniform(sud, nord)
        if forme.contains(shapely.Point(lon, lat)):
            points.append((round(lon, 6), round(lat, 6)))
    return points


def _parcours(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Order the points as one would walk them: always the nearest next."""
    reste, chemin = points[1:], [points[0]]
    while reste:
        suivant = min(reste, key=lambda p: (p[0] - chemin[-1][0]) ** 2 + (p[1] - chemin[-1][1]) ** 2)
        reste.remove(suivant)
        chemin.append(suivant)
    return chemin


def creer_marches(
    *, comptes, organismes: dict[str, Organisme], au: datetime.date, hasard: random.Random
) -> list[tuple[Diagnostic, int]]:
    """Create the walks of MARCHES and the one to come; return the held ones with their number of constats."""
    quartiers = {q.code: q for q in Quartier.objects.all()}
    tenues = []
    for code, jours, genre, intitule, nombre in MARCHES:
        le = _jour_ouvre(au - datetime.timedelta(days=jours))
        diagnostic = _creer(quartiers[code], le, genre, intitule, comptes, organismes, hasard, tenue=True)
        tenues.append((diagnostic, nombre))
    code, jours, intitule = A_VENIR
    le = _jour_ouvre(au + datetime.timedelta(days=jours))
    _creer(quartiers[code], le, GenreDiagnostic.MARCHE, intitule, comptes, organismes, hasard, tenue=False)
    return tenues


def _jour_ouvre(le: datetime.date) -> datetime.date:
    return le - datetime.timedelta(days=max(0, le.weekday() - 4))


def _creer(quartier, le, genre, intitule, comptes, organismes, hasard, *, tenue) -> Diagnostic:
    chemin = _parcours(points_du_quartier(quartier, 6, hasard))
    nocturne = genre == GenreDiagnostic.NOCTURNE
    debut = datetime.time(20, 30) if nocturne else datetime.time(14)
    habitants = (
        {
            "habitants_femmes": hasard.randint(4, 9),
            "habitants_hommes": hasard.randint(2, 6),
            "habitants_jeunes": hasard.randint(0, 3),
            "habitants_seniors": hasard.randint(1, 5),
            "meteo": hasard.choice(["Temps sec, doux", "Ciel couvert", "Averses", "Froid sec", "Soleil"]),
        }
        if tenue
        else {}
    )
    return metier.creer_diagnostic(
        par=comptes["gusp"],
        quartier=quartier,
        prevu_le=le,
        le=_instant(le - datetime.timedelta(days=PREPARATION), 10),
        intitule=intitule,
        genre=genre,
        heure_debut=debut,
        heure_fin=debut.replace(hour=debut.hour + 2),
        lieu_rendez_vous="Parvis de l’école" if not nocturne else "Arrêt de tram",
        organisateur=organismes["Ville de Tours, cohésion sociale"],
        referent=comptes["gusp"],
        raisons="Secteur choisi avec le conseil citoyen d’après les signalements des derniers mois.",
        parcours={"type": "LineString", "coordinates": [list(p) for p in chemin]},
        etapes=[
            {"libelle": libelle, "lon": lon, "lat": lat}
            for libelle, (lon, lat) in zip(textes.ETAPES, chemin, strict=False)
        ],
        participants=[
            {
                "groupe": groupe,
                "organisme": organismes[nom],
                "fonction": fonction,
                "present": hasard.random() < 0.8 if tenue else None,
            }
            for groupe, nom, fonction in _PARTICIPANTS
        ],
        **habitants,
    )


def faire_vivre(diagnostic: Diagnostic, *, par, au: datetime.date) -> None:
    """Bring a held walk to the state that its age makes plausible: report at 9 days, restitution at 4 months."""
    fait = diagnostic.prevu_le
    diagnostic = metier.realiser(diagnostic, par=par, le=_instant(fait, 17))
    releve = fait + datetime.timedelta(days=9)
    if releve > au:
        return
    diagnostic = metier.diffuser_releve(diagnostic, par=par, diffuse_le=releve, le=_instant(releve, 11))
    restitution = fait + datetime.timedelta(days=125)
    if restitution > au:
        Diagnostic.objects.filter(pk=diagnostic.pk).update(
            restitution_prevue_le=restitution, restitution_lieu="Maison de quartier"
        )
        return
    diagnostic = metier.restituer(diagnostic, par=par, restitue_le=restitution, le=_instant(restitution, 18))
    fin = restitution + datetime.timedelta(days=70)
    if fin <= au:
        metier.clore(diagnostic, par=par, le=_instant(fin, 10))


def _instant(le: datetime.date, heure: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(le, datetime.time(heure)))
