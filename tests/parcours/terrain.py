"""Hands on the field mode: carry a walk, record, read what the telephone and the City hold."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from gusp.enums import EtatDiagnostic
from gusp.models import Constat, Diagnostic, Etape, Photo
from scripts.captures import alleger
from tests.fabriques.gusp import FabriqueConstat, FabriqueDiagnostic
from tests.fixtures import images

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "guide" / "images"
SONDES = (Path(__file__).parent / "sondes.js").read_text(encoding="utf-8")
LIEUX = ["Hall 12", "École", "Place", "Parking", "Jardin", "Arrêt de tram"]
#: What a browser without network says of every call, on purpose.
SANS_RESEAU = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION", "ERR_NETWORK", "ERR_EMPTY_RESPONSE")
#: A function of the page: fills the queue.
REMPLIR = """async ({ diagnostic, quartier, nombre, photos, graine }) => {
    const { depuisImage } = window.terrain.module("photo");
    const toile = new OffscreenCanvas(320, 240);
    const dessin = toile.getContext("2d");
    const peindre = async (n) => {
        for (let i = 0; i < 40; i += 1) {
            dessin.fillStyle = `hsl(${(n * 47 + i * 9) % 360} ${30 + i}% ${20 + ((n * 13 + i * 7) % 60)}%)`;
            dessin.fillRect((i * 37 + n) % 320, (i * 53 + n * 3) % 240, 60, 40);
        }
        dessin.fillStyle = "#000";
        dessin.fillText(`photo ${n}`, 10, 20);
        return depuisImage(toile);
    };
    const sommes = [];
    for (let k = 0; k < nombre; k += 1) {
        const prises = [];
        for (let p = 0; p < photos; p += 1) { prises.push(await peindre(graine + k * photos + p)); }
        sommes.push(...prises.map((p) => p.sha));
        const contenu = {
            diagnostic, quartier, releve_a: new Date().toISOString(), nature: "negatif", theme: null, sous_theme: null,
            principe: null, etape: null, description: `Fiche ${graine + k}`, proposition: "", repere: "", danger: false,
            position: null,
        };
        const fiche = { genre: "constat", marche: diagnostic, photos: prises, contenu };
        await window.terrain.module("file").ajouter(fiche);
    }
    return sommes;
}"""
#: A function of the page: presses « send » until the City has everything, or the time is out.
TOUT_ENVOYER = """async (duree) => {
    const [file, envoi] = ["file", "envoi"].map(window.terrain.module);
    for (const fin = Date.now() + duree; Date.now() < fin;) {
        if ((await file.liste()).length && (await file.comptes()).restes === 0) { return true; }
        await envoi.envoyer({ force: true });
        await new Promise((suite) => { setTimeout(suite, 30); });
    }
    return false;
}"""
#: A function of the page: reads every record of the queue with its state.
LIRE_LA_FILE = """async () => {
    const file = await window.terrain.module("file");
    return (await file.liste()).map((e) => ({ uuid: e.uuid, etat: file.etat(e), genre: e.genre, refus: e.refus,
        photos: e.photos.map((p) => ({ sha: p.sha, recue: p.recue, refus: p.refus })),
        numero: e.fiche?.constat?.numero ?? null, phrase: e.fiche?.phrase ?? "" }));
}"""


def preparer_une_marche(quartier, *, avec_precedente: bool = False) -> Diagnostic:
    """Return a walk of six stops; with a previous one whose three constats are still open."""
    precedente = None
    if avec_precedente:
        precedente = FabriqueDiagnostic(quartier=quartier, intitule="Au printemps", etat=EtatDiagnostic.REALISE)
    marche = FabriqueDiagnostic(
        quartier=quartier, intitule="Autour de la place", precedent=precedente, prevu_le=timezone.localdate()
    )
    for rang, libelle in enumerate(LIEUX):
        Etape.objects.create(
            diagnostic=marche,
            numero=rang + 1,
            libelle=libelle,
            lon=f"{0.6940 + rang * 0.0010:.6f}",
            lat="47.386100",
        )
    return marche


def entrer(ecran, utilisateur) -> None:
    """Give the browser the session of somebody, as after signing in; who was there before is out."""
    client = Client()
    client.force_login(utilisateur)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    ecran.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": ecran.adresse}])


def position_de(rang: int, precision: int = 8) -> dict:
    """Return where stop number `rang` (from 0) is, for `context.set_geolocation`."""
    return {"longitude": 0.6940 + rang * 0.0010, "latitude": 47.3861, "accuracy": precision}


def ouvrir_le_terrain(ecran, marche: Diagnostic | None = None) -> Page:
    """Open the field mode; with a walk, carry it and open its page."""
    page = ecran.page
    ecran.aller("/terrain/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")
    if marche is not None:
        capturer(page, "terrain-accueil")
        carte = page.locator("article.marche", has_text=marche.intitule)
        carte.get_by_role("button", name="Emporter ce diagnostic").tap()
        ecran.dit("La marche est sur le téléphone")
        ecran.voir()
        carte.get_by_role("link", name="Ouvrir").tap()
        expect(page.locator("#titre")).to_have_text(marche.intitule)
        ecran.voir()
    return page


def tuer_et_revenir(ecran, chemin: str = "/terrain/") -> Page:
    """Kill the page without a word to it, and open the field mode again as one does after that."""
    contexte = ecran.page.context
    ecran.page.close(run_before_unload=False)
    ecran.page = contexte.new_page()
    ecran.ecouter()
    ecran.page.goto(ecran.adresse + chemin)
    return ecran.page


def photographier(page: Page, graine: int, champ: str = "photo") -> None:
    """Hand a picture to the field of the camera."""
    page.locator(f"[name={champ}]").first.set_input_files(
        {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": images.photo(graine=graine, gps=True)}
    )


def relever(
    page: Page, *, theme: str = "Propreté", photo: int | None = None, mot: str = "", sous_theme: bool = True
) -> None:
    """Record one constat, from the capture screen back to the capture screen."""
    if photo is not None:
        photographier(page, photo)
        expect(page.locator(".terrain-photo-prise img")).to_be_visible()
    page.get_by_role("button", name=theme).first.tap()
    if sous_theme:
        page.locator(".themes .theme").first.tap()
    if mot:
        details = page.locator("details")
        if not details.evaluate("d => d.open"):
            details.locator("summary").tap()
        page.locator("[name=description]").fill(mot)
    page.get_by_role("button", name="Enregistrer le constat").tap()
    expect(page.locator("#messages")).to_contain_text("Constat enregistré sur le téléphone")


def capturer(page: Page, nom: str) -> None:
    """Take the picture of the guide when asked (CAPTURES=1): the guide shows what the journeys saw."""
    if os.environ.get("CAPTURES"):
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(300)
        (IMAGES / f"{nom}.png").write_bytes(alleger(page.screenshot()))


def aller(page: Page, ecran: str) -> None:
    """Go to a screen of the page by its hash and wait for it."""
    page.evaluate("(h) => { location.hash = h; }", ecran)
    page.wait_for_function("(h) => document.getElementById('contenu').dataset.pret === h", arg=ecran)


def remplir_la_file(page: Page, marche: Diagnostic, nombre: int, *, photos: int = 1, graine: int = 0) -> list[str]:
    """Put records with small drawn photos in the queue through the module of the screens; return all the hashes."""
    faits = {
        "diagnostic": marche.pk,
        "quartier": marche.quartier_id,
        "nombre": nombre,
        "photos": photos,
        "graine": graine,
    }
    return page.evaluate(REMPLIR, faits)


def lire_la_file(page: Page) -> list[dict]:
    """Return the records of the queue, read through the modules of the page."""
    return page.evaluate(LIRE_LA_FILE)


def attendre_que_tout_soit_recu(page: Page, secondes: int = 60) -> list[dict]:
    """Press « send » until the queue holds nothing that the City lacks; return the queue."""
    if page.evaluate(TOUT_ENVOYER, secondes * 1000):
        return lire_la_file(page)
    raise AssertionError([fiche for fiche in lire_la_file(page) if fiche["etat"] != "recu"][:3])


def recus_par_la_ville(marche: Diagnostic) -> tuple[list[int], set[str]]:
    """Return the numbers of the walk, in order, and the hashes of its photos."""
    numeros = list(Constat.objects.filter(diagnostic=marche).order_by("numero").values_list("numero", flat=True))
    return numeros, set(Photo.objects.filter(constat__diagnostic=marche).values_list("sha256", flat=True))


def constats_a_revoir(precedente: Diagnostic, *etats: str) -> list[Constat]:
    """Return constats of the walk of last time in these states (names of traits), placed along the route."""
    return [
        FabriqueConstat(
            diagnostic=precedente,
            quartier=precedente.quartier,
            description=f"Dépôt numéro {rang + 1}",
            lon=f"{0.6940 + rang * 0.0010:.6f}",
            lat="47.386100",
            position_source="gps",
            **{etat: True},
        )
        for rang, etat in enumerate(etats)
    ]


@contextlib.contextmanager
def hors_ligne(ecran) -> Iterator[None]:
    """Cut the network of the context during the block."""
    contexte = ecran.page.context
    with ecran.admettre(*SANS_RESEAU):
        contexte.set_offline(True)
        yield
        contexte.set_offline(False)


def sonder(page: Page, sonde: str, *arguments):
    """Run one of the probes of sondes.js in the page."""
    page.evaluate(f"{SONDES}; window.sondes = sondes;")
    return page.evaluate("([nom, args]) => sondes[nom](...args)", [sonde, list(arguments)])


@contextlib.contextmanager
def retenir(ecran) -> Iterator[None]:
    """Keep every record and photo on the telephone during the block: their calls die, the others go through."""
    contexte, motif = ecran.page.context, "**/terrain/api/envois/**"
    with ecran.admettre(*SANS_RESEAU):
        contexte.route(motif, lambda appel: appel.abort())
        yield
        contexte.unroute(motif)


def heure_dans(texte: str) -> bool:
    """Tell whether a sentence says an hour: « à 14:32 »."""
    return re.search(r"\d\d:\d\d", texte) is not None
