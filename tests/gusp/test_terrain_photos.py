"""Photos of the field: in pieces, resumed where the line was cut, checked by their hash, joined once."""

import datetime
import os
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import UnreadablePostError
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Affectation
from gusp.enums import EtatDiagnostic
from gusp.metier import reception_photos
from gusp.metier.arbitrage import rattacher
from gusp.metier.photos import ajouter_photo
from gusp.metier.reception import recevoir_envoi
from gusp.models import Constat, Diagnostic, EnvoiTerrain, Photo, PhotoEnAttente
from gusp.taches import oublier_partiels
from socle import fichiers
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueDiagnostic, sanitas
from tests.fixtures.images import photo
from tests.gusp.envois import Telephone, annonce, contenu, corps, octets_de, sha

pytestmark = pytest.mark.django_db
OCTETS = octets_de(1)


@pytest.fixture
def marche():
    return FabriqueDiagnostic(prevu_le=timezone.localdate())


@pytest.fixture
def telephone(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas())
    client.force_login(agent)
    return Telephone(client, agent)


@pytest.fixture
def numero(telephone, marche):
    numero = uuid.uuid4()
    telephone.envoyer(numero, corps(contenu(marche, photos=[OCTETS])))
    return numero


def partiels():
    dossier = Path(default_storage.path(reception_photos.DOSSIER))
    return sorted(dossier.glob("*")) if dossier.exists() else []


@pytest.fixture(autouse=True)
def _sans_partiel():
    yield
    for chemin in partiels():
        chemin.unlink()


def etat(telephone, numero, octets=OCTETS):
    return telephone.lire(f"envois/{numero}/photos/{sha(octets)}/").json()


def test_une_photo_coupee_au_milieu_reprend_ou_elle_en_etait(telephone, numero):
    assert etat(telephone, numero) == {"recue": False, "octets": 0}
    coupee = telephone.deposer(numero, OCTETS, fin=1000)
    assert (coupee.status_code, coupee.json()) == (202, {"recue": False, "octets": 1000})
    assert etat(telephone, numero) == {"recue": False, "octets": 1000}
    assert telephone.deposer(numero, OCTETS, debut=1000).status_code == 201
    assert etat(telephone, numero) == {"recue": True, "octets": 0}
    assert Photo.objects.get().sha256 == sha(OCTETS)
    assert partiels() == []
    rejouee = telephone.deposer(numero, OCTETS)
    assert (rejouee.status_code, rejouee.json()["photos"], Photo.objects.count()) == (200, [sha(OCTETS)], 1)


class _Ligne:
    """A line that is cut after some reads."""

    def __init__(self, octets, morceaux):
        self.octets, self.morceaux = octets, morceaux

    def read(self, taille):
        if not self.morceaux:
            raise UnreadablePostError("cut")
        self.morceaux -= 1
        lu, self.octets = self.octets[:taille], self.octets[taille:]
        return lu


def test_une_ligne_coupee_garde_ce_qui_est_arrive(telephone, numero, monkeypatch):
    monkeypatch.setattr(reception_photos, "MORCEAU", 500)
    envoi = EnvoiTerrain.objects.get()
    ligne = _Ligne(OCTETS, morceaux=2)
    depot = reception_photos.deposer(
        envoi, sha(OCTETS), ligne, debut=0, taille=len(OCTETS), par=telephone.compte, maintenant=timezone.now()
    )
    assert (depot.recue, depot.octets) == (False, 1000)
    assert telephone.deposer(numero, OCTETS, debut=1000).status_code == 201


def test_un_debut_trop_loin_est_refuse_et_dit_ou_reprendre(telephone, numero):
    telephone.deposer(numero, OCTETS, fin=700)
    reponse = telephone.deposer(numero, OCTETS, debut=900)
    assert (reponse.status_code, reponse.json()["code"], reponse.json()["octets"]) == (409, "decalage", 700)
    assert telephone.deposer(numero, OCTETS, debut=300).status_code == 201  # bytes sent twice are the same bytes


def test_une_photo_abimee_repart_du_debut(telephone, numero):
    abimee = b"x" * 800 + OCTETS[800:]
    telephone.deposer(numero, abimee, fin=800, sha256=sha(OCTETS))
    reponse = telephone.deposer(numero, OCTETS, debut=800)
    assert (reponse.status_code, reponse.json()["code"]) == (422, "empreinte")
    assert etat(telephone, numero) == {"recue": False, "octets": 0}
    assert telephone.deposer(numero, OCTETS).status_code == 201


