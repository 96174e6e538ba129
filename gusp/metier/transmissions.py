"""Sending and reminding, one by one or many at once; and the comments of the journal."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from gusp.enums import Canal, EtatConstat, GenreMouvement
from gusp.metier.refus import TransitionRefusee
from gusp.metier.temps import instant, jour
from gusp.metier.transitions import Quand, transmettre
from gusp.models import Constat, MouvementConstat, Transmission
from quartiers.models import Organisme


@transaction.atomic
def transmettre_lot(
    constats: Iterable[Constat],
    organisme: Organisme,
    *,
    par,
    le: Quand = None,
    canal: str = Canal.COURRIEL,
    destinataire: str = "",
    message: str = "",
) -> Transmission:
    """Send many constats to one organisme as one Transmission, all or nothing; raises TransitionRefusee."""
    transmission = Transmission.objects.create(
        organisme=organisme, le=jour(le), canal=canal, destinataire=destinataire, message=message, par=par
    )
    envoyes = 0
    for constat in sorted(constats, key=lambda c: c.pk):
        try:
            transmettre(constat, par=par, organisme=organisme, le=le, message=message, transmission=transmission)
        except TransitionRefusee as refus:
            raise TransitionRefusee(f"{constat.reference} : {refus}") from refus
        envoyes += 1
    if not envoyes:
        raise TransitionRefusee("Cochez au moins un constat à transmettre.")
    return transmission


@transaction.atomic
def relancer(
    constat: Constat,
    *,
    par,
    le: Quand = None,
    canal: str = Canal.COURRIEL,
    destinataire: str = "",
    message: str = "",
    transmission: Transmission | None = None,
) -> Constat:
    """Remind the organisme that holds the constat; raises TransitionRefusee when nobody holds it."""
    constat = Constat.objects.select_for_update(of=("self",)).select_related("organisme").get(pk=constat.pk)
    if constat.etat not in EtatConstat.CHEZ_L_ORGANISME:
        etat = constat.libelle_etat
        raise TransitionRefusee(f"On relance un constat transmis et sans réponse ; celui-ci est « {etat} ».")
    if transmission is None:
        transmission = Transmission.objects.create(
            organisme=constat.organisme, le=jour(le), canal=canal, destinataire=destinataire, message=message, par=par
        )
    constat.relance_le = jour(le)
    constat.relances = F("relances") + 1
    constat.save(update_fields=["relance_le", "relances", "modifie_le"])
    constat.refresh_from_db(fields=["relances"])
    MouvementConstat.objects.create(
        constat=constat,
        genre=GenreMouvement.RELANCE,
        organisme=constat.organisme,
        transmission=transmission,
        commentaire=message,
        par=par,
        le=instant(le),
    )
    return constat


@transaction.atomic
def relancer_lot(
    constats: Iterable[Constat], *, par, le: Quand = None, canal: str = Canal.COURRIEL, message: str = ""
) -> list[Transmission]:
    """Remind many constats, one Transmission for each organisme, all or nothing; raises TransitionRefusee."""
    transmissions: dict[int | None, Transmission] = {}
    for constat in sorted(constats, key=lambda c: c.pk):
        try:
            garde = transmissions.get(constat.organisme_id)
            relance = relancer(constat, par=par, le=le, canal=canal, message=message, transmission=garde)
        except TransitionRefusee as refus:
            raise TransitionRefusee(f"{constat.reference} : {refus}") from refus
        if garde is None:
            derniere = relance.mouvements.select_related("transmission").latest("pk")
            transmissions[constat.organisme_id] = derniere.transmission
    if not transmissions:
        raise TransitionRefusee("Cochez au moins un constat à relancer.")
    return list(transmissions.values())


def commenter(constat: Constat, *, commentaire: str, par, le: Quand = None, public: bool = False) -> MouvementConstat:
    """Add a dated comment to the journal; it changes nothing else."""
    commentaire = (commentaire or "").strip()
    if not commentaire:
        raise TransitionRefusee("Écrivez le commentaire à garder.")
    return MouvementConstat.objects.create(
        constat=constat,
        genre=GenreMouvement.COMMENTAIRE,
        commentaire=commentaire,
        public=public,
        par=par,
        le=instant(le),
    )
