"""The shell of the field mode: complete, the same for everybody, versioned; and its modules under hashed names."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage

from comptes.enums import Role
from gusp.views.terrain import COQUILLE, MODULES, OUVRIER
from socle.statiques import StatiquesEmpreintees
from tests.fabriques.comptes import FabriqueUtilisateur

DOSSIER = Path(__file__).resolve().parents[2] / "static" / "js" / "terrain"
pytestmark = pytest.mark.django_db


def test_la_coquille_garde_tous_les_modules_et_ce_qu_ils_demandent():
    assert sorted(f.stem for f in DOSSIER.glob("*.js")) == sorted([*MODULES, Path(OUVRIER).stem])
    demandes = set()
    for fichier in DOSSIER.glob("*.js"):
        for chemin in re.findall(r'from "(\.[^"]+)";', fichier.read_text("utf-8")):
            trouve = (fichier.parent / chemin).resolve()
            demandes.add(trouve.relative_to(DOSSIER.parents[1]).as_posix())
    assert demandes - set(COQUILLE) == set()
    assert [nom for nom in COQUILLE if finders.find(nom) is None] == []


def test_la_coquille_est_publique_et_ne_dit_rien_de_personne(client):
    anonyme = client.get("/terrain/")
    client.force_login(FabriqueUtilisateur(role=Role.REFERENT_THEMATIQUE, nom="Personne-Reconnaissable"))
    connue = client.get("/terrain/")
    assert (anonyme.status_code, anonyme.content) == (200, connue.content)
    assert "no-cache" in connue["Cache-Control"]
    assert "Set-Cookie" not in connue.headers


def test_l_ouvrier_change_de_version_avec_le_moindre_fichier(client, settings, tmp_path, monkeypatch):
    settings.DEBUG = True
    source = client.get("/terrain/sw.js").content.decode()
    avant = re.search(r'VERSION = "([0-9a-f]{12})"', source)[1]
    coquille = json.loads(re.search(r"COQUILLE = (\[.*?\]);", source)[1])
    assert {"/terrain/", "/terrain/manifeste.webmanifest"} <= set(coquille)
    assert len(coquille) == len(set(coquille)) == len(COQUILLE) + 2
    assert client.get("/terrain/sw.js").content.decode() == source
    change = tmp_path / "dom.js"
    change.write_text("// un autre", encoding="utf-8")
    vrai = finders.find
    monkeypatch.setattr("gusp.views.terrain.finders.find", lambda nom: change if nom.endswith("dom.js") else vrai(nom))
    assert re.search(r'VERSION = "([0-9a-f]{12})"', client.get("/terrain/sw.js").content.decode())[1] != avant


def test_l_ouvrier_peut_demander_les_fonds_de_carte_et_la_page_non(client, settings):
    hote = settings.CARTE_HOTES[0]
    directives = client.get("/terrain/sw.js")["Content-Security-Policy"].split("; ")
    assert [d for d in directives if d.startswith("connect-src")] == [f"connect-src 'self' {hote}"]
    assert not any(d.startswith("connect-src") for d in client.get("/terrain/")["Content-Security-Policy"].split("; "))


def test_le_manifeste_installe_le_terrain_seul(client):
    manifeste = client.get("/terrain/manifeste.webmanifest").json()
    assert (manifeste["start_url"], manifeste["scope"], manifeste["display"]) == (
        "/terrain/",
        "/terrain/",
        "standalone",
    )
    assert {icone["sizes"] for icone in manifeste["icons"]} == {"192x192", "512x512"}


def test_nos_modules_se_demandent_par_leur_nom_empreinte(tmp_path):
    sources = tmp_path / "sources"
    (sources / "js" / "terrain").mkdir(parents=True)
    (sources / "js" / "terrain" / "a.js").write_text('import { b } from "./b.js";\nb();\n', encoding="utf-8")
    (sources / "js" / "terrain" / "b.js").write_text("export const b = () => 1;\n", encoding="utf-8")
    (sources / "ailleurs.js").write_text('/* use it with: import x from "./absent.js"; */\n', encoding="utf-8")
    depot = FileSystemStorage(location=sources)
    rangement = StatiquesEmpreintees(location=tmp_path / "statiques", base_url="/static/")
    noms = ["js/terrain/a.js", "js/terrain/b.js", "ailleurs.js"]
    for nom in noms:
        with depot.open(nom) as fichier:
            rangement.save(nom, fichier)
    empreintes = {nom: neuf for nom, neuf, _ in rangement.post_process({nom: (rangement, nom) for nom in noms})}
    module = (tmp_path / "statiques" / empreintes["js/terrain/a.js"]).read_text("utf-8")
    assert f'from "./{Path(empreintes["js/terrain/b.js"]).name}";' in module
