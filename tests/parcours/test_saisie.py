"""Back from the street with paper: five lines typed with the keyboard alone, and the photos of a camera."""

import datetime

from playwright.sync_api import expect

from gusp.enums import EtatDiagnostic, GenreDiagnostic
from gusp.models import Constat, Photo
from tests.fabriques.gusp import FabriqueDiagnostic, FabriqueEtape
from tests.fixtures import images

#: Keystroke-level model: a key, and the look at the paper before each line; the target of a line, in seconds.
TOUCHE_S, REGARD_S, LIGNE_S = 0.2, 1.35, 15
#: Presses that write nothing (Tab, arrows, Shift), a line.
MUETTES_MAX = 12
LONGUEUR = 40
JOUR = datetime.date(2026, 3, 2)

#: What one types in each column: stop, nature, theme, sub-theme, what is seen, landmark, urgency, time of the photo.
LIGNES = [
    ("1", "", "dec", "en", "Encombrants au pied de la tour B, à ôter", "Hall 4", "", "1412"),
    ("", "", "ecl", "zo", "Passage noir derrière le gymnase le soir", "Gymnase", "2", "1415"),
    ("", "+", "eve", "ja", "Jardin partagé fleuri, bien tenu par eux", "Mail", "", ""),
    ("2", "", "mobu", "ba", "Banc cassé, lames à terre et clous levés", "Place", "", "1423"),
    ("", "p", "tra", "se", "Ouvrir la barrière le soir pour y passer", "Rue 8", "4", "1431"),
]


class Clavier:
    """The keyboard of a page, with a count of the presses that write and of those that do not."""

    def __init__(self, page):
        self.page, self.lettres, self.muettes = page, 0, 0

    def ecrire(self, texte: str) -> None:
        """Type into what has the focus; a capital costs a Shift."""
        self.page.keyboard.type(texte)
        self.lettres += len(texte)
        self.muettes += sum(lettre.isupper() for lettre in texte)

    def avancer(self) -> None:
        self.page.keyboard.press("Tab")
        self.muettes += 1

    def relever(self) -> tuple[int, int]:
        """Return the presses since the last line, and start again from zero."""
        lettres, muettes, self.lettres, self.muettes = self.lettres, self.muettes, 0, 0
        return lettres, muettes


def taper(clavier: Clavier, *lignes) -> list[tuple[int, int]]:
    """Type lines from the cell that has the focus, with Tab alone between the cells; return the presses of each."""
    mesures = []
    for ligne in lignes:
        for cellule in ligne:
            clavier.ecrire(cellule)
            clavier.avancer()
        mesures.append(clavier.relever())
    return mesures


def preparer(decor, **champs):
    marche = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE, quartier=decor.quartier, prevu_le=JOUR, **champs)
    for numero, libelle in enumerate(("Tour B", "Mail"), 1):
        FabriqueEtape(diagnostic=marche, numero=numero, libelle=libelle)
    return marche


def lus(marche) -> list[tuple]:
    """Return what was recorded, in the order of the numbers."""
    faits = Constat.objects.filter(diagnostic=marche).order_by("numero")
    champs = ("etape__numero", "nature", "theme__code", "sous_theme__libelle", "description", "repere", "urgence")
    return list(faits.values_list(*champs))


def test_cinq_lignes_du_papier_se_saisissent_au_clavier_en_moins_de_quinze_secondes_chacune(ouvrir, decor):
    marche = preparer(decor)
    ecran = ouvrir(decor.referent)
    ecran.aller(f"/diagnostics/{marche.pk}/saisie/")
    page = ecran.page
    expect(page.locator("[name=c-0-etape]")).to_be_focused()
    mesures = taper(Clavier(page), *LIGNES)
    assert page.locator("[name=c-1-photo_a]").input_value() == "14:15"
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    ecran.dit("5 constats enregistrés, n°\u00a01 à 5.")
    assert {len(ligne[4]) for ligne in LIGNES} == {LONGUEUR}
    assert [muettes for _, muettes in mesures if muettes > MUETTES_MAX] == []
    secondes = [round((lettres + muettes) * TOUCHE_S + REGARD_S, 2) for lettres, muettes in mesures]
    assert [s for s in secondes if s > LIGNE_S] == []
    assert lus(marche) == [
        (1, "negatif", "DEC", "Encombrants", LIGNES[0][4], "Hall 4", 3),
        (1, "negatif", "ECL", "Zone sombre", LIGNES[1][4], "Gymnase", 2),
        (1, "positif", "EVE", "Jardin partagé", LIGNES[2][4], "Mail", 3),
        (2, "negatif", "MOBU", "Banc", LIGNES[3][4], "Place", 3),
        (2, "proposition", "TRA", "Sentiment d’insécurité", LIGNES[4][4], "Rue 8", 4),
    ]


