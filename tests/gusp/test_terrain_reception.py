"""Receiving a record: once, at the right instant, corrected or kept beside, never lost."""

import datetime
import json
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from comptes.enums import Role
from comptes.models import Affectation
from gusp.enums import EtatConstat, EtatDiagnostic, EtatEnvoi, EtatVersion, GenreMouvement
from gusp.metier.arbitrage import arbitrer, rattacher
from gusp.metier.constats import modifier_constat
from gusp.metier.contenus import empreinte_de
from gusp.metier.transitions import ecarter
from gusp.models import Constat, Diagnostic, EnvoiTerrain, MouvementConstat, Principe, Theme, TraceMarche, VersionEnvoi
from quartiers.models import Quartier
from tests.fabriques.comptes import FabriqueUtilisateur
from tests.fabriques.gusp import FabriqueDiagnostic, FabriqueEtape, sanitas
from tests.gusp.envois import Telephone, contenu, corps, octets_de, sha

pytestmark = pytest.mark.django_db
HEURE = datetime.timedelta(hours=1)


@pytest.fixture
def referente():
    return FabriqueUtilisateur(role=Role.REFERENT_TERRITORIAL, quartier=sanitas())


@pytest.fixture
def marche():
    return FabriqueDiagnostic(prevu_le=timezone.localdate())


@pytest.fixture
def telephone(client, referente):
    client.force_login(referente)
    return Telephone(client, referente)


def envoyer(telephone, dedans, *, numero=None, **options):
    """Send a constat; return (number, status, receipt)."""
    numero = numero or uuid.uuid4()
    reponse = telephone.envoyer(numero, corps(dedans, **options))
    return numero, reponse.status_code, reponse.json().get("recu")


def test_le_meme_envoi_rejoue_ne_fait_qu_un_constat(telephone, marche):
    numero, dedans = uuid.uuid4(), contenu(marche)
    codes = [envoyer(telephone, dedans, numero=numero)[1] for _ in range(3)]
    assert codes == [201, 200, 200]
    assert (Constat.objects.count(), VersionEnvoi.objects.count()) == (1, 1)
    assert Diagnostic.objects.get().dernier_numero == 1


def test_l_empreinte_ne_depend_ni_de_l_ordre_ni_de_l_heure_d_envoi(telephone, marche):
    dedans = contenu(marche)
    numero, _, recu = envoyer(telephone, dedans)
    retourne = dict(reversed(dedans.items()))
    assert envoyer(telephone, retourne, numero=numero, ecart=HEURE)[1:] == (200, recu)
    assert recu["empreinte"] == empreinte_de({"genre": "constat", "contenu": dedans})


def test_tout_ce_qui_est_dit_est_dans_le_constat(telephone, marche):
    theme, principe, etape = Theme.objects.get(code="VOI"), Principe.objects.first(), FabriqueEtape(diagnostic=marche)
    dits = {"theme": theme.pk, "sous_theme": theme.sous_themes.first().pk, "principe": principe.pk, "etape": etape.pk}
    dedans = contenu(marche, **dits, nature="proposition", proposition="Un banc", repere="Tour A", danger=True)
    envoyer(telephone, dedans)
    constat = Constat.objects.get()
    assert (constat.theme, constat.sous_theme, constat.etape) == (theme, theme.sous_themes.first(), etape)
    assert (constat.principe, constat.proposition, constat.repere, constat.urgence) == (
        principe,
        "Un banc",
        "Tour A",
        1,
    )
    assert (float(constat.lon), float(constat.lat), constat.precision_m, constat.position_source) == (
        0.69,
        47.38,
        6,
        "gps",
    )
    assert VersionEnvoi.objects.get().remarques == ""


# Clocks


