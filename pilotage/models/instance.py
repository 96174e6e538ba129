"""Instances, their meetings, agendas and decisions."""

from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.urls import reverse

from comptes.models import Utilisateur
from pilotage.enums import EtatDecision, EtatSeance, GenreInstance, GenrePoint
from quartiers.models import Organisme, Quartier
from socle.recherche import CONFIG, requete


class Instance(models.Model):
    """A body that meets: COPIL, COTECH, GTU…"""

    nom = models.CharField("nom", max_length=120, unique=True)
    genre = models.CharField("genre", max_length=20, choices=GenreInstance)
    organisateur = models.ForeignKey(
        Organisme, verbose_name="organisateur", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quartiers = models.ManyToManyField(
        Quartier, verbose_name="quartiers", blank=True, related_name="instances", help_text="Vide : les 8 quartiers."
    )
    membres = models.ManyToManyField(Organisme, verbose_name="membres", blank=True, related_name="instances")
    rythme = models.CharField("rythme", max_length=120, blank=True)
    active = models.BooleanField("active", default=True)

    class Meta:
        verbose_name = "instance"
        verbose_name_plural = "instances"
        ordering = ["nom"]

    def __str__(self):
        return self.nom


class SeanceQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Everybody but partners reads the meetings (their dossiers hold nothing confidential)."""
        return self.none() if utilisateur.perimetre.est_partenaire or utilisateur.perimetre.est_vide else self

    def a_venir(self, *, au):
        return self.filter(etat=EtatSeance.PREVUE, tenue_le__gte=au).order_by("tenue_le", "heure")

    def du_quartier(self, quartier):
        """Meetings of the instances that cover this quartier (an instance without quartier covers all of them)."""
        couvrent = Instance.objects.filter(Q(quartiers=quartier) | Q(quartiers__isnull=True))
        return self.filter(instance__in=couvrent)

    def precedente(self, seance):
        """Last meeting of the same instance held before this one, or None."""
        return (
            self.filter(instance_id=seance.instance_id, etat=EtatSeance.TENUE, tenue_le__lt=seance.tenue_le)
            .order_by("-tenue_le", "-pk")
            .first()
        )


class Seance(models.Model):
    """One meeting of an instance."""

    instance = models.ForeignKey(Instance, verbose_name="instance", on_delete=models.PROTECT, related_name="seances")
    tenue_le = models.DateField("date")
    heure = models.TimeField("heure", null=True, blank=True)
    duree_minutes = models.PositiveSmallIntegerField("durée (minutes)", default=120)
    lieu = models.CharField("lieu", max_length=160, blank=True)
    etat = models.CharField("état", max_length=8, choices=EtatSeance, default=EtatSeance.PREVUE, editable=False)
    notes = models.TextField("notes de préparation", blank=True)
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    modifie_le = models.DateTimeField("modifiée le", auto_now=True)

    objects = SeanceQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        verbose_name_plural = "séances"
        ordering = ["-tenue_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "tenue_le"],
                name="seance_unique_par_jour",
                violation_error_message="Cette instance a déjà une séance ce jour-là.",
            ),
            models.CheckConstraint(
                name="seance_etat_connu",
                condition=Q(etat__in=EtatSeance.values),
                violation_error_message="Cet état n’existe pas.",
            ),
        ]

    def __str__(self):
        return f"{self.instance} du {self.tenue_le:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("pilotage:seance_fiche", args=[self.pk])


class PointOrdreDuJour(models.Model):
    """A point of the agenda."""

    seance = models.ForeignKey(Seance, verbose_name="séance", on_delete=models.CASCADE, related_name="points")
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    titre = models.CharField("titre", max_length=200)
    rapporteur = models.CharField("rapporteur (fonction)", max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField("minutes", default=10)
    genre = models.CharField("genre", max_length=12, choices=GenrePoint, default=GenrePoint.INFORMATION)
    texte = models.TextField("question posée, proposition", blank=True)

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ["seance", "ordre", "pk"]

    def __str__(self):
        return self.titre


class DecisionQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Everybody but partners reads the register; a partner reads what it must do."""
        perimetre = utilisateur.perimetre
        if perimetre.est_partenaire:
            return self.filter(responsable_id=perimetre.organisme_id)
        return self.none() if perimetre.est_vide else self

    def ouvertes(self):
        return self.filter(etat__in=EtatDecision.OUVERTES)

    def en_retard(self, *, au):
        return self.ouvertes().filter(echeance_le__lt=au)

    def suites_pour(self, seance, *, precedente):
        """What a meeting looks back on: decisions of the last one, and older ones of the instance still open."""
        avant = Q(seance__instance_id=seance.instance_id, seance__tenue_le__lt=seance.tenue_le)
        ouvertes = Q(etat__in=EtatDecision.OUVERTES)
        return self.filter(avant & (ouvertes | Q(seance=precedente)) if precedente else avant & ouvertes)

    def cherchant(self, texte):
        """Full text, accents and plurals forgiven; a number (« D-2026-03 ») is found too."""
        texte = (texte or "").strip()
        if texte[:2].upper() == "D-" and " " not in texte:
            return self.filter(numero__istartswith=texte)
        return self.alias(mots=SearchVector("texte", config=CONFIG)).filter(mots=requete(texte)) if texte else self

    def pour_la_liste(self):
        """What a row of the register shows, in one query."""
        return self.select_related("seance__instance", "responsable", "quartier")


class Decision(models.Model):
    """A decision of a meeting, followed until it is kept."""

    numero = models.CharField("numéro", max_length=16, unique=True, editable=False)
    seance = models.ForeignKey(Seance, verbose_name="séance", on_delete=models.PROTECT, related_name="decisions")
    point = models.ForeignKey(
        PointOrdreDuJour,
        verbose_name="point de l’ordre du jour",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
    )
    quartier = models.ForeignKey(
        Quartier, verbose_name="quartier", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    texte = models.TextField("décision")
    responsable = models.ForeignKey(
        Organisme, verbose_name="responsable", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    echeance_le = models.DateField("échéance", null=True, blank=True)
    etat = models.CharField("état", max_length=10, choices=EtatDecision, default=EtatDecision.OUVERTE, editable=False)
    tenue_le = models.DateField("tenue le", null=True, blank=True, editable=False)
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    modifie_le = models.DateTimeField("modifiée le", auto_now=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        verbose_name_plural = "décisions"
        ordering = ["-seance__tenue_le", "numero"]
        constraints = [
            models.CheckConstraint(
                name="decision_tenue_si_et_seulement_si_date",
                condition=Q(etat=EtatDecision.TENUE, tenue_le__isnull=False)
                | (~Q(etat=EtatDecision.TENUE) & Q(tenue_le__isnull=True)),
                violation_error_message="Une décision tenue porte une date, et elle seule.",
            ),
            models.CheckConstraint(
                name="decision_etat_connu",
                condition=Q(etat__in=EtatDecision.values),
                violation_error_message="Cet état n’existe pas.",
            ),
        ]

    def __str__(self):
        return f"{self.numero} {self.texte[:60]}"

    def get_absolute_url(self):
        return reverse("pilotage:decision_fiche", args=[self.pk])

    @property
    def allure(self) -> str:
        return EtatDecision(self.etat).allure

    def retard_jours(self, *, au) -> int:
        """Days past the due date on that day, 0 when not late."""
        if self.etat not in EtatDecision.OUVERTES or self.echeance_le is None:
            return 0
        return max(0, (au - self.echeance_le).days)


class MouvementDecision(models.Model):
    """Append-only journal of a decision."""

    decision = models.ForeignKey(Decision, verbose_name="décision", on_delete=models.PROTECT, related_name="mouvements")
    de = models.CharField("de", max_length=10, choices=EtatDecision, blank=True)
    vers = models.CharField("vers", max_length=10, choices=EtatDecision)
    commentaire = models.TextField("commentaire", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le")

    class Meta:
        verbose_name = "mouvement de décision"
        verbose_name_plural = "mouvements de décisions"
        ordering = ["-le", "-pk"]

    def __str__(self):
        return f"{self.decision_id} {self.get_vers_display()}"
