"""What is missing in a dossier before it is frozen: blocking, or to be checked."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from gusp.models import Action, Constat, Diagnostic, Photo
from npnru.models import Operation
from pilotage.enums import EtatDecision, EtatSeance, GenreInstance, GenrePoint, GenreSection
from pilotage.models import Decision, Dossier
from socle.formats import compte, jour, jours

JOURS_DE_FRAICHEUR = 10


@dataclass(frozen=True)
class Probleme:
    """Something missing: the section, a sentence that says what to do, whether it blocks the freezing."""

    genre: str
    texte: str
    bloquant: bool = False

    @property
    def section(self) -> str:
        """Label of the section."""
        return GenreSection(self.genre).label


def bloquants(problemes: Iterable[Probleme]) -> list[Probleme]:
    """Keep what forbids the freezing."""
    return [probleme for probleme in problemes if probleme.bloquant]


def completude(problemes: Iterable[Probleme], incluses: int) -> int:
    """Return the share of the included sections without any problem, in percent."""
    touchees = {probleme.genre for probleme in problemes}
    return round(100 * max(0, incluses - len(touchees)) / incluses) if incluses else 0


def controler(dossier: Dossier, *, au: datetime.date | None = None) -> list[Probleme]:
    """Return what is missing in the included sections, in their order, in a bounded number of queries."""
    au = au or timezone.localdate()
    sections = list(dossier.sections.filter(incluse=True).order_by("ordre", "pk"))
    textes = {section.genre: section.texte.strip() for section in sections}
    ids = list(dossier.quartiers.values_list("pk", flat=True))
    problemes = [*_ensemble(dossier, textes, ids, au)]
    controles = {
        GenreSection.ORDRE_DU_JOUR: lambda: _ordre_du_jour(dossier),
        GenreSection.SUITES: lambda: _suites(dossier),
        GenreSection.SYNTHESE: lambda: _synthese(dossier, textes),
        GenreSection.CARTE: lambda: _carte(ids),
        GenreSection.DIAGNOSTICS: lambda: _diagnostics(dossier, ids),
        GenreSection.PHOTOS: lambda: _photos(ids),
        GenreSection.ACTIONS: lambda: _actions(dossier, ids),
        GenreSection.OPERATIONS: lambda: _operations(dossier, ids),
        GenreSection.CALENDRIER: lambda: _calendrier(ids),
        GenreSection.FINANCEMENTS: lambda: _financements(ids),
    }
    for section in sections:
        if section.genre in controles:
            problemes += controles[section.genre]()
    return problemes


def _ensemble(dossier: Dossier, textes: dict[str, str], ids: list[int], au: datetime.date) -> Iterator[Probleme]:
    couverture, methode = GenreSection.COUVERTURE, GenreSection.METHODE
    if not ids:
        yield Probleme(couverture, "Choisissez au moins un quartier.", bloquant=True)
    if set(textes) <= {couverture, methode}:
        yield Probleme(couverture, "Incluez au moins une section de contenu.", bloquant=True)
    if dossier.seance.etat == EtatSeance.ANNULEE:
        yield Probleme(couverture, "La séance est annulée.", bloquant=True)
    if dossier.arrete_le > au:
        texte = f"Les données sont arrêtées au {jour(dossier.arrete_le)}, qui n’est pas encore passé."
        yield Probleme(couverture, texte, bloquant=True)
    elif (au - dossier.arrete_le).days > JOURS_DE_FRAICHEUR and au <= dossier.seance.tenue_le:
        age = jours((au - dossier.arrete_le).days)
        yield Probleme(couverture, f"Les données sont arrêtées au {jour(dossier.arrete_le)}, il y a {age}.")
    if not dossier.seance.lieu or dossier.seance.heure is None:
        yield Probleme(couverture, "L’heure ou le lieu de la séance n’est pas renseigné.")
    if methode not in textes:
        yield Probleme(methode, "La méthode et les dates des données ne sont pas dans le dossier.")


def _ordre_du_jour(dossier: Dossier) -> Iterator[Probleme]:
    points = list(dossier.seance.points.all())
    genre = GenreSection.ORDRE_DU_JOUR
    if not points:
        yield Probleme(genre, "L’ordre du jour est vide\u00a0: ajoutez ses points dans la séance.", bloquant=True)
        return
    total = sum(point.minutes for point in points)
    if total > dossier.seance.duree_minutes:
        trop = total - dossier.seance.duree_minutes
        yield Probleme(genre, f"Les points demandent {trop}\u00a0minutes de plus que la séance.")
    sans = sum(not point.rapporteur for point in points)
    if sans:
        yield Probleme(genre, f"{compte(sans, 'point n’a,points n’ont')} pas de rapporteur.")


def _suites(dossier: Dossier) -> Iterator[Probleme]:
    lignes = Decision.objects.filter(
        seance__instance_id=dossier.seance.instance_id,
        seance__tenue_le__lt=dossier.seance.tenue_le,
        etat__in=EtatDecision.OUVERTES,
    )
    sans = lignes.filter(Q(responsable__isnull=True) | Q(echeance_le__isnull=True)).count()
    if sans:
        texte = f"{compte(sans, 'décision ouverte n’a,décisions ouvertes n’ont')} pas de responsable ou d’échéance."
        yield Probleme(GenreSection.SUITES, texte)


def _synthese(dossier: Dossier, textes: dict[str, str]) -> Iterator[Probleme]:
    genre = GenreSection.SYNTHESE
    if not textes.get(genre):
        yield Probleme(genre, "La synthèse n’a pas encore de texte.")
    demandes = list(dossier.seance.points.filter(genre=GenrePoint.DECISION))
    if not demandes and dossier.seance.instance.genre in (GenreInstance.COPIL_GUSP, GenreInstance.COPIL_NPNRU):
        yield Probleme(genre, "Aucune décision n’est demandée à l’ordre du jour.")
    muets = [point for point in demandes if not point.texte.strip()]
    if muets:
        noms = ", ".join(f"«\u00a0{point.titre}\u00a0»" for point in muets[:3])
        yield Probleme(genre, f"La question et la proposition manquent pour\u00a0: {noms}.")


def _carte(ids: list[int]) -> Iterator[Probleme]:
    sans = Constat.objects.publics().ouverts().filter(quartier_id__in=ids, lon__isnull=True).count()
    if sans:
        texte = f"{compte(sans, 'constat ouvert n’a,constats ouverts n’ont')} pas de position sur la carte."
        yield Probleme(GenreSection.CARTE, texte)


def _diagnostics(dossier: Dossier, ids: list[int]) -> Iterator[Probleme]:
    genre = GenreSection.DIAGNOSTICS
    precedente = type(dossier.seance).objects.precedente(dossier.seance)
    depuis = precedente.tenue_le if precedente else None
    marches = Diagnostic.objects.filter(quartier_id__in=ids).tenus_entre(depuis, dossier.arrete_le)
    brouillons = Constat.objects.publics().a_qualifier().filter(diagnostic__in=marches).count()
    if brouillons:
        yield Probleme(genre, f"{compte(brouillons, 'constat reste,constats restent')} à qualifier dans ces marches.")
    sans = marches.filter(habitants_femmes__isnull=True, habitants_hommes__isnull=True).count()
    if sans:
        yield Probleme(genre, f"{compte(sans, 'marche ne dit,marches ne disent')} pas combien d’habitants sont venus.")


def _photos(ids: list[int]) -> Iterator[Probleme]:
    genre = GenreSection.PHOTOS
    retenues = Photo.objects.pour_le_copil().filter(constat__quartier_id__in=ids)
    nombre, sans_texte = retenues.count(), retenues.filter(texte_alternatif="").count()
    if not nombre:
        yield Probleme(genre, "Aucune photo n’est marquée «\u00a0à montrer en COPIL\u00a0».")
    if sans_texte:
        yield Probleme(genre, f"{compte(sans_texte, 'photo n’a,photos n’ont')} pas de texte qui la décrive.")


def _actions(dossier: Dossier, ids: list[int]) -> Iterator[Probleme]:
    genre = GenreSection.ACTIONS
    lignes = Action.objects.publiques().filter(
        pk__in=Action.quartiers.through.objects.filter(quartier_id__in=ids).values("action_id")
    )
    muettes = lignes.sans_nouvelles(au=dossier.arrete_le).count()
    if muettes:
        texte = f"{compte(muettes, 'action est,actions sont')} sans nouvelles depuis plus de 60\u00a0jours."
        yield Probleme(genre, texte)
    sans = lignes.ouvertes().filter(Q(organisme__isnull=True) | Q(echeance_le__isnull=True)).count()
    if sans:
        yield Probleme(
            genre, f"{compte(sans, 'action ouverte n’a,actions ouvertes n’ont')} pas de pilote ou d’échéance."
        )


def _operations(dossier: Dossier, ids: list[int]) -> Iterator[Probleme]:
    lignes = Operation.objects.actives().filter(quartier_id__in=ids, porter_au_copil=True)
    limite = dossier.arrete_le - datetime.timedelta(days=60)
    vieilles = lignes.filter(Q(situation_le__isnull=True) | Q(situation_le__lt=limite)).count()
    if vieilles:
        texte = f"{compte(vieilles, 'opération a,opérations ont')} une situation absente ou de plus de 60\u00a0jours."
        yield Probleme(GenreSection.OPERATIONS, texte)


def _calendrier(ids: list[int]) -> Iterator[Probleme]:
    lignes = Operation.objects.actives().filter(quartier_id__in=ids, porter_au_copil=True)
    sans = lignes.filter(jalons__isnull=True, phases__isnull=True).count()
    if sans:
        yield Probleme(GenreSection.CALENDRIER, f"{compte(sans, 'opération n’a,opérations n’ont')} aucune date.")


def _financements(ids: list[int]) -> Iterator[Probleme]:
    lignes = Operation.objects.actives().filter(quartier_id__in=ids, porter_au_copil=True)
    sans = lignes.filter(couts__montants__isnull=True, financements__montants__isnull=True).distinct().count()
    if sans:
        yield Probleme(GenreSection.FINANCEMENTS, f"{compte(sans, 'opération n’a,opérations n’ont')} aucun montant.")
