"""The repository tests itself: floors, names, sizes, settings, templates, vendored files."""

import ast
import hashlib
import io
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import models
from django.template import engines
from django.urls import get_resolver
from django.utils import timezone

from quartiers.models import Quartier

RACINE = Path(__file__).resolve().parent.parent
ETAGES = ["socle", "quartiers", "comptes", "npnru", "gusp", "pilotage", "config"]
RANG = {nom: rang for rang, nom in enumerate(ETAGES)}
GABARITS = RACINE / "templates"
HORS = {".venv", "var", ".git", "node_modules", "__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache"}

# Names of drawers, refused as modules.
TIROIRS = {"utils", "helpers", "services", "common", "misc", "actions", "operations"}
# Where a string is declared safe, on purpose.
SURS = {"socle/dessin", "socle/templatetags/socle.py", "socle/pdf_gabarits.py"}
ETAT_HORS_METIER = {"tests", "bench", "scripts"}


def fichiers(*extensions, sous=RACINE):
    """Return the files of the repository that Git knows or would take, with these extensions."""
    sortie = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    chemins = [RACINE / nom for nom in sortie.split("\0") if nom]
    return [c for c in chemins if c.suffix in extensions and c.is_relative_to(sous) and c.is_file()]


def relatif(chemin):
    return chemin.relative_to(RACINE).as_posix()


def nos_modeles():
    return [modele for modele in apps.get_models() if modele._meta.app_label in RANG]


def nos_modules():
    return [f for f in fichiers(".py") if relatif(f).split("/")[0] in RANG and "/migrations/" not in relatif(f)]


# Floors


def test_les_imports_suivent_les_etages():
    fin = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert fin.returncode == 0, fin.stdout


def test_la_production_n_importe_que_ses_propres_dependances():
    """What `make run` installs is enough: no development library in the applications."""
    verrou = (RACINE / "requirements" / "production.txt").read_text(encoding="utf-8")
    installes = {nom.lower().replace("_", "-") for nom in re.findall(r"^([A-Za-z0-9._-]+)==", verrou, re.M)}
    paquets = packages_distributions()
    fautes = set()
    for fichier in nos_modules():
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            noms = [a.name for a in noeud.names] if isinstance(noeud, ast.Import) else []
            noms += [noeud.module] if isinstance(noeud, ast.ImportFrom) and noeud.module and not noeud.level else []
            for racine in {nom.split(".")[0] for nom in noms} - set(sys.stdlib_module_names) - set(RANG):
                venus_de = {nom.lower().replace("_", "-") for nom in paquets.get(racine, [racine])}
                if not venus_de & installes:
                    fautes.add(f"{relatif(fichier)} : {racine}")
    assert fautes == set()


def test_les_cles_etrangeres_suivent_les_etages():
    fautes = [
        f"{modele._meta.label}.{champ.name} → {champ.related_model._meta.label}"
        for modele in nos_modeles()
        for champ in modele._meta.get_fields()
        if champ.is_relation and champ.concrete and isinstance(champ.related_model, type)
        if champ.related_model._meta.app_label in RANG and champ.related_model is not get_user_model()
        if RANG[champ.related_model._meta.app_label] > RANG[modele._meta.app_label]
    ]
    assert fautes == []


def test_socle_n_a_pas_de_table():
    assert list(apps.get_app_config("socle").get_models()) == []


# Models and migrations


@pytest.mark.django_db
def test_aucune_migration_ne_manque():
    sortie = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=sortie)
    assert sortie.getvalue() == "No changes detected\n"


def test_les_migrations_de_chaque_app_se_suivent():
    for app in ETAGES[1:-1]:
        numeros = [f.name[:4] for f in sorted((RACINE / app / "migrations").glob("0*.py"))]
        assert numeros == [f"{n:04d}" for n in range(1, len(numeros) + 1)], app


def test_chaque_table_a_un_nom_et_se_lit():
    fautes = []
    for modele in nos_modeles():
        noms = modele.__dict__["_meta"].original_attrs
        if not {"verbose_name", "verbose_name_plural"} <= set(noms):
            fautes.append(f"{modele._meta.label} sans verbose_name")
        if modele.__str__ is models.Model.__str__:
            fautes.append(f"{modele._meta.label} sans __str__")
    assert fautes == []