def test_un_reste_trop_long_ne_gene_pas(telephone, numero):
    telephone.client.put(
        f"/terrain/api/envois/{numero}/photos/{sha(OCTETS)}/",
        b"y" * (len(OCTETS) + 50),
        content_type="application/octet-stream",
        headers=telephone.entetes | {"X-Taille": str(len(OCTETS) + 100)},
    )
    assert telephone.deposer(numero, OCTETS).status_code == 201


def test_ce_qui_n_est_pas_une_photo_est_refuse(telephone, marche):
    numero, faux = uuid.uuid4(), b"GIF89a" + b"x" * 50
    telephone.envoyer(numero, corps(contenu(marche, photos=[faux])))
    reponse = telephone.deposer(numero, faux)
    assert (reponse.status_code, reponse.json()["code"]) == (422, "photo")
    assert "Une image GIF" in reponse.json()["phrase"]
    assert (partiels(), EnvoiTerrain.objects.get().manquantes) == ([], 1)


def test_une_photo_non_annoncee_ou_avant_son_releve_est_refusee(telephone, numero):
    autre = octets_de(2)
    assert telephone.deposer(numero, autre).json()["code"] == "non_annoncee"
    inconnu = telephone.deposer(uuid.uuid4(), OCTETS)
    assert (inconnu.status_code, inconnu.json()["code"]) == (404, "envoi_inconnu")
    assert telephone.lire(f"envois/{uuid.uuid4()}/photos/{sha(OCTETS)}/").status_code == 404
    assert telephone.lire(f"envois/{numero}/photos/ABC/").status_code == 404
    assert partiels() == []


def test_une_photo_trop_lourde_ou_sans_taille_est_refusee(telephone, numero, settings):
    settings.PHOTO_POIDS_MAX = 1024
    reponse = telephone.deposer(numero, OCTETS)
    assert (reponse.status_code, reponse.json()["code"]) == (413, "trop_lourd")
    for entetes in ({}, {"X-Taille": "0"}, {"X-Taille": "12", "X-Debut": "-1"}):
        reponse = telephone.client.put(
            f"/terrain/api/envois/{numero}/photos/{sha(OCTETS)}/", b"x", headers=telephone.entetes | entetes
        )
        assert (reponse.status_code, reponse.json()["code"]) == (422, "invalide")


def test_la_meme_photo_va_sur_deux_releves(telephone, marche, numero):
    second = uuid.uuid4()
    telephone.envoyer(second, corps(contenu(marche, photos=[OCTETS, OCTETS])))
    for cle in (numero, second):
        assert telephone.deposer(cle, OCTETS).json()["manquantes"] == []
    assert sorted(Photo.objects.values_list("constat__numero", flat=True)) == [1, 2]


def test_la_photo_garde_son_role_son_texte_et_son_heure(telephone, marche):
    numero, avance = uuid.uuid4(), datetime.timedelta(hours=3)
    prise = timezone.now() - datetime.timedelta(minutes=5)
    dite = annonce(OCTETS, role="plan", texte_alternatif="Le plan", prise_a=(prise + avance).isoformat())
    telephone.envoyer(numero, corps(contenu(marche) | {"photos": [dite]}, ecart=avance))
    telephone.deposer(numero, OCTETS)
    jointe = Photo.objects.get()
    assert (jointe.role, jointe.texte_alternatif) == ("plan", "Le plan")
    assert abs(jointe.prise_le - prise) < datetime.timedelta(seconds=5)


def test_le_bureau_voit_les_releves_dont_des_photos_manquent(telephone, numero):
    visibles = EnvoiTerrain.objects.visibles_par(telephone.compte)
    assert [e.uuid for e in visibles.photos_manquantes()] == [numero]
    telephone.deposer(numero, OCTETS)
    assert not visibles.photos_manquantes().exists()


def test_une_correction_annonce_une_photo_de_plus_et_en_retire_une(telephone, marche, numero):
    base = telephone.recus(numero).json()["recus"][str(numero)]["empreinte"]
    seconde = octets_de(2)
    recu = telephone.envoyer(numero, corps(contenu(marche, photos=[seconde]), base=base)).json()["recu"]
    assert recu["manquantes"] == [sha(seconde)]
    assert telephone.deposer(numero, OCTETS).status_code == 201  # announced once: welcome all the same
    assert telephone.deposer(numero, seconde).json()["manquantes"] == []
    assert Constat.objects.get().photos_nombre == 2


