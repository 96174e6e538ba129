"""What is done to accounts: created with an invitation, corrected, deactivated, reactivated; never deleted.

And to their devices: known at their first contact, revoked when they are lost, given back.
"""

import datetime
import uuid
from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from quartiers.models import Quartier

from .enums import Role
from .models import Affectation, Appareil, Utilisateur

#: A role, and the quartier where it is held (None for all of them).
Attribution = tuple[str, Quartier | None]
#: A device that keeps on talking is written « seen » at most once in that time.
VU_AU_PLUS = datetime.timedelta(minutes=5)


class CompteRefuse(Exception):
    """A change of account that the service cannot bear; its text is a French sentence for the screen."""


class AppareilRevoque(Exception):
    """The device was revoked for this account: it gets no key."""


@transaction.atomic
def creer_compte(*, affectations: Iterable[Attribution], **champs) -> Utilisateur:
    """Create an account without password: the person chooses it through the invitation. Raises CompteRefuse."""
    utilisateur = Utilisateur.objects.create_user(**champs)
    _attribuer(utilisateur, affectations)
    return utilisateur


@transaction.atomic
def modifier_compte(utilisateur: Utilisateur, *, affectations: Iterable[Attribution] | None = None, **champs):
    """Correct the identity and (when given) replace the roles. Raises CompteRefuse, and then nothing is written."""
    for nom, valeur in champs.items():
        setattr(utilisateur, nom, valeur)
    utilisateur.save(update_fields=list(champs) or None)
    if affectations is not None:
        _attribuer(utilisateur, affectations)
    return utilisateur


@transaction.atomic
def desactiver_compte(utilisateur: Utilisateur, *, par: Utilisateur) -> None:
    """Close the account, end its sessions, revoke its devices; what it wrote keeps its author. Raises CompteRefuse."""
    if utilisateur.pk == par.pk:
        raise CompteRefuse("On ne désactive pas son propre compte\u00a0: demandez-le à un autre administrateur.")
    _verrouiller_les_administrateurs()
    utilisateur.is_active = False
    utilisateur.save(update_fields=["is_active"])
    _garder_un_administrateur()
    fermer_les_sessions(utilisateur)
    utilisateur.appareils.filter(revoque_le__isnull=True).update(revoque_le=timezone.now(), revoque_par=par)


def reactiver_compte(utilisateur: Utilisateur) -> None:
    """Open the account again, with the roles and the password it had; its devices stay revoked."""
    utilisateur.is_active = True
    utilisateur.save(update_fields=["is_active"])


def fermer_les_sessions(utilisateur: Utilisateur, *, sauf: str | None = None) -> int:
    """End every session of that person but the one of key `sauf`; returns how many there were."""
    siennes = [
        session.pk
        for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator()
        if session.pk != sauf and session.get_decoded().get(SESSION_KEY) == str(utilisateur.pk)
    ]
    Session.objects.filter(pk__in=siennes).delete()
    return len(siennes)


def inviter(utilisateur: Utilisateur, *, adresse: Callable[[str], str]) -> None:
    """Mail the link that sets the password; `adresse` makes a path absolute. Raises OSError when mail is down."""
    uid = urlsafe_base64_encode(force_bytes(utilisateur.pk))
    jeton = default_token_generator.make_token(utilisateur)
    contexte = {
        "utilisateur": utilisateur,
        "nom_application": settings.NOM_APPLICATION,
        "nom_service": settings.NOM_SERVICE,
        "lien": adresse(reverse("comptes:reinitialisation_confirmer", args=[uid, jeton])),
        "lien_oubli": adresse(reverse("comptes:reinitialisation")),
    }
    objet = render_to_string("courriels/invitation_objet.txt", contexte).strip()
    send_mail(objet, render_to_string("courriels/invitation.txt", contexte), None, [utilisateur.courriel])


def _attribuer(utilisateur: Utilisateur, affectations: Iterable[Attribution]) -> None:
    """Make the roles exactly these, under the lock of the administrateurs."""
    voulues = {(role, quartier.pk if quartier else None) for role, quartier in affectations}
    if any(role == Role.PARTENAIRE for role, _ in voulues) and not utilisateur.organisme_id:
        raise CompteRefuse("Un partenaire est rattaché à un organisme\u00a0: choisissez-le d’abord.")
    _verrouiller_les_administrateurs()
    tenues = {(a.role, a.quartier_id): a.pk for a in utilisateur.affectations.all()}
    Affectation.objects.filter(pk__in=[pk for cle, pk in tenues.items() if cle not in voulues]).delete()
    for role, quartier_id in sorted(voulues - set(tenues), key=str):
        affectation = Affectation(utilisateur=utilisateur, role=role, quartier_id=quartier_id)
        try:
            affectation.full_clean()
        except ValidationError as erreur:
            raise CompteRefuse(" ".join(erreur.messages)) from erreur
        affectation.save()
    _garder_un_administrateur()


def _verrouiller_les_administrateurs() -> None:
    list(Utilisateur.objects.select_for_update(of=("self",)).filter(is_active=True, pk__in=_administrateurs()))


def _administrateurs():
    return Affectation.objects.filter(role=Role.ADMINISTRATEUR).values("utilisateur")


def _garder_un_administrateur() -> None:
    if not Utilisateur.objects.filter(is_active=True, pk__in=_administrateurs()).exists():
        raise CompteRefuse(
            "Il faut au moins un administrateur actif\u00a0: donnez d’abord ce rôle à quelqu’un d’autre."
        )


def enregistrer_appareil(
    numero: uuid.UUID, *, utilisateur: Utilisateur, libelle: str = "", le: datetime.datetime | None = None
) -> Appareil:
    """Return the device of this account, with the key made at its first contact. Raises AppareilRevoque."""
    le, libelle = le or timezone.now(), " ".join(libelle.split())[:80]
    neuf = Appareil(uuid=numero, utilisateur=utilisateur, libelle=libelle, cree_le=le, vu_le=le)
    Appareil.objects.bulk_create([neuf], ignore_conflicts=True)
    appareil = Appareil.objects.get(uuid=numero, utilisateur=utilisateur)
    if appareil.revoque_le is not None:
        raise AppareilRevoque
    if libelle and appareil.libelle != libelle:
        appareil.libelle = libelle
        appareil.save(update_fields=["libelle"])
    vu(appareil, le=le)
    return appareil


def vu(appareil: Appareil, *, le: datetime.datetime | None = None) -> None:
    """Note that the device was heard of, at most once every VU_AU_PLUS."""
    le = le or timezone.now()
    if appareil.vu_le <= le - VU_AU_PLUS:
        Appareil.objects.filter(pk=appareil.pk, vu_le__lt=le).update(vu_le=le)
        appareil.vu_le = le


def revoquer_appareil(appareil: Appareil, *, par: Utilisateur, le: datetime.datetime | None = None) -> None:
    """Take the key back: at its next contact the device throws away its own; a first revocation stays as it is."""
    revoque = Appareil.objects.filter(pk=appareil.pk, revoque_le__isnull=True)
    revoque.update(revoque_le=le or timezone.now(), revoque_par=par)


def retablir_appareil(appareil: Appareil) -> None:
    """Give the same key again: what the device still holds is read there as before."""
    Appareil.objects.filter(pk=appareil.pk).update(revoque_le=None, revoque_par=None)
