"""Seed the eight priority districts of Tours, their published figures and the public bodies (facts with date and source)."""

import datetime
from decimal import Decimal

from django.db import migrations

from socle.recherche import cle_tri

RELEVE_LE = datetime.date(2026, 11, 23)
CENTRE_2015 = "Centre de l’emprise du périmètre 2015 (ANCT), en attendant l’import du fichier officiel 2024."
CENTRE_TOURETTES = (
    "Emplacement approximatif, posé à la main dans le secteur nord-est : aucune coordonnée ni superficie publiée "
    "n’a été trouvée. À remplacer par l’import du fichier officiel 2024."
)
LIEUX_SANITAS = (
    "Place Saint-Paul, place Neuve (maison de projets), rue du Hallebardier, allée Yvon-Gilbert, complexe omnisports "
    "du Hallebardier, écoles Claude-Bernard, Suzanne-Kleiber, Marie-Curie et Michelet, la Rotonde, îlot de la Belle-Fille"
)
LIEUX_BASTIE = (
    "Rue Maryse-Bastié, rue du Général-Renault, rue Baugé, rue du Capitaine-Pougnon, rue Mélusine, "
    "groupe scolaire Mermoz-Bastié, pavillon de Condé (voisin)"
)
LIEUX_TOURETTES = "Abords des écoles Saint-Exupéry et Croix-Pasquier, secteurs Petit-Prince, Beauverger et Clos-Moreau"

# code, nom, slug, code 2024, code 2015, NPNRU, bounding box of 2015 (or None), surface 2015 (ha), population 2013, lieux
QUARTIERS = [
    ("SAN", "Sanitas", "sanitas", "QN03709M", "QP037009", "national", (0.69430, 47.37618, 0.70624, 47.38644), "42.6",
     8783, LIEUX_SANITAS),
    ("BAS", "Maryse Bastié", "maryse-bastie", "QN03710M", "QP037010", "regional",
     (0.66872, 47.37915, 0.67655, 47.38173), "10.9", 2018, LIEUX_BASTIE),
    ("EUR", "Europe", "europe", "QN03708M", "QP037008", "", (0.68044, 47.41986, 0.68628, 47.42371), "13.9", 2696, ""),
    ("FON", "Les Fontaines", "les-fontaines", "QN03705M", "QP037005", "", (0.70813, 47.36485, 0.71377, 47.36869),
     "13.4", 3008, ""),
    ("RIV", "Rives du Cher", "rives-du-cher", "QN03707I", "QP037007", "", (0.67848, 47.37187, 0.68799, 47.37366),
     "10.4", 2546, ""),
    ("LOI", "Bords de Loire", "bords-de-loire", "QN03711M", "QP037011", "", (0.66607, 47.39149, 0.67648, 47.39548),
     "13.4", 1773, ""),
    ("ROC", "Rochepinard", "rochepinard", "QN03706I", "QP037006", "", (0.71006, 47.37408, 0.71518, 47.37701), "6.0",
     1078, ""),
    ("TOU", "Les Tourettes", "les-tourettes", "QN03713N", "", "", None, None, None, LIEUX_TOURETTES),
]
POSITION_TOURETTES = (Decimal("0.710000"), Decimal("47.415000"))

SECTEURS = {
    "SAN": ["La Rotonde", "Saint-Paul", "Hallebardier", "Belle-Fille"],
    "TOU": ["Petit-Prince", "Beauverger", "Clos-Moreau"],
}

CONTOURS_2015 = ("ANCT, périmètres 2015 : superficie calculée", "https://github.com/Geographie-cites/mobiliscope")
INSEE_2013 = (
    "Insee, population municipale 2013 des quartiers prioritaires",
    "https://github.com/Geographie-cites/mobiliscope/blob/8ef7bb20a30ba5dfc1560d7d67a747f8c83cbbf2/"
    "ODdata_processing/v4.0/Process_AllCities/2_qpv/data_source/qpv_insee/pop_qp_2013.csv",
)
MAISON_DE_PROJETS = (
    "Maison de projets, Tours Métropole Val de Loire",
    "https://maisondeprojets.tours-metropole.fr/les-quartiers/",
)
PRESSE_2018 = (
    "info-tours.fr, 18 janvier 2018",
    "http://www.info-tours.fr/articles/tours/2018/01/18/7898/sanitas-la-maison-du-projet-ouvrira-le-1er-fevrier/",
)
# code, indicateur, valeur, unité, date de la valeur, année, (source, adresse)
CHIFFRES = [
    ("SAN", "surface", "45", "ha", "vers 2019", 2019, MAISON_DE_PROJETS),
    ("SAN", "population", "8227", "habitants", "vers 2019", 2019, MAISON_DE_PROJETS),
    ("SAN", "revenu_median", "7500", "€ par an", "vers 2019", 2019, MAISON_DE_PROJETS),
    ("SAN", "logements", "4000", "logements (environ)", "2018", 2018, PRESSE_2018),
    ("BAS", "surface", "10", "ha", "vers 2019", 2019, MAISON_DE_PROJETS),
    ("BAS", "population", "1830", "habitants", "vers 2019", 2019, MAISON_DE_PROJETS),
    ("BAS", "revenu_median", "10600", "€ par an", "vers 2019", 2019, MAISON_DE_PROJETS),
]

