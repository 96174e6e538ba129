"""What a dossier says: the past as it was, nothing that must stay inside, nothing invented."""

import datetime
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gusp.enums import EtatAction, EtatConstat
from gusp.models import Action, Constat, PointAvancement, Theme
from npnru.models import Jalon, Reprogrammation
from pilotage.enums import EtatDecision, GenreSection
from pilotage.metier.dossiers import creer_dossier, figer
from pilotage.models import Decision, MouvementDecision
from pilotage.syntheses import composer, composer_dossier
from tests.pilotage import situation as S

pytestmark = pytest.mark.django_db


@pytest.fixture
def s():
    return S.situation()


@pytest.fixture
def dossier(s):
    return creer_dossier(seance=s.seance, par=s.responsable, arrete_le=S.AU)


def valeurs(dossier, au=S.AU):
    return {i["cle"]: i["valeur"] for i in composer(GenreSection.CHIFFRES, dossier, au=au)["indicateurs"]}


def test_les_chiffres_sont_ceux_du_jour_des_donnees(dossier):
    assert valeurs(dossier) == {
        "constats_ouverts": 4,
        "constats_en_retard": 4,
        "delai_median": 30,
        "part_verifiee": 100,
        "constats_nouveaux": 6,
        "constats_leves": 2,
        "actions_ouvertes": 3,
        "actions_en_retard": 1,
        "actions_bloquees": 1,
        "actions_realisees": 0,
    }


def test_un_constat_verifie_apres_le_jour_des_donnees_etait_encore_ouvert(dossier):
    le_1er_octobre = valeurs(dossier, datetime.date(2026, 10, 1))
    assert le_1er_octobre["constats_ouverts"] == 6
    assert le_1er_octobre["part_verifiee"] is None
    entre = valeurs(dossier, datetime.date(2026, 10, 25))
    assert (entre["constats_ouverts"], entre["part_verifiee"]) == (4, 0)


def test_un_constat_releve_apres_le_jour_des_donnees_n_existe_pas(dossier):
    assert valeurs(dossier, datetime.date(2026, 12, 12))["constats_ouverts"] == 5


def test_une_mesure_sans_rien_a_mesurer_est_absente_et_non_zero(dossier):
    avant_tout = valeurs(dossier, datetime.date(2026, 7, 1))
    assert (avant_tout["delai_median"], avant_tout["part_verifiee"], avant_tout["constats_ouverts"]) == (None, None, 0)


def test_une_action_revient_a_l_etat_de_ses_dernieres_nouvelles_connues(s, dossier):
    action = Action.objects.get(code="GUSP-01")
    PointAvancement.objects.create(
        action=action,
        le=datetime.date(2026, 12, 1),
        texte="Fini.",
        de=EtatAction.EN_COURS,
        vers=EtatAction.REALISEE,
        avancement=100,
        par=s.referent,
    )
    Action.objects.filter(pk=action.pk).update(
        etat=EtatAction.REALISEE, avancement=100, realisee_le=datetime.date(2026, 12, 1)
    )
    lignes = {a["code"]: a for g in composer("actions", dossier, au=S.AU)["groupes"] for a in g["lignes"]}
    assert (lignes["GUSP-01"]["etat"], lignes["GUSP-01"]["avancement"]) == ("En cours", 40)
    assert lignes["GUSP-01"]["nouvelle"] == "Point du 3 novembre sur GUSP-01."


def test_les_actions_bloquees_puis_en_retard_viennent_en_premier(dossier):
    groupes = composer("actions", dossier, au=S.AU)["groupes"]
    assert [(g["nom"], [a["code"] for a in g["lignes"]]) for g in groupes] == [
        ("Sanitas", ["GUSP-02", "GUSP-01"]),
        ("Plusieurs quartiers", ["GUSP-03"]),
    ]


def test_les_retards_se_comptent_au_jour_de_la_seance(dossier):
    suites = composer("suites", dossier, au=S.AU)
    assert {d["numero"]: d["retard"] for d in suites["decisions"]} == {
        "D-2026-03": 78,
        "D-2026-05": 0,
        "D-2026-07": 0,
    }
    assert suites["bilan"] == {"total": 3, "tenues": 1, "en_retard": 1, "en_cours": 1, "abandonnees": 0}


