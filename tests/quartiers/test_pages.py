"""Pages of the quartiers and of the bodies: what they show, to whom, in how many queries."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quartiers.models import ChiffreCle, Contact, Organisme, Quartier
from tests.quartiers.personnes import personne

pytestmark = pytest.mark.django_db

CHIFFRE = {
    "indicateur": "population",
    "valeur": "1234",
    "unite": "habitants",
    "date_valeur": "2024",
    "annee": "2024",
    "source": "Insee",
    "source_url": "https://www.insee.fr/",
    "releve_le": "2026-11-23",
}


@pytest.fixture
def sanitas():
    return Quartier.objects.get(code="SAN")


@pytest.fixture
def ligeris():
    return Organisme.objects.get(nom="Ligeris")


def entrer(client, role, *codes, **champs):
    utilisateur = personne(role, *codes, **champs)
    client.force_login(utilisateur)
    return utilisateur


def page(client, nom, *arguments):
    return client.get(reverse(f"quartiers:{nom}", args=arguments))


def champs(reponse) -> dict[str, str]:
    """Return what the form shown would send back."""
    formulaire = reponse.context["formulaire"]
    valeurs = {nom: formulaire[nom].value() for nom in formulaire.fields}
    return {nom: "" if valeur is None else valeur for nom, valeur in valeurs.items() if valeur is not False}


def test_la_liste_montre_les_quartiers_du_perimetre_et_leur_origine(client):
    entrer(client, "lecteur", "SAN", "EUR")
    reponse = page(client, "quartier_liste")
    assert [q.code for q in reponse.context["quartiers"]] == ["SAN", "EUR"]
    texte = reponse.content.decode()
    assert texte.count("Schéma") == 2
    assert "8\u202f227" in texte
    assert "Rochepinard" not in texte


def test_sans_affectation_la_liste_dit_quoi_faire(client):
    entrer(client, "partenaire")
    assert "Aucun quartier dans votre périmètre" in page(client, "quartier_liste").content.decode()


def test_la_carte_dit_ce_qui_est_schematique_ou_provisoire(client, sanitas):
    contour = {"type": "Polygon", "coordinates": [[[0.69, 47.37], [0.7, 47.37], [0.7, 47.38], [0.69, 47.37]]]}
    Quartier.objects.filter(code="BAS").update(contour=contour, contour_origine="provisoire")
    Quartier.objects.filter(code="EUR").update(contour=contour, contour_origine="officiel")
    entrer(client, "lecteur", "SAN", "BAS", "EUR")
    entites = page(client, "carte_donnees").json()["features"]
    assert [(e["properties"]["etiquette"], e["properties"]["provisoire"]) for e in entites] == [
        ("SAN", True),
        ("BAS", True),
        ("EUR", False),
    ]
    assert [len(e["geometry"]["coordinates"][0]) for e in entites] == [49, 4, 4]
    assert entites[0]["properties"]["detail"] == "Schéma (aucun contour importé), 42,6\u00a0ha"


def test_la_carte_d_un_quartier_ne_montre_que_lui(client, sanitas):
    entrer(client, "lecteur")
    entites = page(client, "quartier_carte", sanitas.slug).json()["features"]
    assert [e["properties"]["titre"] for e in entites] == ["Sanitas"]


def test_la_fiche_montre_chaque_chiffre_avec_sa_date_et_sa_source(client, sanitas):
    entrer(client, "lecteur", "SAN")
    texte = page(client, "quartier_fiche", sanitas.slug).content.decode()
    for attendu in (
        "8\u202f783",
        "8\u202f227",
        "vers 2019",
        "Maison de projets",
        "NPNRU, intérêt national",
        "Tours Habitat",
    ):
        assert attendu in texte
    assert "Ajouter un chiffre" not in texte


def test_un_quartier_sans_chiffre_le_dit(client):
    entrer(client, "lecteur", "TOU")
    texte = page(client, "quartier_fiche", "les-tourettes").content.decode()
    assert "Aucun chiffre clé publié" in texte
    assert "nouveau quartier prioritaire en 2024" in texte
    assert "sans superficie connue" in texte


def requetes(client, nom, *arguments) -> int:
    """Return the number of queries of a page, once the first visit has filled the caches."""
    page(client, nom, *arguments)
    with CaptureQueriesContext(connection) as capture:
        page(client, nom, *arguments)
    return len(capture)


def test_la_liste_des_quartiers_ne_compte_pas_ses_lignes(client):
    entrer(client, "lecteur", "SAN")
    une = requetes(client, "quartier_liste")
    entrer(client, "lecteur", "SAN", "BAS", "EUR")
    assert requetes(client, "quartier_liste") == une <= 6  # session, account, perimeter, list, and the rail


def test_la_fiche_d_un_quartier_ne_compte_pas_ses_lignes(client, sanitas):
    entrer(client, "lecteur", "SAN")
    avant = requetes(client, "quartier_fiche", "sanitas")
    for rang in range(3):
        Organisme.objects.create(nom=f"Organisme {rang}", type="autre").quartiers.add(sanitas)
        ChiffreCle.objects.create(
            quartier=sanitas,
            indicateur="menages",
            date_valeur=f"{rang}",
            source="x",
            releve_le=datetime.date(2026, 1, 1),
        )
    # session, account, perimeter, quartier, figures, bodies, sectors, and the rail
    assert requetes(client, "quartier_fiche", "sanitas") == avant <= 9


def test_l_annuaire_ne_compte_pas_ses_lignes(client, sanitas):
    Organisme.objects.update(actif=False)
    entrer(client, "lecteur")
    mesures = []
    for rang in range(3):
        service = Organisme.objects.create(nom=f"Service {rang}", type="ville")
        service.quartiers.add(sanitas)
        Contact.objects.create(organisme=service, fonction="Accueil")
        mesures.append(requetes(client, "organisme_liste"))
    # session, account, perimeter, choices of the filter, list, quartiers, total, and the rail
    assert mesures[0] == mesures[1] == mesures[2] <= 9
    assert len(page(client, "organisme_liste").context["organismes"]) == 3


@pytest.mark.parametrize(
    ("filtre", "noms"),
    [
        ({"q": "ligé"}, ["Ligeris"]),
        ({"q": "anru"}, ["Agence nationale pour la rénovation urbaine"]),
        ({"type": "bailleur"}, ["Ligeris", "Tours Habitat"]),
        ({"q": "rien de tel"}, []),
    ],
)
def test_l_annuaire_se_filtre(client, filtre, noms):
    entrer(client, "lecteur")
    reponse = client.get(reverse("quartiers:organisme_liste"), filtre)
    assert [organisme.nom for organisme in reponse.context["organismes"]] == noms


def test_un_organisme_inactif_ne_se_montre_que_sur_demande(client, ligeris):
    Organisme.objects.filter(pk=ligeris.pk).update(actif=False)
    entrer(client, "lecteur")
    adresse = reverse("quartiers:organisme_liste")
    assert list(client.get(adresse, {"q": "ligeris"}).context["organismes"]) == []
    assert list(client.get(adresse, {"q": "ligeris", "inactifs": "on"}).context["organismes"]) == [ligeris]


def test_un_partenaire_ne_voit_que_son_organisme(client, ligeris):
    entrer(client, "partenaire", organisme=ligeris)
    autre = Organisme.objects.get(nom="Tours Habitat")
    assert list(page(client, "organisme_liste").context["organismes"]) == [ligeris]
    assert page(client, "organisme_fiche", ligeris.pk).status_code == 200
    assert page(client, "organisme_fiche", autre.pk).status_code == 404


def test_la_fiche_montre_les_contacts_et_dit_qui_est_parti(client, ligeris):
    Contact.objects.create(organisme=ligeris, fonction="Gestion de proximité", nom="Fictif", prenom="Camille")
    Contact.objects.create(organisme=ligeris, fonction="Ancienne fonction", actif=False)
    entrer(client, "lecteur")
    texte = page(client, "organisme_fiche", ligeris.pk).content.decode()
    assert "Camille Fictif" in texte
    assert texte.count("Parti") == 1


def test_ajouter_un_organisme_puis_un_contact(client, sanitas):
    entrer(client, "responsable")
    donnees = {"nom": "Habitat Val-Vert", "type": "bailleur", "quartiers": [sanitas.pk], "actif": "on"}
    client.post(reverse("quartiers:organisme_ajouter"), donnees)
    organisme = Organisme.objects.get(nom="Habitat Val-Vert")
    assert list(organisme.quartiers.all()) == [sanitas]
    reponse = client.post(
        reverse("quartiers:contact_ajouter", args=[organisme.pk]), {"fonction": "Gardien", "actif": "on"}, follow=True
    )
    assert "Le contact est ajouté." in reponse.content.decode()
    assert [contact.fonction for contact in organisme.contacts.all()] == ["Gardien"]


def test_deux_organismes_ne_portent_pas_le_meme_nom(client):
    entrer(client, "administrateur")
    reponse = client.post(
        reverse("quartiers:organisme_ajouter"), {"nom": "Ligeris", "type": "bailleur", "sigle": "LIG"}
    )
    assert reponse.status_code == 422
    assert reponse.context["formulaire"].errors.keys() == {"nom"}
    assert 'value="LIG"' in reponse.content.decode()


def test_un_service_ne_chapeaute_pas_son_organisme(client):
    entrer(client, "administrateur")
    ville = Organisme.objects.get(nom="Ville de Tours")
    service = ville.services.first()
    adresse = reverse("quartiers:organisme_modifier", args=[ville.pk])
    reponse = client.post(adresse, champs(client.get(adresse)) | {"parent": service.pk})
    assert reponse.context["formulaire"].errors == {
        "parent": ["Cet organisme est lui-même un service de celui que vous modifiez."]
    }


def test_deux_redacteurs_sur_un_organisme_sont_prevenus_sans_rien_perdre(client, ligeris):
    entrer(client, "administrateur")
    adresse = reverse("quartiers:organisme_modifier", args=[ligeris.pk])
    premiere_lecture = champs(client.get(adresse))
    Organisme.objects.filter(pk=ligeris.pk).update(sigle="AUTRE")
    saisie = premiere_lecture | {"sigle": "LIG"}
    reponse = client.post(adresse, saisie)
    assert reponse.status_code == 422
    assert "sigle (désormais «\u00a0AUTRE\u00a0»)" in reponse.content.decode().replace("« ", "«\u00a0").replace(
        " »", "\u00a0»"
    )
    ligeris.refresh_from_db()
    assert ligeris.sigle == "AUTRE"
    client.post(adresse, saisie | {"version": reponse.context["formulaire"]["version"].value()})
    ligeris.refresh_from_db()
    assert ligeris.sigle == "LIG"


def test_ajouter_et_corriger_un_chiffre_cle(client, sanitas):
    entrer(client, "referent_thematique", "SAN")
    client.post(reverse("quartiers:chiffre_ajouter", args=["sanitas"]), CHIFFRE)
    chiffre = sanitas.chiffres.get(annee=2024)
    adresse = reverse("quartiers:chiffre_modifier", args=[chiffre.pk])
    reponse = client.post(adresse, champs(client.get(adresse)) | {"valeur": ""}, follow=True)
    assert "non renseigné" in reponse.content.decode()
    chiffre.refresh_from_db()
    assert chiffre.valeur is None


def test_une_adresse_de_source_ne_peut_etre_un_script(client, sanitas):
    entrer(client, "administrateur")
    adresse = reverse("quartiers:chiffre_ajouter", args=["sanitas"])
    reponse = client.post(adresse, CHIFFRE | {"source_url": "javascript:alert(1)"})
    assert reponse.context["formulaire"].errors.keys() == {"source_url"}


def test_le_meme_chiffre_deux_fois_est_refuse_par_une_phrase(client, sanitas):
    entrer(client, "administrateur")
    adresse = reverse("quartiers:chiffre_ajouter", args=["sanitas"])
    client.post(adresse, CHIFFRE)
    reponse = client.post(adresse, CHIFFRE)
    assert "Ce chiffre est déjà saisi pour cette date et cette source." in reponse.content.decode()


@pytest.mark.parametrize(
    ("role", "codes", "attendu"),
    [
        ("responsable", ["SAN"], 200),
        ("referent_territorial", ["SAN"], 403),
        ("lecteur", ["SAN"], 403),
        ("administrateur", ["EUR"], 404),
    ],
)
def test_les_chiffres_suivent_le_perimetre_et_le_role(client, role, codes, attendu):
    entrer(client, role, *codes)
    assert page(client, "chiffre_ajouter", "sanitas").status_code == attendu


@pytest.mark.parametrize("page_admin", ["quartier", "secteur", "organisme", "contact", "chiffrecle"])
def test_l_administration_liste_et_ouvre_les_referentiels(client, ligeris, page_admin):
    Contact.objects.create(organisme=ligeris, fonction="Gestion")
    entrer(client, "administrateur", is_superuser=True)
    liste = client.get(reverse(f"admin:quartiers_{page_admin}_changelist"), {"q": ""})
    assert liste.status_code == 200
    objet = liste.context["cl"].queryset.first()
    fiche = client.get(reverse(f"admin:quartiers_{page_admin}_change", args=[objet.pk]))
    assert fiche.context["original"] == objet


def test_un_grand_annuaire_se_montre_en_partie_et_le_dit(client, monkeypatch):
    monkeypatch.setattr("quartiers.views.organismes.LIGNES", 2)
    for rang in range(3):
        Organisme.objects.create(nom=f"Service {rang}", type="ville")
    entrer(client, "lecteur")
    reponse = client.get("/organismes/")
    total = Organisme.objects.filter(actif=True).count()
    assert (len(reponse.context["organismes"]), reponse.context["retenus"]) == (2, total)
    assert "Les 2 premiers sont montrés" in reponse.content.decode()
