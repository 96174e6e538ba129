"""What was seen, where, who answers for it, and what became of it."""

import uuid
from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least
from django.urls import reverse

from comptes.models import Utilisateur
from gusp.enums import (
    Ampleur,
    Canal,
    Domanialite,
    EtatConstat,
    GenreMouvement,
    Nature,
    Origine,
    Priorite,
    Recurrence,
    SourcePosition,
    Urgence,
)
from quartiers.models import Organisme, Quartier
from socle.contraintes import dates_ordonnees
from socle.recherche import CONFIG, requete

from .diagnostic import Diagnostic, Etape
from .dire import ConstatDit, titre_de
from .grille import Principe, SousTheme, Theme

#: Ampleur (1–3) + recurrence (0–2) gives 1 to 5; the higher, the more urgent (source: own proposal, domaine 1.5).
_RANG_AMPLEUR = models.Case(
    models.When(Q(ampleur=3, recurrence=2), then=1),
    models.When(Q(ampleur=3, recurrence=1) | Q(ampleur=2, recurrence=2), then=2),
    models.When(Q(ampleur=3, recurrence=0) | Q(ampleur=2, recurrence=1) | Q(ampleur=1, recurrence=2), then=3),
    default=4,
    output_field=models.SmallIntegerField(),
)


class ConstatQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Constats of the quartiers one reads, confidential ones only for the service; a partner its own."""
        perimetre = utilisateur.perimetre
        if perimetre.est_partenaire:
            siens = self.filter(organisme_id=perimetre.organisme_id, transmis_le__isnull=False, confidentiel=False)
            return siens.exclude(etat=EtatConstat.REORIENTE)
        ids, service = perimetre.quartier_ids, perimetre.quartier_ids_service
        visibles = self if ids is None else self.filter(quartier_id__in=ids)
        if service is None:
            return visibles
        return visibles.filter(Q(confidentiel=False) | Q(quartier_id__in=service)) if service else visibles.publics()

    def publics(self):
        """Without what is confidential: the only door to the dossiers and the restitutions."""
        return self.filter(confidentiel=False)

    def ouverts(self):
        return self.filter(ouvert=True)

    def a_qualifier(self):
        return self.filter(etat=EtatConstat.BROUILLON)

    def en_retard(self, *, au):
        """Open at the organisme's and past their due date on that day."""
        return self.ouverts().filter(echeance_le__lt=au)

    def a_relancer(self, *, au, jours=15):
        """Late, and not reminded within the last `jours` days."""
        limite = date.fromordinal(au.toordinal() - jours)
        return self.en_retard(au=au).filter(Q(relance_le__isnull=True) | Q(relance_le__lt=limite))

    def a_verifier(self):
        """Declared done by the organisme, not yet seen on the spot."""
        return self.filter(etat=EtatConstat.TRAITE)

    def cherchant(self, texte):
        """Full text, accents and plurals forgiven; a reference (« SAN-2026-07·12 ») is found too."""
        texte = (texte or "").strip()
        if not texte:
            return self
        if "-" in texte and any(c.isdigit() for c in texte) and " " not in texte:
            return self.filter(reference__startswith=texte.replace(".", "·").upper())
        return self.filter(recherche=requete(texte))

    def pour_la_liste(self):
        """What a row of the list shows, in one query."""
        return self.select_related("quartier", "theme", "organisme").defer(
            "recherche", "note_interne", "proposition", "reponse_publique", "motif"
        )


