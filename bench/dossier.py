"""The dossier of the demonstration data: seconds, CPU, memory, pages, bytes, against Chromium printing the same HTML.

Run by bench.__main__ with DATABASE_URL pointing at a database filled by `manage.py demo`. Each engine runs in a
process of its own, five times in turn; medians are kept.
"""

import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import django

from bench.rapport import Mesure, mesure

TOURS = 3


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _chronometrer(appel) -> tuple[float, float]:
    """Return wall and CPU seconds of a call whose work is done by child processes that end with it."""
    depart, cpu = time.perf_counter(), _cpu()
    appel()
    return time.perf_counter() - depart, _cpu() - cpu


def _imprimer(entree: str, sortie: str) -> None:
    """Child process: compose the PDF from the content, note pages and peak memory."""
    django.setup()
    from pilotage.impression import imprimer  # noqa: PLC0415

    travail = json.loads(Path(entree).read_text(encoding="utf-8"))
    images = {cle: Path(chemin).read_bytes() for cle, chemin in travail["images"].items()}
    assemblage = imprimer(travail["contenu"], images, isole=False)
    Path(sortie).write_bytes(assemblage.octets)
    memoire = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Path(sortie + ".json").write_text(json.dumps({"pages": assemblage.pages, "memoire": memoire}), encoding="utf-8")


def mesurer(dossier_tmp: Path) -> list[Mesure]:
    """Measure the dossier to come of the demonstration."""
    contenu, images = _contenu()
    chemins = {}
    for cle, octets in images.items():
        chemin = dossier_tmp / f"{cle}.jpg"
        chemin.write_bytes(octets)
        chemins[cle] = str(chemin)
    entree, sortie = str(dossier_tmp / "contenu.json"), str(dossier_tmp / "dossier.pdf")
    Path(entree).write_text(json.dumps({"contenu": contenu, "images": chemins}), encoding="utf-8")
    page = _page_html(contenu, chemins, dossier_tmp)
    nous, borne = [], []
    for _ in range(TOURS):
        nous.append(_chronometrer(lambda: _dans_un_processus(entree, sortie)))
        if chromium := _chromium():
            borne.append(_chronometrer(lambda c=chromium: _imprimer_par_chromium(c, page, dossier_tmp)))
    faits = json.loads(Path(sortie + ".json").read_text(encoding="utf-8"))
    taille = faits["pages"]
    secondes, cpu = (statistics.median(m[i] for m in nous) for i in (0, 1))
    limites = [statistics.median(m[i] for m in borne) if borne else None for i in (0, 1)]
    return [
        mesure("dossier de démonstration, durée", taille, secondes, "s", borne=limites[0], maxi=10),
        mesure("dossier de démonstration, processeur", taille, cpu, "s", borne=limites[1]),
        mesure("dossier de démonstration, mémoire", taille, faits["memoire"], "Mo", maxi=350),
        mesure("dossier de démonstration, poids", taille, Path(sortie).stat().st_size / 1_000_000, "Mo", maxi=10),
        mesure("dossier de démonstration, pages", taille, taille, "pages"),
    ]


def _contenu() -> tuple[dict, dict[str, bytes]]:
    """Compose the content of the coming dossier and read its pictures."""
    from pilotage.metier.impressions import images_de  # noqa: PLC0415
    from pilotage.models import Dossier  # noqa: PLC0415
    from pilotage.syntheses import composer_dossier  # noqa: PLC0415

    dossier = Dossier.objects.filter(contenu__isnull=True).latest("seance__tenue_le")
    contenu = composer_dossier(dossier, au=dossier.arrete_le)
    return contenu, dict(images_de(dossier, contenu))


def _page_html(contenu: dict, chemins: dict[str, str], dossier_tmp: Path) -> Path:
    """Write the preview as a file, with the same style sheets and fonts: what the bound prints."""
    from django.conf import settings  # noqa: PLC0415

    from pilotage.impression import apercu  # noqa: PLC0415

    html = apercu(contenu, adresse_image=lambda cle: Path(chemins[cle]).as_uri())
    html = html.replace(settings.STATIC_URL, f"{Path(settings.STATIC_ROOT).as_uri()}/")
    page = dossier_tmp / "dossier.html"
    page.write_text(html, encoding="utf-8")
    return page


def _dans_un_processus(entree: str, sortie: str) -> None:
    enfant = multiprocessing.get_context("spawn").Process(target=_imprimer, args=(entree, sortie))
    enfant.start()
    enfant.join()
    if enfant.exitcode:
        raise RuntimeError("La composition du dossier a échoué.")


def _chromium() -> str | None:
    return next((chemin for chemin in ("/usr/bin/chromium", "/usr/bin/google-chrome") if os.path.exists(chemin)), None)


def _imprimer_par_chromium(chromium: str, page: Path, dossier_tmp: Path) -> None:
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    subprocess.run(  # noqa: S603
        [
            chromium,
            *options,
            f"--user-data-dir={dossier_tmp / 'profil'}",
            f"--print-to-pdf={dossier_tmp / 'borne.pdf'}",
            page.as_uri(),
        ],
        check=True,
        timeout=120,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def main() -> None:
    """Print the measures, one JSON object a line."""
    django.setup()
    with tempfile.TemporaryDirectory() as temporaire:
        for m in mesurer(Path(temporaire)):
            sys.stdout.write(json.dumps(asdict(m), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
