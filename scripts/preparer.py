"""Make `.venv` ready: hash-locked packages, compiled bytecode, system libraries. Runs on the system's Python, any age.

Usage: python3 scripts/preparer.py production|developpement
A stamp holds the digest of the lock file, so that a second run does nothing.
"""

import ctypes
import glob
import hashlib
import os
import shutil
import subprocess
import sys

RACINE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(RACINE, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
BIBLIOTHEQUES = {  # what WeasyPrint loads -> Debian package
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}
NAVIGATEURS = ("chromium", "chromium-browser", "google-chrome")
WEBKIT = {  # what the journeys on WebKit run (tests/parcours/webkit.py) -> Debian package; optional
    "/usr/bin/WebKitWebDriver": "webkit2gtk-driver",
    "/usr/bin/Xvfb": "xvfb",
    "/usr/lib/*/girepository-1.0/WebKit2-4.1.typelib": "gir1.2-webkit2-4.1",
    "/usr/lib/python3/dist-packages/gi": "python3-gi",
}


def main():
    if sys.version_info < (3, 11):
        sys.exit(
            "Il faut Python 3.11 ou plus récent ; celui-ci est {}.{}. "
            "Indiquez-en un autre : make run PYTHON=python3.12".format(*sys.version_info[:2])
        )
    genre = sys.argv[1] if len(sys.argv) > 1 else "production"
    environnement(genre)
    bibliotheques()
    if genre == "developpement":
        navigateur()
        webkit()


def environnement(genre):
    """Create the virtual environment and install the locked packages unless the stamp says that it is done."""
    verrou = os.path.join(RACINE, "requirements", genre + ".txt")
    with open(verrou, "rb") as fichier:
        empreinte = hashlib.sha256(fichier.read() + sys.version.encode()).hexdigest()
    timbre = os.path.join(VENV, ".installe-" + genre)
    if lire(timbre) == empreinte:
        return
    if not os.path.exists(PYTHON):
        creer_venv()
    print("Installation des dépendances ({})…".format(genre), flush=True)
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--require-hashes", "-r", verrou]
    if subprocess.call(pip) != 0:
        sys.exit("L’installation des dépendances a échoué : vérifiez l’accès au réseau ou au miroir de paquets.")
    compiler()
    with open(timbre, "w") as fichier:
        fichier.write(empreinte)


def lire(chemin):
    try:
        with open(chemin) as fichier:
            return fichier.read()
    except OSError:
        return ""


def creer_venv():
    print("Création de l’environnement .venv…", flush=True)
    if subprocess.call([sys.executable, "-m", "venv", VENV], stdout=subprocess.DEVNULL) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    paquet = "python{}.{}-venv".format(*sys.version_info[:2])
    installer([paquet], "créer un environnement Python")
    if subprocess.call([sys.executable, "-m", "venv", VENV]) != 0:
        sys.exit("La création de .venv a échoué.")


def compiler():
    """Compile the bytecode once: every later start is twice as fast."""
    propre = {nom: valeur for nom, valeur in os.environ.items() if nom != "PYTHONDONTWRITEBYTECODE"}
    subprocess.call([PYTHON, "-m", "compileall", "-q", "-j", "0", os.path.join(VENV, "lib")], env=propre)


def bibliotheques():
    """Install the libraries of the PDF engine when they are missing and it is possible."""
    manquants = sorted({paquet for nom, paquet in BIBLIOTHEQUES.items() if not chargeable(nom)})
    if manquants and sys.platform.startswith("linux"):
        installer(manquants, "fabriquer les PDF")


def chargeable(nom):
    try:
        ctypes.CDLL(nom)
    except OSError:
        return False
    return True


def navigateur():
    if not any(shutil.which(nom) for nom in NAVIGATEURS):
        installer(["chromium"], "jouer les parcours dans un navigateur")


def webkit():
    """Install WebKit when it is possible; its journeys are skipped without it. A failed attempt is not made again."""
    manquants = [paquet for motif, paquet in WEBKIT.items() if not glob.glob(motif)]
    if not manquants or not sys.platform.startswith("linux"):
        return
    timbre = os.path.join(VENV, ".webkit-manque")
    if apt_possible() and not os.path.exists(timbre):
        if apt(manquants):
            return
        open(timbre, "w").close()
    print(
        "WebKit, le moteur de l’iPhone, n’est pas essayé ici (facultatif) : il manque {}.".format(" ".join(manquants))
    )


def installer(paquets, but):
    """Install system packages through apt as root, otherwise stop with a sentence that names them."""
    noms = " ".join(paquets)
    if not apt_possible():
        sys.exit(
            "Il manque à ce système de quoi {} : {}. Sur Debian ou Ubuntu : sudo apt-get install {}".format(
                but, noms, noms
            )
        )
    if not apt(paquets):
        sys.exit("apt n’a pas pu installer {} : installez-le puis recommencez.".format(noms))


def apt_possible():
    return os.geteuid() == 0 and bool(shutil.which("apt-get"))


def apt(paquets):
    """Install packages, with fresh lists at the second attempt; true when they are there."""
    print("Installation de {}…".format(" ".join(paquets)), flush=True)
    sans_question = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    installation = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"] + list(paquets)
    for listes in (None, ["apt-get", "update", "-qq"]):
        if listes:
            subprocess.call(listes, env=sans_question)
        if subprocess.call(installation, env=sans_question, stdout=subprocess.DEVNULL) == 0:
            return True
    return False


if __name__ == "__main__":
    main()
