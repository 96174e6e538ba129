"""What a telephone sends becomes a constat, a review or a track: once, whatever the number of sendings.

The row of the walk is locked first, then the sending: one record after the other in a walk.
"""

import datetime
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gusp import acces
from gusp.enums import EtatConstat, EtatDiagnostic, EtatEnvoi, EtatVersion, GenreEnvoi, Nature, Urgence
from gusp.metier.constats import creer_constat, modifier_constat, proposer_organisme
from gusp.metier.contenus import Contenu, ContenuConstat, ContenuRevue, Corps, EnvoiRefuse, lire_corps
from gusp.metier.photos_annoncees import annoncer
from gusp.metier.revues import commenter, constat_revu, enregistrer_revue
from gusp.models import Constat, Diagnostic, EnvoiTerrain, Etape, Principe, SousTheme, Theme, TraceMarche, VersionEnvoi
from quartiers.models import Quartier
from socle.formats import typo

#: A clock that is wrong by less than that is left alone; an older observation is brought to that age.
TOLERANCE = datetime.timedelta(seconds=120)
GARDE = datetime.timedelta(days=60)
_SANS_CONSTAT = (EtatDiagnostic.ANNULE, EtatDiagnostic.CLOS)
#: Fields that a record writes in its constat: a difference says that the desk came by.
_SUIVIS = (
    "nature",
    "theme",
    "sous_theme",
    "principe",
    "etape",
    "description",
    "proposition",
    "repere",
    "urgence",
    "lon",
    "lat",
    "precision_m",
    "position_source",
    "organisme",
)
_SANS_DROIT = "Vous ne relevez plus dans ce quartier : demandez un rôle à l’administrateur du service."


@dataclass(frozen=True)
class Reception:
    """What was done of a sending: `neuf` for the first body of a record, `deja` for a body known already."""

    envoi: EnvoiTerrain
    version: VersionEnvoi
    neuf: bool = False
    deja: bool = False


def recevoir_envoi(
    numero: uuid.UUID, objet: Any, *, par, appareil: uuid.UUID | None = None, maintenant: datetime.datetime
) -> Reception:
    """Keep one sending, and do what it says; the same one again changes nothing. Raises EnvoiRefuse."""
    corps = lire_corps(objet)
    if (deja := _deja_recu(numero, corps, par=par)) is not None:
        return deja
    with transaction.atomic():
        marche = _verrouiller(corps.contenu.diagnostic)
        quartier_id = _quartier(corps.contenu, marche)
        exiger_le_droit(par, quartier_id)
        envoi = _ouvrir(numero, corps.genre, quartier_id, marche, par=par, appareil=appareil, maintenant=maintenant)
        exiger_le_droit(par, envoi.quartier_id)
        if envoi.genre != corps.genre:
            raise EnvoiRefuse("invalide", "Cet envoi a déjà servi à autre chose : recommencez le relevé.")
        neuf = not envoi.versions.exists()
        version, nouvelle = _inscrire(envoi, corps, par=par, maintenant=maintenant)
        if nouvelle:
            if neuf:
                _appliquer_premiere(envoi, version, corps.contenu, marche, maintenant)
            else:
                _appliquer_suivante(envoi, version, corps, maintenant)
            conclure(envoi)
    return Reception(envoi, version, neuf=neuf, deja=not nouvelle)


def exiger_le_droit(par, quartier_id: int) -> None:
    """Raise EnvoiRefuse when the person is not of the service in that quartier."""
    if not acces.peut_relever(par, quartier_id):
        raise EnvoiRefuse("droit", _SANS_DROIT)


def _deja_recu(numero: uuid.UUID, corps: Corps, *, par) -> Reception | None:
    """Return what an earlier sending made, for its author or the service of the quartier; nothing is locked."""
    versions = VersionEnvoi.objects.select_related("envoi__constat")
    version = versions.filter(envoi__uuid=numero, empreinte=corps.empreinte).first()
    if version is None or (version.par_id != par.pk and not acces.peut_relever(par, version.envoi.quartier_id)):
        return None
    return Reception(version.envoi, version, deja=True)