def test_une_marche_exploratoire_ajoute_le_principe_et_une_seule_touche(ouvrir, decor):
    marche = preparer(decor, genre=GenreDiagnostic.EXPLORATOIRE)
    ecran = ouvrir(decor.referent)
    ecran.aller(f"/diagnostics/{marche.pk}/saisie/")
    ligne = (*LIGNES[1][:6], "2", *LIGNES[1][6:])
    ((_, muettes),) = taper(Clavier(ecran.page), ligne)
    assert muettes <= MUETTES_MAX
    with ecran.page.expect_navigation():
        ecran.page.keyboard.press("Control+Enter")
    ecran.dit("1 constat enregistré, n°\u00a01.")
    assert lus(marche) == [(None, "negatif", "ECL", "Zone sombre", LIGNES[1][4], "Gymnase", 2)]
    assert Constat.objects.get(diagnostic=marche).principe.numero == 2


def test_le_sous_theme_suit_le_theme_et_le_donne_quand_on_le_choisit_seul(ouvrir, decor):
    ecran = ouvrir(decor.referent)
    ecran.aller(f"/diagnostics/{preparer(decor).pk}/saisie/")
    page = ecran.page
    page.locator("[name=c-0-theme]").select_option(label="ECL Éclairage")
    offerts = page.locator("[name=c-0-sous_theme] optgroup")
    expect(offerts).to_have_count(1)
    expect(offerts).to_have_attribute("label", "ECL Éclairage")
    page.locator("[name=c-0-sous_theme]").select_option(label="Zone sombre")
    page.locator("[name=c-0-theme]").select_option(label="PRO Propreté")
    expect(page.locator("[name=c-0-sous_theme]")).to_have_value("")
    page.locator("[name=c-1-sous_theme]").select_option(label="Ascenseur")
    expect(page.locator("[name=c-1-theme] option:checked")).to_have_text("HAB Habitat et parties communes")


def test_les_photos_de_l_appareil_rejoignent_les_lignes_du_papier_par_leur_heure(ouvrir, decor):
    ecran = ouvrir(decor.referent)
    ecran.aller(f"/diagnostics/{preparer(decor).pk}/saisie/")
    page = ecran.page
    for rang, (description, heure) in enumerate([("Banc cassé", "1412"), ("Lampe éteinte", "1430")]):
        page.locator(f"[name=c-{rang}-description]").fill(description)
        page.locator(f"[name=c-{rang}-photo_a]").fill(heure)
    page.locator("[name=photos]").set_input_files(
        [_photo("banc.jpg", "14:13:20"), _photo("lampe.jpg", "14:28:00"), _photo("ailleurs.jpg", "16:00:00")]
    )
    ecran.dit("3 photos sont prêtes.")
    ecran.bouton("Enregistrer")
    ecran.dit("2 photos jointes.")
    ecran.dit("ailleurs.jpg (prise le 02/03/2026 à 16:00, aucune ligne à moins de 3\u00a0minutes)")
    jointes = Photo.objects.order_by("pk").values_list("constat__description", flat=True)
    assert list(jointes) == ["Banc cassé", "Lampe éteinte"]


def _photo(nom: str, heure: str) -> dict:
    octets = images.photo(le=f"{JOUR:%Y:%m:%d} {heure}", graine=len(nom))
    return {"name": nom, "mimeType": "image/jpeg", "buffer": octets}
