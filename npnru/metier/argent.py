"""Amounts: added, never overwritten; a change says why."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from npnru.enums import GenreFinancement, StatutMontant, Taxe
from npnru.models import Cout, Financement, Montant, Operation

from .refus import GesteRefuse


def ouvrir_cout(operation: Operation, poste: str, *, precision: str = "") -> Cout:
    """Return the cost item of the operation, created when it is new."""
    return Cout.objects.get_or_create(operation=operation, poste=poste, precision=precision)[0]


@transaction.atomic
def ouvrir_financement(
    operation: Operation,
    *,
    financeur,
    genre: str = GenreFinancement.SUBVENTION,
    dispositif: str = "",
    base_subventionnable: Decimal | None = None,
    a_solder_avant_le: date | None = None,
    commencement_autorise_le: date | None = None,
) -> Financement:
    """Add a line to the financing plan; raises ValidationError when the line exists already."""
    ligne = Financement(
        operation=operation,
        financeur=financeur,
        genre=genre,
        dispositif=dispositif,
        base_subventionnable=base_subventionnable,
        a_solder_avant_le=a_solder_avant_le,
        commencement_autorise_le=commencement_autorise_le,
    )
    ligne.full_clean()
    ligne.save()
    return ligne


@transaction.atomic
def ajouter_montant(
    objet: Cout | Financement,
    *,
    statut: str,
    valeur: Decimal,
    taxe: str,
    valeur_le: date,
    source: str,
    par,
    motif: str = "",
    source_url: str = "",
    demonstration: bool = False,
) -> Montant:
    """Add a version of an amount to a cost item or to a financing line; earlier versions stay.

    Amounts of a status are cumulated values (received: the sum received so far). A motive is required when value or
    tax differ from the last amount of the same status. Raises GesteRefuse, or ValidationError on a broken field.
    """
    objet = type(objet).objects.select_for_update(of=("self",)).get(pk=objet.pk)
    lien = {"cout" if isinstance(objet, Cout) else "financement": objet}
    dernier = Montant.objects.filter(**lien, statut=statut).order_by("-valeur_le", "-pk").first()
    nouveau = Montant(
        **lien,
        statut=statut,
        valeur=valeur,
        taxe=taxe,
        valeur_le=valeur_le,
        source=source.strip(),
        source_url=source_url,
        motif=motif.strip(),
        demonstration=demonstration,
        saisi_par=par,
    )
    _verifier_histoire(nouveau, dernier)
    if isinstance(objet, Financement):
        _verifier_plafonds(nouveau, objet)
    nouveau.full_clean()
    nouveau.save()
    return nouveau


def _verifier_histoire(nouveau: Montant, dernier: Montant | None) -> None:
    if dernier is None:
        return
    change = (nouveau.valeur, nouveau.taxe) != (dernier.valeur, dernier.taxe)
    if not change and (nouveau.valeur_le, nouveau.source) == (dernier.valeur_le, dernier.source):
        raise GesteRefuse("Ce montant est déjà noté, avec cette date et cette source.")
    if change and not nouveau.motif:
        raise GesteRefuse("Ce montant diffère du précédent\u00a0: dites pourquoi il change.")


def _verifier_plafonds(nouveau: Montant, ligne: Financement) -> None:
    if (
        ligne.base_subventionnable is not None
        and nouveau.taxe == Taxe.HT
        and nouveau.valeur > ligne.base_subventionnable
    ):
        raise GesteRefuse("Une aide ne dépasse pas sa base subventionnable.")
    if nouveau.statut not in (StatutMontant.APPELE, StatutMontant.RECU):
        return
    notifie = (
        ligne.montants.filter(statut=StatutMontant.NOTIFIE, taxe=nouveau.taxe).order_by("-valeur_le", "-pk").first()
    )
    if notifie is not None and nouveau.valeur > notifie.valeur:
        raise GesteRefuse("On n’appelle ni ne reçoit plus que le montant notifié.")
