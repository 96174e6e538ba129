"""Data of the papers of a walk, without anything confidential: they go to partners and residents.

Every reading here starts from `Constat.objects.publics()`; the internal note is never read.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from gusp.enums import EtatConstat, EtatDiagnostic, Nature, RolePhoto
from gusp.metier.diagnostics import constats_a_revoir
from gusp.models import Compteur, Constat, Diagnostic, Etape, Photo, Principe
from socle import fichiers
from socle.formats import jour, typo

#: Photos of a constat shown in the relevé; pairs before and after shown to residents.
PHOTOS_PAR_CONSTAT, PAIRES_MAX = 2, 6
#: Blank lines of the carnet: two whole pages.
LIGNES_VIDES = 26
_JAMAIS = (EtatConstat.DOUBLON, EtatConstat.ECARTE)
SANS_ORGANISME = "Organisme à désigner"


def constats_publics(diagnostic: Diagnostic) -> QuerySet:
    """Return the constats of a walk that may leave the service, in the order of their numbers."""
    lignes = Constat.objects.publics().filter(diagnostic=diagnostic).order_by("numero")
    return lignes.select_related("theme", "sous_theme", "principe", "organisme", "etape", "doublon_de").defer(
        "note_interne", "recherche"
    )


@dataclass
class Images:
    """Pictures of a paper: read once, named by what they are."""

    octets: dict[str, bytes] = field(default_factory=dict)

    def prendre(self, photo: Photo) -> str:
        """Return the name of a photo in the paper, empty when its file is gone."""
        nom = f"photo-{photo.pk}"
        if nom not in self.octets:
            try:
                self.octets[nom] = fichiers.lire(photo.impression)
            except FileNotFoundError:
                return ""
        return nom


def est_une_demonstration() -> bool:
    """Tell whether the papers must say that the data are fictitious."""
    return Compteur.objects.filter(cle="demonstration").exists()


def releve(diagnostic: Diagnostic, images: Images) -> dict[str, Any]:
    """Return the observations by stop, with their photos, in the order of the walk."""
    constats = list(constats_publics(diagnostic).exclude(etat=EtatConstat.ECARTE))
    photos = _photos_avant(constats, images)
    etapes = list(diagnostic.etapes.all())
    lignes = [_observation(constat, photos.get(constat.pk, [])) for constat in constats]
    return {
        "etapes": etapes,
        "constats": constats,
        "groupes": _par_etape(etapes, constats, lignes),
        "participants": _participants(diagnostic),
        "natures": _natures(constats),
        "diffuse": diagnostic.etat in (EtatDiagnostic.RELEVE_DIFFUSE, EtatDiagnostic.RESTITUE, EtatDiagnostic.CLOS),
        "themes": _themes(constats),
    }


def _observation(constat: Constat, photos: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "numero": constat.numero,
        "texte": typo(constat.description.strip() or constat.titre),
        "proposition": typo(constat.proposition),
        "lieu": typo(constat.repere),
        "nature": Nature(constat.nature).label,
        "positif": constat.nature == Nature.POSITIF,
        "theme": constat.theme.libelle if constat.theme else "",
        "sous_theme": constat.sous_theme.libelle if constat.sous_theme else "",
        "principe": str(constat.principe) if constat.principe else "",
        "organisme": str(constat.organisme) if constat.organisme else "",
        "urgence": f"U{constat.urgence}" if constat.nature == Nature.NEGATIF else "",
        "doublon": _garde(constat),
        "photos": photos,
    }


def _garde(constat: Constat) -> str:
    """Return the reference of the constat that is kept, unless it must not be named."""
    maitre = constat.doublon_de
    return maitre.reference if maitre is not None and not maitre.confidentiel else ""


def _par_etape(etapes: Sequence[Etape], constats: Sequence[Constat], lignes: Sequence[dict]) -> list[dict[str, Any]]:
    couples = list(zip(constats, lignes, strict=True))
    groupes = [
        {"titre": f"Étape {e.numero}, {typo(e.libelle)}", "lignes": [li for c, li in couples if c.etape_id == e.pk]}
        for e in etapes
    ]
    titre = "Sans étape" if etapes else "Observations"
    groupes.append({"titre": titre, "lignes": [ligne for c, ligne in couples if c.etape_id is None]})
    for groupe in groupes:
        groupe["photos"] = [photo | {"de": ligne} for ligne in groupe["lignes"] for photo in ligne["photos"]]
    return [groupe for groupe in groupes if groupe["lignes"]]


def _photos_avant(constats: Iterable[Constat], images: Images) -> dict[int, list[dict[str, str]]]:
    """Return the first photos of each constat, but those taken after."""
    pks = [constat.pk for constat in constats]
    photos: dict[int, list[dict[str, str]]] = {}
    for photo in Photo.objects.filter(constat__in=pks).exclude(role=RolePhoto.APRES).order_by("constat_id", "pk"):
        siennes = photos.setdefault(photo.constat_id, [])
        if len(siennes) < PHOTOS_PAR_CONSTAT and (nom := images.prendre(photo)):
            siennes.append({"image": nom, "alt": photo.texte_alternatif})
    return photos


def _participants(diagnostic: Diagnostic) -> list[str]:
    """Return the bodies that came (all those invited while nobody noted who came), without any name."""
    lignes = list(diagnostic.participants.select_related("organisme"))
    if any(p.present is not None for p in lignes):
        lignes = [p for p in lignes if p.present]
    noms = [str(p.organisme) if p.organisme else p.get_groupe_display() for p in lignes]
    return list(dict.fromkeys(noms))


def _natures(constats: Sequence[Constat]) -> list[tuple[str, int]]:
    comptes = [(nature.label, sum(c.nature == nature for c in constats)) for nature in Nature]
    return [(libelle, nombre) for libelle, nombre in comptes if nombre]


def _themes(constats: Sequence[Constat]) -> list[tuple[str, int]]:
    comptes: dict[str, int] = {}
    for constat in constats:
        nom = constat.theme.libelle if constat.theme else "Thème à préciser"
        comptes[nom] = comptes.get(nom, 0) + 1
    return sorted(comptes.items(), key=lambda couple: (-couple[1], couple[0]))


def carnet(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return what one carries: stops, people invited, constats to look at again."""
    revoir = (
        constats_a_revoir(diagnostic).publics().order_by("numero").select_related("theme", "sous_theme", "organisme")
    )
    return {
        "etapes": list(diagnostic.etapes.all()),
        "a_revoir": list(revoir.defer("note_interne", "recherche")),
        "participants": list(diagnostic.participants.select_related("organisme")),
        "principes": principes(diagnostic),
        "lignes_vides": range(diagnostic.dernier_numero + 1, diagnostic.dernier_numero + 1 + LIGNES_VIDES),
    }