def test_les_libelles_commencent_par_une_minuscule():
    propres = re.compile(r"^(QPV|AP|CP|HT|TTC|IDTOP|GUSP|NPNRU|PDF|SIRET|TFPB|ANRU|COPIL|URL|UUID|INSEE|[A-Z]{2,}\b)")
    fautes = [
        f"{modele._meta.label}.{champ.name} : {champ.verbose_name}"
        for modele in nos_modeles()
        for champ in modele._meta.get_fields()
        if champ.concrete and str(champ.verbose_name)[:1].isupper() and not propres.match(str(champ.verbose_name))
    ]
    assert fautes == []


def test_les_noms_sont_sans_accent():
    noms = [modele.__name__ for modele in nos_modeles()]
    noms += [champ.name for modele in nos_modeles() for champ in modele._meta.get_fields()]
    noms += [motif.name for resolveur in get_resolver().url_patterns for motif in getattr(resolveur, "url_patterns", [])
             if getattr(motif, "name", None)]  # fmt: skip
    noms += [relatif(f) for f in fichiers(".py", ".html", ".css", ".js", ".md")]
    assert [nom for nom in noms if not nom.isascii()] == []


def test_une_cle_vers_un_tout_se_declare_et_le_reste_protege():
    fautes = [
        f"{modele._meta.label}.{champ.name}"
        for modele in nos_modeles()
        for champ in modele._meta.local_fields
        if isinstance(champ, models.ForeignKey)
        if champ.remote_field.on_delete not in (models.PROTECT, models.CASCADE, models.SET_NULL)
    ]
    assert fautes == []


def test_un_texte_n_est_jamais_null():
    fautes = [
        f"{modele._meta.label}.{champ.name}"
        for modele in nos_modeles()
        for champ in modele._meta.local_fields
        if isinstance(champ, models.CharField | models.TextField) and champ.null and not champ.unique
    ]
    assert fautes == []


# Files


def test_aucun_tiroir():
    fautifs = []
    for fichier in nos_modules():
        chemin = Path(relatif(fichier))
        # A noun of the domain says something inside a package of one job: views/actions.py holds the pages of actions.
        permis = {"actions", "operations"} if len(chemin.parts) > 2 else set()
        if chemin.stem in TIROIRS - permis:
            fautifs.append(chemin.as_posix())
    assert fautifs == []


def test_les_fichiers_restent_courts():
    longs = []
    for fichier in fichiers(".py"):
        nom = relatif(fichier)
        limite = 600 if nom.startswith("tests/") else 400
        lignes = len(fichier.read_text(encoding="utf-8").splitlines())
        if "/migrations/" not in nom and lignes > limite:
            longs.append(f"{nom} : {lignes}")
    assert longs == []


def test_seul_metier_change_un_etat():
    fautes = []
    for fichier in nos_modules():
        morceaux = Path(relatif(fichier)).with_suffix("").parts
        if "metier" in morceaux or morceaux[0] in ETAT_HORS_METIER:
            continue
        for noeud in ast.walk(ast.parse(fichier.read_text(encoding="utf-8"))):
            cibles = noeud.targets if isinstance(noeud, ast.Assign) else [getattr(noeud, "target", None)]
            fautes += [
                f"{relatif(fichier)}:{noeud.lineno}"
                for cible in cibles
                if isinstance(noeud, ast.Assign | ast.AugAssign | ast.AnnAssign)
                if isinstance(cible, ast.Attribute) and cible.attr == "etat"
            ]
    assert fautes == []


def test_mark_safe_n_est_employe_que_ou_c_est_dit():
    emplois = [
        relatif(f) for f in nos_modules() if re.search(r"\b(mark_safe|SafeString)\(", f.read_text(encoding="utf-8"))
    ]
    assert [
        nom for nom in emplois if not nom.endswith("/dessins.py") and not any(nom.startswith(permis) for permis in SURS)
    ] == []


def test_le_filtre_safe_n_est_pas_employe_dans_les_gabarits():
    fautes = [relatif(f) for f in gabarits() if re.search(r"\|\s*safe\b|autoescape\s+off", f.read_text("utf-8"))]
    assert fautes == []


