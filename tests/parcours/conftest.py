"""Journeys in a real Chromium: people at a desk or on the street, the real worker, axe-core on every page they see."""

import contextlib
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Page, expect, sync_playwright

from tests.fabriques.comptes import MOT_DE_PASSE
from tests.parcours.decor import decor  # noqa: F401

RACINE = Path(__file__).resolve().parents[2]
AXE = RACINE / "tests/vendor/axe-core-4.14.1/axe.min.js"
RESULTATS = RACINE / "test-results"
BUREAU = {"width": 1440, "height": 900}
TELEPHONE = {"width": 390, "height": 844}
SANITAS = {"longitude": 0.6948, "latitude": 47.3861, "accuracy": 8}
ATTENTE = 15_000  # ms: a loaded machine is slow, a broken page never comes
LANCER_AXE = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], iframes: false });
    return violations.filter(v => ["serious", "critical"].includes(v.impact))
        .map(v => v.id + " : " + v.nodes.map(n => n.target.join(" ")).slice(0, 4).join(" | "));
}"""
DEBORDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def pytest_collection_modifyitems(items):
    """Browser tests run in two groups, one a worker (the desk, the street), the launcher's beside; all have time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.parcours)
            genre = item.path.stem.removeprefix("test_").partition("_")[0]
            groupe = genre if genre in ("serveur", "terrain") else "parcours"
            item.add_marker(pytest.mark.xdist_group(groupe))
            item.add_marker(pytest.mark.timeout(400))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Let the fixtures know whether the test failed."""
    rapport = (yield).get_result()
    if rapport.when == "call":
        item.stash[ECHEC] = rapport.failed


ECHEC = pytest.StashKey[bool]()
_VUES: set[tuple[str, str]] = set()


@pytest.fixture(scope="module")
def chromium(browser_launch_options):
    """Return the browser of the module. Its event loop runs in this thread: the ORM is allowed beside it."""
    with pytest.MonkeyPatch.context() as milieu:
        milieu.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            navigateur = playwright.chromium.launch(**browser_launch_options)
            yield navigateur
            navigateur.close()


@dataclass
class Ecran:
    """One person in front of one screen; what the browser complains about is kept until the end of the test."""

    page: Page
    adresse: str
    avec_js: bool = True
    plaintes: list[str] = field(default_factory=list)
    admises: list[str] = field(default_factory=list)

    def aller(self, chemin: str) -> None:
        """Open an address of ours and check the page."""
        self.page.goto(self.adresse + chemin)
        self.voir()

    def connecter(self, utilisateur) -> "Ecran":
        """Sign in by the form."""
        self.aller("/connexion/")
        self.page.locator("[name=username]").fill(utilisateur.courriel)
        self.page.locator("[name=password]").fill(MOT_DE_PASSE)
        self.bouton("Se connecter")
        expect(self.page.locator(".compte-nom").first).to_have_text(str(utilisateur))
        return self

    def bouton(self, nom: str, dans=None) -> None:
        """Press a button that leads to a page, and check that page."""
        self._suivre((dans or self.page).get_by_role("button", name=nom).first)

    def choisir(self, nom: str, mot: str) -> None:
        """Choose, in the list of this name, the first line that holds this word."""
        liste = self.page.locator(f"select[name={nom}]").first
        liste.select_option(liste.locator("option", has_text=mot).first.get_attribute("value"))

    def geste(self, nom: str, **valeurs: str) -> None:
        """Do one gesture of a constat by its small form, unfolded first when it is folded."""
        formulaire = self.page.locator(f"form.geste-corps[action$='/{nom.replace('_', '-')}/']")
        volet = self.page.locator("details.volet").filter(has=formulaire).locator("summary")
        if volet.count() and not formulaire.is_visible():
            volet.click()
        for champ, valeur in valeurs.items():
            formulaire.locator(f"[name={champ}]").fill(valeur)
        self._suivre(formulaire.get_by_role("button"))

    def bouton_confirme(self, nom: str) -> None:
        """Press a button, then its double in the question that comes first."""
        self.page.get_by_role("button", name=nom).first.click()
        self.bouton(nom, self.page.get_by_role("dialog"))

    def lien(self, nom: str, dans=None) -> None:
        """Follow a link and check its page."""
        self._suivre((dans or self.page.locator("main")).get_by_role("link", name=nom).first)

    def _suivre(self, cible) -> None:
        with self.page.expect_navigation():
            cible.click()
        self.voir()

    def voir(self) -> None:
        """Check the page: no serious fault for axe-core and nothing wider than the screen, at both sizes."""
        self.page.wait_for_load_state()
        genre = re.sub(r"\d+", "0", self.page.url.removeprefix(self.adresse).partition("?")[0])
        vue = (genre, re.sub(r"\d+", "0", self.page.title()))
        if not self.avec_js or vue in _VUES:
            return
        _VUES.add(vue)
        ici = self.page.viewport_size
        fautes = []
        for nom, taille in (("bureau", BUREAU), ("téléphone", TELEPHONE)):
            self.page.set_viewport_size(taille)
            fautes += [f"{genre} ({nom}) : {faute}" for faute in verifier_axe(self.page)]
            if (trop := self.page.evaluate(DEBORDE)) > 0:
                fautes.append(f"{genre} ({nom}) : déborde de {trop} px")
        self.page.set_viewport_size(ici)
        self.plaintes += fautes

    def dit(self, phrase) -> None:
        """Wait until the page says this."""
        expect(self.page.locator("body")).to_contain_text(phrase)

    @contextlib.contextmanager
    def admettre(self, *motifs: str):
        """Let the browser complain of what this block does on purpose."""
        self.admises += motifs
        yield
        self.page.wait_for_timeout(100)  # the console speaks after the page
        for motif in motifs:
            self.plaintes[:] = [plainte for plainte in self.plaintes if not re.search(motif, plainte)]
            self.admises.remove(motif)

    def onglet(self) -> "Ecran":
        """Open another tab of the same browser."""
        autre = Ecran(self.page.context.new_page(), self.adresse, self.avec_js, plaintes=self.plaintes)
        autre.ecouter()
        return autre

    def ecouter(self) -> None:
        """Keep the errors of the console and of the server."""
        self.page.on(
            "console", lambda m: self._noter(f"console : {m.text} {m.location['url']}") if m.type == "error" else None
        )
        self.page.on("pageerror", lambda e: self._noter(f"script : {e}"))
        self.page.on("response", lambda r: self._noter(f"réponse {r.status} : {r.url}") if r.status >= 500 else None)

    def _ecouter_la_console(self, message) -> None:
        if message.type == "error":
            self._noter(f"console : {message.text} {message.location['url']}")

    def _noter(self, plainte: str) -> None:
        if not any(re.search(motif, plainte) for motif in self.admises):
            self.plaintes.append(plainte)


def verifier_axe(page: Page) -> list[str]:
    """Return the serious and critical violations of the page; the protocol of the browser passes beside the CSP."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(LANCER_AXE)


