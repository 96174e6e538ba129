"""Creation and correction of constats: numbering, default organisme, quartier found from the position."""

import datetime
import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from gusp.enums import Domanialite, EtatConstat, EtatDiagnostic, GenreMouvement, Nature, Origine, SourcePosition
from gusp.metier.refus import en_validation
from gusp.metier.temps import instant
from gusp.models import Compteur, Constat, Diagnostic, Etape, MouvementConstat, NiveauUrgence, RegleCompetence, Theme
from quartiers.geometrie import quartier_du_point
from quartiers.models import Organisme, Quartier

#: What a correction may change; the state, the number and the dates of the states have their own doors.
CHAMPS_MODIFIABLES = (
    "etape",
    "origine",
    "releve_le",
    "nature",
    "theme",
    "sous_theme",
    "principe",
    "description",
    "proposition",
    "ampleur",
    "recurrence",
    "urgence",
    "priorite_forcee",
    "priorite_motif",
    "lon",
    "lat",
    "precision_m",
    "position_source",
    "repere",
    "domanialite",
    "organisme",
    "reference_externe",
    "echeance_le",
    "reponse_publique",
    "note_interne",
    "confidentiel",
    "action",
    "porter_au_copil",
)
#: Never named in the journal, which partners read in part: only the fact of a correction is.
_CHAMPS_TUS = frozenset({"note_interne", "position_source", "precision_m"})
_DITS_ENSEMBLE = {"lon": "position", "lat": "position"}
_SANS_CONSTAT = (EtatDiagnostic.ANNULE, EtatDiagnostic.CLOS)


def proposer_organisme(theme: Theme | None, domanialite: str) -> Organisme | None:
    """Return the organisme that the competence rules give for this theme on that ground; None without a rule."""
    if theme is None:
        return None
    regle = (
        RegleCompetence.objects.filter(theme=theme, domanialite=domanialite, organisme__actif=True)
        .select_related("organisme")
        .first()
    )
    return regle.organisme if regle else None


def delai_de_reponse(urgence: int) -> datetime.timedelta:
    """Return the delay of answer of an urgency level (30 days when the level was removed from the table)."""
    jours = NiveauUrgence.objects.filter(niveau=urgence).values_list("delai_jours", flat=True).first()
    return datetime.timedelta(days=30 if jours is None else jours)


def creer_constat(
    *,
    par,
    releve_le: datetime.date,
    quartier: Quartier | None = None,
    diagnostic: Diagnostic | None = None,
    etape: Etape | None = None,
    nature: str = Nature.NEGATIF,
    client_uuid: uuid.UUID | None = None,
    le: datetime.date | datetime.datetime | None = None,
    **champs: Any,
) -> Constat:
    """Number and create a constat, or return the one that already carries this `client_uuid`.

    `champs` are fields of CHAMPS_MODIFIABLES. Without `quartier`, the walk or else the position gives it. Raises
    ValidationError with a French sentence.
    """
    client_uuid = client_uuid or uuid.uuid4()
    _refuser_inconnus(champs)
    _situer(champs)
    accorder_themes(champs)
    quartier = _trouver_quartier(quartier, diagnostic, etape, champs)
    if champs.get("organisme") is None and nature != Nature.POSITIF:
        domanialite = champs.get("domanialite") or Domanialite.A_DETERMINER
        champs["organisme"] = proposer_organisme(champs.get("theme"), domanialite)
    if diagnostic is None:
        champs.setdefault("origine", Origine.SIGNALEMENT)
    champs |= {"releve_le": releve_le, "nature": nature, "etape": etape, "quartier": quartier}
    try:
        with transaction.atomic():
            return _inserer(champs, diagnostic, client_uuid, par=par, le=le)
    except IntegrityError as erreur:
        if (deja := _deja_envoye(client_uuid, champs["quartier"], diagnostic)) is not None:
            return deja
        raise en_validation(erreur, Constat) from erreur


def _deja_envoye(client_uuid: uuid.UUID, quartier: Quartier, diagnostic: Diagnostic | None) -> Constat | None:
    """Return the constat of a first sending; one of another walk or quartier is not handed over."""
    deja = Constat.objects.filter(client_uuid=client_uuid).first()
    if deja is None or (deja.quartier_id, deja.diagnostic_id) == (quartier.pk, diagnostic.pk if diagnostic else None):
        return deja
    raise ValidationError(
        "Cet envoi a déjà servi à un constat d’un autre diagnostic ou d’un autre quartier\u00a0: rechargez la page.",
        code="deja_ailleurs",
    )


def _inserer(champs, diagnostic, client_uuid, *, par, le) -> Constat:
    """Insert under the lock of the series, so that the same sending twice takes one number."""
    serie = _verrouiller_serie(champs["quartier"], diagnostic, champs["releve_le"].year)
    if (deja := _deja_envoye(client_uuid, champs["quartier"], diagnostic)) is not None:
        return deja
    numero, reference = _prendre_numero(serie, champs["quartier"], champs["releve_le"].year)
    constat = Constat.objects.create(
        client_uuid=client_uuid, diagnostic=diagnostic, numero=numero, reference=reference, cree_par=par, **champs
    )
    quand = instant(le)
    if le is not None:
        Constat.objects.filter(pk=constat.pk).update(cree_le=quand)
        constat.cree_le = quand
    MouvementConstat.objects.create(
        constat=constat, genre=GenreMouvement.CREATION, vers=EtatConstat.BROUILLON, par=par, le=quand
    )
    return constat


