"""Actions as rows of the table: ready to print, with what was typed when a row is refused."""

import datetime
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from comptes.models import Utilisateur
from gusp.acces import peut_ecrire_action, pilote_pour_son_organisme
from gusp.enums import TRANSITIONS_ACTION, EtatAction
from gusp.filtres.pages import BORNE
from gusp.metier.actions import CHAMPS_SUIVIS
from gusp.models import Action
from socle.formats import delai, jour, jours, nombre
from socle.verrou import version_de

_POSSIBLE = '<option value="{}">{}</option>'
_CHOISIE = '<option value="{}" selected>{}</option>'
_FORMES = {"a-traiter": "a-traiter", "en-cours": "en-cours", "fait": "fait", "retard": "retard", "clos": "neutre"}


@dataclass(frozen=True)
class Saisie:
    """What was typed in a row that is shown again, and why it was refused."""

    etat: str = ""
    avancement: str = ""
    texte: str = ""
    erreurs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ligne:
    """One row of the table."""

    pk: int
    url: str
    code: str
    titre: str
    ou: str
    qui: str
    echeance: str
    retard: str
    forme: str
    etat: str
    avancement: int
    nouvelle: str
    nouvelle_le: str
    silence: str
    marques: tuple[str, ...]
    change_tout: bool
    note: bool
    version: str = ""
    vu: str = ""
    options: str = ""
    saisie: Saisie = field(default_factory=Saisie)
    enregistree: bool = False


def ligne_de(
    action: Action, *, utilisateur: Utilisateur, au: datetime.date, saisie: Saisie | None = None, enregistree=False
) -> Ligne:
    """Return the row of an action; no query when its relations are loaded (Action.objects.pour_la_liste())."""
    quartiers = list(action.quartiers.all())
    change_tout = peut_ecrire_action(utilisateur, [q.pk for q in quartiers])
    note = change_tout or pilote_pour_son_organisme(utilisateur, action)
    forme, etat = etat_dit(action)
    retard = action.retard_jours(au=au)
    saisie = saisie or Saisie(etat=action.etat, avancement=str(action.avancement))
    return Ligne(
        pk=action.pk,
        url=f"/actions/{action.pk}/",
        code=action.code,
        titre=action.titre,
        ou=", ".join(q.nom for q in quartiers) if len(quartiers) < 3 else ", ".join(q.code for q in quartiers),
        qui=" · ".join(str(qui) for qui in (action.pilote, action.organisme) if qui) or "non renseigné",
        echeance=jour(action.echeance_le) if action.echeance_le else "sans échéance",
        retard=delai(retard) if retard else "",
        forme=forme,
        etat=etat,
        avancement=action.avancement,
        nouvelle=action.nouvelle,
        nouvelle_le=jour(action.nouvelle_le) if action.nouvelle_le else "",
        silence=_silence(action, au),
        marques=_marques(action),
        change_tout=change_tout,
        note=note,
        version=version_de(action, CHAMPS_SUIVIS) if note else "",
        vu=f"{action.etat} {action.avancement}",
        options=options_d_etat(str(action.etat), saisie.etat if saisie.etat in EtatAction else "")
        if change_tout
        else "",
        saisie=saisie,
        enregistree=enregistree,
    )


def etat_dit(action: Action) -> tuple[str, str]:
    """Return the shape and the words of the state."""
    return _FORMES[action.allure], EtatAction(action.etat).label


def _silence(action: Action, au: datetime.date) -> str:
    if not action.est_sans_nouvelles(au=au):
        return ""
    return f"sans nouvelles depuis {jours((au - action.nouvelle_le).days)}" if action.nouvelle_le else "aucune nouvelle"


def _marques(action: Action) -> tuple[str, ...]:
    marques = (("COPIL", action.porter_au_copil), ("confidentielle", action.confidentiel))
    return tuple(mot for mot, porte in marques if porte)


@cache
def options_d_etat(de: str, choisi: str) -> SafeString:
    """Return the options of the state list: where the action is, and where it may go from there."""
    possibles = [e for e in EtatAction if e == de or (EtatAction(de), e) in TRANSITIONS_ACTION]
    choisi = choisi if choisi in possibles else de
    return format_html_join(
        "", "{}", ((format_html(_CHOISIE if e == choisi else _POSSIBLE, e.value, e.label),) for e in possibles)
    )


@dataclass(frozen=True)
class Groupe:
    """Rows of one axis or of one quartier."""

    titre: str
    lignes: list[Ligne]


def grouper_les_lignes(actions: list[Action], *, par: str, utilisateur: Utilisateur, au: datetime.date) -> list[Groupe]:
    """Return the rows of a page under the title of their axis or quartier; `par` is « axe » or « quartier »."""
    return [
        Groupe(
            _titre(siennes[0], par),
            [ligne_de(action, utilisateur=utilisateur, au=au) for action in siennes],
        )
        for siennes in (list(suite) for _, suite in groupby(actions, key=lambda a: a.groupe))
    ]


def _titre(action: Action, par: str) -> str:
    if par == "axe":
        return f"Axe {action.axe}" if action.axe else "Sans axe"
    noms = {q.pk: q.nom for q in action.quartiers.all()}
    return noms.get(action.groupe, "Autres quartiers")


def dire_les_comptes(retenues: int, toutes: int, retard: int) -> str:
    """« 34 actions sur 60, dont 3 en retard »; a bounded count above the bound says « plus de »."""
    mots = [_borne(retenues), "actions" if retenues > 1 else "action", "sur", _borne(toutes)]
    return " ".join(mots) + (f", dont {_borne(retard)} en retard" if retard else "")


def _borne(compte: int) -> str:
    return f"plus de {nombre(BORNE)}" if compte > BORNE else nombre(compte)
