"""The action plan: creation, correction, steps, and the one door of the state of an action."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from gusp.enums import TRANSITIONS_ACTION, EtatAction
from gusp.metier.refus import TransitionRefusee, en_validation
from gusp.models import Action, Compteur, EtapeAction, PointAvancement
from quartiers.models import Organisme, Quartier
from socle import verrou
from socle.formats import jour

#: What a correction may change; the state, the progress and the news pass through `noter_nouvelle`.
CHAMPS_MODIFIABLES = (
    "titre",
    "axe",
    "contexte",
    "objectifs",
    "contenu",
    "resultats_attendus",
    "public_vise",
    "indicateur",
    "organisme",
    "pilote",
    "origine",
    "priorite",
    "participation",
    "debut_le",
    "echeance_le",
    "recurrente",
    "budget_prevu",
    "budget_realise",
    "budget_situation_le",
    "financeurs",
    "porter_au_copil",
    "confidentiel",
)
#: Facts compared when two people give news of the same action at the same time.
CHAMPS_SUIVIS = ("etat", "avancement", "nouvelle", "blocage")

REFUS_ACTION = {
    EtatAction.REALISEE: "Cette action est réalisée\u00a0: on ne peut que la reprendre (En cours).",
    EtatAction.ABANDONNEE: "Cette action est abandonnée\u00a0: on ne peut que la reprendre (À venir).",
}


def creer_action(
    *,
    par,
    titre: str,
    quartiers: Iterable[Quartier],
    partenaires: Iterable[Organisme] = (),
    etapes: Iterable[Mapping[str, Any]] = (),
    le: datetime.date | None = None,
    sauf_si_apres: datetime.datetime | None = None,
    **champs: Any,
) -> Action:
    """Number (A-2026-014, year of `le`) and create an action; `champs` are fields of CHAMPS_MODIFIABLES.

    With `sauf_si_apres`, the same title by the same person since that instant is the same sending twice: the first
    action is returned. Raises ValidationError with a French sentence.
    """
    _refuser_inconnus(champs)
    quartiers = list(quartiers)
    if not quartiers:
        raise ValidationError({"quartiers": "Une action touche au moins un quartier."})
    annee = (le or timezone.localdate()).year
    try:
        with transaction.atomic():
            compteur = _verrouiller_compteur(annee)
            deja = _deja_creee(par, titre, sauf_si_apres)
            if deja is not None:
                return deja
            compteur.valeur += 1
            compteur.save(update_fields=["valeur"])
            code = f"A-{annee}-{compteur.valeur:03d}"
            action = Action.objects.create(code=code, titre=titre, cree_par=par, **champs)
            action.quartiers.set(quartiers)
            action.partenaires.set(partenaires)
            _ecrire_etapes(action, etapes)
    except IntegrityError as erreur:
        raise en_validation(erreur, Action) from erreur
    return action


@transaction.atomic
def modifier_action(
    action: Action,
    *,
    par,
    quartiers: Iterable[Quartier] | None = None,
    partenaires: Iterable[Organisme] | None = None,
    etapes: Iterable[Mapping[str, Any]] | None = None,
    le: datetime.date | None = None,
    **champs: Any,
) -> Action:
    """Correct the facts of an action under lock; a moved due date leaves a line in its journal.

    What is not given is not touched; `etapes` replaces all the steps. Raises ValidationError.
    """
    _refuser_inconnus(champs)
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    avant = action.echeance_le
    for nom, valeur in champs.items():
        setattr(action, nom, valeur)
    try:
        with transaction.atomic():
            action.save(update_fields=[*champs, "modifie_le"])
    except IntegrityError as erreur:
        raise en_validation(erreur, Action) from erreur
    if quartiers is not None:
        action.quartiers.set(quartiers)
    if partenaires is not None:
        action.partenaires.set(partenaires)
    if etapes is not None:
        _remplacer_etapes(action, [dict(etape) for etape in etapes])
    if avant is not None and avant != action.echeance_le:
        _journaliser(action, texte=_deplacement(avant, action.echeance_le), par=par, le=le or timezone.localdate())
    return action


@transaction.atomic
def noter_nouvelle(
    action: Action,
    *,
    texte: str = "",
    etat: str | None = None,
    avancement: int | None = None,
    blocage: str = "",
    par,
    le: datetime.date | None = None,
    version: str = "",
) -> PointAvancement:
    """Add dated news to an action: the only way to change its state and its progress (in percent).

    A blocked action without `blocage` takes the news as what blocks it. With `version` (socle.verrou, of
    CHAMPS_SUIVIS), raises VersionPerimee when somebody else wrote meanwhile. The same sending twice returns the first
    line. Raises TransitionRefusee with a French sentence.
    """
    aujourd_hui = timezone.localdate()
    le, texte, blocage = le or aujourd_hui, texte.strip(), blocage.strip()
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    de = EtatAction(action.etat)
    vers = EtatAction(etat or action.etat)
    avancement = _avancement(action, vers, avancement)
    if (deja := _deja_dite(action, (texte, vers, avancement, par.pk, le), version)) is not None:
        return deja
    if version:
        verrou.verifier(action, version, suivis=CHAMPS_SUIVIS)
    change = vers != de or avancement != action.avancement
    blocage = _blocage(action, vers, blocage, texte)
    if not (texte or change or blocage != action.blocage):
        raise TransitionRefusee("Rien de nouveau\u00a0: écrivez une nouvelle, ou changez l’état ou l’avancement.")
    _verifier_le_jour(action, le, change, aujourd_hui)
    _verifier_l_etat(de, vers, avancement)
    texte = texte or _phrase(action, vers, avancement) or f"Ce qui bloque\u00a0: {blocage}"
    action.etat, action.avancement, action.blocage = vers, avancement, blocage
    if vers != de:
        action.realisee_le = le if vers == EtatAction.REALISEE else None
    if action.nouvelle_le is None or le >= action.nouvelle_le:
        action.nouvelle, action.nouvelle_le = texte, le
    action.save(update_fields=["etat", "avancement", "blocage", "realisee_le", "nouvelle", "nouvelle_le", "modifie_le"])
    return _journaliser(action, texte=texte, par=par, le=le, de=de if vers != de else "")


@transaction.atomic
def pointer_etape(etape: EtapeAction, *, faite_le: datetime.date | None) -> EtapeAction:
    """Say that a step was done on that day, or (None) that it was not."""
    if faite_le is not None and faite_le > timezone.localdate():
        raise TransitionRefusee("Une étape ne peut pas être faite dans le futur.")
    etape = EtapeAction.objects.select_for_update(of=("self",)).get(pk=etape.pk)
    etape.faite_le = faite_le
    etape.save(update_fields=["faite_le"])
    return etape


def _verrouiller_compteur(annee: int) -> Compteur:
    Compteur.objects.get_or_create(cle=f"actions {annee}")
    return Compteur.objects.select_for_update(of=("self",)).get(cle=f"actions {annee}")


def _deja_creee(par, titre: str, apres: datetime.datetime | None) -> Action | None:
    if apres is None:
        return None
    return Action.objects.filter(cree_par=par, titre=titre, cree_le__gte=apres).first()


def _ecrire_etapes(action: Action, etapes: Iterable[Mapping[str, Any]]) -> None:
    EtapeAction.objects.bulk_create(
        EtapeAction(action=action, ordre=rang, **etape) for rang, etape in enumerate(etapes, start=1)
    )


def _remplacer_etapes(action: Action, etapes: list[dict[str, Any]]) -> None:
    """Replace the steps, and leave them alone (keys included) when nothing moved."""
    champs = {nom for etape in etapes for nom in etape}
    if list(action.etapes.values(*champs)) == etapes if etapes else not action.etapes.exists():
        return
    action.etapes.all().delete()
    _ecrire_etapes(action, etapes)


def _refuser_inconnus(champs: Mapping[str, Any]) -> None:
    if inconnus := set(champs) - set(CHAMPS_MODIFIABLES):
        raise TypeError(f"Not fields of an action that one corrects: {sorted(inconnus)}")


def _deplacement(avant: datetime.date, apres: datetime.date | None) -> str:
    if apres is None:
        return f"Échéance du {jour(avant)} retirée."
    return f"Échéance {'reportée' if apres > avant else 'avancée'} du {jour(avant)} au {jour(apres)}."


def _avancement(action: Action, vers: EtatAction, avancement: int | None) -> int:
    """Return the progress to write: asked, kept, or 100 for what has just been done."""
    if vers == EtatAction.REALISEE and (action.etat != EtatAction.REALISEE or avancement is None):
        return 100
    return action.avancement if avancement is None else avancement


def _deja_dite(action: Action, dit: tuple, version: str) -> PointAvancement | None:
    """Return the last line of the journal when it already says `dit`: a second click is a normal case."""
    texte, *reste = dit
    dernier = action.points.order_by("-pk").first()
    if dernier is None or [action.etat, action.avancement] != reste[:2]:
        return None
    if [dernier.vers, dernier.avancement, dernier.par_id, dernier.le] != reste:
        return None
    # Without words, only a form shown before that line can be its second sending.
    deja = (
        texte == dernier.texte
        if texte
        else version and verrou.changements_depuis(action, version, suivis=CHAMPS_SUIVIS)
    )
    return dernier if deja else None


def _phrase(action: Action, vers: EtatAction, avancement: int) -> str:
    """Return the news that a change says by itself, for who wrote none."""
    if vers != action.etat:
        return f"{EtatAction(action.etat).label} → {vers.label}."
    return f"Avancement\u00a0: {action.avancement} → {avancement}\u00a0%." if avancement != action.avancement else ""


def _blocage(action: Action, vers: EtatAction, blocage: str, texte: str) -> str:
    """Return what blocks: only a blocked action has it; raises TransitionRefusee when nobody says it."""
    if vers != EtatAction.BLOQUEE:
        return ""
    deja = action.blocage if action.etat == EtatAction.BLOQUEE else ""
    blocage = blocage or deja or texte
    if not blocage:
        raise TransitionRefusee("Une action bloquée dit ce qui la bloque\u00a0: écrivez-le dans la nouvelle.")
    return blocage[:300]


def _verifier_le_jour(action: Action, le: datetime.date, change: bool, aujourd_hui: datetime.date) -> None:
    if le > aujourd_hui:
        raise TransitionRefusee("Une nouvelle ne peut pas être datée dans le futur.")
    if change and action.nouvelle_le is not None and le < action.nouvelle_le:
        raise TransitionRefusee(
            f"L’état et l’avancement datent du {jour(action.nouvelle_le)}\u00a0: "
            "une nouvelle plus ancienne ne les change pas."
        )


def _verifier_l_etat(de: EtatAction, vers: EtatAction, avancement: int) -> None:
    if not 0 <= avancement <= 100:
        raise TransitionRefusee("L’avancement va de 0 à 100\u00a0%.")
    if vers != de and (de, vers) not in TRANSITIONS_ACTION:
        raise TransitionRefusee(
            REFUS_ACTION.get(de, f"On ne passe pas de «\u00a0{de.label}\u00a0» à «\u00a0{vers.label}\u00a0».")
        )
    if vers == EtatAction.REALISEE and avancement != 100:
        raise TransitionRefusee("Une action réalisée est à 100\u00a0%\u00a0: reprenez-la d’abord (En cours).")


def _journaliser(action: Action, *, texte: str, par, le: datetime.date, de: str = "") -> PointAvancement:
    return PointAvancement.objects.create(
        action=action, le=le, texte=texte, de=de, vers=action.etat, avancement=action.avancement, par=par
    )
