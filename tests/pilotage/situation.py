"""A small believable situation for the dossiers: two meetings, walks, constats with their journal, actions, operations.

Everything is dated around 17 December 2026; what must never reach a dossier carries the word FUITE.
"""

import datetime
import io
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from PIL import Image

from comptes.enums import Role
from comptes.models import Affectation, Utilisateur
from gusp.enums import EtatAction, EtatConstat, EtatDiagnostic, GenreMouvement, RolePhoto
from gusp.models import (
    Action,
    Constat,
    Diagnostic,
    Etape,
    MouvementConstat,
    Participant,
    Photo,
    PointAvancement,
    Theme,
)
from npnru.enums import EtatOperation, FamillePhase, GenreJalon, MotifDecalage, StatutMontant, Taxe
from npnru.models import Cout, Financement, Jalon, Montant, Operation, Phase, Reprogrammation
from pilotage.enums import EtatDecision, EtatSeance, GenreInstance, GenrePoint
from pilotage.models import Decision, Instance, MouvementDecision, PointOrdreDuJour, Seance
from quartiers.enums import TypeOrganisme
from quartiers.models import Organisme, Quartier
from socle import fichiers

PRECEDENTE = datetime.date(2026, 6, 11)
AU = datetime.date(2026, 11, 20)
SEANCE = datetime.date(2026, 12, 17)
FUITE = "FUITE"


@dataclass
class Situation:
    """What the tests name."""

    responsable: Utilisateur
    referent: Utilisateur
    territorial: Utilisateur
    instance: Instance
    precedente: Seance
    seance: Seance
    sanitas: Quartier
    europe: Quartier
    bailleur: Organisme


def instant(jour: datetime.date, heure: int = 10) -> datetime.datetime:
    """Return that hour of that day in Tours."""
    return timezone.make_aware(datetime.datetime.combine(jour, datetime.time(heure)))


def personne(courriel: str, role: str, quartier: Quartier | None = None) -> Utilisateur:
    """Return an account with one role."""
    utilisateur = Utilisateur.objects.create_user(courriel, "motdepasse", prenom="Camille", nom=courriel.split("@")[0])
    Affectation.objects.create(utilisateur=utilisateur, role=role, quartier=quartier)
    return utilisateur


def image(teinte: tuple[int, int, int], taille: tuple[int, int] = (360, 270)) -> bytes:
    """Return a plain JPEG."""
    sortie = io.BytesIO()
    Image.new("RGB", taille, teinte).save(sortie, "JPEG", quality=80)
    return sortie.getvalue()


def situation() -> Situation:
    """Build the whole."""
    sanitas, europe = Quartier.objects.get(code="SAN"), Quartier.objects.get(code="EUR")
    s = Situation(
        responsable=personne("responsable@exemple.fr", Role.RESPONSABLE),
        referent=personne("referent@exemple.fr", Role.REFERENT_THEMATIQUE),
        territorial=personne("territorial@exemple.fr", Role.REFERENT_TERRITORIAL, sanitas),
        instance=Instance.objects.create(nom="COPIL GUSP", genre=GenreInstance.COPIL_GUSP),
        precedente=None,
        seance=None,
        sanitas=sanitas,
        europe=europe,
        bailleur=Organisme.objects.create(nom="Habitat Val-Vert", type=TypeOrganisme.BAILLEUR, fictif=True),
    )
    s.instance.quartiers.set([sanitas, europe])
    _seances(s)
    _constats(s)
    _actions(s)
    _operations(s)
    return s


def _seances(s: Situation) -> None:
    s.precedente = Seance.objects.create(
        instance=s.instance, tenue_le=PRECEDENTE, etat=EtatSeance.TENUE, heure=datetime.time(14), lieu="Hôtel de ville"
    )
    s.seance = Seance.objects.create(
        instance=s.instance, tenue_le=SEANCE, heure=datetime.time(14), lieu="Hôtel de ville", notes=f"{FUITE} notes"
    )
    points = (
        ("Suites du COPIL du 11 juin", GenrePoint.INFORMATION, 15, ""),
        (
            "Éclairage du cheminement de l'école",
            GenrePoint.DECISION,
            25,
            "Option A, reprise complète : 86 k€ HT, été 2027. Option B, six mâts solaires : 31 k€ HT, mars 2027. "
            "Proposition des services : B puis A avec l'aménagement.",
        ),
        ("Présence estivale au pied des tours", GenrePoint.DECISION, 20, "Reconduire le dispositif 2026 (24 k€)."),
    )
    for rang, (titre, genre, minutes, texte) in enumerate(points, start=1):
        PointOrdreDuJour.objects.create(
            seance=s.seance,
            ordre=rang,
            titre=titre,
            genre=genre,
            minutes=minutes,
            texte=texte,
            rapporteur="Cohésion sociale",
        )
    decisions = (
        ("D-2026-03", "Ouvrir le local de la Place Neuve aux permanences", datetime.date(2026, 9, 30), None),
        ("D-2026-05", "Doubler la collecte d'été", datetime.date(2026, 6, 30), datetime.date(2026, 6, 22)),
        ("D-2026-07", "Chiffrer l'éclairage du cheminement de l'école", datetime.date(2027, 2, 28), None),
    )  # fmt: skip
    for numero, texte, echeance, tenue in decisions:
        decision = Decision.objects.create(
            numero=numero,
            seance=s.precedente,
            texte=texte,
            responsable=s.bailleur,
            echeance_le=echeance,
            etat=EtatDecision.TENUE if tenue else EtatDecision.EN_COURS,
            tenue_le=tenue,
        )
        MouvementDecision.objects.create(
            decision=decision, vers=EtatDecision.OUVERTE, par=s.responsable, le=instant(PRECEDENTE)
        )
        MouvementDecision.objects.create(
            decision=decision,
            de=EtatDecision.OUVERTE,
            vers=decision.etat,
            par=s.responsable,
            le=instant(tenue or PRECEDENTE, 11),
        )