def _verrouiller_serie(quartier: Quartier, diagnostic: Diagnostic | None, annee: int) -> Diagnostic | Compteur:
    """Lock the row that holds the last number: the walk, or the counter of the quartier for the year."""
    if diagnostic is None:
        cle = f"constats {quartier.code} {annee}"
        Compteur.objects.get_or_create(cle=cle)
        return Compteur.objects.select_for_update(of=("self",)).get(cle=cle)
    marche = Diagnostic.objects.select_for_update(of=("self",)).select_related("quartier").get(pk=diagnostic.pk)
    if marche.etat in _SANS_CONSTAT:
        etat = marche.get_etat_display().lower()
        raise ValidationError(f"Ce diagnostic est {etat} : on n’y ajoute plus de constat.", code="diagnostic_ferme")
    return marche


def _prendre_numero(serie: Diagnostic | Compteur, quartier: Quartier, annee: int) -> tuple[int, str]:
    if isinstance(serie, Diagnostic):
        serie.dernier_numero += 1
        serie.save(update_fields=["dernier_numero"])
        return serie.dernier_numero, f"{serie.reference}·{serie.dernier_numero}"
    serie.valeur += 1
    serie.save(update_fields=["valeur"])
    return serie.valeur, f"{quartier.code}-{annee}-H·{serie.valeur}"


def _refuser_inconnus(champs: dict[str, Any]) -> None:
    if inconnus := set(champs) - set(CHAMPS_MODIFIABLES):
        raise TypeError(f"Not fields of a constat that one writes: {', '.join(sorted(inconnus))}")


def _situer(champs: dict[str, Any]) -> None:
    """Round the position to the stored precision and say where it comes from."""
    for cote in ("lon", "lat"):
        if champs.get(cote) is not None:
            champs[cote] = round(Decimal(str(champs[cote])), 6)
    if champs.get("position_source"):
        return
    if champs.get("lon") is not None:
        champs["position_source"] = SourcePosition.EPINGLE
    elif champs.get("repere"):
        champs["position_source"] = SourcePosition.ADRESSE


def accorder_themes(champs: dict[str, Any]) -> None:
    """Set the theme of a sub-theme chosen alone; raises ValidationError when the two do not go together."""
    theme, sous_theme = champs.get("theme"), champs.get("sous_theme")
    if sous_theme is None:
        return
    if theme is None:
        champs["theme"] = sous_theme.theme
    elif sous_theme.theme_id != theme.pk:
        raise ValidationError({"sous_theme": "Ce sous-thème n’appartient pas au thème choisi."})


def _trouver_quartier(quartier, diagnostic, etape, champs) -> Quartier:
    if etape is not None and (diagnostic is None or etape.diagnostic_id != diagnostic.pk):
        raise ValidationError("Cette étape n’appartient pas au diagnostic.", code="etape")
    if diagnostic is not None:
        if quartier is not None and quartier.pk != diagnostic.quartier_id:
            raise ValidationError("Le diagnostic se tient dans un autre quartier.", code="quartier")
        return diagnostic.quartier
    if quartier is None and champs.get("lon") is not None:
        quartier = quartier_du_point(champs["lon"], champs["lat"])
    if quartier is None:
        raise ValidationError(
            "Le quartier n’est pas connu : choisissez-le, ou posez l’épingle dans un quartier.", code="quartier"
        )
    return quartier


@transaction.atomic
def modifier_constat(
    constat: Constat, *, par, le: datetime.date | datetime.datetime | None = None, **champs: Any
) -> Constat:
    """Correct fields of CHAMPS_MODIFIABLES and write which ones in the journal; nothing is written when none moved.

    A new urgency moves the due date of a constat already sent. Raises ValidationError.
    """
    _refuser_inconnus(champs)
    constat = Constat.objects.select_for_update(of=("self",)).get(pk=constat.pk)
    _situer(champs)
    if "theme" in champs or "sous_theme" in champs:
        champs = {"theme": constat.theme, "sous_theme": constat.sous_theme} | champs
        accorder_themes(champs)
    changes = {nom: valeur for nom, valeur in champs.items() if _differe(constat, nom, valeur)}
    _garder_organisme(constat, changes)
    if "urgence" in changes and "echeance_le" not in changes and constat.transmis_le and constat.ouvert:
        changes["echeance_le"] = constat.transmis_le + delai_de_reponse(changes["urgence"])
    if not changes:
        return constat
    for nom, valeur in changes.items():
        setattr(constat, nom, valeur)
    try:
        with transaction.atomic():
            constat.save(update_fields=[*changes, "modifie_le"])
    except IntegrityError as erreur:
        raise en_validation(erreur, Constat) from erreur
    constat.refresh_from_db(fields=["ouvert", "priorite"])
    MouvementConstat.objects.create(
        constat=constat, genre=GenreMouvement.CORRECTION, commentaire=_dire(changes), par=par, le=instant(le)
    )
    return constat


def _differe(constat: Constat, nom: str, valeur: Any) -> bool:
    champ = Constat._meta.get_field(nom)
    avant = getattr(constat, champ.attname)
    return avant != (valeur.pk if champ.is_relation and valeur is not None else valeur)


def _garder_organisme(constat: Constat, changes: dict[str, Any]) -> None:
    """Refuse to change the body under a constat that it holds: that is a réorientation, written as such."""
    if "organisme" in changes and constat.etat in EtatConstat.CHEZ_L_ORGANISME:
        raise ValidationError(
            {"organisme": f"Ce constat est chez {constat.organisme} : réorientez-le pour changer d’organisme."}
        )


def _dire(changes: dict[str, Any]) -> str:
    dits = (
        _DITS_ENSEMBLE.get(nom, str(Constat._meta.get_field(nom).verbose_name))
        for nom in changes
        if nom not in _CHAMPS_TUS
    )
    noms = ", ".join(dict.fromkeys(dits))
    return f"Corrigé : {noms}." if noms else "Corrigé."
