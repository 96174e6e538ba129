"""The dossier of a meeting: editions, sections, frozen content, printings."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from comptes.models import Utilisateur
from pilotage.enums import EtatDossier, EtatImpression, GenreSection
from quartiers.models import Quartier

from .instance import Seance


class DossierQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """The service and the administrateur read all; other readers what is frozen; partners nothing."""
        perimetre = utilisateur.perimetre
        if perimetre.est_partenaire or perimetre.est_vide:
            return self.none()
        if perimetre.a_role("responsable", "referent_thematique", "referent_territorial", "administrateur"):
            return self
        return self.figes()

    def figes(self):
        return self.filter(etat__in=EtatDossier.FIGES)

    def dernier_fige_avant(self, seance):
        """Last frozen edition of an earlier meeting of the same instance: what was shown last time; or None."""
        return (
            self.figes()
            .filter(seance__instance_id=seance.instance_id, seance__tenue_le__lt=seance.tenue_le)
            .order_by("-seance__tenue_le", "-edition")
            .first()
        )


class Dossier(models.Model):
    """One edition of the dossier of a meeting; frozen, it is a copy that nothing changes any more."""

    seance = models.ForeignKey(Seance, verbose_name="séance", on_delete=models.PROTECT, related_name="dossiers")
    edition = models.PositiveSmallIntegerField("édition", default=1, editable=False)
    titre = models.CharField("titre", max_length=200)
    sous_titre = models.CharField("sous-titre", max_length=200, blank=True)
    quartiers = models.ManyToManyField(Quartier, verbose_name="quartiers", related_name="+")
    arrete_le = models.DateField("données arrêtées au")
    etat = models.CharField("état", max_length=10, choices=EtatDossier, default=EtatDossier.BROUILLON, editable=False)
    note_edition = models.CharField("ce qui change dans cette édition", max_length=300, blank=True)
    contenu = models.JSONField("contenu figé", null=True, blank=True, editable=False)
    contenu_sha256 = models.CharField("empreinte du contenu", max_length=64, blank=True, editable=False)
    fige_le = models.DateTimeField("figé le", null=True, blank=True, editable=False)
    fige_par = models.ForeignKey(
        Utilisateur, verbose_name="figé par", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    diffuse_le = models.DateField("diffusé le", null=True, blank=True, editable=False)
    pdf = models.FileField("PDF", max_length=200, blank=True, editable=False)
    pdf_sha256 = models.CharField("empreinte du PDF", max_length=64, blank=True, editable=False)
    pdf_taille = models.PositiveIntegerField("taille du PDF (octets)", null=True, blank=True, editable=False)
    pdf_pages = models.PositiveSmallIntegerField("pages", null=True, blank=True, editable=False)
    cree_par = models.ForeignKey(
        Utilisateur, verbose_name="créé par", on_delete=models.PROTECT, editable=False, related_name="+"
    )
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier"
        verbose_name_plural = "dossiers"
        ordering = ["-seance__tenue_le", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["seance", "edition"],
                name="dossier_edition_unique",
                violation_error_message="Cette édition existe déjà.",
            ),
            models.CheckConstraint(
                name="dossier_fige_si_et_seulement_si_contenu",
                condition=Q(etat__in=EtatDossier.FIGES, contenu__isnull=False, fige_le__isnull=False)
                & ~Q(contenu_sha256="")
                | Q(
                    etat__in=EtatDossier.MODIFIABLES,
                    contenu__isnull=True,
                    fige_le__isnull=True,
                    contenu_sha256="",
                ),
                violation_error_message="Un dossier figé porte son contenu, et lui seul.",
            ),
            models.CheckConstraint(
                name="dossier_diffuse_si_et_seulement_si_date",
                condition=Q(etat=EtatDossier.DIFFUSE, diffuse_le__isnull=False)
                | (~Q(etat=EtatDossier.DIFFUSE) & Q(diffuse_le__isnull=True)),
                violation_error_message="Un dossier diffusé porte la date de sa diffusion, et lui seul.",
            ),
        ]

    def __str__(self):
        return f"{self.titre}, édition {self.edition}"

    def get_absolute_url(self):
        return reverse("pilotage:dossier_fiche", args=[self.pk])

    @property
    def est_modifiable(self) -> bool:
        return self.etat in EtatDossier.MODIFIABLES

    @property
    def allure(self) -> str:
        return EtatDossier(self.etat).allure


class SectionDossier(models.Model):
    """A section chosen for the dossier, with the text that the agent writes above the data."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.CASCADE, related_name="sections")
    genre = models.CharField("section", max_length=16, choices=GenreSection)
    ordre = models.PositiveSmallIntegerField("ordre")
    incluse = models.BooleanField("incluse", default=True)
    texte = models.TextField("texte", blank=True)
    modifie_par = models.ForeignKey(
        Utilisateur, verbose_name="modifiée par", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    modifie_le = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        verbose_name = "section de dossier"
        verbose_name_plural = "sections de dossiers"
        ordering = ["dossier", "ordre"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "genre"],
                name="section_unique_dans_le_dossier",
                violation_error_message="Cette section est déjà dans le dossier.",
            )
        ]

    def __str__(self):
        return self.get_genre_display()