def _constats(s: Situation) -> None:
    themes = list(Theme.objects.order_by("ordre")[:4])
    marche = Diagnostic.objects.create(
        quartier=s.sanitas,
        annee=2026,
        numero=2,
        intitule="Secteur de la Rotonde",
        prevu_le=datetime.date(2026, 9, 15),
        etat=EtatDiagnostic.REALISE,
        habitants_femmes=7,
        habitants_hommes=4,
        notes=f"{FUITE} notes de la marche",
    )
    Participant.objects.create(diagnostic=marche, groupe="bailleurs", organisme=s.bailleur, nom=f"{FUITE} Nom")
    Etape.objects.create(diagnostic=marche, numero=1, libelle="Place Neuve")
    for numero in range(1, 7):
        constat(s, numero, marche, themes[numero % 4])
    constat(
        s, 7, marche, themes[0], description=f"{FUITE} trafic devant le hall", confidentiel=True, porter_au_copil=True
    )
    constat(s, 8, None, themes[1], quartier=s.europe, releve_le=datetime.date(2026, 12, 10), description="Trop tard")


def constat(s: Situation, numero: int, marche: Diagnostic | None, theme: Theme, **champs) -> Constat:
    """Make one constat transmitted on 20 September, every third one checked on the spot on 2 November."""
    verifie = numero % 3 == 0
    quartier = champs.pop("quartier", s.sanitas)
    releve = champs.pop("releve_le", datetime.date(2026, 9, 15))
    etat = EtatConstat.VERIFIE if verifie else EtatConstat.TRANSMIS
    valeurs = {
        "description": f"Constat numéro {numero} au pied de l'immeuble",
        "repere": "Place Neuve",
        "lon": Decimal("0.699") + numero * Decimal("0.0006"),
        "lat": Decimal("47.386") + numero * Decimal("0.0004"),
        "note_interne": f"{FUITE} note interne",
        "porter_au_copil": numero == 1,
        "urgence": 3,
    }
    ligne = Constat.objects.create(
        reference=f"{quartier.code}-2026-02·{numero}",
        numero=numero,
        quartier=quartier,
        diagnostic=marche,
        theme=theme,
        organisme=s.bailleur,
        releve_le=releve,
        transmis_le=releve + datetime.timedelta(days=5),
        echeance_le=releve + datetime.timedelta(days=35),
        etat=etat,
        traite_le=datetime.date(2026, 10, 20) if verifie else None,
        verifie_le=datetime.date(2026, 11, 2) if verifie else None,
        reponse_publique="Réparé par le bailleur." if verifie else "",
        **(valeurs | champs),
    )
    journal(s, ligne, EtatConstat.BROUILLON, releve)
    journal(s, ligne, EtatConstat.TRANSMIS, releve + datetime.timedelta(days=5))
    if verifie:
        journal(s, ligne, EtatConstat.TRAITE, datetime.date(2026, 10, 20))
        journal(s, ligne, EtatConstat.VERIFIE, datetime.date(2026, 11, 2))
        photo(s, ligne, RolePhoto.AVANT, (150, 110, 80 + numero))
        photo(s, ligne, RolePhoto.APRES, (90, 150, 90 + numero))
    return ligne


def journal(s: Situation, ligne: Constat, vers: str, jour: datetime.date) -> None:
    """Add a line to the journal of a constat."""
    MouvementConstat.objects.create(
        constat=ligne, genre=GenreMouvement.ETAT, vers=vers, par=s.referent, le=instant(jour), commentaire=FUITE
    )


def photo(s: Situation, ligne: Constat, role: str, teinte: tuple[int, int, int], **champs) -> Photo:
    """Add a photo kept for the COPIL."""
    octets = image(teinte)
    noms = {
        nom: fichiers.ranger(octets, dossier="photos", extension="jpg")
        for nom in ("principale", "impression", "vignette")
    }
    return Photo.objects.create(
        constat=ligne,
        role=role,
        sha256=f"{ligne.pk:032d}{role:0>32}"[:64],
        largeur=360,
        hauteur=270,
        texte_alternatif=f"Le hall, {role}",
        retenue=True,
        ajoutee_par=s.referent,
        **noms,
        **champs,
    )


