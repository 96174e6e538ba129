"""The pages of the meetings: calendar, agenda changed in place, two editors, files, nothing lost."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comptes.enums import Role
from pilotage.enums import EtatSeance
from pilotage.exports.calendrier import ics
from pilotage.metier.dossiers import creer_dossier
from pilotage.models import Decision, Instance, PointOrdreDuJour, Seance
from pilotage.ordre_du_jour import composer
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.pilotage import FabriqueDecision, FabriqueInstance, FabriquePoint, FabriqueSeance

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _le_23_novembre(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def referente(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)
    client.force_login(agent)
    return agent


def page(reponse):
    return BeautifulSoup(reponse.content, "html.parser")


def mots(element):
    return " ".join(element.get_text(" ").split())


def requetes(client, adresse):
    with CaptureQueriesContext(connection) as captees:
        assert client.get(adresse).status_code == 200
    return len(captees)


def champs(formulaire):
    """Return what a form of the page would send, untouched."""
    valeurs = {c["name"]: c.get("value", "") for c in formulaire.select("input[name]")}
    valeurs |= {c["name"]: c.get_text().strip() for c in formulaire.select("textarea[name]")}
    for liste in formulaire.select("select[name]"):
        choisie = liste.select_one("option[selected]") or liste.select_one("option")
        valeurs[liste["name"]] = choisie["value"]
    return valeurs


def test_la_liste_met_a_venir_d_abord_et_dit_celles_qui_attendent_d_etre_marquees(client, referente):
    FabriqueSeance(instance__nom="COPIL GUSP")
    FabriqueSeance(instance__nom="GTU Sanitas", tenue_le=datetime.date(2026, 11, 12))
    FabriqueSeance(instance__nom="COTECH", tenue_le=datetime.date(2026, 11, 23))
    vue = page(client.get(reverse("pilotage:seance_liste")))
    venir, passees = vue.select("table")
    assert [a.contents[0] for a in venir.select("tbody th a")] == ["COTECH", "COPIL GUSP"]
    assert [mots(tr)[-15:] for tr in passees.select("tbody tr")] == ["À marquer tenue"]
    assert "3 sur 3 séances, 2 à venir" in mots(vue.select_one(".sous-titre"))


def test_le_calendrier_range_l_annee_par_mois(client, referente):
    FabriqueSeance(instance__nom="COPIL GUSP")
    FabriqueSeance(instance__nom="Passée", tenue=True, tenue_le=datetime.date(2025, 12, 1))
    vue = page(client.get(reverse("pilotage:seance_liste")))
    assert [mots(li.h3) for li in vue.select(".annee > li")][11] == "décembre"
    assert [mots(li) for li in vue.select(".annee > li:not(.mois-vide)")] == ["décembre 17 COPIL GUSP"]
    vue = page(client.get(reverse("pilotage:seance_liste"), {"annee": 2025}))
    assert [mots(li) for li in vue.select(".annee > li:not(.mois-vide)")] == ["décembre 1 Passée"]
    assert "1 sur 2 séances" in mots(vue.select_one(".sous-titre"))


@pytest.mark.parametrize("saisie", ["abc", "-1", "99999999999", "0", "10000", "2026\x00", "' OR 1=1"])
@pytest.mark.parametrize("nom", ["annee", "instance", "apres", "avant"])
def test_une_adresse_bricolee_ne_casse_pas_la_liste(client, referente, nom, saisie):
    FabriqueSeance()
    assert client.get(reverse("pilotage:seance_liste"), {nom: saisie}).status_code == 200


def test_les_seances_passees_se_lisent_page_apres_page_sans_perte_ni_repetition(client, referente):
    instance, depart = FabriqueInstance(), datetime.date(2026, 1, 1)
    for rang in range(120):
        FabriqueSeance(instance=instance, tenue=True, tenue_le=depart + datetime.timedelta(days=rang))
    vus, adresse = [], reverse("pilotage:seance_liste") + "?"
    while adresse:
        reponse = client.get(reverse("pilotage:seance_liste") + adresse[adresse.index("?") :])
        vus += [s.tenue_le for s in reponse.context["passees"]]
        adresse = reponse.context["suivant"]
    assert vus == [depart + datetime.timedelta(days=rang) for rang in reversed(range(120))]


@pytest.mark.parametrize("nom", ["seance_liste", "instance_liste"])
def test_les_listes_font_autant_de_requetes_pour_une_ligne_que_pour_trois(client, referente, nom):
    sanitas = Quartier.objects.get(code="SAN")

    def ajouter():
        seance = FabriqueSeance(tenue=True)
        seance.instance.quartiers.set([sanitas])
        seance.instance.membres.set([FabriqueOrganisme()])
        FabriqueDecision(seance=seance)
        creer_dossier(seance=FabriqueSeance(instance=seance.instance), par=referente)

    ajouter()
    pour_une = requetes(client, reverse(f"pilotage:{nom}"))
    ajouter()
    ajouter()
    assert requetes(client, reverse(f"pilotage:{nom}")) == pour_une <= 8


def test_la_fiche_fait_autant_de_requetes_pour_un_point_que_pour_trois(client, referente):
    seance = FabriqueSeance(tenue_le=datetime.date(2026, 11, 23))
    precedente = FabriqueSeance(instance=seance.instance, tenue=True)

    def ajouter():
        FabriquePoint(seance=seance)
        FabriqueDecision(seance=seance, responsable=FabriqueOrganisme(), quartier=Quartier.objects.first())
        FabriqueDecision(seance=precedente, responsable=FabriqueOrganisme())
        seance.instance.membres.add(FabriqueOrganisme())

    ajouter()
    creer_dossier(seance=seance, par=referente)
    pour_une = requetes(client, seance.get_absolute_url())
    ajouter()
    ajouter()
    assert requetes(client, seance.get_absolute_url()) == pour_une


def test_on_cree_une_seance_puis_son_ordre_du_jour_sans_javascript(client, referente):
    instance = FabriqueInstance(nom="COPIL GUSP")
    envoi = {"instance": instance.pk, "tenue_le": "2026-12-17", "heure": "14:00", "duree_minutes": "30"}
    reponse = client.post(reverse("pilotage:seance_ajouter"), envoi)
    seance = Seance.objects.get()
    assert reponse.url == seance.get_absolute_url()
    for titre, minutes in (("Suites", 10), ("Bilan", 25)):
        point = {"nouveau-titre": titre, "nouveau-minutes": minutes, "nouveau-genre": "decision"}
        reponse = client.post(reverse("pilotage:point_ajouter", args=[seance.pk]), point)
        assert reponse.url == f"{seance.get_absolute_url()}#ordre-du-jour"
    somme = page(client.get(seance.get_absolute_url())).select_one(".agenda-somme.depasse")
    assert "2 points · 35 min sur 30 min : dépasse de 5 min" in mots(somme).replace("\xa0", " ")


def test_une_seance_en_double_se_dit_a_cote_du_formulaire(client, referente):
    seance = FabriqueSeance()
    envoi = {"instance": seance.instance_id, "tenue_le": "2026-12-17", "duree_minutes": "120", "lieu": "Mairie"}
    reponse = client.post(reverse("pilotage:seance_ajouter"), envoi)
    assert reponse.status_code == 422
    assert "Cette instance a déjà une séance ce jour-là." in mots(page(reponse))
    assert page(reponse).select_one("[name=lieu]")["value"] == "Mairie"
    assert Seance.objects.count() == 1


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [("duree_minutes", "0"), ("duree_minutes", "-5"), ("duree_minutes", "99999"), ("tenue_le", "x")],
)
def test_une_valeur_absurde_est_refusee_et_la_saisie_reste(client, referente, champ, valeur):
    envoi = {"instance": FabriqueInstance().pk, "tenue_le": "2026-12-17", "duree_minutes": "120", "lieu": "Mairie"}
    reponse = client.post(reverse("pilotage:seance_ajouter"), envoi | {champ: valeur})
    assert (reponse.status_code, Seance.objects.count()) == (422, 0)
    assert page(reponse).select_one("[name=lieu]")["value"] == "Mairie"
    assert page(reponse).select_one(f"[name={champ}]").get("aria-invalid") == "true"


def test_deux_personnes_modifient_la_meme_seance_et_la_seconde_est_prevenue(client, referente):
    seance = FabriqueSeance()
    adresse = reverse("pilotage:seance_modifier", args=[seance.pk])
    envoi = champs(page(client.get(adresse)).select_one("main form"))
    Seance.objects.update(lieu="Préfecture")
    reponse = client.post(adresse, envoi | {"lieu": "Centre social"})
    assert reponse.status_code == 422
    assert "Préfecture" in mots(page(reponse).select_one(".conflit"))
    assert page(reponse).select_one("[name=lieu]")["value"] == "Centre social"
    assert client.post(adresse, champs(page(reponse).select_one("main form"))).status_code == 302
    assert Seance.objects.get().lieu == "Centre social"


def test_deux_personnes_modifient_le_meme_point_et_la_seconde_est_prevenue(client, referente):
    point = FabriquePoint(titre="Bilan")
    adresse = reverse("pilotage:point_modifier", args=[point.pk])
    vue = page(client.get(point.seance.get_absolute_url()))
    envoi = champs(vue.select_one(f"form[action='{adresse}']"))
    PointOrdreDuJour.objects.update(minutes=45)
    reponse = client.post(adresse, envoi | {f"p{point.pk}-titre": "Bilan de l’année"})
    assert reponse.status_code == 422
    assert "minutes (désormais « 45 »)" in mots(page(reponse).select_one(f"#point-{point.pk}")).replace("\xa0", " ")
    assert page(reponse).select_one(f"#point-{point.pk} details")["open"] == ""
    assert PointOrdreDuJour.objects.get().titre == "Bilan"


def test_avec_htmx_l_ordre_du_jour_revient_seul_avec_les_messages(client, referente):
    point = FabriquePoint()
    adresse = reverse("pilotage:point_modifier", args=[point.pk])
    vue = page(client.get(point.seance.get_absolute_url()))
    envoi = champs(vue.select_one(f"form[action='{adresse}']"))
    reponse = client.post(adresse, envoi | {f"p{point.pk}-titre": "Renommé"}, headers=HTMX)
    assert [e["id"] for e in page(reponse).find_all(recursive=False)] == ["ordre-du-jour", "messages"]
    assert mots(page(reponse).select_one(".point-titre")) == "Renommé"
    reponse = client.post(adresse, envoi | {f"p{point.pk}-titre": ""}, headers=HTMX)
    assert reponse.status_code == 422
    assert PointOrdreDuJour.objects.get().titre == "Renommé"


def test_monter_descendre_et_retirer_un_point(client, referente):
    seance = FabriqueSeance()
    a, b = FabriquePoint(seance=seance, titre="a"), FabriquePoint(seance=seance, titre="b")
    client.post(reverse("pilotage:point_deplacer", args=[b.pk]), {"sens": "haut"})
    assert [p.titre for p in seance.points.all()] == ["b", "a"]
    client.post(reverse("pilotage:point_deplacer", args=[b.pk]), {"sens": "bas"}, headers=HTMX)
    assert [p.titre for p in seance.points.all()] == ["a", "b"]
    client.post(reverse("pilotage:point_supprimer", args=[a.pk]))
    assert [p.titre for p in seance.points.all()] == ["b"]
    assert client.post(reverse("pilotage:point_supprimer", args=[a.pk])).status_code == 404


def test_un_point_d_une_seance_tenue_se_lit_et_ne_se_modifie_plus(client, referente):
    point = FabriquePoint(seance=FabriqueSeance(tenue=True), titre="Bilan")
    vue = page(client.get(point.seance.get_absolute_url()))
    assert vue.select("#ordre-du-jour form") == []
    reponse = client.post(reverse("pilotage:point_supprimer", args=[point.pk]), follow=True)
    assert "ne change plus" in mots(page(reponse).select_one("#messages"))
    assert PointOrdreDuJour.objects.count() == 1


def test_tenir_annuler_et_remettre_une_seance(client, referente):
    seance = FabriqueSeance(tenue_le=datetime.date(2026, 11, 20))
    adresse = reverse("pilotage:seance_etat", args=[seance.pk])
    for vers in ("annulee", "prevue", "tenue"):
        client.post(adresse, {"vers": vers})
        assert Seance.objects.get().etat == vers
    reponse = client.post(adresse, {"vers": "annulee"}, follow=True)
    assert "On ne passe pas de" in mots(page(reponse).select_one("#messages"))
    reponse = client.post(adresse, {"vers": "perdue"}, follow=True)
    assert "Cet état n’existe pas." in mots(page(reponse).select_one("#messages"))
    assert Seance.objects.get().etat == EtatSeance.TENUE


def test_on_note_une_decision_pendant_la_seance_avec_et_sans_javascript(client, referente):
    seance = FabriqueSeance(tenue_le=datetime.date(2026, 11, 23))
    adresse = reverse("pilotage:decision_prendre", args=[seance.pk])
    reponse = client.post(adresse, {"decision-texte": "Ouvrir le local", "decision-echeance_le": "2026-12-31"})
    assert reponse.url == f"{seance.get_absolute_url()}#decisions"
    reponse = client.post(adresse, {"decision-texte": "Chiffrer l’éclairage"}, headers=HTMX)
    assert [mots(a) for a in page(reponse).select("#decisions tbody th")] == ["D-2026-01", "D-2026-02"]
    reponse = client.post(adresse, {"decision-texte": "Trop tôt", "decision-echeance_le": "2026-11-22"})
    assert reponse.status_code == 422
    assert "L’échéance est avant la séance." in mots(page(reponse))
    assert "Trop tôt" in page(reponse).select_one("[name=decision-texte]").get_text()
    assert Decision.objects.count() == 2


def test_une_seance_a_venir_ne_propose_pas_de_noter_une_decision(client, referente):
    seance = FabriqueSeance()
    assert page(client.get(seance.get_absolute_url())).select("#decisions") == []
    reponse = client.post(reverse("pilotage:decision_prendre", args=[seance.pk]), {"decision-texte": "Non"})
    assert (reponse.status_code, Decision.objects.count()) == (422, 0)


def test_la_fiche_mene_au_dossier_de_la_seance(client, referente):
    seance = FabriqueSeance()
    lien = f"{reverse('pilotage:dossier_creer')}?seance={seance.pk}"
    assert page(client.get(seance.get_absolute_url())).select_one(".entete-gestes .btn-primary")["href"] == lien
    dossier = creer_dossier(seance=seance, par=referente)
    vue = page(client.get(seance.get_absolute_url()))
    assert vue.select_one("[aria-labelledby=titre-dossiers] a")["href"] == dossier.get_absolute_url()


def test_un_lecteur_lit_sans_aucun_geste_ni_note_interne(client):
    client.force_login(FabriqueUtilisateur(role=Role.LECTEUR))
    seance = FabriqueSeance(notes="Préparer la question du budget")
    FabriquePoint.create_batch(2, seance=seance)
    creer_dossier(seance=seance, par=FabriqueUtilisateur(role=Role.RESPONSABLE))
    vue = page(client.get(seance.get_absolute_url()))
    assert vue.select("main form") == []
    assert "budget" not in mots(vue)
    assert "Aucun dossier à lire" in mots(vue)


def test_une_instance_se_cree_et_deux_personnes_ne_s_ecrasent_pas(client, referente):
    envoi = {"nom": "GTU Sanitas", "genre": "gtu", "active": "on", "quartiers": [Quartier.objects.first().pk]}
    assert client.post(reverse("pilotage:instance_ajouter"), envoi).status_code == 302
    instance = Instance.objects.get()
    assert instance.quartiers.count() == 1
    adresse = reverse("pilotage:instance_modifier", args=[instance.pk])
    version = page(client.get(adresse)).select_one("[name=version]")["value"]
    Instance.objects.update(rythme="Mensuel")
    reponse = client.post(adresse, envoi | {"rythme": "Annuel", "version": version})
    assert (reponse.status_code, Instance.objects.get().rythme) == (422, "Mensuel")
    assert "Une instance porte déjà ce nom." in mots(page(client.post(reverse("pilotage:instance_ajouter"), envoi)))


def test_l_ordre_du_jour_imprime_dit_l_heure_de_chaque_point_et_tait_les_notes(client, referente):
    seance = FabriqueSeance(notes="Préparer la question du budget")
    FabriquePoint(seance=seance, minutes=20, titre="Suites"), FabriquePoint(seance=seance, titre="Bilan")
    vue = page(client.get(reverse("pilotage:seance_ordre_du_jour", args=[seance.pk])))
    assert [mots(tr.td).replace("\xa0", " ") for tr in vue.select("tbody tr")] == ["14 h", "14 h 20"]
    assert "budget" not in mots(vue)


def deplier(texte):
    return texte.replace("\r\n ", "").split("\r\n")


def test_le_fichier_d_agenda_se_lit_dans_tous_les_logiciels(client, referente):
    seance = FabriqueSeance(lieu="Hôtel de ville ; salle A, 2e étage", instance__nom="COPIL GUSP")
    FabriquePoint(seance=seance, titre="Très long titre accentué à déplier " * 5)
    reponse = client.get(reverse("pilotage:seance_ics", args=[seance.pk]))
    assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
    assert reponse["Content-Disposition"] == 'attachment; filename="seance-2026-12-17.ics"'
    brut = reponse.content
    assert max(len(ligne) for ligne in brut.split(b"\r\n")) <= 75
    assert brut.count(b"\n") == brut.count(b"\r\n")
    lignes = deplier(brut.decode())
    assert lignes[lignes.index("BEGIN:VEVENT") + 4 : lignes.index("BEGIN:VEVENT") + 8] == [
        "DTSTART;TZID=Europe/Paris:20261217T140000",
        "DTEND;TZID=Europe/Paris:20261217T160000",
        "SUMMARY:COPIL GUSP",
        r"LOCATION:Hôtel de ville \; salle A\, 2e étage",
    ]


def test_sans_heure_l_agenda_tient_la_journee_et_annulee_il_le_dit(client, referente):
    seance = FabriqueSeance(heure=None, etat=EtatSeance.ANNULEE)
    lignes = deplier(ics(seance, composer(seance, []), adresse="https://exemple.test/seances/1/").decode())
    assert [ligne for ligne in lignes if ligne.startswith(("DTSTART;", "DTEND;", "STATUS"))] == [
        "DTSTART;VALUE=DATE:20261217",
        "DTEND;VALUE=DATE:20261218",
        "STATUS:CANCELLED",
    ]


def test_la_page_du_quartier_dit_ses_decisions_et_ses_seances(client, referente):
    sanitas, europe = Quartier.objects.get(code="SAN"), Quartier.objects.get(code="EUR")
    FabriqueDecision(quartier=sanitas, texte="Ouvrir le local", seance__instance__nom="COPIL GUSP")
    FabriqueDecision(quartier=europe, texte="Ailleurs")
    ciblee = FabriqueSeance(instance__nom="GTU Europe")
    ciblee.instance.quartiers.set([europe])
    adresse = reverse("pilotage:quartier_fragment", args=[sanitas.slug])
    fragment = mots(page(client.get(adresse, headers=HTMX)))
    assert "Ouvrir le local" in fragment
    assert "aucune n’est prévue" in fragment
    assert "Ailleurs" not in fragment
    assert page(client.get(adresse)).select_one("h1").get_text() == "Séances et décisions"


def test_le_fragment_fait_autant_de_requetes_pour_une_ligne_que_pour_trois(client, referente):
    sanitas = Quartier.objects.get(code="SAN")
    adresse = reverse("pilotage:quartier_fragment", args=[sanitas.slug])
    comptes = []
    for _ in range(3):
        FabriqueDecision(quartier=sanitas, responsable=FabriqueOrganisme())
        FabriqueSeance()
        comptes.append(requetes(client, adresse))
    assert comptes[0] == comptes[2]
