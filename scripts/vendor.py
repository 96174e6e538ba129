"""Re-make the vendored front end and the typeface from npm packages, by name and version.

    python scripts/vendor.py              verify the files of the repository against static/vendor/VENDOR.md
    python scripts/vendor.py --refaire    fetch the packages with `npm pack` and write files and table again
    python scripts/vendor.py --refaire --paquets DIR   same, from packages already fetched (NAME-VERSION.tgz)

Files are copied as published, but for the last `sourceMappingURL` line, removed since the maps are not shipped.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
TABLE = RACINE / "static/vendor/VENDOR.md"
CARTE_SOURCE = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*\Z")
LIGNE = re.compile(
    r"^\| `(?P<fichier>[^`]+)` \| (?P<paquet>.+?) \| (?P<version>.+?) \| .+? \| `(?P<sha256>[0-9a-f]{64})` \|$"
)


@dataclass(frozen=True)
class Paquet:
    """One npm package: the files kept, from their path in the package to their path in the repository."""

    nom: str
    version: str
    licence: str
    dossier: str
    fichiers: dict[str, str] = field(default_factory=dict)

    @property
    def archive(self) -> str:
        return f"{self.nom.lstrip('@').replace('/', '-')}-{self.version}.tgz"


_POLICE = {
    f"files/source-sans-3-{jeu}-{graisse}-normal.woff2": f"source-sans-3-{jeu}-{graisse}.woff2"
    for jeu in ("latin", "latin-ext")
    for graisse in (400, 600, 700)
}

PAQUETS = (
    Paquet(
        "bootstrap",
        "5.3.9",
        "MIT",
        "static/vendor/bootstrap-5.3.9",
        {"dist/css/bootstrap.min.css": "bootstrap.min.css", "LICENSE": "LICENSE"},
    ),
    Paquet(
        "htmx.org",
        "2.0.11",
        "0BSD",
        "static/vendor/htmx-2.0.11",
        {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"},
    ),
    Paquet(
        "leaflet",
        "1.9.4",
        "BSD-2-Clause",
        "static/vendor/leaflet-1.9.4",
        {
            "dist/leaflet.js": "leaflet.js",
            "dist/leaflet.css": "leaflet.css",
            "dist/images/layers.png": "images/layers.png",
            "dist/images/layers-2x.png": "images/layers-2x.png",
            "dist/images/marker-icon.png": "images/marker-icon.png",
            "dist/images/marker-icon-2x.png": "images/marker-icon-2x.png",
            "dist/images/marker-shadow.png": "images/marker-shadow.png",
            "LICENSE": "LICENSE",
        },
    ),
    Paquet(
        "leaflet.markercluster",
        "1.5.3",
        "MIT",
        "static/vendor/leaflet.markercluster-1.5.3",
        {
            "dist/leaflet.markercluster.js": "leaflet.markercluster.js",
            "dist/MarkerCluster.css": "MarkerCluster.css",
            "MIT-LICENCE.txt": "LICENSE",
        },
    ),
    Paquet(
        "idb",
        "8.0.4",
        "ISC",
        "static/vendor/idb-8.0.4",
        {"build/index.js": "idb.js", "LICENSE": "LICENSE"},
    ),
    Paquet(
        "client-zip",
        "2.5.1",
        "MIT",
        "static/vendor/client-zip-2.5.1",
        {"index.js": "client-zip.js", "LICENSE.txt": "LICENSE"},
    ),
    Paquet(
        "@fontsource/source-sans-3",
        "5.3.1",
        "OFL-1.1",
        "static/polices",
        {**_POLICE, "LICENSE": "OFL.txt"},
    ),
    Paquet(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        "tests/vendor/axe-core-4.14.1",
        {"axe.min.js": "axe.min.js", "LICENSE": "LICENSE"},
    ),
)


def fetch(paquet: Paquet, dossier: Path) -> Path:
    """Return the package archive, fetched by the npm client unless it is already in the folder."""
    archive = dossier / paquet.archive
    if not archive.exists():
        subprocess.run(  # noqa: S603 - fixed list of packages
            ["npm", "pack", "--silent", f"{paquet.nom}@{paquet.version}"],  # noqa: S607
            cwd=dossier,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return archive


def write(paquet: Paquet, archive: Path) -> list[str]:
    """Write the files kept of a package; return their lines for the table."""
    lignes = []
    with tarfile.open(archive) as tar:
        for source, cible in paquet.fichiers.items():
            contenu = tar.extractfile(f"package/{source}").read()
            if cible.endswith((".js", ".css")):
                contenu = CARTE_SOURCE.sub(b"\n", contenu)
            fichier = RACINE / paquet.dossier / cible
            fichier.parent.mkdir(parents=True, exist_ok=True)
            fichier.write_bytes(contenu)
            somme = hashlib.sha256(contenu).hexdigest()
            lignes.append(
                f"| `{paquet.dossier}/{cible}` | {paquet.nom} | {paquet.version} | {paquet.licence} | `{somme}` |"
            )
    return lignes


def remake(dossier: Path) -> None:
    """Write every vendored file again, and the table."""
    lignes = [ligne for paquet in PAQUETS for ligne in write(paquet, fetch(paquet, dossier))]
    TABLE.write_text(
        "# Vendored files\n\n"
        "Made by `python scripts/vendor.py --refaire` from npm packages; `python scripts/vendor.py` verifies them.\n"
        "Paths are relative to the root of the repository. The last `sourceMappingURL` line of a file is removed.\n\n"
        "| File | Package | Version | Licence | sha256 |\n|---|---|---|---|---|\n" + "\n".join(lignes) + "\n",
        encoding="utf-8",
    )


def differences() -> list[str]:
    """Return a sentence for each vendored file that is missing or does not match the table."""
    fautes, attendus = [], {f"{p.dossier}/{c}" for p in PAQUETS for c in p.fichiers.values()}
    lues = [LIGNE.match(ligne) for ligne in TABLE.read_text(encoding="utf-8").splitlines()]
    table = {ligne["fichier"]: ligne["sha256"] for ligne in lues if ligne}
    for manquant in sorted(attendus ^ table.keys()):
        fautes.append(f"{manquant}: in the script or in the table, not in both")
    for fichier, somme in table.items():
        chemin = RACINE / fichier
        if not chemin.exists():
            fautes.append(f"{fichier}: missing")
        elif hashlib.sha256(chemin.read_bytes()).hexdigest() != somme:
            fautes.append(f"{fichier}: differs from the table")
    return fautes


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify or re-make the vendored front end.")
    parser.add_argument("--refaire", action="store_true", help="write files and table again")
    parser.add_argument("--paquets", type=Path, help="folder of packages already fetched")
    choix = parser.parse_args()
    if choix.refaire:
        with tempfile.TemporaryDirectory() as temporaire:
            remake(choix.paquets or Path(temporaire))
    fautes = differences()
    for faute in fautes:
        print(faute)
    if not fautes:
        print("Every vendored file matches static/vendor/VENDOR.md.")
    return 1 if fautes else 0


if __name__ == "__main__":
    sys.exit(main())
