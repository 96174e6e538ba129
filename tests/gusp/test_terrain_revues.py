"""Constats seen again on the spot: what each verdict does to each state, and what the desk then decides."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from comptes.enums import Role
from gusp.enums import Ampleur, EtatConstat, EtatDiagnostic, EtatEnvoi, EtatVersion, GenreMouvement, Recurrence
from gusp.metier.arbitrage import arbitrer
from gusp.models import Constat, Diagnostic, EnvoiTerrain, MouvementConstat, Revue, VersionEnvoi
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import JOUR, FabriqueConstat, FabriqueDiagnostic, sanitas
from tests.gusp.envois import Telephone, corps, octets_de, revue

pytestmark = pytest.mark.django_db
OUVERTS = ["qualifie", "transmis", "pris_en_charge", "programme"]


@pytest.fixture
def avant():
    return FabriqueDiagnostic(numero=3)


@pytest.fixture
def marche(avant):
    return FabriqueDiagnostic(precedent=avant, prevu_le=timezone.localdate())


@pytest.fixture
def telephone(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas())
    client.force_login(agent)
    return Telephone(client, agent)


def revoir(telephone, dedans, *, numero=None, **options):
    """Send a review; return (number, status, receipt)."""
    numero = numero or uuid.uuid4()
    reponse = telephone.envoyer(numero, corps(dedans, "revue", **options))
    return numero, reponse.status_code, reponse.json().get("recu")


def vu(avant, **etat):
    return FabriqueConstat(diagnostic=avant, **etat)


def etat_de(constat):
    constat.refresh_from_db()
    return constat.etat


@pytest.mark.parametrize("etat", [*OUVERTS, "traite"])
def test_leve_verifie_ce_qui_etait_attendu_ou_declare(telephone, avant, marche, etat):
    constat, octets = vu(avant, **{etat: True}), octets_de(1)
    numero, code, recu = revoir(telephone, revue(marche, constat, "leve", photos=[octets], commentaire="Propre"))
    assert (code, recu["etat"], etat_de(constat)) == (201, "recu", EtatConstat.VERIFIE)
    assert recu["phrase"] == f"Reçu par la Ville à {recu['heure']}\u00a0: constat {constat.reference} levé."
    assert constat.verifie_le == timezone.localdate()
    attendue = "Le dépôt a été enlevé." if etat == "traite" else "Constaté levé sur place."
    assert constat.reponse_publique == attendue
    assert constat.mouvements.latest("pk").commentaire == "Constaté levé sur place. Propre"
    telephone.deposer(numero, octets)
    assert constat.photos.get().role == "apres"
    ligne = Revue.objects.get()
    assert (ligne.constat, ligne.diagnostic, ligne.verdict, ligne.par) == (constat, marche, "leve", telephone.compte)


@pytest.mark.parametrize("etat", ["verifie", "sans_suite", "ecarte"])
def test_leve_sur_ce_qui_est_fini_ne_laisse_qu_une_ligne(telephone, avant, marche, etat):
    constat = vu(avant, **{etat: True})
    _, _, recu = revoir(telephone, revue(marche, constat, "leve"))
    assert (recu["etat"], etat_de(constat), constat.mouvements.get().genre) == (
        "recu",
        etat,
        GenreMouvement.COMMENTAIRE,
    )


@pytest.mark.parametrize("etat", ["reoriente", "brouillon"])
def test_leve_sur_ce_qui_n_est_pas_demande_est_garde_et_tranche_au_bureau(telephone, avant, marche, etat):
    constat = vu(avant, **({etat: True} if etat != "brouillon" else {}))
    _, code, recu = revoir(telephone, revue(marche, constat, "leve"))
    assert (code, recu["etat"], etat_de(constat), Revue.objects.count()) == (201, "a_arbitrer", etat, 1)
    assert "le bureau tranchera" in recu["phrase"]
    assert "Revu sur place\u00a0: levé." in constat.mouvements.get().commentaire
    version = VersionEnvoi.objects.get(etat=EtatVersion.A_ARBITRER)
    with pytest.raises(ValidationError):
        arbitrer(version, garder="nouvelle", par=telephone.compte)
    assert arbitrer(version, garder="actuelle", par=telephone.compte).etat == EtatEnvoi.RECU
    assert etat_de(constat) == etat


@pytest.mark.parametrize("verdict", ["inchange", "pire"])
def test_ce_qui_etait_declare_fait_et_ne_l_est_pas_est_rouvert(telephone, avant, marche, verdict):
    constat, octets = vu(avant, traite=True), octets_de(1)
    numero, _, recu = revoir(telephone, revue(marche, constat, verdict, photos=[octets]))
    assert (recu["etat"], etat_de(constat)) == ("recu", EtatConstat.QUALIFIE)
    rouvert = constat.mouvements.get(genre=GenreMouvement.REOUVERTURE)
    assert rouvert.commentaire == "Revu sur place\u00a0: pas fait."
    telephone.deposer(numero, octets)
    assert constat.photos.get().role == "pendant"


@pytest.mark.parametrize("etat", [*OUVERTS, "reoriente"])
def test_inchange_garde_l_etat_et_dit_deja_vu(telephone, avant, marche, etat):
    constat = vu(avant, **{etat: True})
    _, _, recu = revoir(telephone, revue(marche, constat, "inchange", commentaire="Encore là"))
    assert (recu["etat"], etat_de(constat)) == ("recu", etat)
    assert (constat.recurrence, constat.ampleur) == (Recurrence.DEJA_VU, Ampleur.PONCTUEL)
    assert constat.mouvements.latest("pk").commentaire == "Revu sur place\u00a0: inchangé. Encore là"


def test_pire_eleve_l_ampleur_une_fois_par_marche_et_trois_au_plus(telephone, avant, marche):
    constat = vu(avant, transmis=True, recurrence=Recurrence.PERMANENT)
    for _ in range(2):
        revoir(telephone, revue(marche, constat, "pire"))
    etat_de(constat)
    assert (constat.recurrence, constat.ampleur) == (Recurrence.PERMANENT, 2)
    for _ in range(2):
        revoir(telephone, revue(FabriqueDiagnostic(prevu_le=timezone.localdate()), constat, "pire"))
    etat_de(constat)
    assert constat.ampleur == Ampleur.ILOT


@pytest.mark.parametrize("verdict", ["inchange", "pire"])
def test_un_constat_verifie_et_revu_pas_fait_est_tranche_au_bureau(telephone, avant, marche, verdict):
    constat = vu(avant, verifie=True)
    _, _, recu = revoir(telephone, revue(marche, constat, verdict))
    assert (recu["etat"], etat_de(constat)) == ("a_arbitrer", EtatConstat.VERIFIE)
    with pytest.raises(ValidationError, match="relevez-en un nouveau"):
        arbitrer(VersionEnvoi.objects.get(), garder="nouvelle", par=telephone.compte)


def test_inchange_sur_un_sans_suite_ne_laisse_qu_une_ligne(telephone, avant, marche):
    constat = vu(avant, sans_suite=True)
    _, _, recu = revoir(telephone, revue(marche, constat, "inchange"))
    assert (recu["etat"], etat_de(constat), constat.recurrence) == ("recu", EtatConstat.SANS_SUITE, 0)


@pytest.mark.parametrize(("verdict", "attendu"), [("inchange", EtatConstat.TRAITE), ("leve", EtatConstat.VERIFIE)])
def test_ce_qui_est_vu_avant_la_declaration_ne_la_dement_pas(telephone, avant, marche, verdict, attendu):
    constat = vu(avant, traite=True, traite_le=timezone.localdate())
    vu_le = timezone.now() - datetime.timedelta(days=2)
    _, _, recu = revoir(telephone, revue(marche, constat, verdict, releve_a=vu_le.isoformat()))
    assert (recu["etat"], etat_de(constat)) == ("recu", attendu)


@pytest.mark.parametrize(("premier", "second"), [("leve", "pire"), ("inchange", "leve")])
def test_deux_promeneurs_qui_se_contredisent_le_bureau_tranche(telephone, avant, marche, premier, second):
    constat = vu(avant, transmis=True)
    revoir(telephone, revue(marche, constat, premier))
    garde = etat_de(constat)
    _, code, recu = revoir(telephone, revue(marche, constat, second))
    assert (code, recu["etat"], etat_de(constat), Revue.objects.count()) == (201, "a_arbitrer", garde, 2)
    assert [e.etat for e in EnvoiTerrain.objects.a_decider()] == [EtatEnvoi.A_ARBITRER]


def test_le_bureau_peut_suivre_le_second_promeneur(telephone, avant, marche):
    constat = vu(avant, transmis=True)
    for verdict in ("inchange", "leve"):
        revoir(telephone, revue(marche, constat, verdict))
    arbitrer(VersionEnvoi.objects.get(etat=EtatVersion.A_ARBITRER), garder="nouvelle", par=telephone.compte)
    assert (etat_de(constat), EnvoiTerrain.objects.a_decider().exists()) == (EtatConstat.VERIFIE, False)


def test_une_revue_rejouee_ne_compte_qu_une_fois(telephone, avant, marche):
    constat, numero = vu(avant, transmis=True), uuid.uuid4()
    dedans = revue(marche, constat, "pire")
    assert [revoir(telephone, dedans, numero=numero)[1] for _ in range(3)] == [201, 200, 200]
    etat_de(constat)
    assert (constat.ampleur, Revue.objects.count()) == (2, 1)


def test_une_correction_du_commentaire_s_ajoute_et_un_autre_verdict_se_tranche(telephone, avant, marche):
    constat = vu(avant, transmis=True)
    dedans = revue(marche, constat, "inchange")
    numero, _, recu = revoir(telephone, dedans)
    dedans |= {"commentaire": "Sous l’escalier"}
    _, code, suite = revoir(telephone, dedans, numero=numero, base=recu["empreinte"])
    assert (code, Revue.objects.get().commentaire) == (200, "Sous l’escalier")
    assert "Sous l’escalier" in MouvementConstat.objects.latest("pk").commentaire
    _, code, _ = revoir(telephone, dedans | {"verdict": "leve"}, numero=numero, base=suite["empreinte"])
    assert (code, etat_de(constat)) == (409, EtatConstat.TRANSMIS)
    arbitrer(VersionEnvoi.objects.get(etat=EtatVersion.A_ARBITRER), garder="nouvelle", par=telephone.compte)
    assert (etat_de(constat), Revue.objects.get().verdict) == (EtatConstat.VERIFIE, "leve")


def test_la_revue_d_un_doublon_va_au_constat_garde(telephone, avant, marche):
    garde = vu(avant, transmis=True)
    _, _, recu = revoir(telephone, revue(marche, vu(avant, doublon=True, doublon_de=garde), "leve"))
    assert (recu["constat"]["id"], etat_de(garde)) == (garde.pk, EtatConstat.VERIFIE)


@pytest.mark.parametrize("etat", [EtatDiagnostic.ANNULE, None])
def test_la_marche_annulee_ou_supprimee_n_empeche_pas_la_revue(telephone, avant, marche, etat):
    constat = vu(avant, transmis=True)
    dedans = revue(marche, constat, "leve")
    lignes = Diagnostic.objects.filter(pk=marche.pk)
    lignes.update(etat=etat) if etat else lignes.delete()
    _, code, recu = revoir(telephone, dedans)
    assert (code, recu["etat"], etat_de(constat)) == (201, "recu", EtatConstat.VERIFIE)
    assert Revue.objects.get().diagnostic == (marche if etat else None)


def test_un_constat_inconnu_ou_d_ailleurs_est_refuse(telephone, avant, marche):
    ailleurs = FabriqueConstat(quartier=Quartier.objects.exclude(pk=sanitas().pk).first(), transmis=True)
    inconnu = revue(marche, ailleurs, "leve") | {"constat": 10**12}
    for dedans, attendu in ((revue(marche, ailleurs, "leve"), "droit"), (inconnu, "invalide")):
        assert telephone.envoyer(uuid.uuid4(), corps(dedans, "revue")).json()["code"] == attendu
    assert Constat.objects.get().etat == EtatConstat.TRANSMIS


def test_le_paquet_dit_ce_qui_est_deja_revu(telephone, avant, marche):
    constat = vu(avant, transmis=True)
    revoir(telephone, revue(marche, constat, "pire"))
    a_revoir = telephone.lire(f"marches/{marche.pk}/").json()["a_revoir"]
    assert [(c["id"], c["revue"]) for c in a_revoir] == [(constat.pk, "pire")]
    assert JOUR.isoformat() == a_revoir[0]["releve_le"]
