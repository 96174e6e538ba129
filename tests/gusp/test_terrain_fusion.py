"""Many telephones, one walk: the same thing sent at once, and the merge of three queues in any order."""

import datetime
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptes.enums import Role
from gusp.metier.contenus import EnvoiRefuse
from gusp.metier.reception import recevoir_envoi
from gusp.metier.reception_photos import deposer, envoi_attendu
from gusp.models import Constat, Diagnostic, EnvoiTerrain, MouvementConstat, Photo, VersionEnvoi
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueDiagnostic, sanitas
from tests.gusp.envois import Telephone, contenu, corps, octets_de, sha


def en_parallele(faire, arguments, *, fils=10):
    """Call from several threads, each call with its own connection; return the results in order."""

    def seul(argument):
        try:
            return faire(argument)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(fils) as bassin:
        return list(bassin.map(seul, arguments))


def telephone_de(compte) -> Telephone:
    client = Client()
    client.force_login(compte)
    return Telephone(client, compte)


def copie(telephone: Telephone) -> Telephone:
    client = Client()
    client.cookies = telephone.client.cookies
    return Telephone(client, telephone.compte, telephone.appareil)


@pytest.fixture
def decor():
    agent = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas())
    return telephone_de(agent), FabriqueDiagnostic(prevu_le=timezone.localdate())


@pytest.mark.django_db(transaction=True)
def test_cent_envois_paralleles_d_un_releve_ne_font_qu_un_constat_et_un_numero(decor):
    telephone, marche = decor
    numero, envoi = uuid.uuid4(), corps(contenu(marche))
    reponses = en_parallele(lambda _: copie(telephone).envoyer(numero, envoi), range(100))
    assert Counter(r.status_code for r in reponses) == {201: 1, 200: 99}
    assert {r.json()["recu"]["constat"]["numero"] for r in reponses} == {1}
    assert (Constat.objects.count(), MouvementConstat.objects.count(), VersionEnvoi.objects.count()) == (1, 1, 1)
    assert Diagnostic.objects.get().dernier_numero == 1


@pytest.mark.django_db(transaction=True)
def test_dix_contenus_differents_du_meme_releve_sont_tous_gardes(decor):
    telephone, marche = decor
    numero = uuid.uuid4()
    envois = [corps(contenu(marche, description=f"Version {n}")) for n in range(10)]
    reponses = en_parallele(lambda envoi: copie(telephone).envoyer(numero, envoi), envois)
    assert Counter(r.status_code for r in reponses) == {201: 1, 409: 9}
    assert (Constat.objects.count(), VersionEnvoi.objects.count()) == (1, 10)


@pytest.mark.django_db(transaction=True)
def test_vingt_releves_de_deux_telephones_prennent_vingt_numeros(decor):
    telephone, marche = decor
    autre = telephone_de(FabriqueUtilisateur(role=Role.RESPONSABLE))
    envois = [((telephone, autre)[n % 2], uuid.uuid4(), corps(contenu(marche))) for n in range(20)]
    en_parallele(lambda e: copie(e[0]).envoyer(e[1], e[2]), [*envois, *envois])
    assert sorted(Constat.objects.values_list("numero", flat=True)) == list(range(1, 21))


@pytest.mark.django_db(transaction=True)
def test_dix_depots_paralleles_de_la_meme_photo_n_en_font_qu_une(decor):
    telephone, marche = decor
    numero, octets = uuid.uuid4(), octets_de(1)
    telephone.envoyer(numero, corps(contenu(marche, photos=[octets])))
    reponses = en_parallele(lambda _: copie(telephone).deposer(numero, octets), range(10))
    assert Counter(r.status_code for r in reponses) == {201: 1, 200: 9}
    assert all(r.json()["manquantes"] == [] for r in reponses)
    constat = Constat.objects.get()
    assert (Photo.objects.count(), constat.photos_nombre, EnvoiTerrain.objects.get().manquantes) == (1, 1, 0)


# The merge of three queues


