"""The demonstration filled once for this module: what it holds, and every address opened on it by every role."""

import datetime
import uuid
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.test import TransactionTestCase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from comptes.models import Affectation, Utilisateur
from gusp.enums import EtatDiagnostic, RolePhoto
from gusp.models import (
    Action,
    Compteur,
    Constat,
    ConventionGusp,
    Diagnostic,
    EnvoiTerrain,
    Etape,
    MouvementConstat,
    Photo,
    Revue,
    Theme,
    TraceMarche,
    VersionEnvoi,
)
from npnru.models import ConventionNpnru, Cout, Document, Financement, Jalon, Operation, Phase
from pilotage.demonstration.annee import peupler
from pilotage.demonstration.comptes import COMPTES, DOMAINE
from pilotage.enums import EtatSeance
from pilotage.models import Decision, Dossier, Impression, Instance, PointOrdreDuJour, Seance, SectionDossier
from quartiers.models import ChiffreCle, Contact, Organisme, Quartier
from tests.conftest import ClientStrict
from tests.fabriques.comptes import FabriqueUtilisateur

AU = datetime.date(2026, 11, 23)
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration"), pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def empreintes(django_db_setup, django_db_blocker):
    """Fill the database twice for the same day: once undone, once kept for the module; return both digests."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            peupler(au=AU, dire=lambda etape: None)
            premiere = empreinte()
            transaction.set_rollback(True)
        call_command("demo", au=AU, verbosity=0, stdout=_Muet())
        yield premiere, empreinte()
        TransactionTestCase._fixture_teardown(None)


@pytest.fixture(autouse=True)
def _demonstration(empreintes):
    """Every test of this module reads the demonstration."""


class _Muet:
    def write(self, texte):
        pass


#: What makes the story: no key of a row, no instant of the machine.
COLONNES = {
    Diagnostic: ("quartier__code", "annee", "numero", "prevu_le", "etat", "intitule"),
    Etape: ("diagnostic__prevu_le", "numero", "libelle", "lon", "lat"),
    Constat: ("reference", "description", "etat", "urgence", "organisme__nom", "transmis_le", "traite_le", "lon"),
    MouvementConstat: ("constat__reference", "genre", "de", "vers", "le", "par__courriel", "commentaire"),
    Photo: ("constat__reference", "role", "sha256"),
    Action: ("code", "titre", "etat", "avancement", "echeance_le", "pilote__nom"),
    Jalon: ("operation__titre", "libelle", "initial_le", "prevu_le", "atteint_le"),
    Decision: ("numero", "texte", "etat", "echeance_le"),
    Seance: ("instance__nom", "tenue_le", "etat"),
    SectionDossier: ("dossier__seance__tenue_le", "dossier__edition", "genre", "texte"),
}


def empreinte():
    """Return the rows of the main tables, each as one line."""
    return Counter(
        f"{modele.__name__} {ligne}"
        for modele, colonnes in COLONNES.items()
        for ligne in modele.objects.order_by().values_list(*colonnes)
    )


def test_le_meme_jour_donne_les_memes_donnees(empreintes):
    premiere, seconde = empreintes
    ecarts = sorted((premiere - seconde) + (seconde - premiere))
    assert ecarts[:12] == []


def test_remplir_deux_fois_ne_remplit_qu_une_fois(empreintes):
    call_command("demo", au=AU, stdout=_Muet())
    assert empreinte() == empreintes[1]


def test_la_demonstration_refuse_une_base_ou_travaillent_de_vraies_personnes():
    Compteur.objects.filter(cle="demonstration").delete()
    FabriqueUtilisateur()
    with pytest.raises(CommandError, match="vrais comptes"):
        call_command("demo", au=AU, stdout=_Muet())
    assert call_command("demo", au=AU, si_vide=True, stdout=_Muet()) is None


def test_l_annee_a_la_taille_promise():
    tenues = Diagnostic.objects.exclude(etat__in=[EtatDiagnostic.PREPARATION, EtatDiagnostic.ANNULE])
    assert 12 <= tenues.count() <= 16
    assert 380 <= Constat.objects.count() <= 460
    assert Action.objects.count() == 60
    assert set(Quartier.objects.filter(constats__isnull=False)) == set(Quartier.objects.all())
    assert set(Quartier.objects.filter(diagnostics__isnull=False)) == set(Quartier.objects.all())


def test_le_terrain_a_de_quoi_montrer_la_reception():
    assert EnvoiTerrain.objects.filter(etat="a_arbitrer").count() == 1
    assert EnvoiTerrain.objects.photos_manquantes().count() == 1
    assert set(Revue.objects.values_list("verdict", flat=True)) == {"leve", "inchange", "pire"}
    leve = Revue.objects.get(verdict="leve").constat
    assert set(leve.photos.values_list("role", flat=True)) == {"avant", "apres"}
    assert len(TraceMarche.objects.get().points) > 10


def test_trois_copil_passes_ont_leur_dossier_fige_et_le_prochain_est_dans_trois_semaines():
    copil = Seance.objects.filter(instance__genre__startswith="copil")
    passes = copil.filter(etat=EtatSeance.TENUE)
    assert passes.count() == 3
    figes = Dossier.objects.filter(seance__in=passes, contenu__isnull=False)
    assert figes.values("seance").distinct().count() == 3
    assert all(seance.decisions.count() >= 2 for seance in passes)
    prochain = copil.get(tenue_le__gte=AU, etat=EtatSeance.PREVUE)
    assert datetime.timedelta(days=14) <= prochain.tenue_le - AU <= datetime.timedelta(days=28)


def test_les_etats_des_constats_sont_varies_et_leur_histoire_est_complete():
    etats = dict(Constat.objects.order_by().values_list("etat").annotate(Count("pk")))
    assert {"qualifie", "transmis", "programme", "traite", "verifie", "sans_suite"} - set(etats) == set()
    assert max(etats.values()) < Constat.objects.count() / 2
    sans_histoire = Constat.objects.annotate(n=Count("mouvements")).filter(n=0)
    assert sans_histoire.count() == 0
    assert MouvementConstat.objects.filter(le__date__gt=AU).count() == 0


def test_les_constats_d_un_quartier_sont_dans_ses_parages():
    loin = [
        constat.reference
        for constat in Constat.objects.exclude(lon=None).select_related("quartier")
        if abs(constat.lon - constat.quartier.centre_lon) > 0.03
        or abs(constat.lat - constat.quartier.centre_lat) > 0.02
    ]
    assert loin == []


def test_aucun_vrai_bailleur_ne_porte_de_constat_invente():
    porteurs = Organisme.objects.filter(type="bailleur").exclude(constats=None, actions=None)
    assert set(porteurs.values_list("fictif", flat=True)) == {True}


def test_les_personnes_sont_des_fonctions_et_chaque_role_a_un_compte():
    assert Utilisateur.objects.exclude(courriel__endswith=f"@{DOMAINE}").count() == 0
    assert Utilisateur.objects.exclude(prenom="").count() == 0
    assert set(Affectation.objects.values_list("role", flat=True)) == {role.value for *_, role, _, _ in COMPTES}
    assert Contact.objects.exclude(courriel="").exclude(courriel__endswith=".example").count() == 0


def test_les_photos_vont_par_paires_avant_apres():
    apres = Photo.objects.filter(role=RolePhoto.APRES)
    assert apres.count() >= 20
    assert apres.exclude(constat__photos__role=RolePhoto.AVANT).count() == 0
    assert Photo.objects.filter(texte_alternatif__icontains="image dessinée").count() == Photo.objects.count()


# Every address, by every role.


def adresses(resolveur=None, prefixe="", espace=()):
    """Yield (name, names of its arguments) of every address of ours."""
    for motif in (resolveur or get_resolver()).url_patterns:
        if isinstance(motif, URLResolver):
            if motif.namespace not in ("admin", "djdt"):
                suite = (*espace, motif.namespace) if motif.namespace else espace
                yield from adresses(motif, prefixe + str(motif.pattern), suite)
        elif isinstance(motif, URLPattern):
            yield ":".join((*espace, motif.name)), tuple(motif.pattern.converters)


def _premiers(lignes, *ordres):
    """Return the key of the first row of each order: rows in different states."""
    return list(
        dict.fromkeys(pk for ordre in ordres for pk in lignes.order_by(*ordre).values_list("pk", flat=True)[:1])
    )


#: Prefix of the name → objects whose page is opened (the longest prefix wins).
OBJETS = {
    "comptes:appareil_": lambda: [0],
    "comptes:utilisateur_": lambda: _premiers(Utilisateur.objects, ("pk",)),
    "quartiers:chiffre_": lambda: _premiers(ChiffreCle.objects, ("pk",)),
    "quartiers:organisme_": lambda: _premiers(Organisme.objects, ("pk",), ("-pk",)),
    "quartiers:contact_": lambda: _premiers(Contact.objects, ("pk",)) or [0],
    "quartiers:contact_ajouter": lambda: _premiers(Organisme.objects, ("pk",)),
    "gusp:constat_": lambda: _premiers(Constat.objects, ("etat", "pk"), ("-etat", "pk"), ("-pk",)),
    "gusp:photo_": lambda: _premiers(Photo.objects, ("pk",)),
    "gusp:photo_ajouter": lambda: _premiers(Constat.objects, ("pk",)),
    "gusp:terrain_": lambda: _premiers(Diagnostic.objects, ("-prevu_le",)),
    "gusp:reception_": lambda: _premiers(EnvoiTerrain.objects, ("pk",)),
    "gusp:reception_arbitrer": lambda: _premiers(VersionEnvoi.objects, ("pk",)),
    "gusp:reception_import": lambda: [0],
    "gusp:reception_photo": lambda: [0],
    "gusp:trace_": lambda: _premiers(Diagnostic.objects, ("-prevu_le",)),
    "gusp:diagnostic_": lambda: _premiers(Diagnostic.objects, ("prevu_le",), ("-prevu_le",)),
    "gusp:saisie_": lambda: _premiers(Diagnostic.objects, ("-prevu_le",)),
    "gusp:action_": lambda: _premiers(Action.objects, ("pk",), ("-avancement",)),
    "gusp:convention_": lambda: _premiers(ConventionGusp.objects, ("pk",)),
    "gusp:grille_": lambda: _premiers(Theme.objects, ("pk",)),
    "npnru:operation_": lambda: _premiers(Operation.objects, ("pk",), ("-pk",)),
    "npnru:jalon_": lambda: _premiers(Jalon.objects, ("pk",)),
    "npnru:jalon_ajouter": lambda: _premiers(Operation.objects, ("pk",)),
    "npnru:phase_": lambda: _premiers(Phase.objects, ("pk",)),
    "npnru:cout_": lambda: _premiers(Operation.objects, ("pk",)),
    "npnru:financement_": lambda: _premiers(Operation.objects, ("pk",)),
    "npnru:document_": lambda: _premiers(Document.objects, ("pk",)),
    "npnru:document_ajouter": lambda: _premiers(Operation.objects, ("pk",)),
    "npnru:convention_": lambda: _premiers(ConventionNpnru.objects, ("pk",)),
    "pilotage:seance_": lambda: _premiers(Seance.objects, ("tenue_le",), ("-tenue_le",)),
    "pilotage:point_": lambda: _premiers(PointOrdreDuJour.objects, ("pk",)),
    "pilotage:point_ajouter": lambda: _premiers(Seance.objects, ("-tenue_le",)),
    "pilotage:decision_": lambda: _premiers(Decision.objects, ("pk",)),
    "pilotage:decision_prendre": lambda: _premiers(Seance.objects, ("tenue_le",)),
    "pilotage:instance_": lambda: _premiers(Instance.objects, ("pk",)),
    "pilotage:dossier_": lambda: _premiers(Dossier.objects, ("etat", "pk"), ("-etat", "pk")),
    "pilotage:impression_demander": lambda: _premiers(Dossier.objects, ("pk",)),
    "pilotage:impression_etat": lambda: _premiers(Impression.objects, ("pk",)) or [0],
    "pilotage:section_": lambda: _premiers(SectionDossier.objects, ("-pk",)),
}
#: Arguments that are not the key of an object.
AUTRES = {
    "slug": lambda vue: Quartier.objects.get(code="SAN").slug,
    "genre": lambda vue: "xlsx",
    "format": lambda vue: "xlsx",
    "taille": lambda vue: "vignette",
    "cle": lambda vue: "0" * 64,
    "numero": lambda vue: uuid.UUID(int=0),
    "sha256": lambda vue: "0" * 64,
    "etape_pk": lambda vue: 0,
    "constat_pk": lambda vue: 0,
    "appareil_pk": lambda vue: 0,
    "trace_pk": lambda vue: 0,
    "objet": lambda vue: "cout",
    "uidb64": lambda vue: "MQ",
    "token": lambda vue: "abc-def",
}


def cles(vue):
    """Return the keys of the objects of an address; a new address without objects fails here, by its name."""
    if vue == "npnru:montant_ajouter":
        return _premiers(Cout.objects, ("pk",)) or _premiers(Financement.objects, ("pk",))
    connus = [prefixe for prefixe in OBJETS if vue.startswith(prefixe)]
    assert connus, f"Aucun objet de la démonstration n’est dit pour {vue} (OBJETS)"
    return OBJETS[max(connus, key=len)]()


def chemins(*, tous):
    """Yield the path of every address, for one object of the demonstration or for `tous` those chosen."""
    for vue, arguments in adresses():
        autres = {nom: AUTRES[nom](vue) for nom in arguments if nom != "pk"}
        if "pk" not in arguments:
            yield reverse(vue, kwargs=autres)
        else:
            trouvees = cles(vue)
            assert trouvees, f"La démonstration n’a aucun objet pour {vue}"
            yield from (reverse(vue, kwargs={"pk": pk} | autres) for pk in (trouvees if tous else trouvees[-1:]))


PAR_ROLE = {role: [ligne[0] for ligne in COMPTES if ligne[3] == role] for *_, role, _, _ in COMPTES}


@pytest.mark.parametrize("identifiant", [comptes[0] for comptes in PAR_ROLE.values()])
def test_chaque_adresse_s_ouvre_sans_faute_pour_chaque_compte(identifiant):
    client = ClientStrict(raise_request_exception=True)
    client.force_login(Utilisateur.objects.get(courriel=f"{identifiant}@{DOMAINE}"))
    recus, sans_bandeau = {}, []
    for chemin in chemins(tous=identifiant == "responsable"):
        reponse = client.get(chemin)
        recus.setdefault(reponse.status_code, []).append(chemin)
        if reponse.streaming:
            list(reponse)
        elif b"<main" in reponse.content and "Données de démonstration, fictives" not in reponse.content.decode():
            sans_bandeau.append(chemin)
    assert sorted(set(recus) - {200, 302, 403, 404, 405}) == []
    assert sans_bandeau == []
    assert len(recus[200]) >= 8
