"""French typography, by tables of cases."""

import datetime
from decimal import Decimal

import pytest
from django.template import Context, Template

from socle import formats

PARIS_MINUIT = datetime.datetime(2026, 11, 22, 23, 30, tzinfo=datetime.UTC)  # already the 23rd in Tours


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        (None, "non renseigné"),
        ("", "non renseigné"),
        (0, "0"),
        (12, "12"),
        (1234, "1\u202f234"),
        (-1234567, "\u22121\u202f234\u202f567"),
        (Decimal("1234.50"), "1\u202f234,5"),
        (Decimal("0.005"), "0,01"),
        (Decimal("-0.001"), "0"),
        (0.1 + 0.2, "0,3"),
        (100, "100"),
        (10**15, "1\u202f000\u202f000\u202f000\u202f000\u202f000"),
    ],
)
def test_un_nombre_s_ecrit_a_la_francaise(valeur, attendu):
    assert formats.nombre(valeur) == attendu


@pytest.mark.parametrize(
    ("montant", "decimales", "attendu"),
    [
        (None, None, "non renseigné"),
        (0, None, "0\u00a0€"),
        (Decimal("1250000"), None, "1\u202f250\u202f000\u00a0€"),
        (Decimal("1250.5"), None, "1\u202f250,50\u00a0€"),
        (Decimal("1250.5"), 0, "1\u202f251\u00a0€"),
        (Decimal("99.999"), None, "100\u00a0€"),
        (12, 2, "12,00\u00a0€"),
        (Decimal("-300"), None, "\u2212300\u00a0€"),
        ("42.10", None, "42,10\u00a0€"),
    ],
)
def test_un_montant_s_ecrit_en_euros(montant, decimales, attendu):
    assert formats.euros(montant, decimales) == attendu


@pytest.mark.parametrize(
    ("montant", "attendu"),
    [
        (None, "non renseigné"),
        (0, "0\u00a0k€"),
        (850, "0,9\u00a0k€"),
        (9000, "9\u00a0k€"),
        (9949, "9,9\u00a0k€"),
        (12_500, "13\u00a0k€"),
        (Decimal("-12499"), "\u221212\u00a0k€"),
        (4_321_000, "4\u202f321\u00a0k€"),
    ],
)
def test_les_milliers_d_euros_perdent_les_details(montant, attendu):
    assert formats.k_euros(montant) == attendu


@pytest.mark.parametrize(
    ("montant", "attendu"),
    [(None, "non renseigné"), (12_440_000, "12,4\u00a0M€"), (1_000_000, "1\u00a0M€"), (-50_000, "\u22120,1\u00a0M€")],
)
def test_les_millions_d_euros_gardent_une_decimale(montant, attendu):
    assert formats.m_euros(montant) == attendu


@pytest.mark.parametrize(
    ("valeur", "decimales", "attendu"),
    [(62, 0, "62\u00a0%"), (Decimal("62.5"), 0, "63\u00a0%"), (Decimal("62.5"), 1, "62,5\u00a0%")],
)
def test_un_pourcentage_porte_une_espace(valeur, decimales, attendu):
    assert formats.pourcent(valeur, decimales) == attendu


@pytest.mark.parametrize(
    ("octets", "attendu"),
    [
        (None, "non renseigné"),
        (1, "1\u00a0octet"),
        (999, "999\u00a0octets"),
        (412_300, "412\u00a0ko"),
        (999_499, "999\u00a0ko"),
        (999_500, "1\u00a0Mo"),
        (2_540_000, "2,5\u00a0Mo"),
    ],
)
def test_un_poids_de_fichier_se_lit(octets, attendu):
    assert formats.poids(octets) == attendu


@pytest.mark.parametrize(
    ("filtre", "valeur", "attendu"),
    [
        ("jour", datetime.date(2026, 11, 3), "03/11/2026"),
        ("jour", PARIS_MINUIT, "23/11/2026"),
        ("jour", datetime.date(987, 1, 2), "02/01/0987"),
        ("jour_long", datetime.date(2026, 11, 23), "lundi 23\u00a0novembre 2026"),
        ("jour_long", datetime.date(2026, 12, 1), "mardi 1er\u00a0décembre 2026"),
        ("jour_court", datetime.date(2026, 11, 26), "26\u00a0nov."),
        ("jour_court", datetime.date(2026, 12, 1), "1er\u00a0déc."),
        ("heure", datetime.time(14), "14\u00a0h"),
        ("heure", datetime.time(9, 30), "9\u00a0h\u00a030"),
        ("heure", PARIS_MINUIT, "0\u00a0h\u00a030"),
        ("instant", PARIS_MINUIT, "23/11/2026 à 0\u00a0h\u00a030"),
        ("jours", 1200, "1\u202f200\u00a0j"),
    ],
)
def test_les_dates_et_les_heures_sont_celles_de_tours(filtre, valeur, attendu):
    assert getattr(formats, filtre)(valeur) == attendu


