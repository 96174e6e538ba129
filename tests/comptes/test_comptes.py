"""People and perimeters: created, corrected, deactivated, by an administrateur only."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from comptes.enums import Role
from comptes.metier import CompteRefuse, creer_compte, desactiver_compte, modifier_compte
from comptes.models import Affectation, Utilisateur
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueAffectation, FabriqueOrganisme, FabriqueUtilisateur

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrateur():
    return FabriqueUtilisateur(role=Role.ADMINISTRATEUR)


@pytest.fixture
def sanitas():
    return Quartier.objects.get(code="SAN")


def _champs(roles=(), initiaux=0, **champs):
    """Return what the browser sends: identity, then the roles (role, quartier id or "", removed)."""
    donnees = {"courriel": "neuf@exemple.test", "prenom": "Neuf", "nom": "Agent", "fonction": "", "organisme": ""}
    donnees |= {"roles-TOTAL_FORMS": len(roles), "roles-INITIAL_FORMS": initiaux}
    for rang, (role, quartier, retire) in enumerate(roles):
        donnees |= {f"roles-{rang}-role": role, f"roles-{rang}-quartier": quartier}
        if retire:
            donnees[f"roles-{rang}-DELETE"] = "on"
    return donnees | champs


def _caches(client, compte):
    page = client.get(reverse("comptes:utilisateur_modifier", args=[compte.pk]))
    formulaire = page.context["formulaire"]
    return {nom: formulaire[nom].value() for nom in ("version", "roles_vus")}


def test_creer_un_compte_donne_ses_roles_et_envoie_une_invitation(client, administrateur, sanitas):
    client.force_login(administrateur)
    roles = [(Role.REFERENT_TERRITORIAL, sanitas.pk, False), (Role.LECTEUR, "", False), ("", "", False)]
    reponse = client.post(reverse("comptes:utilisateur_ajouter"), _champs(roles, courriel="Neuf@Exemple.test"))
    assert reponse.status_code == 302
    neuf = Utilisateur.objects.get(courriel="neuf@exemple.test")
    assert {(a.role, a.quartier) for a in neuf.affectations.all()} == {
        (Role.REFERENT_TERRITORIAL, sanitas),
        (Role.LECTEUR, None),
    }
    assert not neuf.has_usable_password()
    assert [m.to for m in mail.outbox] == [["neuf@exemple.test"]]
    assert "http://testserver/mot-de-passe/nouveau/" in mail.outbox[0].body


def test_une_adresse_deja_prise_est_refusee_par_une_phrase(client, administrateur):
    FabriqueUtilisateur(courriel="neuf@exemple.test")
    client.force_login(administrateur)
    reponse = client.post(reverse("comptes:utilisateur_ajouter"), _champs())
    assert reponse.status_code == 422
    assert "Un compte existe déjà avec cette adresse." in reponse.content.decode()


def test_modifier_remplace_les_roles(client, administrateur, sanitas):
    compte = FabriqueUtilisateur(role=Role.LECTEUR)
    client.force_login(administrateur)
    roles = [(Role.LECTEUR, "", True), (Role.CHEF_PROJET, sanitas.pk, False)]
    envoi = _champs(roles, initiaux=1) | _caches(client, compte)
    assert client.post(reverse("comptes:utilisateur_modifier", args=[compte.pk]), envoi).status_code == 302
    assert [(a.role, a.quartier) for a in compte.affectations.all()] == [(Role.CHEF_PROJET, sanitas)]


def test_deux_administrateurs_sur_un_compte_le_second_est_prevenu(client, administrateur):
    compte = FabriqueUtilisateur(role=Role.LECTEUR, nom="Ancien")
    client.force_login(administrateur)
    envoi = _champs([(Role.LECTEUR, "", False)], initiaux=1, nom="Mien") | _caches(client, compte)
    modifier_compte(compte, nom="Autre")
    reponse = client.post(reverse("comptes:utilisateur_modifier", args=[compte.pk]), envoi)
    assert reponse.status_code == 422
    assert "modifiée pendant votre saisie" in reponse.content.decode()
    assert 'value="Mien"' in reponse.content.decode()


def test_les_roles_changes_par_un_autre_ne_sont_pas_ecrases(client, administrateur):
    compte = FabriqueUtilisateur(role=Role.LECTEUR)
    client.force_login(administrateur)
    envoi = _champs([(Role.LECTEUR, "", False)], initiaux=1) | _caches(client, compte)
    FabriqueAffectation(utilisateur=compte, role=Role.CHEF_PROJET)
    reponse = client.post(reverse("comptes:utilisateur_modifier", args=[compte.pk]), envoi)
    assert "Les rôles de ce compte ont changé pendant votre saisie" in reponse.content.decode()
    assert compte.affectations.count() == 2


def test_le_meme_role_deux_fois_est_refuse(client, administrateur):
    client.force_login(administrateur)
    roles = [(Role.LECTEUR, "", False), (Role.LECTEUR, "", False)]
    reponse = client.post(reverse("comptes:utilisateur_ajouter"), _champs(roles))
    assert "Ce rôle est déjà donné pour ce quartier." in reponse.content.decode()
    assert not Utilisateur.objects.filter(courriel="neuf@exemple.test").exists()


def test_un_partenaire_a_un_organisme(client, administrateur):
    client.force_login(administrateur)
    roles = [(Role.PARTENAIRE, "", False)]
    reponse = client.post(reverse("comptes:utilisateur_ajouter"), _champs(roles))
    assert "Un partenaire est rattaché à un organisme" in reponse.content.decode()
    assert not Utilisateur.objects.filter(courriel="neuf@exemple.test").exists()
    envoi = _champs(roles, organisme=FabriqueOrganisme().pk)
    assert client.post(reverse("comptes:utilisateur_ajouter"), envoi).status_code == 302


def test_le_dernier_administrateur_ne_peut_pas_partir(administrateur):
    autre = FabriqueUtilisateur(role=Role.LECTEUR)
    with pytest.raises(CompteRefuse, match="au moins un administrateur"):
        modifier_compte(administrateur, affectations=[(Role.LECTEUR, None)])
    assert administrateur.affectations.get().role == Role.ADMINISTRATEUR
    with pytest.raises(CompteRefuse, match="au moins un administrateur"):
        desactiver_compte(administrateur, par=autre)
    administrateur.refresh_from_db()
    assert administrateur.is_active


def test_un_administrateur_desactive_ne_compte_plus(administrateur):
    FabriqueUtilisateur(role=Role.ADMINISTRATEUR, is_active=False)
    with pytest.raises(CompteRefuse, match="au moins un administrateur"):
        modifier_compte(administrateur, affectations=[])


def test_on_ne_se_desactive_pas_soi_meme(client, administrateur):
    FabriqueUtilisateur(role=Role.ADMINISTRATEUR)
    client.force_login(administrateur)
    reponse = client.post(reverse("comptes:utilisateur_desactiver", args=[administrateur.pk]), follow=True)
    assert "On ne désactive pas son propre compte" in reponse.content.decode()
    administrateur.refresh_from_db()
    assert administrateur.is_active


def test_desactiver_puis_reactiver(client, administrateur):
    compte = FabriqueUtilisateur(role=Role.LECTEUR)
    client.force_login(administrateur)
    client.post(reverse("comptes:utilisateur_desactiver", args=[compte.pk]))
    compte.refresh_from_db()
    assert not compte.is_active
    client.post(reverse("comptes:utilisateur_reactiver", args=[compte.pk]))
    compte.refresh_from_db()
    assert (compte.is_active, compte.affectations.get().role) == (True, Role.LECTEUR)


def test_une_messagerie_en_panne_garde_le_compte_et_le_dit(client, administrateur, monkeypatch):
    monkeypatch.setattr("comptes.metier.send_mail", _panne)
    client.force_login(administrateur)
    reponse = client.post(reverse("comptes:utilisateur_ajouter"), _champs([(Role.LECTEUR, "", False)]), follow=True)
    assert "le courriel n’est pas parti" in reponse.content.decode()
    assert Utilisateur.objects.filter(courriel="neuf@exemple.test").exists()


def _panne(*args, **kwargs):
    raise ConnectionRefusedError


@pytest.mark.parametrize("nombre", [1, 3])
def test_la_liste_ne_compte_pas_ses_lignes(client, administrateur, nombre, django_assert_max_num_queries, sanitas):
    for _ in range(nombre):
        FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas)
    client.force_login(administrateur)
    client.get(reverse("comptes:utilisateur_liste"))
    with django_assert_max_num_queries(10):
        reponse = client.get(reverse("comptes:utilisateur_liste"), {"role": Role.REFERENT_TERRITORIAL})
    assert len(reponse.context["comptes"]) == nombre


def test_la_liste_cherche_et_separe_les_desactives(client, administrateur):
    parti = FabriqueUtilisateur(nom="Durivage", is_active=False)
    FabriqueUtilisateur(nom="Autre")
    client.force_login(administrateur)
    reponse = client.get(reverse("comptes:utilisateur_liste"), {"q": "durivage", "etat": "inactifs"})
    assert list(reponse.context["comptes"]) == [parti]


def test_la_base_refuse_deux_fois_le_meme_role():
    affectation = FabriqueAffectation()
    with pytest.raises(IntegrityError, match="affectation_unique"), transaction.atomic():
        Affectation.objects.create(utilisateur=affectation.utilisateur, quartier=None, role=affectation.role)


def test_la_base_refuse_un_role_inconnu():
    with pytest.raises(IntegrityError, match="affectation_role_connu"), transaction.atomic():
        FabriqueAffectation(role="maire")


def test_la_base_refuse_une_adresse_en_majuscules():
    with pytest.raises(IntegrityError, match="utilisateur_courriel_en_minuscules"), transaction.atomic():
        FabriqueUtilisateur(courriel="Agent@exemple.test")


def test_le_perimetre_dit_ou_et_quoi(sanitas):
    agent = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas)
    FabriqueAffectation(utilisateur=agent, role=Role.LECTEUR)
    agent = Utilisateur.objects.get(pk=agent.pk)
    assert agent.perimetre.quartier_ids is None
    assert agent.perimetre.quartier_ids_service == {sanitas.pk}
    assert agent.perimetre.a_role(Role.REFERENT_TERRITORIAL, quartier_id=sanitas.pk)
    assert not agent.perimetre.a_role(Role.REFERENT_TERRITORIAL, quartier_id=sanitas.pk + 1)
    assert not agent.perimetre.est_partenaire


def test_l_administration_montre_les_comptes_sans_les_changer(client, administrateur):
    client.force_login(administrateur)
    assert client.get("/administration/comptes/utilisateur/").status_code == 200
    assert client.get("/administration/comptes/utilisateur/add/").status_code == 403
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE))
    assert client.get("/administration/comptes/utilisateur/").status_code == 302


def test_creer_deux_fois_la_meme_adresse_ne_laisse_qu_un_compte():
    creer_compte(courriel="a@exemple.test", nom="A", affectations=[(Role.ADMINISTRATEUR, None)])
    with pytest.raises(IntegrityError), transaction.atomic():
        creer_compte(courriel="A@exemple.test", nom="B", affectations=[])
    assert Utilisateur.objects.filter(courriel="a@exemple.test").count() == 1
