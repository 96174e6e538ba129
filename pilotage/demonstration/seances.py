"""Three past COPIL with decisions and frozen dossiers, one to come, and the meetings between."""

import datetime
import random

from django.utils import timezone

from pilotage.demonstration import textes
from pilotage.enums import EtatDecision, EtatSeance, GenreInstance, GenreSection
from pilotage.metier.decisions import changer_etat_decision, prendre_decision
from pilotage.metier.dossiers import creer_dossier, diffuser, ecrire_texte, figer, relire
from pilotage.metier.seances import changer_etat_seance, creer_seance
from pilotage.models import Decision, Dossier, Instance, Seance
from pilotage.taches import demander_impression
from quartiers.models import Organisme, Quartier

#: Days before today of the past COPIL of the GUSP, then of the NPNRU; days ahead of the next one.
COPIL_GUSP_PASSES = (347, 165)
COPIL_NPNRU_PASSE = 74
COPIL_A_VENIR = 22


def _points(debut: int = 0, fin: int | None = None) -> list[dict]:
    champs = ("titre", "rapporteur", "minutes", "genre", "texte")
    return [dict(zip(champs, point, strict=True)) for point in textes.POINTS[debut:fin]]


def creer_instances(organismes: dict[str, Organisme]) -> dict[str, Instance]:
    """Create the instances of the demonstration."""
    ville, metropole = organismes["Ville de Tours, cohésion sociale"], organismes["Tours Métropole Val de Loire"]
    membres = [
        ville,
        metropole,
        organismes["Préfecture d’Indre-et-Loire et DDT"],
        organismes["Habitat Val-Vert"],
        organismes["Logis du Cher"],
        organismes["Foyer des Deux Rives"],
        organismes["Police nationale"],
    ]
    npnru = Quartier.objects.filter(npnru__gt="")
    donnees = [
        ("copil", "COPIL GUSP", GenreInstance.COPIL_GUSP, ville, "Deux par an", []),
        ("npnru", "Revue de projet NPNRU", GenreInstance.COPIL_NPNRU, metropole, "Une par an", npnru),
        ("gtu", "GTU Sanitas", GenreInstance.GTU, metropole, "Tous les deux mois", npnru.filter(code="SAN")),
        ("cotech", "COTECH GUSP", GenreInstance.COTECH, ville, "Chaque trimestre", []),
    ]
    instances = {}
    for cle, nom, genre, organisateur, rythme, quartiers in donnees:
        instance = Instance.objects.create(nom=nom, genre=genre, organisateur=organisateur, rythme=rythme)
        instance.quartiers.set(quartiers)
        instance.membres.set(membres)
        instances[cle] = instance
    return instances


def creer_seances(*, comptes, organismes: dict[str, Organisme], au: datetime.date, hasard: random.Random) -> None:
    """Create the meetings, their decisions, and freeze what was shown at each past COPIL, oldest first."""
    instances = creer_instances(organismes)
    for jours in COPIL_GUSP_PASSES:
        seance = _tenue(instances["copil"], au - datetime.timedelta(days=jours), _points())
        _dossier_fige(seance, comptes)
        _decider(seance, comptes, organismes, au, hasard)
    seance = _tenue(instances["npnru"], au - datetime.timedelta(days=COPIL_NPNRU_PASSE), _points(3))
    _dossier_fige(seance, comptes)
    _decider(seance, comptes, organismes, au, hasard, combien=2)
    for cle, jours in (("gtu", 58), ("cotech", 40)):
        _tenue(instances[cle], au - datetime.timedelta(days=jours), _points(0, 3))
    creer_seance(
        instance=instances["gtu"], tenue_le=_ouvre(au + datetime.timedelta(days=3)), heure=datetime.time(9, 30),
        lieu="Tours Métropole, salle Loire",
    )  # fmt: skip
    prochaine = creer_seance(
        instance=instances["copil"], tenue_le=_ouvre(au + datetime.timedelta(days=COPIL_A_VENIR)),
        heure=datetime.time(14), lieu="Hôtel de ville, salle des mariages", points=_points(),
    )  # fmt: skip
    brouillon = creer_dossier(
        seance=prochaine, par=comptes["gusp"], sous_titre="Les 8 quartiers prioritaires", arrete_le=au
    )
    _ecrire(brouillon, comptes["gusp"], textes.SYNTHESES[2])