def principes(diagnostic: Diagnostic) -> list[Principe]:
    """Return the principles to ask oneself on an exploratory walk, none on the others."""
    return list(Principe.objects.filter(actif=True)) if diagnostic.est_exploratoire else []


def par_organisme(diagnostic: Diagnostic) -> list[dict[str, Any]]:
    """Return the qualified constats that call for an answer, under the body that answers for each."""
    lignes = constats_publics(diagnostic).exclude(nature=Nature.POSITIF)
    groupes: dict[int | None, dict[str, Any]] = {}
    for constat in lignes.exclude(etat__in=[*_JAMAIS, EtatConstat.BROUILLON]):
        nom = str(constat.organisme) if constat.organisme else SANS_ORGANISME
        tri = constat.organisme.nom_tri if constat.organisme else ""
        groupe = groupes.setdefault(constat.organisme_id, {"nom": nom, "tri": (not tri, tri), "constats": []})
        groupe["constats"].append(constat)
    return sorted(groupes.values(), key=lambda groupe: groupe["tri"])


def avancement_par_organisme(publics: QuerySet, *, au: datetime.date) -> list[dict[str, Any]]:
    """Count the answers of each body among these constats, in one query."""
    ouvert = Q(ouvert=True)
    lignes = publics.exclude(nature=Nature.POSITIF).exclude(etat__in=[*_JAMAIS, EtatConstat.BROUILLON])
    return list(
        lignes.order_by()
        .values("organisme_id", nom=F("organisme__nom"))
        .annotate(
            tous=Count("pk"),
            ouverts=Count("pk", filter=ouvert),
            retard=Count("pk", filter=ouvert & Q(echeance_le__lt=au)),
            faits=Count("pk", filter=Q(etat__in=EtatConstat.FAITS)),
            sans_suite=Count("pk", filter=Q(etat=EtatConstat.SANS_SUITE)),
        )
        .order_by(F("organisme__nom_tri").asc(nulls_last=True))
    )