# nom, sigle, type, nom du parent
ORGANISMES = [
    ("Ville de Tours", "", "ville", None),
    ("Ville de Tours, cohésion sociale", "DCS", "ville", "Ville de Tours"),
    ("Ville de Tours, grands projets urbains", "DGPU", "ville", "Ville de Tours"),
    ("Ville de Tours, architecture et bâtiments", "DAB", "ville", "Ville de Tours"),
    ("Ville de Tours, propreté urbaine", "", "ville", "Ville de Tours"),
    ("Ville de Tours, espaces verts", "", "ville", "Ville de Tours"),
    ("Ville de Tours, police municipale", "", "ville", "Ville de Tours"),
    ("Tours Métropole Val de Loire", "TMVL", "metropole", None),
    ("Tours Métropole, voirie", "", "metropole", "Tours Métropole Val de Loire"),
    ("Tours Métropole, éclairage public", "", "metropole", "Tours Métropole Val de Loire"),
    ("Tours Métropole, déchets", "", "metropole", "Tours Métropole Val de Loire"),
    ("Tours Métropole, eau et assainissement", "", "metropole", "Tours Métropole Val de Loire"),
    ("Tours Métropole, renouvellement urbain", "", "metropole", "Tours Métropole Val de Loire"),
    ("Préfecture d’Indre-et-Loire et DDT", "DDT 37", "etat", None),
    ("Police nationale", "", "etat", None),
    ("Agence nationale pour la rénovation urbaine", "ANRU", "etat", None),
    ("Région Centre-Val de Loire", "", "collectivite", None),
    ("Département d’Indre-et-Loire", "CD 37", "collectivite", None),
    ("Caisse d’allocations familiales d’Indre-et-Loire", "CAF", "collectivite", None),
    ("Banque des Territoires", "", "collectivite", None),
    ("Action Logement", "", "autre", None),
    ("Tours Habitat", "", "bailleur", None),
    ("Ligeris", "", "bailleur", None),
]
INTERVENTIONS = {"Tours Habitat": ["SAN"], "Ligeris": ["BAS"]}


def _centre(boite):
    if boite is None:
        return POSITION_TOURETTES
    ouest, sud, est, nord = (Decimal(str(borne)) for borne in boite)
    return (ouest + est) / 2, (sud + nord) / 2


def _chiffre(ChiffreCle, quartier, indicateur, valeur, unite, date_valeur, annee, source):
    ChiffreCle.objects.create(
        quartier=quartier, indicateur=indicateur, valeur=valeur and Decimal(valeur), unite=unite,
        date_valeur=date_valeur, annee=annee, source=source[0], source_url=source[1], releve_le=RELEVE_LE,
    )


def semer_quartiers(apps, schema_editor):
    Quartier = apps.get_model("quartiers", "Quartier")
    Secteur = apps.get_model("quartiers", "Secteur")
    ChiffreCle = apps.get_model("quartiers", "ChiffreCle")
    par_code = {}
    for ordre, ligne in enumerate(QUARTIERS, start=1):
        code, nom, slug, code_qpv, code_2015, npnru, boite, surface, population, lieux = ligne
        lon, lat = _centre(boite)
        quartier = par_code[code] = Quartier.objects.create(
            code=code, nom=nom, nom_tri=cle_tri(nom), slug=slug, code_qpv=code_qpv, code_qpv_2015=code_2015,
            npnru=npnru, ordre=ordre, contour_origine="schematique", lieux=lieux,
            contour_source=CENTRE_2015 if boite else CENTRE_TOURETTES,
            centre_lon=lon, centre_lat=lat, surface_ha=surface and Decimal(surface),
        )
        if surface:
            _chiffre(ChiffreCle, quartier, "surface", surface, "ha", "périmètre 2015", 2015, CONTOURS_2015)
            _chiffre(ChiffreCle, quartier, "population", str(population), "habitants", "2013", 2013, INSEE_2013)
        Secteur.objects.bulk_create(Secteur(quartier=quartier, nom=secteur) for secteur in SECTEURS.get(code, []))
    for code, *chiffre in CHIFFRES:
        _chiffre(ChiffreCle, par_code[code], *chiffre)


def semer_organismes(apps, schema_editor):
    Organisme = apps.get_model("quartiers", "Organisme")
    Quartier = apps.get_model("quartiers", "Quartier")
    par_nom = {}
    for nom, sigle, genre, parent in ORGANISMES:
        par_nom[nom] = Organisme.objects.create(
            nom=nom, nom_tri=cle_tri(nom), sigle=sigle, type=genre, parent=par_nom.get(parent)
        )
    for nom, codes in INTERVENTIONS.items():
        par_nom[nom].quartiers.set(Quartier.objects.filter(code__in=codes))


class Migration(migrations.Migration):
    dependencies = [("quartiers", "0001_initial")]

    operations = [
        migrations.RunPython(semer_quartiers, migrations.RunPython.noop),
        migrations.RunPython(semer_organismes, migrations.RunPython.noop),
    ]
