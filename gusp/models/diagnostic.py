"""A walk, its stops, and who took part."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from comptes.models import Utilisateur
from gusp.enums import EtatDiagnostic, GenreDiagnostic, GroupeParticipant
from quartiers.models import Organisme, Quartier, Secteur
from socle.contraintes import dates_ordonnees


class DiagnosticQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Walks of the quartiers that the person reads; a partner sees none."""
        ids = utilisateur.perimetre.quartier_ids
        return self if ids is None else self.filter(quartier_id__in=ids)

    def a_venir(self, *, au):
        return self.filter(etat=EtatDiagnostic.PREPARATION, prevu_le__gte=au).order_by("prevu_le", "heure_debut")

    def tenus(self):
        return self.filter(etat__in=EtatDiagnostic.TENUS)

    def tenus_entre(self, debut, fin):
        """Walks held after `debut` (excluded, None for ever) and until `fin`."""
        tenus = self.tenus().filter(prevu_le__lte=fin)
        return tenus if debut is None else tenus.filter(prevu_le__gt=debut)


class Diagnostic(models.Model):
    """A walk in a quartier, with partners and residents."""

    quartier = models.ForeignKey(
        Quartier, verbose_name="quartier", on_delete=models.PROTECT, related_name="diagnostics"
    )
    secteur = models.ForeignKey(
        Secteur, verbose_name="secteur", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    genre = models.CharField("genre", max_length=12, choices=GenreDiagnostic, default=GenreDiagnostic.MARCHE)
    annee = models.PositiveSmallIntegerField("année", editable=False)
    numero = models.PositiveSmallIntegerField("numéro dans l’année", editable=False)
    intitule = models.CharField("intitulé", max_length=120)
    prevu_le = models.DateField("date")
    heure_debut = models.TimeField("heure de début", null=True, blank=True)
    heure_fin = models.TimeField("heure de fin", null=True, blank=True)
    lieu_rendez_vous = models.CharField("lieu de rendez-vous", max_length=160, blank=True)
    meteo = models.CharField("météo", max_length=60, blank=True)
    organisateur = models.ForeignKey(
        Organisme, verbose_name="organisateur", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    referent = models.ForeignKey(
        Utilisateur,
        verbose_name="référent",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="diagnostics",
    )
    precedent = models.ForeignKey(
        "self",
        verbose_name="diagnostic précédent",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suivants",
    )
    parcours = models.JSONField("parcours", null=True, blank=True, help_text="LineString GeoJSON, WGS84.")
    raisons = models.TextField("pourquoi ce parcours", blank=True)
    etat = models.CharField(
        "état", max_length=16, choices=EtatDiagnostic, default=EtatDiagnostic.PREPARATION, editable=False
    )
    releve_diffuse_le = models.DateField("relevé diffusé le", null=True, blank=True, editable=False)
    restitution_prevue_le = models.DateField("restitution prévue le", null=True, blank=True)
    restitution_lieu = models.CharField("lieu de la restitution", max_length=160, blank=True)
    restitue_le = models.DateField("restitué le", null=True, blank=True, editable=False)
    habitants_femmes = models.PositiveSmallIntegerField("femmes", null=True, blank=True)
    habitants_hommes = models.PositiveSmallIntegerField("hommes", null=True, blank=True)
    habitants_jeunes = models.PositiveSmallIntegerField("dont jeunes (moins de 25 ans)", null=True, blank=True)
    habitants_seniors = models.PositiveSmallIntegerField("dont seniors (65 ans et plus)", null=True, blank=True)
    notes = models.TextField("notes", blank=True)
    dernier_numero = models.PositiveIntegerField("dernier numéro de constat", default=0, editable=False)
    cree_par = models.ForeignKey(
        Utilisateur, verbose_name="créé par", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    objects = DiagnosticQuerySet.as_manager()

    class Meta:
        verbose_name = "diagnostic"
        verbose_name_plural = "diagnostics"
        ordering = ["-prevu_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["quartier", "annee", "numero"],
                name="diagnostic_numero_unique",
                violation_error_message="Ce numéro de diagnostic est déjà pris dans ce quartier.",
            ),
            models.CheckConstraint(
                name="diagnostic_releve_diffuse_a_une_date",
                condition=~Q(etat__in=["releve_diffuse", "restitue", "clos"]) | Q(releve_diffuse_le__isnull=False),
                violation_error_message="Un relevé diffusé porte la date de sa diffusion.",
            ),
            models.CheckConstraint(
                name="diagnostic_restitue_a_une_date",
                condition=~Q(etat__in=["restitue", "clos"]) | Q(restitue_le__isnull=False),
                violation_error_message="Un diagnostic restitué porte la date de sa restitution.",
            ),
            dates_ordonnees(
                "prevu_le",
                "releve_diffuse_le",
                name="diagnostic_releve_apres_marche",
                message="Le relevé ne peut pas être diffusé avant la marche.",
            ),
            dates_ordonnees(
                "prevu_le",
                "restitue_le",
                name="diagnostic_restitution_apres_marche",
                message="La restitution ne peut pas précéder la marche.",
            ),
            dates_ordonnees(
                "heure_debut",
                "heure_fin",
                name="diagnostic_heures_ordonnees",
                message="L’heure de fin suit l’heure de début.",
            ),
            models.CheckConstraint(
                name="diagnostic_precedent_autre",
                condition=Q(precedent__isnull=True) | ~Q(precedent=models.F("pk")),
                violation_error_message="Un diagnostic ne se précède pas lui-même.",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.intitule}"

    def get_absolute_url(self):
        return reverse("gusp:diagnostic_fiche", args=[self.pk])

    @property
    def est_exploratoire(self) -> bool:
        """True for the walks where each constat may carry a principle."""
        return self.genre == GenreDiagnostic.EXPLORATOIRE

    @property
    def reference(self) -> str:
        """Printed reference, e.g. « SAN-2026-07 »."""
        return f"{self.quartier.code}-{self.annee}-{self.numero:02d}"

    @property
    def nombre_habitants(self) -> int | None:
        """Residents who walked; None when nobody counted."""
        comptes = [n for n in (self.habitants_femmes, self.habitants_hommes) if n is not None]
        return sum(comptes) if comptes else None


class Etape(models.Model):
    """A numbered stop of the walk."""

    diagnostic = models.ForeignKey(
        Diagnostic, verbose_name="diagnostic", on_delete=models.CASCADE, related_name="etapes"
    )
    numero = models.PositiveSmallIntegerField("numéro")
    libelle = models.CharField("libellé", max_length=120)
    lon = models.DecimalField("longitude", max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField("latitude", max_digits=9, decimal_places=6, null=True, blank=True)
    heure = models.TimeField("heure prévue", null=True, blank=True)
    attention = models.CharField("à regarder", max_length=160, blank=True)

    class Meta:
        verbose_name = "étape"
        verbose_name_plural = "étapes"
        ordering = ["diagnostic", "numero"]
        constraints = [
            models.UniqueConstraint(
                fields=["diagnostic", "numero"],
                name="etape_numero_unique",
                violation_error_message="Deux étapes portent le même numéro.",
            ),
            models.CheckConstraint(
                name="etape_position_complete",
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                violation_error_message="Une position a une longitude et une latitude.",
            ),
        ]

    def __str__(self):
        return f"{self.numero}. {self.libelle}"


class Participant(models.Model):
    """An organisme or a professional invited to a walk; residents are counted, not named."""

    diagnostic = models.ForeignKey(
        Diagnostic, verbose_name="diagnostic", on_delete=models.CASCADE, related_name="participants"
    )
    groupe = models.CharField("groupe", max_length=12, choices=GroupeParticipant)
    organisme = models.ForeignKey(
        Organisme, verbose_name="organisme", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    nom = models.CharField("nom (professionnels seulement)", max_length=120, blank=True)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    present = models.BooleanField("présent", null=True, blank=True)

    class Meta:
        verbose_name = "participant"
        verbose_name_plural = "participants"
        ordering = ["diagnostic", "groupe", "pk"]
        constraints = [
            models.CheckConstraint(
                name="participant_habitant_sans_nom",
                condition=~Q(groupe="habitants") | Q(nom=""),
                violation_error_message="On ne garde pas le nom des habitants : comptez-les seulement.",
            )
        ]

    def __str__(self):
        return self.nom or (str(self.organisme) if self.organisme else self.get_groupe_display())


class MouvementDiagnostic(models.Model):
    """Append-only journal of a walk (a trigger refuses any rewriting)."""

    diagnostic = models.ForeignKey(
        Diagnostic, verbose_name="diagnostic", on_delete=models.PROTECT, related_name="mouvements"
    )
    de = models.CharField("de", max_length=16, choices=EtatDiagnostic, blank=True)
    vers = models.CharField("vers", max_length=16, choices=EtatDiagnostic)
    commentaire = models.TextField("commentaire", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le")

    class Meta:
        verbose_name = "mouvement de diagnostic"
        verbose_name_plural = "mouvements de diagnostics"
        ordering = ["-le", "-pk"]

    def __str__(self):
        return f"{self.diagnostic_id} {self.get_vers_display()}"
