"""Four hundred constats and their lives: sorted, sent, answered, reminded, checked; drawn photos before and after."""

import datetime
import random
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from gusp.enums import Domanialite, EtatConstat, Nature, RolePhoto
from gusp.metier import transitions as gestes
from gusp.metier.constats import creer_constat
from gusp.metier.photos import ajouter_photo, presenter_photo
from gusp.metier.transmissions import relancer
from gusp.models import Constat, Diagnostic, SousTheme, Theme
from pilotage.demonstration import photos, textes
from pilotage.demonstration.marches import JOURS_A_TRIER, points_du_quartier
from quartiers.models import Organisme, Quartier
from socle.images import PhotoNettoyee, nettoyer_photo

#: Invented landlords answer at their own pace: factor on the days of answer.
ALLURES = {"Habitat Val-Vert": 1.7, "Logis du Cher": 0.8, "Foyer des Deux Rives": 1.1, "Tours Métropole, voirie": 1.5}
#: Landlord of each quartier, invented.
BAILLEURS = {
    "SAN": "Habitat Val-Vert",
    "BAS": "Logis du Cher",
    "EUR": "Habitat Val-Vert",
    "FON": "Foyer des Deux Rives",
    "RIV": "Logis du Cher",
    "LOI": "Habitat Val-Vert",
    "ROC": "Foyer des Deux Rives",
    "TOU": "Logis du Cher",
}
#: Constats that come from elsewhere than a walk.
HORS_MARCHE = 20