def _ouvre(le: datetime.date) -> datetime.date:
    return le - datetime.timedelta(days=max(0, le.weekday() - 4))


def _rang(seance: Seance) -> int:
    """Return how many meetings came before: unlike a key, the same in every database."""
    return Seance.objects.filter(tenue_le__lt=seance.tenue_le).count()


def _instant(le: datetime.date, heure: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(le, datetime.time(heure)))


def _tenue(instance: Instance, le: datetime.date, points) -> Seance:
    seance = creer_seance(
        instance=instance,
        tenue_le=_ouvre(le),
        heure=datetime.time(14),
        lieu="Hôtel de ville, salle des mariages",
        points=points,
    )
    return changer_etat_seance(seance, EtatSeance.TENUE)


def _ecrire(dossier: Dossier, par, synthese: str) -> None:
    ecrire_texte(dossier.sections.get(genre=GenreSection.SYNTHESE), synthese, par=par)
    ecrire_texte(
        dossier.sections.get(genre=GenreSection.DIAGNOSTICS),
        "Chaque marche réunit habitants, bailleurs et services ; tout constat reçoit une réponse écrite.",
        par=par,
    )


def _dossier_fige(seance: Seance, comptes) -> Dossier:
    """Freeze the dossier a week before the meeting, with the data of that day, then send it."""
    arrete = seance.tenue_le - datetime.timedelta(days=7)
    dossier = creer_dossier(
        seance=seance,
        par=comptes["gusp"],
        sous_titre="Les 8 quartiers prioritaires"
        if not seance.instance.quartiers.exists()
        else "Sanitas et Maryse Bastié",
        arrete_le=arrete,
        le=_instant(arrete, 9),
    )
    _ecrire(dossier, comptes["gusp"], textes.SYNTHESES[_rang(seance) % 2])
    dossier = relire(dossier, par=comptes["gusp"], le=_instant(arrete, 11))
    dossier = figer(dossier, par=comptes["responsable"], le=_instant(arrete, 17))
    demander_impression(dossier, par=comptes["responsable"])
    return diffuser(dossier, par=comptes["responsable"], le=arrete + datetime.timedelta(days=1))


def _decider(
    seance: Seance, comptes, organismes, au: datetime.date, hasard: random.Random, combien: int = 5
) -> list[Decision]:
    decisions = []
    depart = _rang(seance) % 3
    for texte, responsable, delai in (textes.DECISIONS * 2)[depart : depart + combien]:
        decision = prendre_decision(
            seance=seance,
            par=comptes["gusp"],
            texte=texte,
            responsable=organismes[responsable],
            echeance_le=seance.tenue_le + datetime.timedelta(days=delai),
            le=_instant(seance.tenue_le, 16),
        )
        decisions.append(_suivre(decision, seance, comptes, au, hasard))
    return decisions


def _suivre(decision: Decision, seance: Seance, comptes, au: datetime.date, hasard: random.Random) -> Decision:
    ancienne = (au - seance.tenue_le).days > 250
    sort = hasard.random()
    le = seance.tenue_le + datetime.timedelta(days=hasard.randint(20, 60))
    if le >= au or (sort > 0.72 and not ancienne):
        return decision
    decision = changer_etat_decision(
        decision,
        EtatDecision.EN_COURS,
        par=comptes["gusp"],
        commentaire="Travail engagé avec les partenaires.",
        le=_instant(le, 10),
    )
    fin = le + datetime.timedelta(days=hasard.randint(10, 70))
    if fin < au and (ancienne or sort < 0.45):
        decision = changer_etat_decision(
            decision,
            EtatDecision.TENUE,
            par=comptes["gusp"],
            commentaire="Fait et présenté.",
            le=_instant(fin, 10),
            tenue_le=fin,
        )
    return decision