@pytest.mark.parametrize(
    "filtre", ["jour", "jour_long", "jour_court", "heure", "instant", "jours", "delai", "pourcent"]
)
def test_ce_qui_manque_est_dit(filtre):
    assert getattr(formats, filtre)(None) == "non renseigné"


@pytest.mark.parametrize(
    ("valeur", "au", "attendu"),
    [
        (datetime.date(2026, 11, 11), datetime.date(2026, 11, 23), "en retard de 12\u00a0j"),
        (datetime.date(2026, 11, 23), datetime.date(2026, 11, 23), "aujourd’hui"),
        (datetime.date(2026, 12, 17), datetime.date(2026, 11, 23), "dans 24\u00a0j"),
        (12, None, "en retard de 12\u00a0j"),
        (0, None, "aujourd’hui"),
        (-24, None, "dans 24\u00a0j"),
    ],
)
def test_un_delai_se_lit_au_jour_donne(valeur, au, attendu):
    assert formats.delai(valeur, au) == attendu


def test_un_delai_sans_jour_de_lecture_est_refuse():
    with pytest.raises(ValueError, match="day of reading"):
        formats.delai(datetime.date(2026, 11, 11))


@pytest.mark.parametrize(
    ("compte", "formes", "attendu"),
    [
        (0, "s", ""),
        (1, "s", ""),
        (Decimal("1.9"), "s", ""),
        (2, "s", "s"),
        (-3, "s", "s"),
        (None, "s", ""),
        (1, "x", ""),
        (2, "x", "x"),
        (1, "cheval,chevaux", "cheval"),
        (5, "cheval,chevaux", "chevaux"),
    ],
)
def test_zero_et_un_sont_au_singulier(compte, formes, attendu):
    assert formats.pluriel(compte, formes) == attendu


def test_un_compte_porte_son_nom():
    assert formats.compte(1200, "constat ouvert,constats ouverts") == "1\u202f200\u00a0constats ouverts"
    assert formats.compte(0, "constat,constats") == "0\u00a0constat"
    assert formats.compte(None, "constat,constats") == "non renseigné"


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        (None, ""),
        ("L'école d'Europe", "L’école d’Europe"),
        ("Quand ? Ici !", "Quand\u202f? Ici\u202f!"),
        ("Quoi?! Non; oui", "Quoi\u202f?! Non\u202f; oui"),
        ("Lieu : place Neuve", "Lieu\u00a0: place Neuve"),
        ("Lieu: place", "Lieu\u00a0: place"),
        ("https://exemple.test/a?b=c;d à 14:30", "https://exemple.test/a?b=c;d à 14:30"),
        ("dit «bonjour» ou « bonsoir »", "dit «\u00a0bonjour\u00a0» ou «\u00a0bonsoir\u00a0»"),
        ("attendre...", "attendre…"),
        ("62 % et 12 €", "62\u00a0% et 12\u00a0€"),
    ],
)
def test_la_typographie_suit_l_usage(texte, attendu):
    assert formats.typo(texte) == attendu


@pytest.mark.parametrize("texte", ["L'eau ? Oui : « vite » !", "Rien"])
def test_la_typographie_ne_change_pas_deux_fois(texte):
    assert formats.typo(formats.typo(texte)) == formats.typo(texte)


def test_la_typographie_n_ouvre_pas_la_porte_au_html():
    assert Template("{{ t|typo }}").render(Context({"t": "<b>l'eau</b>"})) == "&lt;b&gt;l’eau&lt;/b&gt;"


def test_les_filtres_sont_dans_tous_les_gabarits():
    gabarit = Template('{{ m|euros }}|{{ d|delai:au }}|{{ n|compte:"avis,avis" }}')
    contexte = {"m": 5, "d": datetime.date(2026, 1, 1), "au": datetime.date(2026, 1, 3), "n": 4}
    assert gabarit.render(Context(contexte)) == "5\u00a0€|en retard de 2\u00a0j|4\u00a0avis"


def test_une_pastille_dit_son_etat_par_une_forme_et_un_mot():
    attendu = (
        '<span class="pastille pastille-a-traiter"><span class="pastille-forme" aria-hidden="true">▲</span>'
        "À &lt;qualifier&gt;</span>"
    )
    gabarit = Template('{% pastille "a_traiter" libelle %}')
    assert gabarit.render(Context({"libelle": "À <qualifier>"})) == attendu
