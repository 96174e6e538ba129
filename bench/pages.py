"""Server time of the pages at one size, called through WSGI in this process, then requests a second under gunicorn.

Run by bench.__main__ with DATABASE_URL and BENCH_ADRESSE pointing at the database of that size.
"""

import json
import os
import statistics
import sys
import time
from dataclasses import asdict
from io import BytesIO

import django
from django.conf import settings

from bench.debit import debit, serveur
from bench.rapport import Mesure, mesure

TOURS = 60
_A_CE_RANG = """
SELECT releve_le, id FROM gusp_constat WHERE ouvert ORDER BY releve_le DESC, id DESC OFFSET %s LIMIT 1
"""


class Navigateur:
    """Calls the WSGI application with the session of one person; counts the queries on demand."""

    def __init__(self, application, cookie: str):
        self.application, self.cookie = application, cookie

    def appeler(self, chemin: str, *, methode: str = "GET", corps: bytes = b"", entetes: dict | None = None) -> bytes:
        """Return the body; raises RuntimeError when the answer is not 200 or 201."""
        chemin, _, requete = chemin.partition("?")
        statut = []
        environ = {
            "REQUEST_METHOD": methode,
            "PATH_INFO": chemin,
            "QUERY_STRING": requete,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_COOKIE": self.cookie,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(corps),
            "wsgi.errors": sys.stderr,
            "CONTENT_LENGTH": str(len(corps)),
        } | (entetes or {})
        reponse = self.application(environ, lambda s, entetes, exc=None: statut.append(s))
        corps = b"".join(reponse)
        if hasattr(reponse, "close"):
            reponse.close()
        if not statut[0].startswith(("200", "201")):
            raise RuntimeError(f"{chemin}?{requete} : {statut[0]}")
        return corps

    def requetes(self, chemin: str, **appel) -> int:
        """Number of queries of one call; `appel` as for `appeler`."""
        from django.db import connection  # noqa: PLC0415

        compte = []

        def noter(execute, sql, params, many, context):
            compte.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(noter):
            self.appeler(chemin, **appel)
        return len(compte)


def chronometrer(appel, tours: int = TOURS) -> list[float]:
    """Return the milliseconds of each call, after three calls that are not counted."""
    for _ in range(3):
        appel()
    durees = []
    for _ in range(tours):
        depart = time.perf_counter()
        appel()
        durees.append((time.perf_counter() - depart) * 1000)
    return durees


def quantile(durees: list[float], part: float) -> float:
    return sorted(durees)[min(len(durees) - 1, round(part * len(durees)))]


