"""The life of a dossier: composed, read over, frozen once, corrected by a new edition only."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from gusp.metier.refus import TransitionRefusee
from gusp.models import Constat, Photo
from pilotage.enums import EtatDossier, EtatImpression, GenreSection
from pilotage.metier import dossiers as metier
from pilotage.metier.dossiers_controle import bloquants, completude
from pilotage.metier.dossiers_gel import empreinte
from pilotage.models import Dossier, ImageDossier, Impression, MouvementDossier, SectionDossier
from socle import fichiers
from tests.pilotage import situation as S

pytestmark = pytest.mark.django_db


@pytest.fixture
def s():
    return S.situation()


@pytest.fixture
def dossier(s):
    return metier.creer_dossier(seance=s.seance, par=s.responsable, arrete_le=S.AU)


def genres(dossier, **filtre):
    return list(dossier.sections.filter(**filtre).order_by("ordre").values_list("genre", flat=True))


def test_un_dossier_neuf_a_toutes_les_sections_et_les_quartiers_de_l_instance(s, dossier):
    assert genres(dossier, incluse=True) == GenreSection.values
    assert set(dossier.quartiers.all()) == {s.sanitas, s.europe}
    assert dossier.titre == "Comité de pilotage Gestion urbaine et sociale de proximité"
    assert [(m.de, m.vers) for m in dossier.mouvements.all()] == [("", EtatDossier.BROUILLON)]


def test_les_sections_choisies_gardent_leur_ordre_et_la_couverture_reste_en_tete(s):
    dossier = metier.creer_dossier(seance=s.seance, par=s.responsable, sections=["actions", "synthese"])
    assert genres(dossier, incluse=True) == ["couverture", "actions", "synthese"]
    assert len(genres(dossier)) == len(GenreSection)


def test_les_donnees_d_une_seance_a_venir_s_arretent_aujourd_hui(s, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC))
    assert metier.creer_dossier(seance=s.seance, par=s.responsable).arrete_le == datetime.date(2026, 11, 23)
    assert metier.creer_dossier(seance=s.precedente, par=s.responsable).arrete_le == S.PRECEDENTE


def test_une_section_monte_et_descend_sans_passer_la_couverture(dossier):
    suites = dossier.sections.get(genre="suites")
    metier.deplacer_section(suites, sens=-1)
    assert genres(dossier)[:3] == ["couverture", "suites", "ordre_du_jour"]
    metier.deplacer_section(suites, sens=-1)
    assert genres(dossier)[:3] == ["couverture", "suites", "ordre_du_jour"]
    metier.deplacer_section(suites, sens=1)
    assert genres(dossier)[:3] == ["couverture", "ordre_du_jour", "suites"]


def test_la_couverture_ne_se_retire_pas(s, dossier):
    with pytest.raises(TransitionRefusee, match="couverture reste toujours"):
        metier.inclure_section(dossier.sections.get(genre="couverture"), False, par=s.responsable)


def test_reprendre_un_texte_relu_remet_le_dossier_en_brouillon(s, dossier):
    metier.relire(dossier, par=s.referent)
    metier.ecrire_texte(dossier.sections.get(genre="synthese"), "Autre texte.\r\nFin.", par=s.territorial)
    section = dossier.sections.get(genre="synthese")
    assert (section.texte, section.modifie_par) == ("Autre texte.\nFin.", s.territorial)
    assert [m.vers for m in dossier.mouvements.order_by("pk")] == ["brouillon", "relu", "brouillon"]


def test_figer_copie_textes_chiffres_et_images(s, dossier):
    metier.ecrire_texte(dossier.sections.get(genre="synthese"), "Un semestre chargé.", par=s.referent)
    fige = metier.figer(dossier, par=s.responsable)
    textes = {section["genre"]: section["texte"] for section in fige.contenu["sections"]}
    assert textes["synthese"] == "Un semestre chargé."
    assert (fige.etat, fige.fige_par, fige.contenu["version"]) == (EtatDossier.FIGE, s.responsable, 1)
    fige.refresh_from_db()
    assert fige.contenu_sha256 == empreinte(fige.contenu)
    assert len(fige.contenu["images"]) == fige.images.count() == 4
    Photo.objects.update(retenue=False)
    assert all(fichiers.lire(image.fichier) for image in fige.images.all())


def test_figer_deux_fois_ne_fait_rien_de_plus(s, dossier):
    une = metier.figer(dossier, par=s.responsable)
    Constat.objects.filter(confidentiel=False).update(repere="Ailleurs")
    deux = metier.figer(dossier, par=s.responsable)
    assert (deux.contenu_sha256, deux.fige_le) == (une.contenu_sha256, une.fige_le)
    assert MouvementDossier.objects.filter(dossier=dossier, vers=EtatDossier.FIGE).count() == 1


def test_un_ordre_du_jour_vide_interdit_de_figer(s, dossier):
    s.seance.points.all().delete()
    assert [p.genre for p in bloquants(metier.controler(dossier))] == [GenreSection.ORDRE_DU_JOUR]
    with pytest.raises(TransitionRefusee, match="L’ordre du jour est vide"):
        metier.figer(dossier, par=s.responsable)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.contenu) == (EtatDossier.BROUILLON, None)


def test_des_donnees_arretees_dans_l_avenir_interdisent_de_figer(s, dossier):
    trop_tot = metier.controler(dossier, au=S.AU - datetime.timedelta(days=1))
    assert "20/11/2026" in bloquants(trop_tot)[0].texte


def test_une_photo_perdue_interdit_de_figer_avec_une_phrase(s, dossier):
    fichiers.supprimer(Photo.objects.first().impression)
    with pytest.raises(TransitionRefusee, match="photo du dossier est introuvable"):
        metier.figer(dossier, par=s.responsable)
    assert ImageDossier.objects.count() == 0


def test_le_controle_dit_ce_qui_manque_section_par_section(s, dossier):
    s.seance.points.filter(genre="decision").update(texte="")
    Photo.objects.filter(role="avant").update(texte_alternatif="")
    problemes = {(p.genre, p.texte) for p in metier.controler(dossier, au=S.AU)}
    assert ("photos", "2\u00a0photos n’ont pas de texte qui la décrive.") in problemes
    assert ("synthese", "La synthèse n’a pas encore de texte.") in problemes
    assert any(genre == "synthese" and "proposition manquent" in texte for genre, texte in problemes)
    assert completude(metier.controler(dossier, au=S.AU), 14) < 100


def fige_sans_passer_par_le_metier(dossier, **champs):
    with transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(**champs)


@pytest.mark.parametrize(
    ("contrainte", "champs"),
    [
        ("dossier_fige_si_et_seulement_si_contenu", {"etat": "fige"}),
        ("dossier_fige_si_et_seulement_si_contenu", {"contenu": {"version": 1}}),
        ("dossier_diffuse_si_et_seulement_si_date", {"diffuse_le": datetime.date(2026, 12, 1)}),
    ],
)
def test_la_base_refuse_un_dossier_a_moitie_fige(dossier, contrainte, champs):
    with pytest.raises(IntegrityError, match=contrainte):
        fige_sans_passer_par_le_metier(dossier, **champs)


def test_la_base_refuse_deux_editions_de_meme_numero_et_deux_fois_la_meme_section(s, dossier):
    with pytest.raises(IntegrityError, match="dossier_edition_unique"), transaction.atomic():
        Dossier.objects.create(seance=s.seance, titre="Double", arrete_le=S.AU, cree_par=s.responsable)
    with pytest.raises(IntegrityError, match="section_unique_dans_le_dossier"), transaction.atomic():
        SectionDossier.objects.create(dossier=dossier, genre="synthese", ordre=99)


def test_la_base_refuse_deux_impressions_actives_et_une_impression_prete_sans_fichier(s, dossier):
    active = Impression.objects.create(dossier=dossier, demandee_par=s.referent)
    with pytest.raises(IntegrityError, match="impression_une_a_la_fois"), transaction.atomic():
        Impression.objects.create(dossier=dossier, demandee_par=s.responsable)
    with pytest.raises(IntegrityError, match="impression_prete_a_un_fichier"), transaction.atomic():
        Impression.objects.filter(pk=active.pk).update(etat=EtatImpression.PRETE)


@pytest.mark.parametrize(
    "champs",
    [
        {"titre": "Autre titre"},
        {"contenu_sha256": "0" * 64},
        {"contenu": {"version": 2}},
        {"arrete_le": datetime.date(2027, 1, 1)},
    ],
    ids=lambda champs: next(iter(champs)),
)
def test_le_declencheur_dossier_fige_immuable_refuse_de_le_changer(s, dossier, champs):
    fige = metier.figer(dossier, par=s.responsable)
    with pytest.raises(IntegrityError, match="est figé : une correction est une nouvelle édition"):
        fige_sans_passer_par_le_metier(fige, **champs)


def test_un_dossier_fige_ne_se_supprime_pas_et_ses_images_ne_se_reecrivent_pas(s, dossier):
    fige = metier.figer(dossier, par=s.responsable)
    with pytest.raises(IntegrityError, match="est figé"), transaction.atomic():
        Dossier.objects.filter(pk=fige.pk)._raw_delete("default")
    with pytest.raises(IntegrityError, match="ne se réécrit pas"), transaction.atomic():
        ImageDossier.objects.filter(dossier=fige).update(fichier="autre.jpg")


@pytest.mark.parametrize(
    "geste",
    [
        lambda d, s: metier.ecrire_texte(d.sections.get(genre="synthese"), "Trop tard", par=s.referent),
        lambda d, s: metier.inclure_section(d.sections.get(genre="photos"), False, par=s.referent),
        lambda d, s: metier.deplacer_section(d.sections.get(genre="photos"), sens=-1),
    ],
    ids=["texte", "presence", "ordre"],
)
def test_un_dossier_fige_refuse_tout_changement_avec_une_phrase(s, dossier, geste):
    metier.figer(dossier, par=s.responsable)
    with pytest.raises(TransitionRefusee, match="nouvelle édition"):
        geste(dossier, s)


def test_on_ne_diffuse_que_ce_qui_est_fige(s, dossier):
    with pytest.raises(TransitionRefusee, match="figez-le d’abord"):
        metier.diffuser(dossier, par=s.responsable)
    metier.figer(dossier, par=s.responsable)
    diffuse = metier.diffuser(dossier, par=s.responsable, le=datetime.date(2026, 12, 10))
    assert (diffuse.etat, diffuse.diffuse_le) == (EtatDossier.DIFFUSE, datetime.date(2026, 12, 10))
    assert metier.diffuser(dossier, par=s.responsable).diffuse_le == datetime.date(2026, 12, 10)


def test_une_nouvelle_edition_reprend_les_textes_et_dit_ce_qui_change(s, dossier):
    metier.ecrire_texte(dossier.sections.get(genre="synthese"), "Texte d’origine.", par=s.referent)
    metier.inclure_section(dossier.sections.get(genre="carte"), False, par=s.referent)
    metier.figer(dossier, par=s.responsable)
    suite = metier.nouvelle_edition(dossier, par=s.referent, note="Date du permis corrigée.", arrete_le=S.AU)
    assert (suite.edition, suite.etat, suite.note_edition) == (2, EtatDossier.BROUILLON, "Date du permis corrigée.")
    assert suite.sections.get(genre="synthese").texte == "Texte d’origine."
    assert not suite.sections.get(genre="carte").incluse
    assert metier.nouvelle_edition(dossier, par=s.referent, note="Encore").pk == suite.pk


def test_une_nouvelle_edition_sans_note_est_refusee(s, dossier):
    metier.figer(dossier, par=s.responsable)
    with pytest.raises(TransitionRefusee, match="ce qui change"):
        metier.nouvelle_edition(dossier, par=s.referent, note="  ")


def test_comparer_dit_le_texte_et_les_chiffres_qui_changent(s, dossier):
    dossier = metier.figer(dossier, par=s.responsable)
    suite = metier.nouvelle_edition(dossier, par=s.referent, note="Correction", arrete_le=S.AU)
    metier.ecrire_texte(suite.sections.get(genre="synthese"), "Nouveau texte.", par=s.referent)
    metier.inclure_section(suite.sections.get(genre="carte"), False, par=s.referent)
    s.seance.points.filter(ordre=1).update(minutes=30)
    ecarts = {e.section: e for e in metier.comparer(dossier, suite)}
    assert {e.genre for e in ecarts.values()} == {"identique", "changee", "retiree"}
    assert ecarts["synthese"].texte == (("+", "Nouveau texte."),)
    assert ecarts["carte"].genre == "retiree"
    assert [(e.quoi, e.avant, e.apres) for e in ecarts["ordre_du_jour"].ecarts] == [
        ("Suites du COPIL du 11 juin · minutes", "15", "30"),
        ("Éclairage du cheminement de l'école · heure", "14\u00a0h\u00a015", "14\u00a0h\u00a030"),
        ("Présence estivale au pied des tours · heure", "14\u00a0h\u00a040", "14\u00a0h\u00a055"),
        ("minutes", "60", "75"),
    ]
    assert ecarts["suites"].genre == "identique"