@pytest.mark.parametrize("ecart", [3 * HEURE, -3 * HEURE, datetime.datetime(1970, 1, 2, tzinfo=datetime.UTC)])
def test_une_horloge_fausse_ne_deplace_pas_le_releve(telephone, marche, ecart):
    if isinstance(ecart, datetime.datetime):
        ecart -= timezone.now()
    vu_le = timezone.now() - datetime.timedelta(minutes=10)
    envoyer(telephone, contenu(marche, releve_a=(vu_le + ecart).isoformat()), ecart=ecart)
    constat, version = Constat.objects.get(), VersionEnvoi.objects.get()
    assert abs(constat.cree_le - vu_le) < datetime.timedelta(seconds=5)
    assert constat.releve_le == timezone.localdate(vu_le)
    assert constat.mouvements.get().le == constat.cree_le
    assert abs(version.decalage_s + ecart.total_seconds()) < 5


def test_une_horloge_juste_a_deux_minutes_pres_est_crue(telephone, marche):
    vu_le = timezone.now() - HEURE
    envoyer(telephone, contenu(marche, releve_a=vu_le.isoformat()), ecart=datetime.timedelta(seconds=90))
    assert (Constat.objects.get().cree_le, VersionEnvoi.objects.get().decalage_s) == (vu_le, 0)


@pytest.mark.parametrize(
    ("releve_a", "jours"),
    [("2020-01-01T00:00:00Z", 60), ("9999-12-31T23:59:59Z", 0), ("0001-01-01T00:00:00+00:00", 60)],
)
def test_un_releve_trop_vieux_ou_a_venir_est_ramene_dans_les_soixante_jours(telephone, marche, releve_a, jours):
    envoyer(telephone, contenu(marche, releve_a=releve_a), ecart=-3 * HEURE)
    attendu = timezone.now() - datetime.timedelta(days=jours)
    assert abs(Constat.objects.get().cree_le - attendu) < datetime.timedelta(seconds=5)


# What does not exist any more


def test_une_grille_qui_a_change_laisse_vide_et_le_dit(telephone, marche):
    theme, autre = Theme.objects.get(code="VOI"), Theme.objects.get(code="ECL")
    Theme.objects.filter(pk=theme.pk).update(actif=False)
    ailleurs = FabriqueEtape(diagnostic=FabriqueDiagnostic())
    dedans = contenu(marche, theme=theme.pk, etape=ailleurs.pk, principe=9999, repere="x" * 201)
    assert envoyer(telephone, dedans)[1] == 201
    envoyer(telephone, contenu(marche, theme=autre.pk, sous_theme=Theme.objects.get(code="PRO").sous_themes.first().pk))
    premier, second = Constat.objects.order_by("numero")
    assert (premier.theme, premier.etape, premier.principe, len(premier.repere)) == (None, None, None, 200)
    remarques = VersionEnvoi.objects.order_by("pk").first().remarques
    assert f"Le thème choisi ({theme}) n’existe plus ici" in remarques
    assert "L’étape" in remarques
    assert "Le repère était trop long" in remarques
    assert (second.theme, second.sous_theme) == (autre, None)


FAUTES = [
    ({"nature": "joli"}, "nature"),
    ({"nature": None}, "nature"),
    ({"releve_a": "hier"}, "l’heure du relevé"),
    ({"theme": "VOI"}, "le thème"),
    ({"theme": True}, "le thème"),
    ({"etape": 2**70}, "l’étape"),
    ({"danger": "non"}, "le danger"),
    ({"position": {"lon": 200, "lat": 47, "source": "gps"}}, "la longitude"),
    ({"position": {"lon": 0.6, "lat": 47, "source": "astres"}}, "la source de la position"),
    ({"position": [0.6, 47]}, "la position"),
    ({"photos": "une"}, "les photos"),
    ({"photos": [{"sha256": "abc"}]}, "l’empreinte d’une photo"),
    ({"photos": [{"sha256": "a" * 64, "role": "dedans"}]}, "le rôle d’une photo"),
    ({"photos": [{"sha256": f"{n:064x}"} for n in range(21)]}, "trop nombreux"),
    ({"description": 12}, "description"),
    ({"diagnostic": None, "quartier": None}, "le quartier"),
    ({"diagnostic": None, "quartier": 10**15}, "le quartier"),
]


