"""Serial entry from paper: one light form a row, its lists read once for all the rows."""

from dataclasses import dataclass, field
from typing import Any

from django import forms

from gusp.enums import Nature, Urgence
from gusp.forms.rangees import FormulaireEnRangee, Rangees
from gusp.models import Diagnostic, Etape, SousTheme, Theme

#: Rows shown first, added at each asking, and at most in one sending.
RANGEES, RANGEES_MAX = 10, 60
_FAITS = ("theme", "sous_theme", "repere", "description")


@dataclass
class Listes:
    """Stops, themes and sub-themes by key, and the choices that they give."""

    etapes: dict[str, Etape] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    sous_themes: dict[str, SousTheme] = field(default_factory=dict)

    @classmethod
    def pour(cls, diagnostic: Diagnostic) -> "Listes":
        """Read the lists of a walk: three queries whatever the number of rows."""
        sous_themes = SousTheme.objects.filter(actif=True, theme__actif=True).select_related("theme")
        return cls(
            {str(etape.pk): etape for etape in diagnostic.etapes.all()},
            {str(theme.pk): theme for theme in Theme.objects.filter(actif=True)},
            {str(s.pk): s for s in sous_themes},
        )

    def choix_etapes(self) -> list:
        return [("", "—"), *((pk, f"{e.numero} {e.libelle}"[:40]) for pk, e in self.etapes.items())]

    def choix_themes(self) -> list:
        return [("", "—"), *((pk, t.libelle) for pk, t in self.themes.items())]

    def choix_sous_themes(self) -> list:
        groupes: dict[str, list] = {}
        for pk, sous_theme in self.sous_themes.items():
            groupes.setdefault(sous_theme.theme.libelle, []).append((pk, sous_theme.libelle))
        return [("", "—"), *groupes.items()]


class FormulaireRangee(FormulaireEnRangee):
    """One line of the paper; empty, it counts for nothing."""

    client_uuid = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": "Rechargez la page.", "invalid": "Rechargez la page."},
    )
    etape = forms.TypedChoiceField(label="Étape", required=False, empty_value=None)
    nature = forms.ChoiceField(label="Nature", choices=Nature, initial=Nature.NEGATIF)
    theme = forms.TypedChoiceField(label="Thème", required=False, empty_value=None)
    sous_theme = forms.TypedChoiceField(label="Sous-thème", required=False, empty_value=None)
    repere = forms.CharField(label="Adresse ou repère", required=False, max_length=200)
    description = forms.CharField(label="Ce que l’on voit", required=False, max_length=2000)
    urgence = forms.TypedChoiceField(
        label="Urgence",
        choices=[(u.value, u.name) for u in Urgence],
        coerce=int,
        initial=Urgence.U3,
        error_messages={"required": "Choisissez l’urgence."},
    )

    def __init__(self, *args, listes: Listes, **kwargs):
        super().__init__(*args, **kwargs)
        for nom, objets, choix in (
            ("etape", listes.etapes, listes.choix_etapes()),
            ("theme", listes.themes, listes.choix_themes()),
            ("sous_theme", listes.sous_themes, listes.choix_sous_themes()),
        ):
            self.fields[nom].choices = choix
            self.fields[nom].coerce = objets.get

    def has_changed(self) -> bool:
        """True when somebody wrote on that row: an empty one is neither checked nor kept."""
        ecrits = (self.data.get(self.add_prefix(nom), "") for nom in _FAITS)
        return any(texte.strip() for texte in ecrits)

    def clean(self):
        donnees = super().clean()
        theme, sous_theme = donnees.get("theme"), donnees.get("sous_theme")
        if theme and sous_theme and sous_theme.theme_id != theme.pk:
            self.add_error("sous_theme", f"Ce sous-thème appartient à «\u00a0{sous_theme.theme}\u00a0».")
        elif sous_theme and not theme:
            donnees["theme"] = sous_theme.theme
        return donnees

    @property
    def champs(self) -> dict[str, Any]:
        """Return what `creer_constat` takes."""
        return dict(self.cleaned_data)


class BaseRangees(Rangees):
    """The rows of one sending; the empty ones are left aside."""

    @property
    def ecrites(self) -> list[FormulaireRangee]:
        return [formulaire for formulaire in self.forms if formulaire.has_changed()]


FormulairesRangees = forms.formset_factory(
    FormulaireRangee, formset=BaseRangees, extra=0, max_num=RANGEES_MAX, absolute_max=RANGEES_MAX, validate_max=True
)