class Annee:
    """Writes the year, day after day, through the same doors as people."""

    def __init__(self, *, comptes, organismes: dict[str, Organisme], au: datetime.date, hasard: random.Random):
        self.comptes, self.organismes, self.au, self.hasard = comptes, organismes, au, hasard
        self.themes = {t.code: t for t in Theme.objects.all()}
        self.sous_themes = {(s.theme_id, s.libelle): s for s in SousTheme.objects.all()}

    def relever(self, diagnostic: Diagnostic, nombre: int) -> list[Constat]:
        """Create the constats of a walk, at its stops."""
        etapes = list(diagnostic.etapes.all())
        points = points_du_quartier(diagnostic.quartier, nombre, self.hasard)
        constats = []
        for rang, (lon, lat) in enumerate(points):
            etape = etapes[rang * len(etapes) // nombre]
            lon, lat = (lon + 2 * float(etape.lon)) / 3, (lat + 2 * float(etape.lat)) / 3
            champs = self._observation(diagnostic.quartier)
            constats.append(
                creer_constat(
                    par=self.comptes["gusp"],
                    diagnostic=diagnostic,
                    etape=etape,
                    releve_le=diagnostic.prevu_le,
                    lon=round(lon, 6),
                    lat=round(lat, 6),
                    precision_m=self.hasard.randint(4, 18),
                    position_source="gps",
                    le=self._instant(diagnostic.prevu_le, 14 + rang * 2 // nombre, rang % 55),
                    **champs,
                )
            )
        return constats

    def signaler(self) -> list[Constat]:
        """Create constats reported in meetings, by mediation or by landlords."""
        quartiers = list(Quartier.objects.order_by("ordre"))
        constats = []
        for rang in range(HORS_MARCHE):
            quartier = quartiers[rang % len(quartiers)]
            le = self.au - datetime.timedelta(days=self.hasard.randint(5, 300))
            (lon, lat), champs = points_du_quartier(quartier, 1, self.hasard)[0], self._observation(quartier)
            constats.append(
                creer_constat(
                    par=self.comptes["gusp"],
                    quartier=quartier,
                    releve_le=le,
                    lon=lon,
                    lat=lat,
                    position_source="epingle",
                    origine=self.hasard.choice(["reunion", "mediation", "signalement", "bailleur"]),
                    le=self._instant(le, 10),
                    **champs,
                )
            )
        return constats

    def _observation(self, quartier: Quartier) -> dict:
        tirage = self.hasard.random()
        if tirage < 0.09:
            code, sous_theme, texte = self.hasard.choice(textes.POSITIFS)
            nature = Nature.POSITIF
        elif tirage < 0.15:
            code, sous_theme, texte = self.hasard.choice(textes.PROPOSITIONS)
            nature = Nature.PROPOSITION
        else:
            code = self.hasard.choices(list(textes.POIDS), weights=textes.POIDS.values())[0]
            sous_theme, texte, _ = self.hasard.choice(textes.OBSERVATIONS[code])
            nature = Nature.NEGATIF
        theme = self.themes[code]
        public = code != "HAB" and self.hasard.random() < 0.72
        lettres = "ABCDEF"
        repere = self.hasard.choice(textes.LIEUX).format(
            n=self.hasard.randint(1, 24), l=self.hasard.choice(lettres[:3]), m=self.hasard.choice(lettres[3:])
        )
        bailleur = self.organismes[BAILLEURS[quartier.code]]
        return {
            "nature": nature,
            "theme": theme,
            "sous_theme": self.sous_themes[(theme.pk, sous_theme)],
            "description": texte,
            "repere": repere[0].upper() + repere[1:],
            "ampleur": self.hasard.choices([1, 2, 3], weights=[70, 22, 8])[0],
            "recurrence": self.hasard.choices([0, 1, 2], weights=[60, 27, 13])[0],
            "urgence": self.hasard.choices([1, 2, 3, 4], weights=[3, 22, 57, 18])[0],
            "domanialite": Domanialite.PUBLIC if public else Domanialite.BAILLEUR,
            "organisme": None if public or nature == Nature.POSITIF else bailleur,
            "confidentiel": code == "TRA" and nature == Nature.NEGATIF,
            "porter_au_copil": self.hasard.random() < 0.06,
        }

    def faire_vivre(self, constat: Constat) -> None:
        """Play the life of a constat until today; each step happens only if its day has come."""
        age = (self.au - constat.releve_le).days
        if constat.diagnostic_id and age <= JOURS_A_TRIER + 2:
            return
        gusp, le = self.comptes["gusp"], constat.releve_le
        le = self._plus(le, 1, 6)
        if self._futur(le):
            return
        if self.hasard.random() < 0.02:
            gestes.ecarter(constat, motif="Déjà suivi par ailleurs.", par=gusp, le=self._instant(le))
            return
        constat = gestes.qualifier(
            constat, par=gusp, le=self._instant(le), organisme=constat.organisme or self._organisme(constat)
        )
        le = self._plus(le, 1, 4)
        if constat.nature == Nature.POSITIF or self._futur(le):
            return
        constat = gestes.transmettre(constat, par=gusp, le=self._instant(le))
        self._repondre(constat, le)

    def _organisme(self, constat: Constat) -> Organisme:
        if constat.nature == Nature.POSITIF:
            return None
        return self.organismes[BAILLEURS[constat.quartier.code]]

    def _repondre(self, constat: Constat, le: datetime.date) -> None:
        allure = ALLURES.get(constat.organisme.nom, 1.0)
        sort = self.hasard.random()
        if sort < 0.04 and not self._futur(self._plus(le, 6, 6)):
            constat, le = self._reorienter(constat, self._plus(le, 3, 6))
        if sort > 0.93:
            self._relancer(constat)
            return
        le = self._plus(le, round(2 * allure), round(21 * allure))
        if self._futur(le):
            self._relancer(constat)
            return
        if sort > 0.86:
            reponse = self.hasard.choice(textes.SANS_SUITE)
            gestes.classer_sans_suite(constat, reponse=reponse, par=self._qui_repond(constat), le=self._instant(le))
            return
        constat = gestes.prendre_en_charge(constat, par=self._qui_repond(constat), le=self._instant(le))
        self._traiter(constat, self._plus(le, 4, round(60 * allure)), pris_le=le)

    def _reorienter(self, constat: Constat, le: datetime.date) -> tuple[Constat, datetime.date]:
        autre = self.organismes["Ville de Tours, propreté urbaine"]
        if autre == constat.organisme:
            autre = self.organismes["Tours Métropole, voirie"]
        constat = gestes.reorienter(
            constat, organisme=autre, par=self.comptes["gusp"], le=self._instant(le), motif="Hors de notre emprise."
        )
        return gestes.transmettre(constat, par=self.comptes["gusp"], le=self._instant(le, 16)), le

    def _relancer(self, constat: Constat) -> None:
        le = self._plus(constat.echeance_le, 4, 12)
        for _ in range(3):
            if self._futur(le):
                return
            constat = relancer(
                constat, par=self.comptes["gusp"], le=self._instant(le), message=self.hasard.choice(textes.RELANCES)
            )
            le = self._plus(le, 25, 50)

    def _traiter(self, constat: Constat, le: datetime.date, *, pris_le: datetime.date) -> None:
        qui = self._qui_repond(constat)
        if self._futur(le):
            if self.hasard.random() < 0.5 and le > self.au:
                gestes.programmer(
                    constat, programme_le=le, par=qui, le=self._instant(min(self.au, self._plus(pris_le, 1, 2)))
                )
            return
        constat = gestes.traiter(constat, reponse=self._reponse(constat), par=qui, le=self._instant(le))
        verifie_le = self._plus(le, 5, 40)
        if self._futur(verifie_le) or self.hasard.random() < 0.22:
            return
        if self.hasard.random() < 0.05:
            gestes.rouvrir(
                constat, motif="Constaté de nouveau sur place.", par=self.comptes["gusp"], le=self._instant(verifie_le)
            )
            return
        gestes.verifier(constat, par=self.comptes["gusp"], le=self._instant(verifie_le))

    def _reponse(self, constat: Constat) -> str:
        for sous_theme, texte, reponse in textes.OBSERVATIONS.get(constat.theme.code, []):
            if texte == constat.description and sous_theme:
                return reponse
        return "La demande a été suivie et réalisée."

    def _qui_repond(self, constat: Constat):
        noms = {"Habitat Val-Vert": "bailleur", "Tours Métropole, éclairage public": "eclairage"}
        return self.comptes[noms.get(constat.organisme.nom, "gusp")]

    def photographier(self, constats: list[Constat]) -> None:
        """Join drawn photos: before for one constat in three, after for most of the checked ones; best pairs kept."""
        for rang, constat in enumerate(constats):
            constat.refresh_from_db()
            verifie = constat.etat == EtatConstat.VERIFIE
            if constat.confidentiel or not (rang % 3 == 0 or (verifie and rang % 2)):
                continue
            code, graine = constat.theme.code, rang % 4
            releve = self._instant(constat.releve_le, 15)
            avant = ajouter_photo(
                constat, _photo(code, graine, False), role=RolePhoto.AVANT, par=self.comptes["gusp"],
                texte_alternatif=f"{constat.titre}, image dessinée", prise_le=releve, le=releve,
            )  # fmt: skip
            if not verifie:
                continue
            le = self._instant(constat.verifie_le, 11)
            apres = ajouter_photo(
                constat, _photo(code, graine, True), role=RolePhoto.APRES, par=self.comptes["gusp"],
                texte_alternatif=f"Le même endroit après intervention ({constat.theme}), image dessinée",
                prise_le=le, le=le,
            )  # fmt: skip
            if rang % 4 == 1:
                for photo in (avant, apres):
                    presenter_photo(photo, par=self.comptes["gusp"], retenue=True, le=le)

    def regrouper(self, constats: list[Constat]) -> None:
        """Merge a few constats still to send with one of the same theme in the same walk."""
        for constat in constats[7::45]:
            constat.refresh_from_db()
            if constat.etat not in (EtatConstat.QUALIFIE, EtatConstat.TRANSMIS) or constat.diagnostic_id is None:
                continue
            maitre = (
                Constat.objects.filter(diagnostic=constat.diagnostic_id, theme=constat.theme_id, doublon_de=None)
                .exclude(pk=constat.pk)
                .exclude(etat=EtatConstat.ECARTE)
                .first()
            )
            if maitre is not None:
                le = max(constat.transmis_le or constat.releve_le, self.au - datetime.timedelta(days=5))
                gestes.marquer_doublon(constat, maitre=maitre, par=self.comptes["gusp"], le=self._instant(le, 17))

    def _plus(self, le: datetime.date, mini: int, maxi: int) -> datetime.date:
        return le + datetime.timedelta(days=self.hasard.randint(mini, max(mini, maxi)))

    def _futur(self, le: datetime.date) -> bool:
        return le >= self.au

    def _instant(self, le: datetime.date, heure: int = 10, minute: int = 0) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(le, datetime.time(heure, minute)))


@cache
def _photo(code: str, graine: int, apres: bool) -> PhotoNettoyee:
    contenu = photos.dessiner(code, graine=graine, apres=apres)
    return nettoyer_photo(SimpleUploadedFile("photo.jpg", contenu, content_type="image/jpeg"))