def _verrouiller(pk: int | None) -> Diagnostic | None:
    return Diagnostic.objects.select_for_update(of=("self",)).select_related("quartier").filter(pk=pk).first()


def _quartier(contenu: Contenu, marche: Diagnostic | None) -> int:
    if marche is not None:
        return marche.quartier_id
    if contenu.quartier is None or not Quartier.objects.filter(pk=contenu.quartier).exists():
        raise EnvoiRefuse("invalide", "Cet envoi ne va pas : « le quartier » n’est pas connu.")
    return contenu.quartier


def _ouvrir(numero, genre, quartier_id, marche, *, par, appareil, maintenant) -> EnvoiTerrain:
    """Insert the sending unless another call did, then lock it."""
    neuf = EnvoiTerrain(
        uuid=numero,
        genre=genre,
        quartier_id=quartier_id,
        diagnostic=marche,
        etat=EtatEnvoi.A_RATTACHER,
        par=par,
        appareil=appareil,
        recu_le=maintenant,
    )
    EnvoiTerrain.objects.bulk_create([neuf], ignore_conflicts=True)
    return verrouiller_envoi(uuid=numero)


def verrouiller_envoi(**cle) -> EnvoiTerrain:
    """Return the sending, locked until the end of the transaction."""
    return EnvoiTerrain.objects.select_for_update(of=("self",)).select_related("constat").get(**cle)


def _inscrire(envoi: EnvoiTerrain, corps: Corps, *, par, maintenant) -> tuple[VersionEnvoi, bool]:
    """Insert the body unless it is there already (INSERT … ON CONFLICT DO NOTHING); tell whether it is new."""
    deja = envoi.versions.filter(empreinte=corps.empreinte).exists()
    version = VersionEnvoi(
        envoi=envoi,
        empreinte=corps.empreinte,
        base=corps.base,
        corps=corps.brut,
        etat=EtatVersion.A_ARBITRER,
        decalage_s=_decalage(corps.envoye_a, maintenant),
        par=par,
        recu_le=maintenant,
    )
    VersionEnvoi.objects.bulk_create([version], ignore_conflicts=True)
    return envoi.versions.get(empreinte=corps.empreinte), not deja


def _decalage(envoye_a: datetime.datetime | None, maintenant: datetime.datetime) -> int:
    """Return by how many seconds the clock of the telephone is late, 0 when it is right."""
    ecart = maintenant - envoye_a if envoye_a else datetime.timedelta()
    return round(ecart.total_seconds()) if abs(ecart) > TOLERANCE else 0


def instant_vrai(lu: datetime.datetime, version: VersionEnvoi) -> datetime.datetime:
    """Return when it was seen, by our clock: shifted, then brought within the last 60 days before reception."""
    try:
        vrai = lu + datetime.timedelta(seconds=version.decalage_s)
    except OverflowError:
        vrai = version.recu_le
    return max(version.recu_le - GARDE, min(vrai, version.recu_le))


def _appliquer_premiere(envoi, version, contenu: Contenu, marche, maintenant) -> None:
    """Make what the first body of a record says; without a walk that takes it, keep it for the desk."""
    le = instant_vrai(contenu.releve_a, version)
    if envoi.genre == GenreEnvoi.REVUE:
        envoi.constat = constat_revu(contenu, par=version.par)
        accorde = enregistrer_revue(envoi, contenu, marche=marche, par=version.par, le=le, maintenant=maintenant)
        retenir(version, EtatVersion.APPLIQUEE if accorde else EtatVersion.A_ARBITRER)
        return
    retenir(version, EtatVersion.APPLIQUEE)
    if marche is None or (envoi.genre == GenreEnvoi.CONSTAT and marche.etat in _SANS_CONSTAT):
        return
    if envoi.genre == GenreEnvoi.TRACE:
        ecrire_trace(envoi, version, contenu, marche)
    else:
        creer(envoi, version, contenu, diagnostic=marche, quartier=marche.quartier)