def test_rien_ne_cite_cette_machine_ni_un_index_de_paquets():
    interdits = re.compile(
        "|".join(
            [
                r"/" + r"work/(main|shared)",
                r"/" + r"home/\w+/",
                r"--(extra-)?index-url\s+http",
                r"pypi\.org" + "/simple",
            ]
        )
    )
    fautes = [
        relatif(f)
        for f in fichiers(".py", ".md", ".txt", ".in", ".toml", ".html", ".js", ".css", ".sh", ".json")
        if "static/vendor" not in relatif(f) and interdits.search(f.read_text(encoding="utf-8"))
    ]
    assert fautes == []


def test_les_fichiers_empruntes_sont_ceux_qui_sont_decrits():
    texte = (RACINE / "static" / "vendor" / "VENDOR.md").read_text(encoding="utf-8")
    decrits = dict(re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", texte, flags=re.MULTILINE))
    presents = {
        relatif(f): hashlib.sha256(f.read_bytes()).hexdigest()
        for dossier in ("static/vendor", "static/polices", "tests/vendor")
        for f in (RACINE / dossier).rglob("*")
        if f.is_file() and f.suffix != ".md" and not f.name.startswith("quartiers-")  # ours
    }
    assert presents == decrits


# Templates


def gabarits():
    return fichiers(".html", sous=GABARITS)


def test_tous_les_gabarits_se_compilent():
    for gabarit in gabarits():
        engines["django"].get_template(gabarit.relative_to(GABARITS).as_posix())


def test_aucun_gabarit_n_a_de_code_en_ligne():
    interdit = re.compile(
        r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|\shx-on|<style\b|<script(?![^>]*\bsrc=)(?![^>]*application/json)"
    )
    fautes = [relatif(f) for f in gabarits() if interdit.search(sans_commentaires(f))]
    assert fautes == []


def test_l_apostrophe_des_gabarits_est_typographique():
    fautes = []
    for gabarit in gabarits():
        texte = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", sans_commentaires(gabarit), flags=re.DOTALL)
        fautes += [f"{relatif(gabarit)} : {trouve}" for trouve in re.findall(r"[a-zà-ÿ]+'[a-zà-ÿ]+", texte)]
    assert fautes == []


def sans_commentaires(gabarit):
    texte = gabarit.read_text(encoding="utf-8")
    return re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", texte, flags=re.DOTALL)


def test_aucun_gabarit_ne_dort():
    connus_de_django = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
    ecrit = "\n".join(f.read_text(encoding="utf-8") for f in [*fichiers(".py"), *gabarits()] if "tests" not in f.parts)
    dormants = [
        nom
        for nom in (g.relative_to(GABARITS).as_posix() for g in gabarits())
        if nom not in connus_de_django and not nom.startswith(("admin/", "bootstrap5/", "registration/", "django/"))
        if nom not in ecrit and not _nomme_par_morceaux(nom, ecrit)
    ]
    assert dormants == []


def _nomme_par_morceaux(nom, ecrit):
    """Tell whether the code builds this name from its folder and a key: f"pdf/dossier/{cle}.html"."""
    dossier, _, cle = nom.removesuffix(".html").rpartition("/")
    return f"{dossier}/{{" in ecrit and re.search(rf"[\"']{cle}[\"']", ecrit) is not None


# Settings and documentation


def test_chaque_variable_d_environnement_est_documentee():
    lues = set()
    for nom in ("config/settings.py", "config/gunicorn.py"):
        texte = (RACINE / nom).read_text(encoding="utf-8")
        lues |= set(re.findall(r"env\.\w+\(\s*[\"']([A-Z_]+)[\"']", texte))
        lues |= set(re.findall(r"environ\.get\(\s*[\"']([A-Z_]+)[\"']", texte))
    page = (RACINE / "docs" / "exploitation.md").read_text(encoding="utf-8")
    documentees = set(re.findall(r"^\| `([A-Z_]+)`", page, flags=re.MULTILINE))
    assert sorted(lues - documentees) == []
    assert sorted(documentees - lues - {"PG_BIN", "TMPDIR"}) == []


# The suite itself


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("passage", [1, 2])
def test_les_graines_reviennent_apres_un_test_qui_vide_les_tables(passage):
    assert (Quartier.objects.count(), Session.objects.count()) == (8, 0)
    Session.objects.create(session_key=f"passage-{passage}", session_data="", expire_date=timezone.now())
    Quartier.objects.filter(ordre=1).update(nom="Renommé")
    assert Quartier.objects.filter(nom="Renommé").count() == 1
