"""Sixty actions of an invented convention, with steps, dated news, blocks and late ones."""

import datetime
import random
from decimal import Decimal

from gusp.enums import EtatAction, OrigineAction, Participation, PrioriteAction
from gusp.metier.actions import creer_action, noter_nouvelle, pointer_etape
from gusp.metier.temps import instant
from gusp.models import Action, Axe, Constat, ConventionGusp
from pilotage.demonstration import textes
from quartiers.models import Organisme, Quartier

TITRE_CONVENTION = "Convention GUSP (démonstration, axes fictifs)"
ACTIONS_PAR_QUARTIER = 7
#: The last ones touch several quartiers at once.
ACTIONS_TRANSVERSES = 4


def creer_convention(au: datetime.date) -> list[Axe]:
    """Create the invented convention and its axes (the real one is typed by the référent)."""
    convention = ConventionGusp.objects.create(
        titre=TITRE_CONVENTION,
        debut_le=au.replace(month=1, day=1) - datetime.timedelta(days=366),
        fin_le=au.replace(month=12, day=31) + datetime.timedelta(days=3 * 365),
        demonstration=True,
    )
    return Axe.objects.bulk_create(
        Axe(convention=convention, ordre=rang, libelle=libelle, objectifs=objectifs)
        for rang, (libelle, objectifs) in enumerate(textes.AXES, start=1)
    )


def creer_actions(
    *, comptes, organismes: dict[str, Organisme], au: datetime.date, hasard: random.Random
) -> list[Action]:
    """Create the actions quartier by quartier, each brought to a plausible state through dated news."""
    axes = creer_convention(au)
    quartiers = list(Quartier.objects.order_by("ordre"))
    actions = []
    for rang_quartier, quartier in enumerate(quartiers):
        for rang in range(ACTIONS_PAR_QUARTIER):
            modele = textes.ACTIONS[(rang_quartier * 4 + rang * 2) % len(textes.ACTIONS)]
            actions.append(_creer(modele, [quartier], axes, comptes, organismes, au, hasard))
    for rang in range(ACTIONS_TRANSVERSES):
        actions.append(
            _creer(textes.ACTIONS[rang * 3], quartiers[rang : rang + 4], axes, comptes, organismes, au, hasard)
        )
    return actions


def _territorial(comptes, quartier: Quartier):
    """The référent territorial of the quartier, as in comptes.COMPTES."""
    groupes = {"SAN": 1, "ROC": 1, "BAS": 2, "LOI": 2, "EUR": 3, "TOU": 3, "FON": 4, "RIV": 4}
    return comptes[f"territorial{groupes[quartier.code]}"]


