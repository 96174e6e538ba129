"""Uploaded documents and the answers that serve private files."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from PIL import Image

from socle import documents, fichiers
from tests.fixtures import images as fabrique

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def archive(*noms, mimetype=None):
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as boite:
        if mimetype:
            boite.writestr("mimetype", mimetype)
        for nom in noms:
            boite.writestr(nom, "<x/>")
    return sortie.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("octets", "extension"),
    [
        (PDF, "pdf"),
        (DOCX, "docx"),
        (XLSX, "xlsx"),
        (archive("content.xml", mimetype=documents.TYPES["odt"]), "odt"),
        (archive("content.xml", mimetype=documents.TYPES["ods"]), "ods"),
        (fabrique.photo("PNG"), "png"),
        (fabrique.photo("JPEG"), "jpg"),
    ],
)
def test_un_document_est_reconnu_par_son_contenu(octets, extension):
    document = documents.nettoyer_document(SimpleUploadedFile("Plan d’exécution.exe", octets))
    assert (document.extension, document.type_mime) == (extension, documents.TYPES[extension])
    assert document.nom == f"Plan d’exécution.{extension}"


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, documents.ANCIEN),
        (b"%PDF-1.7 coupe en route", documents.INCOMPLET),
        (DOCX[:-40], documents.INCOMPLET),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), documents.MACROS),
        (archive("autre.txt"), documents.ACCEPTES),
        (b"MZ programme", documents.ACCEPTES),
        (b"<html></html>", documents.ACCEPTES),
        (b"", "Le fichier est vide."),
    ],
)
def test_un_document_refuse_dit_pourquoi(octets, phrase):
    with pytest.raises(ValidationError) as erreur:
        documents.nettoyer_document(octets, "essai.pdf")
    assert erreur.value.messages == [phrase]


def test_une_archive_qui_gonfle_est_refusee(monkeypatch):
    monkeypatch.setattr(documents, "ARCHIVE_MAX", 5)
    with pytest.raises(ValidationError, match="abîmé"):
        documents.nettoyer_document(DOCX, "essai.docx")


def test_une_image_de_document_garde_sa_taille_et_perd_ses_metadonnees():
    document = documents.nettoyer_document(fabrique.photo("JPEG", gps=True, taille=(2400, 1800)), "plan.jpg")
    assert Image.open(io.BytesIO(document.octets)).size == (2400, 1800)
    assert b"Exif" not in document.octets


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Bureau\\Compte rendu v2.1.docx", "Compte rendu v2.1.pdf"),
        ("a\r\nb<script>.pdf", "abscript.pdf"),
        ("...", "document.pdf"),
        ("é" * 300 + ".pdf", "é" * 120 + ".pdf"),
    ],
)
def test_le_nom_affiche_est_sans_danger(nom, attendu):
    assert documents.nom_affichable(nom, "pdf") == attendu


@pytest.fixture
def rangement(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    return tmp_path


def test_un_fichier_range_se_relit_et_se_supprime(rangement):
    nom = fichiers.ranger(b"abc", dossier="constats/photos", extension="jpg")
    assert fichiers.lire(nom) == b"abc"
    assert fichiers.ranger(b"abc", dossier="constats/photos", extension="jpg") != nom
    fichiers.supprimer(nom)
    with pytest.raises(FileNotFoundError):
        fichiers.lire(nom)


def test_le_meme_contenu_n_est_range_qu_une_fois(rangement):
    nom = fichiers.ranger_par_contenu(b"abc", dossier="editions", extension="pdf")
    assert fichiers.ranger_par_contenu(b"abc", dossier="editions", extension="pdf") == nom
    assert len(list(rangement.rglob("*.pdf"))) == 1


@pytest.mark.parametrize("nom", ["../secret", "/etc/passwd", "a/../../b", ""])
def test_un_chemin_exterieur_est_introuvable(rangement, nom):
    with pytest.raises(FileNotFoundError):
        fichiers.repondre(nom, "x.jpg", "image/jpeg")


@pytest.mark.parametrize(
    ("type_mime", "telecharger", "disposition"),
    [
        ("image/jpeg", False, 'inline; filename="vue.x"'),
        ("application/pdf", True, 'attachment; filename="vue.x"'),
        ("text/html", False, 'attachment; filename="vue.x"'),
    ],
)
def test_la_reponse_dit_comment_ouvrir_le_fichier(rangement, type_mime, telecharger, disposition):
    nom = fichiers.ranger(b"abc", dossier="photos", extension="jpg")
    reponse = fichiers.repondre(nom, "vue.x", type_mime, telecharger=telecharger)
    assert reponse["Content-Disposition"] == disposition
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert reponse["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert b"".join(reponse.streaming_content) == b"abc"
    reponse.close()


def test_un_fichier_deja_recu_n_est_pas_renvoye(rangement):
    nom = fichiers.ranger(b"abc", dossier="photos", extension="jpg")
    premiere = fichiers.repondre(nom, "vue.jpg", "image/jpeg")
    requete = RequestFactory().get("/", headers={"If-None-Match": premiere["ETag"]})
    premiere.close()
    assert fichiers.repondre(nom, "vue.jpg", "image/jpeg", requete=requete).status_code == 304