@pytest.mark.parametrize(("champs", "phrase"), FAUTES)
def test_un_contenu_malforme_est_refuse_par_une_phrase_qui_nomme_le_champ(telephone, marche, champs, phrase):
    reponse = telephone.envoyer(uuid.uuid4(), corps(contenu(marche) | champs))
    assert (reponse.status_code, reponse.json()["code"]) == (422, "invalide")
    assert phrase in reponse.json()["phrase"]
    assert EnvoiTerrain.objects.count() == 0


@pytest.mark.parametrize(
    "texte", ["", "[", "[]", "null", "[" * 100_000, '{"format":1,"genre":"constat"}', '{"format":2}', '{"format":NaN}']
)
def test_un_corps_illisible_ou_d_un_format_inconnu_est_refuse(telephone, texte):
    reponse = telephone.envoyer(uuid.uuid4(), texte)
    assert (reponse.status_code, reponse.json()["code"]) == (422, "invalide")


def test_un_nombre_infini_est_refuse_et_un_corps_trop_lourd_aussi(telephone, marche):
    texte = json.dumps(corps(contenu(marche, surplus=0))).replace('"surplus": 0', '"surplus": 1e999')
    assert telephone.envoyer(uuid.uuid4(), texte).status_code == 422
    reponse = telephone.envoyer(uuid.uuid4(), corps(contenu(marche, description="x" * 300_000)))
    assert (reponse.status_code, reponse.json()["code"]) == (413, "trop_lourd")


def test_un_emoji_coupe_et_un_zero_ne_cassent_rien(telephone, marche):
    texte = json.dumps(corps(contenu(marche, description="Nid\x00 de poule \ud83d")))
    assert telephone.envoyer(uuid.uuid4(), texte).status_code == 201
    assert Constat.objects.get().description == "Nid de poule ?"


# Corrections and divergences


def test_une_correction_qui_part_de_la_version_recue_est_appliquee(telephone, marche):
    numero, _, recu = envoyer(telephone, contenu(marche))
    numero, code, suite = envoyer(
        telephone, contenu(marche, description="Dalle descellée"), numero=numero, base=recu["empreinte"]
    )
    constat = Constat.objects.get()
    assert (code, suite["etat"], constat.description, constat.numero) == (200, "recu", "Dalle descellée", 1)
    correction = constat.mouvements.get(genre=GenreMouvement.CORRECTION)
    assert correction.commentaire == "Corrigé\u00a0: description."
    assert suite["empreintes"] == [recu["empreinte"], suite["empreinte"]]
    etats = VersionEnvoi.objects.order_by("pk").values_list("etat", flat=True)
    assert list(etats) == [EtatVersion.REMPLACEE, EtatVersion.APPLIQUEE]
    assert envoyer(telephone, contenu(marche), numero=numero)[1] == 409  # another instant: another body


def test_revenir_a_un_texte_deja_recu_est_une_correction_de_plus(telephone, marche):
    dedans = contenu(marche)
    numero, _, recu = envoyer(telephone, dedans)
    _, _, recu = envoyer(telephone, dedans | {"danger": True, "revision": 2}, numero=numero, base=recu["empreinte"])
    assert Constat.objects.get().urgence == 1
    _, code, suite = envoyer(telephone, dedans | {"revision": 3}, numero=numero, base=recu["empreinte"])
    assert (code, suite["etat"], Constat.objects.get().urgence) == (200, "recu", 3)


def test_une_correction_change_le_theme_donc_l_organisme_propose(telephone, marche):
    dedans = contenu(marche, theme=Theme.objects.get(code="ECL").pk)
    numero, _, recu = envoyer(telephone, dedans)
    avant = Constat.objects.get().organisme
    dedans |= {"theme": None, "nature": "positif"}
    envoyer(telephone, dedans, numero=numero, base=recu["empreinte"])
    apres = Constat.objects.get()
    assert (apres.organisme, apres.theme, apres.nature) == (None, None, "positif")
    assert avant is None or avant != apres.organisme


