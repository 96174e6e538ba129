"""What must not cross: a confidential constat by the side of a public one, another walk, another quartier."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from comptes.enums import Role
from comptes.models import Affectation
from gusp.enums import EtatConstat
from gusp.filtres.constats import ENSEMBLES
from gusp.metier.constats import creer_constat
from gusp.metier.photos import ajouter_photo
from gusp.metier.refus import TransitionRefusee
from gusp.metier.transitions import marquer_doublon
from gusp.models import Constat
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import JOUR, FabriqueConstat, FabriqueDiagnostic, sanitas
from tests.fixtures.images import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def lecteur(client):
    compte = FabriqueUtilisateur(role=Role.LECTEUR)
    client.force_login(compte)
    return compte


def test_les_photos_d_un_doublon_confidentiel_ne_se_voient_pas_sur_la_fiche_publique(client, lecteur):
    public = FabriqueConstat(transmis=True)
    secret = FabriqueConstat(doublon=True, doublon_de=public, confidentiel=True)
    jointe = ajouter_photo(secret, photo(), par=lecteur, texte_alternatif="Un visage")
    page = client.get(f"/constats/{public.pk}/").content.decode()
    assert (f"/photos/{jointe.pk}/" in page, "Un visage" in page) == (False, False)
    client.force_login(FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE))
    assert f"/photos/{jointe.pk}/" in client.get(f"/constats/{public.pk}/").content.decode()


def test_un_doublon_public_ne_nomme_pas_son_maitre_confidentiel(client, lecteur):
    maitre = FabriqueConstat(transmis=True, confidentiel=True)
    doublon = FabriqueConstat(doublon=True, doublon_de=maitre)
    page = client.get(f"/constats/{doublon.pk}/").content.decode()
    assert (f"/constats/{maitre.pk}/" in page, maitre.reference in page) == (False, False)
    assert "regroupé avec un autre" in page


def test_on_ne_regroupe_pas_sur_un_constat_d_un_autre_quartier(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas())
    ailleurs = Quartier.objects.exclude(pk=sanitas().pk).first()
    Affectation.objects.create(utilisateur=agent, quartier=ailleurs, role=Role.LECTEUR)
    constat, maitre = FabriqueConstat(qualifie=True), FabriqueConstat(qualifie=True, quartier=ailleurs)
    with pytest.raises(TransitionRefusee, match="autre quartier"):
        marquer_doublon(constat, maitre=maitre, par=agent)
    client.force_login(agent)
    assert client.post(f"/constats/{constat.pk}/doublon/", {"maitre": maitre.reference}).status_code == 422
    constat.refresh_from_db()
    assert (constat.etat, maitre.mouvements.count()) == (EtatConstat.QUALIFIE, 0)


def test_l_identifiant_d_un_envoi_ne_donne_pas_le_constat_d_une_autre_marche():
    agent = FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)
    une, autre = FabriqueDiagnostic(), FabriqueDiagnostic()
    envoi = uuid.uuid4()
    premier = creer_constat(par=agent, diagnostic=une, releve_le=JOUR, client_uuid=envoi)
    assert creer_constat(par=agent, diagnostic=une, releve_le=JOUR, client_uuid=envoi) == premier
    with pytest.raises(ValidationError, match="un autre diagnostic"):
        creer_constat(par=agent, diagnostic=autre, releve_le=JOUR, client_uuid=envoi)
    assert Constat.objects.count() == 1


@pytest.mark.parametrize("chiffre", ["²", "٣", "9" * 5000])
def test_un_chiffre_qui_n_en_est_pas_un_ne_casse_rien(client, chiffre):
    client.force_login(FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE))
    assert client.get("/constats/ajouter/", {"quartier": chiffre}).status_code == 200
    assert client.get("/dossiers/", {"apres": chiffre}).status_code == 200
    assert client.post("/constats/relancer/", {"selection": [chiffre]}).status_code == 302


@pytest.mark.parametrize("jour", ["0001-01-01", "9999-12-31"])
def test_un_jour_impossible_est_refuse_par_une_phrase(client, jour):
    client.force_login(FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE))
    constat = FabriqueConstat(pris_en_charge=True)
    reponse = client.post(f"/constats/{constat.pk}/programmer/", {"programme_le": jour})
    assert (reponse.status_code, "n’est pas plausible" in reponse.content.decode()) == (422, True)


def test_chaque_ensemble_d_etats_n_est_propose_qu_une_fois():
    assert len({cle for cle, _ in ENSEMBLES}) == len(ENSEMBLES)


def test_le_texte_d_une_photo_passe_sans_caractere_nul(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE)
    client.force_login(agent)
    jointe = ajouter_photo(FabriqueConstat(), photo(), par=agent)
    assert client.post(f"/photos/{jointe.pk}/retenir/", {"texte_alternatif": "Un\x00 tas"}).status_code == 302
    jointe.refresh_from_db()
    assert (jointe.texte_alternatif, jointe.retenue) == ("Un tas", False)
