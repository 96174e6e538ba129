"""The page of a constat, its gestures, its correction, the bulk gestures: through the browser's door."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptes.enums import Role
from gusp.enums import EtatConstat, GenreMouvement, Nature
from gusp.forms.constats import FormulairePhoto, erreurs_de
from gusp.metier.refus import TransitionRefusee
from gusp.metier.transitions import TRANSITIONS_CONSTAT, rouvrir, traiter
from gusp.metier.transmissions import commenter
from gusp.models import Constat, Theme, Transmission
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueConstat, FabriqueDiagnostic, sanitas
from tests.fixtures.images import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def referente(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)
    client.force_login(agent)
    return agent


@pytest.fixture
def bailleur(client):
    compte = FabriqueUtilisateur(role=Role.PARTENAIRE)
    client.force_login(compte)
    return compte


def fiche(constat):
    return f"/constats/{constat.pk}/"


def dits(reponse):
    return [str(message) for message in reponse.context["messages"]]


def test_la_fiche_fait_autant_de_requetes_quel_que_soit_le_journal(client, referente):
    constat, autre = FabriqueConstat(traite=True), FabriqueConstat(traite=True)
    for rang in range(3):
        commenter(autre, commentaire=f"Note {rang}", par=FabriqueUtilisateur())
        FabriqueConstat(doublon=True, doublon_de=autre)
    comptes = []
    for vu in (constat, autre):
        with CaptureQueriesContext(connection) as requetes:
            client.get(fiche(vu))
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1]


@pytest.mark.parametrize("etat", list(EtatConstat))
def test_la_fiche_ne_propose_que_des_gestes_possibles(client, referente, etat):
    traits = {} if etat == EtatConstat.BROUILLON else {etat.value: True}
    page = client.get(fiche(FabriqueConstat(**traits)))
    premier, autres = page.context["premier"], page.context["autres"]
    vers = {g.vers for g in [premier, *autres] if g.vers}
    assert vers == {v for d, v in TRANSITIONS_CONSTAT if d == etat}


@pytest.mark.parametrize(
    ("trait", "geste", "champs", "vers"),
    [
        ("qualifie", "transmettre", {"canal": "courriel"}, "transmis"),
        ("transmis", "prendre-en-charge", {"reference_externe": "T-1"}, "pris_en_charge"),
        ("transmis", "programmer", {"programme_le": "2099-01-01"}, "programme"),
        ("programme", "traiter", {"reponse": "C’est fait."}, "traite"),
        ("traite", "verifier", {}, "verifie"),
        ("transmis", "classer", {"reponse": "Sol privé."}, "sans_suite"),
        ("transmis", "reorienter", {}, "reoriente"),
        ("sans_suite", "rouvrir", {"motif": "Sol public."}, "qualifie"),
        ("qualifie", "ecarter", {"motif": "Hors du quartier."}, "ecarte"),
    ],
)
def test_chaque_geste_change_l_etat_et_revient_a_la_fiche(client, referente, trait, geste, champs, vers):
    constat = FabriqueConstat(**{trait: True})
    if geste in ("transmettre", "reorienter"):
        champs = {**champs, "organisme": FabriqueOrganisme().pk}
    reponse = client.post(f"{fiche(constat)}{geste}/", champs)
    assert (reponse.status_code, reponse.headers["Location"]) == (302, fiche(constat))
    constat.refresh_from_db()
    assert (constat.etat, constat.mouvements.get().par) == (vers, referente)


def test_qualifier_depuis_la_fiche(client, referente):
    constat, theme = FabriqueConstat(), Theme.objects.get(code="VOI")
    champs = {"sous_theme": theme.sous_themes.first().pk, "domanialite": "public", "urgence": 2, "repere": "Rue Pascal"}
    client.post(f"{fiche(constat)}qualifier/", champs)
    constat.refresh_from_db()
    assert (constat.etat, constat.theme, constat.urgence, constat.repere) == ("qualifie", theme, 2, "Rue Pascal")


def test_le_doublon_se_designe_par_son_numero(client, referente):
    garde, double = FabriqueConstat(reference="SAN-2026-07·12"), FabriqueConstat()
    reponse = client.post(f"{fiche(double)}doublon/", {"maitre": "san-2026-07.99"})
    assert "Aucun constat visible ne porte le numéro SAN-2026-07·99." in reponse.content.decode()
    client.post(f"{fiche(double)}doublon/", {"maitre": "san-2026-07.12"})
    double.refresh_from_db()
    assert double.doublon_de == garde


def test_un_geste_incomplet_garde_ce_qui_est_saisi(client, referente):
    constat = FabriqueConstat(transmis=True)
    reponse = client.post(f"{fiche(constat)}traiter/", {"reponse": "", "traite_le": "2026-03-09"})
    assert reponse.status_code == 422
    assert reponse.context["premier"].nom == "traiter"
    assert 'value="2026-03-09"' in reponse.content.decode()


def test_le_second_clic_est_un_cas_normal(client, referente):
    constat = FabriqueConstat(traite=True)
    client.post(f"{fiche(constat)}verifier/")
    reponse = client.post(f"{fiche(constat)}verifier/", follow=True)
    assert dits(reponse)[-1] == "Ce constat est déjà «\u00a0Vérifié sur place\u00a0»."
    assert constat.mouvements.count() == 1


def test_le_retour_ne_mene_que_chez_nous(client, referente):
    constat = FabriqueConstat()
    for retour, attendu in (
        ("/constats/?etat=brouillon", "/constats/?etat=brouillon"),
        ("https://ailleurs.test/", fiche(constat)),
        ("//ailleurs.test/", fiche(constat)),
    ):
        reponse = client.post(f"{fiche(constat)}commenter/", {"commentaire": "Vu.", "retour": retour})
        assert reponse.headers["Location"] == attendu


def test_le_partenaire_repond_par_les_memes_gestes(client, bailleur):
    constat = FabriqueConstat(transmis=True, organisme=bailleur.organisme)
    noms = {
        g.nom for g in [*client.get(fiche(constat)).context["autres"], client.get(fiche(constat)).context["premier"]]
    }
    assert noms == {"prendre_en_charge", "programmer", "traiter", "classer", "reorienter", "commenter"}
    client.post(f"{fiche(constat)}traiter/", {"reponse": "La porte est réparée."})
    constat.refresh_from_db()
    assert (constat.etat, constat.reponse_publique) == ("traite", "La porte est réparée.")
    assert client.post(f"{fiche(constat)}verifier/").status_code == 403


def test_ce_que_le_partenaire_reoriente_sort_de_sa_liste(client, bailleur):
    constat = FabriqueConstat(transmis=True, organisme=bailleur.organisme)
    reponse = client.post(
        f"{fiche(constat)}reorienter/", {"organisme": FabriqueOrganisme().pk, "motif": "Pas chez nous."}
    )
    assert reponse.headers["Location"] == "/constats/"
    assert client.get(fiche(constat)).status_code == 404


def test_le_partenaire_ne_lit_ni_note_interne_ni_commentaire_du_service(client, bailleur):
    constat = FabriqueConstat(transmis=True, organisme=bailleur.organisme, note_interne="Gardien menacé")
    service = FabriqueUtilisateur()
    commenter(constat, commentaire="Entre nous", par=service)
    commenter(constat, commentaire="Pour vous", par=service, public=True)
    page = client.get(fiche(constat)).content.decode()
    assert [mot in page for mot in ("Gardien menacé", "Entre nous", "Pour vous")] == [False, False, True]


def formulaire_de(client, constat):
    page = client.get(f"{fiche(constat)}modifier/")
    formulaire = page.context["formulaire"]
    valeurs = {nom: formulaire[nom].value() for nom in formulaire.fields}
    return {nom: "" if valeur is None or valeur is False else valeur for nom, valeur in valeurs.items()}


def test_modifier_enregistre_et_le_dit(client, referente):
    constat = FabriqueConstat(avec_theme=True)
    reponse = client.post(f"{fiche(constat)}modifier/", formulaire_de(client, constat) | {"description": "Banc cassé"})
    assert reponse.status_code == 302
    constat.refresh_from_db()
    assert (constat.description, constat.mouvements.get().genre) == ("Banc cassé", GenreMouvement.CORRECTION)


def test_le_second_editeur_est_averti_et_garde_sa_saisie(client, referente):
    constat = FabriqueConstat(avec_theme=True)
    vu = formulaire_de(client, constat)
    Constat.objects.filter(pk=constat.pk).update(description="Écrit par un autre")
    reponse = client.post(f"{fiche(constat)}modifier/", vu | {"description": "Écrit par moi"})
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert ("Écrit par un autre" in page, "Écrit par moi" in page) == (True, True)
    version = reponse.context["formulaire"].data["version"]
    client.post(f"{fiche(constat)}modifier/", vu | {"description": "Écrit par moi", "version": version})
    assert Constat.objects.get(pk=constat.pk).description == "Écrit par moi"


def test_une_correction_refusee_est_une_phrase(client, referente):
    constat = FabriqueConstat(avec_theme=True)
    reponse = client.post(f"{fiche(constat)}modifier/", formulaire_de(client, constat) | {"priorite_forcee": "1"})
    assert reponse.status_code == 422
    assert "Une priorité fixée à la main porte un motif" in reponse.content.decode()


def test_ajouter_au_bureau_numerote_dans_la_marche(client, referente):
    marche = FabriqueDiagnostic(numero=7)
    page = client.get(f"/constats/ajouter/?diagnostic={marche.pk}")
    champs = page.context["formulaire"].initial | {
        "origine": "diagnostic",
        "nature": Nature.NEGATIF,
        "sous_theme": Theme.objects.get(code="PRO").sous_themes.first().pk,
        "description": "Tag sur le pignon",
        "ampleur": 1,
        "recurrence": 0,
        "urgence": 3,
        "domanialite": "a_determiner",
        "photo": fichier(photo()),
    }
    reponse = client.post("/constats/ajouter/", champs)
    constat = Constat.objects.get()
    assert (reponse.headers["Location"], constat.reference) == (fiche(constat), "SAN-2026-07·1")
    assert (constat.theme.code, constat.photos_nombre, constat.cree_par) == ("PRO", 1, referente)


def test_ajouter_sans_quartier_dit_quoi_faire(client, referente):
    champs = {
        "client_uuid": uuid.uuid4(),
        "releve_le": "2026-03-02",
        "origine": "signalement",
        "nature": "negatif",
        "ampleur": 1,
        "recurrence": 0,
        "urgence": 3,
        "domanialite": "public",
        "description": "Quelque part",
    }
    reponse = client.post("/constats/ajouter/", champs)
    assert reponse.status_code == 422
    assert "choisissez-le, ou posez l’épingle" in reponse.content.decode()


def test_on_n_ajoute_pas_dans_le_quartier_d_un_autre(client):
    client.force_login(FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas()))
    ailleurs = Quartier.objects.get(code="EUR")
    champs = {"client_uuid": uuid.uuid4(), "releve_le": "2026-03-02", "origine": "signalement", "nature": "negatif"}
    champs |= {"ampleur": 1, "recurrence": 0, "urgence": 3, "domanialite": "public", "description": "Tag"}
    champs |= {"lon": ailleurs.centre_lon, "lat": ailleurs.centre_lat}
    assert client.post("/constats/ajouter/", champs).status_code == 403
    assert Constat.objects.count() == 0


def fichier(octets, nom="photo.jpg"):
    return SimpleUploadedFile(nom, octets, content_type="image/jpeg")


def test_un_lot_se_confirme_puis_part_a_chaque_organisme(client, referente):
    val, cher = FabriqueOrganisme(), FabriqueOrganisme()
    bons = [FabriqueConstat(qualifie=True, organisme=o) for o in (val, val, cher)]
    brut = FabriqueConstat()
    choix = {"selection": [c.pk for c in [*bons, brut]]}
    page = client.post("/constats/transmettre/", choix)
    assert [c for c, _ in page.context["refuses"]] == [brut]
    assert Transmission.objects.count() == 0
    reponse = client.post("/constats/transmettre/", choix | {"confirmer": "1", "canal": "courriel"}, follow=True)
    assert sorted(dits(reponse))[:1] == [f"1\u00a0constat transmis à {cher}."]
    assert {t.organisme for t in Transmission.objects.all()} == {val, cher}
    assert Constat.objects.filter(etat="transmis").count() == 3


def test_un_lot_de_relances_laisse_de_cote_ce_que_personne_ne_tient(client, referente):
    tenu, brut = FabriqueConstat(transmis=True), FabriqueConstat()
    choix = {"selection": [tenu.pk, brut.pk], "confirmer": "1", "canal": "telephone"}
    reponse = client.post("/constats/relancer/", choix, follow=True)
    assert dits(reponse) == [
        "1\u00a0constat relancé.",
        f"Sans relance, car aucun organisme ne les tient\u00a0: {brut.reference}.",
    ]
    tenu.refresh_from_db()
    assert tenu.relances == 1


@pytest.mark.parametrize("verbe", ["transmettre", "relancer"])
def test_un_lot_vide_le_dit(client, referente, verbe):
    reponse = client.post(f"/constats/{verbe}/", {"selection": ["x", "99"]}, follow=True)
    assert dits(reponse) == [f"Cochez au moins un constat à {verbe}."]


def test_la_page_n_offre_pas_de_rouvrir_ce_qui_n_est_pas_clos(referente):
    constat = traiter(FabriqueConstat(transmis=True), reponse="Fait.", par=referente)
    assert rouvrir(constat, motif="Revenu.", par=referente).etat == EtatConstat.QUALIFIE
    with pytest.raises(TransitionRefusee, match="pas encore qualifié"):
        rouvrir(FabriqueConstat(), motif="Revenu.", par=referente)


def test_les_erreurs_sans_champ_sont_dites_au_dessus(referente):
    formulaire = FormulairePhoto({})
    erreurs_de(ValidationError({"inconnu": ["Une phrase."]}), formulaire)
    assert formulaire.non_field_errors() == ["Une phrase."]