def test_un_contenu_qui_diverge_est_garde_a_cote_et_tranche_au_bureau(telephone, marche, referente):
    numero, _, _ = envoyer(telephone, contenu(marche))
    photos = [octets_de(1)]
    _, code, recu = envoyer(telephone, contenu(marche, description="Tout autre chose", photos=photos), numero=numero)
    assert (code, recu["etat"], recu["constat"]["numero"]) == (409, "a_arbitrer", 1)
    assert "deux versions" in recu["phrase"]
    assert recu["manquantes"] == [sha(photos[0])]
    assert Constat.objects.get().description == "Dalle cassée"
    assert [e.uuid for e in EnvoiTerrain.objects.visibles_par(referente).a_decider()] == [numero]
    version = VersionEnvoi.objects.get(etat=EtatVersion.A_ARBITRER)
    envoi = arbitrer(version, garder="nouvelle", par=referente)
    assert (envoi.etat, Constat.objects.get().description) == (EtatEnvoi.RECU, "Tout autre chose")
    with pytest.raises(ValidationError, match="déjà tranchée"):
        arbitrer(version, garder="actuelle", par=referente)
    assert telephone.recus(numero).json()["recus"][str(numero)]["empreinte"] == version.empreinte


def test_garder_l_actuelle_laisse_l_autre_lisible(telephone, marche, referente):
    numero, _, _ = envoyer(telephone, contenu(marche))
    envoyer(telephone, contenu(marche, description="Autre", photos=[octets_de(1)]), numero=numero)
    envoi = arbitrer(VersionEnvoi.objects.get(etat=EtatVersion.A_ARBITRER), garder="actuelle", par=referente)
    assert (envoi.etat, envoi.manquantes, Constat.objects.get().description) == (EtatEnvoi.RECU, 0, "Dalle cassée")
    assert VersionEnvoi.objects.get(etat=EtatVersion.LAISSEE).corps["contenu"]["description"] == "Autre"
    assert "laissée de côté" in MouvementConstat.objects.latest("pk").commentaire


def test_deux_corrections_de_suite_ne_font_qu_une_version_a_trancher(telephone, marche):
    numero, _, _ = envoyer(telephone, contenu(marche))
    _, _, recu = envoyer(telephone, contenu(marche, description="Un"), numero=numero)
    envoyer(telephone, contenu(marche, description="Deux"), numero=numero, base=recu["empreinte"])
    assert VersionEnvoi.objects.get(etat=EtatVersion.A_ARBITRER).corps["contenu"]["description"] == "Deux"


@pytest.mark.parametrize("passage", ["corrige", "ecarte"])
def test_le_bureau_est_passe_entre_temps_rien_n_est_ecrase(telephone, marche, referente, passage):
    numero, _, recu = envoyer(telephone, contenu(marche))
    constat = Constat.objects.get()
    if passage == "corrige":
        modifier_constat(constat, par=referente, description="Vu au bureau")
    else:
        ecarter(constat, par=referente, motif="Hors du quartier.")
    _, code, _ = envoyer(telephone, contenu(marche, description="Du terrain"), numero=numero, base=recu["empreinte"])
    constat.refresh_from_db()
    assert code == 409
    assert constat.description == ("Vu au bureau" if passage == "corrige" else "Dalle cassée")
    envoi = arbitrer(VersionEnvoi.objects.get(etat=EtatVersion.A_ARBITRER), garder="nouvelle", par=referente)
    assert (envoi.etat, Constat.objects.get().description) == (EtatEnvoi.RECU, "Du terrain")


