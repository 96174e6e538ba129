"""The child side of socle.pdf_isole: reads jobs on its input until it closes, answers on its output."""

import contextlib
import os
import resource
import sys
import threading
import time
from typing import IO

from socle import pdf_assemblage, pdf_moteur
from socle.pdf_isole import envoyer, recevoir
from socle.pdf_types import Assemblage, PdfRefuse

TRAVAUX = {"ecrire_page": pdf_moteur.ecrire_page, "assembler": pdf_assemblage.assembler}
TROP_GROS = "La mise en page demande trop de mémoire\u00a0: réduisez le document ou le nombre de photos."


def main() -> None:
    """Serve jobs with the address space limited to argv[1] bytes, as long as the parent argv[2] lives."""
    memoire_max, parent = int(sys.argv[1]), int(sys.argv[2])
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memoire_max, memoire_max))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_suivre, args=(parent,), daemon=True).start()
    # Only frames may go out: whatever prints goes to the error output.
    sortie = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while True:
        try:
            travail, arguments = recevoir(sys.stdin.buffer)
        except EOFError:
            return
        envoyer(sortie, ("fin", _faire(travail, arguments, sortie)))


def _faire(travail: str, arguments: tuple, sortie: IO[bytes]) -> Assemblage | PdfRefuse:
    try:
        return TRAVAUX[travail](*arguments, avancement=lambda *etape: envoyer(sortie, ("avancement", etape)))
    except PdfRefuse as refus:
        return refus
    except MemoryError:
        pdf_assemblage.garde.vider()
        return PdfRefuse(TROP_GROS)
    except Exception as erreur:  # whatever happens in there, the parent gets a sentence
        sys.excepthook(type(erreur), erreur, erreur.__traceback__)
        return PdfRefuse(f"La mise en page a échoué\u00a0: {type(erreur).__name__}.")


def _suivre(parent: int) -> None:
    """End with the parent, even when it was killed in the middle of a job."""
    while os.getppid() == parent:
        time.sleep(2)
    os._exit(1)


if __name__ == "__main__":
    main()
