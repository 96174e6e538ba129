"""The database refuses, by name, what the business forbids on a constat; the journal is never rewritten."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from gusp.enums import EtatConstat, GenreMouvement
from gusp.models import Constat, MouvementConstat, Photo
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import JOUR, FabriqueConstat, FabriqueDiagnostic

pytestmark = pytest.mark.django_db
VEILLE = JOUR - datetime.timedelta(days=1)

CASSES = [
    ("constat_position_complete", {"lon": 0.69, "lat": None}),
    ("constat_position_complete", {"lon": 200, "lat": 47}),
    ("constat_echelles_connues", {"ampleur": 9}),
    ("constat_priorite_forcee_motivee", {"priorite_forcee": 1}),
    ("constat_priorite_forcee_motivee", {"priorite_motif": "Sans priorité"}),
    ("constat_qualifie_a_un_theme", {"qualifie": True, "theme": None}),
    ("constat_transmis_a_un_organisme", {"transmis": True, "organisme": None}),
    ("constat_transmis_a_un_organisme", {"pris_en_charge": True, "echeance_le": None}),
    ("constat_programme_a_une_date", {"programme": True, "programme_le": None}),
    ("constat_traite_a_une_date_et_une_reponse", {"traite": True, "reponse_publique": ""}),
    ("constat_traite_a_une_date_et_une_reponse", {"traite": True, "traite_le": None}),
    ("constat_verifie_si_et_seulement_si_date", {"verifie": True, "verifie_le": None}),
    ("constat_verifie_si_et_seulement_si_date", {"traite": True, "verifie_le": JOUR + datetime.timedelta(days=30)}),
    ("constat_sans_suite_est_motive", {"sans_suite": True, "reponse_publique": ""}),
    ("constat_ecarte_est_motive", {"ecarte": True, "motif": ""}),
    ("constat_doublon_si_et_seulement_si_maitre", {"doublon": True, "doublon_de": None}),
    ("constat_etat_connu", {"etat": "inconnu", "avec_theme": True}),
    ("constat_transmis_apres_releve", {"transmis": True, "transmis_le": VEILLE}),
    ("constat_traite_apres_releve", {"traite": True, "traite_le": VEILLE}),
    ("constat_verifie_apres_traite", {"verifie": True, "verifie_le": JOUR + datetime.timedelta(days=2)}),
]


@pytest.mark.parametrize(("nom", "champs"), CASSES)
def test_la_base_refuse_par_son_nom(nom, champs):
    with pytest.raises(IntegrityError, match=nom), transaction.atomic():
        FabriqueConstat(**champs)


def test_chaque_contrainte_est_cassee_au_moins_une_fois():
    cassees = {nom for nom, _ in CASSES}
    ailleurs = {"constat_numero_unique_dans_la_marche", "constat_doublon_d_un_autre"}
    assert {c.name for c in Constat._meta.constraints} - cassees == ailleurs


def test_un_numero_ne_sert_qu_une_fois_dans_une_marche():
    marche = FabriqueDiagnostic()
    FabriqueConstat(diagnostic=marche, numero=7)
    with pytest.raises(IntegrityError, match="constat_numero_unique_dans_la_marche"), transaction.atomic():
        FabriqueConstat(diagnostic=marche, numero=7)


def test_un_constat_n_est_pas_le_doublon_de_lui_meme():
    constat = FabriqueConstat()
    with pytest.raises(IntegrityError, match="constat_doublon_d_un_autre"), transaction.atomic():
        Constat.objects.filter(pk=constat.pk).update(etat=EtatConstat.DOUBLON, doublon_de=constat)


def test_une_photo_ne_se_joint_qu_une_fois():
    constat, agent = FabriqueConstat(), FabriqueUtilisateur()
    champs = {"constat": constat, "sha256": "a" * 64, "largeur": 1, "hauteur": 1, "ajoutee_par": agent}
    Photo.objects.create(**champs)
    with pytest.raises(IntegrityError, match="photo_unique_dans_le_constat"), transaction.atomic():
        Photo.objects.create(**champs)


@pytest.mark.parametrize("geste", ["update", "delete"])
def test_le_journal_ne_se_reecrit_pas(geste):
    ligne = MouvementConstat.objects.create(
        constat=FabriqueConstat(), genre=GenreMouvement.CREATION, par=FabriqueUtilisateur(), le=timezone.now()
    )
    lignes = MouvementConstat.objects.filter(pk=ligne.pk)
    with pytest.raises(IntegrityError, match="ne se réécrit pas"), transaction.atomic():
        lignes.update(commentaire="Autre chose") if geste == "update" else lignes.delete()
    assert lignes.get().commentaire == ""