def test_un_envoi_ne_change_pas_de_sorte_ni_de_marche(telephone, marche):
    numero, _, recu = envoyer(telephone, contenu(marche))
    assert envoyer(telephone, _trace(marche), numero=numero, genre="trace")[1] == 422
    autre = FabriqueDiagnostic()
    assert envoyer(telephone, contenu(autre), numero=numero, base=recu["empreinte"])[1] == 409
    assert Constat.objects.get().diagnostic == marche


def test_une_version_ne_se_reecrit_ni_ne_s_efface(telephone, marche):
    envoyer(telephone, contenu(marche))
    for faire in (lambda v: v.update(corps={}), lambda v: v.delete()):
        with pytest.raises(IntegrityError, match="ne se réécrit pas"), transaction.atomic():
            faire(VersionEnvoi.objects.all())


@pytest.mark.parametrize(
    ("champs", "contrainte"),
    [
        ({"genre": "rumeur"}, "envoi_genre_connu"),
        ({"etat": "perdu"}, "envoi_etat_connu"),
        ({"etat": EtatEnvoi.RECU, "constat": None}, "envoi_sans_constat_a_decider"),
        ({"etat": EtatEnvoi.A_RATTACHER}, "envoi_a_rattacher_sans_constat"),
    ],
)
def test_la_base_refuse_un_envoi_qui_ne_tient_pas(telephone, marche, champs, contrainte):
    envoyer(telephone, contenu(marche))
    with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
        EnvoiTerrain.objects.update(**champs)


def test_la_base_refuse_une_version_en_double_ou_inconnue(telephone, marche):
    numero, _, recu = envoyer(telephone, contenu(marche))
    envoyer(telephone, contenu(marche, description="Autre"), numero=numero)
    seconde = VersionEnvoi.objects.filter(etat=EtatVersion.A_ARBITRER)
    for champs, contrainte in (
        ({"etat": EtatVersion.APPLIQUEE}, "version_envoi_une_seule_appliquee"),
        ({"etat": "oubliee"}, "version_envoi_etat_connu"),
    ):
        with pytest.raises(IntegrityError, match=contrainte), transaction.atomic():
            seconde.update(**champs)
    double = seconde.get()
    double.pk, double.empreinte = None, recu["empreinte"]
    with pytest.raises(IntegrityError, match="version_envoi_unique"), transaction.atomic():
        double.save(force_insert=True)


# Walks that take no more constats


@pytest.mark.parametrize("etat", [EtatDiagnostic.CLOS, EtatDiagnostic.ANNULE])
def test_une_marche_close_ou_annulee_garde_le_releve_a_rattacher(telephone, marche, referente, etat):
    dates = {"releve_diffuse_le": timezone.localdate(), "restitue_le": timezone.localdate()}
    Diagnostic.objects.filter(pk=marche.pk).update(etat=etat, **dates)
    octets = octets_de(1)
    dedans = contenu(marche, photos=[octets])
    numero, code, recu = envoyer(telephone, dedans)
    assert (code, recu["etat"], recu["constat"], Constat.objects.count()) == (201, "a_rattacher", None, 0)
    assert "le bureau choisira" in recu["phrase"]
    assert telephone.deposer(numero, octets).json()["manquantes"] == []
    assert envoyer(telephone, dedans, numero=numero)[1] == 200
    corrige = dedans | {"description": "Dalle retirée"}
    assert envoyer(telephone, corrige, numero=numero, base=recu["empreinte"])[1] == 200
    ailleurs = FabriqueDiagnostic(prevu_le=timezone.localdate())
    constat = rattacher(EnvoiTerrain.objects.get(), diagnostic=ailleurs, par=FabriqueUtilisateur())
    assert (constat.diagnostic, constat.cree_par, constat.numero) == (ailleurs, referente, 1)
    assert (constat.description, constat.photos.get().sha256) == ("Dalle retirée", sha(octets))
    assert telephone.recus(numero).json()["recus"][str(numero)]["etat"] == "recu"
    with pytest.raises(ValidationError, match="déjà rattaché"):
        rattacher(EnvoiTerrain.objects.get(), par=referente)


