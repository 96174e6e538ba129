"""Drive WebKitGTK, a cousin of the engine of an iPhone, through its W3C WebDriver; standard library only."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAVIGATEUR = Path(__file__).with_name("webkit_navigateur.py")
#: What is looked for under /usr, and the package of Debian that brings it (scripts/preparer.py installs them).
BESOINS = {
    "bin/WebKitWebDriver": "webkit2gtk-driver",
    "bin/Xvfb": "xvfb",
    "lib/*/girepository-1.0/WebKit2-4.1.typelib": "gir1.2-webkit2-4.1",
    "lib/python3/dist-packages/gi": "python3-gi",
}
DOSSIERS = ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
ATTENTE = 20.0  # seconds: a loaded machine is slow, a broken page never comes
SCRIPT = 60  # seconds: the longest that one script or one page may take
#: The visible button, link or label whose words are these: [words, exact] → element.
CHERCHER = """const [mots, dans] = arguments;
return [...document.querySelectorAll(`${dans} button, ${dans} a, ${dans} summary`)].find((e) =>
    e.checkVisibility() && !e.disabled && e.textContent.replace(/\\s+/g, " ").trim().startsWith(mots)) ?? null;"""


class WebKitError(RuntimeError):
    """A dead process, or "W3C code: message" answered by the driver or thrown by the page."""


def manquants() -> list[str]:
    """Return the packages of Debian that this machine lacks; nothing when the journeys can be played."""
    return [paquet for motif, paquet in BESOINS.items() if not any(Path("/usr").glob(motif))]


def _vivant(groupe: int) -> bool:
    """Tell whether a process group still has a process that is not a zombie."""
    for fiche in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            etat, _parent, pgrp = fiche.read_text(errors="replace").rpartition(")")[2].split()[:3]
            if int(pgrp) == groupe and etat not in "ZX":
                return True
    return False


def _finir(processus: subprocess.Popen, *, sans_prevenir: bool = False) -> None:
    """End a process and its group, all started here; politely first, for WebKit may be writing the profile."""
    if not sans_prevenir:
        processus.terminate()
        fin = time.monotonic() + 5
        while _vivant(processus.pid) and time.monotonic() < fin:
            time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(processus.pid, signal.SIGKILL)
    processus.wait()
    fin = time.monotonic() + 5  # its children hold the profile until they are gone
    while _vivant(processus.pid) and time.monotonic() < fin:
        time.sleep(0.01)


@contextlib.contextmanager
def ecran_virtuel() -> Iterator[str]:
    """Run a private X server on a number that it picks itself; give its name."""
    commande = ["/usr/bin/Xvfb", "-displayfd", "1", "-screen", "0", "800x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(
        commande,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as serveur:
        try:
            numero = serveur.stdout.readline().decode().strip()
            if not numero:
                raise WebKitError("Xvfb n’a pas démarré")
            yield f":{numero}"
        finally:
            _finir(serveur)


class WebKit(contextlib.AbstractContextManager["WebKit"]):
    """One browser on one profile. `fermer()` ends it as a person does, `tuer()` as a telephone does."""

    def __init__(self, profil: Path, ecran: str, *, fonctions: tuple[str, ...] = ()) -> None:
        """`fonctions`: features of WebKit to turn on, "StorageAPI" for instance (on in Safari, off in GTK)."""
        self._session, self._port, self._pilote = "", 0, None
        self._maison = tempfile.TemporaryDirectory(prefix="webkit-", ignore_cleanup_errors=True)
        self.journal = Path(self._maison.name, "journal")  # what the driver and the console of the page write
        try:
            self._demarrer(ecran)
            options = {"binary": "/usr/bin/python3", "args": [str(NAVIGATEUR), str(profil.resolve()), *fonctions]}
            voulu = {
                "browserName": "terrain",
                "webkitgtk:browserOptions": options,
                "timeouts": {"script": SCRIPT * 1000, "pageLoad": SCRIPT * 1000},
            }
            ouverte = self.commande("POST", "/session", capabilities={"alwaysMatch": voulu})
            self._session = "/session/" + ouverte["sessionId"]
        except BaseException:
            self.fermer()
            raise

    def _demarrer(self, ecran: str) -> None:
        """Start the driver on a free port of the loopback and wait until it answers."""
        milieu = os.environ | dict.fromkeys(DOSSIERS, self._maison.name)
        milieu |= {"GDK_BACKEND": "x11", "DISPLAY": ecran, "TZ": "Europe/Paris"}
        with socket.create_server(("127.0.0.1", 0)) as prise:
            self._port = prise.getsockname()[1]
        with self.journal.open("wb") as journal:
            self._pilote = subprocess.Popen(
                ["/usr/bin/WebKitWebDriver", "--host=127.0.0.1", f"--port={self._port}"],
                env=milieu,
                stdin=subprocess.DEVNULL,
                stdout=journal,
                stderr=journal,
                start_new_session=True,
            )
        fin = time.monotonic() + ATTENTE
        while time.monotonic() < fin and self._pilote.poll() is None:
            with contextlib.suppress(OSError):
                self.commande("GET", "/status")
                return
            time.sleep(0.02)
        raise WebKitError(f"WebKitWebDriver n’a pas démarré : {self.console()[-500:]}")

    def console(self) -> str:
        """Return what the driver and the page wrote."""
        return self.journal.read_text(encoding="utf-8", errors="replace")

    def commande(self, methode: str, chemin: str, **corps: Any) -> Any:
        """Any command of the session and its `value`: commande("POST", "/refresh")."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=SCRIPT + 10)) as fil:
            fil.request(methode, self._session + chemin, json.dumps(corps) if methode == "POST" else None)
            try:
                reponse = fil.getresponse()
            except TimeoutError:
                raise WebKitError(f"pas de réponse à {methode} {chemin} : {self.console()[-500:]}") from None
            valeur = json.load(reponse)["value"]
        if reponse.status != 200:
            raise WebKitError(f"{valeur['error']} : {valeur['message']}")
        return valeur

    def aller(self, url: str) -> None:
        """Open an address; the driver says nothing of a refused connection, this raises."""
        self.commande("POST", "/url", url=url)
        if self.executer("return location.href") == "about:blank":
            raise WebKitError(f"la page ne s’ouvre pas : {url}")

    def executer(self, script: str, *arguments: Any) -> Any:
        """Run the body of a function in the page (`arguments`, `return`); a promise is awaited."""
        return self.commande("POST", "/execute/sync", script=script, args=arguments)

    def executer_async(self, script: str, *arguments: Any) -> Any:
        """Run the body of an async function in the page; a rejection raises WebKitError."""
        enveloppe = f"return(async function(){{{script}\n}})(...arguments).catch(e=>{{throw Error(e)}})"
        return self.executer(enveloppe, *arguments)

    def attendre(self, condition: str, *arguments: Any, secondes: float = ATTENTE) -> Any:
        """Wait until this async function body gives something true, and return it; a page may change meanwhile."""
        fin, erreur = time.monotonic() + secondes, ""
        while time.monotonic() < fin:
            try:
                if valeur := self.executer_async(condition, *arguments):
                    return valeur
            except WebKitError as levee:
                erreur = str(levee)
            time.sleep(0.05)
        page = self.executer("return document.body.innerText")[:1500]
        raise WebKitError(f"jamais vrai : {condition} {arguments}\n{erreur}\n{page}\n{self.console()[-1500:]}")

    def dit(self, phrase: str, dans: str = "body") -> None:
        """Wait until this part of the page says this; every space counts as one."""
        lire = 'return document.querySelector(arguments[0])?.innerText.replace(/\\s+/g, " ").includes(arguments[1])'
        self.attendre(lire, dans, " ".join(phrase.split()))

    def presser(self, mots: str, dans: str = "body") -> None:
        """Press the button or the link that begins with these words, by a trusted click; again if it is drawn anew."""
        fin = time.monotonic() + ATTENTE
        while True:
            self.attendre(CHERCHER, mots, dans)
            try:
                element = self.executer(CHERCHER, mots, dans)
                self.executer("arguments[0].scrollIntoView({ block: 'center' })", element)  # what the thumb does
                return self.commande("POST", f"/element/{next(iter(element.values()))}/click")
            except WebKitError as erreur:
                if "stale" not in str(erreur) or time.monotonic() > fin:
                    raise

    def taper(self, selecteur: str, texte: str) -> None:
        """Type real keys in a field."""
        element = self.commande("POST", "/element", using="css selector", value=selecteur)
        self.commande("POST", f"/element/{next(iter(element.values()))}/value", text=texte)

    def deposer(self, selecteur: str, *fichiers: Path) -> None:
        """Choose files in a file field."""
        self.taper(selecteur, "\n".join(str(fichier.resolve(strict=True)) for fichier in fichiers))

    def fermer(self) -> None:
        """End the session, then the processes started here."""
        with contextlib.suppress(OSError, WebKitError, http.client.HTTPException, ValueError):
            if self._session:
                self.commande("DELETE", "")
        self._ranger()

    def tuer(self) -> None:
        """Kill driver, browser and their children at once: nobody can write a last word."""
        self._ranger(sans_prevenir=True)

    def _ranger(self, **maniere: bool) -> None:
        if self._pilote is not None:
            _finir(self._pilote, **maniere)
        self._session, self._pilote = "", None
        self._maison.cleanup()

    def __exit__(self, *_: object) -> None:
        self.fermer()
