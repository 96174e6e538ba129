"""Filter bar of the action plan, its two groupings, and the pages of the table."""

import datetime
from dataclasses import dataclass

import django_filters
from django import forms
from django.db.models import BigIntegerField, CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, LPad
from django.http import QueryDict

from comptes.models import Utilisateur
from gusp.enums import EtatAction
from gusp.filtres.barre import BarreDeListe
from gusp.filtres.constats import FiltreNumero
from gusp.models import Action, Axe
from quartiers.models import Organisme, Quartier

TAILLE = 50
#: Sets of states that answer « what do I owe », before the states themselves.
ENSEMBLES = (
    ("ouvertes", "Ouvertes"),
    ("en_retard", "En retard"),
    ("sans_nouvelles", "Sans nouvelles depuis 60 j"),
    ("toutes", "Toutes"),
)
GROUPES = (("axe", "Par axe"), ("quartier", "Par quartier"))
_SANS_AXE = 32767


class FiltreActions(BarreDeListe):
    """What the address asks, among the actions that the person reads; `au` is the day of the delays."""

    quartier = FiltreNumero(label="Quartier", method="du_quartier")
    axe = FiltreNumero(label="Axe", field_name="axe_id")
    etat = django_filters.ChoiceFilter(
        label="État", choices=(*ENSEMBLES, *EtatAction.choices), method="sans_effet", empty_label=None
    )
    organisme = FiltreNumero(label="Organisme pilote", field_name="organisme_id")
    pilote = FiltreNumero(label="Pilote", field_name="pilote_id")
    q = django_filters.CharFilter(label="Mots ou code", method="chercher", max_length=200)
    copil = django_filters.BooleanFilter(label="À porter au COPIL", method="du_copil", widget=forms.CheckboxInput)
    groupe = django_filters.ChoiceFilter(
        label="Ordre", choices=GROUPES, method="sans_effet", empty_label=None, widget=forms.HiddenInput
    )

    class Meta:
        model = Action
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, utilisateur, au: datetime.date):
        voulu = data.copy()
        for nom, defaut in (("etat", "ouvertes"), ("groupe", "axe")):
            if not voulu.get(nom):
                voulu[nom] = defaut
        self.utilisateur, self.jour = utilisateur, au
        super().__init__(voulu, queryset=Action.objects.visibles_par(utilisateur))

    def du_quartier(self, lignes, nom, valeur):
        return lignes.filter(pk__in=Action.quartiers.through.objects.filter(quartier_id=valeur).values("action_id"))

    def du_copil(self, lignes, nom, valeur):
        return lignes.filter(porter_au_copil=True) if valeur else lignes

    @property
    def groupement(self) -> str:
        """« axe » or « quartier »."""
        return self._propre("groupe", "axe")

    @property
    def lignes(self) -> QuerySet:
        """What the filter keeps, grouped: sorted by rank of the group, group, then code."""
        return grouper(_dans_l_etat(self.qs, self._propre("etat", "ouvertes"), self.jour), self.groupement, self)

    @property
    def rattachements(self) -> dict[str, str]:
        """What the address asks, to go from one view of the list to another."""
        return {nom: valeur for nom, valeur in self.data.items() if nom in self.filters and valeur}

    def proposer_choix(self) -> None:
        """Fill the lists of the bar (one query)."""
        for nom, choix in _choix(self.utilisateur).items():
            self.form.fields[nom].widget.choices = [("", "Tous"), *choix]


def _dans_l_etat(lignes: QuerySet, etat: str, au: datetime.date) -> QuerySet:
    if etat == "toutes":
        return lignes
    if etat == "ouvertes":
        return lignes.ouvertes()
    if etat == "en_retard":
        return lignes.en_retard(au=au)
    return lignes.sans_nouvelles(au=au) if etat == "sans_nouvelles" else lignes.filter(etat=etat)


