"""Writes of the walks: numbers, states, journal, route, people, serial entry."""

import datetime
import threading
import uuid
from itertools import permutations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from comptes.enums import Role
from gusp.enums import TRANSITIONS_DIAGNOSTIC, EtatDiagnostic, GroupeParticipant
from gusp.metier import diagnostics, preparation
from gusp.metier.constats import creer_constat, modifier_constat
from gusp.metier.refus import TransitionRefusee
from gusp.metier.saisie import RangeeRefusee, saisir_serie
from gusp.models import Constat, Diagnostic, Etape, MouvementDiagnostic, Participant, Theme
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.gusp import JOUR, FabriqueConstat, FabriqueDiagnostic, FabriqueEtape, sanitas

pytestmark = pytest.mark.django_db

#: Dates that each state carries.
DATES = {
    EtatDiagnostic.RELEVE_DIFFUSE: {"releve_diffuse_le": JOUR},
    EtatDiagnostic.RESTITUE: {"releve_diffuse_le": JOUR, "restitue_le": JOUR},
    EtatDiagnostic.CLOS: {"releve_diffuse_le": JOUR, "restitue_le": JOUR},
}
POINT = {"lon": 0.6995, "lat": 47.3815}


@pytest.fixture
def agent():
    return FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL)


def creer(agent, *, prevu_le=JOUR, **champs) -> Diagnostic:
    return diagnostics.creer_diagnostic(
        par=agent, **({"quartier": sanitas(), "prevu_le": prevu_le, "intitule": "Saint-Paul"} | champs)
    )


def etape(libelle, **champs) -> dict:
    return {"pk": None, "heure": None, "attention": "", "lon": None, "lat": None, "libelle": libelle} | champs


def ecrire(diagnostic, *etapes, trajet=()):
    vu = preparation.empreinte_du_parcours(diagnostic)
    return preparation.ecrire_parcours(diagnostic, etapes=etapes, trajet=trajet, vu=vu)


def test_le_numero_repart_de_un_dans_chaque_quartier_et_chaque_annee(agent):
    ailleurs = Quartier.objects.get(code="EUR")
    references = [
        creer(agent).reference,
        creer(agent).reference,
        creer(agent, quartier=ailleurs).reference,
        creer(agent, prevu_le=datetime.date(2025, 6, 3)).reference,
    ]
    assert references == ["SAN-2026-01", "SAN-2026-02", "EUR-2026-01", "SAN-2025-01"]


@pytest.mark.django_db(transaction=True)
def test_deux_agents_a_la_fois_prennent_deux_numeros():
    agent = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL)
    diagnostic = creer(agent)
    depart, fautes = threading.Barrier(2), []

    def travailler():
        try:
            depart.wait(10)
            creer(agent)
            for _ in range(4):
                creer_constat(par=agent, diagnostic=diagnostic, releve_le=JOUR, description="Dépôt")
        except Exception as erreur:  # told in the assertion
            fautes.append(erreur)
        finally:
            connection.close()

    fils = [threading.Thread(target=travailler) for _ in range(2)]
    [fil.start() for fil in fils]
    [fil.join(30) for fil in fils]
    assert fautes == []
    assert list(Diagnostic.objects.order_by("numero").values_list("numero", flat=True)) == [1, 2, 3]
    assert list(Constat.objects.order_by("numero").values_list("numero", flat=True)) == list(range(1, 9))


def test_le_precedent_est_la_derniere_marche_du_quartier_qui_n_est_pas_annulee(agent):
    ancienne = creer(agent, prevu_le=datetime.date(2026, 1, 5))
    FabriqueDiagnostic(prevu_le=datetime.date(2026, 2, 2), numero=9070, etat=EtatDiagnostic.ANNULE)
    FabriqueDiagnostic(prevu_le=datetime.date(2026, 2, 3), numero=9071, quartier=Quartier.objects.get(code="EUR"))
    assert creer(agent).precedent == ancienne


