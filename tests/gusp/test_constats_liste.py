"""The list of constats: pages, filters, counts, files, and what must never leave it."""

import csv
import datetime
import io
import json

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from gusp.exports import carte
from gusp.filtres.constats import TRIS, choix_de
from gusp.filtres.pages import BORNE, Curseur, compter, lire_curseur, paginer
from gusp.models import Constat, Theme
from gusp.views import constats
from gusp.views.presentation import Comptes
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.gusp import JOUR, FabriqueConstat, FabriqueDiagnostic, sanitas

pytestmark = pytest.mark.django_db
LISTE = "/constats/"
AU = datetime.date(2026, 4, 20)


@pytest.fixture(autouse=True)
def _jour(time_machine):
    time_machine.move_to(datetime.datetime(2026, 4, 20, 10, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def referente(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)
    client.force_login(agent)
    return agent


def references(reponse):
    return [ligne.reference for ligne in reponse.context["lignes"]]


@pytest.mark.parametrize(
    "adresse", [LISTE, "/constats/?etat=tous&tri=echeance", "/constats/?q=tour", "/constats/carte/"]
)
def test_la_liste_fait_autant_de_requetes_pour_une_ligne_que_pour_trois(client, referente, adresse):
    FabriqueConstat(transmis=True)
    with CaptureQueriesContext(connection) as pour_une:
        client.get(adresse)
    FabriqueConstat.create_batch(2, transmis=True)
    FabriqueConstat(description="")
    client.cookies.clear()
    client.force_login(referente)
    cache.clear()
    with CaptureQueriesContext(connection) as pour_quatre:
        client.get(adresse)
    assert len(pour_quatre) == len(pour_une)
    assert len(pour_quatre) <= 8


@pytest.mark.parametrize("tri", list(TRIS))
def test_les_pages_ne_perdent_ni_ne_repetent_de_ligne(tri):
    for rang in range(23):
        jours = datetime.timedelta(days=rang % 4)
        champs = {"transmis": True, "echeance_le": JOUR + 3 * jours} if rang % 3 else {}
        FabriqueConstat(releve_le=JOUR - jours, **champs)
    attendus = [c.pk for c in TRIS[tri].ordonner(Constat.objects.all())]
    assert len(attendus) == 23
    for taille in (1, 4, 5, 23, 30):
        page = paginer(Constat.objects.all(), TRIS[tri], taille=taille)
        vus, pages = [c.pk for c in page.lignes], [page]
        while page.suivant:
            page = paginer(Constat.objects.all(), TRIS[tri], apres=lire_curseur(str(page.suivant)), taille=taille)
            assert page.debut == len(vus)
            vus += [c.pk for c in page.lignes]
            pages.append(page)
        assert vus == attendus
        for suivante, precedente in zip(reversed(pages), reversed(pages[:-1]), strict=False):
            retour = paginer(Constat.objects.all(), TRIS[tri], avant=suivante.precedent, taille=taille)
            assert [c.pk for c in retour.lignes] == [c.pk for c in precedente.lignes]
            assert retour.debut == precedente.debut


@pytest.mark.parametrize(
    "texte", ["", None, "x", "2026-01-01.a.0", "2026-01-01.1", "2026-13-01.1.0", "x.-1.0", "x.1.-4"]
)
def test_un_curseur_illisible_montre_la_premiere_page(texte):
    assert lire_curseur(texte) is None


def test_un_curseur_se_relit():
    for curseur in (Curseur(JOUR, 12, 50), Curseur(None, 3, 0)):
        assert lire_curseur(str(curseur)) == curseur


def test_les_comptes_sont_bornes():
    FabriqueConstat.create_batch(4)
    assert compter(Constat.objects.all(), Constat.objects.none(), Constat.objects.ouverts(), borne=2) == [3, 0, 3]
    assert Comptes(BORNE + 1, 12, 1, BORNE + 1).phrase == "12 ouverts sur plus de 1\u202f000, dont 1 en retard"
    assert Comptes(3, 1, 0, 3).rangs(0, 3) == "1 à 3 sur 3"


def test_la_liste_dit_ce_que_le_filtre_garde(client, referente):
    FabriqueConstat.create_batch(2, transmis=True, releve_le=JOUR)
    FabriqueConstat(verifie=True)
    page = client.get(LISTE)
    assert page.context["comptes"].phrase == "2 ouverts sur 3, dont 2 en retard"
    assert page.context["resume"] == "1 à 2 sur 2"
    assert "En retard de 18\u00a0j" in page.content.decode()
    assert "49\u00a0j" in page.content.decode()


FILTRES = [
    ("etat=ouverts", {"brouillon", "transmis", "valide"}),
    ("etat=tous", {"brouillon", "transmis", "valide", "traite", "positif"}),
    ("etat=a_repondre", {"transmis"}),
    ("etat=en_retard", {"transmis"}),
    ("etat=a_relancer", {"transmis"}),
    ("etat=brouillon", {"brouillon"}),
    ("etat=traite", {"traite"}),
    ("etat=tous&urgence=1", {"valide"}),
    ("etat=tous&nature=positif", {"positif"}),
    ("etat=tous&q=lampadaires", {"valide"}),
    ("etat=tous&q=xylophone", set()),
    ("etat=tous&du=2026-03-03", {"traite"}),
    ("etat=tous&au=2026-03-02&etat=brouillon", {"brouillon"}),
    ("etat=tous&quartier=abc&organisme=-4", {"brouillon", "transmis", "valide", "traite", "positif"}),
]


@pytest.mark.parametrize(("demande", "attendues"), FILTRES)
def test_chaque_filtre_garde_ce_qu_il_dit(client, referente, demande, attendues):
    FabriqueConstat(reference="REF-BROUILLON")
    FabriqueConstat(reference="REF-TRANSMIS", transmis=True)
    FabriqueConstat(reference="REF-VALIDE", qualifie=True, urgence=1, description="Le lampadaire est éteint")
    FabriqueConstat(reference="REF-TRAITE", traite=True, releve_le=JOUR + datetime.timedelta(days=1))
    FabriqueConstat(reference="REF-POSITIF", qualifie=True, nature="positif")
    page = client.get(f"{LISTE}?{demande}")
    assert {r.removeprefix("REF-").lower() for r in references(page)} == attendues


def test_un_numero_se_cherche_comme_on_le_tape(client, referente):
    FabriqueConstat(reference="SAN-2026-07·12")
    FabriqueConstat(reference="SAN-2026-08·1")
    for tape in ("SAN-2026-07·12", "san-2026-07.12", "san-2026-07"):
        assert references(client.get(LISTE, {"q": tape})) == ["SAN-2026-07·12"]


def test_les_filtres_de_rattachement(client, referente):
    organisme, autre = FabriqueOrganisme(), Quartier.objects.get(code="EUR")
    voulu = FabriqueConstat(transmis=True, organisme=organisme, quartier=autre)
    FabriqueConstat(transmis=True)
    for demande in (f"organisme={organisme.pk}", f"quartier={autre.pk}"):
        assert references(client.get(f"{LISTE}?{demande}")) == [voulu.reference]
    page = client.get(f"{LISTE}?quartier={autre.pk}&organisme={organisme.pk}").content.decode()
    assert f"ouverts, {autre.nom}, {organisme.nom}" in page or f"{autre.nom}, {organisme.nom}, ouverts" in page


def test_le_filtre_propose_les_marches_de_la_plus_recente_a_la_plus_ancienne(client, referente):
    ancienne = FabriqueDiagnostic(numero=7, intitule="Autour de la place")
    recente = FabriqueDiagnostic(numero=112, prevu_le=JOUR + datetime.timedelta(days=1))
    choix = choix_de(referente)
    assert choix["diagnostic"] == [(recente.pk, str(recente)), (ancienne.pk, str(ancienne))]
    assert [nom for _, nom in choix["quartier"]] == list(Quartier.objects.values_list("nom", flat=True))
    assert [nom for _, nom in choix["theme"]] == list(Theme.objects.values_list("libelle", flat=True))


def test_un_partenaire_ne_voit_que_ce_qui_lui_est_demande(client):
    organisme = FabriqueOrganisme()
    client.force_login(FabriqueUtilisateur(role=Role.PARTENAIRE, organisme=organisme))
    sien = FabriqueConstat(transmis=True, organisme=organisme)
    FabriqueConstat(transmis=True)
    FabriqueConstat(qualifie=True, organisme=organisme)
    FabriqueConstat(transmis=True, organisme=organisme, confidentiel=True)
    FabriqueConstat(reoriente=True, organisme=organisme)
    assert references(client.get(f"{LISTE}?etat=tous")) == [sien.reference]
    assert len(lire_csv(client.get("/constats/export/csv/?etat=tous"))) == 2


def test_un_referent_territorial_ne_voit_que_ses_quartiers(client):
    client.force_login(FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas()))
    sien = FabriqueConstat()
    FabriqueConstat(quartier=Quartier.objects.get(code="EUR"))
    assert references(client.get(f"{LISTE}?etat=tous")) == [sien.reference]


@pytest.mark.parametrize("role", [Role.LECTEUR, Role.CHEF_PROJET, Role.ADMINISTRATEUR, Role.PARTENAIRE])
@pytest.mark.parametrize(
    "adresse",
    [
        "/constats/?etat=tous&q=rodeo",
        "/constats/?etat=tous",
        "/constats/carte.json?etat=tous",
        "/constats/export/csv/?etat=tous",
        "/constats/export/geojson/?etat=tous",
        "/recherche/?q=rodeo",
    ],
)
def test_le_confidentiel_ne_sort_jamais(client, role, adresse):
    organisme = FabriqueOrganisme()
    champs = {"organisme": organisme} if role == Role.PARTENAIRE else {}
    FabriqueConstat(
        transmis=True,
        organisme=organisme,
        confidentiel=True,
        description="Rodeo nocturne",
        note_interne="Gardien menacé",
        lon="0.690000",
        lat="47.380000",
    )
    client.force_login(FabriqueUtilisateur(role=role, **champs))
    assert "Rodeo nocturne" not in corps(client.get(adresse))
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE))
    assert "Rodeo nocturne" in corps(client.get(adresse))