def test_un_constat_plein_le_dit(telephone, numero, monkeypatch):
    monkeypatch.setattr("gusp.metier.photos.PHOTOS_MAX", 1)
    ajouter_photo(Constat.objects.get(), photo(graine=9), par=telephone.compte)
    reponse = telephone.deposer(numero, OCTETS)
    assert (reponse.status_code, reponse.json()["code"]) == (422, "trop")


def test_le_droit_retire_entre_le_releve_et_sa_photo(telephone, numero):
    Affectation.objects.all().delete()
    reponse = telephone.deposer(numero, OCTETS)
    assert (reponse.status_code, reponse.json()["code"]) == (403, "droit")
    assert EnvoiTerrain.objects.get().manquantes == 1


def test_la_photo_d_un_releve_a_rattacher_attend_sans_position_ni_exif(telephone, marche):
    Diagnostic.objects.update(etat=EtatDiagnostic.ANNULE)
    numero, octets = uuid.uuid4(), photo(gps=True, le="2026:03:02 10:15:00", taille=(200, 150))
    telephone.envoyer(numero, corps(contenu(marche, position=None) | {"photos": [annonce(octets, prise_a=None)]}))
    assert telephone.deposer(numero, octets).status_code == 201
    assert telephone.deposer(numero, octets).status_code == 200
    attente = PhotoEnAttente.objects.get()
    assert b"Exif" not in fichiers.lire(attente.principale)
    constat = rattacher(EnvoiTerrain.objects.get(), par=telephone.compte)
    assert (PhotoEnAttente.objects.count(), constat.photos.get().prise_le.day) == (0, 2)
    constat.refresh_from_db()
    assert (float(constat.lon), float(constat.lat)) == (0.6848, 47.3941)


def test_une_photo_mise_en_attente_ne_laisse_rien_quand_la_base_refuse(telephone, marche, monkeypatch):
    Diagnostic.objects.update(etat=EtatDiagnostic.ANNULE)
    numero = uuid.uuid4()
    telephone.envoyer(numero, corps(contenu(marche, photos=[OCTETS])))
    rangees = []
    vrai = fichiers.ranger
    monkeypatch.setattr(fichiers, "ranger", lambda *a, **k: rangees.append(vrai(*a, **k)) or rangees[-1])
    monkeypatch.setattr(PhotoEnAttente.objects, "create", _refuser)
    envoi, nettoyee = EnvoiTerrain.objects.get(), reception_photos.nettoyer_photo(OCTETS)
    with pytest.raises(ValidationError):
        reception_photos.recevoir_photo(envoi, nettoyee, par=telephone.compte, maintenant=timezone.now())
    assert len(rangees) == 3
    assert not any(default_storage.exists(nom) for nom in rangees)


def _refuser(**champs):
    raise ValidationError("non")


def test_les_partiels_de_plus_de_trente_jours_sont_oublies_et_eux_seuls(telephone, numero, marche):
    autre = uuid.uuid4()
    telephone.envoyer(autre, corps(contenu(marche, photos=[OCTETS])))
    for cle in (numero, autre):
        telephone.deposer(cle, OCTETS, fin=100)
    vieux, _ = partiels()
    etranger = vieux.parent / "ne-pas-toucher.jpg"
    etranger.write_bytes(b"x")
    ancien = timezone.now().timestamp() - 31 * 24 * 3600
    for chemin in (vieux, etranger):
        os.utime(chemin, (ancien, ancien))
    assert oublier_partiels() == 1
    assert etranger in partiels()
    assert vieux not in partiels()
    assert len(partiels()) == 2


def test_le_partiel_d_un_compte_n_est_pas_celui_d_un_autre(telephone, numero):
    telephone.deposer(numero, OCTETS, fin=100)
    autre = FabriqueUtilisateur(role=Role.RESPONSABLE)
    telephone.client.force_login(autre)
    assert etat(Telephone(telephone.client, autre), numero) == {"recue": False, "octets": 0}


def test_une_photo_importee_d_une_archive_suit_le_meme_chemin(telephone, marche):
    numero, maintenant = uuid.uuid4(), timezone.now()
    sans_heure = corps(contenu(marche, photos=[OCTETS])) | {"envoye_a": None}
    reception = recevoir_envoi(numero, sans_heure, par=telephone.compte, maintenant=maintenant)
    deposer = reception_photos.recevoir_octets
    arrivees = [
        deposer(reception.envoi, sha(OCTETS), OCTETS, par=telephone.compte, maintenant=maintenant) for _ in "ab"
    ]
    assert arrivees == [True, False]
    assert Constat.objects.get().photos_nombre == 1