def _creer(modele, quartiers, axes, comptes, organismes, au, hasard) -> Action:
    titre, axe, contexte, resultats, indicateur = modele
    debut = au - datetime.timedelta(days=hasard.randint(20, 330))
    duree = hasard.randint(90, 420)
    prevu = Decimal(hasard.randint(2, 60) * 500)
    pilote = _territorial(comptes, quartiers[0])
    complet = hasard.random() < 0.7
    action = creer_action(
        par=comptes["gusp"],
        titre=titre if len(quartiers) == 1 else f"{titre} (plusieurs quartiers)",
        quartiers=quartiers,
        partenaires=[organismes["Habitat Val-Vert"], organismes["Association Les Passerelles"]][: hasard.randint(0, 2)],
        le=debut,
        axe=axes[axe - 1],
        contexte=contexte,
        objectifs=resultats if complet else "",
        contenu=f"{titre} : cadrage, mise en œuvre, bilan partagé avec les habitants.",
        resultats_attendus=resultats,
        indicateur=indicateur if complet else "",
        organisme=organismes[hasard.choice(["Ville de Tours, cohésion sociale", "Habitat Val-Vert", "Logis du Cher"])],
        pilote=pilote,
        origine=hasard.choice(OrigineAction.values),
        priorite=hasard.choice(PrioriteAction.values),
        participation=hasard.choice(Participation.values),
        debut_le=debut,
        echeance_le=debut + datetime.timedelta(days=duree),
        budget_prevu=prevu if complet else None,
        budget_realise=prevu * hasard.randint(0, 90) / 100 if complet else None,
        budget_situation_le=au - datetime.timedelta(days=20) if complet else None,
        financeurs="Ville, bailleurs (fictif)" if complet else "",
        porter_au_copil=hasard.random() < 0.25,
        etapes=[
            {
                "libelle": libelle,
                "prevue_le": debut + datetime.timedelta(days=duree * part // 4),
                "responsable": "Référent territorial",
            }
            for part, libelle in enumerate(textes.ETAPES_ACTION, start=1)
        ],
    )
    Action.objects.filter(pk=action.pk).update(cree_le=instant(debut))
    _faire_vivre(action, pilote, au, hasard)
    _pointer_les_etapes(action, au)
    return action


def _pointer_les_etapes(action: Action, au: datetime.date) -> None:
    """Say that the steps which the progress covers were done, each a few days after its date."""
    action.refresh_from_db()
    etapes = list(action.etapes.all())
    for rang, etape in enumerate(etapes, start=1):
        if action.avancement >= 100 * rang // len(etapes) - 5:
            faite_le = min(etape.prevue_le + datetime.timedelta(days=4 * rang), action.nouvelle_le or au, au)
            pointer_etape(etape, faite_le=max(faite_le, action.debut_le))


def _faire_vivre(action: Action, par, au: datetime.date, hasard: random.Random) -> None:
    """Give news every month or so until the action ends or falls silent."""
    sort = hasard.random()
    if sort < 0.1:
        return
    le, avancement = action.debut_le, 0
    duree = (action.echeance_le - action.debut_le).days
    silence = au - datetime.timedelta(days=hasard.choice([0, 0, 0, 70, 95]))
    while le < silence:
        attendu = 85 * (le - action.debut_le).days // duree + hasard.randint(-6, 10)
        avancement = max(avancement, min(90, attendu), 5)
        noter_nouvelle(
            action,
            texte=hasard.choice(textes.NOUVELLES),
            etat=EtatAction.EN_COURS,
            avancement=avancement,
            par=par,
            le=le,
        )
        le += datetime.timedelta(days=hasard.randint(18, 45))
    _conclure(action, sort, le, par, au, hasard)


def _conclure(action: Action, sort: float, le: datetime.date, par, au: datetime.date, hasard: random.Random) -> None:
    action.refresh_from_db()
    le = max(min(le, au - datetime.timedelta(days=hasard.randint(1, 25))), action.nouvelle_le or action.debut_le)
    if sort > 0.78:
        noter_nouvelle(action, texte="Action terminée, bilan partagé.", etat=EtatAction.REALISEE, par=par, le=le)
    elif sort > 0.7:
        noter_nouvelle(
            action,
            texte="L’action est arrêtée.",
            etat=EtatAction.BLOQUEE,
            blocage=hasard.choice(textes.BLOCAGES),
            par=par,
            le=le,
        )
    elif sort > 0.66:
        noter_nouvelle(action, texte="Reprise au printemps.", etat=EtatAction.EN_PAUSE, par=par, le=le)


def relier(actions: list[Action], constats: list[Constat]) -> None:
    """Link some open constats to the action of their quartier that speaks of the same axis."""
    par_quartier: dict[int, list[Action]] = {}
    for action in actions:
        for quartier in action.quartiers.all():
            par_quartier.setdefault(quartier.pk, []).append(action)
    for rang, constat in enumerate(constats):
        if rang % 11 == 0 and not constat.confidentiel:
            choix = par_quartier[constat.quartier_id]
            Constat.objects.filter(pk=constat.pk).update(action=choix[rang % len(choix)])
