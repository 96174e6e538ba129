"""Reads of operations as sentences; what is computed from children comes by subqueries, never by joins."""

from datetime import date, timedelta

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, F, Func, Max, Min, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from npnru.enums import SOURCE_DEMONSTRATION, EtatOperation, GenreFinancement, GenreJalon, PosteDepense, StatutMontant
from quartiers.enums import TypeOrganisme
from socle.recherche import requete

MONTANT = models.DecimalField(max_digits=16, decimal_places=2)
DERNIER = ("-valeur_le", "-pk")


def _modele(nom: str):
    return apps.get_model("npnru", nom)


def _fictif():
    """Return the expression « this milestone is of the demonstration »: made by it, or moved by it."""
    deplace = Q(operation__demonstration=True) & ~Q(prevu_le=F("initial_le"))
    return Case(When(Q(source=SOURCE_DEMONSTRATION) | deplace, then=Value(True)), default=Value(False))


def _jours_entre(fin, debut):
    """Return fin − debut in days (PostgreSQL: date − date is an integer)."""
    return Func(fin, debut, template="(%(expressions)s)", arg_joiner=" - ", output_field=models.IntegerField())


class OperationQuerySet(models.QuerySet):
    def visibles_par(self, utilisateur):
        """Operations of the quartiers that the person reads; a partner those that its organisme masters."""
        perimetre = utilisateur.perimetre
        if perimetre.est_partenaire:
            return self.filter(maitre_ouvrage_id=perimetre.organisme_id)
        ids = perimetre.quartier_ids
        return self if ids is None else self.filter(Q(quartier_id__in=ids) | Q(pilote=utilisateur))

    def actives(self):
        return self.filter(etat__in=EtatOperation.ACTIVES)

    def cherchant(self, texte):
        texte = (texte or "").strip()
        return self.filter(recherche=requete(texte)) if texte else self

    def en_alerte(self, *, au: date):
        """Operations with a written alert, or a milestone forecast before that day and not reached."""
        en_retard = _modele("Jalon").objects.filter(operation=OuterRef("pk")).en_retard(au=au)
        return self.filter(~Q(alerte="") | Exists(en_retard))

    def avec_jalon_attendu(self, *, au: date, jours: int = 30):
        """A milestone not reached is forecast within that many days, or its day has passed."""
        attendus = _modele("Jalon").objects.filter(operation=OuterRef("pk")).a_atteindre()
        return self.filter(Exists(attendus.filter(prevu_le__lte=au + timedelta(days=jours))))

    def avec_situation(self, *, au: date):
        """Annotate what the portfolio shows at that day: phase, next milestone, drift, cost and financing.

        Adds phase_libelle, phase_famille; jalon_id, jalon_libelle, jalon_le, jalon_fictif; livraison_initiale_le,
        livraison_le, livraison_atteinte_le, livraison_fictive, derive_jours; reprogrammations_nombre;
        cout_total, cout_taxe, cout_le, cout_demonstration; aides, aides_taxe, part_ville, part_ville_taxe.
        Totals are None, and their taxe "", when HT and TTC are mixed.
        """
        return self.avec_calendrier(au=au).avec_cout(au=au).avec_financement(au=au)

    def avec_calendrier(self, *, au: date):
        """Annotate the current phase, the next milestone and the drift of the delivery (days) at that day."""
        phases = _modele("Phase").objects.filter(operation=OuterRef("pk"))
        en_cours = (
            phases.filter(debut_reel__lte=au)
            .filter(Q(fin_reelle__isnull=True) | Q(fin_reelle__gt=au))
            .order_by("-ordre")
        )
        jalons = _modele("Jalon").objects.filter(operation=OuterRef("pk"))
        suivants = (
            jalons.filter(prevu_le__isnull=False)
            .filter(Q(atteint_le__isnull=True) | Q(atteint_le__gt=au))
            .annotate(fictif=_fictif())
            .order_by("prevu_le", "pk")
        )
        livraison = (
            jalons.filter(genre=GenreJalon.LIVRAISON)
            .annotate(derniere=Coalesce("atteint_le", "prevu_le"), fictif=_fictif())
            .order_by(F("derniere").desc(nulls_last=True), "pk")
        )
        return self.annotate(
            phase_libelle=Subquery(en_cours.values("libelle")[:1]),
            phase_famille=Subquery(en_cours.values("famille")[:1]),
            jalon_id=Subquery(suivants.values("pk")[:1]),
            jalon_libelle=Subquery(suivants.values("libelle")[:1]),
            jalon_le=Subquery(suivants.values("prevu_le")[:1]),
            jalon_fictif=Subquery(suivants.values("fictif")[:1]),
            livraison_fictive=Subquery(livraison.values("fictif")[:1]),
            livraison_initiale_le=Subquery(livraison.values("initial_le")[:1]),
            livraison_le=Subquery(livraison.values("derniere")[:1]),
            livraison_atteinte_le=Subquery(livraison.values("atteint_le")[:1]),
            derive_jours=Subquery(
                livraison.annotate(derive=_jours_entre(F("derniere"), F("initial_le"))).values("derive")[:1]
            ),
            reprogrammations_nombre=Coalesce(
                Subquery(
                    _modele("Reprogrammation")
                    .objects.filter(operation=OuterRef("pk"))
                    .order_by()
                    .values("operation")
                    .annotate(n=Count("pk"))
                    .values("n")
                ),
                0,
            ),
        )

    def avec_cout(self, *, au: date):
        """Annotate the cost known at that day: the item « coût total », else the sum of the items."""
        couts = _modele("Cout").objects.avec_dernier(au=au).filter(operation=OuterRef("pk"), valeur__isnull=False)
        total = couts.filter(poste=PosteDepense.TOTAL).order_by("pk")
        somme = (
            couts.exclude(poste=PosteDepense.TOTAL)
            .order_by()
            .values("operation")
            .annotate(s=Sum("valeur"), t=Min("taxe"), u=Max("taxe"), d=Max("valeur_le"))
        )
        meme_taxe = somme.filter(t=F("u"))
        return self.annotate(
            cout_total=Coalesce(
                Subquery(total.values("valeur")[:1]), Subquery(meme_taxe.values("s")), output_field=MONTANT
            ),
            cout_taxe=Coalesce(
                Subquery(total.values("taxe")[:1]),
                Subquery(meme_taxe.values("t")),
                Value(""),
                output_field=models.CharField(),
            ),
            cout_le=Coalesce(Subquery(total.values("valeur_le")[:1]), Subquery(somme.values("d"))),
            cout_demonstration=Coalesce(
                Subquery(couts.filter(demonstration=True).order_by().values(oui=Value(True))[:1]), Value(False)
            ),
        )

    def avec_financement(self, *, au: date):
        """Annotate the aids retained at that day (own funds left out) and the share of the city, in one tax only."""
        lignes = _modele("Financement").objects.avec_retenu(au=au).filter(operation=OuterRef("pk"))
        lignes = lignes.filter(retenu__isnull=False).order_by().values("operation")
        sommes = {
            "aides": lignes.exclude(genre=GenreFinancement.FONDS_PROPRES),
            "part_ville": lignes.filter(financeur__type=TypeOrganisme.VILLE),
        }
        annotations = {}
        for nom, choix in sommes.items():
            somme = choix.annotate(s=Sum("retenu"), t=Min("retenu_taxe"), u=Max("retenu_taxe")).filter(t=F("u"))
            annotations[nom] = Subquery(somme.values("s"), output_field=MONTANT)
            annotations[f"{nom}_taxe"] = Coalesce(
                Subquery(somme.values("t")), Value(""), output_field=models.CharField()
            )
        return self.annotate(**annotations)


