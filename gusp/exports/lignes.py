"""One constat as a row of a file: its columns, and the reading in blocks that never holds the whole list.

The internal note is in no column; confidential rows come only to those who may read them, and are marked as such.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from comptes.acces import est_du_service
from gusp.enums import Ampleur, Domanialite, EtatConstat, Nature, Priorite, Recurrence, Urgence

BLOC = 2000


@dataclass(frozen=True)
class Colonne:
    """Title, fields read, and how they are written; `largeur` in characters."""

    titre: str
    champ: str
    ecrire: Callable[[Any], Any] | None = None
    largeur: int = 14


def _mots(choix) -> Callable[[Any], str]:
    libelles = dict(choix.choices)
    return lambda valeur: str(libelles.get(valeur, ""))


COLONNES = (
    Colonne("N°", "reference", largeur=16),
    Colonne("Quartier", "quartier__nom", largeur=18),
    Colonne("Relevé le", "releve_le"),
    Colonne("Nature", "nature", _mots(Nature)),
    Colonne("Thème", "theme__libelle", largeur=22),
    Colonne("Sous-thème", "sous_theme__libelle", largeur=22),
    Colonne("Description", "description", largeur=60),
    Colonne("Proposition des habitants", "proposition", largeur=40),
    Colonne("Adresse ou repère", "repere", largeur=30),
    Colonne("Longitude", "lon", lambda v: None if v is None else float(v)),
    Colonne("Latitude", "lat", lambda v: None if v is None else float(v)),
    Colonne("Ampleur", "ampleur", _mots(Ampleur)),
    Colonne("Récurrence", "recurrence", _mots(Recurrence)),
    Colonne("Urgence", "urgence", _mots(Urgence)),
    Colonne("Priorité", "priorite", _mots(Priorite)),
    Colonne("Domanialité", "domanialite", _mots(Domanialite)),
    Colonne("Organisme", "organisme__nom", largeur=24),
    Colonne("Référence chez l’organisme", "reference_externe", largeur=20),
    Colonne("État", "etat", _mots(EtatConstat), largeur=18),
    Colonne("Transmis le", "transmis_le"),
    Colonne("Réponse attendue le", "echeance_le"),
    Colonne("Relances", "relances"),
    Colonne("Programmé pour le", "programme_le"),
    Colonne("Traité le", "traite_le"),
    Colonne("Vérifié le", "verifie_le"),
    Colonne("Réponse publique", "reponse_publique", largeur=50),
    Colonne("Photos", "photos_nombre"),
)
CONFIDENTIEL = Colonne("Confidentiel", "confidentiel", lambda v: "oui" if v else "non")
#: Computed, after the columns that are read.
CALCULEES = ("Retard (jours)", "Situation au")


def colonnes_pour(utilisateur) -> tuple[Colonne, ...]:
    """Return the columns for this person: the confidential mark is only for the service."""
    return (*COLONNES, CONFIDENTIEL) if est_du_service(utilisateur) else COLONNES


def titres(colonnes: tuple[Colonne, ...]) -> list[str]:
    return [*(colonne.titre for colonne in colonnes), *CALCULEES]


def rangees(lignes: QuerySet, colonnes: tuple[Colonne, ...], *, au: datetime.date) -> Iterator[list]:
    """Yield the rows as lists of text, numbers and dates, read in blocks."""
    champs = [colonne.champ for colonne in colonnes]
    for valeurs in lignes.values_list(*champs, "ouvert").iterator(chunk_size=BLOC):
        lus = dict(zip(champs, valeurs[:-1], strict=True))
        ecrites = [c.ecrire(lus[c.champ]) if c.ecrire else lus[c.champ] for c in colonnes]
        yield [*ecrites, _retard(lus["echeance_le"], valeurs[-1], au), au]


def _retard(echeance: datetime.date | None, ouvert: bool, au: datetime.date) -> int:
    return max(0, (au - echeance).days) if ouvert and echeance else 0
