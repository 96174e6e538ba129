"""What a telephone of the tests sends."""

import datetime
import hashlib
import json
import uuid

from django.utils import timezone

from tests.fixtures.images import photo

_PHOTOS: dict[int, bytes] = {}


def octets_de(graine: int) -> bytes:
    """Return a small street, drawn once a seed."""
    if graine not in _PHOTOS:
        _PHOTOS[graine] = photo(graine=graine, taille=(160, 120))
    return _PHOTOS[graine]


def sha(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def annonce(octets: bytes, **champs) -> dict:
    """Return how a telephone announces a photo."""
    annoncee = {"sha256": sha(octets), "role": "avant", "poids": len(octets), "largeur": 160, "hauteur": 120}
    return annoncee | {"prise_a": timezone.now().isoformat(), "texte_alternatif": ""} | champs


def contenu(marche, *, photos=(), **champs) -> dict:
    """Return the content of a constat of that walk, seen now."""
    return {
        "diagnostic": marche.pk,
        "quartier": marche.quartier_id,
        "releve_a": timezone.now().isoformat(),
        "nature": "negatif",
        "theme": None,
        "sous_theme": None,
        "principe": None,
        "etape": None,
        "description": "Dalle cassée",
        "proposition": "",
        "repere": "",
        "danger": False,
        "position": {"lon": 0.69, "lat": 47.38, "precision_m": 6, "source": "gps"},
        "photos": [annonce(octets) for octets in photos],
    } | champs


def corps(dedans: dict, genre: str = "constat", *, base: str | None = None, ecart=datetime.timedelta()) -> dict:
    """Return a sending; `ecart` is how much the clock of the telephone is fast."""
    envoye_a = timezone.now() + ecart
    return {"format": 1, "genre": genre, "base": base, "envoye_a": envoye_a.isoformat(), "contenu": dedans}


def revue(marche, constat, verdict: str, *, photos=(), **champs) -> dict:
    """Return the content of a constat seen again."""
    return {
        "diagnostic": marche.pk,
        "quartier": marche.quartier_id,
        "releve_a": timezone.now().isoformat(),
        "constat": constat.pk,
        "verdict": verdict,
        "commentaire": "",
        "position": None,
        "photos": [annonce(octets) for octets in photos],
    } | champs


class Telephone:
    """A telephone of somebody: its test client, and the headers of the field application."""

    def __init__(self, client, compte, appareil: uuid.UUID | None = None):
        self.client, self.compte, self.appareil = client, compte, appareil or uuid.uuid4()

    @property
    def entetes(self) -> dict:
        return {"X-Appareil": str(self.appareil), "X-Compte": str(self.compte.pk)}

    def lire(self, chemin: str):
        return self.client.get(f"/terrain/api/{chemin}", headers=self.entetes)

    def envoyer(self, numero, objet):
        """PUT one record."""
        return self._json("put", f"envois/{numero}/", objet)

    def connaitre(self, libelle: str = "Chrome sur Android"):
        """Ask for the key."""
        return self._json("put", f"appareils/{self.appareil}/", {"libelle": libelle})

    def recus(self, *numeros):
        """Ask what the server holds."""
        return self._json("post", "recus/", {"uuids": [str(n) for n in numeros]})

    def _json(self, methode, chemin, objet):
        texte = objet if isinstance(objet, str | bytes) else json.dumps(objet)
        envoyer = getattr(self.client, methode)
        return envoyer(f"/terrain/api/{chemin}", texte, content_type="application/json", headers=self.entetes)

    def deposer(self, numero, octets: bytes, *, debut: int = 0, fin: int | None = None, sha256: str = ""):
        """PUT a photo, or a piece of it."""
        entetes = self.entetes | {"X-Debut": str(debut), "X-Taille": str(len(octets))}
        return self.client.put(
            f"/terrain/api/envois/{numero}/photos/{sha256 or sha(octets)}/",
            octets[debut:fin],
            content_type="application/octet-stream",
            headers=entetes,
        )
