"""What the home page and the search read: next dates, tiles of the quartiers, recent activity, results."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import chain

from django.contrib.postgres.search import SearchVector
from django.core.cache import cache
from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from gusp.enums import EtatDiagnostic, GenreMouvement
from gusp.models import Action, Constat, Diagnostic, MouvementConstat, PointAvancement
from npnru.models import Jalon, Operation, Reprogrammation
from pilotage.metier.dossiers_controle import completude, controler
from pilotage.models import Decision, Dossier, Seance, SectionDossier
from quartiers.models import Quartier
from socle.formats import heure, jour
from socle.recherche import CONFIG, requete

#: The home page announces that many dates and remembers that many events.
NOMBRE_DATES = 8
NOMBRE_EVENEMENTS = 8
#: Seconds during which the completeness of the next dossier is not computed again.
DUREE_COMPLETUDE = 60
#: A search shows that many results of each kind, and says when there are more.
NOMBRE_RESULTATS = 8


@dataclass(frozen=True)
class DateProche:
    """One line of « Prochaines dates »."""

    le: date
    heure: time | None
    titre: str
    detail: str
    url: str


def prochaines_dates(utilisateur, *, au: date) -> list[DateProche]:
    """Return the next meetings, walks, restitutions and milestones that this person may read, by date."""
    if utilisateur.perimetre.est_partenaire:
        return []
    diagnostics = Diagnostic.objects.visibles_par(utilisateur).select_related("quartier")
    seances = [
        DateProche(
            s.tenue_le,
            s.heure,
            s.instance.nom,
            _joindre(s.lieu, heure(s.heure) if s.heure else ""),
            s.get_absolute_url(),
        )
        for s in Seance.objects.visibles_par(utilisateur).a_venir(au=au).select_related("instance")[:NOMBRE_DATES]
    ]
    marches = [
        DateProche(
            d.prevu_le,
            d.heure_debut,
            f"{d.get_genre_display()}, {d.quartier.nom}",
            _joindre(d.lieu_rendez_vous, heure(d.heure_debut) if d.heure_debut else ""),
            d.get_absolute_url(),
        )
        for d in diagnostics.a_venir(au=au)[:NOMBRE_DATES]
    ]
    restitutions = [
        DateProche(
            d.restitution_prevue_le, None, f"Restitution, {d.quartier.nom}", d.restitution_lieu, d.get_absolute_url()
        )
        for d in diagnostics.filter(
            restitution_prevue_le__gte=au, etat__in=[EtatDiagnostic.REALISE, EtatDiagnostic.RELEVE_DIFFUSE]
        ).order_by("restitution_prevue_le")[:NOMBRE_DATES]
    ]
    jalons = [
        DateProche(j.prevu_le, None, j.libelle, j.operation.titre, j.operation.get_absolute_url())
        for j in Jalon.objects.filter(
            operation__in=Operation.objects.visibles_par(utilisateur).actives(), important=True
        )
        .a_atteindre()
        .filter(prevu_le__gte=au)
        .select_related("operation")
        .order_by("prevu_le")[:NOMBRE_DATES]
    ]
    toutes = chain(seances, marches, restitutions, jalons)
    return sorted(toutes, key=lambda d: (d.le, d.heure or time.min))[:NOMBRE_DATES]


def _joindre(*morceaux: str) -> str:
    return ", ".join(m for m in morceaux if m)


def tuiles(utilisateur, *, au: date) -> list[dict]:
    """Return the quartiers that this person reads with open and late constats, open actions and NPNRU level."""
    constats = {
        ligne["quartier_id"]: ligne
        for ligne in Constat.objects.visibles_par(utilisateur)
        .ouverts()
        .order_by()
        .values("quartier_id")
        .annotate(ouverts=Count("pk"), retard=Count("pk", filter=Q(echeance_le__lt=au)))
    }
    actions = dict(
        Action.objects.visibles_par(utilisateur)
        .ouvertes()
        .order_by()
        .values_list("quartiers__pk")
        .annotate(n=Count("pk", distinct=True))
    )
    liste = reverse("gusp:constat_liste")
    return [
        {
            "nom": q.nom,
            "code": q.code,
            "url": reverse("quartiers:quartier_fiche", args=[q.slug]),
            "detail": f"NPNRU, {q.get_npnru_display().lower()}" if q.npnru else "",
            "chiffres": [
                {
                    "valeur": constats.get(q.pk, {}).get("ouverts", 0),
                    "libelle": "constats ouverts",
                    "url": f"{liste}?quartier={q.pk}&etat=ouverts",
                },
                {
                    "valeur": constats.get(q.pk, {}).get("retard", 0),
                    "libelle": "en retard",
                    "url": f"{liste}?quartier={q.pk}&etat=en_retard",
                    "grave": True,
                },
                {
                    "valeur": actions.get(q.pk, 0),
                    "libelle": "actions",
                    "url": f"{reverse('gusp:action_liste')}?quartier={q.pk}&etat=ouvertes",
                },
            ],
        }
        for q in Quartier.objects.visibles_par(utilisateur).order_by("ordre")
    ]


def _sans_l_interne(mouvements, utilisateur):
    """Leave out the comments and corrections that stay within the service, where the person does not belong to it."""
    siens = utilisateur.perimetre.quartier_ids_service
    if siens is None:
        return mouvements
    internes = Q(genre__in=(GenreMouvement.COMMENTAIRE, GenreMouvement.CORRECTION), public=False)
    return mouvements.exclude(internes & ~Q(constat__quartier_id__in=siens))


def activite_recente(utilisateur) -> list[dict]:
    """Return the last events of the journals that this person may read, newest first."""
    constats = Constat.objects.visibles_par(utilisateur)
    actions = Action.objects.visibles_par(utilisateur)
    operations = Operation.objects.visibles_par(utilisateur)
    mouvements = _sans_l_interne(MouvementConstat.objects.filter(constat__in=constats), utilisateur).select_related(
        "constat", "constat__theme", "constat__sous_theme", "par"
    )
    points = PointAvancement.objects.filter(action__in=actions).select_related("action", "par")
    dates = Reprogrammation.objects.filter(operation__in=operations).select_related("operation", "par")
    evenements = [
        *(
            {
                "le": m.le,
                "par": m.par,
                "objet": str(m.constat),
                "url": m.constat.get_absolute_url(),
                "texte": m.get_vers_display() if m.vers else m.get_genre_display(),
            }
            for m in mouvements.order_by("-le", "-pk")[:NOMBRE_EVENEMENTS]
        ),
        *(
            {
                "le": min(p.note_le, timezone.make_aware(datetime.combine(p.le, time(12)))),
                "par": p.par,
                "objet": str(p.action),
                "url": p.action.get_absolute_url(),
                "texte": p.texte or f"{p.get_vers_display()}, {p.avancement} %",
            }
            for p in points.order_by("-le", "-pk")[:NOMBRE_EVENEMENTS]
        ),
        *(
            {
                "le": r.le,
                "par": r.par,
                "objet": r.operation.titre,
                "url": r.operation.get_absolute_url(),
                "texte": f"{r.objet} : {jour(r.ancienne)} → {jour(r.nouvelle)}",
            }
            for r in dates.order_by("-le", "-pk")[:NOMBRE_EVENEMENTS]
        ),
    ]
    return sorted(evenements, key=lambda e: e["le"], reverse=True)[:NOMBRE_EVENEMENTS]


def prochain_copil(utilisateur, *, au: date) -> Seance | None:
    """Return the next COPIL that this person may read, with the dossiers that they read (`lisibles`, last first)."""
    dossiers = Dossier.objects.visibles_par(utilisateur).defer("contenu").order_by("-edition")
    return (
        Seance.objects.visibles_par(utilisateur)
        .a_venir(au=au)
        .filter(instance__genre__startswith="copil")
        .select_related("instance")
        .prefetch_related(Prefetch("dossiers", dossiers, to_attr="lisibles"))
        .first()
    )


def completude_du_dossier(dossier: Dossier) -> int:
    """Return how complete a draft is, in percent; kept one minute, since the home page is opened all day long."""
    return cache.get_or_set(f"completude-du-dossier-{dossier.pk}", lambda: _completude(dossier), DUREE_COMPLETUDE)


def _completude(dossier: Dossier) -> int:
    return completude(controler(dossier), dossier.sections.filter(incluse=True).count())


def dans_combien(le: date, *, au: date) -> str:
    """Say when a day to come is: « aujourd’hui », « demain », « dans 24 jours »."""
    ecart = (le - au).days
    return {0: "aujourd’hui", 1: "demain"}.get(ecart, f"dans {ecart} jours")


@dataclass(frozen=True)
class Resultats:
    """Results of one kind; `suite` is the address of the whole list when there are more."""

    libelle: str
    lignes: list[dict] = field(default_factory=list)
    suite: str = ""


def chercher(utilisateur, texte: str) -> list[Resultats]:
    """Search everything that this person may read; a kind without result is left out. Accents and plurals forgiven."""
    groupes = [
        _resultats(
            "Constats",
            Constat.objects.visibles_par(utilisateur).cherchant(texte).pour_la_liste().select_related("sous_theme"),
            lambda c: (c.titre, f"{c.reference} · {c.quartier.nom} · {c.libelle_etat}"),
            f"{reverse('gusp:constat_liste')}?etat=tous&",
            texte,
        ),
        _resultats(
            "Actions",
            Action.objects.visibles_par(utilisateur).cherchant(texte).prefetch_related("quartiers"),
            lambda a: (a.titre, f"{a.code} · {', '.join(q.nom for q in a.quartiers.all())} · {a.get_etat_display()}"),
            f"{reverse('gusp:action_liste')}?etat=toutes&",
            texte,
        ),
        _resultats(
            "Opérations",
            Operation.objects.visibles_par(utilisateur).cherchant(texte).select_related("quartier"),
            lambda o: (o.titre, f"{o.quartier.nom} · {o.get_etat_display()}"),
            f"{reverse('npnru:operation_liste')}?",
            texte,
        ),
        _resultats(
            "Diagnostics",
            Diagnostic.objects.visibles_par(utilisateur)
            .alias(mots=SearchVector("intitule", "lieu_rendez_vous", "quartier__nom", config=CONFIG))
            .filter(mots=requete(texte))
            .select_related("quartier")
            .order_by("-prevu_le", "-pk"),
            lambda d: (d.intitule, f"{d.reference} · {jour(d.prevu_le)} · {d.get_etat_display()}"),
            "",
            texte,
        ),
        _resultats(
            "Décisions",
            Decision.objects.visibles_par(utilisateur).cherchant(texte).select_related("seance__instance"),
            lambda d: (d.texte, f"{d.numero} · {d.seance} · {d.get_etat_display()}"),
            f"{reverse('pilotage:decision_liste')}?etat=toutes&",
            texte,
        ),
        _resultats(
            "Dossiers",
            Dossier.objects.visibles_par(utilisateur)
            .filter(pk__in=_dossiers_qui_disent(texte))
            .defer("contenu")
            .select_related("seance__instance"),
            lambda d: (str(d), f"{d.seance} · {d.get_etat_display()}"),
            "",
            texte,
        ),
    ]
    return [groupe for groupe in groupes if groupe.lignes]


def _dossiers_qui_disent(texte: str):
    """Return the keys of the dossiers whose title or one of whose texts says the words."""
    titres = Dossier.objects.alias(mots=SearchVector("titre", "sous_titre", config=CONFIG)).filter(mots=requete(texte))
    textes = SectionDossier.objects.alias(mots=SearchVector("texte", config=CONFIG)).filter(mots=requete(texte))
    return titres.values("pk").union(textes.values("dossier"))


def _resultats(libelle, lignes, decrire, suite: str, texte: str) -> Resultats:
    trouves = list(lignes[: NOMBRE_RESULTATS + 1])
    reste = len(trouves) > NOMBRE_RESULTATS
    return Resultats(
        libelle,
        [
            {"titre": titre, "detail": detail, "url": objet.get_absolute_url()}
            for objet, (titre, detail) in ((o, decrire(o)) for o in trouves[:NOMBRE_RESULTATS])
        ],
        f"{suite}{urlencode({'q': texte})}" if reste and suite else "",
    )