@st.composite
def files(draw):
    """Three telephones: the error of each clock, and its records as sets of photos; then an order of attempts."""
    telephones = [
        (
            draw(st.sampled_from([0, 40, 3 * 3600, -3 * 3600, -50 * 365 * 86400])),
            draw(st.lists(st.lists(st.integers(0, 4), max_size=3), max_size=3)),
        )
        for _ in range(3)
    ]
    taches = [
        (qui, releve, photo)
        for qui, (_, releves) in enumerate(telephones)
        for releve, photos in enumerate(releves)
        for photo in (None, *range(len(photos)))
    ]
    essais = st.lists(st.tuples(st.sampled_from(taches), st.sampled_from([1.0, 0.5])), max_size=24)
    return telephones, draw(essais) if taches else [], draw(st.permutations(taches))


class _File:
    """The queue of one telephone, that sends through the functions of the server."""

    def __init__(self, compte, marche, ecart, releves):
        self.compte, self.ecart = compte, datetime.timedelta(seconds=ecart)
        heure = (timezone.now() + self.ecart).isoformat()
        self.numeros = [uuid.uuid4() for _ in releves]
        self.photos = [[octets_de(graine) for graine in releve] for releve in releves]
        self.contenus = [contenu(marche, photos=photos, releve_a=heure) for photos in self.photos]

    def essayer(self, releve, photo, part):
        """Try once to send a record (`photo` None) or a part of a photo; a photo before its record is refused."""
        numero, maintenant = self.numeros[releve], timezone.now()
        if photo is None:
            envoi = corps(self.contenus[releve], ecart=self.ecart)
            recevoir_envoi(numero, envoi, par=self.compte, maintenant=maintenant)
            return
        octets = self.photos[releve][photo]
        flux = BytesIO(octets[: int(len(octets) * part)])
        if not EnvoiTerrain.objects.filter(uuid=numero).exists():
            with pytest.raises(EnvoiRefuse, match="il part avant ses photos"):
                envoi_attendu(numero, par=self.compte)
            return
        envoi = envoi_attendu(numero, par=self.compte)
        deposer(envoi, sha(octets), flux, debut=0, taille=len(octets), par=self.compte, maintenant=maintenant)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files())
def test_trois_files_melees_rejouees_et_coupees_arrivent_entieres_une_seule_fois(tirage):
    telephones, essais, derniers = tirage
    with transaction.atomic():
        marche = FabriqueDiagnostic(prevu_le=timezone.localdate())
        comptes = [FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas()) for _ in telephones]
        queues = [
            _File(compte, marche, ecart, releves) for compte, (ecart, releves) in zip(comptes, telephones, strict=True)
        ]
        for (qui, releve, photo), part in essais:
            queues[qui].essayer(releve, photo, part)
        for _ in range(2):  # in the end everything is tried again: records first or not, two rounds are enough
            for qui, releve, photo in derniers:
                queues[qui].essayer(releve, photo, 1.0)
        _tout_est_la(marche, queues)
        transaction.set_rollback(True)


def _tout_est_la(marche, queues):
    attendus = {
        numero: (queue.compte.pk, {sha(octets) for octets in photos})
        for queue in queues
        for numero, photos in zip(queue.numeros, queue.photos, strict=True)
    }
    constats = Constat.objects.filter(diagnostic=marche).prefetch_related("photos")
    assert {c.client_uuid: (c.cree_par_id, {p.sha256 for p in c.photos.all()}) for c in constats} == attendus
    assert sorted(c.numero for c in constats) == list(range(1, len(attendus) + 1))
    assert all(c.photos_nombre == len(c.photos.all()) for c in constats)
    assert all(c.releve_le == timezone.localdate() for c in constats)
    envois = EnvoiTerrain.objects.filter(diagnostic=marche)
    assert not envois.a_decider().exists()
    assert not envois.photos_manquantes().exists()
    assert VersionEnvoi.objects.filter(envoi__in=envois).count() == len(attendus)
