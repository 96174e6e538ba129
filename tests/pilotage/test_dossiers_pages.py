"""The pages of the dossiers: what each role does, nothing lost, as many queries whatever the rows."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from pilotage.enums import EtatDossier, EtatImpression
from pilotage.metier import dossiers as metier
from pilotage.models import Dossier, Impression, Seance
from tests.pilotage import situation as S

pytestmark = pytest.mark.django_db


@pytest.fixture
def s():
    return S.situation()


@pytest.fixture
def dossier(s):
    return metier.creer_dossier(seance=s.seance, par=s.responsable, arrete_le=S.AU)


def page(reponse):
    return BeautifulSoup(reponse.content, "html.parser")


def test_le_responsable_cree_un_dossier_depuis_la_seance(client, s):
    client.force_login(s.responsable)
    adresse = reverse("pilotage:dossier_creer")
    formulaire = page(client.get(adresse, {"seance": s.seance.pk}))
    assert formulaire.select_one("#id_seance option[selected]")["value"] == str(s.seance.pk)
    assert len(formulaire.select("input[name=sections][checked]")) == 13
    reponse = client.post(
        adresse,
        {"seance": s.seance.pk, "arrete_le": "2026-11-20", "sections": ["synthese", "actions"], "quartiers": []},
    )
    dossier = Dossier.objects.get()
    assert reponse.url == dossier.get_absolute_url()
    incluses = dossier.sections.filter(incluse=True).order_by("ordre").values_list("genre", flat=True)
    assert list(incluses) == ["couverture", "synthese", "actions"]


def test_la_fiche_dit_ce_qui_manque_et_qui_peut_figer(client, s, dossier):
    client.force_login(s.referent)
    vue = page(client.get(dossier.get_absolute_url()))
    assert "La synthèse n’a pas encore de texte." in [
        li.get_text().split("\xa0: ")[1] for li in vue.select(".manques li")
    ]
    assert "Seul le responsable de service fige le dossier." in vue.get_text()
    assert vue.select_one(f"form[action='{reverse('pilotage:dossier_figer', args=[dossier.pk])}']") is None
    client.force_login(s.responsable)
    vue = page(client.get(dossier.get_absolute_url()))
    assert vue.select_one(f"form[action='{reverse('pilotage:dossier_figer', args=[dossier.pk])}'] button")


def test_le_responsable_fige_et_le_pdf_se_demande_tout_seul_une_fois(client, s, dossier):
    client.force_login(s.responsable)
    for _ in range(2):
        client.post(reverse("pilotage:dossier_figer", args=[dossier.pk]))
    dossier.refresh_from_db()
    assert dossier.etat == EtatDossier.FIGE
    assert Impression.objects.filter(dossier=dossier).count() == 1
    assert ProcrastinateJob.objects.filter(task_name="pilotage.imprimer_dossier").count() == 1


def test_un_refus_de_figer_revient_en_une_phrase(client, s, dossier):
    s.seance.points.all().delete()
    client.force_login(s.responsable)
    reponse = client.post(reverse("pilotage:dossier_figer", args=[dossier.pk]), follow=True)
    assert "L’ordre du jour est vide" in page(reponse).select_one("#messages").get_text()
    assert Impression.objects.count() == 0


def test_deux_redacteurs_le_second_est_prevenu_et_ne_perd_rien(client, s, dossier):
    section = dossier.sections.get(genre="synthese")
    adresse = reverse("pilotage:section_modifier", args=[section.pk])
    client.force_login(s.territorial)
    version = page(client.get(adresse)).select_one("input[name=version]")["value"]
    metier.ecrire_texte(dossier.sections.get(genre="synthese"), "Texte du référent.", par=s.referent)
    reponse = client.post(adresse, {"texte": "Texte du territorial.", "version": version})
    vue = page(reponse)
    assert reponse.status_code == 422
    assert "Texte du référent." in vue.select_one(".conflit").get_text()
    assert vue.select_one("textarea").get_text().strip() == "Texte du territorial."
    nouvelle = vue.select_one("input[name=version]")["value"]
    assert client.post(adresse, {"texte": "Texte du territorial.", "version": nouvelle}).status_code == 302
    section.refresh_from_db()
    assert (section.texte, section.modifie_par) == ("Texte du territorial.", s.territorial)


def test_un_texte_envoye_apres_le_gel_est_refuse_sans_etre_perdu(client, s, dossier):
    section = dossier.sections.get(genre="synthese")
    adresse = reverse("pilotage:section_modifier", args=[section.pk])
    client.force_login(s.referent)
    version = page(client.get(adresse)).select_one("input[name=version]")["value"]
    metier.figer(dossier, par=s.responsable)
    reponse = client.post(adresse, {"texte": "Trop tard.", "version": version})
    assert reponse.status_code == 422
    assert "une correction est une nouvelle édition" in page(reponse).get_text()
    section.refresh_from_db()
    assert section.texte == ""


def test_les_sections_se_deplacent_et_se_retirent_sans_javascript(client, s, dossier):
    client.force_login(s.referent)
    carte = dossier.sections.get(genre="carte")
    client.post(reverse("pilotage:section_deplacer", args=[carte.pk]), {"sens": "haut"})
    client.post(reverse("pilotage:section_inclure", args=[carte.pk]), {"incluse": "non"})
    vue = page(client.get(dossier.get_absolute_url()))
    ordre = [ligne["id"] for ligne in vue.select("tbody tr[id]")]
    assert ordre.index("section-carte") == ordre.index("section-chiffres") - 1
    assert "hors du dossier" in vue.select_one("#section-carte").get_text()


def test_l_apercu_montre_les_pages_du_pdf_et_les_photos(client, s, dossier):
    metier.ecrire_texte(dossier.sections.get(genre="synthese"), "Un semestre <b>chargé</b>.", par=s.referent)
    client.force_login(s.referent)
    vue = page(client.get(reverse("pilotage:dossier_apercu", args=[dossier.pk])))
    assert [h.get_text() for h in vue.select("section > h2")][1:4] == [
        "Ordre du jour",
        "Suites de la séance du 11/06/2026",
        "Synthèse",
    ]
    assert "Un semestre <b>chargé</b>." in vue.select_one("#synthese").get_text()
    images = [image["src"] for image in vue.select("#photos img")]
    assert len(images) == 4
    reponses = [client.get(adresse) for adresse in images]
    assert {(r["Content-Type"], b"".join(r)[:2]) for r in reponses} == {("image/jpeg", b"\xff\xd8")}


def test_l_apercu_d_une_section_ne_compose_qu_elle(client, s, dossier):
    client.force_login(s.referent)
    vue = page(client.get(reverse("pilotage:dossier_apercu", args=[dossier.pk]), {"section": "actions"}))
    assert [h.get_text() for h in vue.select("section > h2")] == ["Actions par quartier"]


def test_une_photo_qui_n_est_pas_retenue_ne_se_lit_pas_par_le_dossier(client, s, dossier):
    from gusp.models import Photo

    photo = Photo.objects.first()
    Photo.objects.filter(pk=photo.pk).update(retenue=False)
    client.force_login(s.referent)
    assert client.get(reverse("pilotage:dossier_image", args=[dossier.pk, photo.sha256])).status_code == 404


def test_un_lecteur_ne_voit_le_dossier_qu_une_fois_fige(client, s, dossier):
    from comptes.enums import Role

    client.force_login(S.personne("lecteur@exemple.fr", Role.LECTEUR))
    liste = reverse("pilotage:dossier_liste")
    assert client.get(dossier.get_absolute_url()).status_code == 404
    assert dossier.titre not in page(client.get(liste)).get_text()
    metier.figer(dossier, par=s.responsable)
    assert client.get(dossier.get_absolute_url()).status_code == 200
    assert dossier.titre in page(client.get(liste)).get_text()


def test_la_progression_survit_au_rechargement_et_finit_par_un_lien(client, s, dossier):
    client.force_login(s.referent)
    client.post(reverse("pilotage:impression_demander", args=[dossier.pk]))
    ligne = Impression.objects.get()
    Impression.objects.filter(pk=ligne.pk).update(etat=EtatImpression.EN_COURS, avancement=42, etape="Photos")
    for vue in (
        page(client.get(dossier.get_absolute_url())),
        page(client.get(reverse("pilotage:impression_etat", args=[ligne.pk]), headers={"HX-Request": "true"})),
    ):
        barre = vue.select_one("#progression")
        assert (barre["hx-trigger"], barre.progress["value"]) == ("every 1s", "42")
        assert "Photos" in barre.get_text()
    Impression.objects.filter(pk=ligne.pk).update(etat="prete", fichier="x.pdf", sha256="0" * 64, pages=12)
    barre = page(client.get(dossier.get_absolute_url())).select_one("#progression")
    assert "hx-trigger" not in barre.attrs
    assert barre.a["href"] == reverse("pilotage:dossier_pdf", args=[dossier.pk])


def test_demander_deux_fois_le_pdf_ne_lance_qu_une_impression(client, s, dossier):
    client.force_login(s.referent)
    for _ in range(2):
        client.post(reverse("pilotage:impression_demander", args=[dossier.pk]))
    assert (Impression.objects.count(), ProcrastinateJob.objects.count()) == (1, 1)


def test_la_page_de_comparaison_montre_ce_qui_change(client, s, dossier):
    metier.figer(dossier, par=s.responsable)
    client.force_login(s.referent)
    reponse = client.post(
        reverse("pilotage:dossier_nouvelle_edition", args=[dossier.pk]), {"note": "Date du permis corrigée"}
    )
    suite = Dossier.objects.get(edition=2)
    assert reponse.url == suite.get_absolute_url()
    metier.ecrire_texte(suite.sections.get(genre="synthese"), "Nouveau texte.", par=s.referent)
    vue = page(client.get(reverse("pilotage:dossier_comparer", args=[suite.pk])))
    assert vue.h1.get_text() == "Édition 1 et édition 2"
    assert [i.get_text() for i in vue.select("ins")] == ["Nouveau texte."]
    assert "synthese" in [
        section["aria-labelledby"].removeprefix("ecart-") for section in vue.select("section.feuille")
    ]
    assert vue.select_one("#ecart-suites") is None


def test_figer_pendant_une_impression_montre_sa_progression(client, s, dossier):
    client.force_login(s.responsable)
    client.post(reverse("pilotage:impression_demander", args=[dossier.pk]))
    client.post(reverse("pilotage:dossier_figer", args=[dossier.pk]))
    barre = page(client.get(dossier.get_absolute_url())).select_one("#progression")
    assert (barre["hx-trigger"], Impression.objects.count()) == ("every 1s", 1)


def test_le_pdf_d_un_brouillon_ne_se_montre_pas_pour_celui_du_dossier_fige(client, s, dossier):
    ligne = Impression.objects.create(dossier=dossier, demandee_par=s.referent)
    Impression.objects.filter(pk=ligne.pk).update(
        etat="prete", fichier="x.pdf", sha256="0" * 64, finie_le=S.instant(S.AU)
    )
    metier.figer(dossier, par=s.responsable)
    client.force_login(s.responsable)
    assert page(client.get(dossier.get_absolute_url())).select_one("#progression") is None
    assert client.get(reverse("pilotage:dossier_pdf", args=[dossier.pk])).status_code == 404


def test_les_reglages_d_un_brouillon_se_changent_et_ceux_d_un_fige_non(client, s, dossier):
    client.force_login(s.referent)
    adresse = reverse("pilotage:dossier_modifier", args=[dossier.pk])
    champs = {
        champ["name"]: champ.get("value", "")
        for champ in page(client.get(adresse)).select("form input[name]:not([type=checkbox])")
        if champ["name"] in ("version", "arrete_le", "titre", "sous_titre")
    }
    assert champs["arrete_le"] == "2026-11-20"
    reponse = client.post(adresse, champs | {"titre": "COPIL de décembre", "quartiers": [s.sanitas.pk]})
    dossier.refresh_from_db()
    assert (reponse.status_code, dossier.titre, list(dossier.quartiers.all())) == (
        302,
        "COPIL de décembre",
        [s.sanitas],
    )
    metier.figer(dossier, par=s.responsable)
    assert client.post(adresse, champs | {"titre": "Autre"}).url == dossier.get_absolute_url()
    dossier.refresh_from_db()
    assert dossier.titre == "COPIL de décembre"


def compter(client, adresse):
    client.get(adresse)
    with CaptureQueriesContext(connection) as requetes:
        assert client.get(adresse).status_code == 200
    return len(requetes)


def test_la_liste_et_la_fiche_font_autant_de_requetes_avec_un_et_trois_dossiers(client, s, dossier):
    client.force_login(s.responsable)
    liste, fiche = reverse("pilotage:dossier_liste"), dossier.get_absolute_url()
    avant = compter(client, liste), compter(client, fiche)
    for mois in (1, 2):
        seance = Seance.objects.create(instance=s.instance, tenue_le=datetime.date(2027, mois, 4))
        metier.creer_dossier(seance=seance, par=s.responsable)
    metier.creer_dossier(seance=s.seance, par=s.responsable)
    assert (compter(client, liste), compter(client, fiche)) == avant
    assert avant[0] <= 8


def test_la_liste_avance_par_repere(client, s, dossier, monkeypatch):
    monkeypatch.setattr("pilotage.views.dossiers.PAR_PAGE", 1)
    ancien = metier.creer_dossier(seance=s.precedente, par=s.responsable)
    client.force_login(s.responsable)
    vue = page(client.get(reverse("pilotage:dossier_liste")))
    liens = [a["href"] for a in vue.select("tbody th a")]
    assert liens == [dossier.get_absolute_url()]
    suite = page(client.get(reverse("pilotage:dossier_liste") + vue.select_one("a[rel=next]")["href"]))
    assert [a["href"] for a in suite.select("tbody th a")] == [ancien.get_absolute_url()]
    assert re.search(r"apres=\d+", vue.select_one("a[rel=next]")["href"])
