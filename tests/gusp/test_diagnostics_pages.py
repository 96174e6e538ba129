"""Pages of the walks: list, forms, tabs, serial entry, sorting desk, gestures."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from gusp.enums import EtatConstat, EtatDiagnostic, Nature
from gusp.metier import diagnostics
from gusp.metier.constats import creer_constat
from gusp.models import Constat, Diagnostic, RegleCompetence, Theme
from gusp.views.diagnostic_tri import suggestions
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.gusp import JOUR, FabriqueConstat, FabriqueDiagnostic, FabriqueEtape, sanitas

pytestmark = pytest.mark.django_db

LIEU = {"lon": "0.699500", "lat": "47.381500"}


@pytest.fixture
def agent(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas())
    client.force_login(agent)
    return agent


def adresse(nom, *arguments):
    return reverse(f"gusp:{nom}", args=arguments)


def texte(reponse) -> str:
    return reponse.content.decode()


def requetes(client, url) -> int:
    with CaptureQueriesContext(connection) as prises:
        assert client.get(url).status_code == 200
    return len(prises)


def valeurs(formulaire) -> dict:
    """Return what the form shown would send back."""
    lues = {nom: formulaire[nom].value() for nom in formulaire.fields}
    return {nom: "" if valeur is None else valeur for nom, valeur in lues.items() if valeur is not False}


def rangees(formulaires, prefixe, *remplies) -> dict:
    """Return the table that the page shows, with these rows written over its first ones."""
    envoi = {f"{prefixe}-TOTAL_FORMS": str(len(formulaires.forms)), f"{prefixe}-INITIAL_FORMS": "0"}
    for formulaire in formulaires:
        envoi |= {formulaire.add_prefix(nom): valeur for nom, valeur in valeurs(formulaire).items()}
    for rang, remplie in enumerate(remplies):
        envoi |= {f"{prefixe}-{rang}-{nom}": valeur for nom, valeur in remplie.items()}
    return envoi


def marche_remplie(combien: int, **champs) -> Diagnostic:
    """Return a walk with stops, people and constats in several states."""
    precedent = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE, prevu_le=datetime.date(2026, 2, 2))
    diagnostic = FabriqueDiagnostic(precedent=precedent, **champs)
    for rang in range(combien):
        etape = FabriqueEtape(diagnostic=diagnostic, numero=rang + 1, **LIEU)
        diagnostic.participants.create(groupe="ville", organisme=FabriqueOrganisme())
        FabriqueConstat(diagnostic=diagnostic, etape=etape, numero=10 * rang + 1, **LIEU)
        FabriqueConstat(diagnostic=diagnostic, etape=etape, numero=10 * rang + 2, transmis=True)
        FabriqueConstat(diagnostic=precedent, numero=10 * rang + 1, qualifie=True, organisme=FabriqueOrganisme())
    return diagnostic


# List


def test_la_liste_ne_fait_pas_plus_de_requetes_pour_plus_de_marches(client, agent):
    FabriqueConstat(diagnostic=FabriqueDiagnostic())
    une = requetes(client, adresse("diagnostic_liste"))
    for _ in range(3):
        FabriqueConstat(diagnostic=FabriqueDiagnostic(referent=FabriqueUtilisateur()))
    assert requetes(client, adresse("diagnostic_liste")) == une <= 10


def test_la_liste_montre_le_quartier_de_l_agent_et_compte_ses_constats(client, agent):
    diagnostic = marche_remplie(2)
    FabriqueDiagnostic(quartier=Quartier.objects.get(code="EUR"))
    reponse = client.get(adresse("diagnostic_liste"))
    lignes = {ligne["d"].pk: ligne["comptes"] for ligne in reponse.context["lignes"]}
    au = timezone.localdate()
    retard = Constat.objects.en_retard(au=au).filter(diagnostic=diagnostic).count()
    assert set(lignes) == {diagnostic.pk, diagnostic.precedent_id}
    assert {nom: lignes[diagnostic.pk][nom] for nom in ("tous", "a_trier", "ouverts", "retard")} == {
        "tous": 4,
        "a_trier": 2,
        "ouverts": 4,
        "retard": retard,
    }


@pytest.mark.parametrize(
    ("filtre", "attendus"),
    [
        ("", ["futur", "realise", "diffuse", "passe"]),
        ("etat=a_venir", ["futur"]),
        ("etat=a_noter", ["passe"]),
        ("etat=a_trier", ["realise"]),
        ("etat=a_diffuser", ["realise"]),
        ("etat=a_restituer", ["diffuse"]),
        ("etat=preparation", ["futur", "passe"]),
        ("genre=nocturne", ["diffuse"]),
        ("annee=2099", ["futur"]),
        ("q=ecole", ["passe"]),
        ("q=SAN-2026-9077", ["diffuse"]),
        ("q=SAN-²-²", []),
        ("q=introuvable", []),
        ("quartier=0&etat=bizarre&annee=x", ["futur", "realise", "diffuse", "passe"]),
    ],
)
def test_chaque_filtre_garde_ce_qu_il_dit(client, agent, filtre, attendus):
    marches = {
        "futur": FabriqueDiagnostic(prevu_le=datetime.date(2099, 1, 5), annee=2099, intitule="Parking"),
        "realise": FabriqueDiagnostic(etat=EtatDiagnostic.REALISE, prevu_le=datetime.date(2026, 3, 4)),
        "diffuse": FabriqueDiagnostic(
            etat=EtatDiagnostic.RELEVE_DIFFUSE,
            releve_diffuse_le=datetime.date(2026, 3, 9),
            prevu_le=datetime.date(2026, 3, 3),
            genre="nocturne",
            numero=9077,
        ),
        "passe": FabriqueDiagnostic(intitule="Abords de l’École"),
    }
    FabriqueConstat(diagnostic=marches["realise"])
    noms = {diagnostic.pk: nom for nom, diagnostic in marches.items()}
    reponse = client.get(f"{adresse('diagnostic_liste')}?{filtre}")
    assert [noms[ligne["d"].pk] for ligne in reponse.context["lignes"]] == attendus


def test_les_pages_se_suivent_sans_perte(client, agent):
    for _ in range(55):
        FabriqueDiagnostic()
    premiere = client.get(adresse("diagnostic_liste"))
    seconde = client.get(adresse("diagnostic_liste") + premiere.context["suivant"])
    vues = [ligne["d"].pk for page in (premiere, seconde) for ligne in page.context["lignes"]]
    assert len(vues) == len(set(vues)) == 55
    assert "51 à 55 sur 55" in texte(seconde)


# Facts


def test_preparer_une_marche_la_numerote_et_mene_a_son_parcours(client, agent):
    formulaire = client.get(adresse("diagnostic_ajouter")).context["formulaire"]
    assert [q.code for q in formulaire.fields["quartier"].queryset] == ["SAN"]
    envoi = valeurs(formulaire) | {"quartier": sanitas().pk, "intitule": "Saint-Paul", "prevu_le": "2026-03-02"}
    reponse = client.post(adresse("diagnostic_ajouter"), envoi)
    diagnostic = Diagnostic.objects.get()
    assert reponse.url == adresse("diagnostic_preparer", diagnostic.pk)
    assert (diagnostic.reference, diagnostic.cree_par, diagnostic.precedent) == ("SAN-2026-01", agent, None)


def test_un_refus_garde_ce_qui_a_ete_tape(client, agent):
    formulaire = client.get(adresse("diagnostic_ajouter")).context["formulaire"]
    envoi = valeurs(formulaire) | {
        "quartier": sanitas().pk,
        "intitule": "Saint-Paul",
        "heure_debut": "16:00",
        "heure_fin": "14:00",
    }
    reponse = client.post(adresse("diagnostic_ajouter"), envoi)
    assert reponse.status_code == 422
    assert "L’heure de fin suit l’heure de début." in texte(reponse)
    assert 'value="Saint-Paul"' in texte(reponse)
    assert Diagnostic.objects.count() == 0


def test_le_second_de_deux_agents_est_prevenu_et_garde_sa_saisie(client, agent):
    diagnostic = FabriqueDiagnostic(lieu_rendez_vous="Parvis")
    url = adresse("diagnostic_modifier", diagnostic.pk)
    envoi = valeurs(client.get(url).context["formulaire"]) | {"intitule": "Mon titre"}
    diagnostics.modifier_diagnostic(diagnostic, par=FabriqueUtilisateur(), lieu_rendez_vous="Arrêt de tram")
    refus = client.post(url, envoi)
    assert refus.status_code == 422
    assert [c.maintenant for c in refus.context["changements"]] == ["Arrêt de tram"]
    assert 'value="Mon titre"' in texte(refus)
    encore = valeurs(refus.context["formulaire"]) | {"intitule": "Mon titre", "lieu_rendez_vous": "Place"}
    assert client.post(url, encore).status_code == 302
    diagnostic.refresh_from_db()
    assert (diagnostic.intitule, diagnostic.lieu_rendez_vous) == ("Mon titre", "Place")


def test_le_quartier_d_une_marche_ne_se_choisit_plus(client, agent):
    diagnostic = FabriqueDiagnostic()
    formulaire = client.get(adresse("diagnostic_modifier", diagnostic.pk)).context["formulaire"]
    assert "quartier" not in formulaire.fields


# Tabs


@pytest.mark.parametrize("onglet", ["diagnostic_preparer", "diagnostic_conduire", "diagnostic_restitution"])
def test_les_onglets_ne_font_pas_plus_de_requetes_pour_plus_de_constats(client, agent, onglet):
    petite, grande = marche_remplie(1), marche_remplie(3)
    assert requetes(client, adresse(onglet, petite.pk)) == requetes(client, adresse(onglet, grande.pk)) <= 12


def test_le_tri_ne_fait_pas_plus_de_requetes_pour_plus_de_constats(client, agent):
    petite, grande = marche_remplie(1), marche_remplie(3)
    assert requetes(client, adresse("diagnostic_tri", petite.pk)) == requetes(
        client, adresse("diagnostic_tri", grande.pk)
    )


@pytest.mark.parametrize(
    ("champs", "brouillon", "gabarit"),
    [
        ({"prevu_le": datetime.date(2099, 1, 5)}, False, "preparer"),
        ({}, False, "conduire"),
        ({"etat": EtatDiagnostic.REALISE}, True, "tri"),
        ({"etat": EtatDiagnostic.REALISE}, False, "restituer"),
        ({"etat": EtatDiagnostic.ANNULE}, False, "preparer"),
    ],
)
def test_la_fiche_s_ouvre_au_moment_ou_en_est_la_marche(client, agent, champs, brouillon, gabarit):
    diagnostic = FabriqueDiagnostic(**champs)
    if brouillon:
        FabriqueConstat(diagnostic=diagnostic)
    reponse = client.get(adresse("diagnostic_fiche", diagnostic.pk))
    assert reponse.templates[0].name == f"gusp/diagnostic_{gabarit}.html"


def test_preparer_montre_ce_qui_est_a_revoir(client, agent):
    diagnostic = marche_remplie(2)
    reponse = client.get(adresse("diagnostic_preparer", diagnostic.pk))
    assert [ligne["c"].numero for ligne in reponse.context["a_revoir"]] == [1, 11]
    assert f"/constats/{reponse.context['a_revoir'][0]['c'].pk}/" in texte(reponse)


def test_un_lecteur_ne_voit_ni_le_confidentiel_ni_les_gestes(client):
    diagnostic = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE)
    FabriqueConstat(diagnostic=diagnostic, description="Deal dans le hall", confidentiel=True, numero=1)
    FabriqueConstat(diagnostic=diagnostic, description="Lampadaire éteint", numero=2)
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR))
    pages = [
        texte(client.get(adresse(nom, diagnostic.pk)))
        for nom in ("diagnostic_conduire", "diagnostic_restitution", "diagnostic_preparer")
    ]
    assert ["Deal" in page for page in pages] == [False, False, False]
    assert [page.count('<form method="post"') + page.count("data-surveiller") for page in pages] == [
        2,
        2,
        2,
    ]  # signing out, twice
    assert "Lampadaire éteint" in pages[0]


# Route and people


def test_le_parcours_s_ecrit_par_la_liste_sans_script(client, agent):
    diagnostic = FabriqueDiagnostic()
    FabriqueEtape(diagnostic=diagnostic, numero=1, libelle="Tram")
    url = adresse("diagnostic_parcours", diagnostic.pk)
    contexte = client.get(url).context
    envoi = valeurs(contexte["formulaire"]) | rangees(
        contexte["etapes"], "e", {"ordre": "2"}, {"ordre": "1", "libelle": "École", **LIEU}
    )
    envoi |= {"trajet": "0.6995 47.3815\n0.7001 47.3819"}
    assert client.post(url, envoi).url == adresse("diagnostic_preparer", diagnostic.pk)
    diagnostic.refresh_from_db()
    assert list(diagnostic.etapes.values_list("numero", "libelle")) == [(1, "École"), (2, "Tram")]
    assert diagnostic.parcours["coordinates"] == [[0.6995, 47.3815], [0.7001, 47.3819]]


def test_une_etape_sans_nom_ou_a_demi_placee_est_dite_a_cote(client, agent):
    diagnostic = FabriqueDiagnostic()
    url = adresse("diagnostic_parcours", diagnostic.pk)
    contexte = client.get(url).context
    envoi = valeurs(contexte["formulaire"]) | rangees(
        contexte["etapes"], "e", {"attention": "Trou"}, {"libelle": "Tram", "lon": "0.7"}
    )
    reponse = client.post(url, envoi)
    assert reponse.status_code == 422
    assert [list(f.errors) for f in reponse.context["etapes"]][:2] == [["libelle"], ["lat"]]
    assert 'value="Trou"' in texte(reponse)


def test_deux_agents_sur_le_parcours_la_confirmation_garde_la_seconde_saisie(client, agent):
    diagnostic = FabriqueDiagnostic()
    url = adresse("diagnostic_parcours", diagnostic.pk)
    contexte = client.get(url).context
    envoi = valeurs(contexte["formulaire"]) | rangees(contexte["etapes"], "e", {"libelle": "La mienne"})
    FabriqueEtape(diagnostic=diagnostic, numero=1, libelle="La sienne")
    refus = client.post(url, envoi)
    assert refus.status_code == 422
    assert "pendant votre saisie" in texte(refus)
    assert "La mienne" in texte(refus)
    assert client.post(url, envoi | {"vu": refus.context["formulaire"]["vu"].value()}).status_code == 302
    assert [e.libelle for e in diagnostic.etapes.all()] == ["La mienne"]


def test_les_participants_s_ecrivent_sans_nommer_d_habitant(client, agent):
    diagnostic, organisme = FabriqueDiagnostic(), FabriqueOrganisme()
    url = adresse("diagnostic_participants", diagnostic.pk)
    contexte = client.get(url).context
    table = {"vu": contexte["vu"]} | rangees(
        contexte["formulaires"],
        "p",
        {"groupe": "bailleurs", "organisme": organisme.pk, "fonction": "Gardien"},
        {"groupe": "habitants", "nom": "Quelqu’un"},
    )
    refus = client.post(url, table)
    assert refus.status_code == 422
    assert "On ne garde pas le nom des habitants" in texte(refus)
    assert client.post(url, table | {"p-1-nom": ""}).status_code == 302
    assert list(diagnostic.participants.order_by("pk").values_list("groupe", "organisme", "fonction")) == [
        ("bailleurs", organisme.pk, "Gardien"),
        ("habitants", None, ""),
    ]


def test_les_presences_et_les_habitants_s_enregistrent(client, agent):
    diagnostic = marche_remplie(2)
    venu, absent = diagnostic.participants.order_by("pk")
    envoi = {f"present_{venu.pk}": "oui", f"present_{absent.pk}": "non", "habitants_femmes": "3", "meteo": "Sec"}
    url = adresse("diagnostic_presence", diagnostic.pk)
    refus = client.post(url, envoi | {"habitants_seniors": "9"})
    assert refus.status_code == 422
    assert "Ils ne peuvent pas être plus de 3" in texte(refus)
    assert client.post(url, envoi | {"habitants_seniors": "2"}).status_code == 302
    diagnostic.refresh_from_db()
    assert list(diagnostic.participants.order_by("pk").values_list("present", flat=True)) == [True, False]
    assert (diagnostic.nombre_habitants, diagnostic.habitants_seniors, diagnostic.meteo) == (3, 2, "Sec")


# Serial entry


def test_le_papier_se_saisit_en_un_envoi_et_deux_envois_ne_doublent_rien(client, agent):
    diagnostic = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE)
    etape, theme = FabriqueEtape(diagnostic=diagnostic), Theme.objects.get(code="ECL")
    sous_theme = theme.sous_themes.first()
    url = adresse("saisie_serie", diagnostic.pk)
    formulaires = client.get(url).context["formulaires"]
    envoi = rangees(
        formulaires,
        "c",
        {"etape": etape.pk, "sous_theme": sous_theme.pk, "repere": "N° 8", "urgence": "1"},
        {},
        {"description": "Jardin fleuri", "nature": "positif"},
    )
    reponse = client.post(url, envoi)
    assert reponse.url == adresse("diagnostic_conduire", diagnostic.pk)
    assert "2\u00a0constats enregistrés, n°\u00a01 à 2." in texte(client.get(reponse.url))
    constats = Constat.objects.filter(diagnostic=diagnostic).order_by("numero")
    assert list(constats.values_list("numero", "etape", "theme", "sous_theme", "repere", "urgence", "nature")) == [
        (1, etape.pk, theme.pk, sous_theme.pk, "N° 8", 1, Nature.NEGATIF),
        (2, None, None, None, "", 3, Nature.POSITIF),
    ]
    client.post(url, envoi)
    assert constats.count() == 2


def test_une_erreur_est_dite_sur_sa_ligne_et_rien_n_est_perdu(client, agent):
    diagnostic = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE)
    url = adresse("saisie_serie", diagnostic.pk)
    formulaires = client.get(url).context["formulaires"]
    autre = Theme.objects.get(code="PRO").sous_themes.first()
    mauvaise = {"description": "Lampe", "theme": Theme.objects.get(code="ECL").pk, "sous_theme": autre.pk}
    envoi = rangees(formulaires, "c", {"description": "Dépôt"}, mauvaise)
    reponse = client.post(url, envoi)
    assert reponse.status_code == 422
    assert Constat.objects.count() == 0
    assert [list(f.errors) for f in reponse.context["formulaires"]][:3] == [[], ["sous_theme"], []]
    assert [nom in texte(reponse) for nom in ('value="Dépôt"', 'value="Lampe"')] == [True, True]
    assert reponse.context["formulaires"].forms[0]["client_uuid"].value() == envoi["c-0-client_uuid"]


def test_ajouter_dix_lignes_sans_script_garde_la_saisie(client, agent):
    diagnostic = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE)
    url = adresse("saisie_serie", diagnostic.pk)
    formulaires = client.get(url).context["formulaires"]
    reponse = client.post(url, rangees(formulaires, "c", {"description": "Dépôt"}) | {"plus": "1"})
    suite = reponse.context["formulaires"]
    identifiants = [f["client_uuid"].value() for f in suite]
    assert (len(suite.forms), len(set(identifiants))) == (20, 20)
    assert suite.forms[0]["description"].value() == "Dépôt"
    assert Constat.objects.count() == 0


def test_une_feuille_vide_ou_une_page_cassee_le_dit(client, agent):
    url = adresse("saisie_serie", FabriqueDiagnostic(etat=EtatDiagnostic.REALISE).pk)
    vide = client.post(url, rangees(client.get(url).context["formulaires"], "c"))
    assert (vide.status_code, "Remplissez au moins une ligne" in texte(vide)) == (422, True)
    assert "rechargez-la" in texte(client.post(url, {}))


def test_la_saisie_fait_autant_de_requetes_pour_plus_d_etapes(client, agent):
    url = adresse("saisie_serie", FabriqueDiagnostic().pk)
    grande = FabriqueDiagnostic()
    [FabriqueEtape(diagnostic=grande, numero=n) for n in (1, 2, 3)]
    assert requetes(client, url) == requetes(client, adresse("saisie_serie", grande.pk))


# Sorting desk


def trier(client, constat, **champs):
    url = adresse("diagnostic_tri", constat.diagnostic_id)
    formulaire = client.get(url, {"constat": constat.pk}).context["formulaire"]
    return client.post(adresse("diagnostic_trier", constat.diagnostic_id, constat.pk), valeurs(formulaire) | champs)


@pytest.fixture
def a_trier(agent):
    diagnostic = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE)
    theme = Theme.objects.get(code="PRO")
    for rang in range(1, 4):
        creer_constat(
            par=agent, diagnostic=diagnostic, releve_le=JOUR, description=f"Dépôt {rang}", theme=theme, repere="Place"
        )
    return list(diagnostic.constats.order_by("numero"))


def test_qualifier_mene_au_suivant_et_le_compte_avance(client, a_trier):
    reponse = trier(client, a_trier[0], ampleur="3", recurrence="2")
    page = client.get(reponse.url)
    assert page.context["constat"] == a_trier[1]
    assert "1 sur 3 triés" in texte(page)
    a_trier[0].refresh_from_db()
    assert (a_trier[0].etat, a_trier[0].priorite) == (EtatConstat.QUALIFIE, 1)


def test_l_organisme_laisse_vide_est_celui_de_la_grille(client, a_trier):
    organisme, theme = FabriqueOrganisme(), Theme.objects.get(code="ECL")
    RegleCompetence.objects.filter(theme=theme, domanialite="bailleur").delete()
    RegleCompetence.objects.create(theme=theme, domanialite="bailleur", organisme=organisme)
    page = client.get(adresse("diagnostic_tri", a_trier[0].diagnostic_id))
    assert page.context["regles"][str(theme.pk)]["bailleur"] == organisme.pk
    trier(client, a_trier[0], theme=theme.pk, sous_theme="", domanialite="bailleur", organisme="")
    a_trier[0].refresh_from_db()
    assert a_trier[0].organisme == organisme


def test_un_constat_sans_theme_ni_lieu_n_est_pas_qualifie_et_le_dit(client, agent):
    constat = FabriqueConstat(diagnostic=FabriqueDiagnostic(etat=EtatDiagnostic.REALISE), description="Flou")
    refus = trier(client, constat)
    assert (refus.status_code, "Choisissez un thème." in texte(refus)) == (422, True)
    sans_lieu = trier(client, constat, theme=Theme.objects.get(code="PRO").pk)
    assert (sans_lieu.status_code, "Dites où c’est" in texte(sans_lieu)) == (422, True)
    assert "Flou" in texte(sans_lieu)


def test_un_constat_deja_trie_par_un_autre_est_dit_et_l_on_continue(client, a_trier):
    formulaire = client.get(adresse("diagnostic_tri", a_trier[0].diagnostic_id)).context["formulaire"]
    Constat.objects.filter(pk=a_trier[0].pk).update(etat=EtatConstat.QUALIFIE)
    reponse = client.post(
        adresse("diagnostic_trier", a_trier[0].diagnostic_id, a_trier[0].pk), valeurs(formulaire), follow=True
    )
    assert "déjà «\u00a0Qualifié\u00a0»" in texte(reponse)
    assert reponse.context["constat"] == a_trier[1]


def test_precedent_et_suivant_passent_ce_qui_est_trie(client, a_trier):
    Constat.objects.filter(pk=a_trier[1].pk).update(etat=EtatConstat.QUALIFIE)
    contexte = client.get(adresse("diagnostic_tri", a_trier[0].diagnostic_id), {"constat": a_trier[2].pk}).context
    assert (contexte["precedent"], contexte["suivant"]) == (a_trier[0].pk, None)


def test_tout_est_trie_le_dit_et_mene_a_la_suite(client, a_trier):
    Constat.objects.update(etat=EtatConstat.QUALIFIE)
    page = client.get(adresse("diagnostic_tri", a_trier[0].diagnostic_id))
    assert (page.context["constat"], "Tout est trié" in texte(page)) == (None, True)


def test_les_doublons_proposes_sont_proches_du_meme_theme_ou_de_la_meme_etape(agent):
    diagnostic = FabriqueDiagnostic()
    etape = FabriqueEtape(diagnostic=diagnostic)
    proprete, autre = Theme.objects.get(code="PRO"), Theme.objects.get(code="ECL")
    constat = FabriqueConstat(diagnostic=diagnostic, etape=etape, theme=proprete, **LIEU)
    constat.refresh_from_db()
    proche = FabriqueConstat(theme=proprete, lon="0.699600", lat="47.381600")
    FabriqueConstat(theme=proprete, lon="0.700200", lat="47.381500")  # 53 m
    FabriqueConstat(theme=autre, **LIEU)
    FabriqueConstat(theme=proprete, quartier=Quartier.objects.get(code="EUR"), **LIEU)
    FabriqueConstat(theme=proprete, ecarte=True, **LIEU)
    meme_etape = FabriqueConstat(diagnostic=diagnostic, etape=etape, theme=proprete)
    FabriqueConstat(diagnostic=diagnostic, etape=etape, theme=autre)
    trouves = [(s["c"].pk, s["metres"], s["etape"]) for s in suggestions(agent, constat)]
    assert trouves == [(proche.pk, 13, False), (meme_etape.pk, None, True)]


def test_regrouper_depuis_le_tri_revient_au_suivant(client, a_trier):
    page = client.get(adresse("diagnostic_tri", a_trier[0].diagnostic_id), {"constat": a_trier[1].pk})
    envoi = {"maitre": a_trier[0].reference, "retour": page.context["retour"]}
    reponse = client.post(adresse("constat_doublon", a_trier[1].pk), envoi)
    assert client.get(reponse.url).context["constat"] == a_trier[2]
    a_trier[1].refresh_from_db()
    assert a_trier[1].doublon_de == a_trier[0]


def test_un_constat_d_une_autre_marche_ne_se_trie_pas_ici(client, a_trier):
    autre = FabriqueConstat(diagnostic=FabriqueDiagnostic())
    assert client.post(adresse("diagnostic_trier", a_trier[0].diagnostic_id, autre.pk)).status_code == 404


# Gestures


def test_un_geste_refuse_garde_la_saisie_et_dit_pourquoi(client, agent):
    diagnostic = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE)
    refus = client.post(adresse("diagnostic_diffuser", diagnostic.pk), {"diffuse_le": "2026-03-01"})
    assert refus.status_code == 422
    assert "Le relevé ne peut pas être diffusé avant la marche." in texte(refus)
    assert 'value="2026-03-01"' in texte(refus)


def test_un_geste_impossible_le_dit_sans_rien_changer(client, agent):
    diagnostic = FabriqueDiagnostic()
    reponse = client.post(adresse("diagnostic_restituer", diagnostic.pk), follow=True)
    assert "On ne passe pas de" in texte(reponse)
    diagnostic.refresh_from_db()
    assert diagnostic.etat == EtatDiagnostic.PREPARATION


def test_le_prochain_geste_est_celui_que_l_etat_attend(client, agent):
    gestes = {
        etat: [g.nom for g in client.get(adresse("diagnostic_restitution", diagnostic.pk)).context["gestes"]]
        for etat, diagnostic in (
            ("preparation", FabriqueDiagnostic()),
            ("realise", FabriqueDiagnostic(etat="realise")),
            ("releve_diffuse", FabriqueDiagnostic(etat="releve_diffuse", releve_diffuse_le=JOUR)),
            ("restitue", FabriqueDiagnostic(etat="restitue", releve_diffuse_le=JOUR, restitue_le=JOUR)),
            ("clos", FabriqueDiagnostic(etat="clos", releve_diffuse_le=JOUR, restitue_le=JOUR)),
            ("annule", FabriqueDiagnostic(etat="annule")),
        )
    }
    assert gestes == {
        "preparation": ["realiser", "annuler"],
        "realise": ["diffuser"],
        "releve_diffuse": ["restituer"],
        "restitue": ["clore"],
        "clos": ["rouvrir"],
        "annule": ["reprendre"],
    }
