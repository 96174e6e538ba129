"""The rescue file of a telephone: what is received, what is refused, a killed worker, thirty days."""

import datetime
import io
import json
import uuid
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from comptes.enums import Role
from gusp.metier import archive_secours, imports_terrain
from gusp.metier.archive_secours import Archive, ImportRefuse
from gusp.metier.imports_terrain import conduire_import, oublier_les_imports, ouvrir_import, rouvrir_import
from gusp.metier.reception import recevoir_envoi
from gusp.models import Constat, EnvoiTerrain, ImportTerrain, Photo, VersionEnvoi
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueDiagnostic, sanitas
from tests.gusp.envois import contenu, corps, octets_de, sha

pytestmark = pytest.mark.django_db
IMPORTER = "/terrain/importer/"


@pytest.fixture
def agent(client):
    agent = FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas())
    client.force_login(agent)
    return agent


@pytest.fixture
def marche():
    return FabriqueDiagnostic(prevu_le=timezone.localdate())


def fiche(dedans, *, numero=None, genre="constat", base=None) -> dict:
    return {"uuid": str(numero or uuid.uuid4()), "genre": genre, "base": base, "contenu": dedans}


def file_json(*fiches, **entete) -> bytes:
    tete = {"format": 1, "exporte_le": "2026-11-26T15:00:00Z", "appareil": str(uuid.uuid4())}
    objet = tete | {"compte": {"id": 7, "nom": "Nadia Roche"}, "envois": list(fiches)} | entete
    return json.dumps(objet).encode()


