"""Writes of the dossier: creation from a meeting, sections, reading over, freezing, sending, new edition.

`figer`, `controler` and `comparer` live beside (dossiers_gel, dossiers_controle, dossiers_comparaison).
"""

import datetime
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from gusp.metier.refus import TransitionRefusee
from gusp.metier.temps import instant
from pilotage.enums import EtatDossier, GenreInstance, GenreSection
from pilotage.metier.dossiers_comparaison import comparer
from pilotage.metier.dossiers_controle import controler
from pilotage.metier.dossiers_etat import changer_etat, journaliser, verrouiller, verrouiller_modifiable
from pilotage.metier.dossiers_gel import figer
from pilotage.models import Dossier, Seance, SectionDossier
from quartiers.models import Quartier

__all__ = [
    "comparer",
    "controler",
    "creer_dossier",
    "deplacer_section",
    "diffuser",
    "ecrire_texte",
    "figer",
    "inclure_section",
    "nouvelle_edition",
    "ordonner_sections",
    "relire",
    "reprendre",
]

TITRES = {
    GenreInstance.COPIL_GUSP: "Comité de pilotage Gestion urbaine et sociale de proximité",
    GenreInstance.COPIL_NPNRU: "Revue de projet Renouvellement urbain",
    GenreInstance.COTECH: "Comité technique",
    GenreInstance.GTU: "Groupe technique urbain",
}
#: Sections that stay out unless they are asked for, by kind of instance.
HORS_GENRE = {
    GenreInstance.COTECH: {GenreSection.FINANCEMENTS, GenreSection.PHOTOS},
    GenreInstance.COPIL_NPNRU: {GenreSection.DIAGNOSTICS, GenreSection.PHOTOS, GenreSection.ACTIONS},
}


@transaction.atomic
def creer_dossier(
    *,
    seance: Seance,
    par,
    quartiers: Iterable[Quartier] | None = None,
    sections: Sequence[str] | None = None,
    titre: str = "",
    sous_titre: str = "",
    arrete_le: datetime.date | None = None,
    le: datetime.datetime | None = None,
) -> Dossier:
    """Create the next edition of the dossier of a meeting, every section present, those of `sections` included.

    Without `quartiers`: those of the instance, else all. `sections` gives the order too. Without `arrete_le`: the day
    of the meeting, or today when it is still to come.
    """
    seance = Seance.objects.select_for_update(of=("self",)).select_related("instance").get(pk=seance.pk)
    edition = (seance.dossiers.aggregate(derniere=Max("edition"))["derniere"] or 0) + 1
    dossier = Dossier.objects.create(
        seance=seance,
        edition=edition,
        titre=titre or TITRES.get(seance.instance.genre, seance.instance.nom),
        sous_titre=sous_titre,
        arrete_le=arrete_le or min(seance.tenue_le, timezone.localdate()),
        cree_par=par,
    )
    choisis = list(quartiers or ()) or list(seance.instance.quartiers.all()) or list(Quartier.objects.all())
    dossier.quartiers.set(choisis)
    genres = _genres(seance, sections)
    reste = [genre for genre in GenreSection.values if genre not in genres]
    SectionDossier.objects.bulk_create(
        SectionDossier(dossier=dossier, genre=genre, ordre=rang, incluse=genre in genres)
        for rang, genre in enumerate([*genres, *reste], start=1)
    )
    journaliser(dossier, par=par, le=le, commentaire=f"Édition {edition} créée.")
    return dossier


def _genres(seance: Seance, sections: Sequence[str] | None) -> list[str]:
    """Return the included kinds in order; the cover always comes first."""
    if sections is None:
        exclus = HORS_GENRE.get(seance.instance.genre, set())
        sections = [genre for genre in GenreSection.values if genre not in exclus]
    suite = [GenreSection(genre).value for genre in dict.fromkeys(sections) if genre != GenreSection.COUVERTURE]
    return [GenreSection.COUVERTURE.value, *suite]


@transaction.atomic
def ordonner_sections(dossier: Dossier, genres: Sequence[str]) -> None:
    """Give the sections this order; those that are not named keep theirs, after."""
    verrouiller_modifiable(dossier)
    rangs = {genre: rang for rang, genre in enumerate(genres)}
    sections = sorted(dossier.sections.all(), key=lambda s: (rangs.get(s.genre, len(rangs)), s.ordre))
    for rang, section in enumerate(sections, start=1):
        section.ordre = rang
    SectionDossier.objects.bulk_update(sections, ["ordre"])