def test_le_precedent_et_le_secteur_sont_du_quartier(agent):
    autre = FabriqueDiagnostic(quartier=Quartier.objects.get(code="EUR"), prevu_le=datetime.date(2026, 1, 5))
    with pytest.raises(ValidationError, match="même quartier"):
        creer(agent, precedent=autre)
    diagnostic, suivant = creer(agent), creer(agent, prevu_le=datetime.date(2026, 5, 4))
    with pytest.raises(ValidationError, match="a lieu avant"):
        diagnostics.modifier_diagnostic(diagnostic, par=agent, precedent=suivant)
    assert Diagnostic.objects.count() == 3


@pytest.mark.parametrize(("de", "vers"), [(d, v) for d, v in permutations(EtatDiagnostic, 2)])
def test_seules_les_paires_permises_passent_la_porte(agent, de, vers):
    diagnostic = FabriqueDiagnostic(etat=de, **DATES.get(de, {}))
    champs = DATES.get(vers, {})
    if (de, vers) in TRANSITIONS_DIAGNOSTIC:
        diagnostics.changer_etat(diagnostic, vers, par=agent, **champs)
        assert list(MouvementDiagnostic.objects.values_list("de", "vers", "par")) == [(de, vers, agent.pk)]
    else:
        with pytest.raises(TransitionRefusee):
            diagnostics.changer_etat(diagnostic, vers, par=agent, **champs)
        assert MouvementDiagnostic.objects.count() == 0
    diagnostic.refresh_from_db()
    assert diagnostic.etat == (vers if (de, vers) in TRANSITIONS_DIAGNOSTIC else de)


def test_une_marche_a_venir_n_est_pas_realisee(agent):
    diagnostic = creer(agent, prevu_le=datetime.date(2099, 1, 5))
    with pytest.raises(TransitionRefusee) as refus:
        diagnostics.realiser(diagnostic, par=agent)
    assert str(refus.value) == "Cette marche est prévue le 05/01/2099\u00a0: changez d’abord sa date."


def test_une_marche_tenue_ne_se_deplace_pas_dans_le_futur(agent):
    diagnostic = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE)
    with pytest.raises(ValidationError) as erreur:
        diagnostics.modifier_diagnostic(diagnostic, par=agent, prevu_le=datetime.date(2099, 1, 5))
    assert list(erreur.value.message_dict) == ["prevu_le"]


def test_la_vie_d_une_marche_laisse_une_ligne_par_pas(agent):
    diagnostic = creer(agent)
    diagnostics.modifier_diagnostic(diagnostic, par=agent, prevu_le=datetime.date(2026, 3, 3))
    diagnostics.annuler(diagnostic, par=agent, motif="Orages.")
    diagnostics.reprendre(diagnostic, par=agent)
    diagnostics.realiser(diagnostic, par=agent)
    diagnostics.diffuser_releve(diagnostic, par=agent, diffuse_le=datetime.date(2026, 3, 12))
    diagnostics.restituer(diagnostic, par=agent, restitue_le=datetime.date(2026, 7, 2))
    diagnostics.clore(diagnostic, par=agent)
    diagnostics.rouvrir(diagnostic, par=agent, motif="Une réponse est arrivée.")
    lignes = list(MouvementDiagnostic.objects.order_by("pk").values_list("vers", "commentaire"))
    assert lignes == [
        ("preparation", ""),
        ("preparation", "Date déplacée du 02/03/2026 au 03/03/2026."),
        ("annule", "Orages."),
        ("preparation", ""),
        ("realise", ""),
        ("releve_diffuse", ""),
        ("restitue", ""),
        ("clos", ""),
        ("restitue", "Une réponse est arrivée."),
    ]
    diagnostic.refresh_from_db()
    assert (diagnostic.releve_diffuse_le, diagnostic.restitue_le) == (
        datetime.date(2026, 3, 12),
        datetime.date(2026, 7, 2),
    )


@pytest.mark.parametrize("geste", ["annuler", "rouvrir"])
def test_annuler_et_rouvrir_demandent_un_motif(agent, geste):
    with pytest.raises(TransitionRefusee, match="Dites pourquoi"):
        getattr(diagnostics, geste)(creer(agent), par=agent, motif="  ")