def ecrire_trace(envoi: EnvoiTerrain, version: VersionEnvoi, contenu: Contenu, marche: Diagnostic) -> None:
    """Write the track of a telephone, or replace it by a longer one."""
    TraceMarche.objects.update_or_create(
        envoi=envoi,
        defaults={
            "diagnostic": marche,
            "debut_le": instant_vrai(contenu.releve_a, version),
            "points": [list(point) for point in contenu.points],
            "par": version.par,
        },
    )


def creer(
    envoi: EnvoiTerrain,
    version: VersionEnvoi,
    contenu: ContenuConstat,
    *,
    diagnostic: Diagnostic | None,
    quartier: Quartier,
) -> Constat:
    """Create the constat of a record at the instant when it was seen, and write what was put in it."""
    le = instant_vrai(contenu.releve_a, version)
    champs, remarques = champs_de(contenu, diagnostic)
    try:
        envoi.constat = creer_constat(
            par=version.par,
            releve_le=timezone.localdate(le),
            quartier=quartier,
            diagnostic=diagnostic,
            client_uuid=envoi.uuid,
            le=le,
            **champs,
        )
    except ValidationError as erreur:
        raise EnvoiRefuse("invalide", " ".join(erreur.messages)) from erreur
    retenir(version, version.etat, ecrit=ecrit_de(envoi.constat), remarques=remarques)
    return envoi.constat


def champs_de(contenu: ContenuConstat, marche: Diagnostic | None) -> tuple[dict[str, Any], list[str]]:
    """Return the fields of the constat, and a sentence for each thing left empty because it does not exist any more."""
    remarques: list[str] = []
    theme = _retrouver(Theme.objects.filter(actif=True), contenu.theme, "Le thème choisi", remarques)
    sous_themes = SousTheme.objects.filter(actif=True).select_related("theme")
    sous_theme = _retrouver(sous_themes, contenu.sous_theme, "Le sous-thème choisi", remarques)
    if sous_theme is not None and sous_theme.theme != (theme or sous_theme.theme):
        remarques.append(f"Le sous-thème choisi ({sous_theme}) n’est pas de ce thème : il est laissé vide.")
        sous_theme = None
    etapes = Etape.objects.filter(diagnostic=marche) if marche else Etape.objects.none()
    repere = contenu.repere
    if len(repere) > 200:
        remarques.append(f"Le repère était trop long, il est coupé : {repere}")
    return {
        "nature": contenu.nature,
        "theme": theme,
        "sous_theme": sous_theme if sous_theme is None or sous_theme.theme.actif else None,
        "principe": _retrouver(Principe.objects.filter(actif=True), contenu.principe, "Le principe", remarques),
        "etape": _retrouver(etapes, contenu.etape, "L’étape", remarques),
        "description": contenu.description,
        "proposition": contenu.proposition,
        "repere": repere[:200],
        "urgence": Urgence.U1 if contenu.danger else Urgence.U3,
        **_situation(contenu),
    }, remarques


def _situation(contenu: ContenuConstat) -> dict[str, Any]:
    if contenu.position is None:
        return {"lon": None, "lat": None, "precision_m": None, "position_source": ""}
    champs = asdict(contenu.position)
    return champs | {"position_source": champs.pop("source")}


def _retrouver(lignes, pk: int | None, quoi: str, remarques: list[str]):
    if pk is None:
        return None
    trouve = lignes.filter(pk=pk).first()
    if trouve is None:
        ancien = lignes.model.objects.filter(pk=pk).first()
        nom = f" ({ancien})" if ancien is not None else ""
        remarques.append(f"{quoi}{nom} n’existe plus ici, ce champ est laissé vide.")
    return trouve


def ecrit_de(constat: Constat) -> dict[str, Any]:
    """Return the fields that a record writes, as they are stored."""
    constat = Constat.objects.get(pk=constat.pk)
    champs = ((nom, getattr(constat, constat._meta.get_field(nom).attname)) for nom in _SUIVIS)
    return {nom: str(valeur) if nom in ("lon", "lat") and valeur is not None else valeur for nom, valeur in champs}


