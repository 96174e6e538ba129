"""The field mode in Chromium, as a telephone of 390 by 844: start, saving, photos, a slow line, five hundred photos.

Nothing here reads the database: bench.terrain starts the server, gives the ids, and counts what was received.
"""

import contextlib
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.pages import quantile
from bench.photos import marquer, photo
from bench.rapport import Mesure, mesure

CHROMIUM = "/usr/bin/chromium"
BANC = (Path(__file__).parent / "terrain.js").read_text(encoding="utf-8")
LENT = 4
DEPARTS = 7
CONSTATS = 20
REDUCTIONS = 5
LIGNE = 187_500  # bytes a second: 1.5 Mbit/s
LATENCE = 60  # ms
FICHES_LIGNE, PHOTOS_LIGNE, SUIVIES, EN_AVANCE = 60, 2, 40, 2
ENDURANCE = (20, 80)  # records sent in turn, of five photos
PHOTOS_ENDURANCE = 5
REPOS = 3  # s: the page checks its receipts again, then it is quiet
DELAI = 600  # s, of a loaded machine
PHRASE = "Constat enregistré sur le téléphone"


@dataclass(frozen=True)
class Decor:
    """Where and what: the server, the cookie of the account, the walks and their quartier."""

    adresse: str
    cookie: str
    quartier: int
    marche: int
    marche_ligne: int
    marche_endurance: int

    @property
    def ecran(self) -> str:
        """Return the address of the capture screen within the page."""
        return f"#/marche/{self.marche}/relever"


@contextlib.contextmanager
def _telephone(navigateur: Browser, decor: Decor):
    """Give a page of the field mode, online, its service worker in charge; a new person each time."""
    contexte = navigateur.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        geolocation={"longitude": 0.694, "latitude": 47.3861, "accuracy": 8},
        permissions=["geolocation"],
    )
    contexte.set_default_timeout(60_000)
    contexte.add_init_script(f"{BANC}; window.banc = banc; banc.ouvrir();")
    nom, _, valeur = decor.cookie.partition("=")
    contexte.add_cookies([{"name": nom, "value": valeur, "domain": urlsplit(decor.adresse).hostname, "path": "/"}])
    try:
        page = contexte.new_page()
        page.goto(f"{decor.adresse}/terrain/")
        page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")
        page.wait_for_function("async () => Boolean((await window.terrain?.module('coffre'))?.compte())")
        yield page
    finally:
        contexte.close()


def _freiner(page: Page, rythme: int) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rythme})
    return session


def mesurer(decor: Decor) -> tuple[list[Mesure], set[str]]:
    """Measure; return the measures and the hashes of the photos of the endurance."""
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        try:
            mesures = _sur_l_appareil(navigateur, decor) + _ligne(navigateur, decor)
            suite, shas = _endurance(navigateur, decor)
            return mesures + suite, shas
        finally:
            navigateur.close()


def _sur_l_appareil(navigateur: Browser, decor: Decor) -> list[Mesure]:
    with _telephone(navigateur, decor) as page:
        coquille = page.evaluate("() => banc.coquille()")
        page.evaluate("(h) => { location.hash = h; }", decor.ecran)  # carried at once: there is a network
        page.get_by_role("button", name="Enregistrer le constat").wait_for()
        contexte = page.context
        page.close()
        contexte.set_offline(True)
        lents, lent = _departs(contexte, decor, LENT)
        vifs, vif = _departs(contexte, decor, 1)
        if lent < vif * LENT / 2:
            raise RuntimeError(f"Le processeur n’est pas ralenti : {lent:.0f} ms contre {vif:.0f}.")
        page = _ouvrir(contexte, decor, LENT)
        peints, borne = _enregistrements(page)
        photos = _reductions(page)
    lourd, compte = coquille["brut"] / 1000, coquille["fichiers"]
    depart, garde = (f"terrain, {quoi}, processeur ÷ {LENT}" for quoi in ("départ sans réseau", "constat enregistré"))
    median = statistics.median
    return [
        mesure("terrain, premier chargement", compte, coquille["gzip"] / 1000, "ko", borne=lourd, maxi=250),
        mesure(f"{depart}, p50", DEPARTS, median(lents), "ms", borne=median(vifs), maxi=1500),
        mesure(f"{depart}, pire", DEPARTS, max(lents), "ms", borne=max(vifs)),
        mesure(f"{garde}, p50", CONSTATS, median(peints), "ms", borne=median(borne)),
        mesure(f"{garde}, p95", CONSTATS, quantile(peints, 0.95), "ms", borne=quantile(borne, 0.95), maxi=300),
        *photos,
    ]