class CoutQuerySet(models.QuerySet):
    def avec_dernier(self, *, au: date):
        """Annotate the latest amount known at that day: valeur, taxe, valeur_le, statut, demonstration."""
        montants = (
            _modele("Montant")
            .objects.filter(cout=OuterRef("pk"), valeur_le__lte=au)
            .exclude(statut=StatutMontant.ANNULE)
            .order_by(*DERNIER)
        )
        return self.annotate(
            valeur=Subquery(montants.values("valeur")[:1]),
            taxe=Subquery(montants.values("taxe")[:1]),
            valeur_le=Subquery(montants.values("valeur_le")[:1]),
            statut=Subquery(montants.values("statut")[:1]),
            demonstration=Subquery(montants.values("demonstration")[:1]),
        )


class FinancementQuerySet(models.QuerySet):
    def avec_retenu(self, *, au: date):
        """Annotate the amount retained at that day (latest of the life of the aid, 0 once cancelled) and its tax."""
        montants = (
            _modele("Montant")
            .objects.filter(
                financement=OuterRef("pk"),
                valeur_le__lte=au,
                statut__in=[*StatutMontant.RETENUS, StatutMontant.ANNULE],
            )
            .annotate(
                compte=Case(When(statut=StatutMontant.ANNULE, then=Value(0)), default=F("valeur"), output_field=MONTANT)
            )
            .order_by(*DERNIER)
        )
        return self.annotate(
            retenu=Subquery(montants.values("compte")[:1]),
            retenu_taxe=Subquery(montants.values("taxe")[:1]),
            retenu_le=Subquery(montants.values("valeur_le")[:1]),
            retenu_statut=Subquery(montants.values("statut")[:1]),
        )
