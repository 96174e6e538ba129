"""The access matrix: who gets what at every address. It is also the table shown to the data protection officer.

Each app writes `tests/<app>/matrice_acces.py` (or several `matrice_acces_<objet>.py`) with:

    ACCES = [
        ("gusp:constat_fiche", "get", {"anonyme": 302, "ailleurs": 404, "*": 200}),
        ("gusp:constat_resoudre", "post", {"anonyme": 302, "ailleurs": 404, "lecteur": 403, "*": 302}),
    ]

    def arguments(vue, decor):          # the kwargs of reverse(); makes the objects in decor.quartier
        return {"pk": FabriqueConstat(quartier=decor.quartier).pk}

    def donnees(vue, decor):            # optional: what is posted (or the query string of a GET)
        return {}

A row is (name of the view, method, {profile: status code}); "*" stands for the profiles that the row does not name.
Profiles, all in `decor.quartier` unless told otherwise: anonyme; ailleurs (référent territorial of another quartier);
lecteur; referent_territorial; referent_thematique; responsable; administrateur; chef_projet; partenaire (bound to
`decor.organisme`). The last test fails when an address of ours is in no row and not among the public pages.
"""

import importlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse

from comptes.enums import Role
from comptes.models import Utilisateur
from quartiers.models import Organisme, Quartier
from tests.conftest import ClientStrict
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur

ROLES = {
    "lecteur": Role.LECTEUR,
    "referent_territorial": Role.REFERENT_TERRITORIAL,
    "referent_thematique": Role.REFERENT_THEMATIQUE,
    "responsable": Role.RESPONSABLE,
    "administrateur": Role.ADMINISTRATEUR,
    "chef_projet": Role.CHEF_PROJET,
    "partenaire": Role.PARTENAIRE,
}
PROFILS = ("anonyme", "ailleurs", *ROLES)
PUBLIQUES = {  # reached before signing in, or checked by their own tests
    "socle:sante",
    "gusp:terrain",  # the shell of the field mode carries nothing of anybody
    "gusp:terrain_ouvrier",
    "gusp:terrain_manifeste",
}
DEHORS = ("admin", "djdt")  # Django's own addresses


@dataclass(frozen=True)
class Decor:
    """What the objects of a row are made with: a quartier, another one, an organisme, one account a profile."""

    quartier: Quartier
    autre_quartier: Quartier
    organisme: Organisme
    comptes: dict[str, Utilisateur]


def matrices():
    """Return the matrix modules of the apps."""
    dossiers = sorted(Path(__file__).parent.glob("*/matrice_acces*.py"))
    return [importlib.import_module(f"tests.{fichier.parent.name}.{fichier.stem}") for fichier in dossiers]


def lignes():
    return [
        pytest.param(module, *ligne, id=f"{ligne[0]}-{ligne[1]}") for module in matrices() for ligne in module.ACCES
    ]


@pytest.fixture
def decor():
    quartier, autre, *_ = Quartier.objects.all()
    organisme = FabriqueOrganisme()
    comptes = {"ailleurs": FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=autre)}
    for profil, role in ROLES.items():
        lien = {"organisme": organisme} if role == Role.PARTENAIRE else {}
        comptes[profil] = FabriqueUtilisateur(role=role, quartier=quartier, **lien)
    return Decor(quartier, autre, organisme, comptes)


@pytest.mark.django_db
@pytest.mark.parametrize(("module", "vue", "methode", "codes"), lignes())
def test_chaque_profil_recoit_la_reponse_prevue(module, vue, methode, codes, decor):
    inconnus = set(codes) - {*PROFILS, "*"}
    assert inconnus == set()
    assert "*" in codes or set(codes) == set(PROFILS)
    adresse = reverse(vue, kwargs=module.arguments(vue, decor))
    envoi = module.donnees(vue, decor) if hasattr(module, "donnees") else {}
    prevus = {profil: codes.get(profil, codes.get("*")) for profil in PROFILS}
    assert {profil: demander(adresse, methode, envoi, decor.comptes.get(profil)) for profil in PROFILS} == prevus


def demander(adresse, methode, envoi, compte):
    """Return the status code that this account gets; what the request wrote is undone."""
    client = ClientStrict()
    with transaction.atomic():
        if compte is not None:
            client.force_login(Utilisateur.objects.get(pk=compte.pk))
        reponse = getattr(client, methode)(adresse, envoi)
        if reponse.streaming:
            list(reponse)  # read to the end: the test client then closes the file, and not the connection
        transaction.set_rollback(True)
    return reponse.status_code


def vues(resolveur=None, espace=()):
    """Yield the full name of every address of the project; an address without a name yields its path."""
    for motif in (resolveur or get_resolver()).url_patterns:
        if isinstance(motif, URLPattern):
            yield ":".join((*espace, motif.name)) if motif.name else str(motif.pattern)
        elif motif.namespace not in DEHORS:
            yield from vues(motif, (*espace, motif.namespace) if motif.namespace else espace)


def test_aucune_adresse_n_echappe_a_la_matrice():
    couvertes = {ligne[0] for module in matrices() for ligne in module.ACCES}
    assert sorted(set(vues()) - couvertes - PUBLIQUES) == []


def test_la_matrice_ne_nomme_que_des_adresses_qui_existent():
    couvertes = {ligne[0] for module in matrices() for ligne in module.ACCES}
    assert sorted((couvertes | PUBLIQUES) - set(vues())) == []


def test_chaque_ligne_n_est_ecrite_qu_une_fois():
    toutes = [ligne[:2] for module in matrices() for ligne in module.ACCES]
    assert [ligne for ligne in toutes if toutes.count(ligne) > 1] == []
