"""The one door for the state of a constat, and the gestures that go through it."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gusp.enums import REFUS_CONSTAT, TRANSITIONS_CONSTAT, Canal, EtatConstat, GenreMouvement, Nature
from gusp.metier.constats import accorder_themes, delai_de_reponse, proposer_organisme
from gusp.metier.refus import TransitionRefusee, phrase_de
from gusp.metier.temps import instant, jour
from gusp.models import Constat, MouvementConstat, Transmission
from quartiers.models import Organisme

Quand = datetime.date | datetime.datetime | None

#: Fields emptied when a constat goes back to « qualifié »: nobody has been asked anything any more.
_REPRISE = {
    "transmis_le": None,
    "echeance_le": None,
    "programme_le": None,
    "traite_le": None,
    "relance_le": None,
    "relances": 0,
}


@transaction.atomic
def changer_etat(
    constat: Constat,
    vers: str,
    *,
    par,
    le: Quand = None,
    genre: str = GenreMouvement.ETAT,
    commentaire: str = "",
    public: bool = False,
    transmission: Transmission | None = None,
    **champs: Any,
) -> Constat:
    """Lock the row, check the pair, write the state with its `champs`, add a line to the journal.

    Returns the constat as stored; raises TransitionRefusee.
    """
    constat = Constat.objects.select_for_update(of=("self",)).get(pk=constat.pk)
    de, vers = EtatConstat(constat.etat), EtatConstat(vers)
    if (de, vers) not in TRANSITIONS_CONSTAT:
        raise TransitionRefusee(refus_de_passer(de, vers))
    constat.etat = vers
    for nom, valeur in champs.items():
        setattr(constat, nom, valeur)
    if phrase := _manque(constat):
        raise TransitionRefusee(phrase)
    try:
        with transaction.atomic():
            constat.save(update_fields=["etat", "modifie_le", *champs])
    except IntegrityError as erreur:
        raise TransitionRefusee(phrase_de(erreur, Constat)) from erreur
    constat.refresh_from_db(fields=["ouvert", "priorite"])
    MouvementConstat.objects.create(
        constat=constat,
        genre=genre,
        de=de,
        vers=vers,
        organisme=constat.organisme if vers in (EtatConstat.TRANSMIS, EtatConstat.REORIENTE) else None,
        transmission=transmission,
        commentaire=commentaire,
        public=public,
        par=par,
        le=instant(le),
    )
    return constat


def refus_de_passer(de: EtatConstat, vers: EtatConstat) -> str:
    """Return the sentence that refuses this pair of states."""
    if de == vers:
        return f"Ce constat est déjà « {de.label} »."
    return REFUS_CONSTAT.get((de, vers), f"On ne passe pas de « {de.label} » à « {vers.label} ».")


def _manque(constat: Constat) -> str:
    """Return what the new state still needs, as a sentence; empty when nothing is missing."""
    if constat.etat == EtatConstat.QUALIFIE:
        if constat.theme_id is None:
            return "Choisissez un thème avant de qualifier ce constat."
        if constat.nature == Nature.NEGATIF and not _situe(constat):
            return "Dites où c’est (épingle, repère ou étape) avant de qualifier ce constat."
    if constat.etat == EtatConstat.TRANSMIS and constat.nature == Nature.POSITIF:
        return "Un point positif ne se transmet pas : il est valorisé à la restitution."
    return ""


def _situe(constat: Constat) -> bool:
    return bool(constat.lon is not None or constat.repere or constat.etape_id)


def _exiger(texte: str, phrase: str) -> str:
    texte = (texte or "").strip()
    if not texte:
        raise TransitionRefusee(phrase)
    return texte


@transaction.atomic
def qualifier(constat: Constat, *, par, le: Quand = None, commentaire: str = "", **champs: Any) -> Constat:
    """Check a raw constat; `champs` may complete it (theme, sous_theme, organisme, domanialite, urgence, repere…)."""
    constat = Constat.objects.select_related("theme").get(pk=constat.pk)
    if constat.etat != EtatConstat.BROUILLON:
        raise TransitionRefusee(refus_de_passer(EtatConstat(constat.etat), EtatConstat.QUALIFIE))
    if "sous_theme" in champs:
        accorder_themes(champs)
    theme = champs.get("theme") or constat.theme
    domanialite = champs.get("domanialite") or constat.domanialite
    if not (champs.get("organisme") or constat.organisme_id) and constat.nature != Nature.POSITIF:
        champs["organisme"] = proposer_organisme(theme, domanialite)
    return changer_etat(constat, EtatConstat.QUALIFIE, par=par, le=le, commentaire=commentaire, **champs)


@transaction.atomic
def transmettre(
    constat: Constat,
    *,
    par,
    organisme: Organisme | None = None,
    le: Quand = None,
    canal: str = Canal.COURRIEL,
    destinataire: str = "",
    message: str = "",
    echeance_le: datetime.date | None = None,
    transmission: Transmission | None = None,
) -> Constat:
    """Send to the responsible organisme; the due date is the day of sending plus the delay of the urgency."""
    constat = Constat.objects.select_related("organisme").get(pk=constat.pk)
    organisme = organisme or constat.organisme
    if phrase := refus_de_transmettre(constat, organisme):
        raise TransitionRefusee(phrase)
    if transmission is None:
        transmission = Transmission.objects.create(
            organisme=organisme, le=jour(le), canal=canal, destinataire=destinataire, message=message, par=par
        )
    return changer_etat(
        constat,
        EtatConstat.TRANSMIS,
        par=par,
        le=le,
        transmission=transmission,
        commentaire=message,
        organisme=organisme,
        transmis_le=jour(le),
        echeance_le=echeance_le or jour(le) + delai_de_reponse(constat.urgence),
        relance_le=None,
        relances=0,
    )


def refus_de_transmettre(constat: Constat, organisme: Organisme | None) -> str:
    """Return why this constat cannot be sent to that organisme, empty when it can."""
    if (EtatConstat(constat.etat), EtatConstat.TRANSMIS) not in TRANSITIONS_CONSTAT:
        return refus_de_passer(EtatConstat(constat.etat), EtatConstat.TRANSMIS)
    if constat.nature == Nature.POSITIF:
        return "Un point positif ne se transmet pas : il est valorisé à la restitution."
    if organisme is None:
        return "Choisissez l’organisme à qui transmettre."
    return "" if organisme.actif else f"{organisme} n’est plus actif : choisissez un autre organisme."


@transaction.atomic
def reorienter(constat: Constat, *, organisme: Organisme | None, par, le: Quand = None, motif: str = "") -> Constat:
    """« Not us »: name the new organisme, to whom the service will then send it; never a dead end."""
    if organisme is None:
        raise TransitionRefusee("Dites vers quel organisme réorienter : un constat ne reste pas sans responsable.")
    constat = Constat.objects.select_related("organisme").get(pk=constat.pk)
    if constat.organisme_id == organisme.pk:
        raise TransitionRefusee(f"Ce constat est déjà chez {organisme} : choisissez un autre organisme.")
    return changer_etat(
        constat, EtatConstat.REORIENTE, par=par, le=le, commentaire=motif, organisme=organisme, programme_le=None
    )


def prendre_en_charge(
    constat: Constat, *, par, le: Quand = None, commentaire: str = "", reference_externe: str = ""
) -> Constat:
    """The organisme accepts; it may give its own reference."""
    champs = {"reference_externe": reference_externe} if reference_externe else {}
    return changer_etat(constat, EtatConstat.PRIS_EN_CHARGE, par=par, le=le, commentaire=commentaire, **champs)


def programmer(
    constat: Constat, *, programme_le: datetime.date | None, par, le: Quand = None, commentaire: str = ""
) -> Constat:
    """The organisme gives the day when it will be done."""
    if programme_le is None:
        raise TransitionRefusee("Donnez la date prévue pour programmer ce constat.")
    if programme_le < jour(le):
        raise TransitionRefusee("La date prévue est déjà passée : notez plutôt le traitement.")
    return changer_etat(
        constat, EtatConstat.PROGRAMME, par=par, le=le, commentaire=commentaire, programme_le=programme_le
    )


def traiter(
    constat: Constat, *, reponse: str, par, le: Quand = None, traite_le: datetime.date | None = None
) -> Constat:
    """Declared done, with the sentence that the residents will read; `traite_le` is the day of the work."""
    reponse = _exiger(reponse, "Écrivez la réponse que les habitants liront : ce qui a été fait.")
    if traite_le is not None and traite_le > jour(le):
        raise TransitionRefusee("La date du traitement est à venir : programmez plutôt ce constat.")
    return changer_etat(
        constat,
        EtatConstat.TRAITE,
        par=par,
        le=le,
        commentaire=reponse,
        public=True,
        reponse_publique=reponse,
        traite_le=traite_le or jour(le),
    )


def verifier(constat: Constat, *, par, le: Quand = None, commentaire: str = "") -> Constat:
    """Seen on the spot: it is really done."""
    return changer_etat(constat, EtatConstat.VERIFIE, par=par, le=le, commentaire=commentaire, verifie_le=jour(le))


def classer_sans_suite(constat: Constat, *, reponse: str, par, le: Quand = None) -> Constat:
    """Close without action; the public answer says why."""
    reponse = _exiger(reponse, "Écrivez la réponse publique : les habitants doivent savoir pourquoi.")
    return changer_etat(
        constat,
        EtatConstat.SANS_SUITE,
        par=par,
        le=le,
        commentaire=reponse,
        public=True,
        reponse_publique=reponse,
        programme_le=None,
    )


def rouvrir(constat: Constat, *, motif: str, par, le: Quand = None) -> Constat:
    """Open again what was declared done or closed; the former answer stays in the journal."""
    motif = _exiger(motif, "Dites pourquoi ce constat est rouvert.")
    if constat.etat == EtatConstat.BROUILLON:
        raise TransitionRefusee("Ce constat n’est pas encore qualifié : il n’y a rien à rouvrir.")
    return changer_etat(
        constat,
        EtatConstat.QUALIFIE,
        par=par,
        le=le,
        genre=GenreMouvement.REOUVERTURE,
        commentaire=motif,
        reponse_publique="",
        **_REPRISE,
    )


@transaction.atomic
def marquer_doublon(constat: Constat, *, maitre: Constat | None, par, le: Quand = None) -> Constat:
    """Merge into `maitre` (its own master when it is a duplicate itself); photos and story stay on both pages."""
    if maitre is None:
        raise TransitionRefusee("Choisissez le constat à garder.")
    couple = Constat.objects.filter(pk__in=[constat.pk, maitre.pk]).order_by("pk")  # as every gesture on many does
    gardes = {c.pk: c for c in couple.select_for_update(of=("self",))}
    maitre = gardes[maitre.pk]
    while maitre.doublon_de_id is not None:
        maitre = Constat.objects.get(pk=maitre.doublon_de_id)
    if maitre.pk == constat.pk:
        raise TransitionRefusee("Un constat n’est pas le doublon de lui-même : choisissez l’autre constat.")
    if maitre.quartier_id != constat.quartier_id:
        raise TransitionRefusee(
            f"Le constat {maitre.reference} est dans un autre quartier\u00a0: on ne les regroupe pas."
        )
    if maitre.etat == EtatConstat.ECARTE:
        raise TransitionRefusee(f"Le constat {maitre.reference} est écarté : on ne regroupe pas sur lui.")
    change = changer_etat(
        constat,
        EtatConstat.DOUBLON,
        par=par,
        le=le,
        commentaire=f"Regroupé avec {maitre.reference}.",
        doublon_de=maitre,
    )
    Constat.objects.filter(doublon_de=constat.pk).update(doublon_de=maitre)
    MouvementConstat.objects.create(
        constat=maitre,
        genre=GenreMouvement.COMMENTAIRE,
        commentaire=f"Le constat {change.reference} est regroupé ici.",
        par=par,
        le=instant(le),
    )
    return change


def ecarter(constat: Constat, *, motif: str, par, le: Quand = None) -> Constat:
    """Out of scope, or not to be kept; the motive is written."""
    motif = _exiger(motif, "Dites pourquoi ce constat est écarté.")
    return changer_etat(constat, EtatConstat.ECARTE, par=par, le=le, commentaire=motif, motif=motif[:300])
