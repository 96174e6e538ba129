"""What every page shows around its own content: the rail with its counts, the banner, the names."""

from collections import Counter
from functools import cache

from django.conf import settings
from django.db.models import CharField, Value
from django.urls import reverse
from django.utils import timezone

from comptes.acces import peut_gerer_les_comptes
from gusp.models import Action, Compteur, Constat
from pilotage.models import Decision

#: Above that many the rail shows « 99+ » worth of rows: counting stays cheap whatever the size of the tables.
COMPTE_MAX = 99

#: Name of the counter that says that the database holds demonstration data (written by `manage.py demo`).
CLE_DEMONSTRATION = "demonstration"

_SERVICE = "service"
_TOUS = "tous"
_PARTENAIRE = "partenaire"

#: Section → (label, URL name, prefix of its addresses, badge, who sees it).
RAIL = [
    (
        "",
        [
            ("Accueil", "pilotage:accueil", "/", None, _TOUS),
            ("Quartiers", "quartiers:quartier_liste", "/quartiers/", None, _SERVICE),
            ("Organismes", "quartiers:organisme_liste", "/organismes/", None, _SERVICE),
        ],
    ),
    (
        "GUSP",
        [
            ("Diagnostics", "gusp:diagnostic_liste", "/diagnostics/", None, _SERVICE),
            ("Constats", "gusp:constat_liste", "/constats/", "constats", _TOUS),
            ("Plan d’actions", "gusp:action_liste", "/actions/", "actions", _TOUS),
        ],
    ),
    (
        "NPNRU",
        [
            ("Opérations", "npnru:operation_liste", "/operations/", None, _TOUS),
            ("Calendrier", "npnru:calendrier", "/operations/calendrier/", None, _SERVICE),
            ("Conventions", "npnru:convention_liste", "/conventions/", None, _SERVICE),
        ],
    ),
    (
        "Pilotage",
        [
            ("Séances", "pilotage:seance_liste", "/seances/", None, _SERVICE),
            ("Décisions", "pilotage:decision_liste", "/decisions/", "decisions", _TOUS),
            ("Dossiers", "pilotage:dossier_liste", "/dossiers/", None, _SERVICE),
        ],
    ),
]


def navigation(request):
    """Context processor: names, banner and a lazy `rail` (nothing is read for a fragment that draws no rail)."""
    contexte = {"nom_application": settings.NOM_APPLICATION, "nom_service": settings.NOM_SERVICE}
    utilisateur = getattr(request, "user", None)
    if utilisateur is None or not utilisateur.is_authenticated:
        return contexte | {"rail": [], "perimetre_libelle": "", "demonstration": cache(est_une_demonstration)}
    comptes = cache(lambda: _comptes(utilisateur))
    return contexte | {
        "rail": cache(lambda: _rail(request, comptes())),
        "perimetre_libelle": cache(lambda: _libelle_perimetre(utilisateur)),
        "demonstration": lambda: bool(comptes()[CLE_DEMONSTRATION]),
    }


def est_une_demonstration() -> bool:
    """Tell whether the database holds demonstration data."""
    return Compteur.objects.filter(cle=CLE_DEMONSTRATION).exists()


def _rail(request, comptes: Counter) -> list[dict]:
    utilisateur = request.user
    qui = _PARTENAIRE if utilisateur.perimetre.est_partenaire else _SERVICE
    actif = _prefixe_actif(request.path)
    sections = [
        {
            "libelle": libelle,
            "entrees": [
                {
                    "libelle": entree,
                    "url": reverse(nom),
                    "actif": prefixe == actif,
                    "compte": comptes.get(badge) if badge else None,
                }
                for entree, nom, prefixe, badge, pour in entrees
                if pour == _TOUS or qui == _SERVICE
            ],
        }
        for libelle, entrees in RAIL
    ]
    if peut_gerer_les_comptes(utilisateur):
        sections.append(_section_administration(request.path))
    return sections


def _section_administration(chemin: str) -> dict:
    return {
        "libelle": "Administration",
        "entrees": [
            {
                "libelle": "Comptes et périmètres",
                "url": reverse("comptes:utilisateur_liste"),
                "actif": chemin.startswith("/comptes/"),
                "compte": None,
            },
            {"libelle": "Référentiels", "url": reverse("admin:index"), "actif": False, "compte": None},
        ],
    }


def _prefixe_actif(chemin: str) -> str:
    """Longest prefix of the rail that the address starts with (« / » only for the home page itself)."""
    candidats = [p for _, entrees in RAIL for _, _, p, _, _ in entrees if p != "/" and chemin.startswith(p)]
    return max(candidats, key=len, default="/" if chemin == "/" else "")


def _comptes(utilisateur) -> Counter:
    """Counts of the rail and the banner in one query, each bounded: late constats, silent actions, open decisions."""
    au = timezone.localdate()
    lots = {
        "constats": Constat.objects.visibles_par(utilisateur).en_retard(au=au),
        "actions": Action.objects.visibles_par(utilisateur).sans_nouvelles(au=au),
        "decisions": Decision.objects.visibles_par(utilisateur).ouvertes(),
        CLE_DEMONSTRATION: Compteur.objects.filter(cle=CLE_DEMONSTRATION),
    }
    bornes = [
        lot.order_by().annotate(lot=Value(nom, output_field=CharField())).values_list("lot", flat=True)[:COMPTE_MAX]
        for nom, lot in lots.items()
    ]
    return Counter(bornes[0].union(*bornes[1:], all=True))


def _libelle_perimetre(utilisateur) -> str:
    """Short words for what the person covers: « 8 quartiers », « 2 quartiers », the organisme of a partner."""
    perimetre = utilisateur.perimetre
    if perimetre.est_partenaire:
        return str(utilisateur.organisme)
    if perimetre.partout:
        return "8 quartiers"
    nombre = len(perimetre.par_quartier)
    return f"{nombre} quartier{'s' if nombre > 1 else ''}"