def _actions(s: Situation) -> None:
    lignes = (
        ("GUSP-01", "Régulariser la collecte des encombrants", EtatAction.EN_COURS, datetime.date(2026, 10, 31), ""),
        ("GUSP-02", "Rouvrir le local associatif", EtatAction.BLOQUEE, datetime.date(2027, 3, 31), "Bail non signé"),
        ("GUSP-03", "Fleurir les pieds d'immeuble", EtatAction.A_VENIR, datetime.date(2027, 5, 31), ""),
    )
    for code, titre, etat, echeance, blocage in lignes:
        action = Action.objects.create(
            code=code,
            titre=titre,
            etat=etat,
            echeance_le=echeance,
            blocage=blocage,
            organisme=s.bailleur,
            avancement=40,
        )
        action.quartiers.add(s.sanitas)
        PointAvancement.objects.create(
            action=action,
            le=datetime.date(2026, 11, 3),
            texte=f"Point du 3 novembre sur {code}.",
            de=EtatAction.A_VENIR,
            vers=etat,
            avancement=40,
            par=s.territorial,
        )
    action.quartiers.add(s.europe)
    secrete = Action.objects.create(code="GUSP-99", titre=f"{FUITE} action confidentielle", confidentiel=True)
    secrete.quartiers.add(s.sanitas)


def _operations(s: Situation) -> None:
    Operation.objects.update(porter_au_copil=False)  # the published ones would hide the one that tests read
    operation = Operation.objects.create(
        quartier=s.sanitas,
        titre="Centre social de démonstration",
        genre_ouvrage="batiment_neuf",
        maitre_ouvrage=s.bailleur,
        etat=EtatOperation.ETUDES,
        alerte="Permis à déposer avant mars",
        situation_le=datetime.date(2026, 11, 10),
        lon=Decimal("0.702"),
        lat=Decimal("47.388"),
        demonstration=True,
    )
    _phase(operation, 1, "Études", FamillePhase.ETUDES, (2025, 3, 1), (2026, 12, 31), commencee=True)
    phase = _phase(operation, 2, "Travaux", FamillePhase.TRAVAUX, (2027, 1, 15), (2028, 6, 30))
    jalon = Jalon.objects.create(
        operation=operation,
        genre=GenreJalon.LIVRAISON,
        libelle="Ouverture au public",
        initial_le=datetime.date(2028, 9, 1),
        prevu_le=datetime.date(2029, 3, 2),
    )
    Jalon.objects.create(
        operation=operation,
        genre=GenreJalon.PERMIS,
        libelle="Dépôt du permis",
        initial_le=datetime.date(2026, 12, 1),
        prevu_le=datetime.date(2027, 2, 26),
    )
    for objet, champs in (("Ouverture au public", {"jalon": jalon}), ("Travaux", {"phase": phase})):
        Reprogrammation.objects.create(
            operation=operation,
            objet=objet,
            ancienne=datetime.date(2028, 9, 1),
            nouvelle=datetime.date(2029, 3, 2),
            motif=MotifDecalage.MARCHE,
            explication="Lot gros œuvre infructueux",
            par=s.referent,
            le=instant(datetime.date(2026, 10, 5)),
            **champs,
        )
    cout = Cout.objects.create(operation=operation, poste="total")
    ligne = Financement.objects.create(
        operation=operation, financeur=Organisme.objects.get(sigle="ANRU"), a_solder_avant_le=datetime.date(2027, 4, 30)
    )
    montants = (
        ({"cout": cout}, StatutMontant.PREVU, "4200000.00", (2026, 5, 4)),
        ({"cout": cout}, StatutMontant.PREVU, "4650000.00", (2026, 10, 2)),
        ({"financement": ligne}, StatutMontant.INSCRIT, "1800000.00", (2026, 5, 4)),
        ({"financement": ligne}, StatutMontant.RECU, "300000.00", (2026, 9, 1)),
    )
    for objet, statut, valeur, jour in montants:
        Montant.objects.create(
            statut=statut,
            valeur=Decimal(valeur),
            taxe=Taxe.HT,
            valeur_le=datetime.date(*jour),
            source="Plan de financement de démonstration",
            saisi_par=s.referent,
            **objet,
        )


def _phase(operation: Operation, ordre: int, libelle: str, famille: str, debut, fin, *, commencee=False) -> Phase:
    return Phase.objects.create(
        operation=operation,
        ordre=ordre,
        libelle=libelle,
        famille=famille,
        debut_initial=datetime.date(*debut),
        fin_initiale=datetime.date(*fin),
        debut_prevu=datetime.date(*debut),
        fin_prevue=datetime.date(*fin) + datetime.timedelta(days=182 * (not commencee)),
        debut_reel=datetime.date(*debut) if commencee else None,
    )
