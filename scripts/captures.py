"""Make the pictures of the guide again, on a running demonstration (make run).

    .venv/bin/python scripts/captures.py [--adresse http://127.0.0.1:8000] [name …]

Nothing is written in the database: forms are filled and never sent. Desk pictures are 1280 px wide, telephone pictures
show 390 px. Only names of the demonstration appear on them. The pictures of the field are taken by the journeys:

    CAPTURES=1 make test TESTS=tests/parcours/test_terrain.py
"""

import argparse
import io
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "guide" / "images"
MOT_DE_PASSE = "demonstration-tours"
POIDS_MAX = 150_000
COULEURS = (256, 128, 64, 32)
FRANCAIS = {**os.environ, "LANGUAGE": "fr", "LC_ALL": "fr_FR.UTF-8", "LANG": "fr_FR.UTF-8"}  # fields of dates follow it


@dataclass(frozen=True)
class Capture:
    """One picture: its name, who looks, how one gets there from the home page, the height kept."""

    nom: str
    compte: str
    aller: Callable[[Page], object]
    hauteur: int = 800
    telephone: bool = False


def page(adresse: str) -> Callable[[Page], object]:
    """Go to a fixed address."""
    return lambda p: p.goto(adresse)


def premiere(liste: str, lien: str, suite: str = "") -> Callable[[Page], object]:
    """Open the first row of a list whose link matches a CSS selector, then an address below it."""

    def aller(p: Page) -> None:
        p.goto(liste)
        cible = p.locator(f"main {lien}").first.get_attribute("href")
        p.goto(f"{cible}{suite}")

    return aller


def ancre(aller: Callable[[Page], object], selecteur: str, *, recul: int = 16) -> Callable[[Page], object]:
    """Arrive, then bring one element to the top of the window."""

    def descendre(p: Page) -> None:
        aller(p)
        p.locator(selecteur).first.evaluate(
            "(e, recul) => window.scrollTo(0, e.getBoundingClientRect().top + scrollY - recul)", recul
        )

    return descendre


def avec_photo(liste: str) -> Callable[[Page], object]:
    """Open the first constat of a list that has a photo (the first of all when none has)."""

    def aller(p: Page) -> None:
        p.goto(liste)
        liens = [lien.get_attribute("href") for lien in p.locator(f"main {CONSTAT}").all()[:25]]
        for lien in [*liens, liens[0]]:
            p.goto(lien)
            if p.locator("main .paire img").count():
                break

    return aller


def lot(adresse: str, bouton: str) -> Callable[[Page], object]:
    """Tick three rows and open the page that confirms: it writes nothing."""

    def aller(p: Page) -> None:
        p.goto(adresse)
        for case in p.locator("input[name=selection]").all()[:3]:
            case.check()
        p.get_by_role("button", name=bouton).click()
        p.wait_for_load_state()

    return aller


def section(p: Page) -> None:
    """Text of the synthesis, beside its preview."""
    premiere("/dossiers/", BROUILLON)(p)
    p.locator("#section-synthese a").first.click()
    p.wait_for_load_state("networkidle")


MARCHE = "table a[href*='/diagnostics/']"
CONSTAT = "table a[href*='/constats/']"
OPERATION = "table a[href*='/operations/']:has-text('Centre social')"
BROUILLON = "table tr:has-text('Brouillon') a[href*='/dossiers/']"
FIGE = "table tr:has-text('Diffusé') a[href*='/dossiers/']"