def archive(*fiches, photos=(), membres=(), sommaire=None) -> bytes:
    """Return the ZIP that a telephone exports."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as ecrit:
        ecrit.writestr("file.json", file_json(*fiches) if sommaire is None else sommaire)
        for octets in photos:
            ecrit.writestr(f"photos/{sha(octets)}.jpg", octets)
        for nom, octets in membres:
            ecrit.writestr(nom, octets)
    return sortie.getvalue()


def importer(octets: bytes, par) -> ImportTerrain:
    ligne = ouvrir_import(ContentFile(octets), "terrain-2026-11-26-15h00.zip", par=par)
    conduire_import(ligne.pk)
    ligne.refresh_from_db()
    return ligne


def sorts(ligne) -> list[str]:
    return [envoi["sort"] for envoi in ligne.bilan["envois"].values()]


def sorts_photos(ligne) -> list[str]:
    return [sort for sort, _ in ligne.bilan["photos"].values()]


def test_un_fichier_recree_les_fiches_et_leurs_photos_puis_disparait(agent, marche):
    photo = octets_de(1)
    ligne = ouvrir_import(ContentFile(archive(fiche(contenu(marche, photos=[photo])), photos=[photo])), "f", par=agent)
    depose = ligne.fichier.name
    conduire_import(ligne.pk)
    ligne.refresh_from_db()
    assert (ligne.etat, ligne.fait, ligne.total, ligne.fichier.name) == ("fait", 2, 2, "")
    assert (sorts(ligne), sorts_photos(ligne)) == (["nouveau"], ["recue"])
    assert Photo.objects.get().sha256 == sha(photo)
    assert not default_storage.exists(depose)


def test_le_nom_du_telephone_est_dit_dans_le_journal_et_dans_la_version(agent, marche):
    importer(archive(fiche(contenu(marche))), agent)
    constat = Constat.objects.get()
    assert constat.cree_par == agent
    assert constat.mouvements.filter(commentaire__contains="téléphone de Nadia Roche").count() == 1
    assert "téléphone de Nadia Roche" in VersionEnvoi.objects.get().remarques


def test_le_meme_fichier_deux_fois_ne_cree_rien_en_double(agent, marche):
    octets = archive(fiche(contenu(marche, photos=[octets_de(1)])), photos=[octets_de(1)])
    importer(octets, agent)
    ligne = importer(octets, agent)
    assert (sorts(ligne), sorts_photos(ligne)) == (["deja"], ["deja"])
    assert (Constat.objects.count(), Photo.objects.count()) == (1, 1)
    assert Constat.objects.get().mouvements.filter(commentaire__contains="Nadia Roche").count() == 1


def test_ce_que_le_telephone_avait_envoye_est_reconnu_et_son_autre_version_attend(agent, marche):
    auteur, numero, autre = FabriqueUtilisateur(role=Role.RESPONSABLE), uuid.uuid4(), uuid.uuid4()
    dedans = contenu(marche)
    recevoir_envoi(numero, corps(dedans), par=auteur, maintenant=timezone.now())
    recu = recevoir_envoi(autre, corps(dedans), par=auteur, maintenant=timezone.now())
    changee = dedans | {"description": "Dalle remplacée"}
    corrigee = fiche(dedans | {"repere": "Place"}, numero=autre, base=recu.version.empreinte)
    ligne = importer(archive(fiche(dedans, numero=numero), fiche(changee, numero=numero), corrigee), agent)
    assert sorts(ligne) == ["deja", "a_arbitrer", "corrige"]


def test_une_fiche_refusee_dit_pourquoi_et_n_empeche_pas_les_autres(client, agent, marche):
    ailleurs = FabriqueDiagnostic(quartier=Quartier.objects.exclude(code="SAN").first())
    fiches = (
        fiche(contenu(ailleurs, description="Chez les voisins")),
        fiche({"n": "importe quoi"}),
        fiche(contenu(marche)),
    )
    ligne = importer(archive(*fiches, sommaire=file_json(*fiches, "bancal", {"uuid": "x"})), agent)
    assert sorts(ligne) == ["refuse", "refuse", "nouveau", "refuse", "refuse"]
    page = client.get(f"{IMPORTER}{ligne.pk}/").content.decode()
    assert "Vous ne relevez plus dans ce quartier" in page
    assert "Chez les voisins" in page
    assert "4\xa0fiches refusées" in page


def test_une_photo_absente_abimee_ou_trop_lourde_est_dite_sans_perdre_la_fiche(client, agent, marche, settings):
    absente, abimee, lourde = octets_de(1), octets_de(2), octets_de(3) + b"\0" * 60_000
    settings.PHOTO_POIDS_MAX = 50_000
    dedans = contenu(marche, photos=[absente, abimee, lourde])
    membres = [(f"photos/{sha(abimee)}.jpg", abimee[:-50]), (f"photos/{sha(lourde)}.jpg", lourde)]
    ligne = importer(archive(fiche(dedans), membres=membres), agent)
    assert sorted(sorts_photos(ligne)) == ["manquante", "refusee", "refusee"]
    assert (Constat.objects.count(), EnvoiTerrain.objects.get().manquantes) == (1, 3)
    page = client.get(f"{IMPORTER}{ligne.pk}/").content.decode()
    assert "photo absente du fichier" in page
    assert "trop lourde" in page


def test_une_photo_au_contenu_faux_n_arrete_ni_les_autres_ni_les_fiches_suivantes(agent, marche):
    premiere, seconde = octets_de(1), octets_de(2)
    octets = archive(
        fiche(contenu(marche, photos=[premiere])),
        fiche(contenu(marche, photos=[seconde])),
        photos=[premiere, seconde],
    )
    ici = octets.index(premiere) + len(premiere) // 2  # one bit of the picture: its checksum no longer agrees
    octets = octets[:ici] + bytes([octets[ici] ^ 0x40]) + octets[ici + 1 :]
    ligne = importer(octets, agent)
    assert (sorts(ligne), sorts_photos(ligne)) == (["nouveau", "nouveau"], ["refusee", "recue"])
    assert "abîmée dans le fichier" in next(iter(ligne.bilan["photos"].values()))[1]


def test_un_travailleur_tue_reprend_ou_il_en_etait(monkeypatch, agent, marche):
    photo = octets_de(1)
    octets = archive(fiche(contenu(marche)), fiche(contenu(marche, photos=[photo])), photos=[photo])
    ligne = ouvrir_import(ContentFile(octets), "f.zip", par=agent)
    vraie, appels = imports_terrain.recevoir_envoi, []

    def tuee(*arguments, **champs):
        appels.append(arguments)
        if len(appels) == 2:
            raise SystemExit
        return vraie(*arguments, **champs)

    monkeypatch.setattr(imports_terrain, "recevoir_envoi", tuee)
    with pytest.raises(SystemExit):
        conduire_import(ligne.pk)
    ligne.refresh_from_db()
    assert (ligne.etat, sorts(ligne)) == ("en_cours", ["nouveau"])
    conduire_import(ligne.pk)
    ligne.refresh_from_db()
    assert (ligne.etat, sorts(ligne), sorts_photos(ligne)) == ("fait", ["nouveau", "nouveau"], ["recue"])


def test_une_panne_garde_le_fichier_et_se_reprend(monkeypatch, client, agent, marche):
    def panne(*arguments, **champs):
        raise RuntimeError("disk")

    with monkeypatch.context() as brise:
        brise.setattr(imports_terrain, "recevoir_envoi", panne)
        ligne = importer(archive(fiche(contenu(marche))), agent)
    assert (ligne.etat, bool(ligne.fichier)) == ("echec", True)
    page = client.get(f"{IMPORTER}{ligne.pk}/").content.decode()
    assert "Reprendre l’import" in page
    client.post(f"{IMPORTER}{ligne.pk}/reprendre/")
    ligne.refresh_from_db()
    assert ligne.etat == "demande"
    conduire_import(ligne.pk)
    assert Constat.objects.count() == 1


def test_un_import_fini_ne_se_reprend_pas(agent, marche):
    ligne = importer(archive(fiche(contenu(marche))), agent)
    assert rouvrir_import(ligne) is False
    conduire_import(ligne.pk)
    assert Constat.objects.count() == 1


def test_le_fichier_d_un_echec_est_garde_trente_jours(monkeypatch, agent, marche):
    monkeypatch.setattr(imports_terrain, "recevoir_envoi", lambda *a, **c: 1 / 0)
    ligne = importer(archive(fiche(contenu(marche))), agent)
    depose = ligne.fichier.name
    assert oublier_les_imports(avant=timezone.now() - datetime.timedelta(days=30)) == 0
    assert default_storage.exists(depose)
    assert oublier_les_imports(avant=timezone.now() + datetime.timedelta(seconds=1)) == 1
    assert not default_storage.exists(depose)


def doublee() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return archive(membres=[("file.json", b"{}")])


PAS_LA_BONNE = "pas une file exportée"
MAUVAIS = {
    "du texte": (lambda: b"bonjour", PAS_LA_BONNE),
    "rien": (lambda: b"", PAS_LA_BONNE),
    "un zip coupé": (lambda: archive(photos=[octets_de(1)])[:-40], "abîmé"),
    "un autre zip": (lambda: archive(membres=[("notes.txt", b"x")]), PAS_LA_BONNE),
    "un chemin qui remonte": (lambda: archive(membres=[("photos/../../secret.jpg", b"x")]), PAS_LA_BONNE),
    "un nom de photo inexact": (lambda: archive(membres=[(f"photos/{'A' * 64}.jpg", b"x")]), PAS_LA_BONNE),
    "un membre en double": (doublee, PAS_LA_BONNE),
    "un sommaire illisible": (lambda: archive(sommaire=b"{"), "abîmé"),
    "un sommaire qui n’est pas un objet": (lambda: archive(sommaire=b"[]"), PAS_LA_BONNE),
    "un sommaire sans fin": (lambda: archive(sommaire=b"[" * 200_000), "abîmé"),
    "un format plus récent": (lambda: archive(sommaire=file_json(format=2)), "version plus récente"),
    "trop de membres": (
        lambda: archive(membres=[(f"photos/{n:064x}.jpg", b"") for n in range(2001)]),
        "plusieurs fois",
    ),
}


@pytest.mark.parametrize("cas", MAUVAIS)
def test_un_fichier_qui_n_en_est_pas_un_est_refuse_par_une_phrase_et_rien_n_est_garde(client, agent, cas):
    fabriquer, phrase = MAUVAIS[cas]
    reponse = client.post(IMPORTER, {"fichier": SimpleUploadedFile("file.zip", fabriquer() or b" ")})
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert ImportTerrain.objects.count() == 0


def menteuse(taille_vraie: int) -> bytes:
    """Return a file whose headers say that the summary is ten bytes long."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as ecrit:
        ecrit.writestr("file.json", b" " * taille_vraie)
    octets = bytearray(sortie.getvalue())
    for signature, decalage in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        debut = octets.index(signature) + decalage
        octets[debut : debut + 4] = (10).to_bytes(4, "little")
    return bytes(octets)


