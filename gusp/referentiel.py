"""Seed of the observation grid and of the default competence rules: editable defaults, never hard rules.

Source of the grid: consolidation of the lists of several towns; the cut of competences between Ville and Métropole is
professional knowledge to be confirmed by the service (it is an editable table for that reason).
"""

#: Code, label, sub-themes separated by semicolons.
GRILLE = [
    (
        "PRO",
        "Propreté",
        "Papiers, détritus ; Déjections canines ; Tags, affichage sauvage ; Verre brisé ; Mauvaises odeurs ; "
        "Corbeilles (manque, débordement)",
    ),
    (
        "DEC",
        "Déchets et encombrants",
        "Dépôt sauvage ; Encombrants ; Bac sorti ou débordant ; Point d’apport volontaire ; Local poubelles ; "
        "Jets par les fenêtres ; Épave (deux-roues, voiture)",
    ),
    (
        "VOI",
        "Voirie et cheminements",
        "Nid-de-poule, chaussée ; Trottoir dégradé ; Bordure, marche, obstacle PMR ; Passage piéton effacé ; "
        "Signalisation ; Cheminement spontané ; Flaque, stagnation",
    ),
    (
        "MOB",
        "Stationnement et mobilités",
        "Stationnement gênant ; Ventouse ; Vitesse, rodéo ; Deux-roues (circulation, garage à vélos) ; Arrêt "
        "de bus ou de tram ; Mécanique sauvage",
    ),
    (
        "ECL",
        "Éclairage",
        "Point lumineux éteint ; Zone sombre ; Éclairage de hall ou de parking ; Horaire inadapté",
    ),
    (
        "EVE",
        "Espaces verts",
        "Tonte, désherbage ; Taille, élagage ; Arbre dangereux ou mort ; Arrosage, îlot de chaleur ; Jardin "
        "partagé ; Nuisibles (rats, pigeons, punaises)",
    ),
    (
        "MOBU",
        "Mobilier, jeux, sport",
        "Banc ; Aire de jeux ; Terrain de sport ; Fontaine, toilettes publiques ; Barrière, borne, clôture",
    ),
    (
        "HAB",
        "Habitat et parties communes",
        "Hall, porte, interphone ; Ascenseur ; Escalier, palier ; Cave, parking souterrain ; Façade, balcon ; "
        "Fuite, humidité ; Boîtes aux lettres",
    ),
    (
        "TRA",
        "Tranquillité et sécurité",
        "Occupation de hall ou d’espace ; Bruit ; Incivilité, dégradation ; Sentiment d’insécurité ; Zone "
        "cachée, manque de visibilité ; Chien ; Feu, pétards",
    ),
    (
        "SER",
        "Services et vie sociale",
        "Commerce (manque, vacance) ; Accès aux droits ; Santé ; Petite enfance, école ; Jeunesse ; Culture, "
        "animation ; Information des habitants",
    ),
    (
        "ACC",
        "Accessibilité et usages",
        "Accès PMR ; Accès pompiers, secours ; Repérage, signalétique ; Conflit d’usages ; Banc ou ombre pour "
        "personnes âgées",
    ),
    (
        "CHA",
        "Chantier et transition",
        "Clôture ; Cheminement provisoire ; Nuisances ; Information ; Friche, occupation transitoire ; "
        "Bâtiment muré ou en cours de relogement",
    ),
]

#: Level → days to answer, and what to do (own proposal; editable).
URGENCES = [
    (1, 1, "Appeler tout de suite ; réponse dans la journée."),
    (2, 7, "Réponse sous une semaine."),
    (3, 30, "Réponse sous un mois."),
    (4, 90, "Réponse sous trois mois, ou inscription au budget."),
]


def installer_grille(apps) -> None:
    """Create the themes, sub-themes and urgency levels that are missing; what exists is left as it is.

    `apps` is Django's app registry or the historical one of a migration.
    """
    theme_model = apps.get_model("gusp", "Theme")
    sous_theme_model = apps.get_model("gusp", "SousTheme")
    niveau_model = apps.get_model("gusp", "NiveauUrgence")
    for ordre, (code, libelle, sous_themes) in enumerate(GRILLE, start=1):
        theme, _ = theme_model.objects.get_or_create(code=code, defaults={"libelle": libelle, "ordre": ordre})
        for rang, nom in enumerate(sous_themes.split(" ; "), start=1):
            sous_theme_model.objects.get_or_create(theme=theme, libelle=nom, defaults={"ordre": rang})
    for niveau, delai, consigne in URGENCES:
        niveau_model.objects.get_or_create(niveau=niveau, defaults={"delai_jours": delai, "consigne": consigne})


#: Theme → body proposed on public ground (professional knowledge, to be confirmed by the service; editable).
COMPETENCES = {
    "PRO": "Ville de Tours, propreté urbaine",
    "DEC": "Tours Métropole, déchets",
    "VOI": "Tours Métropole, voirie",
    "MOB": "Ville de Tours, police municipale",
    "ECL": "Tours Métropole, éclairage public",
    "EVE": "Ville de Tours, espaces verts",
    "MOBU": "Ville de Tours, espaces verts",
    "TRA": "Police nationale",
    "SER": "Ville de Tours, cohésion sociale",
    "ACC": "Tours Métropole, voirie",
}


def installer_competences(apps) -> None:
    """Create the default competence rules of the public ground that are missing, for the bodies that exist."""
    theme_model, organisme_model = apps.get_model("gusp", "Theme"), apps.get_model("quartiers", "Organisme")
    organismes = {o.nom: o for o in organisme_model.objects.filter(nom__in=COMPETENCES.values())}
    for theme in theme_model.objects.filter(code__in=COMPETENCES):
        organisme = organismes.get(COMPETENCES[theme.code])
        if organisme is not None:
            apps.get_model("gusp", "RegleCompetence").objects.get_or_create(
                theme=theme,
                domanialite="public",
                defaults={"organisme": organisme, "note": "Proposition à confirmer par le service."},
            )


#: Number, label and question of the six principles of an exploratory walk. Source of the principles: Montréal and
#: the Union des municipalités du Québec, taken up by the guide of the Comité interministériel des villes (December
#: 2012); the questions are our own wording.
PRINCIPES = [
    (
        1,
        "Savoir où l’on est et où l’on va",
        "Noms de rue, plans et entrées d’immeuble se lisent-ils, de jour comme de nuit\u202f?",
    ),
    (
        2,
        "Voir et être visible",
        "Y a-t-il des zones sombres, des recoins, des haies hautes, des angles sans visibilité\u202f?",
    ),
    (
        3,
        "Entendre et être entendue",
        "Qui est là, et à quelles heures\u202f? Le lieu est-il animé, les usages y sont-ils variés\u202f?",
    ),
    (
        4,
        "Obtenir de l’aide, s’échapper",
        "Peut-on trouver de l’aide\u00a0: commerce ouvert, gardien, téléphone, sortie\u202f?",
    ),
    (
        5,
        "Un lieu propre et accueillant",
        "Le lieu est-il entretenu\u202f? Y a-t-il des dégradations, de quoi s’asseoir, envie d’y rester\u202f?",
    ),
    (
        6,
        "Agir ensemble",
        "Que propose le groupe pour cet endroit, et qui faut-il aller voir\u202f?",
    ),
]


def installer_principes(apps) -> None:
    """Create the principles of the exploratory walks that are missing; what exists is left as it is."""
    for numero, libelle, question in PRINCIPES:
        apps.get_model("gusp", "Principe").objects.get_or_create(
            numero=numero, defaults={"libelle": libelle, "question": question}
        )