@pytest.mark.parametrize("genre", ["csv", "geojson"])
def test_la_note_interne_ne_sort_d_aucun_fichier(client, referente, genre):
    FabriqueConstat(note_interne="Gardien menacé", lon="0.69", lat="47.38")
    assert "Gardien menacé" not in corps(client.get(f"/constats/export/{genre}/"))


def corps(reponse) -> str:
    octets = b"".join(reponse) if reponse.streaming else reponse.content
    return octets.decode("utf-8-sig")


def lire_csv(reponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(corps(reponse)), delimiter=";"))


def test_le_csv_s_ouvre_dans_un_tableur_sans_executer_de_formule(client, referente):
    FabriqueConstat(transmis=True, description='=HYPERLINK("http://x")', lon="0.690001", lat="47.38")
    reponse = client.get("/constats/export/csv/")
    octets = b"".join(reponse)
    assert octets.startswith(b"\xef\xbb\xbf")
    assert reponse["Content-Disposition"] == 'attachment; filename="constats-2026-04-20.csv"'
    titres, ligne = csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";")
    lue = dict(zip(titres, ligne, strict=True))
    assert lue["Description"] == '\'=HYPERLINK("http://x")'
    assert (lue["Longitude"], lue["Relevé le"], lue["Retard (jours)"], lue["Situation au"]) == (
        "0,690001",
        "02/03/2026",
        "18",
        "20/04/2026",
    )