def test_une_bombe_est_arretee_par_la_lecture_et_non_par_ses_entetes(monkeypatch):
    monkeypatch.setattr(archive_secours, "SOMMAIRE_MAX", 100_000)
    franche = archive(sommaire=b" " * 200_000)
    with pytest.raises(ImportRefuse, match="dépasse"):
        Archive(io.BytesIO(franche)).sommaire()
    with pytest.raises(ImportRefuse, match=r"abîmé|dépasse"):
        Archive(io.BytesIO(menteuse(200_000))).sommaire()


def test_le_total_lu_est_borne(monkeypatch):
    photos = [octets_de(1), octets_de(2)]
    ouverte = Archive(io.BytesIO(archive(photos=photos)))
    ouverte.sommaire()
    monkeypatch.setattr(archive_secours, "TOTAL_MAX", len(photos[0]) + 500)
    ouverte.photo(sha(photos[0]))
    with pytest.raises(ImportRefuse, match="dépasse"):
        ouverte.photo(sha(photos[1]))


def test_un_depot_met_le_travail_en_file_et_montre_son_avancement(client, agent, marche):
    depot = SimpleUploadedFile("file.zip", archive(fiche(contenu(marche))))
    reponse = client.post(IMPORTER, {"fichier": depot})
    ligne = ImportTerrain.objects.get()
    assert reponse["Location"] == f"{IMPORTER}{ligne.pk}/"
    assert "<progress" in client.get(reponse["Location"]).content.decode()
    conduire_import(ligne.pk)
    fragment = client.get(reponse["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "Voir le compte rendu" in fragment
    assert "<html" not in fragment
    rapport = client.get(reponse["Location"]).content.decode()
    assert "1\xa0fiche nouvelle" in rapport
    assert "Nadia Roche" in rapport
    assert "file.zip" in client.get(IMPORTER).content.decode()


def test_un_import_sans_signe_de_vie_est_dit_interrompu(client, agent, marche):
    ligne = ouvrir_import(ContentFile(archive(fiche(contenu(marche)))), "f.zip", par=agent)
    vieux = timezone.now() - datetime.timedelta(minutes=10)
    ImportTerrain.objects.filter(pk=ligne.pk).update(demande_le=vieux)
    assert "interrompu" in client.get(f"{IMPORTER}{ligne.pk}/").content.decode()
    assert rouvrir_import(ligne) is True