def grouper(lignes: QuerySet, groupe: str, filtre: FiltreActions) -> QuerySet:
    """Annotate `rang` and `groupe` and sort; an action of several quartiers is shown once, under the first."""
    if groupe == "axe":
        lignes = lignes.annotate(rang=Coalesce("axe__ordre", _SANS_AXE), groupe=_cle("axe_id"))
    else:
        siens = Action.quartiers.through.objects.filter(action_id=OuterRef("pk"))
        ids = filtre.utilisateur.perimetre.quartier_ids
        if filtre.form.cleaned_data.get("quartier"):
            siens = siens.filter(quartier_id=filtre.form.cleaned_data["quartier"])
        elif ids is not None and not filtre.utilisateur.perimetre.est_partenaire:
            siens = siens.filter(quartier_id__in=ids)
        siens = siens.order_by("quartier__ordre", "quartier_id")
        lignes = lignes.annotate(
            rang=Coalesce(Subquery(siens.values("quartier__ordre")[:1]), _SANS_AXE),
            groupe=_cle(Subquery(siens.values("quartier_id")[:1])),
        )
    return lignes.order_by("rang", "groupe", "code")


def _cle(expression) -> Coalesce:
    return Coalesce(expression, 0, output_field=BigIntegerField())


@dataclass(frozen=True)
class Page:
    """Rows in the order of the table, and the cursors of the neighbours (None at an end)."""

    lignes: list
    precedent: str | None
    suivant: str | None


def paginer(lignes: QuerySet, *, apres: str | None = None, avant: str | None = None, taille: int = TAILLE) -> Page:
    """Return the page after or before a cursor « rang.groupe.code », or the first one."""
    if avant and (clef := _lire(avant)):
        trouvees = list(lignes.filter(_au_dela(clef, "lt")).reverse()[: taille + 1])
        if len(trouvees) > taille:
            trouvees = trouvees[:taille][::-1]
            return Page(trouvees, _ecrire(trouvees[0]), _ecrire(trouvees[-1]))
        return paginer(lignes, taille=taille)
    clef = _lire(apres) if apres else None
    trouvees = list((lignes.filter(_au_dela(clef, "gt")) if clef else lignes)[: taille + 1])
    suite, trouvees = len(trouvees) > taille, trouvees[:taille]
    return Page(trouvees, _ecrire(trouvees[0]) if clef and trouvees else None, _ecrire(trouvees[-1]) if suite else None)


def _lire(curseur: str) -> tuple[int, int, str] | None:
    try:
        rang, groupe, code = curseur.split(".")
        return min(int(rang), 2**31 - 1), min(int(groupe), 2**62), code[:20].replace("\x00", "")
    except ValueError:
        return None


def _ecrire(action) -> str:
    return f"{action.rang}.{action.groupe}.{action.code}"


def _au_dela(clef: tuple[int, int, str], sens: str) -> Q:
    rang, groupe, code = clef
    return (
        Q(**{f"rang__{sens}": rang})
        | Q(rang=rang, **{f"groupe__{sens}": groupe})
        | Q(rang=rang, groupe=groupe, **{f"code__{sens}": code})
    )


def _choix(utilisateur) -> dict[str, list[tuple[int, str]]]:
    """Return what the lists of the bar propose, in one query: only what some action carries."""
    perimetre = utilisateur.perimetre
    quartiers = Quartier.objects.all()
    if perimetre.quartier_ids is not None and not perimetre.est_partenaire:
        quartiers = quartiers.filter(pk__in=perimetre.quartier_ids)
    visibles = Action.objects.visibles_par(utilisateur)
    rang = LPad(Cast("ordre", CharField()), 6, Value("0"))
    ensembles = [
        _union(quartiers, "quartier", F("nom"), rang),
        _union(Axe.objects.all(), "axe", F("libelle"), rang),
        _union(Organisme.objects.filter(pk__in=visibles.values("organisme")), "organisme", F("nom"), F("nom_tri")),
        _union(Utilisateur.objects.filter(pk__in=visibles.values("pilote")), "pilote", F("nom"), F("prenom")),
    ]
    choix: dict[str, list[tuple[int, str]]] = {nom: [] for nom in ("quartier", "axe", "organisme", "pilote")}
    for genre, pk, libelle, cle in ensembles[0].union(*ensembles[1:], all=True).order_by("genre", "cle", "mot"):
        choix[genre].append((pk, f"{cle} {libelle}".strip() if genre == "pilote" else libelle))
    return choix


def _union(lignes: QuerySet, genre: str, mot, cle) -> QuerySet:
    return (
        lignes.order_by()
        .annotate(
            genre=Value(genre, output_field=CharField()),
            mot=Cast(mot, CharField()),
            cle=Cast(cle, CharField()),
        )
        .values_list("genre", "pk", "mot", "cle")
    )