def _ouvrir(contexte, decor: Decor, rythme: int) -> Page:
    """Open the capture screen in a new page, its processor slowed, with no service worker running."""
    page = contexte.new_page()
    session = _freiner(page, rythme)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    page.goto(f"{decor.adresse}/terrain/{decor.ecran}")
    return page


def _departs(contexte, decor: Decor, rythme: int) -> tuple[list[float], float]:
    """Return the milliseconds from each navigation to a screen that answers, and the pace of the processor."""
    durees, calibres = [], []
    for _ in range(DEPARTS):
        page = _ouvrir(contexte, decor, rythme)
        durees.append(page.evaluate("() => banc.depart"))
        calibres.append(page.evaluate("() => banc.calibre()"))
        page.close()
    return durees, min(calibres)


def _enregistrements(page: Page) -> tuple[list[float], list[float]]:
    """Return the milliseconds from the touch to the sentence, painted, and those of the bound."""
    modele = photo((1600, 1200), (450_000, 500_000))
    peints = []
    for rang in range(CONSTATS):
        page.locator("[name=photo]").first.set_input_files(
            {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": marquer(modele, rang)}
        )
        page.locator(".terrain-photo-prise img").wait_for()
        page.locator(".themes .theme").first.tap()
        page.wait_for_timeout(500)  # the draft is kept
        page.evaluate("(p) => banc.armer(p)", PHRASE)
        page.get_by_role("button", name="Enregistrer le constat").tap()
        peints.append(page.evaluate("() => banc.duree"))
    return peints, page.evaluate("([o, n]) => banc.poser(o, n)", [len(modele), CONSTATS])


def _reductions(page: Page) -> list[Mesure]:
    mesures = []
    page.evaluate(
        "() => document.body.append(Object.assign(document.createElement('input'), {type: 'file', id: 'banc'}))"
    )
    for nom, grain in (("rue", 1), ("feuillage", 3)):
        octets = photo((4000, 3000), (3_500_000, 5_000_000), grain=grain)
        page.locator("#banc").set_input_files({"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": octets})
        faits = page.evaluate("(n) => banc.reduire(document.getElementById('banc').files[0], n)", REDUCTIONS)
        nous, borne = statistics.median(faits["nous"]), statistics.median(faits["borne"])
        reduite, poids = f"terrain, photo de 12 Mpx réduite ({nom})", faits["poids"] / 1000
        mesures += [
            mesure(f"{reduite}, processeur ÷ {LENT}", REDUCTIONS, nous, "ms", borne=borne),
            mesure(f"{reduite}, poids", 1, poids, "ko", borne=len(octets) / 1000, maxi=500),
        ]
    return mesures


def _suivre(page: Page, fiches: int, photos: int, ouvrir, ecouter=lambda: None) -> list[list[float]]:
    """Open the line and wait until so much is received; return [[seconds, records, photos, bytes], …] since then."""
    page.evaluate("([f, p]) => banc.suivre(f, p)", [fiches, photos])
    ouvrir()
    fin = time.monotonic() + DELAI
    while not page.evaluate("() => banc.fini"):
        if time.monotonic() > fin:
            raise RuntimeError(f"Au bout de {DELAI} s, reçu : {page.evaluate('() => banc.recus()')}.")
        ecouter()
        page.wait_for_timeout(500)
    return [[t / 1000, f, p, o] for t, f, p, o in page.evaluate("() => banc.suivi")]


def _ligne(navigateur: Browser, decor: Decor) -> list[Mesure]:
    with _telephone(navigateur, decor) as page:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        _regler(session, coupee=True)
        page.evaluate(
            "(o) => banc.remplir(o)",
            {
                "marche": decor.marche_ligne,
                "quartier": decor.quartier,
                "fiches": FICHES_LIGNE,
                "photos": PHOTOS_LIGNE,
                "largeur": 1600,
                "hauteur": 1200,
                "mini": 450_000,
                "maxi": 500_000,
            },
        )
        suivi = _suivre(page, FICHES_LIGNE, EN_AVANCE + SUIVIES, lambda: _regler(session))
        attente = page.evaluate("() => banc.attente()") / 1000
    fiches = next(t for t, f, *_ in suivi if f >= FICHES_LIGNE)
    debut, fin = (next((t, o) for t, _, p, o in suivi if p >= n) for n in (EN_AVANCE, EN_AVANCE + SUIVIES))
    photos = f"terrain, photos {EN_AVANCE + 1} à {EN_AVANCE + SUIVIES} sur 120 à 1,5 Mbit/s"
    debit = (fin[1] - debut[1]) / (fin[0] - debut[0])
    return [
        mesure("terrain, 60 fiches reçues à 1,5 Mbit/s", FICHES_LIGNE, fiches, "s", borne=attente, maxi=10),
        mesure(f"{photos}, débit", SUIVIES, debit / 1000, "ko/s", borne=LIGNE / 1000, mini=0.9 * LIGNE / 1000),
    ]


def _regler(session: CDPSession, *, coupee: bool = False) -> None:
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": coupee, "latency": LATENCE, "downloadThroughput": LIGNE, "uploadThroughput": LIGNE},
    )