class ImageDossier(models.Model):
    """A picture copied into a frozen dossier, found by its hash, so that later changes of photos touch nothing."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="images")
    sha256 = models.CharField("empreinte", max_length=64)
    fichier = models.FileField("fichier", max_length=200)

    class Meta:
        verbose_name = "image de dossier"
        verbose_name_plural = "images de dossiers"
        ordering = ["dossier", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "sha256"],
                name="image_unique_dans_le_dossier",
                violation_error_message="Cette image est déjà dans le dossier.",
            )
        ]

    def __str__(self):
        return self.sha256[:12]


class MouvementDossier(models.Model):
    """Append-only journal of a dossier."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="mouvements")
    de = models.CharField("de", max_length=10, choices=EtatDossier, blank=True)
    vers = models.CharField("vers", max_length=10, choices=EtatDossier)
    commentaire = models.TextField("commentaire", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le")

    class Meta:
        verbose_name = "mouvement de dossier"
        verbose_name_plural = "mouvements de dossiers"
        ordering = ["-le", "-pk"]

    def __str__(self):
        return f"{self.dossier_id} {self.get_vers_display()}"


class Impression(models.Model):
    """A PDF being made by the worker: its progress survives a reload and a killed process."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="impressions")
    etat = models.CharField(
        "état", max_length=10, choices=EtatImpression, default=EtatImpression.DEMANDEE, editable=False
    )
    avancement = models.PositiveSmallIntegerField("avancement (%)", default=0, editable=False)
    etape = models.CharField("étape", max_length=120, blank=True, editable=False)
    erreur = models.TextField("erreur", blank=True, editable=False)
    fichier = models.FileField("PDF", max_length=200, blank=True, editable=False)
    sha256 = models.CharField("empreinte", max_length=64, blank=True, editable=False)
    pages = models.PositiveSmallIntegerField("pages", null=True, blank=True, editable=False)
    secondes = models.DecimalField("durée (s)", max_digits=7, decimal_places=2, null=True, blank=True, editable=False)
    demandee_par = models.ForeignKey(
        Utilisateur, verbose_name="demandée par", on_delete=models.PROTECT, editable=False, related_name="+"
    )
    demandee_le = models.DateTimeField("demandée le", auto_now_add=True)
    battement_le = models.DateTimeField("dernier signe de vie", null=True, blank=True, editable=False)
    finie_le = models.DateTimeField("finie le", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "impression"
        verbose_name_plural = "impressions"
        ordering = ["-demandee_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(etat__in=EtatImpression.ACTIVES),
                name="impression_une_a_la_fois",
                violation_error_message="Ce dossier est déjà en cours d’impression.",
            ),
            models.CheckConstraint(
                name="impression_prete_a_un_fichier",
                condition=~Q(etat=EtatImpression.PRETE) | (~Q(fichier="") & ~Q(sha256="")),
                violation_error_message="Une impression prête porte son fichier.",
            ),
        ]

    def __str__(self):
        return f"Impression {self.pk} du dossier {self.dossier_id}"