def test_une_decision_tenue_apres_le_jour_des_donnees_est_encore_ouverte(s, dossier):
    decision = Decision.objects.get(numero="D-2026-03")
    le = datetime.date(2026, 12, 2)
    MouvementDecision.objects.create(
        decision=decision, de=EtatDecision.EN_COURS, vers=EtatDecision.TENUE, par=s.referent, le=S.instant(le)
    )
    Decision.objects.filter(pk=decision.pk).update(etat=EtatDecision.TENUE, tenue_le=le)
    etats = {d["numero"]: (d["etat"], d["tenue_le"]) for d in composer("suites", dossier, au=S.AU)["decisions"]}
    assert etats["D-2026-03"] == ("En cours", None)


def test_une_date_deplacee_apres_le_jour_des_donnees_est_encore_l_ancienne(s, dossier):
    jalon = Jalon.objects.get(libelle="Ouverture au public")
    for ancienne, nouvelle, jour in (
        (datetime.date(2029, 3, 2), datetime.date(2029, 6, 1), datetime.date(2026, 12, 1)),
        (datetime.date(2029, 6, 1), datetime.date(2029, 9, 1), datetime.date(2026, 12, 5)),
    ):
        Reprogrammation.objects.create(
            operation=jalon.operation,
            jalon=jalon,
            objet=jalon.libelle,
            ancienne=ancienne,
            nouvelle=nouvelle,
            motif="technique",
            explication="Pollution du sol",
            par=s.referent,
            le=S.instant(jour),
        )
    Jalon.objects.filter(pk=jalon.pk).update(prevu_le=datetime.date(2029, 9, 1))
    lues = [composer("calendrier", dossier, au=au)["lignes"][0] for au in (S.AU, datetime.date(2026, 12, 3), S.SEANCE)]
    assert [(ligne["livraison"], ligne["derive"]) for ligne in lues] == [
        ("2029-03-02", 182),
        ("2029-06-01", 273),
        ("2029-09-01", 365),
    ]


def test_rien_de_confidentiel_ni_d_interne_n_entre_dans_le_contenu(dossier):
    confidentiel = Constat.objects.get(confidentiel=True)
    S.photo(S.Situation(**_acteurs()), confidentiel, "avant", (10, 10, 10))
    contenu = json.dumps(composer_dossier(dossier, au=S.AU), ensure_ascii=False)
    assert S.FUITE not in contenu
    assert confidentiel.reference not in contenu
    assert len(composer("photos", dossier, au=S.AU)["paires"]) == 2


def _acteurs():
    from comptes.models import Utilisateur

    compte = Utilisateur.objects.get(courriel="referent@exemple.fr")
    return dict.fromkeys(S.Situation.__dataclass_fields__) | {"referent": compte}


def test_le_contenu_est_du_json_pur_et_le_meme_deux_fois(dossier):
    une, deux = (composer_dossier(dossier, au=S.AU) for _ in range(2))
    assert json.loads(json.dumps(une)) == une == deux


def test_ht_et_ttc_ne_s_additionnent_pas(dossier):
    from npnru.models import Cout, Montant, Operation

    operation = Operation.objects.get(porter_au_copil=True)
    Cout.objects.filter(operation=operation).update(poste="travaux")
    etudes = Cout.objects.create(operation=operation, poste="etudes")
    Montant.objects.create(
        cout=etudes, statut="prevu", valeur=1000, taxe="ttc", valeur_le=datetime.date(2026, 5, 1), source="Essai"
    )
    fiche = composer("financements", dossier, au=S.AU)["operations"][0]
    assert fiche["cout_total"] == {"valeur": None, "taxe_libelle": "", "melange": True}
    assert {c["nom"]: c["valeur"] for c in fiche["couts"]} == {"Travaux": "4650000.00", "Études": "1000.00"}


def test_un_montant_date_apres_le_jour_des_donnees_ne_compte_pas(dossier):
    en_juin = composer("financements", dossier, au=datetime.date(2026, 6, 1))["operations"][0]
    assert (en_juin["cout_total"]["valeur"], en_juin["financements"][0]["recu"]) == ("4200000.00", None)


