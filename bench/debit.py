"""Requests a second of one page served by gunicorn with two workers, for the application and for the bound."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time

CLIENTS = 4
SECONDES = 5


def _port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]


@contextlib.contextmanager
def serveur(module: str, *, fils: int = 1):
    """Run gunicorn with two workers of so many threads on the loopback; gives the port; stops it by its pid."""
    port = _port_libre()
    commande = [
        sys.executable,
        "-m",
        "gunicorn",
        module,
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--threads",
        str(fils),
        "--log-level",
        "error",
    ]
    processus = subprocess.Popen([*commande, "--no-control-socket"], env=os.environ)  # noqa: S603
    try:
        _attendre(port, processus)
        yield port
    finally:
        processus.send_signal(signal.SIGTERM)
        processus.wait(30)


def _attendre(port: int, processus) -> None:
    for _ in range(200):
        if processus.poll() is not None:
            raise RuntimeError("gunicorn s’est arrêté avant de répondre.")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("gunicorn ne répond pas.")


def debit(port: int, chemin: str, cookie: str) -> float:
    """Return the answers a second seen by CLIENTS threads during SECONDES; raises RuntimeError on a bad answer."""
    comptes, erreurs = [0] * CLIENTS, []
    fin = time.perf_counter() + SECONDES

    def tourner(rang: int) -> None:
        while time.perf_counter() < fin and not erreurs:
            connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connexion.request("GET", chemin, headers={"Cookie": cookie, "Host": "127.0.0.1"})
            reponse = connexion.getresponse()
            reponse.read()
            connexion.close()
            if reponse.status != 200:
                erreurs.append(reponse.status)
            comptes[rang] += 1

    fils = [threading.Thread(target=tourner, args=(rang,)) for rang in range(CLIENTS)]
    depart = time.perf_counter()
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    if erreurs:
        raise RuntimeError(f"Réponse {erreurs[0]} pendant la mesure du débit.")
    return sum(comptes) / (time.perf_counter() - depart)
