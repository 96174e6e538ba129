"""What the page of an action shows: facts, steps, news, constats, and the form of the next news."""

import datetime

from comptes.models import Utilisateur
from gusp.acces import peut_ecrire_action, pilote_pour_son_organisme
from gusp.enums import EtatAction
from gusp.forms.actions import FormulaireNouvelle
from gusp.metier.actions import CHAMPS_SUIVIS
from gusp.models import Action, Constat
from gusp.views.lignes_actions import etat_dit
from gusp.views.presentation import etat_dit as constat_dit
from socle.formats import INSECABLE, delai
from socle.verrou import version_de

#: Linked constats shown; the rest is a link to the list.
CONSTATS = 20
#: News shown: enough for years of a fiche.
POINTS = 100


def contexte_de_la_fiche(
    action: Action, *, utilisateur: Utilisateur, au: datetime.date, formulaire: FormulaireNouvelle | None = None
) -> dict:
    """Return the context of the page; a refused `formulaire` keeps what was typed."""
    quartiers = list(action.quartiers.only("code", "nom", "nom_tri", "ordre", "slug"))
    ecrit = peut_ecrire_action(utilisateur, [q.pk for q in quartiers])
    forme, etat = etat_dit(action)
    retard = action.retard_jours(au=au)
    return {
        "action": action,
        "quartiers": quartiers,
        "partenaires": list(action.partenaires.all()),
        "forme": forme,
        "etat": etat,
        "retard": delai(retard) if retard else "",
        "etapes_action": list(action.etapes.all()),
        "evenements": _evenements(action),
        "constats": _constats(action, utilisateur, au),
        "peut_ecrire": ecrit,
        "manques": ", ".join(action.manques),
        "aujourd_hui": au,
        "formulaire": _formulaire(action, formulaire, utilisateur, ecrit, au),
    }


def _formulaire(action, rempli, utilisateur, ecrit: bool, au) -> FormulaireNouvelle | None:
    """Return the form of the next news, or None for who may not write; a partner only writes words."""
    if not ecrit and not pilote_pour_son_organisme(utilisateur, action):
        return None
    initial = {"etat": action.etat, "avancement": action.avancement, "blocage": action.blocage, "le": au}
    version = version_de(action, CHAMPS_SUIVIS)
    formulaire = rempli or FormulaireNouvelle(initial=initial | {"version": version}, prefix=f"a{action.pk}")
    if rempli is not None:
        # Sent again, what was typed is confirmed against what is stored now.
        formulaire.data = formulaire.data.copy()
        formulaire.data[formulaire.add_prefix("version")] = version
    if not ecrit:
        for nom in ("etat", "avancement", "blocage"):
            del formulaire.fields[nom]
    return formulaire


def _evenements(action: Action) -> list[dict]:
    """Return the news, newest first, then the creation."""
    evenements = [
        {
            "le": point.le,
            "par": point.par,
            "texte": _passage(point),
            "motif": point.texte,
            "forme": {EtatAction.REALISEE: "fait", EtatAction.BLOQUEE: "retard"}.get(point.vers, ""),
        }
        for point in action.points.select_related("par")[:POINTS]
    ]
    creation = {"le": action.cree_le, "par": action.cree_par or "", "texte": "Création", "motif": "", "forme": ""}
    return [*evenements, creation]


def _passage(point) -> str:
    etat = EtatAction(point.vers).label if point.vers else "Nouvelles"
    passage = f"{EtatAction(point.de).label} → {etat}" if point.de else etat
    return f"{passage} · {point.avancement}{INSECABLE}%"


def _constats(action: Action, utilisateur: Utilisateur, au: datetime.date) -> list[dict]:
    lies = Constat.objects.visibles_par(utilisateur).filter(action=action).pour_la_liste().order_by("-releve_le", "-pk")
    lignes = []
    for constat in lies[:CONSTATS]:
        forme, etat = constat_dit(constat, au=au)
        lignes.append({"constat": constat, "forme": forme, "etat": etat})
    return lignes