CAPTURES = [
    Capture("connexion", "", page("/connexion/"), 560),
    Capture("accueil", "gusp", page("/")),
    Capture("accueil-telephone", "territorial1", page("/"), 844, telephone=True),
    Capture("marche-ajouter", "gusp", page("/diagnostics/ajouter/")),
    Capture("marche-preparer", "gusp", premiere("/diagnostics/?etat=preparation", MARCHE, "preparer/")),
    Capture("saisie-en-serie", "gusp", premiere("/diagnostics/?etat=realise", MARCHE, "saisie/")),
    Capture("marche-trier", "gusp", premiere("/diagnostics/?etat=realise", MARCHE, "trier/"), 900),
    Capture("constats-liste", "gusp", page("/constats/")),
    Capture("constats-relancer", "gusp", lot("/constats/?etat=a_relancer", "Relancer…")),
    Capture("constat-verifier", "gusp", avec_photo("/constats/?etat=traite"), 1000),
    Capture("marche-restituer", "gusp", premiere("/diagnostics/?etat=releve_diffuse", MARCHE, "restituer/")),
    Capture("actions", "territorial1", page("/actions/")),
    Capture("actions-telephone", "territorial1", page("/actions/"), 844, telephone=True),
    Capture("seance", "responsable", premiere("/seances/", "a[href^='/seances/']:has-text('COPIL GUSP')")),
    Capture("dossier-composer", "responsable", premiere("/dossiers/", BROUILLON), 900),
    Capture(
        "dossier-section",
        "responsable",
        section,
        900,
    ),
    Capture("dossier-fige", "responsable", premiere("/dossiers/", FIGE)),
    Capture("operations", "projet", page("/operations/")),
    Capture("operation-jalons", "projet", ancre(premiere("/operations/", OPERATION), "#titre-jalons")),
    Capture("operation-argent", "projet", ancre(premiere("/operations/", OPERATION), "#titre-couts")),
    Capture("partenaire-accueil", "bailleur", page("/"), 620),
    Capture("partenaire-repondre", "bailleur", avec_photo("/constats/?etat=transmis"), 900),
    Capture("comptes", "administration", page("/comptes/")),
    Capture("compte-ajouter", "administration", page("/comptes/ajouter/"), 900),
    Capture("grille", "gusp", page("/grille/")),
    Capture("contours", "administration", page("/quartiers/contours/"), 620),
]


def prendre(navigateur: Browser, capture: Capture, *, adresse: str) -> None:
    """Sign in, go there, keep what the window shows, in a palette light enough."""
    contexte = navigateur.new_context(
        base_url=adresse,
        viewport={"width": 390 if capture.telephone else 1280, "height": capture.hauteur},
        device_scale_factor=2 if capture.telephone else 1,
        is_mobile=capture.telephone,
        has_touch=capture.telephone,
        geolocation={"longitude": 0.6947, "latitude": 47.3831, "accuracy": 8},
        permissions=["geolocation"],
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
    )
    contexte.route(lambda url: not url.startswith(adresse), lambda route: route.abort())
    p = contexte.new_page()
    if capture.compte:
        p.goto("/connexion/")
        p.locator("input[name=username]").fill(f"{capture.compte}@demo.example")
        p.locator("input[name=password]").fill(MOT_DE_PASSE)
        p.locator("input[name=password]").press("Enter")
        p.wait_for_url(lambda url: "/connexion/" not in url)
    capture.aller(p)
    p.evaluate("document.fonts.ready")
    p.wait_for_timeout(600)
    (IMAGES / f"{capture.nom}.png").write_bytes(alleger(p.screenshot()))
    contexte.close()


def alleger(png: bytes) -> bytes:
    """Return the picture with as many colours as its weight allows."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for couleurs in COULEURS:
        sortie = io.BytesIO()
        image.quantize(couleurs, dither=Image.Dither.NONE).save(sortie, "PNG", optimize=True)
        if sortie.tell() <= POIDS_MAX:
            break
    return sortie.getvalue()


def main() -> None:
    lecteur = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    lecteur.add_argument("--adresse", default="http://127.0.0.1:8000")
    lecteur.add_argument("noms", nargs="*", help="only these pictures")
    choix = lecteur.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as outil:
        navigateur = outil.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--lang=fr-FR"], env=FRANCAIS
        )
        for capture in CAPTURES:
            if not choix.noms or capture.nom in choix.noms:
                prendre(navigateur, capture, adresse=choix.adresse.rstrip("/"))
                print(f"{capture.nom}.png")
        navigateur.close()


if __name__ == "__main__":
    main()