def test_une_date_a_venir_ou_avant_la_marche_est_refusee(agent):
    diagnostic = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE)
    with pytest.raises(TransitionRefusee, match="est à venir"):
        diagnostics.diffuser_releve(diagnostic, par=agent, diffuse_le=datetime.date(2099, 1, 1))
    with pytest.raises(TransitionRefusee) as refus:
        diagnostics.diffuser_releve(diagnostic, par=agent, diffuse_le=datetime.date(2026, 3, 1))
    assert str(refus.value) == "Le relevé ne peut pas être diffusé avant la marche."


@pytest.mark.parametrize(
    "phrase", ["UPDATE gusp_mouvementdiagnostic SET commentaire = ''", "DELETE FROM gusp_mouvementdiagnostic"]
)
def test_le_journal_ne_se_reecrit_pas(agent, phrase):
    creer(agent)
    with pytest.raises(IntegrityError, match="ne se réécrit pas"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(phrase)
    assert MouvementDiagnostic.objects.count() == 1


@pytest.mark.parametrize(
    ("nom", "champs"),
    [
        ("diagnostic_releve_diffuse_a_une_date", {"etat": "releve_diffuse"}),
        ("diagnostic_restitue_a_une_date", {"etat": "restitue", "releve_diffuse_le": JOUR}),
        ("diagnostic_releve_apres_marche", {"releve_diffuse_le": datetime.date(2026, 3, 1)}),
        ("diagnostic_restitution_apres_marche", {"restitue_le": datetime.date(2026, 3, 1)}),
        ("diagnostic_heures_ordonnees", {"heure_debut": datetime.time(16), "heure_fin": datetime.time(14)}),
        ("diagnostic_numero_unique", {"numero": 9002}),
    ],
)
def test_la_base_refuse_une_marche_incoherente(nom, champs):
    FabriqueDiagnostic(numero=9002)
    diagnostic = FabriqueDiagnostic(numero=9001)
    with pytest.raises(IntegrityError, match=nom), transaction.atomic():
        Diagnostic.objects.filter(pk=diagnostic.pk).update(**champs)


def test_la_base_refuse_une_marche_qui_se_precede():
    diagnostic = FabriqueDiagnostic()
    with pytest.raises(IntegrityError, match="diagnostic_precedent_autre"), transaction.atomic():
        Diagnostic.objects.filter(pk=diagnostic.pk).update(precedent=diagnostic.pk)


def test_la_base_refuse_une_etape_a_demi_placee_ou_un_habitant_nomme():
    diagnostic = FabriqueDiagnostic()
    with pytest.raises(IntegrityError, match="etape_position_complete"), transaction.atomic():
        FabriqueEtape(diagnostic=diagnostic, lon=0.7)
    with pytest.raises(IntegrityError, match="participant_habitant_sans_nom"), transaction.atomic():
        Participant.objects.create(diagnostic=diagnostic, groupe=GroupeParticipant.HABITANTS, nom="Quelqu’un")


@pytest.mark.parametrize("champs", [{"numero": 9}, {"reference": "SAN-2026-01·9"}, {"diagnostic": None}])
def test_le_numero_imprime_ne_change_plus(agent, champs):
    diagnostic = creer(agent)
    constat = creer_constat(par=agent, diagnostic=diagnostic, releve_le=JOUR, description="Dépôt")
    diagnostics.realiser(diagnostic, par=agent)
    diagnostics.diffuser_releve(diagnostic, par=agent)
    with pytest.raises(IntegrityError, match="ne change pas"), transaction.atomic():
        Constat.objects.filter(pk=constat.pk).update(**champs)
    with pytest.raises(TypeError):
        modifier_constat(constat, par=agent, numero=9)
    suivant = creer_constat(par=agent, diagnostic=diagnostic, releve_le=JOUR, description="Vu après")
    constat.refresh_from_db()
    assert (constat.reference, suivant.reference) == ("SAN-2026-01·1", "SAN-2026-01·2")


def test_la_deuxieme_marche_revoit_ce_qui_reste_de_la_premiere(agent):
    premiere = FabriqueDiagnostic(etat=EtatDiagnostic.REALISE)
    vus = {
        nom: FabriqueConstat(diagnostic=premiere, **{nom: True})
        for nom in ("qualifie", "transmis", "programme", "traite", "verifie", "sans_suite", "ecarte")
    }
    FabriqueConstat(diagnostic=premiere)
    FabriqueConstat(diagnostic=premiere, qualifie=True, nature="positif")
    seconde = FabriqueDiagnostic(precedent=premiere, prevu_le=datetime.date(2026, 5, 4))
    attendus = {vus[nom].pk for nom in ("qualifie", "transmis", "programme", "traite")}
    assert set(diagnostics.constats_a_revoir(seconde).values_list("pk", flat=True)) == attendus
    assert diagnostics.constats_a_revoir(premiere).count() == 0


# Route


def test_les_etapes_sont_renumerotees_et_gardent_leurs_constats(agent):
    diagnostic = creer(agent, etapes=[{"libelle": "Tram"}, {"libelle": "École"}, {"libelle": "Parking"}])
    tram, ecole, parking = diagnostic.etapes.all()
    constat = FabriqueConstat(diagnostic=diagnostic, etape=parking)
    ecrire(diagnostic, etape("Parking nord", pk=parking.pk, **POINT), etape("Place"), etape("Tram", pk=tram.pk))
    assert list(diagnostic.etapes.values_list("numero", "libelle")) == [(1, "Parking nord"), (2, "Place"), (3, "Tram")]
    constat.refresh_from_db()
    assert constat.etape == parking
    assert not Etape.objects.filter(pk=ecole.pk).exists()


def test_une_etape_qui_porte_un_constat_ne_se_retire_pas(agent):
    diagnostic = creer(agent, etapes=[{"libelle": "Tram"}])
    FabriqueConstat(diagnostic=diagnostic, etape=diagnostic.etapes.get())
    with pytest.raises(ValidationError, match="porte des constats"):
        ecrire(diagnostic, etape("Autre"))
    assert [e.libelle for e in diagnostic.etapes.all()] == ["Tram"]


def test_le_parcours_ne_change_plus_apres_la_diffusion(agent):
    diagnostic = FabriqueDiagnostic(etat=EtatDiagnostic.RELEVE_DIFFUSE, releve_diffuse_le=JOUR)
    with pytest.raises(ValidationError, match="ne change plus"):
        ecrire(diagnostic, etape("Tram"))


def test_un_parcours_change_entre_temps_n_est_pas_ecrase(agent):
    diagnostic = creer(agent)
    vu = preparation.empreinte_du_parcours(diagnostic)
    ecrire(diagnostic, etape("Tram"))
    with pytest.raises(ValidationError) as erreur:
        preparation.ecrire_parcours(diagnostic, etapes=[etape("École")], trajet=[], vu=vu)
    assert erreur.value.code == "change"
    assert [e.libelle for e in diagnostic.etapes.all()] == ["Tram"]


def test_un_point_loin_du_quartier_est_refuse(agent):
    with pytest.raises(ValidationError, match="loin de Sanitas"):
        ecrire(creer(agent), etape("Paris", lon=2.35, lat=48.85))


@pytest.mark.parametrize(
    ("texte", "lu"),
    [
        ("", []),
        ("0.69 47.38\n0.7 47.39", [[0.69, 47.38], [0.7, 47.39]]),
        ("0,69 47,38\r\n\r\n0,7;47,39", [[0.69, 47.38], [0.7, 47.39]]),
        ("0.69,47.38\n0.70, 47.39", [[0.69, 47.38], [0.7, 47.39]]),
    ],
)
def test_le_trajet_se_lit_ligne_par_ligne(texte, lu):
    assert preparation.lire_trajet(texte) == lu


@pytest.mark.parametrize(
    ("texte", "phrase"),
    [
        ("0.69 47.38\nplace", "Ligne 2"),
        ("0.69", "Ligne 1"),
        ("0.69 47.38", "au moins deux points"),
        ("0.69 47.38\n" * 501, "au plus 500"),
    ],
)
def test_un_trajet_illisible_dit_ou(texte, phrase):
    with pytest.raises(ValidationError, match=phrase):
        preparation.lire_trajet(texte)


def test_le_trajet_ecrit_se_relit(agent):
    trajet = [[0.699, 47.381], [0.7, 47.382]]
    diagnostic = ecrire(creer(agent), trajet=trajet)
    assert diagnostic.parcours == {"type": "LineString", "coordinates": trajet}
    assert preparation.lire_trajet(preparation.ecrire_trajet(diagnostic.parcours)) == trajet


# People


def participant(**champs) -> dict:
    return {"pk": None, "groupe": GroupeParticipant.VILLE, "organisme": None, "nom": "", "fonction": ""} | champs


def inviter(diagnostic, *rangees):
    vu = preparation.empreinte_des_participants(diagnostic)
    preparation.ecrire_participants(diagnostic, rangees=rangees, vu=vu)


def test_la_liste_des_participants_garde_les_presences(agent):
    diagnostic, organisme = creer(agent), FabriqueOrganisme()
    inviter(diagnostic, participant(fonction="Technicien"), participant(organisme=organisme))
    technicien, autre = diagnostic.participants.order_by("pk")
    preparation.noter_presences(diagnostic, presents={technicien.pk: True, autre.pk: None}, habitants_femmes=4)
    inviter(diagnostic, participant(pk=technicien.pk, fonction="Chef d’équipe"))
    assert list(diagnostic.participants.values_list("pk", "fonction", "present")) == [
        (technicien.pk, "Chef d’équipe", True)
    ]
    diagnostic.refresh_from_db()
    assert diagnostic.nombre_habitants == 4


def test_un_habitant_nomme_est_refuse_et_la_liste_reste(agent):
    diagnostic = creer(agent)
    inviter(diagnostic, participant(fonction="Technicien"))
    with pytest.raises(ValidationError, match="On ne garde pas le nom"):
        inviter(diagnostic, participant(groupe=GroupeParticipant.HABITANTS, nom="Quelqu’un"))
    assert diagnostic.participants.count() == 1


# Serial entry


def rangee(**champs) -> dict:
    return {"client_uuid": uuid.uuid4(), "description": "Dépôt", "theme": Theme.objects.get(code="PRO")} | champs


def test_la_meme_serie_envoyee_deux_fois_ne_fait_rien_de_plus(agent):
    diagnostic = creer(agent)
    rangees = [rangee(), rangee(description="Tag")]
    premiere = saisir_serie(diagnostic, rangees, par=agent)
    seconde = saisir_serie(diagnostic, [*rangees, rangee(description="Trou")], par=agent)
    assert [c.numero for c in premiere.nouveaux] == [1, 2]
    assert ([c.numero for c in seconde.nouveaux], [c.numero for c in seconde.deja]) == ([3], [1, 2])
    assert Constat.objects.filter(diagnostic=diagnostic).count() == 3


def test_une_ligne_refusee_n_enregistre_rien_et_dit_laquelle(agent):
    diagnostic = creer(agent)
    ailleurs = FabriqueEtape(diagnostic=FabriqueDiagnostic(numero=9080))
    with pytest.raises(RangeeRefusee) as refus:
        saisir_serie(diagnostic, [rangee(), rangee(etape=ailleurs)], par=agent)
    assert refus.value.rang == 1
    diagnostic.refresh_from_db()
    assert (Constat.objects.filter(diagnostic=diagnostic).count(), diagnostic.dernier_numero) == (0, 0)


def test_une_ligne_deja_prise_par_une_autre_marche_est_refusee(agent):
    prise = rangee()
    saisir_serie(creer(agent), [prise], par=agent)
    with pytest.raises(RangeeRefusee, match="a déjà servi à un constat d’un autre diagnostic"):
        saisir_serie(creer(agent), [prise], par=agent)


@pytest.mark.parametrize("etat", [EtatDiagnostic.ANNULE, EtatDiagnostic.CLOS])
def test_une_marche_fermee_ne_prend_plus_de_constat(agent, etat):
    diagnostic = FabriqueDiagnostic(etat=etat, **DATES.get(etat, {}))
    with pytest.raises(RangeeRefusee, match="on n’y ajoute plus de constat"):
        saisir_serie(diagnostic, [rangee()], par=agent)
