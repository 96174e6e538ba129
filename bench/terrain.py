"""The field mode: on a telephone (Chromium), on a slow line, and what one sending costs the server.

Run by bench.__main__ with DATABASE_URL and BENCH_ADRESSE pointing at a database of its own, emptied at each run.
"""

import datetime
import hashlib
import json
import os
import shutil
import statistics
import uuid
from dataclasses import asdict

import django
import psycopg
from django.conf import settings

from bench.debit import serveur
from bench.pages import Navigateur, chronometrer, ouvrir_session, quantile
from bench.photos import marquer, photo
from bench.rapport import Mesure, mesure

FILS = 16  # as config/gunicorn.py
LIEUX = ("Hall 12", "École", "Place", "Parking", "Jardin", "Arrêt de tram")
TOURS, TOURS_PHOTO = 60, 20
JETON = "a" * 32
_TEMOIN = "CREATE TABLE IF NOT EXISTS bench_temoin (uuid uuid PRIMARY KEY, corps jsonb)"


def _vider() -> None:
    """Forget the walks, the records and the photos of the last run."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as curseur:
        curseur.execute("TRUNCATE gusp_diagnostic, gusp_constat, comptes_appareil CASCADE")
    for dossier in ("photos", "envois-partiels"):
        shutil.rmtree(settings.FICHIERS_DIR / dossier, ignore_errors=True)


def _marches(par) -> list:
    """Return four walks of six stops; the first has a previous one with six constats and their photos."""
    from django.utils import timezone  # noqa: PLC0415

    from gusp.metier.constats import creer_constat  # noqa: PLC0415
    from gusp.metier.diagnostics import creer_diagnostic, realiser  # noqa: PLC0415
    from gusp.metier.photos import ajouter_photo  # noqa: PLC0415
    from gusp.metier.transitions import qualifier  # noqa: PLC0415
    from gusp.models import Theme  # noqa: PLC0415
    from quartiers.models import Quartier  # noqa: PLC0415

    commun = {"par": par, "quartier": Quartier.objects.order_by("pk").first()}
    jour = timezone.localdate()
    avant = jour - datetime.timedelta(days=200)
    places = [{"lon": f"{0.6940 + rang * 0.0010:.6f}", "lat": "47.386100"} for rang in range(len(LIEUX))]
    etapes = [{"libelle": lieu} | places[rang] for rang, lieu in enumerate(LIEUX)]
    precedent = creer_diagnostic(prevu_le=avant, intitule="La dernière fois", precedent=None, etapes=etapes, **commun)
    vieille = photo((800, 600), (80_000, 120_000))
    for rang, place in enumerate(places):
        constat = creer_constat(
            par=par,
            diagnostic=precedent,
            releve_le=avant,
            theme=Theme.objects.order_by("pk").first(),
            repere=LIEUX[rang],
            description=f"Dépôt numéro {rang + 1}",
            position_source="gps",
            **place,
        )
        qualifier(constat, par=par)
        ajouter_photo(constat, marquer(vieille, rang), par=par)
    realiser(precedent, par=par)
    return [
        creer_diagnostic(prevu_le=jour, intitule=nom, precedent=lien, etapes=etapes, **commun)
        for nom, lien in (("Marche", precedent), ("Ligne", None), ("Endurance", None), ("Serveur", None))
    ]


def mesurer() -> list[Mesure]:
    """Measure the telephone, then the server."""
    from bench.donnees import personne_des_mesures  # noqa: PLC0415
    from bench.terrain_navigateur import Decor  # noqa: PLC0415
    from bench.terrain_navigateur import mesurer as mesurer_le_telephone  # noqa: PLC0415

    _vider()
    personne = personne_des_mesures()
    marche, ligne, endurance, cout = _marches(personne)
    cookie = ouvrir_session()
    with serveur("config.wsgi:application", fils=FILS) as port:
        decor = Decor(f"http://127.0.0.1:{port}", cookie, marche.quartier_id, marche.pk, ligne.pk, endurance.pk)
        mesures, shas = mesurer_le_telephone(decor)
    return mesures + _recus(endurance, shas) + _serveur(cookie, personne, cout)


def _recus(marche, shas: set[str]) -> list[Mesure]:
    """Count what the server holds of the endurance, by hash, with its file."""
    from gusp.models import Constat, Photo  # noqa: PLC0415

    photos = list(Photo.objects.filter(constat__diagnostic=marche).values_list("sha256", "principale"))
    entieres = {sha for sha, nom in photos if (settings.FICHIERS_DIR / nom).stat().st_size}
    numeros = list(Constat.objects.filter(diagnostic=marche).values_list("numero", flat=True))
    en_double = len(photos) - len(entieres) + len(numeros) - len(set(numeros))
    n, retrouvees = len(shas), len(shas & entieres)
    return [
        mesure("terrain, photos retrouvées par leur empreinte", n, retrouvees, "photos", mini=n),
        mesure("terrain, photos ou constats en double", n, en_double, "doubles", maxi=0),
    ]


class _Telephone:
    """Calls the API through WSGI as a telephone does."""

    def __init__(self, cookie: str, personne):
        from config.wsgi import application  # noqa: PLC0415

        self.appareil = str(uuid.uuid4())
        self.navigateur = Navigateur(application, f"{cookie}; {settings.CSRF_COOKIE_NAME}={JETON}")
        self.entetes = {"HTTP_X_CSRFTOKEN": JETON, "HTTP_X_COMPTE": str(personne.pk), "HTTP_X_APPAREIL": self.appareil}
        self.envoyer(f"appareils/{self.appareil}/", {"libelle": "Chrome sur Android"})

    def appel(self, chemin: str, corps, **entetes: str) -> dict:
        """Return the arguments of a call of the browser of the measures."""
        octets = corps if isinstance(corps, bytes) else json.dumps(corps).encode()
        genre = "application/octet-stream" if isinstance(corps, bytes) else "application/json"
        return {
            "chemin": f"/terrain/api/{chemin}",
            "methode": "PUT",
            "corps": octets,
            "entetes": self.entetes | {"CONTENT_TYPE": genre} | entetes,
        }

    def envoyer(self, chemin: str, corps, **entetes: str) -> bytes:
        """Send; raises RuntimeError unless it is received."""
        return self.navigateur.appeler(**self.appel(chemin, corps, **entetes))

    def requetes(self, chemin: str, corps, **entetes: str) -> int:
        """Send, and count the queries."""
        return self.navigateur.requetes(**self.appel(chemin, corps, **entetes))


def _fiche(marche, *shas: str) -> dict:
    maintenant = datetime.datetime.now(datetime.UTC).isoformat()
    photos = [
        {"sha256": sha, "role": "avant", "poids": 1, "largeur": 1600, "hauteur": 1200, "prise_a": maintenant}
        | {"texte_alternatif": ""}
        for sha in shas
    ]
    contenu = {
        "diagnostic": marche.pk,
        "quartier": marche.quartier_id,
        "releve_a": maintenant,
        "nature": "negatif",
        "theme": None,
        "sous_theme": None,
        "principe": None,
        "etape": None,
        "description": "Dépôt au pied du hall",
        "proposition": "",
        "repere": "",
        "danger": False,
        "position": {"lon": 0.694, "lat": 47.3861, "precision_m": 8, "source": "gps"},
        "photos": photos,
    }
    return {"format": 1, "genre": "constat", "base": None, "envoye_a": maintenant, "contenu": contenu}


def _serveur(cookie: str, personne, marche) -> list[Mesure]:
    """Measure one new record, the same one again, one photo."""
    telephone = _Telephone(cookie, personne)
    numero, corps = uuid.uuid4(), _fiche(marche)
    bornes = _inserer(corps)
    neuves = chronometrer(lambda: telephone.envoyer(f"envois/{uuid.uuid4()}/", corps), TOURS)
    requetes = telephone.requetes(f"envois/{numero}/", corps)
    mesures = _couts("nouvelle fiche", neuves, bornes, requetes)
    rejouees = chronometrer(lambda: telephone.envoyer(f"envois/{numero}/", corps), TOURS)
    mesures += _couts("fiche rejouée", rejouees, bornes, telephone.requetes(f"envois/{numero}/", corps))
    return mesures + _photos(telephone, marche)


def _photos(telephone: _Telephone, marche) -> list[Mesure]:
    from socle.images import nettoyer_photo  # noqa: PLC0415

    modele = photo((1600, 1200), (450_000, 500_000))
    suite = iter([marquer(modele, rang) for rang in range(TOURS_PHOTO + 4)])
    durees_seules = chronometrer(lambda: nettoyer_photo(modele), TOURS_PHOTO)

    def preparer() -> tuple[str, bytes]:
        octets, numero = next(suite), uuid.uuid4()
        sha = hashlib.sha256(octets).hexdigest()
        telephone.envoyer(f"envois/{numero}/", _fiche(marche, sha))
        return f"envois/{numero}/photos/{sha}/", octets

    prets = iter([preparer() for _ in range(TOURS_PHOTO + 3)])

    def envoyer() -> None:
        chemin, octets = next(prets)
        telephone.envoyer(chemin, octets, HTTP_X_DEBUT="0", HTTP_X_TAILLE=str(len(octets)))

    durees = chronometrer(envoyer, TOURS_PHOTO)
    chemin, octets = preparer()
    requetes = telephone.requetes(chemin, octets, HTTP_X_DEBUT="0", HTTP_X_TAILLE=str(len(octets)))
    return _couts("photo de 500 ko", durees, durees_seules, requetes)


def _couts(nom: str, durees: list[float], bornes: list[float], requetes: int) -> list[Mesure]:
    n, milieu = len(durees), statistics.median
    return [
        mesure(f"terrain, serveur, {nom}, p50", n, milieu(durees), "ms", borne=milieu(bornes)),
        mesure(f"terrain, serveur, {nom}, p95", n, quantile(durees, 0.95), "ms", borne=quantile(bornes, 0.95)),
        mesure(f"terrain, serveur, {nom}, requêtes SQL", n, requetes, "requêtes"),
    ]


def _inserer(corps: dict) -> list[float]:
    """The bound of a record: one row inserted and committed."""
    texte = json.dumps(corps)
    with psycopg.connect(os.environ["BENCH_ADRESSE"], autocommit=True) as connexion:
        connexion.execute(_TEMOIN)
        connexion.execute("TRUNCATE bench_temoin")
        return chronometrer(
            lambda: connexion.execute("INSERT INTO bench_temoin VALUES (%s, %s)", [uuid.uuid4(), texte]), TOURS
        )


def main() -> None:
    """Print the measures, one JSON object a line."""
    django.setup()
    for m in mesurer():
        print(json.dumps(asdict(m), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
