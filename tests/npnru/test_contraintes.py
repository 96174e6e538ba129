"""What the database refuses, constraint by constraint, and the journals that are never rewritten."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from npnru.models import (
    Avenant,
    ConventionNpnru,
    Cout,
    FaitPublie,
    ModelePhase,
    Montant,
    MouvementOperation,
    Operation,
    Phase,
    Reprogrammation,
)
from tests.fabriques.comptes import FabriqueOrganisme, FabriqueUtilisateur
from tests.fabriques.npnru import (
    FabriqueCout,
    FabriqueDocument,
    FabriqueFinancement,
    FabriqueJalon,
    FabriqueMontant,
    FabriqueOperation,
    FabriquePhase,
)

pytestmark = pytest.mark.django_db
JOUR = datetime.date(2026, 3, 2)
VEILLE = datetime.date(2026, 3, 1)


def _reprogrammation(**champs):
    jalon = FabriqueJalon()
    defaut = {
        "operation": jalon.operation,
        "jalon": jalon,
        "objet": "Jalon",
        "motif": "autre",
        "explication": "Parce que",
    }
    return Reprogrammation.objects.create(**defaut | champs, par=FabriqueUtilisateur(), le=timezone.now())


def _fait(**champs):
    defaut = {"perimetre": "Ici", "sujet": "Sujet", "fait": "Fait", "date_du_fait": "2020", "source": "Journal"}
    return FaitPublie.objects.create(**defaut | champs)


def _deux_phases_de_meme_rang():
    operation = FabriqueOperation()
    FabriquePhase(operation=operation, ordre=1)
    FabriquePhase(operation=operation, ordre=1)
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS phase_ordre_unique IMMEDIATE")


def _deux_fois(fabrique, **champs):
    fabrique(**champs)
    fabrique(**champs)


CASSES = {
    "operation_titre_unique": lambda: _deux_fois(FabriqueOperation, titre="Même titre"),
    "operation_idtop_null_ou_rempli": lambda: FabriqueOperation(idtop=""),
    "idtop": lambda: _deux_fois(FabriqueOperation, idtop="123-4567890-37-0001-001"),
    "operation_position_complete": lambda: FabriqueOperation(lon=Decimal("0.7")),
    "operation_remplace_une_autre": lambda: Operation.objects.filter(pk=(o := FabriqueOperation()).pk).update(
        remplace=o
    ),
    "operation_etat_connu": lambda: FabriqueOperation(etat="inconnu"),
    "phase_ordre_unique": _deux_phases_de_meme_rang,
    "phase_initiale_ordonnee": lambda: FabriquePhase(debut_initial=JOUR, fin_initiale=VEILLE),
    "phase_prevue_ordonnee": lambda: FabriquePhase(debut_prevu=JOUR, fin_prevue=VEILLE),
    "phase_reelle_ordonnee": lambda: FabriquePhase(debut_reel=JOUR, fin_reelle=VEILLE),
    "phase_finie_a_commence": lambda: FabriquePhase(fin_reelle=JOUR),
    "jalon_libelle_unique": lambda: _deux_fois(FabriqueJalon, operation=FabriqueOperation(), libelle="Permis"),
    "reprogrammation_d_un_seul_objet": lambda: _reprogrammation(jalon=None),
    "reprogrammation_expliquee": lambda: _reprogrammation(explication=""),
    "cout_poste_unique": lambda: _deux_fois(FabriqueCout, operation=FabriqueOperation(), poste="travaux"),
    "financement_unique": lambda: _deux_fois(
        FabriqueFinancement, operation=FabriqueOperation(), financeur=FabriqueOrganisme()
    ),
    "financement_base_positive": lambda: FabriqueFinancement(base_subventionnable=-1),
    "montant_d_un_seul_objet": lambda: FabriqueMontant(cout=None),
    "montant_positif": lambda: FabriqueMontant(valeur=-1),
    "montant_a_une_source": lambda: FabriqueMontant(source=""),
    "montant_dit_sa_taxe": lambda: FabriqueMontant(taxe=""),
    "document_version_unique": lambda: _deux_fois(FabriqueDocument, operation=FabriqueOperation(), titre="Plan"),
    "modele_phase_unique": lambda: ModelePhase.objects.create(
        genre_ouvrage="etude", ordre=9, code="CDC", libelle="Bis"
    ),
    "avenant_numero_unique": lambda: Avenant.objects.create(
        convention=ConventionNpnru.objects.get(), numero=1, genre="simplifie", objet="Bis"
    ),
    "fait_publie_unique": lambda: _deux_fois(_fait),
    "fait_publie_source": lambda: _fait(source=""),
}


@pytest.mark.parametrize("nom", CASSES)
def test_la_base_refuse_ce_que_le_metier_interdit(nom):
    with pytest.raises(IntegrityError, match=nom), transaction.atomic():
        CASSES[nom]()


def test_chaque_contrainte_est_cassee_par_son_nom():
    modeles = [Operation, Phase, Cout, Montant, Reprogrammation, FaitPublie, Avenant, ModelePhase]
    noms = {contrainte.name for modele in modeles for contrainte in modele._meta.constraints}
    assert noms - set(CASSES) == set()


def test_un_financement_n_a_pas_deux_objets():
    with pytest.raises(IntegrityError, match="montant_d_un_seul_objet"), transaction.atomic():
        FabriqueMontant(financement=FabriqueFinancement())


def _mouvement():
    return MouvementOperation.objects.create(
        operation=FabriqueOperation(), vers="projet", par=FabriqueUtilisateur(), le=timezone.now()
    )


@pytest.mark.parametrize("fabrique", [FabriqueMontant, _reprogrammation, _mouvement])
@pytest.mark.parametrize(
    "geste", [lambda lignes: lignes.update(id=F("id")), lambda lignes: lignes._raw_delete("default")]
)
def test_un_journal_ne_se_reecrit_pas(fabrique, geste):
    ligne = fabrique()
    lignes = type(ligne).objects.filter(pk=ligne.pk)
    with pytest.raises(IntegrityError, match="ne se réécrit pas"), transaction.atomic():
        geste(lignes)
    assert lignes.get() == ligne