def test_une_marche_supprimee_garde_le_releve_et_il_se_range_hors_marche(telephone, marche, referente):
    dedans = contenu(marche)
    Diagnostic.objects.filter(pk=marche.pk).delete()
    _, code, recu = envoyer(telephone, dedans)
    assert (code, recu["etat"]) == (201, "a_rattacher")
    constat = rattacher(EnvoiTerrain.objects.get(), par=referente)
    assert (constat.diagnostic, constat.quartier, constat.client_uuid) == (None, sanitas(), uuid.UUID(recu["uuid"]))


def test_on_ne_rattache_pas_a_une_marche_close(telephone, marche, referente):
    Diagnostic.objects.filter(pk=marche.pk).update(etat=EtatDiagnostic.ANNULE)
    envoyer(telephone, contenu(marche))
    with pytest.raises(ValidationError, match="annulé"):
        rattacher(EnvoiTerrain.objects.get(), diagnostic=marche, par=referente)
    assert EnvoiTerrain.objects.get().etat == EtatEnvoi.A_RATTACHER


def test_un_releve_d_un_quartier_ou_l_on_n_est_plus_est_refuse_sans_etre_garde(telephone, marche):
    Affectation.objects.update(quartier=Quartier.objects.exclude(pk=sanitas().pk).first())
    reponse = telephone.envoyer(uuid.uuid4(), corps(contenu(marche)))
    assert (reponse.status_code, reponse.json()["code"], EnvoiTerrain.objects.count()) == (403, "droit", 0)


# Tracks


def _trace(marche, nombre=2):
    points = [[0.69 + n / 10_000, 47.38, None if n else 5.5, n * 10] for n in range(nombre)]
    commun = {"diagnostic": marche.pk, "quartier": marche.quartier_id, "releve_a": timezone.now().isoformat()}
    return commun | {"points": points}


def test_le_trace_de_la_marche_se_garde_et_s_allonge(telephone, marche, referente):
    dedans = _trace(marche)
    numero, code, recu = envoyer(telephone, dedans, genre="trace")
    assert (code, recu["etat"], recu["constat"]) == (201, "recu", None)
    long = dedans | {"points": _trace(marche, 5)["points"]}
    assert envoyer(telephone, long, numero=numero, genre="trace", base=recu["empreinte"])[1] == 200
    trace = TraceMarche.objects.get()
    assert (trace.diagnostic, trace.par, len(trace.points), trace.points[0]) == (
        marche,
        referente,
        5,
        [0.69, 47.38, 5.5, 0],
    )


def test_le_trace_d_une_marche_supprimee_attend_qu_on_lui_en_donne_une(telephone, marche, referente):
    dedans = _trace(marche)
    Diagnostic.objects.filter(pk=marche.pk).delete()
    assert envoyer(telephone, dedans, genre="trace")[2]["etat"] == "a_rattacher"
    with pytest.raises(ValidationError, match="Choisissez la marche"):
        rattacher(EnvoiTerrain.objects.get(), par=referente)
    assert rattacher(EnvoiTerrain.objects.get(), diagnostic=FabriqueDiagnostic(), par=referente) is None
    assert EnvoiTerrain.objects.get().etat == EtatEnvoi.RECU


@pytest.mark.parametrize(
    "points", [[[0, 0, 0, 0]] * 501, [[0, 0, 0]], [[0, 95, 0, 0]], [[0, 0, -1, 0]], ["x"], [[True, 0, 0, 0]]]
)
def test_un_trace_malforme_est_refuse(telephone, marche, points):
    assert envoyer(telephone, _trace(marche) | {"points": points}, genre="trace")[1] == 422


def test_un_releve_vide_est_garde_a_completer(telephone, marche):
    envoyer(telephone, contenu(marche, description="", position=None))
    constat = Constat.objects.get()
    assert (constat.titre, constat.etat) == ("Constat à compléter", EtatConstat.BROUILLON)
