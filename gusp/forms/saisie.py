"""Serial entry from paper: one light form a row, its lists read once for all the rows; the photos of the day."""

import datetime
import re
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from gusp.enums import Nature, Urgence
from gusp.forms.constats import ACCEPTEES
from gusp.forms.rangees import FormulaireEnRangee, Rangees
from gusp.metier.saisie import PhotoRecue
from gusp.models import Diagnostic, Etape, Principe, SousTheme, Theme
from socle.images import nettoyer_photo

#: Rows shown first, added at each asking, and at most in one sending.
RANGEES, RANGEES_MAX = 10, 60
#: Photos of a camera in one sending.
PHOTOS_MAX = 40
_FAITS = ("theme", "sous_theme", "repere", "description", "principe", "photo_a")
_HEURE = re.compile(r"(\d{1,2})\s?[:hH.]?\s?(\d{2})")


@dataclass
class Listes:
    """Stops, themes, sub-themes and principles by key, and the choices that they give.

    `principes` is None where the walk asks for none.
    """

    etapes: dict[str, Etape] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    sous_themes: dict[str, SousTheme] = field(default_factory=dict)
    principes: dict[str, Principe] | None = None

    @classmethod
    def pour(cls, diagnostic: Diagnostic) -> "Listes":
        """Read the lists of a walk: three queries (four when it is exploratory) whatever the number of rows."""
        sous_themes = SousTheme.objects.filter(actif=True, theme__actif=True).select_related("theme")
        return cls(
            {str(etape.pk): etape for etape in diagnostic.etapes.all()},
            {str(theme.pk): theme for theme in Theme.objects.filter(actif=True)},
            {str(s.pk): s for s in sous_themes},
            {str(p.pk): p for p in Principe.objects.filter(actif=True)} if diagnostic.est_exploratoire else None,
        )

    def choix_etapes(self) -> list:
        return [("", "—"), *((pk, f"{e.numero} {e.libelle}"[:40]) for pk, e in self.etapes.items())]

    def choix_themes(self) -> list:
        """Return the themes, each after its code: the letters of the paper choose it."""
        return [("", "—"), *((pk, _avec_code(t)) for pk, t in self.themes.items())]

    def choix_sous_themes(self) -> list:
        groupes: dict[str, list] = {}
        for pk, sous_theme in self.sous_themes.items():
            groupes.setdefault(_avec_code(sous_theme.theme), []).append((pk, sous_theme.libelle))
        return [("", "—"), *groupes.items()]

    def choix_principes(self) -> list:
        return [("", "—"), *((pk, str(p)) for pk, p in (self.principes or {}).items())]


def _avec_code(theme: Theme) -> str:
    return f"{theme.code} {theme.libelle}"


class ChampHeure(forms.CharField):
    """A time as it is written on paper: 14:12, 14 h 12, 1412."""

    def clean(self, value) -> datetime.time | None:
        texte = super().clean(value)
        if not texte:
            return None
        trouve = _HEURE.fullmatch(texte)
        try:
            return datetime.time(int(trouve[1]), int(trouve[2]))
        except (TypeError, ValueError):
            raise ValidationError("Écrivez l’heure ainsi\u00a0: 14:12.", code="heure") from None


def _natures() -> list[tuple[str, str]]:
    """Return the natures after their sign on the paper, which one key chooses."""
    signes = {Nature.NEGATIF: "−", Nature.POSITIF: "+", Nature.PROPOSITION: "P"}
    return [(nature.value, f"{signes[nature]} {nature.label}") for nature in Nature]


class FormulaireRangee(FormulaireEnRangee):
    """One line of the paper; empty, it counts for nothing."""

    client_uuid = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": "Rechargez la page.", "invalid": "Rechargez la page."},
    )
    etape = forms.TypedChoiceField(label="Étape", required=False, empty_value=None)
    nature = forms.ChoiceField(label="Nature", choices=_natures(), initial=Nature.NEGATIF)
    theme = forms.TypedChoiceField(label="Thème", required=False, empty_value=None)
    sous_theme = forms.TypedChoiceField(label="Sous-thème", required=False, empty_value=None)
    repere = forms.CharField(label="Adresse ou repère", required=False, max_length=200)
    description = forms.CharField(label="Ce que l’on voit", required=False, max_length=2000)
    principe = forms.TypedChoiceField(label="Principe", required=False, empty_value=None)
    urgence = forms.TypedChoiceField(
        label="Urgence",
        choices=[(u.value, str(u.value)) for u in Urgence],
        coerce=int,
        initial=Urgence.U3,
        error_messages={"required": "Choisissez l’urgence."},
    )
    photo_a = ChampHeure(
        label="Heure de la photo",
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args, listes: Listes, **kwargs):
        super().__init__(*args, **kwargs)
        for nom, objets, choix in (
            ("etape", listes.etapes, listes.choix_etapes()),
            ("theme", listes.themes, listes.choix_themes()),
            ("sous_theme", listes.sous_themes, listes.choix_sous_themes()),
            ("principe", listes.principes or {}, listes.choix_principes()),
        ):
            self.fields[nom].choices = choix
            self.fields[nom].coerce = objets.get
        if listes.principes is None:
            del self.fields["principe"]

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
        """Return what `saisir_serie` takes."""
        return dict(self.cleaned_data)


class BaseRangees(Rangees):
    """The rows of one sending; the empty ones are left aside."""

    @property
    def ecrites(self) -> list[FormulaireRangee]:
        return [formulaire for formulaire in self.forms if formulaire.has_changed()]


FormulairesRangees = forms.formset_factory(
    FormulaireRangee, formset=BaseRangees, extra=0, max_num=RANGEES_MAX, absolute_max=RANGEES_MAX, validate_max=True
)


class _PlusieursFichiers(forms.ClearableFileInput):
    allow_multiple_selected = True


class ChampPhotos(forms.FileField):
    """Many photos; one that cannot be read is said by its name and does not stop the others."""

    widget = _PlusieursFichiers

    def clean(self, data, initial=None) -> list[PhotoRecue]:
        fichiers = [fichier for fichier in data or () if fichier]
        if len(fichiers) > PHOTOS_MAX:
            raise ValidationError(
                f"Choisissez {PHOTOS_MAX}\u00a0photos au plus ({len(fichiers)} choisies)\u00a0: les autres "
                "s’ajoutent sur les fiches des constats.",
                code="trop",
            )
        return [_recevoir(fichier) for fichier in fichiers]


def _recevoir(fichier) -> PhotoRecue:
    try:
        return PhotoRecue(fichier.name, nettoyer_photo(fichier))
    except ValidationError as erreur:
        return PhotoRecue(fichier.name, None, erreur.messages[0])


class FormulairePhotos(forms.Form):
    """The photos of a camera that went along, joined to the lines by their time."""

    photos = ChampPhotos(
        label="Photos de l’appareil",
        required=False,
        help_text=f"{PHOTOS_MAX} au plus, prises ce jour-là. Chacune rejoint la ligne dont l’heure de photo est la "
        "plus proche, à 3\u00a0minutes près\u202f; ce qui ne trouve pas de ligne est dit après l’enregistrement.",
        widget=_PlusieursFichiers(attrs={"accept": ACCEPTEES}),
    )