def _endurance(navigateur: Browser, decor: Decor) -> tuple[list[Mesure], set[str]]:
    """Send five hundred photos without a brake; memory is that of the page after a collection."""
    shas: list[str] = []
    secondes = 0.0
    with _telephone(navigateur, decor) as page:
        session = page.context.new_cdp_session(page)
        memoires = [_memoire(session)]
        pic = [0.0]
        for fiches in ENDURANCE:
            page.context.set_offline(True)
            faits = page.evaluate(
                "(o) => banc.remplir(o)",
                {
                    "marche": decor.marche_endurance,
                    "quartier": decor.quartier,
                    "fiches": fiches,
                    "photos": PHOTOS_ENDURANCE,
                    "largeur": 800,
                    "hauteur": 600,
                    "mini": 55_000,
                    "maxi": 65_000,
                },
            )
            shas += faits["shas"]
            _memoire(session)  # what drew the photos goes: the peak is that of the sending
            suivi = _suivre(
                page,
                len(shas) // PHOTOS_ENDURANCE,
                len(shas),
                lambda: page.context.set_offline(False),
                lambda: pic.append(_memoire(session, ramasser=False)),
            )
            secondes += suivi[-1][0]
            memoires.append(_memoire(session))
    n = len(shas)
    return [
        mesure("terrain, 500 photos envoyées", n, secondes, "s"),
        mesure("terrain, mémoire de la page après 500 photos", n, memoires[-1], "Mo", borne=memoires[0]),
        mesure("terrain, mémoire de plus entre 100 et 500 photos", n, memoires[2] - memoires[1], "Mo", maxi=1),
        mesure("terrain, mémoire de la page pendant l’envoi, pic", n, max(pic), "Mo", borne=memoires[0]),
    ], set(shas)


def _memoire(session: CDPSession, *, ramasser: bool = True) -> float:
    """Return the megabytes of the heap of the page, with its buffers."""
    if ramasser:
        time.sleep(REPOS)
        session.send("HeapProfiler.collectGarbage")
    faits = session.send("Runtime.getHeapUsage")
    return (faits["usedSize"] + faits.get("embedderHeapUsedSize", 0) + faits.get("backingStorageSize", 0)) / 1e6
