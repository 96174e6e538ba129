"""From the tables to the JSON of a dossier: one function a section, texts and numbers only, as of a day.

The content is `{"version", "dossier", "sections": [{"genre", "titre", "texte", "donnees"}], "images"}`. No model
instance, no Decimal (strings), dates in ISO form, None where nothing is known. Printing reads this and nothing else.
"""

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from pilotage.contexte import est_une_demonstration
from pilotage.enums import GenreSection
from pilotage.models import Dossier, SectionDossier

from .actions import composer_actions
from .cadrage import Cadrage, iso
from .carte import composer_carte
from .chiffres import composer_chiffres
from .diagnostics import composer_diagnostics
from .echeances import composer_echeances
from .financements import composer_financements
from .methode import composer_methode
from .operations import composer_calendrier, composer_operations
from .photos import composer_photos
from .seance import composer_couverture, composer_ordre_du_jour, composer_suites
from .synthese import composer_synthese

__all__ = ["COMPOSEURS", "VERSION", "Cadrage", "composer", "composer_dossier"]

#: Version of the shape of the JSON; printing keeps knowing how to read the former ones.
VERSION = 1

COMPOSEURS: dict[str, Callable[[Cadrage], dict[str, Any]]] = {
    GenreSection.COUVERTURE: composer_couverture,
    GenreSection.ORDRE_DU_JOUR: composer_ordre_du_jour,
    GenreSection.SUITES: lambda cadrage: cadrage.une_fois("suites", composer_suites),
    GenreSection.SYNTHESE: composer_synthese,
    GenreSection.CHIFFRES: composer_chiffres,
    GenreSection.CARTE: composer_carte,
    GenreSection.DIAGNOSTICS: lambda cadrage: cadrage.une_fois("diagnostics", composer_diagnostics),
    GenreSection.PHOTOS: composer_photos,
    GenreSection.ACTIONS: composer_actions,
    GenreSection.OPERATIONS: composer_operations,
    GenreSection.CALENDRIER: composer_calendrier,
    GenreSection.FINANCEMENTS: composer_financements,
    GenreSection.ECHEANCES: composer_echeances,
    GenreSection.METHODE: composer_methode,
}


def composer(genre: str, dossier: Dossier, *, au: datetime.date) -> dict[str, Any]:
    """Return the data of one section as of that day."""
    return COMPOSEURS[genre](Cadrage(dossier, au))


def composer_dossier(
    dossier: Dossier,
    *,
    au: datetime.date,
    fige_le: datetime.date | None = None,
    genres: Iterable[str] | None = None,
) -> dict[str, Any]:
    """Return the whole content as of that day; `genres` keeps only these sections (preview of one section)."""
    cadrage = Cadrage(dossier, au)
    sections = dossier.sections.filter(incluse=True).order_by("ordre", "pk")
    if genres is not None:
        sections = sections.filter(genre__in=list(genres))
    return {
        "version": VERSION,
        "dossier": _entete(cadrage, fige_le),
        "sections": [_section(section, cadrage) for section in sections],
        "images": [],
    }


def _section(section: SectionDossier, cadrage: Cadrage) -> dict[str, Any]:
    return {
        "genre": section.genre,
        "titre": _titre(section, cadrage),
        "texte": section.texte,
        "donnees": COMPOSEURS[section.genre](cadrage),
    }


def _titre(section: SectionDossier, cadrage: Cadrage) -> str:
    if section.genre == GenreSection.SUITES and cadrage.depuis:
        return f"Suites de la séance du {cadrage.depuis:%d/%m/%Y}"
    return GenreSection(section.genre).label


def _entete(cadrage: Cadrage, fige_le: datetime.date | None) -> dict[str, Any]:
    dossier, seance = cadrage.dossier, cadrage.seance
    return {
        "titre": dossier.titre,
        "sous_titre": dossier.sous_titre,
        "edition": dossier.edition,
        "note_edition": dossier.note_edition,
        "arrete_le": iso(cadrage.au),
        "fige_le": iso(fige_le),
        "service": settings.NOM_SERVICE,
        "seance": {
            "instance": seance.instance.nom,
            "genre": seance.instance.genre,
            "genre_libelle": seance.instance.get_genre_display(),
            "le": iso(seance.tenue_le),
            "heure": seance.heure.strftime("%H:%M") if seance.heure else None,
            "lieu": seance.lieu,
        },
        "quartiers": [{"code": q.code, "nom": q.nom} for q in cadrage.quartiers],
        "demonstration": est_une_demonstration(),
    }
