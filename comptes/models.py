"""Accounts, and who is in charge of what."""

import secrets
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from quartiers.models import Organisme, Quartier

from .enums import Role
from .perimetre import Perimetre


class UtilisateurManager(BaseUserManager):
    """Makes accounts from an e-mail address; the address is stored in lower case."""

    def get_by_natural_key(self, username):
        return self.get(courriel=(username or "").strip().lower())

    def create_user(self, courriel, password=None, **champs):
        utilisateur = self.model(courriel=(courriel or "").strip().lower(), **champs)
        utilisateur.set_password(password)
        utilisateur.save(using=self._db)
        return utilisateur

    def create_superuser(self, courriel, password=None, **champs):
        utilisateur = self.create_user(courriel, password, is_superuser=True, **champs)
        Affectation.objects.create(utilisateur=utilisateur, quartier=None, role=Role.ADMINISTRATEUR)
        return utilisateur


class Utilisateur(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. Deactivated when they leave, never deleted: what they wrote keeps its author."""

    courriel = models.EmailField(
        "adresse électronique",
        unique=True,
        error_messages={"unique": "Un compte existe déjà avec cette adresse."},
    )
    prenom = models.CharField("prénom", max_length=80, blank=True)
    nom = models.CharField("nom", max_length=80)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    organisme = models.ForeignKey(
        Organisme,
        verbose_name="organisme",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="Obligatoire pour un partenaire : il ne voit que ce qui est demandé à cet organisme.",
    )
    is_active = models.BooleanField("compte actif", default=True)
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)

    USERNAME_FIELD = "courriel"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS = ["nom"]

    objects = UtilisateurManager()

    class Meta:
        verbose_name = "utilisateur"
        verbose_name_plural = "utilisateurs"
        ordering = ["nom", "prenom", "pk"]
        constraints = [
            models.CheckConstraint(
                name="utilisateur_courriel_en_minuscules",
                condition=Q(courriel=Lower("courriel")),
                violation_error_message="L’adresse électronique s’écrit en minuscules.",
            )
        ]

    def __str__(self):
        return f"{self.prenom} {self.nom}".strip()

    def clean(self):
        super().clean()
        self.courriel = (self.courriel or "").strip().lower()

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return self.prenom or self.nom

    @property
    def is_staff(self):
        """Only an administrateur opens the administration."""
        return self.is_active and (self.is_superuser or self.perimetre.a_role(Role.ADMINISTRATEUR))

    def has_perm(self, perm, obj=None):
        """Roles stand for Django's permission table: the administration opens whole to an administrateur."""
        return self.is_staff or super().has_perm(perm, obj)

    def has_module_perms(self, app_label):
        return self.is_staff or super().has_module_perms(app_label)

    @cached_property
    def perimetre(self) -> Perimetre:
        """Roles by quartier, read in one query and kept for the request."""
        return Perimetre.depuis(
            self.affectations.order_by().values_list("quartier_id", "role"), organisme_id=self.organisme_id
        )


class Affectation(models.Model):
    """One role of one person, in one quartier or in all of them."""

    utilisateur = models.ForeignKey(
        Utilisateur, verbose_name="utilisateur", on_delete=models.CASCADE, related_name="affectations"
    )
    quartier = models.ForeignKey(
        Quartier,
        verbose_name="quartier",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="affectations",
        help_text="Laisser vide pour les 8 quartiers.",
    )
    role = models.CharField("rôle", max_length=20, choices=Role)

    class Meta:
        verbose_name = "affectation"
        verbose_name_plural = "affectations"
        ordering = ["utilisateur", "quartier__ordre", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "quartier", "role"],
                nulls_distinct=False,
                name="affectation_unique",
                violation_error_message="Ce rôle est déjà donné pour ce quartier.",
            ),
            models.CheckConstraint(
                name="affectation_role_connu",
                condition=Q(role__in=Role.values),
                violation_error_message="Ce rôle n’existe pas.",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}, {self.quartier or 'tous les quartiers'}"

    def clean(self):
        super().clean()
        if self.role == Role.PARTENAIRE and self.utilisateur_id and not self.utilisateur.organisme_id:
            raise ValidationError({"role": "Un partenaire est rattaché à un organisme : choisissez-le d’abord."})


CLE_OCTETS = 32


def nouvelle_cle() -> bytes:
    """Return a key for what a device keeps: random, never derived from anything."""
    return secrets.token_bytes(CLE_OCTETS)


class Appareil(models.Model):
    """A telephone or a tablet that keeps field records of one account, encrypted with a key that is kept here.

    `uuid` is given by the device; two accounts on one device are two rows and two keys.
    """

    uuid = models.UUIDField("identifiant de l’appareil", editable=False)
    utilisateur = models.ForeignKey(
        Utilisateur, verbose_name="utilisateur", on_delete=models.CASCADE, related_name="appareils"
    )
    libelle = models.CharField("libellé", max_length=80, blank=True)
    cle = models.BinaryField("clé", max_length=CLE_OCTETS, default=nouvelle_cle, editable=False)
    cree_le = models.DateTimeField("connu depuis le", default=timezone.now, editable=False)
    vu_le = models.DateTimeField("vu le", default=timezone.now, editable=False)
    revoque_le = models.DateTimeField("révoqué le", null=True, blank=True, editable=False)
    revoque_par = models.ForeignKey(
        Utilisateur,
        verbose_name="révoqué par",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = "appareil"
        verbose_name_plural = "appareils"
        ordering = ["utilisateur", "-vu_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["uuid", "utilisateur"],
                name="appareil_unique",
                violation_error_message="Cet appareil est déjà connu de ce compte.",
            ),
            models.CheckConstraint(
                name="appareil_revoque_par_quelqu_un",
                condition=Q(revoque_le__isnull=True, revoque_par__isnull=True)
                | Q(revoque_le__isnull=False, revoque_par__isnull=False),
                violation_error_message="Un appareil révoqué l’est par quelqu’un.",
            ),
        ]

    def __str__(self):
        return self.libelle or "Appareil sans nom"
