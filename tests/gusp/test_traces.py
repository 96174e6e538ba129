"""The track of a walk: shown, taken as the route, erased."""

import datetime
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptes.enums import Role
from gusp.enums import EtatDiagnostic
from gusp.metier.reception import recevoir_envoi
from gusp.metier.traces import ligne_de, longueur_m
from gusp.models import Constat, TraceMarche, VersionEnvoi
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueConstat, FabriqueDiagnostic, FabriqueEtape, sanitas
from tests.gusp.envois import corps

pytestmark = pytest.mark.django_db
LON, LAT = 0.6995, 47.3815
PAS = 100 / 111_320


@pytest.fixture
def agent(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas())
    client.force_login(agent)
    return agent


def tracer(marche, par, points=None) -> TraceMarche:
    points = points or [[LON, LAT + n * PAS, 6, n * 90] for n in range(4)]
    debut = timezone.now() - datetime.timedelta(hours=1)
    dedans = {"diagnostic": marche.pk, "quartier": marche.quartier_id, "releve_a": debut.isoformat(), "points": points}
    recu = recevoir_envoi(uuid.uuid4(), corps(dedans, "trace"), par=par, maintenant=timezone.now())
    return recu.envoi.trace


def page(client, marche) -> str:
    return (
        client.get(f"/diagnostics/{marche.pk}/conduire/").content.decode().replace("&nbsp;", " ").replace("\xa0", " ")
    )


def test_la_page_du_jour_montre_la_trace_ses_heures_sa_longueur_et_ses_constats(client, agent):
    marche = FabriqueDiagnostic()
    trace = tracer(marche, agent)
    vu = FabriqueConstat(diagnostic=marche, cree_par=agent)
    Constat.objects.filter(pk=vu.pk).update(cree_le=trace.debut_le + datetime.timedelta(seconds=60))
    FabriqueConstat(diagnostic=marche, cree_par=agent)
    lu = page(client, marche)
    assert "Trace de la marche" in lu
    assert "300 m" in lu
    assert "1 constat relevé en chemin" in lu
    assert '"type": "LineString"' in lu


def test_sans_trace_la_page_du_jour_n_en_parle_pas(client, agent):
    assert "Trace de la marche" not in page(client, FabriqueDiagnostic())


def test_la_trace_devient_le_parcours_et_les_etapes_restent(client, agent):
    marche = FabriqueDiagnostic()
    etape = FabriqueEtape(diagnostic=marche, numero=1, lon="0.699500", lat="47.381500")
    trace = tracer(marche, agent)
    client.post(f"/diagnostics/{marche.pk}/traces/{trace.pk}/parcours/")
    marche.refresh_from_db()
    assert len(marche.parcours["coordinates"]) == 4
    assert list(marche.etapes.all()) == [etape]
    assert "Parcours pris de la trace" in marche.mouvements.get().commentaire


def test_le_parcours_imprime_ne_change_plus(client, agent):
    diffuse = {"etat": EtatDiagnostic.RELEVE_DIFFUSE, "releve_diffuse_le": timezone.localdate()}
    marche = FabriqueDiagnostic(**diffuse)
    trace = tracer(marche, agent)
    assert "Prendre comme parcours" not in page(client, marche)
    reponse = client.post(f"/diagnostics/{marche.pk}/traces/{trace.pk}/parcours/", follow=True)
    assert "Le parcours ne change plus" in reponse.content.decode()


def test_une_trace_trop_courte_ne_fait_pas_un_parcours(client, agent):
    marche = FabriqueDiagnostic()
    trace = tracer(marche, agent, [[LON, LAT, 6, 0], [LON, LAT, 6, 60]])
    assert "Prendre comme parcours" not in page(client, marche)
    reponse = client.post(f"/diagnostics/{marche.pk}/traces/{trace.pk}/parcours/", follow=True)
    assert "trop courte" in reponse.content.decode()


def test_effacer_la_trace_efface_ses_positions_partout_et_le_dit_au_journal(client, agent):
    marche = FabriqueDiagnostic()
    trace = tracer(marche, agent)
    client.post(f"/diagnostics/{marche.pk}/traces/{trace.pk}/effacer/")
    assert TraceMarche.objects.count() == 0
    assert VersionEnvoi.objects.get().corps["contenu"]["points"] == []
    assert "effacée" in marche.mouvements.get().commentaire


def test_la_trace_effacee_ne_revient_pas_quand_le_telephone_la_renvoie(client, agent):
    marche, numero = FabriqueDiagnostic(), uuid.uuid4()
    dedans = {"diagnostic": marche.pk, "quartier": marche.quartier_id, "releve_a": timezone.now().isoformat()}
    envoi = corps(dedans | {"points": [[LON, LAT, 6, 0], [LON, LAT + PAS, 6, 60]]}, "trace")
    recevoir_envoi(numero, envoi, par=agent, maintenant=timezone.now())
    client.post(f"/diagnostics/{marche.pk}/traces/{marche.traces.get().pk}/effacer/")
    assert recevoir_envoi(numero, envoi, par=agent, maintenant=timezone.now()).deja
    assert TraceMarche.objects.count() == 0


def test_rien_d_autre_qu_une_trace_ne_s_efface_de_ce_qui_est_recu(agent):
    trace = tracer(FabriqueDiagnostic(), agent)
    version = trace.envoi.versions.get()
    version.corps["contenu"]["releve_a"] = "2020-01-01T00:00:00Z"
    with pytest.raises(IntegrityError, match="ne se réécrit pas"), transaction.atomic():
        version.save(update_fields=["corps"])


def test_les_points_mal_connus_et_les_arrets_ne_font_pas_de_longueur():
    points = [[LON, LAT, 6, 0], [LON, LAT + PAS / 50, 6, 5], [LON + 0.1, LAT, 400, 9], [LON, LAT + PAS, 6, 60]]
    assert len(ligne_de(points)) == 2
    assert longueur_m(ligne_de(points)) == 100


def test_trois_traces_coutent_autant_de_requetes_qu_une(client, agent):
    marche = FabriqueDiagnostic()
    mesures = []
    for combien in (1, 2):
        for _ in range(combien):
            tracer(marche, agent)
        with CaptureQueriesContext(connection) as prises:
            page(client, marche)
        mesures.append(len(prises))
    assert mesures[0] == mesures[1]
