"""The people, the bodies and the dates that the journeys start from; everything else is made on the screen."""

import datetime
from dataclasses import dataclass

import pytest
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Utilisateur
from gusp.metier.actions import creer_action
from gusp.models import Action
from pilotage.enums import GenreInstance, GenrePoint
from pilotage.models import Instance, PointOrdreDuJour, Seance
from quartiers.models import Organisme, Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.gusp import sanitas


@dataclass(frozen=True)
class Decor:
    """What the journeys name."""

    quartier: Quartier
    bailleur: Organisme
    seance: Seance
    actions: list[Action]
    referent: Utilisateur
    territorial: Utilisateur
    collegue: Utilisateur
    responsable: Utilisateur
    partenaire: Utilisateur
    lecteur: Utilisateur
    chef_projet: Utilisateur
    administrateur: Utilisateur


def compte(fonction: str, role: str, **champs) -> Utilisateur:
    """Return an account that can sign in."""
    courriel = f"{fonction.lower().replace(' ', '.').replace('é', 'e')}@exemple.test"
    return FabriqueUtilisateur(
        courriel=courriel, prenom="", nom=fonction, fonction=fonction, role=role, avec_mot_de_passe=True, **champs
    )


@pytest.fixture
def decor(transactional_db) -> Decor:
    """A service on an ordinary day: a COPIL in three weeks, three actions, nothing observed yet."""
    quartier = sanitas()
    bailleur = FabriqueOrganisme(nom="Habitat Val-Vert", fictif=True)
    territorial = compte("Référent Sanitas", Role.REFERENT_TERRITORIAL, quartier=quartier)
    return Decor(
        quartier=quartier,
        bailleur=bailleur,
        seance=_seance(quartier),
        actions=_actions(quartier, bailleur, territorial),
        referent=compte("Référent GUSP", Role.REFERENT_THEMATIQUE),
        territorial=territorial,
        collegue=compte("Référente adjointe", Role.REFERENT_TERRITORIAL, quartier=quartier),
        responsable=compte("Responsable", Role.RESPONSABLE),
        partenaire=compte("Gardien principal", Role.PARTENAIRE, organisme=bailleur),
        lecteur=compte("Direction", Role.LECTEUR),
        chef_projet=compte("Chef de projet", Role.CHEF_PROJET, quartier=quartier),
        administrateur=compte("Administration", Role.ADMINISTRATEUR),
    )


def _seance(quartier: Quartier) -> Seance:
    instance = Instance.objects.create(nom="COPIL GUSP", genre=GenreInstance.COPIL_GUSP)
    instance.quartiers.set([quartier])
    dans_trois_semaines = timezone.localdate() + datetime.timedelta(days=21)
    seance = Seance.objects.create(
        instance=instance, tenue_le=dans_trois_semaines, heure=datetime.time(14), lieu="Hôtel de ville"
    )
    for ordre, (titre, genre) in enumerate(
        [("Suites du dernier diagnostic", GenrePoint.INFORMATION), ("Éclairage de la place", GenrePoint.DECISION)], 1
    ):
        PointOrdreDuJour.objects.create(
            seance=seance, ordre=ordre, titre=titre, genre=genre, minutes=20, rapporteur="Cohésion sociale",
            texte="Reprendre les mâts au printemps.",
        )  # fmt: skip
    return seance


def _actions(quartier: Quartier, bailleur: Organisme, pilote: Utilisateur) -> list[Action]:
    titres = ["Ressourcerie au pied des tours", "Brigade de collecte des encombrants", "Jardin partagé de la place"]
    return [
        creer_action(
            par=pilote, titre=titre, quartiers=[quartier], organisme=bailleur, pilote=pilote,
            echeance_le=timezone.localdate() + datetime.timedelta(days=90), porter_au_copil=True,
        )
        for titre in titres
    ]  # fmt: skip
