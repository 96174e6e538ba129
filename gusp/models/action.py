"""The action plan: convention, axes, actions, steps and dated news."""

from datetime import timedelta
from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from comptes.models import Utilisateur
from gusp.enums import EtatAction, OrigineAction, Participation, PrioriteAction
from quartiers.models import Organisme, Quartier
from socle.contraintes import dates_ordonnees, montant_positif
from socle.recherche import CONFIG, requete

#: An open action without news for that many days is « sans nouvelles » (own proposal, domaine 2.6).
JOURS_SANS_NOUVELLES = 60


class ConventionGusp(models.Model):
    """The GUSP convention in force: its axes are typed by the référent, never invented."""

    titre = models.CharField("titre", max_length=200)
    signee_le = models.DateField("signée le", null=True, blank=True)
    debut_le = models.DateField("début", null=True, blank=True)
    fin_le = models.DateField("fin", null=True, blank=True)
    signataires = models.ManyToManyField(Organisme, verbose_name="signataires", blank=True, related_name="+")
    demonstration = models.BooleanField("donnée de démonstration", default=False)

    class Meta:
        verbose_name = "convention GUSP"
        verbose_name_plural = "conventions GUSP"
        ordering = ["-debut_le", "-pk"]
        constraints = [
            dates_ordonnees(
                "debut_le", "fin_le", name="convention_gusp_dates_ordonnees", message="La fin suit le début."
            )
        ]

    def __str__(self):
        return self.titre


class Axe(models.Model):
    """An axis of the convention."""

    convention = models.ForeignKey(
        ConventionGusp, verbose_name="convention", on_delete=models.PROTECT, related_name="axes"
    )
    ordre = models.PositiveSmallIntegerField("ordre")
    libelle = models.CharField("libellé", max_length=160)
    objectifs = models.TextField("objectifs", blank=True)

    class Meta:
        verbose_name = "axe"
        verbose_name_plural = "axes"
        ordering = ["convention", "ordre"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "ordre"],
                name="axe_ordre_unique",
                violation_error_message="Deux axes portent le même numéro.",
            )
        ]

    def __str__(self):
        return f"{self.ordre}. {self.libelle}"


class ActionQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Actions of the quartiers that the person reads; a partner those that it leads or joins."""
        perimetre = utilisateur.perimetre
        if perimetre.est_partenaire:
            siennes = Q(organisme_id=perimetre.organisme_id) | Q(partenaires=perimetre.organisme_id)
            ids = self.model.objects.filter(siennes, confidentiel=False).values("pk")
            return self.filter(pk__in=ids)
        ids, service = perimetre.quartier_ids, perimetre.quartier_ids_service
        visibles = self if ids is None else self.filter(_dans(ids))
        if service is None:
            return visibles
        return visibles.filter(Q(confidentiel=False) | _dans(service)) if service else visibles.publiques()

    def publiques(self):
        return self.filter(confidentiel=False)

    def ouvertes(self):
        return self.filter(etat__in=EtatAction.OUVERTES)

    def en_retard(self, *, au):
        """Open and past their due date on that day."""
        return self.ouvertes().filter(echeance_le__lt=au)

    def sans_nouvelles(self, *, au, jours=JOURS_SANS_NOUVELLES):
        """Open, started, and without dated news for `jours` days."""
        limite = au - timedelta(days=jours)
        return self.ouvertes().filter(Q(nouvelle_le__isnull=True) | Q(nouvelle_le__lt=limite))

    def du_quartier(self, quartier):
        return self.filter(_dans([quartier.pk]))

    def cherchant(self, texte):
        """Full text; a code (« A-2026-014 ») is found too."""
        texte = (texte or "").strip()
        if texte[:2].upper() == "A-" and " " not in texte:
            return self.filter(code__istartswith=texte)
        return self.filter(recherche=requete(texte)) if texte else self

    def pour_la_liste(self):
        """What a row of the table shows: two queries, without the long texts nor the outlines."""
        quartiers = Quartier.objects.only("code", "nom", "nom_tri", "ordre")
        return (
            self.select_related("axe", "organisme", "pilote")
            .prefetch_related(models.Prefetch("quartiers", quartiers))
            .defer("contexte", "objectifs", "contenu", "resultats_attendus", "recherche")
        )


def _dans(ids):
    """Actions touching one of the quartiers, without multiplying rows."""
    return Q(pk__in=Action.quartiers.through.objects.filter(quartier_id__in=ids).values("action_id"))


class Action(models.Model):
    """A fiche action of the GUSP plan."""

    code = models.CharField("code", max_length=20, unique=True, editable=False)
    titre = models.CharField("titre", max_length=200)
    quartiers = models.ManyToManyField(Quartier, verbose_name="quartiers", related_name="actions")
    axe = models.ForeignKey(
        Axe, verbose_name="axe", on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    contexte = models.TextField("constat, contexte", blank=True)
    objectifs = models.TextField("objectifs", blank=True)
    contenu = models.TextField("contenu", blank=True)
    resultats_attendus = models.TextField("résultats attendus", blank=True)
    public_vise = models.CharField("public visé", max_length=200, blank=True)
    indicateur = models.CharField("indicateur", max_length=200, blank=True)
    organisme = models.ForeignKey(
        Organisme,
        verbose_name="organisme pilote",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
    )
    pilote = models.ForeignKey(
        Utilisateur, verbose_name="pilote", on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    partenaires = models.ManyToManyField(
        Organisme, verbose_name="partenaires", blank=True, related_name="actions_jointes"
    )
    origine = models.CharField("origine", max_length=12, choices=OrigineAction, default=OrigineAction.CONVENTION)
    priorite = models.CharField("priorité", max_length=8, choices=PrioriteAction, default=PrioriteAction.MOYENNE)
    participation = models.CharField(
        "participation des habitants", max_length=16, choices=Participation, default=Participation.AUCUNE
    )
    etat = models.CharField("état", max_length=12, choices=EtatAction, default=EtatAction.A_VENIR, editable=False)
    blocage = models.CharField("ce qui bloque", max_length=300, blank=True, editable=False)
    avancement = models.PositiveSmallIntegerField("avancement (%)", default=0, editable=False)
    debut_le = models.DateField("début", null=True, blank=True)
    echeance_le = models.DateField("échéance", null=True, blank=True)
    realisee_le = models.DateField("réalisée le", null=True, blank=True, editable=False)
    recurrente = models.BooleanField("reconduite chaque année", default=False)
    nouvelle_le = models.DateField("dernières nouvelles le", null=True, blank=True, editable=False)
    nouvelle = models.TextField("dernières nouvelles", blank=True, editable=False)
    budget_prevu = models.DecimalField("budget prévu (€ TTC)", max_digits=12, decimal_places=2, null=True, blank=True)
    budget_realise = models.DecimalField(
        "budget réalisé (€ TTC)", max_digits=12, decimal_places=2, null=True, blank=True
    )
    budget_situation_le = models.DateField("situation du budget au", null=True, blank=True)
    financeurs = models.CharField("financeurs", max_length=200, blank=True)
    porter_au_copil = models.BooleanField("à porter au COPIL", default=False)
    confidentiel = models.BooleanField("confidentielle", default=False)
    recherche = models.GeneratedField(
        expression=SearchVector("code", "titre", "contexte", "contenu", "nouvelle", config=CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    cree_par = models.ForeignKey(
        Utilisateur, verbose_name="créée par", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    cree_le = models.DateTimeField("créée le", auto_now_add=True)
    modifie_le = models.DateTimeField("modifiée le", auto_now=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = "action"
        verbose_name_plural = "actions"
        ordering = ["code"]
        indexes = [
            models.Index("etat", "echeance_le", name="action_etat_echeance"),
            GinIndex(fields=["recherche"], name="action_recherche"),
        ]
        constraints = [
            models.CheckConstraint(
                name="action_avancement_en_pourcent",
                condition=Q(avancement__lte=100),
                violation_error_message="L’avancement va de 0 à 100 %.",
            ),
            models.CheckConstraint(
                name="action_realisee_si_et_seulement_si_date",
                condition=Q(etat=EtatAction.REALISEE, realisee_le__isnull=False, avancement=100)
                | (~Q(etat=EtatAction.REALISEE) & Q(realisee_le__isnull=True)),
                violation_error_message="Une action réalisée porte une date et 100 %, et elle seule.",
            ),
            models.CheckConstraint(
                name="action_bloquee_dit_pourquoi",
                condition=~Q(etat=EtatAction.BLOQUEE) | ~Q(blocage=""),
                violation_error_message="Une action bloquée dit ce qui la bloque.",
            ),
            models.CheckConstraint(
                name="action_etat_connu",
                condition=Q(etat__in=EtatAction.values),
                violation_error_message="Cet état n’existe pas.",
            ),
            dates_ordonnees(
                "debut_le", "echeance_le", name="action_dates_ordonnees", message="L’échéance suit le début."
            ),
            montant_positif("budget_prevu", name="action_budget_prevu_positif", message="Le budget prévu est positif."),
            montant_positif(
                "budget_realise", name="action_budget_realise_positif", message="Le budget réalisé est positif."
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.titre}"

    def get_absolute_url(self):
        return reverse("gusp:action_fiche", args=[self.pk])

    @property
    def allure(self) -> str:
        return EtatAction(self.etat).allure

    @property
    def est_ouverte(self) -> bool:
        return self.etat in EtatAction.OUVERTES

    def retard_jours(self, *, au) -> int:
        """Days past the due date on that day, 0 when not late."""
        if not self.est_ouverte or self.echeance_le is None:
            return 0
        return max(0, (au - self.echeance_le).days)

    def est_sans_nouvelles(self, *, au) -> bool:
        return self.est_ouverte and (self.nouvelle_le is None or (au - self.nouvelle_le).days > JOURS_SANS_NOUVELLES)

    @property
    def _faits(self) -> dict[str, bool]:
        """Facts that a COPIL asks for, and whether each is known."""
        return {
            "contexte": bool(self.contexte),
            "objectifs": bool(self.objectifs),
            "contenu": bool(self.contenu),
            "pilote ou organisme": bool(self.organisme_id or self.pilote_id),
            "axe": self.axe_id is not None,
            "début": self.debut_le is not None,
            "échéance": self.echeance_le is not None,
            "indicateur": bool(self.indicateur),
            "dernières nouvelles": self.nouvelle_le is not None,
            "budget prévu": self.budget_prevu is not None,
        }

    @property
    def completude(self) -> int:
        """Share of the facts that a COPIL asks for, in percent (pilot, axis, dates, indicator, news…)."""
        faits = self._faits
        return round(Decimal(sum(faits.values())) * 100 / len(faits))

    @property
    def manques(self) -> list[str]:
        """Words of the facts that are missing."""
        return [mot for mot, connu in self._faits.items() if not connu]


class EtapeAction(models.Model):
    """A dated step of an action."""

    action = models.ForeignKey(Action, verbose_name="action", on_delete=models.CASCADE, related_name="etapes")
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    libelle = models.CharField("libellé", max_length=200)
    responsable = models.CharField("qui (fonction ou organisme)", max_length=120, blank=True)
    prevue_le = models.DateField("prévue le", null=True, blank=True)
    faite_le = models.DateField("faite le", null=True, blank=True)

    class Meta:
        verbose_name = "étape d’action"
        verbose_name_plural = "étapes d’actions"
        ordering = ["action", "ordre", "prevue_le", "pk"]

    def __str__(self):
        return self.libelle


class PointAvancement(models.Model):
    """Append-only dated news of an action, with its state and progress on that day (the journal of the action)."""

    action = models.ForeignKey(Action, verbose_name="action", on_delete=models.PROTECT, related_name="points")
    le = models.DateField("le")
    texte = models.TextField("nouvelles", blank=True)
    de = models.CharField("de", max_length=12, choices=EtatAction, blank=True)
    vers = models.CharField("vers", max_length=12, choices=EtatAction, blank=True)
    avancement = models.PositiveSmallIntegerField("avancement (%)")
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    note_le = models.DateTimeField("noté le", auto_now_add=True)

    class Meta:
        verbose_name = "point d’avancement"
        verbose_name_plural = "points d’avancement"
        ordering = ["-le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="point_avancement_en_pourcent",
                condition=Q(avancement__lte=100),
                violation_error_message="L’avancement va de 0 à 100 %.",
            )
        ]

    def __str__(self):
        return f"{self.action_id} {self.le:%d/%m/%Y}"
