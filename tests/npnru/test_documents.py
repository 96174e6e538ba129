"""Documents: recognised by content, numbered by title, served after the access check."""

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from comptes.enums import Role
from npnru.demonstration.budgets import petit_pdf
from npnru.metier import GesteRefuse, deposer_document
from npnru.models import Document
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.npnru import FabriqueDocument, FabriqueOperation

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def deposer(operation, octets, **champs):
    donnees = {"titre": "Programme", "genre": "programme", "par": FabriqueUtilisateur(), "nom": "programme.pdf"}
    return deposer_document(operation, octets, **donnees | champs)


def nombre_de_fichiers() -> int:
    return sum(1 for chemin in settings.FICHIERS_DIR.rglob("*") if chemin.is_file())


def test_le_meme_titre_fait_une_nouvelle_version():
    operation = FabriqueOperation()
    deposer(operation, petit_pdf("Un", []))
    deposer(operation, petit_pdf("Deux", []), titre="  Programme ")
    deposer(operation, petit_pdf("Un", []), titre="Plan")
    lignes = operation.documents.order_by("titre", "version").values_list("titre", "version", "type_mime")
    assert list(lignes) == [
        ("Plan", 1, "application/pdf"),
        ("Programme", 1, "application/pdf"),
        ("Programme", 2, "application/pdf"),
    ]


def test_la_meme_version_ne_se_depose_pas_deux_fois():
    operation = FabriqueOperation()
    deposer(operation, petit_pdf("Un", []))
    avant = nombre_de_fichiers()
    with pytest.raises(GesteRefuse, match="identique à la dernière version"):
        deposer(operation, petit_pdf("Un", []))
    assert (operation.documents.count(), nombre_de_fichiers()) == (1, avant)


@pytest.mark.parametrize(
    "octets", [SVG, b"", b"MZ\x90", petit_pdf("Un", [])[:200]], ids=["svg", "vide", "exe", "coupe"]
)
def test_un_fichier_qui_n_est_pas_un_document_est_refuse(octets):
    avant = nombre_de_fichiers()
    with pytest.raises(ValidationError):
        deposer(FabriqueOperation(), octets)
    assert (Document.objects.count(), nombre_de_fichiers()) == (0, avant)


def test_le_refus_d_un_envoi_est_une_phrase_et_garde_la_saisie(client):
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE))
    operation = FabriqueOperation()
    faux = SimpleUploadedFile("plan.pdf", SVG)
    reponse = client.post(
        reverse("npnru:document_ajouter", args=[operation.pk]),
        {"titre": "Plan masse", "genre": "plan", "fichier": faux},
    )
    assert reponse.status_code == 422
    assert "Les documents acceptés sont" in reponse.content.decode()
    assert reponse.context["formulaire"]["titre"].value() == "Plan masse"


def test_un_document_se_depose_et_se_relit(client):
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE))
    operation, octets = FabriqueOperation(), petit_pdf("Plan", ["Sanitas"])
    donnees = {"titre": "Plan masse", "genre": "plan", "fichier": SimpleUploadedFile("évil/../plan.exe.pdf", octets)}
    assert client.post(reverse("npnru:document_ajouter", args=[operation.pk]), donnees).status_code == 302
    document = Document.objects.get()
    reponse = client.get(reverse("npnru:document_fichier", args=[document.pk]))
    assert b"".join(reponse.streaming_content) == octets
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert "/" not in document.nom_fichier


def test_un_document_d_un_autre_quartier_est_introuvable(client):
    document = FabriqueDocument()
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE, quartier=Quartier.objects.get(code="EUR")))
    assert client.get(reverse("npnru:document_fichier", args=[document.pk])).status_code == 404


def test_un_fichier_disparu_est_introuvable_et_non_une_erreur(client):
    document = FabriqueDocument()
    client.force_login(FabriqueUtilisateur(role=Role.RESPONSABLE))
    assert client.get(reverse("npnru:document_fichier", args=[document.pk])).status_code == 404
