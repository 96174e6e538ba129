"""The street on WebKit, the engine of an iPhone: killed without network, no position, many photos, failing memory.

What this engine does not say of Safari on a telephone is written in docs/guide/terrain.md.
"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gusp.models import Constat, Diagnostic, Photo
from tests.fabriques.comptes import MOT_DE_PASSE
from tests.fixtures import images
from tests.parcours import terrain
from tests.parcours.mauvais_reseau import mauvais_reseau
from tests.parcours.webkit import WebKit, ecran_virtuel, manquants

pytestmark = pytest.mark.skipif(
    bool(manquants()),
    reason=f"WebKit (le moteur de l’iPhone) n’est pas essayé : il manque {' '.join(manquants())}",
)
#: Sends whatever the pauses say, and reads the queue: false as long as something is missing.
TOUT_ENVOYER = f"""window.terrain.module("envoi").envoyer({{ force: true }}).catch(() => undefined);
const file = await ({terrain.LIRE_LA_FILE})();
const lue = !window.terrain.module("magasin").muette("envois"); /* a memory that fails shows a part of the queue only */
return lue && file.length && file.every((fiche) => fiche.etat === "recu") && file;"""
#: Reads the photos kept on the telephone: what their bytes say, not what their row says.
LIRE_LES_PHOTOS = """const file = window.terrain.module("file");
const { empreinte } = window.terrain.module("photo");
const lues = [];
for (const envoi of await file.liste()) {
    for (const { sha } of envoi.photos) {
        const octets = await file.octetsDe(envoi.uuid, sha);
        const image = await createImageBitmap(new Blob([octets]));
        const marque = new TextDecoder("latin1").decode(octets.slice(0, 4096)).includes("Exif");
        lues.push([(await empreinte(octets)) === sha, image.width, image.height, marque]);
    }
}
return lues;"""
#: Fills the queue: photos of noise, which JPEG does not reduce (about 130 kB each).
REMPLIR = """const [diagnostic, quartier, nombre, photos] = arguments;
const toile = new OffscreenCanvas(480, 360);
const dessin = toile.getContext("2d");
const bruit = dessin.createImageData(480, 360);
const peindre = () => {
    for (let i = 0; i < bruit.data.length; i += 65536) { crypto.getRandomValues(bruit.data.subarray(i, i + 65536)); }
    for (let i = 3; i < bruit.data.length; i += 4) { bruit.data[i] = 255; }
    dessin.putImageData(bruit, 0, 0);
    return window.terrain.module("photo").depuisImage(toile);
};
const sommes = [];
for (let k = 0; k < nombre; k += 1) {
    const prises = [];
    for (let p = 0; p < photos; p += 1) { prises.push(await peindre()); }
    sommes.push(...prises.map((photo) => [photo.sha, photo.poids]));
    const vide = { theme: null, sous_theme: null, principe: null, etape: null, position: null, danger: false };
    await window.terrain.module("file").ajouter({ genre: "constat", marche: diagnostic, photos: prises, contenu: {
        ...vide, diagnostic, quartier, releve_a: new Date().toISOString(), nature: "negatif", description: `Fiche ${k}`,
        proposition: "", repere: "" } });
}
return sommes;"""
#: The memory of the browser fails: transactions throw from number `premiere` on, all or two out of `periode`.
CASSER = """const [premiere, periode] = arguments;
const vraie = IDBDatabase.prototype.transaction;
let appels = 0;
IDBDatabase.prototype.transaction = function (...args) {
    appels += 1;
    if (appels >= premiere && (!periode || appels % periode < 2)) {
        throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
    }
    return vraie.apply(this, args);
};"""


@pytest.fixture(scope="module")
def ecran() -> Iterator[str]:
    with ecran_virtuel() as nom:
        yield nom


@pytest.fixture
def marche(decor) -> Diagnostic:
    return terrain.preparer_une_marche(decor.quartier)


@pytest.fixture
def allumer(ecran, live_server, tmp_path) -> Iterator[Callable[..., WebKit]]:
    """Return a function that starts the browser, always on the same profile: one telephone."""
    with contextlib.ExitStack() as allumes:

        def allumer_(**options) -> WebKit:
            telephone = WebKit(tmp_path / "profil", ecran, **options)
            allumes.callback(telephone.tuer)  # before the server ends, and at once: the profile goes with the test
            return telephone

        yield allumer_


def emporter(telephone: WebKit, adresse: str, personne, marche: Diagnostic) -> None:
    """Sign in by the form and carry the walk; leave its capture screen open."""
    telephone.aller(f"{adresse}/connexion/?next=/terrain/")
    telephone.taper("[name=username]", personne.courriel)
    telephone.taper("[name=password]", MOT_DE_PASSE)
    telephone.presser("Se connecter")
    telephone.attendre("return navigator.serviceWorker.controller?.state === 'activated'", secondes=60)
    telephone.presser("Emporter ce diagnostic", "article.marche")
    telephone.dit("La marche est sur le téléphone")
    relever_ici(telephone, marche)


def relever_ici(telephone: WebKit, marche: Diagnostic) -> None:
    montrer(telephone, f"#/marche/{marche.pk}/relever")


def montrer(telephone: WebKit, ecran: str) -> None:
    telephone.executer("location.hash = arguments[0]", ecran)
    telephone.attendre("return document.getElementById('contenu').dataset.pret === arguments[0]", ecran)


def cliche(dossier: Path, graine: int) -> Path:
    """Write a picture as a telephone held upright makes it: lying, turned by its EXIF, with the position in it."""
    fichier = dossier / f"IMG_{graine}.jpg"
    fichier.write_bytes(images.photo(graine=graine, orientation=6, gps=True))
    return fichier


def relever(telephone: WebKit, *photos: Path, theme: str = "Propreté", etape: int = 0) -> None:
    """Record one constat from the capture screen, back to the capture screen."""
    if photos:
        telephone.deposer("[name=photos]", *photos)
        vues = ".terrain-photo-prise img, .terrain-mini img"
        telephone.attendre("return document.querySelectorAll(arguments[0]).length === arguments[1]", vues, len(photos))
    telephone.presser(theme, ".themes")
    if etape:
        telephone.executer(
            "const e = document.getElementById('etape'); e.selectedIndex = arguments[0] + 1;"
            "e.dispatchEvent(new Event('change'));",
            etape,
        )
    telephone.executer("document.getElementById('messages').replaceChildren()")  # what was said of the one before
    telephone.presser("Enregistrer le constat")
    telephone.dit("Constat enregistré sur le téléphone", "#messages")


def lire_la_file(telephone: WebKit) -> list[dict]:
    return telephone.executer_async(f"return ({terrain.LIRE_LA_FILE})()")


def tout_envoyer(telephone: WebKit) -> list[dict]:
    """Send until the queue holds nothing that the City lacks; return the queue."""
    return telephone.attendre(TOUT_ENVOYER, secondes=90)


def remplir_la_file(telephone: WebKit, marche: Diagnostic, nombre: int, photos: int) -> list[list]:
    """Put records with heavy photos in the queue, through the modules that the screens use; return [hash, bytes]."""
    return telephone.executer_async(REMPLIR, marche.pk, marche.quartier_id, nombre, photos)


def test_trois_constats_releves_sans_reseau_survivent_au_navigateur_tue_et_arrivent_une_fois(
    allumer, decor, marche, live_server, tmp_path
):
    with mauvais_reseau(live_server.url, prefixe="/rien/", graine=0) as ligne:
        telephone = allumer()
        adresse, port = ligne.adresse, ligne.server_address[1]
        emporter(telephone, adresse, decor.referent, marche)
    for rang in range(3):  # nobody listens any more
        relever(telephone, cliche(tmp_path, rang), etape=rang + 1)
    telephone.dit("3 à envoyer", "#pastille")
    telephone.deposer("[name=photo]", cliche(tmp_path, 9))
    telephone.presser("Éclairage", ".themes")
    telephone.attendre(
        "const saisie = await window.terrain.module('paquets').lireBrouillon(arguments[0]);"
        "return saisie?.photos.length === 1 && saisie.valeur.theme",
        f"relever-{marche.pk}",
    )
    telephone.tuer()

    telephone = allumer()
    telephone.aller(f"{adresse}/terrain/")
    telephone.dit("3 à envoyer", "#pastille")
    assert [(f["refus"], f["numero"], len(f["photos"])) for f in lire_la_file(telephone)] == [("", None, 1)] * 3
    assert telephone.executer_async(LIRE_LES_PHOTOS) == [[True, 720, 960, False]] * 3
    relever_ici(telephone, marche)
    telephone.dit("Votre saisie en cours a été retrouvée, avec 1 photo", "#messages")
    assert Constat.objects.count() == 0

    with mauvais_reseau(live_server.url, prefixe="/rien/", graine=0, port=port):
        file = tout_envoyer(telephone)
        telephone.aller(f"{adresse}/terrain/#/file")
        telephone.dit("tout est reçu", "#pastille")
    numeros, photos = terrain.recus_par_la_ville(marche)
    assert (numeros, [f["numero"] for f in file]) == ([1, 2, 3], [1, 2, 3])
    assert (Photo.objects.count(), {p["sha"] for f in file for p in f["photos"]}) == (3, photos)
    assert set(Photo.objects.values_list("largeur", "hauteur", "lon")) == {(720, 960, None)}
    assert list(Constat.objects.order_by("numero").values_list("etape__numero", flat=True)) == [1, 2, 3]


def test_une_position_refusee_se_dit_et_ne_retarde_pas_l_enregistrement(allumer, decor, marche, live_server):
    telephone = allumer()
    emporter(telephone, live_server.url, decor.referent, marche)
    telephone.dit("Position refusée par l’appareil : l’étape ou un repère suffit", ".terrain-position")
    relever(telephone)
    assert telephone.executer_async("return (await window.terrain.module('file').liste()).map((e) => e.pretLe)") == [0]
    tout_envoyer(telephone)
    assert Constat.objects.get().lon is None


def test_soixante_photos_dans_trois_fiches_se_gardent_et_partent_toutes(allumer, decor, marche, live_server, tmp_path):
    telephone = allumer(fonctions=("StorageAPI", "StorageAPIEstimate"))  # the room left is asked for, as in Safari
    emporter(telephone, live_server.url, decor.referent, marche)
    assert telephone.executer_async("return (await window.terrain.module('magasin').place()).libre > 0")
    gardees = remplir_la_file(telephone, marche, 3, photos=20)
    telephone.aller(f"{live_server.url}/terrain/#/file")
    assert [len(f["photos"]) for f in lire_la_file(telephone)] == [20, 20, 20]
    file = tout_envoyer(telephone)
    numeros, photos = terrain.recus_par_la_ville(marche)
    assert (numeros, [f["numero"] for f in file]) == ([1, 2, 3], [1, 2, 3])
    assert ({sha for sha, _ in gardees}, Photo.objects.count()) == (photos, 60)
    assert sum(poids for _, poids in gardees) > 6e6  # bytes: as heavy as a long walk


def test_six_photos_dans_une_saisie_en_cours_se_retrouvent_apres_un_rechargement(
    allumer, decor, marche, live_server, tmp_path
):
    telephone = allumer()
    emporter(telephone, live_server.url, decor.referent, marche)
    telephone.deposer("[name=photos]", *(cliche(tmp_path, rang) for rang in range(6)))
    telephone.attendre(
        "return (await window.terrain.module('paquets').lireBrouillon(arguments[0]))?.photos.length === 6",
        f"relever-{marche.pk}",
    )
    telephone.commande("POST", "/refresh")
    telephone.dit("Votre saisie en cours a été retrouvée, avec 6 photos", "#messages")
    relever(telephone)
    tout_envoyer(telephone)
    assert Constat.objects.get().photos.count() == 6


@pytest.mark.parametrize("premiere", [1, 6])
def test_quand_la_memoire_lache_au_nieme_appel_la_reserve_prend_la_suite(
    allumer, decor, marche, live_server, tmp_path, premiere
):
    with mauvais_reseau(live_server.url, prefixe="/rien/", graine=0) as ligne:
        telephone = allumer()
        adresse, port = ligne.adresse, ligne.server_address[1]
        emporter(telephone, adresse, decor.referent, marche)
    telephone.executer(CASSER, premiere)
    for rang in range(2):
        relever(telephone, cliche(tmp_path, rang))
    telephone.dit("La mémoire du navigateur ne répond pas", "#bandeaux")
    telephone.commande("POST", "/refresh")
    telephone.dit("2 à envoyer", "#pastille")
    relever_ici(telephone, marche)
    assert "retrouvée" not in telephone.executer("return document.body.innerText")  # said once is recorded once
    with mauvais_reseau(live_server.url, prefixe="/rien/", graine=0, port=port):
        file = tout_envoyer(telephone)
    numeros, photos = terrain.recus_par_la_ville(marche)
    assert (numeros, [f["numero"] for f in file]) == ([1, 2], [1, 2])
    assert {p["sha"] for f in file for p in f["photos"]} == photos


def test_une_memoire_qui_hoquette_ne_fait_ni_perdre_ni_envoyer_deux_fois(allumer, decor, marche, live_server, tmp_path):
    telephone = allumer()
    emporter(telephone, live_server.url, decor.referent, marche)
    telephone.executer(CASSER, 1, 7)
    for rang in range(2):
        relever(telephone, cliche(tmp_path, rang))
    tout_envoyer(telephone)
    numeros, photos = terrain.recus_par_la_ville(marche)
    assert (numeros, len(photos), Photo.objects.count()) == ([1, 2], 2, 2)