def test_le_classeur_a_de_vraies_dates_et_aucune_formule(client, referente):
    FabriqueConstat(transmis=True, description="=1+1")
    reponse = client.get("/constats/export/xlsx/")
    feuille = openpyxl.load_workbook(io.BytesIO(b"".join(reponse))).active
    titres, ligne = feuille.iter_rows(min_row=1, max_row=2)
    lue = {titre.value: cellule for titre, cellule in zip(titres, ligne, strict=True)}
    assert (lue["Description"].value, lue["Description"].data_type) == ("=1+1", "s")
    assert lue["Relevé le"].value.date() == JOUR
    assert (lue["Retard (jours)"].value, lue["Confidentiel"].value) == (18, "non")


def test_un_classeur_trop_long_renvoie_au_csv(client, referente, monkeypatch):
    monkeypatch.setattr(constats, "RANGEES_MAX", 1)
    FabriqueConstat.create_batch(2)
    reponse = client.get("/constats/export/xlsx/?etat=tous", follow=True)
    assert reponse.redirect_chain == [("/constats/?etat=tous", 302)]
    assert "filtrez, ou prenez le CSV." in reponse.content.decode()


def test_le_geojson_ne_garde_que_ce_qui_est_situe(client, referente):
    FabriqueConstat()
    situe = FabriqueConstat(lon="0.690000", lat="47.380000")
    (objet,) = json.loads(corps(client.get("/constats/export/geojson/")))["features"]
    assert objet["geometry"]["coordinates"] == [0.69, 47.38]
    assert objet["properties"]["N°"] == situe.reference


def test_un_export_inconnu_est_introuvable(client, referente):
    assert client.get("/constats/export/pdf/").status_code == 404


def test_la_carte_montre_les_points_puis_les_carres(client, referente, monkeypatch):
    for rang in range(3):
        FabriqueConstat(transmis=True, lon=f"0.69000{rang}", lat="47.380000")
    FabriqueConstat()
    adresse = reverse("gusp:constat_carte_donnees")

    def points():
        objets = client.get(adresse).json()["features"]
        return [o["properties"] for o in objets if o["geometry"]["type"] == "Point"]

    assert [p["etat"] for p in points()] == ["retard"] * 3
    monkeypatch.setattr(carte, "POINTS_MAX", 2)
    assert [(p["titre"], p["detail"], p["lettre"]) for p in points()] == [
        ("3\u00a0constats dans ce carré", "dont 3 en retard", "3")
    ]


def test_cinq_mille_points_pesent_moins_de_300_ko(client, referente):
    modele = FabriqueConstat(transmis=True)
    Constat.objects.bulk_create(
        Constat(
            quartier=modele.quartier,
            reference=f"SAN-2026-12·{rang}",
            numero=rang,
            releve_le=JOUR,
            description=f"Dépôt sauvage numéro {rang * 7919 % 5003} au pied de la tour {rang % 37}",
            theme=modele.theme,
            lon=0.67 + (rang * 7919 % 4999) / 100000,
            lat=47.36 + (rang * 6007 % 4993) / 100000,
        )
        for rang in range(carte.POINTS_MAX - 1)
    )
    reponse = client.get("/constats/carte.json?etat=tous", headers={"Accept-Encoding": "gzip"})
    assert reponse["Content-Encoding"] == "gzip"
    assert len(reponse.content) < 300_000