@transaction.atomic
def deplacer_section(section: SectionDossier, *, sens: int) -> None:
    """Move a section one place up (`sens` −1) or down (1); the cover stays first."""
    verrouiller_modifiable(section.dossier)
    sections = list(section.dossier.sections.exclude(genre=GenreSection.COUVERTURE).order_by("ordre", "pk"))
    rang = next((i for i, s in enumerate(sections) if s.pk == section.pk), None)
    if rang is None or not 0 <= rang + sens < len(sections):
        return
    sections[rang], sections[rang + sens] = sections[rang + sens], sections[rang]
    ordonner_sections(section.dossier, [GenreSection.COUVERTURE, *(s.genre for s in sections)])


@transaction.atomic
def inclure_section(section: SectionDossier, incluse: bool, *, par) -> None:
    """Put a section in the dossier or out of it; its text is kept; the cover cannot leave."""
    verrouiller_modifiable(section.dossier)
    if section.genre == GenreSection.COUVERTURE and not incluse:
        raise TransitionRefusee("La couverture reste toujours dans le dossier.")
    SectionDossier.objects.filter(pk=section.pk).update(incluse=incluse, modifie_par=par, modifie_le=timezone.now())


@transaction.atomic
def ecrire_texte(section: SectionDossier, texte: str, *, par) -> SectionDossier:
    """Write the text of a section; a dossier that was read over goes back to draft."""
    dossier = verrouiller_modifiable(section.dossier)
    section.texte, section.modifie_par = texte.replace("\r\n", "\n").strip(), par
    section.save(update_fields=["texte", "modifie_par", "modifie_le"])
    if dossier.etat == EtatDossier.RELU:
        _vers(dossier, EtatDossier.BROUILLON, par=par, commentaire=f"Texte repris\u00a0: {section}.")
    return section


@transaction.atomic
def relire(dossier: Dossier, *, par, le: datetime.datetime | None = None) -> Dossier:
    """Mark a draft as read over."""
    return _vers(verrouiller(dossier), EtatDossier.RELU, par=par, le=le)


@transaction.atomic
def reprendre(dossier: Dossier, *, par, le: datetime.datetime | None = None) -> Dossier:
    """Take a dossier that was read over back to draft."""
    return _vers(verrouiller(dossier), EtatDossier.BROUILLON, par=par, le=le)


@transaction.atomic
def diffuser(dossier: Dossier, *, par, le: datetime.date | None = None) -> Dossier:
    """Note that the frozen dossier was sent on that day."""
    dossier = verrouiller(dossier)
    if dossier.etat == EtatDossier.DIFFUSE:
        return dossier
    if dossier.est_modifiable:
        raise TransitionRefusee("On diffuse un dossier figé\u00a0: figez-le d’abord.")
    dossier.diffuse_le = le or timezone.localdate()
    return _vers(dossier, EtatDossier.DIFFUSE, par=par, le=instant(le), champs=["diffuse_le"])


def _vers(
    dossier: Dossier, etat: str, *, par, le: datetime.datetime | None = None, commentaire: str = "", champs=()
) -> Dossier:
    changer_etat(dossier, etat, par=par, le=le, commentaire=commentaire)
    dossier.save(update_fields=["etat", "modifie_le", *champs])
    return dossier


@transaction.atomic
def nouvelle_edition(
    dossier: Dossier, *, par, note: str, arrete_le: datetime.date | None = None, le: datetime.datetime | None = None
) -> Dossier:
    """Open the edition that corrects a frozen one: same texts, same sections, data of today; `note` says what changes.

    Twice the same click gives the same draft.
    """
    Seance.objects.select_for_update(of=("self",)).get(pk=dossier.seance_id)
    ouverte = Dossier.objects.filter(seance_id=dossier.seance_id, etat__in=EtatDossier.MODIFIABLES).first()
    if ouverte is not None:
        return ouverte
    dossier = verrouiller(dossier)
    if dossier.est_modifiable:
        raise TransitionRefusee("Ce dossier n’est pas figé\u00a0: corrigez-le directement.")
    if not note.strip():
        raise TransitionRefusee("Dites en une phrase ce qui change dans la nouvelle édition.")
    suivante = creer_dossier(
        seance=dossier.seance,
        par=par,
        quartiers=dossier.quartiers.all(),
        sections=list(dossier.sections.filter(incluse=True).order_by("ordre", "pk").values_list("genre", flat=True)),
        titre=dossier.titre,
        sous_titre=dossier.sous_titre,
        arrete_le=arrete_le,
        le=le,
    )
    suivante.note_edition = note.strip()[:300]
    suivante.save(update_fields=["note_edition", "modifie_le"])
    textes = dict(dossier.sections.values_list("genre", "texte"))
    for section in suivante.sections.all():
        section.texte = textes.get(section.genre, "")
        section.save(update_fields=["texte", "modifie_le"])
    return suivante
