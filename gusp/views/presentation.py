"""Constats as words on screen: one line of a list, the state said in full, the counts of a filtered list."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from gusp.enums import EtatConstat, Urgence
from gusp.filtres.constats import FiltreConstats
from gusp.filtres.pages import BORNE, compter
from gusp.models import Constat
from gusp.models.dire import SANS_TITRE, ConstatDit, titre_de
from socle.formats import INSECABLE, jours, nombre, typo
from socle.templatetags.socle import pastille

#: Seconds that a rendered filter bar is kept: a new organisme appears in the list at the latest then.
GARDE_DE_LA_BARRE = 30
_FORMES = {"a-traiter": "a-traiter", "en-cours": "en-cours", "fait": "fait", "clos": "neutre"}
_URGENCES = {niveau.value: niveau.name for niveau in Urgence}


def etat_dit(constat: ConstatDit, *, au: datetime.date) -> tuple[str, str]:
    """Return the shape and the words of the state that day, lateness first (« En retard de 21 j »)."""
    if retard := constat.retard_jours(au=au):
        return "retard", f"En retard de {jours(retard)}"
    forme = _FORMES[constat.allure]
    if constat.etat == EtatConstat.PROGRAMME:
        return forme, f"Programmé {constat.programme_le:%d/%m}"
    if constat.etat == EtatConstat.VERIFIE:
        return forme, f"Vérifié le {constat.verifie_le:%d/%m}"
    if constat.etat == EtatConstat.TRANSMIS and constat.transmis_le:
        return forme, f"Transmis il y a {jours(max(0, (au - constat.transmis_le).days))}"
    return forme, constat.libelle_etat


@dataclass(frozen=True, slots=True)
class Ligne(ConstatDit):
    """One row of the list: a constat read without its model, which costs six times less."""

    pk: int
    reference: str
    description: str
    urgence: int
    etat: str
    nature: str
    releve_le: datetime.date
    echeance_le: datetime.date | None
    programme_le: datetime.date | None
    transmis_le: datetime.date | None
    traite_le: datetime.date | None
    verifie_le: datetime.date | None
    ouvert: bool
    confidentiel: bool
    theme: str | None
    sous_theme: str | None
    organisme_nom: str | None
    organisme_sigle: str | None

    @property
    def titre(self) -> str:
        return titre_de(self.description, self.sous_theme or self.theme or SANS_TITRE)

    @property
    def organisme(self) -> str:
        return self.organisme_sigle or self.organisme_nom or "—"

    @property
    def niveau(self) -> str:
        return _URGENCES[self.urgence]


_JOINTS = {
    "theme": "theme__libelle",
    "sous_theme": "sous_theme__libelle",
    "organisme_nom": "organisme__nom",
    "organisme_sigle": "organisme__sigle",
}
_CHAMPS = tuple(_JOINTS.get(champ.name, champ.name) for champ in fields(Ligne))


def lire_lignes(constats: QuerySet) -> list[Ligne]:
    """Read a slice of a queryset as rows of the list, in one query."""
    return [Ligne(*valeurs) for valeurs in constats.values_list(*_CHAMPS)]


_CASE = (
    '<td class="case"><input type="checkbox" class="form-check-input" name="selection" value="{}"'
    ' aria-label="Choisir {}"></td>'
)
_CONFIDENTIEL = format_html(' <span class="marque">{}</span>', "confidentiel")
_RANGEE = (
    '<tr>{}<td class="sans-coupe">{}</td>'
    '<th scope="row" class="coupe"><a href="/constats/{}/">{}</a>{}</th>'
    '<td data-libelle="Thème">{}</td><td data-libelle="Organisme">{}</td><td data-libelle="Urgence">{}</td>'
    '<td data-libelle="État"><span>{}</span></td><td class="nombre sans-coupe" data-libelle="Âge">{}</td></tr>'
)
_sur = lru_cache(maxsize=4096)(conditional_escape)


def rangees_html(lignes: Iterable[Ligne], *, au: datetime.date, a_cocher: bool) -> SafeString:
    """Return the rows of the table: fifty rows written by the template engine would cost a third of the page."""
    return format_html_join("\n", _RANGEE, (_cellules(ligne, au, a_cocher) for ligne in lignes))


def _cellules(ligne: Ligne, au: datetime.date, a_cocher: bool) -> tuple:
    return (
        format_html(_CASE, ligne.pk, ligne.reference) if a_cocher else "",
        ligne.reference,
        ligne.pk,
        ligne.titre,
        _CONFIDENTIEL if ligne.confidentiel else "",
        _sur(ligne.theme or "—"),
        _sur(ligne.organisme),
        ligne.niveau,
        pastille(*etat_dit(ligne, au=au)),
        _sur(jours(ligne.age_jours(au=au))),
    )


@dataclass(frozen=True, slots=True)
class LigneDite:
    """A constat ready to print in the short lists of a walk."""

    pk: int
    url: str
    reference: str
    titre: str
    theme: str
    organisme: str
    urgence: str
    forme: str
    etat: str
    age: str
    confidentiel: bool
    photos: int


def lignes_de(constats: Iterable[Constat], *, au: datetime.date) -> list[LigneDite]:
    """Return constats already read (theme, sub-theme and organisme joined) as printed rows; no query."""
    return [_dire(constat, au) for constat in constats]


def _dire(constat: Constat, au: datetime.date) -> LigneDite:
    forme, etat = etat_dit(constat, au=au)
    organisme = constat.organisme
    return LigneDite(
        pk=constat.pk,
        url=constat.get_absolute_url(),
        reference=constat.reference,
        titre=constat.titre,
        theme=constat.theme.libelle if constat.theme else "—",
        organisme=(organisme.sigle or organisme.nom) if organisme else "—",
        urgence=_URGENCES[constat.urgence],
        forme=forme,
        etat=etat,
        age=jours(constat.age_jours(au=au)),
        confidentiel=constat.confidentiel,
        photos=constat.photos_nombre,
    )


def borne(compte: int) -> str:
    """Return a bounded count as words: « 412 », « plus de 1 000 »."""
    return f"plus de {nombre(BORNE)}" if compte > BORNE else nombre(compte)


@dataclass(frozen=True)
class Comptes:
    """Bounded counts of a filtered list: whatever the state, open, late, and what the filter keeps."""

    tous: int
    ouverts: int
    retard: int
    retenus: int

    @property
    def phrase(self) -> str:
        """« 102 ouverts sur 412, dont 21 en retard »."""
        debut = f"{borne(self.ouverts)} ouvert{'s' if self.ouverts > 1 else ''} sur {borne(self.tous)}"
        debut = debut[0].upper() + debut[1:]
        return f"{debut}, dont {borne(self.retard)} en retard" if self.retard else f"{debut}, aucun en retard"

    def rangs(self, debut: int, combien: int) -> str:
        """« 51 à 100 sur 102 »."""
        return f"{nombre(debut + 1)} à {nombre(debut + combien)} sur {borne(self.retenus)}" if combien else ""


def denombrer(filtre: FiltreConstats) -> Comptes:
    """Count a filtered list in one query, each count bounded."""
    ensembles = [filtre.tous_etats, filtre.tous_etats.ouverts(), filtre.tous_etats.en_retard(au=filtre.jour)]
    rang = {"tous": 0, "ouverts": 1, "en_retard": 2}.get(filtre.ensemble)
    if rang is None:
        ensembles.append(filtre.lignes)
    comptes = compter(*ensembles)
    return Comptes(*comptes[:3], retenus=comptes[3 if rang is None else rang])


@dataclass(frozen=True)
class Barre:
    """A rendered filter bar and the words of what it asks."""

    html: str
    mots: str
    suffixe: str


VUES = (
    ("Liste", "gusp:constat_liste", ()),
    ("Carte", "gusp:constat_carte", ()),
    ("Excel", "gusp:constat_export", ("xlsx",)),
    ("CSV", "gusp:constat_export", ("csv",)),
    ("GeoJSON", "gusp:constat_export", ("geojson",)),
)


def barre_de(request: HttpRequest, filtre: FiltreConstats, *, vue: str) -> Barre:
    """Return the filter bar, kept some seconds for the same person and the same address."""
    suffixe = f"?{urlencode(sorted(filtre.rattachements.items()))}"
    cle = f"barre-constats:{request.user.pk}:{vue}:{hash(suffixe)}"
    barre = cache.get(cle)
    if barre is None or barre.suffixe != suffixe:
        barre = _rendre_barre(filtre, suffixe, vue)
        cache.set(cle, barre, GARDE_DE_LA_BARRE)
    return barre


def _rendre_barre(filtre: FiltreConstats, suffixe: str, vue: str) -> Barre:
    filtre.proposer_choix()
    vues = [(libelle, reverse(nom, args=args) + suffixe, nom == vue) for libelle, nom, args in VUES]
    contexte = {"formulaire": filtre.form, "vues": vues, "effacer": f"{reverse(vue)}?etat=tous"}
    mots = typo(f"filtre : {', '.join(_mots(filtre))}")
    return Barre(render_to_string("gusp/constat_filtres.html", contexte), mots, suffixe)


def _mots(filtre: FiltreConstats):
    """Yield what is asked, in the words of the bar."""
    for nom, valeur in filtre.rattachements.items():
        if nom == "tri" or nom in filtre.form.errors:
            continue
        champ = filtre.form.fields[nom]
        choix = {str(cle): str(libelle) for cle, libelle in getattr(champ.widget, "choices", ())}
        texte = choix.get(valeur, valeur)
        if nom == "q":
            texte = f"« {valeur} »"
        elif nom in ("du", "au"):
            texte = f"{champ.label.lower()} {filtre.form.cleaned_data[nom]:%d/%m/%Y}"
        yield texte if nom not in ("etat", "nature") else texte.lower()
    if not filtre.rattachements.get("quartier"):
        yield f"tous{INSECABLE}quartiers"


def adresse(request: HttpRequest, **champs: str | None) -> str:
    """Return the query string of the page with these keys replaced (None removes one)."""
    voulu: QueryDict = request.GET.copy()
    for nom in ("apres", "avant"):
        voulu.pop(nom, None)
    for nom, valeur in champs.items():
        if valeur is not None:
            voulu[nom] = valeur
    return f"?{voulu.urlencode()}"