def test_la_comparaison_prend_ce_qui_a_ete_montre_sans_le_recalculer(s):
    ancien = creer_dossier(seance=s.precedente, par=s.responsable, arrete_le=S.PRECEDENTE)
    s.precedente.points.create(titre="Point", minutes=10)
    figer(ancien, par=s.responsable)
    # Later changes of the past data do not change what was shown.
    S.constat(s, 30, None, Theme.objects.first(), releve_le=datetime.date(2026, 5, 2))
    dossier = creer_dossier(seance=s.seance, par=s.responsable, arrete_le=S.AU)
    ouverts = composer("chiffres", dossier, au=S.AU)["indicateurs"][0]
    assert (ouverts["avant"], ouverts["avant_le"], ouverts["ecart"], ouverts["sens"]) == (
        0,
        "2026-06-11",
        ouverts["valeur"],
        "moins-bien",
    )
    assert composer("calendrier", dossier, au=S.AU)["lignes"][0]["glissement"] == 182


def test_un_dossier_d_autres_quartiers_ne_se_compare_pas(s):
    ancien = creer_dossier(seance=s.precedente, par=s.responsable, arrete_le=S.PRECEDENTE, quartiers=[s.europe])
    s.precedente.points.create(titre="Point", minutes=10)
    figer(ancien, par=s.responsable)
    dossier = creer_dossier(seance=s.seance, par=s.responsable, arrete_le=S.AU)
    assert {i["avant"] for i in composer("chiffres", dossier, au=S.AU)["indicateurs"]} == {None}


def test_chaque_tableau_dit_la_date_de_ses_donnees(dossier):
    contenu = composer_dossier(dossier, au=S.AU)
    sans = {"couverture", "ordre_du_jour"}
    dates = {
        section["genre"]: section["donnees"].get("au") or section["donnees"]["situation"]["au"]
        for section in contenu["sections"]
        if section["genre"] not in sans
    }
    assert set(dates.values()) == {"2026-11-20"}
    assert len(dates) == len(GenreSection) - len(sans)


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_lignes(s, dossier):
    def compter():
        with CaptureQueriesContext(connection) as requetes:
            composer_dossier(dossier, au=S.AU)
        return len(requetes)

    avant = compter()
    marche = Constat.objects.exclude(diagnostic=None).first().diagnostic
    for numero in range(20, 26):
        S.constat(s, numero, marche, Theme.objects.first())
        Action.objects.create(code=f"GUSP-{numero}", titre="Action", organisme=s.bailleur).quartiers.add(s.sanitas)
    assert compter() == avant <= 80


def test_l_etat_d_un_constat_sans_journal_est_celui_d_aujourd_hui(s, dossier):
    Constat.objects.create(
        reference="SAN-X",
        numero=99,
        quartier=s.sanitas,
        releve_le=datetime.date(2026, 9, 1),
        etat=EtatConstat.BROUILLON,
    )
    assert valeurs(dossier)["constats_ouverts"] == 5


def test_une_paire_de_photos_deja_montree_complete_ne_revient_pas(s):
    s.precedente.points.create(titre="Point", minutes=10)
    S.constat(s, 12, None, Theme.objects.first(), releve_le=datetime.date(2026, 3, 2))
    dossier = creer_dossier(seance=s.seance, par=s.responsable, arrete_le=S.AU)

    def montrees():
        return {p["reference"] for p in composer("photos", dossier, au=S.AU)["paires"]}

    assert montrees() == {"SAN-2026-02·3", "SAN-2026-02·6", "SAN-2026-02·12"}
    figer(creer_dossier(seance=s.precedente, par=s.responsable, arrete_le=S.PRECEDENTE), par=s.responsable)
    assert montrees() == {"SAN-2026-02·3", "SAN-2026-02·6"}


def test_chaque_quartier_a_sa_part_des_photos_et_les_paires_completes_passent_devant(s, dossier, monkeypatch):
    monkeypatch.setattr("pilotage.syntheses.photos.PAIRES", 2)
    europe = S.constat(s, 15, None, Theme.objects.first(), quartier=s.europe, releve_le=datetime.date(2026, 8, 1))
    seule = S.constat(s, 16, None, Theme.objects.first(), quartier=s.europe)
    S.photo(s, seule, "avant", (3, 3, 3))
    donnees = composer("photos", dossier, au=S.AU)
    assert [p["quartier"] for p in donnees["paires"]] == ["Sanitas", "Europe"]
    assert donnees["paires"][1]["reference"] == europe.reference
    assert donnees["omises"] == 2
