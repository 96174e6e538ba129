"""A bad line in front of the server: answers that never come, connections cut half-way, errors that are not ours."""

import contextlib
import random
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

REPONSES = {
    "erreur": (500, "Internal Server Error"),
    "trop_lourd": (413, "Request Entity Too Large"),
    "indisponible": (503, "Service Unavailable"),
}
#: Fate of a call, and how often out of 100: the rest goes through.
MALHEURS = {"erreur": 10, "indisponible": 5, "trop_lourd": 5, "perdue": 15, "coupee": 15}


class Mandataire(socketserver.ThreadingTCPServer):
    """Forwards to the server; calls under `prefixe` meet a fate drawn by a seeded generator, until `calmer()`."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, vers: str, *, prefixe: str, graine: int, malheurs: dict[str, int] | None = None, port: int = 0):
        super().__init__(("127.0.0.1", port), _Appel)
        cible = urlsplit(vers)
        self.cible = (cible.hostname, cible.port)
        self.prefixe, self.hasard = prefixe, random.Random(graine)  # noqa: S311 - faults of a test
        self.malheurs = MALHEURS if malheurs is None else malheurs
        self.comptes: Counter[str] = Counter()
        self.verrou = threading.Lock()
        self.calme = False

    @property
    def adresse(self) -> str:
        """Return what the browser opens; `localhost` is a secure context, as 127.0.0.1 is."""
        return f"http://localhost:{self.server_address[1]}"

    def sort(self, chemin: str) -> str:
        """Draw what happens to a call."""
        with self.verrou:
            if self.calme or not chemin.startswith(self.prefixe):
                return "passe"
            tire, cumul = self.hasard.randrange(100), 0
            for nom, part in self.malheurs.items():
                cumul += part
                if tire < cumul:
                    self.comptes[nom] += 1
                    return nom
            self.comptes["passe"] += 1
            return "passe"


class _Appel(socketserver.BaseRequestHandler):
    """One connection, one call: every answer closes it."""

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            tete, debut = self._lire_la_tete()
            if tete:
                self._servir(tete, debut)

    def _lire_la_tete(self) -> tuple[bytes, bytes]:
        recu = b""
        while b"\r\n\r\n" not in recu:
            morceau = self.request.recv(65536)
            if not morceau:
                return b"", b""
            recu += morceau
        tete, _, debut = recu.partition(b"\r\n\r\n")
        return tete, debut

    def _servir(self, tete: bytes, debut: bytes) -> None:
        lignes = tete.decode("latin-1").split("\r\n")
        chemin = lignes[0].split(" ")[1]
        entetes = dict(ligne.split(": ", 1) for ligne in lignes[1:])
        attendu = int(next((v for n, v in entetes.items() if n.lower() == "content-length"), "0"))
        corps = debut
        while len(corps) < attendu:
            corps += self.request.recv(min(65536, attendu - len(corps)))
        sort = self.server.sort(chemin)
        if sort in REPONSES:
            code, mot = REPONSES[sort]
            self.request.sendall(f"HTTP/1.1 {code} {mot}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            return
        gardees = [ligne for ligne in lignes if not ligne.lower().startswith("connection:")]
        avant = "\r\n".join([*gardees, "Connection: close"]).encode("latin-1") + b"\r\n\r\n"
        with socket.create_connection(self.server.cible, timeout=30) as serveur:
            if sort == "coupee":
                serveur.sendall(avant + corps[: max(1, len(corps) // 2)])
                return  # both ends see the connection die
            serveur.sendall(avant + corps)
            reponse = _tout_lire(serveur)
        if sort != "perdue":  # committed by the server, never heard by the telephone
            self.request.sendall(reponse)


def _tout_lire(prise: socket.socket) -> bytes:
    morceaux = []
    while morceau := prise.recv(65536):
        morceaux.append(morceau)
    return b"".join(morceaux)


@contextlib.contextmanager
def mauvais_reseau(vers: str, *, prefixe: str, graine: int, malheurs=None, port: int = 0) -> Iterator[Mandataire]:
    """Run the bad line during the block, on a given port when it has to be the one of before."""
    with Mandataire(vers, prefixe=prefixe, graine=graine, malheurs=malheurs, port=port) as ligne:
        fil = threading.Thread(target=ligne.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        fil.start()
        yield ligne
        ligne.shutdown()
        fil.join(10)