def restitution(diagnostic: Diagnostic, images: Images) -> dict[str, Any]:
    """Return « vous avez dit, nous avons fait, nous ferons, nous ne ferons pas »; positives included."""
    constats = list(constats_publics(diagnostic).exclude(etat__in=[*_JAMAIS, EtatConstat.BROUILLON]))
    demandes = [c for c in constats if c.nature != Nature.POSITIF]
    faits = [c for c in demandes if c.etat in EtatConstat.FAITS]
    return {
        "bien": [_dit(c) for c in constats if c.nature == Nature.POSITIF],
        "faits": [_dit(c) | {"reponse": typo(c.reponse_publique), "quand": _fait(c)} for c in faits],
        "a_faire": [_dit(c) | {"reponse": typo(c.reponse_publique), "quand": _suite(c)} for c in demandes if c.ouvert],
        "refuses": [
            _dit(c) | {"reponse": typo(c.reponse_publique), "quand": ""}
            for c in demandes
            if c.etat == EtatConstat.SANS_SUITE
        ],
        "paires": _paires(faits, images),
        "demandes": len(demandes),
    }


def _dit(constat: Constat) -> dict[str, Any]:
    return {
        "numero": constat.numero,
        "texte": typo(constat.description.strip() or constat.titre),
        "lieu": typo(constat.repere),
    }


def _fait(constat: Constat) -> str:
    if constat.verifie_le:
        return f"Fait, vérifié sur place le {jour(constat.verifie_le)}."
    return f"Fait le {jour(constat.traite_le)}, à vérifier sur place."


def _suite(constat: Constat) -> str:
    if constat.programme_le and constat.etat == EtatConstat.PROGRAMME:
        return f"Prévu pour le {jour(constat.programme_le)}."
    if constat.etat == EtatConstat.PRIS_EN_CHARGE:
        return f"En cours, {constat.organisme} s’en occupe."
    if constat.etat == EtatConstat.TRANSMIS:
        return f"Demandé à {constat.organisme} le {jour(constat.transmis_le)}."
    if constat.organisme and constat.etat == EtatConstat.QUALIFIE:
        return f"Reçu, à demander à {constat.organisme}."
    return "Reçu, nous cherchons qui peut agir."


def _paires(faits: Sequence[Constat], images: Images) -> list[dict[str, Any]]:
    """Return before and after of what was done, where both were photographed."""
    photos: dict[int, dict[str, Photo]] = {}
    for photo in Photo.objects.filter(constat__in=[c.pk for c in faits]).order_by("pk"):
        siennes = photos.setdefault(photo.constat_id, {})
        if photo.role == RolePhoto.APRES or photo.role not in siennes:
            siennes[photo.role] = photo
    paires = []
    for constat in faits:
        siennes = photos.get(constat.pk, {})
        if {RolePhoto.AVANT, RolePhoto.APRES} <= siennes.keys() and len(paires) < PAIRES_MAX:
            avant, apres = (images.prendre(siennes[role]) for role in (RolePhoto.AVANT, RolePhoto.APRES))
            if avant and apres:
                paires.append(_dit(constat) | {"avant": avant, "apres": apres})
    return paires