def _appliquer_suivante(envoi: EnvoiTerrain, version: VersionEnvoi, corps: Corps, maintenant) -> None:
    """Correct what the body in force made when nobody else came by; else keep both for the desk."""
    courante = envoi.versions.filter(etat=EtatVersion.APPLIQUEE).first()
    if courante is not None and corps.base == courante.empreinte and _peut_corriger(envoi, courante, corps.contenu):
        retenir(courante, EtatVersion.REMPLACEE)
        retenir(version, EtatVersion.APPLIQUEE)
        corriger(envoi, version, corps.contenu, par=version.par, maintenant=maintenant)
        return
    # The telephone corrects a body that already waits for the desk: only the last of these waits.
    attendue = envoi.versions.filter(etat=EtatVersion.A_ARBITRER, empreinte=corps.base).first()
    if attendue is not None:
        retenir(attendue, EtatVersion.REMPLACEE)


def _peut_corriger(envoi: EnvoiTerrain, courante: VersionEnvoi, contenu: Contenu) -> bool:
    if contenu.diagnostic != courante.corps["contenu"].get("diagnostic"):
        return False
    if isinstance(contenu, ContenuRevue):
        precedent = courante.corps["contenu"]
        return (contenu.constat, contenu.verdict) == (precedent["constat"], precedent["verdict"])
    if envoi.constat is None:
        return True
    constat = Constat.objects.select_for_update(of=("self",)).get(pk=envoi.constat_id)
    return constat.etat == EtatConstat.BROUILLON and ecrit_de(constat) == courante.ecrit


def corriger(envoi: EnvoiTerrain, version: VersionEnvoi, contenu: Contenu, *, par, maintenant) -> None:
    """Write another body over what the record made. Raises ValidationError."""
    if envoi.genre == GenreEnvoi.TRACE:
        if envoi.diagnostic is not None:
            ecrire_trace(envoi, version, contenu, envoi.diagnostic)
    elif envoi.genre == GenreEnvoi.REVUE:
        revue = envoi.revue
        if contenu.commentaire and contenu.commentaire != revue.commentaire:
            commenter(envoi.constat, contenu.verdict, contenu.commentaire, par=par, le=maintenant)
        revue.commentaire = contenu.commentaire
        revue.save(update_fields=["commentaire"])
    elif envoi.constat is not None:
        _corriger_constat(envoi, version, contenu, par=par, maintenant=maintenant)


def _corriger_constat(envoi, version, contenu: ContenuConstat, *, par, maintenant) -> None:
    champs, remarques = champs_de(contenu, envoi.constat.diagnostic)
    if envoi.constat.etat == EtatConstat.BROUILLON:
        positif = contenu.nature == Nature.POSITIF
        domanialite = envoi.constat.domanialite
        champs["organisme"] = None if positif else proposer_organisme(champs["theme"], domanialite)
    envoi.constat = modifier_constat(envoi.constat, par=par, le=maintenant, **champs)
    retenir(version, version.etat, ecrit=ecrit_de(envoi.constat), remarques=remarques)


def retenir(version: VersionEnvoi, etat: str, *, ecrit: dict | None = None, remarques=()) -> None:
    """Write the fate of a body."""
    version.etat = etat
    version.ecrit = version.ecrit if ecrit is None else ecrit
    version.remarques = typo("\n".join(remarques)) or version.remarques
    version.save(update_fields=["etat", "ecrit", "remarques"])


def conclure(envoi: EnvoiTerrain) -> None:
    """Write what remains to decide and which photos are still to come."""
    if envoi.constat_id is None and not (envoi.genre == GenreEnvoi.TRACE and hasattr(envoi, "trace")):
        envoi.etat = EtatEnvoi.A_RATTACHER
    elif envoi.versions.filter(etat=EtatVersion.A_ARBITRER).exists():
        envoi.etat = EtatEnvoi.A_ARBITRER
    else:
        envoi.etat = EtatEnvoi.RECU
    annoncer(envoi)
    envoi.save(update_fields=["etat", "constat", "diagnostic", "photos_annoncees", "manquantes"])
