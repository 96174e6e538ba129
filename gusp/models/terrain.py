"""What the telephones send from the street: each sending, each of its bodies, and what it made."""

from django.db import models
from django.db.models import Q

from comptes.models import Utilisateur
from gusp.enums import EtatEnvoi, EtatVersion, GenreEnvoi, VerdictRevue
from quartiers.models import Quartier

from .constat import Constat
from .diagnostic import Diagnostic


class EnvoiTerrainQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Sendings of the quartiers where the person is of the service, and its own."""
        service = utilisateur.perimetre.quartier_ids_service
        return self if service is None else self.filter(Q(quartier_id__in=service) | Q(par=utilisateur))

    def du_service(self, utilisateur):
        """Sendings of the quartiers where the person is of the service: what it decides."""
        service = utilisateur.perimetre.quartier_ids_service
        return self if service is None else self.filter(quartier_id__in=service)

    def a_decider(self):
        """Two bodies for one record, or no walk to put it in."""
        return self.filter(etat__in=EtatEnvoi.A_DECIDER)

    def photos_manquantes(self):
        """Received without all the photos that they announced."""
        return self.filter(manquantes__gt=0)


class EnvoiTerrain(models.Model):
    """One record of a telephone, known by the identifier that the telephone gave it."""

    uuid = models.UUIDField("identifiant du terrain", unique=True, editable=False)
    genre = models.CharField("genre", max_length=8, choices=GenreEnvoi)
    quartier = models.ForeignKey(Quartier, verbose_name="quartier", on_delete=models.PROTECT, related_name="envois")
    diagnostic = models.ForeignKey(
        Diagnostic, verbose_name="diagnostic", on_delete=models.SET_NULL, null=True, blank=True, related_name="envois"
    )
    constat = models.ForeignKey(
        Constat, verbose_name="constat", on_delete=models.PROTECT, null=True, blank=True, related_name="envois"
    )
    etat = models.CharField("état", max_length=12, choices=EtatEnvoi, default=EtatEnvoi.RECU, editable=False)
    photos_annoncees = models.JSONField("photos annoncées", default=list, blank=True, editable=False)
    manquantes = models.PositiveSmallIntegerField("photos manquantes", default=0, editable=False)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    appareil = models.UUIDField("appareil", null=True, blank=True, editable=False)
    recu_le = models.DateTimeField("reçu le")

    objects = EnvoiTerrainQuerySet.as_manager()

    class Meta:
        verbose_name = "envoi du terrain"
        verbose_name_plural = "envois du terrain"
        ordering = ["-recu_le", "-pk"]
        indexes = [
            models.Index("quartier", "recu_le", name="envoi_a_decider", condition=Q(etat__in=EtatEnvoi.A_DECIDER)),
            models.Index("quartier", "recu_le", name="envoi_photos_manquantes", condition=Q(manquantes__gt=0)),
            models.Index("quartier", "recu_le", name="envoi_par_quartier"),
        ]
        constraints = [
            models.CheckConstraint(
                name="envoi_genre_connu",
                condition=Q(genre__in=GenreEnvoi.values),
                violation_error_message="Cette sorte d’envoi n’existe pas.",
            ),
            models.CheckConstraint(
                name="envoi_etat_connu",
                condition=Q(etat__in=EtatEnvoi.values),
                violation_error_message="Cet état d’envoi n’existe pas.",
            ),
            models.CheckConstraint(
                name="envoi_a_rattacher_sans_constat",
                condition=~Q(etat=EtatEnvoi.A_RATTACHER) | Q(constat__isnull=True),
                violation_error_message="Un envoi à rattacher n’a pas encore de constat.",
            ),
            models.CheckConstraint(
                name="envoi_sans_constat_a_decider",
                condition=Q(genre=GenreEnvoi.TRACE) | Q(constat__isnull=False) | ~Q(etat=EtatEnvoi.RECU),
                violation_error_message="Un envoi reçu a son constat.",
            ),
        ]

    def __str__(self):
        return f"{self.get_genre_display()} {self.uuid}"

    @property
    def a_rattacher(self) -> bool:
        return self.etat == EtatEnvoi.A_RATTACHER


class VersionEnvoi(models.Model):
    """One body of a sending, kept as it came (a trigger refuses to rewrite or delete it; only its fate moves)."""

    envoi = models.ForeignKey(EnvoiTerrain, verbose_name="envoi", on_delete=models.PROTECT, related_name="versions")
    empreinte = models.CharField("empreinte", max_length=64)
    base = models.CharField("empreinte de départ", max_length=64, blank=True)
    corps = models.JSONField("contenu")
    etat = models.CharField("état", max_length=12, choices=EtatVersion, editable=False)
    ecrit = models.JSONField("champs écrits", default=dict, blank=True, editable=False)
    decalage_s = models.BigIntegerField("décalage de l’horloge (s)", default=0)
    remarques = models.TextField("remarques", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    recu_le = models.DateTimeField("reçu le")

    class Meta:
        verbose_name = "version d’un envoi"
        verbose_name_plural = "versions des envois"
        ordering = ["envoi", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["envoi", "empreinte"],
                name="version_envoi_unique",
                violation_error_message="Ce contenu est déjà reçu.",
            ),
            models.UniqueConstraint(
                fields=["envoi"],
                condition=Q(etat=EtatVersion.APPLIQUEE),
                name="version_envoi_une_seule_appliquee",
                violation_error_message="Une seule version d’un envoi est appliquée.",
            ),
            models.CheckConstraint(
                name="version_envoi_etat_connu",
                condition=Q(etat__in=EtatVersion.values),
                violation_error_message="Cet état de version n’existe pas.",
            ),
        ]

    def __str__(self):
        return f"{self.envoi_id} {self.get_etat_display()} {self.recu_le:%d/%m/%Y %H:%M}"


class PhotoEnAttente(models.Model):
    """A photo that came before its constat exists: cleaned, stored, joined when the desk attaches the sending."""

    envoi = models.ForeignKey(
        EnvoiTerrain, verbose_name="envoi", on_delete=models.CASCADE, related_name="photos_en_attente"
    )
    sha256 = models.CharField("empreinte du fichier", max_length=64)
    principale = models.FileField("fichier", max_length=200)
    impression = models.FileField("fichier pour l’impression", max_length=200)
    vignette = models.FileField("vignette", max_length=200)
    largeur = models.PositiveIntegerField("largeur (px)")
    hauteur = models.PositiveIntegerField("hauteur (px)")
    prise_le = models.DateTimeField("prise le", null=True, blank=True)
    lon = models.DecimalField("longitude", max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField("latitude", max_digits=9, decimal_places=6, null=True, blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    recue_le = models.DateTimeField("reçue le")

    class Meta:
        verbose_name = "photo en attente"
        verbose_name_plural = "photos en attente"
        ordering = ["envoi", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["envoi", "sha256"],
                name="photo_en_attente_unique",
                violation_error_message="Cette photo est déjà reçue.",
            )
        ]

    def __str__(self):
        return f"Photo en attente de l’envoi {self.envoi_id}"


class Revue(models.Model):
    """A constat of the last walk, seen again on the spot."""

    envoi = models.OneToOneField(EnvoiTerrain, verbose_name="envoi", on_delete=models.PROTECT, related_name="revue")
    constat = models.ForeignKey(Constat, verbose_name="constat", on_delete=models.PROTECT, related_name="revues")
    diagnostic = models.ForeignKey(
        Diagnostic, verbose_name="diagnostic", on_delete=models.SET_NULL, null=True, blank=True, related_name="revues"
    )
    verdict = models.CharField("verdict", max_length=8, choices=VerdictRevue)
    commentaire = models.TextField("commentaire", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le")

    class Meta:
        verbose_name = "revue"
        verbose_name_plural = "revues"
        ordering = ["constat", "le", "pk"]
        constraints = [
            models.CheckConstraint(
                name="revue_verdict_connu",
                condition=Q(verdict__in=VerdictRevue.values),
                violation_error_message="Ce verdict n’existe pas.",
            )
        ]

    def __str__(self):
        return f"{self.constat_id} {self.get_verdict_display().lower()} {self.le:%d/%m/%Y}"


class TraceMarche(models.Model):
    """Where a telephone went during a walk: points [longitude, latitude, precision in metres or null, seconds]."""

    envoi = models.OneToOneField(EnvoiTerrain, verbose_name="envoi", on_delete=models.PROTECT, related_name="trace")
    diagnostic = models.ForeignKey(
        Diagnostic, verbose_name="diagnostic", on_delete=models.CASCADE, related_name="traces"
    )
    debut_le = models.DateTimeField("début")
    points = models.JSONField("points", default=list)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "tracé de marche"
        verbose_name_plural = "tracés de marche"
        ordering = ["diagnostic", "debut_le", "pk"]

    def __str__(self):
        return f"Tracé du {self.debut_le:%d/%m/%Y %H:%M}"
