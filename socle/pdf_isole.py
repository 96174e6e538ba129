"""A child process that lays out PDFs: kept warm, limited in time and memory, killed when it overruns, renewed.

Frames on the pipes: 8 bytes of length, then a pickle. Both ends are ours; nothing from outside travels there.
"""

import atexit
import contextlib
import os
import pickle
import selectors
import struct
import subprocess
import sys
import tempfile
import threading
import time
from typing import IO, Any

from django.conf import settings

from socle.pdf_types import Assemblage, Avancement, PdfRefuse

MEMOIRE_MAX = 1536 * 1024 * 1024
TRAVAUX_PAR_ENFANT = 20
_LONGUEUR = struct.Struct(">Q")


class Enfant:
    """A running child and the number of jobs that it has done."""

    def __init__(self, memoire_max: int):
        self.memoire_max = memoire_max
        self.dossier = tempfile.TemporaryDirectory(prefix="quartiers-pdf-")  # the engine unpacks its fonts there
        self.travaux = 0
        self.processus = subprocess.Popen(  # noqa: S603 (our own module, no shell)
            [sys.executable, "-m", "socle.pdf_enfant", str(memoire_max), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=settings.BASE_DIR,
            env=os.environ | {"TMPDIR": self.dossier.name},
            start_new_session=True,  # Ctrl-C reaches the parent, which decides
        )

    def convient(self, memoire_max: int) -> bool:
        """Tell whether this child can take one more job under the same limit."""
        return self.processus.poll() is None and self.travaux < TRAVAUX_PAR_ENFANT and self.memoire_max == memoire_max

    def arreter(self) -> None:
        """Kill the child and release its pipes."""
        self.processus.kill()
        for flux in (self.processus.stdin, self.processus.stdout):
            with contextlib.suppress(OSError):
                flux.close()
        self.processus.wait()
        self.dossier.cleanup()


_verrou = threading.Lock()
_enfant: Enfant | None = None


def confier(
    travail: str, arguments: tuple, *, delai: float, memoire_max: int, avancement: Avancement | None = None
) -> Assemblage:
    """Have a job done by the child; raise PdfRefuse when it is refused, too long, too big or when the child dies."""
    global _enfant
    with _verrou:
        if _enfant is None or not _enfant.convient(memoire_max):
            congedier()
            _enfant = Enfant(memoire_max)
        try:
            resultat = _dialoguer(_enfant, travail, arguments, delai, avancement)
        except BaseException:
            congedier()
            raise
    if isinstance(resultat, PdfRefuse):
        raise resultat
    return resultat


def congedier() -> None:
    """Stop the child, if any."""
    global _enfant
    if _enfant is not None:
        _enfant.arreter()
        _enfant = None


atexit.register(congedier)


def _dialoguer(
    enfant: Enfant, travail: str, arguments: tuple, delai: float, avancement: Avancement | None
) -> Assemblage | PdfRefuse:
    fin = time.monotonic() + delai
    enfant.travaux += 1
    try:
        envoyer(enfant.processus.stdin, (travail, arguments))
    except OSError as erreur:
        raise PdfRefuse(_mort(enfant)) from erreur
    with selectors.DefaultSelector() as attente:
        attente.register(enfant.processus.stdout, selectors.EVENT_READ)
        while True:
            if not attente.select(max(0, fin - time.monotonic())):
                raise PdfRefuse(f"La mise en page a dépassé {delai:.0f}\u00a0secondes\u00a0: réduisez le document.")
            genre, valeur = _recevoir_ou_mort(enfant)
            if genre != "avancement":
                return valeur
            if avancement:
                avancement(*valeur)


def _recevoir_ou_mort(enfant: Enfant) -> tuple[str, Any]:
    try:
        return recevoir(enfant.processus.stdout)
    except EOFError as erreur:
        raise PdfRefuse(_mort(enfant)) from erreur


def _mort(enfant: Enfant) -> str:
    with contextlib.suppress(subprocess.TimeoutExpired):
        enfant.processus.wait(5)
    return f"La mise en page s’est arrêtée brutalement (code {enfant.processus.returncode})\u00a0: relancez-la."


def envoyer(flux: IO[bytes], valeur: object) -> None:
    """Write one frame."""
    octets = pickle.dumps(valeur)
    flux.write(_LONGUEUR.pack(len(octets)) + octets)
    flux.flush()


def recevoir(flux: IO[bytes]) -> Any:
    """Read one frame; raise EOFError when the other end is gone."""
    entete = flux.read(_LONGUEUR.size)
    if len(entete) < _LONGUEUR.size:
        raise EOFError
    (longueur,) = _LONGUEUR.unpack(entete)
    octets = flux.read(longueur)
    if len(octets) < longueur:
        raise EOFError
    return pickle.loads(octets)  # noqa: S301 (the other end is our own process)