class Constat(ConstatDit, models.Model):
    """One thing seen during a walk (or reported elsewhere), numbered, situated, followed until it is checked."""

    client_uuid = models.UUIDField("identifiant du terrain", unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField("référence", max_length=24, unique=True, editable=False)
    numero = models.PositiveIntegerField("numéro", editable=False)
    quartier = models.ForeignKey(Quartier, verbose_name="quartier", on_delete=models.PROTECT, related_name="constats")
    diagnostic = models.ForeignKey(
        Diagnostic, verbose_name="diagnostic", on_delete=models.PROTECT, null=True, blank=True, related_name="constats"
    )
    etape = models.ForeignKey(
        Etape, verbose_name="étape", on_delete=models.SET_NULL, null=True, blank=True, related_name="constats"
    )
    origine = models.CharField("origine", max_length=12, choices=Origine, default=Origine.DIAGNOSTIC)
    releve_le = models.DateField("relevé le")

    nature = models.CharField("nature", max_length=12, choices=Nature, default=Nature.NEGATIF)
    theme = models.ForeignKey(
        Theme, verbose_name="thème", on_delete=models.PROTECT, null=True, blank=True, related_name="constats"
    )
    sous_theme = models.ForeignKey(
        SousTheme, verbose_name="sous-thème", on_delete=models.PROTECT, null=True, blank=True, related_name="constats"
    )
    principe = models.ForeignKey(
        Principe, verbose_name="principe", on_delete=models.PROTECT, null=True, blank=True, related_name="constats"
    )
    description = models.TextField(
        "description",
        blank=True,
        help_text="Ce que l’on voit et où. Ni nom de personne, ni santé, ni infraction.",
    )
    proposition = models.TextField("proposition des habitants", blank=True)
    ampleur = models.PositiveSmallIntegerField("ampleur", choices=Ampleur, default=Ampleur.PONCTUEL)
    recurrence = models.PositiveSmallIntegerField("récurrence", choices=Recurrence, default=Recurrence.NOUVEAU)
    urgence = models.PositiveSmallIntegerField("urgence", choices=Urgence, default=Urgence.U3)
    priorite_forcee = models.PositiveSmallIntegerField(
        "priorité fixée à la main", choices=Priorite, null=True, blank=True
    )
    priorite_motif = models.CharField("motif de la priorité fixée", max_length=200, blank=True)
    priorite = models.GeneratedField(
        verbose_name="priorité",
        expression=Coalesce("priorite_forcee", Least("urgence", _RANG_AMPLEUR)),
        output_field=models.PositiveSmallIntegerField(choices=Priorite),
        db_persist=True,
    )

    lon = models.DecimalField("longitude", max_digits=9, decimal_places=6, null=True, blank=True)
    lat = models.DecimalField("latitude", max_digits=9, decimal_places=6, null=True, blank=True)
    precision_m = models.PositiveIntegerField("précision (m)", null=True, blank=True)
    position_source = models.CharField("source de la position", max_length=8, choices=SourcePosition, blank=True)
    repere = models.CharField("adresse ou repère", max_length=200, blank=True)

    domanialite = models.CharField("domanialité", max_length=12, choices=Domanialite, default=Domanialite.A_DETERMINER)
    organisme = models.ForeignKey(
        Organisme,
        verbose_name="organisme responsable",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="constats",
    )
    reference_externe = models.CharField("référence chez l’organisme", max_length=80, blank=True)

    etat = models.CharField("état", max_length=16, choices=EtatConstat, default=EtatConstat.BROUILLON, editable=False)
    transmis_le = models.DateField("transmis le", null=True, blank=True, editable=False)
    echeance_le = models.DateField("réponse attendue le", null=True, blank=True)
    programme_le = models.DateField("programmé pour le", null=True, blank=True, editable=False)
    traite_le = models.DateField("traité le", null=True, blank=True, editable=False)
    verifie_le = models.DateField("vérifié le", null=True, blank=True, editable=False)
    relance_le = models.DateField("dernière relance", null=True, blank=True, editable=False)
    relances = models.PositiveSmallIntegerField("nombre de relances", default=0, editable=False)
    reponse_publique = models.TextField(
        "réponse publique", blank=True, help_text="La phrase que les habitants liront à la restitution."
    )
    motif = models.CharField("motif", max_length=300, blank=True, editable=False)
    note_interne = models.TextField("note interne", blank=True, help_text="Ne sort jamais d’un dossier ni d’un export.")
    confidentiel = models.BooleanField(
        "confidentiel",
        default=False,
        help_text="Tranquillité publique : caché des restitutions, dossiers et partenaires.",
    )
    doublon_de = models.ForeignKey(
        "self", verbose_name="doublon de", on_delete=models.PROTECT, null=True, blank=True, related_name="doublons"
    )
    action = models.ForeignKey(
        "gusp.Action",
        verbose_name="action liée",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="constats",
    )
    porter_au_copil = models.BooleanField("à porter au COPIL", default=False)
    photos_nombre = models.PositiveSmallIntegerField("nombre de photos", default=0, editable=False)

    ouvert = models.GeneratedField(
        verbose_name="ouvert",
        expression=Q(etat__in=EtatConstat.OUVERTS) & ~Q(etat=EtatConstat.QUALIFIE, nature=Nature.POSITIF),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    recherche = models.GeneratedField(
        expression=SearchVector("description", "proposition", "repere", config=CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    cree_par = models.ForeignKey(
        Utilisateur, verbose_name="relevé par", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    modifie_le = models.DateTimeField("modifié le", auto_now=True)

    objects = ConstatQuerySet.as_manager()

    class Meta:
        verbose_name = "constat"
        verbose_name_plural = "constats"
        ordering = ["-releve_le", "-pk"]
        indexes = [
            models.Index("releve_le", "id", name="constat_par_date"),
            models.Index("quartier", "releve_le", "id", name="constat_quartier_date"),
            models.Index("releve_le", "id", name="constat_ouvert_date", condition=Q(ouvert=True)),
            models.Index("quartier", "releve_le", "id", name="constat_ouvert_quartier_date", condition=Q(ouvert=True)),
            models.Index("organisme", "echeance_le", "id", name="constat_ouvert_organisme", condition=Q(ouvert=True)),
            models.Index("echeance_le", "id", name="constat_ouvert_echeance", condition=Q(ouvert=True)),
            models.Index(
                "organisme", "releve_le", "id", name="constat_ouvert_organisme_date", condition=Q(ouvert=True)
            ),
            models.Index("quartier", "echeance_le", name="constat_ouvert_quartier_ech", condition=Q(ouvert=True)),
            models.Index("etat", "releve_le", "id", name="constat_etat_date"),
            GinIndex(fields=["recherche"], name="constat_recherche"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["diagnostic", "numero"],
                condition=Q(diagnostic__isnull=False),
                name="constat_numero_unique_dans_la_marche",
                violation_error_message="Ce numéro est déjà pris dans ce diagnostic.",
            ),
            models.CheckConstraint(
                name="constat_position_complete",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                violation_error_message="Une position a une longitude et une latitude.",
            ),
            models.CheckConstraint(
                name="constat_echelles_connues",
                condition=Q(ampleur__in=Ampleur.values, recurrence__in=Recurrence.values, urgence__in=Urgence.values),
                violation_error_message="Ampleur, récurrence ou urgence inconnue.",
            ),
            models.CheckConstraint(
                name="constat_priorite_forcee_motivee",
                condition=Q(priorite_forcee__isnull=True, priorite_motif="")
                | (Q(priorite_forcee__isnull=False, priorite_forcee__in=Priorite.values) & ~Q(priorite_motif="")),
                violation_error_message="Une priorité fixée à la main porte un motif, et lui seul.",
            ),
            models.CheckConstraint(
                name="constat_qualifie_a_un_theme",
                condition=Q(etat__in=[EtatConstat.BROUILLON, EtatConstat.DOUBLON, EtatConstat.ECARTE])
                | Q(theme__isnull=False),
                violation_error_message="Un constat qualifié porte un thème.",
            ),
            models.CheckConstraint(
                name="constat_transmis_a_un_organisme",
                condition=~Q(etat__in=["transmis", "reoriente", "pris_en_charge", "programme"])
                | Q(organisme__isnull=False, transmis_le__isnull=False, echeance_le__isnull=False),
                violation_error_message="Un constat transmis porte un organisme, une date et une échéance.",
            ),
            models.CheckConstraint(
                name="constat_programme_a_une_date",
                condition=~Q(etat=EtatConstat.PROGRAMME) | Q(programme_le__isnull=False),
                violation_error_message="Un constat programmé porte la date prévue.",
            ),
            models.CheckConstraint(
                name="constat_traite_a_une_date_et_une_reponse",
                condition=~Q(etat__in=EtatConstat.FAITS) | (Q(traite_le__isnull=False) & ~Q(reponse_publique="")),
                violation_error_message="Un constat traité porte une date et une réponse publique.",
            ),
            models.CheckConstraint(
                name="constat_verifie_si_et_seulement_si_date",
                condition=Q(etat=EtatConstat.VERIFIE, verifie_le__isnull=False)
                | (~Q(etat=EtatConstat.VERIFIE) & Q(verifie_le__isnull=True)),
                violation_error_message="Un constat vérifié porte la date de la vérification, et lui seul.",
            ),
            models.CheckConstraint(
                name="constat_sans_suite_est_motive",
                condition=~Q(etat=EtatConstat.SANS_SUITE) | ~Q(reponse_publique=""),
                violation_error_message="Un constat sans suite porte une réponse publique.",
            ),
            models.CheckConstraint(
                name="constat_ecarte_est_motive",
                condition=~Q(etat=EtatConstat.ECARTE) | ~Q(motif=""),
                violation_error_message="Un constat écarté porte un motif.",
            ),
            models.CheckConstraint(
                name="constat_doublon_si_et_seulement_si_maitre",
                condition=Q(etat=EtatConstat.DOUBLON, doublon_de__isnull=False)
                | (~Q(etat=EtatConstat.DOUBLON) & Q(doublon_de__isnull=True)),
                violation_error_message="Un doublon renvoie vers le constat gardé, et lui seul.",
            ),
            models.CheckConstraint(
                name="constat_doublon_d_un_autre",
                condition=Q(doublon_de__isnull=True) | ~Q(doublon_de=F("pk")),
                violation_error_message="Un constat n’est pas le doublon de lui-même.",
            ),
            models.CheckConstraint(
                name="constat_etat_connu",
                condition=Q(etat__in=EtatConstat.values),
                violation_error_message="Cet état n’existe pas.",
            ),
            dates_ordonnees(
                "releve_le",
                "transmis_le",
                name="constat_transmis_apres_releve",
                message="Un constat ne peut pas être transmis avant d’avoir été relevé.",
            ),
            dates_ordonnees(
                "releve_le",
                "traite_le",
                name="constat_traite_apres_releve",
                message="Un constat ne peut pas être traité avant d’avoir été relevé.",
            ),
            dates_ordonnees(
                "traite_le",
                "verifie_le",
                name="constat_verifie_apres_traite",
                message="La vérification ne peut pas précéder le traitement.",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.titre}"

    def get_absolute_url(self):
        return reverse("gusp:constat_fiche", args=[self.pk])

    @property
    def titre(self) -> str:
        """First line of the description, or the grid's words."""
        if not self.description.strip():
            if self.sous_theme_id:
                return self.sous_theme.libelle
            if self.theme_id:
                return self.theme.libelle
        return titre_de(self.description)


class Transmission(models.Model):
    """One sending to one organisme of one or many constats."""

    organisme = models.ForeignKey(
        Organisme, verbose_name="organisme", on_delete=models.PROTECT, related_name="transmissions"
    )
    le = models.DateField("le")
    canal = models.CharField("canal", max_length=10, choices=Canal, default=Canal.COURRIEL)
    destinataire = models.CharField("destinataire (fonction)", max_length=160, blank=True)
    message = models.TextField("message", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField("créée le", auto_now_add=True)

    class Meta:
        verbose_name = "transmission"
        verbose_name_plural = "transmissions"
        ordering = ["-le", "-pk"]

    def __str__(self):
        return f"{self.organisme}, {self.le:%d/%m/%Y}"


class MouvementConstat(models.Model):
    """Append-only journal of a constat: who, when, from → to, why (a trigger refuses any rewriting)."""

    constat = models.ForeignKey(Constat, verbose_name="constat", on_delete=models.PROTECT, related_name="mouvements")
    genre = models.CharField("genre", max_length=12, choices=GenreMouvement)
    de = models.CharField("de", max_length=16, choices=EtatConstat, blank=True)
    vers = models.CharField("vers", max_length=16, choices=EtatConstat, blank=True)
    organisme = models.ForeignKey(
        Organisme, verbose_name="organisme", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    transmission = models.ForeignKey(
        Transmission,
        verbose_name="transmission",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mouvements",
    )
    commentaire = models.TextField("commentaire", blank=True)
    public = models.BooleanField("public", default=False)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le")

    class Meta:
        verbose_name = "mouvement de constat"
        verbose_name_plural = "mouvements de constats"
        ordering = ["le", "pk"]
        indexes = [models.Index("le", name="mouvement_constat_le")]

    def __str__(self):
        return f"{self.constat_id} {self.get_genre_display()} {self.le:%d/%m/%Y}"
