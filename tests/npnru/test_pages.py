"""Pages of the operations: what they show, to whom, in how many queries; gestures from the browser."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from comptes.enums import Role
from npnru.models import FaitPublie, Montant, Operation, Reprogrammation
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.npnru import (
    FabriqueCout,
    FabriqueDocument,
    FabriqueFinancement,
    FabriqueJalon,
    FabriqueMontant,
    FabriqueOperation,
    FabriquePhase,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def europe():
    """Return a quartier without published operation."""
    return Quartier.objects.get(code="EUR")


@pytest.fixture
def responsable(client):
    agent = FabriqueUtilisateur(role=Role.RESPONSABLE)
    client.force_login(agent)
    return agent


def page(client, nom, *arguments, **recherche):
    return client.get(reverse(f"npnru:{nom}", args=arguments), recherche)


def pleine(quartier, nombre=1):
    """Return an operation with as many parts of each kind."""
    operation = FabriqueOperation(quartier=quartier)
    cout = FabriqueCout(operation=operation)
    for rang in range(nombre):
        FabriquePhase(operation=operation)
        FabriqueJalon(operation=operation)
        FabriqueMontant(cout=cout, valeur=Decimal(1000 + rang))
        FabriqueMontant(cout=None, financement=FabriqueFinancement(operation=operation), valeur=Decimal(10 + rang))
        FabriqueDocument(operation=operation)
        FaitPublie.objects.create(
            operation=operation,
            perimetre="Europe",
            sujet="Opération",
            fait=f"{operation} {rang}",
            date_du_fait="2026",
            source="x",
        )
    return operation


def requetes(client, adresse) -> int:
    with CaptureQueriesContext(
        connection,
    ) as prises:
        assert client.get(adresse).status_code == 200
    return len(prises)


def champs(reponse) -> dict[str, str]:
    """Return what the form shown would send back."""
    formulaire = reponse.context["formulaire"]
    valeurs = {nom: formulaire[nom].value() for nom in formulaire.fields}
    return {nom: "" if valeur is None else valeur for nom, valeur in valeurs.items() if valeur is not False}


@pytest.mark.parametrize("vue", ["operation_liste", "calendrier", "operation_export"])
def test_une_liste_ne_compte_pas_ses_lignes(vue, client, europe):
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR, quartier=europe))
    adresse = reverse(f"npnru:{vue}", args=["csv"] if vue == "operation_export" else [])
    pleine(europe)
    requetes(client, adresse)  # what a first page reads once
    une = requetes(client, adresse)
    pleine(europe), pleine(europe)
    assert requetes(client, adresse) == une
    assert une <= 11


def test_la_fiche_ne_compte_pas_ses_parties(client, europe, responsable):
    une, trois = pleine(europe), pleine(europe, nombre=3)
    requetes(client, une.get_absolute_url())
    assert requetes(client, une.get_absolute_url()) == requetes(client, trois.get_absolute_url())


def test_le_portefeuille_montre_phase_jalon_ecart_et_cout(client, europe, responsable):
    operation = FabriqueOperation(quartier=europe, alerte="Foncier à régler")
    FabriquePhase(operation=operation, libelle="Études", debut_reel=datetime.date(2026, 1, 5))
    FabriqueJalon(operation=operation, libelle="Livraison", prevu_le=datetime.date(2999, 1, 1))
    FabriqueMontant(cout=FabriqueCout(operation=operation), valeur=Decimal(1_250_000))
    reponse = page(client, "operation_liste", quartier="europe")
    lue = reponse.context["operations"][0]
    assert (lue.phase_libelle, lue.jalon_libelle, lue.cout_total) == ("Études", "Livraison", 1_250_000)
    assert lue.derive_jours == (datetime.date(2999, 1, 1) - datetime.date(2027, 9, 1)).days
    assert "Foncier à régler" in reponse.content.decode()


def test_le_filtre_dit_ce_qu_il_garde(client, responsable):
    reponse = page(client, "operation_liste", quartier="maryse-bastie", etat="projet")
    assert {o.quartier.slug for o in reponse.context["operations"]} == {"maryse-bastie"}
    gardees = Operation.objects.filter(quartier__slug="maryse-bastie", etat="projet").count()
    sous_titre = BeautifulSoup(reponse.content, "html.parser").select_one(".sous-titre").get_text()
    assert sous_titre.startswith(f"{gardees} sur {Operation.objects.count()} opérations")
    vues = [lien["href"] for lien in BeautifulSoup(reponse.content, "html.parser").select(".filtres-vues a")]
    assert all(lien.endswith("?quartier=maryse-bastie&etat=projet") for lien in vues)


def test_la_recherche_et_les_alertes_filtrent(client, responsable):
    FabriqueJalon(operation=FabriqueOperation(titre="Halle"), prevu_le=datetime.date(2020, 1, 1))
    assert [o.titre for o in page(client, "operation_liste", q="gymnases").context["operations"]] == [
        "Gymnase du Hallebardier"
    ]
    titres = {o.titre for o in page(client, "operation_liste", alerte="on").context["operations"]}
    assert "Halle" in titres
    assert "École maternelle Suzanne-Kleiber" not in titres


def test_un_lecteur_ne_voit_que_ses_quartiers(client, europe):
    FabriqueOperation(quartier=europe, titre="Chez Europe")
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR, quartier=europe))
    assert [o.titre for o in page(client, "operation_liste").context["operations"]] == ["Chez Europe"]


def test_un_partenaire_ne_voit_que_les_operations_dont_il_est_maitre_d_ouvrage(client, europe):
    organisme = FabriqueOrganisme()
    sienne = FabriqueOperation(quartier=europe, maitre_ouvrage=organisme)
    FabriqueOperation(quartier=europe)
    client.force_login(FabriqueUtilisateur(role=Role.PARTENAIRE, organisme=organisme, quartier=europe))
    assert page(client, "operation_liste").context["operations"] == [sienne]
    assert page(client, "operation_modifier", sienne.pk).status_code == 403


def test_un_chef_de_projet_ecrit_sur_l_operation_qu_il_pilote(client, europe):
    chef = FabriqueUtilisateur(role=Role.CHEF_PROJET)
    pilotee, autre = FabriqueOperation(quartier=europe, pilote=chef), FabriqueOperation(quartier=europe)
    client.force_login(chef)
    assert page(client, "jalon_ajouter", pilotee.pk).status_code == 200
    assert page(client, "jalon_ajouter", autre.pk).status_code == 403


def test_le_calendrier_dessine_et_se_double_d_un_tableau(client, europe):
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR, quartier=europe))
    jour = datetime.date(2026, 3, 1)
    operation = FabriqueOperation(quartier=europe, titre="Halle <script>")
    FabriquePhase(operation=operation, famille="travaux", debut_reel=jour)
    FabriqueJalon(operation=operation, prevu_le=datetime.date(2027, 9, 11))
    dessin = BeautifulSoup(page(client, "calendrier").content, "html.parser")
    assert "Halle <script>" in dessin.select_one("svg desc").get_text()
    assert "glisse de 10\u00a0j" in dessin.select_one("svg").get_text()
    cellules = [" ".join(c.get_text(" ", strip=True).split()) for c in dessin.select("table tbody tr td")]
    assert cellules == [
        "01/01/2027 – 01/09/2027",
        "non renseigné",
        "01/03/2026 – 31/03/2027",
        "11/09/2027",
        "glisse de 10 j",
    ]


def test_un_calendrier_vide_le_dit(client, responsable):
    assert "Aucune opération ne correspond" in page(client, "calendrier", q="introuvable").content.decode()


def test_la_fiche_publiee_dit_ce_qui_manque_sans_ecrire_zero(client, responsable):
    operation = Operation.objects.get(titre="Nouveau Centre social du Sanitas")
    reponse = client.get(operation.get_absolute_url())
    texte = BeautifulSoup(reponse.content, "html.parser").main.get_text(" ", strip=True)
    assert "rien de publié n’a été trouvé" in texte
    assert "Aucun coût connu" in texte
    assert "démonstration" not in texte


def test_le_classeur_et_le_csv_suivent_le_filtre(client, europe, responsable):
    FabriqueOperation(quartier=europe, titre="=2+2", alerte="+33 : appeler")
    classeur = page(client, "operation_export", "xlsx", quartier="europe")
    feuille = load_workbook(io.BytesIO(b"".join(classeur))).active
    assert (feuille.max_row, feuille["B2"].value, feuille["B2"].data_type) == (2, "=2+2", "s")
    texte = b"".join(page(client, "operation_export", "csv", quartier="europe")).decode("utf-8-sig")
    lignes = list(csv.DictReader(io.StringIO(texte), delimiter=";"))
    assert [(ligne["Opération"], ligne["Alerte"], ligne["Coût (€)"]) for ligne in lignes] == [
        ("'=2+2", "'+33 : appeler", "")
    ]


def test_reprogrammer_un_jalon_depuis_la_page(client, responsable):
    jalon = FabriqueJalon()
    saisie = champs(page(client, "jalon_reprogrammer", jalon.pk))
    saisie |= {"nouvelle": "2027-10-01", "motif": "marche", "explication": "Lot infructueux."}
    adresse = reverse("npnru:jalon_reprogrammer", args=[jalon.pk])
    assert client.post(adresse, saisie).status_code == 302
    encore = client.post(adresse, saisie)
    assert encore.status_code == 422
    assert "a été modifiée pendant votre saisie" in encore.content.decode()
    assert Reprogrammation.objects.count() == 1
    fiche = client.get(jalon.operation.get_absolute_url()).content.decode()
    assert "Marchés, entreprises&nbsp;: Lot infructueux." in fiche
    assert "glisse de 30\u00a0j" in fiche


def test_deux_personnes_sur_la_meme_operation(client, responsable):
    operation = FabriqueOperation(alerte="Avant")
    adresse = reverse("npnru:operation_modifier", args=[operation.pk])
    premiere = champs(client.get(adresse))
    Operation.objects.filter(pk=operation.pk).update(alerte="Écrite entre-temps", lieu="Place")
    reponse = client.post(adresse, premiere | {"alerte": "La mienne"})
    assert reponse.status_code == 422
    texte = reponse.content.decode()
    assert "Écrite entre-temps" in texte
    assert reponse.context["formulaire"]["alerte"].value() == "La mienne"
    operation.refresh_from_db()
    assert operation.alerte == "Écrite entre-temps"
    assert client.post(adresse, champs(reponse)).status_code == 302
    operation.refresh_from_db()
    assert operation.alerte == "La mienne"


def test_un_montant_se_note_avec_espaces_et_virgule_et_se_refuse_sans_motif(client, responsable):
    cout = FabriqueCout()
    adresse = reverse("npnru:montant_ajouter", args=["cout", cout.pk])
    saisie = {
        "statut": "prevu",
        "valeur": "1 234\u202f567,50 €",
        "taxe": "ht",
        "valeur_le": "2026-01-05",
        "source": "PV",
    }
    assert client.post(adresse, saisie).status_code == 302
    assert Montant.objects.get(cout=cout).valeur == Decimal("1234567.50")
    refus = client.post(adresse, saisie | {"valeur": "2000000"})
    assert (refus.status_code, refus.context["formulaire"]["valeur"].value()) == (422, "2000000")
    assert "dites pourquoi il change" in refus.content.decode()


def test_changer_l_etat_et_refuser_un_etat_impossible(client, responsable):
    operation = FabriqueOperation()
    adresse = reverse("npnru:operation_etat", args=[operation.pk])
    assert "Choisissez un état permis" in client.post(adresse, {"vers": "soldee"}, follow=True).content.decode()
    suite = client.post(adresse, {"vers": "etudes", "commentaire": "Lancement"}, follow=True).content.decode()
    assert "«\u00a0En études\u00a0»" in suite
    assert list(operation.mouvements.values_list("vers", "commentaire")) == [("etudes", "Lancement")]


def test_ajouter_une_operation_depuis_la_page(client, responsable, europe):
    donnees = {
        "quartier": europe.pk,
        "titre": "Halle",
        "genre_ouvrage": "demolition",
        "maitre_ouvrage": FabriqueOrganisme().pk,
        "debut": "2026-01-01",
    }
    assert client.post(reverse("npnru:operation_ajouter"), donnees).status_code == 302
    operation = Operation.objects.get(titre="Halle")
    assert (operation.phases.count(), operation.phases.first().debut_initial) == (9, datetime.date(2026, 1, 1))
    double = client.post(reverse("npnru:operation_ajouter"), donnees)
    assert "porte déjà ce titre dans ce quartier" in double.content.decode()


def test_le_fragment_du_quartier_va_a_sa_page_et_sans_htmx_au_portefeuille(client, responsable):
    adresse = reverse("npnru:quartier_fragment", args=["sanitas"])
    fragment = client.get(adresse, headers={"HX-Request": "true"})
    assert "Gymnase du Hallebardier" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert client.get(adresse).url == f"{reverse('npnru:operation_liste')}?quartier=sanitas"


def test_la_convention_montre_que_le_montant_change_avec_la_date(client, responsable):
    texte = BeautifulSoup(page(client, "convention_liste").content, "html.parser").main.get_text(" ", strip=True)
    sanitas = [f.valeur for f in FaitPublie.objects.filter(perimetre="Sanitas", sujet="Montant du projet", unite="M€")]
    assert {Decimal("111"), Decimal("128"), Decimal("125.6"), Decimal("127")} <= set(sanitas)
    for montant in ("111\u00a0M€", "128\u00a0M€", "125,6\u00a0M€", "127\u00a0M€"):
        assert montant in texte
