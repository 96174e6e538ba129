"""The action plan on screen: table updated row by row, whole form, fiche, edition, files."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from comptes.enums import Role
from gusp.enums import EtatAction
from gusp.metier.actions import CHAMPS_SUIVIS, creer_action, noter_nouvelle
from gusp.models import Action, Axe, ConventionGusp
from quartiers.models import Quartier
from socle.verrou import version_de
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur

pytestmark = pytest.mark.django_db
LISTE = "/actions/"


@pytest.fixture(autouse=True)
def _le_23_novembre():
    with time_machine.travel(datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def sanitas():
    return Quartier.objects.get(code="SAN")


@pytest.fixture
def ailleurs(sanitas):
    return Quartier.objects.exclude(pk=sanitas.pk).first()


@pytest.fixture
def agent(client, sanitas):
    agent = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas)
    client.force_login(agent)
    return agent


@pytest.fixture
def creer(agent, sanitas):
    def creer(titre="Réparer l’éclairage", **champs):
        return creer_action(par=agent, titre=titre, **{"quartiers": [sanitas]} | champs)

    return creer


def _rangee(action, **change):
    """Return what the browser sends for one row: what was shown, and what was changed."""
    champs = {
        "etat": action.etat,
        "avancement": str(action.avancement),
        "texte": "",
        "vu": f"{action.etat} {action.avancement}",
        "version": version_de(action, CHAMPS_SUIVIS),
    }
    return {f"a{action.pk}-{nom}": valeur for nom, valeur in (champs | change).items()}


def _envoyer(client, actions, **changes):
    envoi = {"ligne": [a.pk for a in actions]}
    for action in actions:
        envoi |= _rangee(action, **changes.get(action.code, {}))
    return client.post(reverse("gusp:action_maj") + "?etat=toutes", envoi, follow=True)


def _codes(reponse):
    return [ligne.code for groupe in reponse.context["groupes"] for ligne in groupe.lignes]


def test_vingt_actions_se_mettent_a_jour_en_un_envoi(client, creer):
    actions = [creer(f"Action {n}") for n in range(20)]
    changes = {a.code: {"etat": "en_cours", "avancement": "40", "texte": f"Fait {a.code}"} for a in actions}
    reponse = _envoyer(client, actions, **changes)
    assert "20\u00a0actions mises à jour." in reponse.content.decode()
    assert set(Action.objects.values_list("etat", "avancement")) == {("en_cours", 40)}
    assert [a.points.get().texte for a in actions] == [f"Fait {a.code}" for a in actions]
    assert reponse.redirect_chain == [("/actions/?etat=toutes", 302)]


def test_seules_les_lignes_changees_sont_ecrites(client, creer):
    une, deux = creer("Une"), creer("Deux")
    reponse = _envoyer(client, [une, deux], **{une.code: {"avancement": "10"}})
    assert "1\u00a0action mise à jour." in reponse.content.decode()
    assert (une.points.count(), deux.points.count()) == (1, 0)


def test_un_refus_garde_la_saisie_et_n_empeche_pas_les_autres_lignes(client, creer):
    une, deux = creer("Une"), creer("Deux")
    changes = {une.code: {"etat": "bloquee"}, deux.code: {"avancement": "250", "texte": "Trop"}}
    trois = creer("Trois")
    reponse = _envoyer(client, [une, deux, trois], **changes, **{trois.code: {"texte": "Bien"}})
    assert reponse.status_code == 422
    page = BeautifulSoup(reponse.content.decode(), "html.parser")
    assert "dit ce qui la bloque" in page.select_one(f"#refus-{une.pk}").get_text()
    assert "inférieure ou égale à 100" in page.select_one(f"#refus-{deux.pk}").get_text()
    assert page.select_one(f"[name=a{une.pk}-etat] option[selected]")["value"] == "bloquee"
    assert page.select_one(f"[name=a{deux.pk}-texte]")["value"] == "Trop"
    assert page.select_one(f"[name=a{deux.pk}-avancement]")["value"] == "250"
    assert page.select_one(f"#action-{trois.pk}") is None
    assert Action.objects.get(pk=trois.pk).nouvelle == "Bien"


def test_deux_personnes_sur_la_meme_ligne_la_seconde_est_prevenue_puis_confirme(client, creer, agent):
    action = creer()
    vue = _rangee(action, avancement="20", texte="Mienne")
    noter_nouvelle(action, texte="La sienne", etat=EtatAction.EN_COURS, par=FabriqueUtilisateur())
    adresse = reverse("gusp:action_nouvelle", args=[action.pk])
    reponse = client.post(adresse, vue, headers={"hx-request": "true"})
    page = BeautifulSoup(reponse.content.decode(), "html.parser")
    assert reponse.status_code == 422
    assert "La sienne" in page.select_one(f"#refus-{action.pk}").get_text()
    assert page.select_one(f"[name=a{action.pk}-texte]")["value"] == "Mienne"
    confirmee = {champ["name"]: champ["value"] for champ in page.select("input[name]")} | {
        f"a{action.pk}-etat": "en_cours"
    }
    assert client.post(adresse, confirmee, headers={"hx-request": "true"}).status_code == 200
    action.refresh_from_db()
    assert (action.etat, action.avancement, action.nouvelle) == ("en_cours", 20, "Mienne")


def test_une_ligne_que_je_n_ai_pas_touchee_ne_defait_pas_le_travail_d_un_autre(client, creer):
    action = creer()
    vue = _rangee(action)
    noter_nouvelle(action, texte="Avancé", etat=EtatAction.EN_COURS, avancement=50, par=FabriqueUtilisateur())
    reponse = client.post(reverse("gusp:action_maj"), {"ligne": action.pk} | vue, follow=True)
    assert "Aucune ligne n’avait changé." in reponse.content.decode()
    action.refresh_from_db()
    assert (action.etat, action.avancement) == ("en_cours", 50)


def test_la_ligne_enregistree_revient_seule_et_se_dit_a_voix_haute(client, creer):
    action = creer()
    envoi = _rangee(action, etat="en_cours", texte="Commencé")
    reponse = client.post(reverse("gusp:action_nouvelle", args=[action.pk]), envoi, headers={"hx-request": "true"})
    page = BeautifulSoup(reponse.content.decode(), "html.parser")
    assert [ligne["id"] for ligne in page.select("tr")] == [f"action-{action.pk}"]
    assert "Commencé" in page.select_one("tr").get_text()
    assert f"{action.code} est mise à jour." in page.select_one("#messages[hx-swap-oob]").get_text()


def test_le_second_clic_ne_double_pas_la_nouvelle(client, creer):
    action = creer()
    envoi = _rangee(action, texte="Devis reçu")
    for _ in range(2):
        reponse = client.post(reverse("gusp:action_nouvelle", args=[action.pk]), envoi, follow=True)
        assert f"Les nouvelles de {action.code} sont enregistrées." in reponse.content.decode()
    assert action.points.count() == 1


def test_les_actions_d_ailleurs_ne_se_voient_ni_ne_s_ecrivent(client, creer, ailleurs):
    lointaine = creer("Lointaine", quartiers=[ailleurs])
    proche = creer("Proche")
    assert _codes(client.get(LISTE)) == [proche.code]
    reponse = _envoyer(client, [lointaine], **{lointaine.code: {"texte": "Intrus"}})
    assert "Aucune ligne n’avait changé." in reponse.content.decode()
    assert not lointaine.points.exists()
    assert client.get(lointaine.get_absolute_url()).status_code == 404


def test_un_lecteur_lit_la_table_sans_champ(client, creer, sanitas):
    action = creer()
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR, quartier=sanitas))
    page = BeautifulSoup(client.get(LISTE).content.decode(), "html.parser")
    assert page.select_one(f"#action-{action.pk}").select("input, select, button") == []
    _envoyer(client, [action], **{action.code: {"texte": "Intrus"}})
    assert not action.points.exists()


def test_un_partenaire_pilote_ecrit_des_mots_et_ne_change_pas_l_etat(client, creer):
    organisme = FabriqueOrganisme()
    action, autre = creer(organisme=organisme), creer("Autre")
    client.force_login(FabriqueUtilisateur(role=Role.PARTENAIRE, organisme=organisme))
    reponse = client.get(LISTE)
    page = BeautifulSoup(reponse.content.decode(), "html.parser")
    assert _codes(reponse) == [action.code]
    assert page.select(f"#action-{action.pk} select") == []
    envoi = _rangee(action, etat="realisee", avancement="100", texte="Travaux faits")
    client.post(reverse("gusp:action_nouvelle", args=[action.pk]), envoi)
    action.refresh_from_db()
    assert (action.etat, action.avancement, action.nouvelle) == ("a_venir", 0, "Travaux faits")
    assert client.post(reverse("gusp:action_nouvelle", args=[autre.pk]), envoi).status_code == 404


def test_une_action_confidentielle_reste_dans_le_service(client, creer, sanitas):
    action = creer(confidentiel=True)
    assert _codes(client.get(LISTE)) == [action.code]
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR, quartier=sanitas))
    assert _codes(client.get(LISTE)) == []
    assert client.get(action.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("demande", "attendues"),
    [
        ({}, ["retard", "muette", "bloquee"]),
        ({"etat": "toutes"}, ["retard", "muette", "bloquee", "finie"]),
        ({"etat": "en_retard"}, ["retard"]),
        ({"etat": "sans_nouvelles"}, ["muette"]),
        ({"etat": "bloquee"}, ["bloquee"]),
        ({"copil": "on"}, ["bloquee"]),
        ({"q": "passages"}, ["muette"]),
    ],
)
def test_le_filtre_garde_ce_qu_il_dit(client, creer, agent, demande, attendues):
    hier = datetime.date(2026, 11, 22)
    actions = {
        "retard": creer("Bancs", echeance_le=hier),
        "muette": creer("Éclairer le passage"),
        "bloquee": creer("Jeux", porter_au_copil=True),
        "finie": creer("Haies"),
    }
    noter_nouvelle(actions["retard"], texte="Lancé", etat=EtatAction.EN_COURS, par=agent)
    noter_nouvelle(actions["bloquee"], texte="Accord attendu", etat=EtatAction.BLOQUEE, par=agent)
    noter_nouvelle(actions["finie"], etat=EtatAction.REALISEE, par=agent)
    assert _codes(client.get(LISTE, demande)) == [actions[nom].code for nom in attendues]


def test_la_table_se_groupe_par_axe_ou_par_quartier_sans_repeter_une_action(client, creer, sanitas, ailleurs):
    convention = ConventionGusp.objects.create(titre="Convention")
    axe = Axe.objects.create(convention=convention, ordre=1, libelle="Cadre de vie")
    creer("Deux quartiers", quartiers=[sanitas, ailleurs], axe=axe)
    creer("Sans axe")
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE))
    par_axe = client.get(LISTE).context["groupes"]
    assert [(g.titre, len(g.lignes)) for g in par_axe] == [("Axe 1. Cadre de vie", 1), ("Sans axe", 1)]
    par_quartier = client.get(LISTE, {"groupe": "quartier"})
    assert sorted(_codes(par_quartier)) == ["A-2026-001", "A-2026-002"]
    assert sanitas.nom in [g.titre for g in par_quartier.context["groupes"]]


def test_les_pages_se_suivent_sans_perdre_ni_repeter_une_ligne(client, creer, monkeypatch):
    from gusp.filtres import actions as module

    monkeypatch.setattr(module.paginer, "__kwdefaults__", {"apres": None, "avant": None, "taille": 2})
    codes = [creer(f"Action {n}").code for n in range(5)]
    vus, adresse, pages = [], LISTE, []
    while adresse:
        reponse = client.get(adresse)
        vus += _codes(reponse)
        pages.append(adresse)
        suivant = reponse.context["suivant"]
        adresse = LISTE + suivant if suivant else None
    assert vus == codes
    assert len(pages) == 3
    retour = client.get(LISTE + reponse.context["precedent"])
    assert _codes(retour) == codes[2:4]


def test_une_adresse_abimee_montre_la_premiere_page(client, creer):
    action = creer()
    for demande in ({"apres": "x"}, {"avant": "9.9"}, {"apres": "a.b.c"}, {"quartier": "x"}, {"etat": "inconnu"}):
        assert _codes(client.get(LISTE, demande)) in ([action.code], [])


@pytest.mark.parametrize("nombre", [1, 3])
def test_la_table_ne_compte_pas_ses_lignes(client, creer, nombre, django_assert_max_num_queries):
    for n in range(nombre):
        creer(f"Action {n}", organisme=FabriqueOrganisme())
    client.get(LISTE)
    with django_assert_max_num_queries(8):
        reponse = client.get(LISTE)
    assert len(_codes(reponse)) == nombre


@pytest.mark.parametrize("nombre", [1, 3])
def test_la_fiche_ne_compte_pas_ses_nouvelles(client, creer, agent, nombre, django_assert_max_num_queries):
    action = creer(etapes=[{"libelle": f"Étape {n}"} for n in range(nombre)])
    for n in range(nombre):
        noter_nouvelle(action, texte=f"Nouvelle {n}", par=agent)
    client.get(action.get_absolute_url())
    with django_assert_max_num_queries(12):
        reponse = client.get(action.get_absolute_url())
    assert len(reponse.context["evenements"]) == nombre + 1


def test_la_fiche_dit_ce_qui_manque(client, creer):
    action = creer(contexte="Noir le soir", echeance_le=datetime.date(2026, 12, 1))
    texte = client.get(action.get_absolute_url()).content.decode()
    assert "objectifs, contenu, pilote ou organisme, axe, début, indicateur, dernières nouvelles, budget prévu" in texte
    assert action.completude == 20


def test_une_nouvelle_refusee_sur_la_fiche_garde_la_saisie(client, creer):
    action = creer()
    envoi = _rangee(action, texte="Demain") | {f"a{action.pk}-le": "2026-11-24"}
    reponse = client.post(reverse("gusp:action_nouvelle", args=[action.pk]), envoi)
    assert reponse.status_code == 422
    assert "ne peut pas être datée dans le futur" in reponse.content.decode()
    assert "Demain" in reponse.content.decode()


def test_pointer_une_etape(client, creer):
    action = creer(etapes=[{"libelle": "Devis"}])
    etape = action.etapes.get()
    adresse = reverse("gusp:action_etape", args=[action.pk, etape.pk])
    client.post(adresse, {"faite": "1"})
    etape.refresh_from_db()
    assert etape.faite_le == timezone.localdate()
    client.post(adresse, {"faite": "0"})
    etape.refresh_from_db()
    assert etape.faite_le is None
    autre = creer("Autre")
    assert client.post(reverse("gusp:action_etape", args=[autre.pk, etape.pk])).status_code == 404


def _formulaire(client, adresse):
    """Return what the browser would send back from an edit page."""
    page = BeautifulSoup(client.get(adresse).content.decode(), "html.parser")
    envoi = {}
    for champ in page.select("main form[data-surveiller] [name]"):
        nom = champ["name"]
        if champ.name == "select":
            choisis = [option["value"] for option in champ.select("option[selected]")]
            envoi |= {nom: choisis or ""} if choisis or not champ.has_attr("multiple") else {}
        elif champ.name == "textarea":
            envoi[nom] = champ.get_text().lstrip("\n")
        elif champ.get("type") in ("checkbox", "radio"):
            if champ.has_attr("checked"):
                envoi.setdefault(nom, []).append(champ["value"])
        else:
            envoi[nom] = champ.get("value", "")
    return envoi


def test_creer_une_action_deux_fois_de_suite_n_en_fait_qu_une(client, agent, sanitas):
    adresse = reverse("gusp:action_ajouter")
    envoi = _formulaire(client, adresse) | {
        "titre": "Planter des haies",
        "quartiers": [sanitas.pk],
        "origine": "habitants",
        "priorite": "haute",
        "participation": "concertation",
        "etapes-0-libelle": "Choisir les essences",
    }
    for _ in range(2):
        reponse = client.post(adresse, envoi)
    action = Action.objects.get()
    assert reponse.url == action.get_absolute_url()
    assert (action.titre, action.cree_par, list(action.quartiers.all())) == ("Planter des haies", agent, [sanitas])
    assert [e.libelle for e in action.etapes.all()] == ["Choisir les essences"]


def test_modifier_garde_ce_qui_n_est_pas_touche(client, creer):
    action = creer(contexte="Noir", etapes=[{"libelle": "Devis"}, {"libelle": "Travaux"}])
    adresse = reverse("gusp:action_modifier", args=[action.pk])
    envoi = _formulaire(client, adresse) | {"titre": "Éclairer", "etapes-0-DELETE": "on"}
    assert client.post(adresse, envoi).status_code == 302
    action.refresh_from_db()
    assert (action.titre, action.contexte, [e.libelle for e in action.etapes.all()]) == (
        "Éclairer",
        "Noir",
        ["Travaux"],
    )


def test_deux_editeurs_d_une_fiche_le_second_garde_sa_saisie_puis_confirme(client, creer):
    action = creer()
    adresse = reverse("gusp:action_modifier", args=[action.pk])
    envoi = _formulaire(client, adresse) | {"titre": "Le mien"}
    Action.objects.filter(pk=action.pk).update(titre="Le sien")
    reponse = client.post(adresse, envoi)
    assert reponse.status_code == 422
    assert "désormais «\u00a0Le sien\u00a0»" in reponse.content.decode()
    page = BeautifulSoup(reponse.content.decode(), "html.parser")
    assert page.select_one("[name=titre]")["value"] == "Le mien"
    envoi["version"] = page.select_one("[name=version]")["value"]
    assert client.post(adresse, envoi).status_code == 302
    assert Action.objects.get().titre == "Le mien"


def test_envoyer_deux_fois_la_meme_correction_n_est_pas_un_conflit(client, creer):
    action = creer(etapes=[{"libelle": "Devis"}])
    adresse = reverse("gusp:action_modifier", args=[action.pk])
    envoi = _formulaire(client, adresse) | {"titre": "Éclairer", "echeance_le": "2026-12-01", "budget_prevu": "10.5"}
    assert [client.post(adresse, envoi).status_code for _ in range(2)] == [302, 302]
    action.refresh_from_db()
    assert (action.titre, action.echeance_le, str(action.budget_prevu)) == (
        "Éclairer",
        datetime.date(2026, 12, 1),
        "10.50",
    )


def test_deux_editeurs_d_etapes_ne_s_ecrasent_pas(client, creer):
    action = creer(etapes=[{"libelle": "Devis"}])
    adresse = reverse("gusp:action_modifier", args=[action.pk])
    envoi = _formulaire(client, adresse) | {"etapes-0-libelle": "Le mien"}
    action.etapes.update(libelle="Le sien")
    reponse = client.post(adresse, envoi)
    assert reponse.status_code == 422
    assert "Les étapes ont changé pendant votre saisie" in reponse.content.decode()
    assert action.etapes.get().libelle == "Le sien"


def test_les_quartiers_des_autres_ne_se_retirent_pas(client, creer, sanitas, ailleurs):
    action = creer(quartiers=[sanitas, ailleurs])
    adresse = reverse("gusp:action_modifier", args=[action.pk])
    envoi = _formulaire(client, adresse) | {"quartiers": [sanitas.pk]}
    client.post(adresse, envoi)
    assert set(action.quartiers.all()) == {sanitas, ailleurs}


def test_un_referent_territorial_n_ouvre_pas_d_action_ailleurs(client, agent, ailleurs):
    adresse = reverse("gusp:action_ajouter")
    envoi = _formulaire(client, adresse) | {"titre": "Intruse", "quartiers": [ailleurs.pk]}
    assert client.post(adresse, envoi).status_code == 422
    assert not Action.objects.exists()


def test_l_echeance_avant_le_debut_est_refusee_par_une_phrase(client, creer):
    action = creer()
    adresse = reverse("gusp:action_modifier", args=[action.pk])
    envoi = _formulaire(client, adresse) | {"debut_le": "2026-12-01", "echeance_le": "2026-11-01"}
    reponse = client.post(adresse, envoi)
    assert reponse.status_code == 422
    assert "L’échéance suit le début." in reponse.content.decode()


def test_la_convention_et_ses_axes_s_ecrivent(client):
    client.force_login(FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE))
    adresse = reverse("gusp:convention_gusp_ajouter")
    envoi = _formulaire(client, adresse) | {
        "titre": "Convention 2026-2030",
        "axes-0-ordre": "1",
        "axes-0-libelle": "Cadre de vie",
    }
    assert client.post(adresse, envoi).status_code == 302
    convention = ConventionGusp.objects.get()
    assert [str(axe) for axe in convention.axes.all()] == ["1. Cadre de vie"]
    assert "Cadre de vie" in client.get(reverse("gusp:convention_gusp")).content.decode()


def test_le_csv_dit_ce_que_montre_la_table_et_ne_cache_pas_de_formule(client, creer, agent, sanitas):
    action = creer("=1+1", echeance_le=datetime.date(2026, 11, 20))
    noter_nouvelle(action, texte="Lancé", etat=EtatAction.EN_COURS, avancement=30, par=agent)
    creer("Finie plus tard", confidentiel=True)
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR, quartier=sanitas))
    reponse = client.get(reverse("gusp:action_export", args=["csv"]))
    lignes = b"".join(reponse.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lignes) == 2
    assert lignes[1].split(";")[:4] == [action.code, sanitas.nom, "", "'=1+1"]
    assert lignes[1].split(";")[9:15] == ["En cours", "", "20/11/2026", "3", "30", "23/11/2026"]


def test_le_classeur_a_des_dates_et_des_nombres(client, creer):
    import io

    from openpyxl import load_workbook

    creer("Bancs", echeance_le=datetime.date(2026, 11, 20), budget_prevu="1200.50")
    reponse = client.get(reverse("gusp:action_export", args=["xlsx"]))
    feuille = load_workbook(io.BytesIO(b"".join(reponse.streaming_content))).active
    titres, valeurs = ([cellule.value for cellule in rangee] for rangee in feuille.iter_rows(max_row=2))
    lue = dict(zip(titres, valeurs, strict=True))
    assert (lue["Action"], lue["Échéance"].date(), lue["Retard (jours)"]) == ("Bancs", datetime.date(2026, 11, 20), 3)
    assert lue["Budget prévu (€ TTC)"] == 1200.5


def test_le_fragment_du_quartier_montre_ses_actions(client, creer, sanitas):
    action = creer()
    adresse = reverse("gusp:quartier_fragment", args=[sanitas.slug])
    fragment = client.get(adresse, headers={"hx-request": "true"}).content.decode()
    assert action.titre in fragment
    assert "<html" not in fragment
    assert "<html" in client.get(adresse).content.decode()