@pytest.fixture
def ouvrir(chromium, live_server, request):
    """Return a function that gives a screen: `ouvrir(agent, telephone=True, sans_js=True, position=…)`."""
    contextes, ecrans = [], []

    def ouvrir_(utilisateur=None, *, telephone=False, sans_js=False, position=SANITAS):
        contexte = chromium.new_context(
            viewport=TELEPHONE if telephone else BUREAU,
            has_touch=telephone,
            is_mobile=telephone,
            device_scale_factor=2 if telephone and os.environ.get("CAPTURES") else 1,
            java_script_enabled=not sans_js,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            geolocation=position,
            permissions=["geolocation"] if position else [],
            accept_downloads=True,
        )
        contexte.set_default_timeout(ATTENTE)
        contexte.tracing.start(snapshots=True)
        contextes.append(contexte)
        ecran = Ecran(contexte.new_page(), live_server.url, avec_js=not sans_js)
        ecran.ecouter()
        ecrans.append(ecran)
        return ecran if utilisateur is None else ecran.connecter(utilisateur)

    expect.set_options(timeout=ATTENTE)
    yield ouvrir_
    plaintes = [plainte for ecran in ecrans for plainte in ecran.plaintes]
    rate = request.node.stash.get(ECHEC, True) or bool(plaintes)
    for rang, (contexte, ecran) in enumerate(zip(contextes, ecrans, strict=True)):
        _ranger(contexte, ecran, f"{request.node.name}-{rang}" if rate else "")
    attendre_le_calme()
    assert "\n".join(plaintes) == ""


def attendre_le_calme() -> None:
    """Let the server end what a closed page had asked, before the tables are emptied under it."""
    occupees = """SELECT count(*) FROM pg_stat_activity
                  WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"""
    for _ in range(100):
        with connection.cursor() as curseur:
            curseur.execute(occupees)
            if curseur.fetchone()[0] == 0:
                return
        time.sleep(0.05)


def _ranger(contexte, ecran, nom: str) -> None:
    """Close a screen; keep its picture and its trace when something went wrong."""
    if nom:
        RESULTATS.mkdir(exist_ok=True)
        with contextlib.suppress(Exception):
            ecran.page.screenshot(path=RESULTATS / f"{nom}.png", full_page=True)
        with contextlib.suppress(Exception):
            contexte.tracing.stop(path=RESULTATS / f"{nom}.zip")
    contexte.close()


def milieu_du_travailleur() -> dict[str, str]:
    """Return the environment of another process on the database and the files of this test."""
    infos = connection.get_connection_params()
    passe = f":{infos['password']}" if infos.get("password") else ""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgresql://{infos['user']}{passe}@/{infos['dbname']}?host={infos['host']}&port={infos['port']}",
        "SECRET_KEY": settings.SECRET_KEY,
        "DEBUG": "true",
        "FICHIERS_DIR": str(settings.FICHIERS_DIR),
    }


@pytest.fixture
def travailleur(transactional_db):
    """Return a function that starts the real worker; it ends by itself when the queue is empty."""
    lances = []

    def lancer():
        commande = [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot"]
        lances.append(subprocess.Popen(commande, cwd=RACINE, env=milieu_du_travailleur()))
        return lances[-1]

    yield lancer
    for processus in lances:
        if processus.poll() is None:
            processus.terminate()
        processus.wait(30)
