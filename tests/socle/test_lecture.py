"""The read-only guard of the pages."""

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from comptes.models import Utilisateur
from gusp.models import Axe, ConventionGusp
from socle.lecture import EcritureInterdite, lecture, lecture_seule

pytestmark = pytest.mark.django_db


def executer(phrase):
    with connection.cursor() as curseur:
        curseur.execute(phrase)
        return curseur.fetchall() if curseur.description else None


def test_une_page_de_lecture_lit():
    @lecture
    def vue(request):
        return HttpResponse(Utilisateur.objects.count())

    assert vue(RequestFactory().get("/")).content == b"0"


def test_une_page_de_lecture_refuse_d_ecrire():
    @lecture
    def vue(request):
        ConventionGusp.objects.create(titre="Écrite en lisant")

    with pytest.raises(EcritureInterdite), transaction.atomic():
        vue(RequestFactory().get("/"))
    assert ConventionGusp.objects.count() == 0


@pytest.mark.parametrize("methode", ["post", "put", "patch", "delete"])
def test_une_page_de_lecture_ne_se_poste_pas(methode):
    vue = lecture(lambda request: HttpResponse())
    assert vue(getattr(RequestFactory(), methode)("/")).status_code == 405


def test_un_gabarit_paresseux_est_rendu_sous_la_garde():
    class Paresseuse(HttpResponse):
        is_rendered = False

        def render(self):
            ConventionGusp.objects.create(titre="Écrite au rendu")

    with pytest.raises(EcritureInterdite):
        lecture(lambda request: Paresseuse())(RequestFactory().get("/"))


@pytest.mark.parametrize(
    "phrase",
    [
        "UPDATE gusp_conventiongusp SET titre = 'x'",
        "  delete from gusp_conventiongusp",
        "WITH a AS (DELETE FROM gusp_conventiongusp RETURNING id) SELECT * FROM a",
        "WITH a AS ( UPDATE gusp_conventiongusp SET titre = 'x' RETURNING id) SELECT * FROM a",
        "SELECT id FROM gusp_conventiongusp FOR UPDATE",
        "SELECT id INTO copie FROM gusp_conventiongusp",
        "TRUNCATE gusp_conventiongusp CASCADE",
        "CREATE TABLE t (n int)",
    ],
)
def test_toute_ecriture_est_reconnue(phrase):
    with lecture_seule(), pytest.raises(EcritureInterdite):
        executer(phrase)


@pytest.mark.parametrize(
    "phrase", ["SELECT 1", "(SELECT 1) UNION (SELECT 1)", "WITH a AS (SELECT 1) SELECT * FROM a", "EXPLAIN SELECT 1"]
)
def test_toute_lecture_passe(phrase):
    with lecture_seule():
        assert executer(phrase)


def test_la_garde_se_leve_apres_la_page():
    with lecture_seule():
        pass
    convention = ConventionGusp.objects.create(titre="Convention")
    assert list(Axe.objects.filter(convention=convention)) == []
