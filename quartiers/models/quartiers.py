"""The priority districts (QPV) and their sectors."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

from quartiers.enums import Indicateur, NiveauNpnru, OrigineContour
from socle.recherche import cle_tri


class QuartierQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Keep what the perimeter of a user covers (`quartier_ids` None means every quartier)."""
        ids = utilisateur.perimetre.quartier_ids
        return self if ids is None else self.filter(pk__in=ids)

    def avec_population(self):
        """Annotate the latest published population and its date (`population`, `population_date`)."""
        chiffres = self.model._meta.apps.get_model("quartiers", "ChiffreCle").objects
        derniere = chiffres.filter(
            quartier=OuterRef("pk"), indicateur=Indicateur.POPULATION, valeur__isnull=False
        ).order_by(F("annee").desc(nulls_last=True), "-pk")
        return self.annotate(
            population=Subquery(derniere.values("valeur")[:1]),
            population_date=Subquery(derniere.values("date_valeur")[:1]),
        )

    def npnru(self):
        """Keep the quartiers of the urban renewal programme."""
        return self.exclude(npnru="")


class Quartier(models.Model):
    """A priority district of the town, known by its official codes and drawn by its outline.

    `contour` is a GeoJSON Polygon or MultiPolygon (WGS84, 6 decimals); without it the quartier is drawn as a schematic
    circle around its centre.
    """

    code = models.CharField("code court", max_length=5, unique=True)
    nom = models.CharField("nom", max_length=100)
    nom_tri = models.CharField("clé de tri", max_length=120, editable=False, db_index=True)
    slug = models.SlugField("nom dans les adresses", unique=True)
    code_qpv = models.CharField("code QPV 2024", max_length=10, unique=True)
    code_qpv_2015 = models.CharField("code QPV 2015", max_length=10, blank=True)
    npnru = models.CharField("niveau NPNRU", max_length=10, choices=NiveauNpnru, blank=True)
    ordre = models.PositiveSmallIntegerField("ordre d’affichage", default=0)
    contour = models.JSONField("contour (GeoJSON)", null=True, blank=True)
    contour_origine = models.CharField(
        "origine du contour", max_length=12, choices=OrigineContour, default=OrigineContour.SCHEMATIQUE
    )
    contour_source = models.TextField("source du contour", blank=True)
    contour_le = models.DateField("contour importé le", null=True, blank=True)
    centre_lon = models.DecimalField("longitude du centre", max_digits=9, decimal_places=6)
    centre_lat = models.DecimalField("latitude du centre", max_digits=9, decimal_places=6)
    surface_ha = models.DecimalField("superficie (ha)", max_digits=7, decimal_places=2, null=True, blank=True)
    lieux = models.TextField("secteurs et repères", blank=True)

    objects = QuartierQuerySet.as_manager()

    class Meta:
        verbose_name = "quartier"
        verbose_name_plural = "quartiers"
        ordering = ["ordre", "nom_tri"]
        constraints = [
            models.CheckConstraint(
                name="quartier_contour_si_et_seulement_si_origine",
                condition=Q(contour__isnull=True, contour_origine=OrigineContour.SCHEMATIQUE)
                | (Q(contour__isnull=False) & ~Q(contour_origine=OrigineContour.SCHEMATIQUE)),
                violation_error_message="Un contour importé porte une origine (provisoire ou officiel), et lui seul.",
            ),
            models.CheckConstraint(
                name="quartier_centre_sur_terre",
                condition=Q(centre_lon__range=(-180, 180), centre_lat__range=(-90, 90)),
                violation_error_message="La longitude va de −180 à 180, la latitude de −90 à 90.",
            ),
            models.CheckConstraint(
                name="quartier_surface_positive",
                condition=Q(surface_ha__isnull=True) | Q(surface_ha__gt=0),
                violation_error_message="Une superficie est plus grande que zéro.",
            ),
        ]

    def __str__(self):
        return self.nom

    def save(self, *args, **kwargs):
        self.nom_tri = cle_tri(self.nom)
        if (champs := kwargs.get("update_fields")) is not None and "nom" in champs:
            kwargs["update_fields"] = {*champs, "nom_tri"}
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("quartiers:quartier_fiche", args=[self.slug])

    @property
    def est_provisoire(self) -> bool:
        """True when the outline is not the official one of 2024 (drawn dashed)."""
        return self.contour_origine != OrigineContour.OFFICIEL


class Secteur(models.Model):
    """A named part of a quartier."""

    quartier = models.ForeignKey(Quartier, models.CASCADE, related_name="secteurs", verbose_name="quartier")
    nom = models.CharField("nom", max_length=100)

    class Meta:
        verbose_name = "secteur"
        verbose_name_plural = "secteurs"
        ordering = ["quartier", "nom"]
        constraints = [
            models.UniqueConstraint(
                name="secteur_unique_par_quartier",
                fields=["quartier", "nom"],
                violation_error_message="Ce quartier a déjà un secteur de ce nom.",
            )
        ]

    def __str__(self):
        return self.nom
