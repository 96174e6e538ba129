"""Constats of the last walk seen again on the spot: what each verdict does to each state."""

import datetime

from django.db import transaction

from gusp import acces
from gusp.enums import Ampleur, EtatConstat, GenreMouvement, Recurrence, VerdictRevue
from gusp.metier import transitions
from gusp.metier.constats import modifier_constat
from gusp.metier.contenus import ContenuRevue, EnvoiRefuse
from gusp.metier.refus import TransitionRefusee
from gusp.metier.temps import jour
from gusp.models import Constat, Diagnostic, EnvoiTerrain, MouvementConstat, Revue
from socle.formats import typo

LEVE = "Constaté levé sur place."
PAS_FAIT = typo("Revu sur place : pas fait.")
_DITS = {
    VerdictRevue.LEVE: typo("Revu sur place : levé."),
    VerdictRevue.INCHANGE: typo("Revu sur place : inchangé."),
    VerdictRevue.PIRE: typo("Revu sur place : pire."),
}
_A_TRAITER = (EtatConstat.QUALIFIE, *EtatConstat.CHEZ_L_ORGANISME)
#: Where « levé » changes nothing: it is checked already, or nothing more was expected.
_DEJA_FINIS = (EtatConstat.VERIFIE, EtatConstat.SANS_SUITE, EtatConstat.ECARTE)


def constat_revu(contenu: ContenuRevue, *, par) -> Constat:
    """Lock and return the constat seen again (the one that was kept, for a duplicate). Raises EnvoiRefuse."""
    constat = Constat.objects.filter(pk=contenu.constat).first()
    while constat is not None and constat.doublon_de_id is not None:
        constat = Constat.objects.get(pk=constat.doublon_de_id)
    if constat is None:
        raise EnvoiRefuse("invalide", "Le constat revu n’existe pas.")
    if not acces.peut_relever(par, constat.quartier_id):
        raise EnvoiRefuse("droit", "Le constat revu est dans un quartier où vous ne relevez pas.")
    return Constat.objects.select_for_update(of=("self",)).get(pk=constat.pk)


def enregistrer_revue(
    envoi: EnvoiTerrain, contenu: ContenuRevue, *, marche: Diagnostic | None, par, le: datetime.datetime, maintenant
) -> bool:
    """Keep the review and do what its verdict says; False when the desk has to decide."""
    accorde = appliquer_verdict(
        envoi.constat, contenu.verdict, contenu.commentaire, marche=marche, par=par, le=le, maintenant=maintenant
    )
    Revue.objects.create(
        envoi=envoi,
        constat=envoi.constat,
        diagnostic=marche,
        verdict=contenu.verdict,
        commentaire=contenu.commentaire,
        par=par,
        le=le,
    )
    return accorde


def appliquer_verdict(
    constat: Constat, verdict: str, commentaire: str, *, marche: Diagnostic | None, par, le, maintenant
) -> bool:
    """Do what a verdict says, or only write it in the journal when the state or another walker contradicts it."""
    try:
        with transaction.atomic():
            if _contredite(constat, verdict, marche):
                raise TransitionRefusee("Un autre participant de cette marche a vu le contraire.")
            imposer_verdict(constat, verdict, commentaire, marche=marche, par=par, le=le, maintenant=maintenant)
    except TransitionRefusee as refus:
        commenter(constat, verdict, f"{commentaire} {refus}", par=par, le=le)
        return False
    return True


def imposer_verdict(
    constat: Constat, verdict: str, commentaire: str, *, marche: Diagnostic | None, par, le, maintenant
) -> None:
    """Do what a verdict says. Raises TransitionRefusee."""
    if verdict == VerdictRevue.LEVE:
        _lever(constat, commentaire, par=par, le=le, maintenant=maintenant)
    else:
        _constater_encore(constat, verdict, commentaire, marche=marche, par=par, le=le)


def _lever(constat: Constat, commentaire: str, *, par, le, maintenant) -> None:
    if constat.etat in _DEJA_FINIS:
        commenter(constat, VerdictRevue.LEVE, commentaire, par=par, le=le)
        return
    if constat.etat in _A_TRAITER:
        constat = transitions.traiter(constat, reponse=LEVE, par=par, le=le)
    if constat.traite_le is not None and constat.traite_le > jour(le):
        le = maintenant  # declared done after it was seen: checked at the day when both are known
    transitions.verifier(constat, par=par, le=le, commentaire=f"{LEVE} {commentaire}".strip())


def _constater_encore(constat: Constat, verdict: str, commentaire: str, *, marche, par, le) -> None:
    if constat.etat == EtatConstat.VERIFIE:
        raise TransitionRefusee("Ce constat est déjà vérifié sur place : relevez-en un nouveau.")
    if constat.etat == EtatConstat.TRAITE and constat.traite_le <= jour(le):
        constat = transitions.rouvrir(constat, motif=PAS_FAIT, par=par, le=le)
    if constat.etat in EtatConstat.OUVERTS:
        champs = {"recurrence": max(constat.recurrence, Recurrence.DEJA_VU)}
        if verdict == VerdictRevue.PIRE and not _deja_pire(constat, marche):
            champs["ampleur"] = min(constat.ampleur + 1, max(Ampleur.values))
        modifier_constat(constat, par=par, le=le, **champs)
    commenter(constat, verdict, commentaire, par=par, le=le)


def _contredite(constat: Constat, verdict: str, marche: Diagnostic | None) -> bool:
    """Tell whether somebody saw the contrary during the same walk."""
    if marche is None:
        return False
    revues = Revue.objects.filter(constat=constat, diagnostic=marche)
    if verdict == VerdictRevue.LEVE:
        return revues.exclude(verdict=VerdictRevue.LEVE).exists()
    return revues.filter(verdict=VerdictRevue.LEVE).exists()


def _deja_pire(constat: Constat, marche: Diagnostic | None) -> bool:
    memes = Revue.objects.filter(constat=constat, diagnostic=marche, verdict=VerdictRevue.PIRE)
    return marche is not None and memes.exists()


def commenter(constat: Constat, verdict: str, commentaire: str, *, par, le) -> None:
    """Write what was seen in the journal of the constat."""
    MouvementConstat.objects.create(
        constat=constat,
        genre=GenreMouvement.COMMENTAIRE,
        commentaire=f"{_DITS[VerdictRevue(verdict)]} {commentaire.strip()}".strip(),
        par=par,
        le=le,
    )