def mesurer(taille: int) -> list[Mesure]:
    """Measure every page at this size."""
    from bench.donnees import remplir  # noqa: PLC0415
    from bench.temoins import Temoin  # noqa: PLC0415
    from config.wsgi import application  # noqa: PLC0415

    remplir(taille)
    temoin = Temoin(os.environ["BENCH_ADRESSE"])
    cookie = ouvrir_session()
    navigateur = Navigateur(application, cookie)
    mesures: list[Mesure] = []
    for nom, chemins, borne, buts in _pages(taille, temoin):
        limites = chronometrer(borne, 30)
        durees = [
            d for chemin in chemins for d in chronometrer(lambda c=chemin: navigateur.appeler(c), TOURS // len(chemins))
        ]
        reference = statistics.median(limites)
        mesures.append(
            mesure(f"{nom}, p50", taille, statistics.median(durees), "ms", borne=reference, maxi=buts.get("p50"))
        )
        mesures.append(
            mesure(
                f"{nom}, p95", taille, quantile(durees, 0.95), "ms", borne=quantile(limites, 0.95), maxi=buts.get("p95")
            )
        )
        compte = max(navigateur.requetes(chemin) for chemin in chemins)
        mesures.append(mesure(f"{nom}, requêtes SQL", taille, compte, "requêtes", maxi=buts.get("requetes")))
    mesures.append(_contre_l_administration(navigateur, taille))
    mesures.append(_debit(cookie, taille))
    return mesures


def _debit(cookie: str, taille: int) -> Mesure:
    """Requests a second of the list with two workers, against the bare handler served the same way."""
    with serveur("config.wsgi:application") as port:
        debit(port, "/constats/", cookie)
        nous = debit(port, "/constats/", cookie)
    with serveur("bench.temoin_wsgi:application") as port:
        borne = debit(port, "/", cookie)
    return mesure("liste, 2 processus", taille, nous, "requêtes/s", borne=borne, mini=60)


def _pages(taille: int, temoin):
    """Yield (name, addresses, bound, goals)."""
    from django.db import connection  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    liste = {"p50": 20, "p95": 40, "requetes": 8}
    yield "liste des constats", ["/constats/"], temoin.liste, liste
    with connection.cursor() as curseur:
        curseurs = []
        for part in (0.1, 0.5, 0.95):
            rang = int(taille * 3 / 8 * part)
            curseur.execute(
                _A_CE_RANG,
                [rang],
            )
            curseurs.append((*curseur.fetchone(), rang))
        curseur.execute("SELECT max(id) - 10 FROM gusp_constat")
        pk = curseur.fetchone()[0]
    jour, cle, _ = curseurs[1]
    profondes = [f"/constats/?apres={j.isoformat()}.{i}.{r}" for j, i, r in curseurs]
    yield "liste, pages profondes", profondes, lambda: temoin.profonde(jour, cle), liste
    yield "liste filtrée (quartier, en retard)", ["/constats/?quartier=1&etat=en_retard"], temoin.liste, {"requetes": 8}
    yield "page d’un constat", [f"/constats/{pk}/"], lambda: temoin.fiche(pk), {"requetes": 16}
    yield "accueil", ["/"], temoin.accueil, {}
    carres = taille * 3 / 8 > 5000
    yield "données de la carte", [reverse("gusp:constat_carte_donnees")], lambda: temoin.carte(carres), {}
    for mots in ("lampadaire", "matelas local vélos", "zzintrouvable"):
        yield (
            f"recherche « {mots} »",
            [f"/constats/?etat=tous&q={mots.replace(' ', '+')}"],
            lambda m=mots: temoin.recherche(m),
            {"p50": 200},
        )


def _contre_l_administration(navigateur: Navigateur, taille: int) -> Mesure:
    """How many times faster the list is than the admin change list on the same table, same columns."""
    tours = 5 if taille > 200_000 else 15
    admin = statistics.median(chronometrer(lambda: navigateur.appeler("/administration/gusp/constat/"), tours))
    liste = statistics.median(chronometrer(lambda: navigateur.appeler("/constats/"), 20))
    return mesure("liste, fois plus rapide que l’administration", taille, admin / liste, "fois", mini=3)


def ouvrir_session() -> str:
    """Sign in the person of the measures; return the cookie header."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    from bench.donnees import COURRIEL  # noqa: PLC0415
    from comptes.models import Utilisateur  # noqa: PLC0415

    personne = Utilisateur.objects.get(courriel=COURRIEL)
    session = SessionStore()
    session[SESSION_KEY] = str(personne.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = personne.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _inscrire_dans_l_administration() -> None:
    """Show the constats in the admin with the columns of our list, if no app does."""
    from django.contrib import admin  # noqa: PLC0415

    from gusp.models import Constat  # noqa: PLC0415

    if admin.site.is_registered(Constat):
        admin.site.unregister(Constat)
    colonnes = ("reference", "titre", "theme", "organisme", "urgence", "etat", "releve_le")
    champs = {
        "list_display": colonnes,
        "list_select_related": ("theme", "sous_theme", "organisme"),
        "list_per_page": 50,
    }
    admin.site.register(
        Constat, type("ConstatMesure", (admin.ModelAdmin,), champs | {"list_filter": ("etat", "quartier")})
    )


def main() -> None:
    """Print the measures of the size given in argument, one JSON object a line."""
    django.setup()
    _inscrire_dans_l_administration()
    taille = int(sys.argv[1])
    for m in mesurer(taille):
        print(json.dumps(asdict(m), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
