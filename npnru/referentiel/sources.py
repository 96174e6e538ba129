"""Where each published fact was read."""

#: Key, (name of the source, address or blank when it was not kept).
SOURCES: dict[str, tuple[str, str]] = {
    "MAISON_NPNRU": (
        "Maison de projets, Tours Métropole Val de Loire",
        "https://maisondeprojets.tours-metropole.fr/npnru/",
    ),
    "METROPOLE_ANRU": (
        "tours-metropole.fr, 21 juin 2019",
        "https://tours-metropole.fr/actualites/lanru-sengage-pour-le-renouvellement-urbain-des-quartiers-prioritaires-de-la-metropole",
    ),
    "INFO_TOURS_CONVENTION": (
        "info-tours.fr, 29 janvier 2020",
        "https://www.info-tours.fr/articles/tours-agglo/2020/01/29/12474/c-est-vraiment-parti-pour-la-renovation-urbaine-des-quartiers-prioritaires/",
    ),
    "INFO_TOURS_47": (
        "info-tours.fr, 11 janvier 2019",
        "http://www.info-tours.fr/articles/tours/2019/01/11/10258/une-subvention-record-de-47-millions-d-e-pour-renover-le-sanitas/",
    ),
    "FRANCE_BLEU_128": (
        "francebleu.fr, mars 2019",
        "https://www.francebleu.fr/infos/societe/renovation-du-sanitas-a-tours-un-projet-a-128-millions-d-euros-1551475722",
    ),
    "ALLIANCE": (
        "alliance-immobilier-service-neuf.fr, vers 2020",
        "https://alliance-immobilier-service-neuf.fr/actualites-regionales-de-l-immobilier/evolution-des-quartiers-de-la-ville-de-tours-en-indre-et-loire-168.html",
    ),
    "INFO_TOURS_BASTIE": (
        "info-tours.fr, 12 septembre 2019",
        "https://www.info-tours.fr/articles/tours/2019/09/12/11706/tours-ce-qui-va-changer-dans-le-quartier-maryse-bastie/",
    ),
    "COMITE_ENGAGEMENT": (
        "Avenant NPNRU, document publié sur 123dok.net",
        "https://123dok.net/document/yr3mlr2j-renouvellement-urbain-amplifie-soutien-projets-tours-m%C3%A9tropole-loire.html",
    ),
    "METROPOLE_2024": (
        "tours-metropole.fr, décembre 2024",
        "https://tours-metropole.fr/actualites/construire-ensemble-les-quartiers-de-demain-avec-les-journees-de-lanru",
    ),
    "FRANCE_BLEU_47": (
        "francebleu.fr, juin 2019",
        "https://www.francebleu.fr/infos/societe/a-tours-le-sanitas-pourra-compter-sur-47-millions-d-euros-donnes-par-l-etat-1561124032",
    ),
    "INFO_TOURS_BARRE": (
        "info-tours.fr, 15 juillet 2020",
        "https://www.info-tours.fr/articles/tours/2020/07/15/13495/renovation-du-sanitas-cette-fois-a-commence-pour-de-bon/",
    ),
    "INFO_TOURS_TOUR": (
        "info-tours.fr, 11 décembre 2025",
        "https://info-tours.fr/tours/2025/12/11/residence-etudiante-maison-des-associations-xxl-halles-gourmandes-le-projet-de-la-tour-st-paul-se-devoile-au-sanitas",
    ),
    "TMV_ECOLES": (
        "tmvtours.fr, octobre 2025",
        "https://www.tmvtours.fr/detail-article/article%252Ftours-a-quoi-ressembleront-les-deux-nouvelles-ecoles-au-sanitas",
    ),
    "MAISON_QUARTIERS": (
        "Maison de projets, Tours Métropole Val de Loire",
        "https://maisondeprojets.tours-metropole.fr/les-quartiers/",
    ),
    "TOURS_TOURETTES": (
        "tours.fr, 2024",
        "https://tours.fr/actualites/les-tourettes-quartier-prioritaire",
    ),
    "INFO_TOURS_2018": (
        "info-tours.fr, 18 janvier 2018",
        "http://www.info-tours.fr/articles/tours/2018/01/18/7898/sanitas-la-maison-du-projet-ouvrira-le-1er-fevrier/",
    ),
    "TOURS_SANITAS": (
        "tours.fr, «\u00a0Ça bouge au Sanitas\u00a0»",
        "https://tours.fr/actualites/ca-bouge-au-sanitas",
    ),
    "TRIBUNE_2021": (
        "tribune-hebdo.fr, 2021",
        "https://www.tribune-hebdo.fr/tours/le-sanitas-du-futur-presente-aux-habitants",
    ),
    "INFO_TOURS_ASSOCIATIONS": (
        "info-tours.fr, 18 juin 2019",
        "http://www.info-tours.fr/articles/tours/2019/06/18/11245/on-en-sait-enfin-plus-sur-la-maison-des-associations-de-tours/",
    ),
    "INFO_TOURS_OUVERTURE": (
        "info-tours.fr, 6 décembre 2019",
        "https://www.info-tours.fr/articles/tours/2019/12/06/12178/la-maison-des-associations-de-tours-comment-a-marche/",
    ),
    "INFO_TOURS_MARIE_CURIE": (
        "info-tours.fr, 3 octobre 2022",
        "https://info-tours.fr/tours/2022/10/03/au-sanitas-presentation-detaillee-du-futur-projet-marie-curie/",
    ),
    "INFO_TOURS_GYMNASE": (
        "info-tours.fr, 15 décembre 2020",
        "",
    ),
    "TMV_GYMNASE": (
        "tmvtours.fr, gymnase du Hallebardier",
        "https://tmvtours.fr/detail-article/article%252Ftours-a-quoi-ressemblera-le-futur-gymnase-du-hallebardier",
    ),
    "TOURAINE_BC": (
        "tourainebc.fr, «\u00a0Le chantier avance\u00a0»",
        "https://www.tourainebc.fr/le-chantier-avance",
    ),
    "INFO_TOURS_ECOLES": (
        "info-tours.fr, 7 octobre 2025",
        "https://info-tours.fr/tours/2025/10/07/tours-les-ecoles-marie-curie-et-suzanne-kleiber-vont-etre-reconstruites-au-sanitas",
    ),
    "TOURS_QUESTIONS": (
        "tours.fr, questions-réponses",
        "https://www.tours.fr/action-municipale/734-questions-reponses.htm",
    ),
    "MAGAZINE_TOURS": (
        "magazine.tours.fr, «\u00a0Sanitas, les premières esquisses dévoilées\u00a0»",
        "https://magazine.tours.fr/dans-mon-quartier/sanitas-les-premieres-esquisses-devoilees/",
    ),
    "CREATURE": (
        "creature.archi, projet «\u00a0Les Merlusines\u00a0»",
        "",
    ),
}
