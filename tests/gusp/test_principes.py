"""The principles of the exploratory walks: seeded, kept, carried by the constats."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from comptes.enums import Role
from gusp.metier.constats import modifier_constat
from gusp.models import Principe
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueConstat

pytestmark = pytest.mark.django_db


def test_les_six_principes_sont_la_avec_leur_question():
    principes = list(Principe.objects.all())
    assert [p.numero for p in principes] == [1, 2, 3, 4, 5, 6]
    assert all(p.actif and p.question.endswith("\u202f?") for p in principes)
    assert str(principes[1]) == "2. Voir et être visible"


def test_un_principe_qui_a_servi_ne_s_efface_pas():
    principe = Principe.objects.get(numero=2)
    constat = FabriqueConstat()
    modifier_constat(constat, par=FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE), principe=principe)
    assert constat.mouvements.last().commentaire == "Corrigé\u00a0: principe."
    with pytest.raises(ProtectedError):
        principe.delete()


def test_deux_principes_n_ont_pas_le_meme_numero():
    with pytest.raises(IntegrityError), transaction.atomic():
        Principe.objects.create(numero=2, libelle="Autre", question="Laquelle\u202f?")
