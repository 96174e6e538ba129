"""Access to the steering: one module a subject (tests/pilotage/matrice_*.py), joined here."""

import importlib
from pathlib import Path

_MODULES = [
    importlib.import_module(f"tests.pilotage.{fichier.stem}")
    for fichier in sorted(Path(__file__).parent.glob("matrice_*.py"))
    if fichier.stem != "matrice_acces"
]
ACCES = [ligne for module in _MODULES for ligne in module.ACCES]
_PAR_VUE = {ligne[0]: module for module in _MODULES for ligne in module.ACCES}


def arguments(vue, decor):
    return _PAR_VUE[vue].arguments(vue, decor)


def donnees(vue, decor):
    module = _PAR_VUE[vue]
    return module.donnees(vue, decor) if hasattr(module, "donnees") else {}
