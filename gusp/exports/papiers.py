"""The papers of a walk as PDF: carnet, grille, relevé, table by organisme, restitution. Same data, same bytes."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gusp.exports import marche
from gusp.exports.dessins import plan
from gusp.exports.grille import grille as donnees_grille
from gusp.models import Diagnostic
from socle import pdf
from socle.formats import jour

#: Seconds given to the lay-out of one paper.
DELAI = 60


@dataclass(frozen=True)
class Papier:
    """Template and content of a paper: everything that decides its bytes."""

    gabarit: str
    contexte: Mapping[str, Any]
    images: Mapping[str, bytes]
    nom: str

    def imprimer(self) -> bytes:
        """Return the PDF, laid out in the child process; raise PdfRefuse."""
        return pdf.rendre_isole(self.gabarit, self.contexte, images=self.images, delai=DELAI).octets


def carnet(diagnostic: Diagnostic, *, au: datetime.date) -> Papier:
    """Paper to carry: plan, stops, constats to look at again, blank grid."""
    donnees = marche.carnet(diagnostic)
    trace = plan(diagnostic, donnees["etapes"], donnees["a_revoir"], titre="Plan du parcours")
    return _papier("carnet", "Carnet de préparation", diagnostic, donnees | {"plan": trace}, au=au)


def grille(diagnostic: Diagnostic, *, au: datetime.date) -> Papier:
    """Sheets to write on when there is no telephone: numbered lines by stop, typed on the way back."""
    donnees = donnees_grille(diagnostic)
    return _papier("grille", "Grille de relevé", diagnostic, donnees, au=au, paysage=True)


def releve(diagnostic: Diagnostic, *, au: datetime.date) -> Papier:
    """Observations by stop, numbered as on the plan and the photos."""
    images = marche.Images()
    donnees = marche.releve(diagnostic, images)
    trace = plan(diagnostic, donnees["etapes"], donnees["constats"], titre="Plan des observations")
    return _papier("releve", "Relevé des observations", diagnostic, donnees | {"plan": trace}, images, au=au)


def tableau(diagnostic: Diagnostic, *, au: datetime.date) -> Papier:
    """One page an organisme, to be answered."""
    donnees = {"groupes": marche.par_organisme(diagnostic)}
    return _papier("organismes", "Tableau par organisme", diagnostic, donnees, au=au, paysage=True)


def restitution(diagnostic: Diagnostic, *, au: datetime.date) -> Papier:
    """Sheet for the residents, in large type."""
    images = marche.Images()
    donnees = marche.restitution(diagnostic, images)
    return _papier("restitution", "Fiche de restitution", diagnostic, donnees, images, au=au)


PAPIERS: dict[str, Callable[..., Papier]] = {
    "carnet": carnet,
    "grille": grille,
    "releve": releve,
    "organismes": tableau,
    "restitution": restitution,
}


def _papier(
    cle: str,
    titre: str,
    diagnostic: Diagnostic,
    donnees: Mapping[str, Any],
    images: marche.Images | None = None,
    *,
    au: datetime.date,
    paysage: bool = False,
) -> Papier:
    pied = [titre, f"données au {jour(au)}"]
    pied += ["démonstration, données fictives"] if marche.est_une_demonstration() else []
    contexte = {
        "titre": f"{titre}, {diagnostic}",
        "titre_court": titre,
        "entete": f"{diagnostic.quartier} · {diagnostic.reference}",
        "pied": " · ".join(pied),
        "cree_le": au,
        "auteur": "Ville de Tours",
        "paysage": paysage,
        "d": diagnostic,
        "au": au,
        **donnees,
    }
    octets = images.octets if images else {}
    return Papier(f"pdf/diagnostic/{cle}.html", contexte, octets, f"{cle}-{diagnostic.reference}.pdf")
