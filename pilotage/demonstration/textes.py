"""Words of the demonstration: observations, proposals, answers, actions. All invented."""

#: Theme code → (sub-theme, observation, what the organisme answers). The sub-theme is named as in the grid.
OBSERVATIONS = {
    "DEC": [
        ("Encombrants", "Matelas et sommiers déposés contre le local vélos", "Enlèvement fait par la régie."),
        ("Dépôt sauvage", "Dépôt sauvage d’encombrants au pied de la tour", "Le dépôt a été enlevé et le sol nettoyé."),
        ("Dépôt sauvage", "Gravats abandonnés derrière les garages", "Gravats évacués, un bloc a été posé à l’entrée."),
        (
            "Bac sorti ou débordant",
            "Bacs jaunes sortis toute la semaine sur le trottoir",
            "Consigne rappelée au gardien.",
        ),
        ("Bac sorti ou débordant", "Bacs débordants le lundi matin", "Une collecte de plus est prévue le samedi."),
        (
            "Point d’apport volontaire",
            "Colonne à verre pleine, bouteilles au sol",
            "La tournée passe désormais deux fois.",
        ),
        ("Point d’apport volontaire", "Trappe de la colonne enterrée bloquée", "La trappe a été réparée."),
        ("Local poubelles", "Local poubelles sans lumière, porte forcée", "Porte et détecteur remplacés."),
        (
            "Jets par les fenêtres",
            "Restes alimentaires jetés au pied de l’immeuble",
            "Affichage et passage de médiation.",
        ),
        ("Épave (deux-roues, voiture)", "Voiture ventouse aux pneus crevés", "La fourrière est passée."),
        ("Encombrants", "Réfrigérateur et canapé près de l’aire de jeux", "Enlèvement sur appel du gardien."),
    ],
    "PRO": [
        ("Papiers, détritus", "Papiers et canettes dans les massifs de l’entrée", "Passage ajouté dans la tournée."),
        (
            "Déjections canines",
            "Déjections canines sur le chemin de l’école",
            "Deux distributeurs de sacs ont été posés.",
        ),
        ("Tags, affichage sauvage", "Tags sur le pignon et la porte du hall", "Nettoyage fait par le prestataire."),
        ("Verre brisé", "Verre brisé autour du banc", "Balayage fait, à surveiller le week-end."),
        (
            "Corbeilles (manque, débordement)",
            "Corbeilles débordantes après le marché",
            "Une corbeille de plus est posée.",
        ),
        (
            "Corbeilles (manque, débordement)",
            "Aucune corbeille entre l’arrêt et l’école",
            "Implantation validée avec la voirie.",
        ),
        ("Mauvaises odeurs", "Odeur d’urine sous le porche", "Lavage hebdomadaire programmé."),
    ],
    "VOI": [
        ("Trottoir dégradé", "Trottoir déchaussé, passage en fauteuil impossible", "Reprise de l’enrobé faite."),
        ("Nid-de-poule, chaussée", "Nid-de-poule à la sortie du parking", "Rebouché à froid, reprise à prévoir."),
        ("Passage piéton effacé", "Passage piéton effacé devant l’école", "Marquage refait."),
        (
            "Cheminement spontané",
            "Chemin de terre tracé à travers la pelouse",
            "Un cheminement stabilisé est à l’étude.",
        ),
        ("Flaque, stagnation", "Eau stagnante devant le hall après la pluie", "Avaloir curé."),
        ("Signalisation", "Panneau de sens interdit tourné", "Panneau redressé."),
        (
            "Bordure, marche, obstacle PMR",
            "Bordure haute sans abaissé à la traversée",
            "Inscrit au programme d’accessibilité.",
        ),
    ],
    "MOB": [
        ("Stationnement gênant", "Voitures garées sur le trottoir devant la crèche", "Trois potelets ont été posés."),
        ("Vitesse, rodéo", "Vitesse excessive devant l’école", "Comptage fait, un plateau est étudié."),
        (
            "Deux-roues (circulation, garage à vélos)",
            "Garage à vélos plein, vélos accrochés aux barrières",
            "Arceaux ajoutés.",
        ),
        ("Ventouse", "Camionnette ventouse sur la place PMR", "Procédure de mise en fourrière engagée."),
        ("Arrêt de bus ou de tram", "Abribus sans assise côté école", "L’exploitant est saisi."),
        (
            "Mécanique sauvage",
            "Réparations de voitures sur le parking nord",
            "Passage de la médiation et de la police.",
        ),
    ],
    "ECL": [
        ("Point lumineux éteint", "Lampadaire éteint, zone sombre derrière l’école", "Lampe changée."),
        ("Point lumineux éteint", "Trois lampadaires éteints le long de l’allée", "Câble réparé."),
        ("Zone sombre", "Cheminement sans lumière entre les deux tours", "Mâts solaires à l’étude."),
        ("Éclairage de hall ou de parking", "Éclairage du hall allumé jour et nuit", "Horloge réglée."),
        ("Horaire inadapté", "Extinction avant le dernier tram", "Horaire décalé d’une heure."),
    ],
    "EVE": [
        ("Tonte, désherbage", "Herbes hautes au pied des bancs", "Tonte faite."),
        ("Taille, élagage", "Haie qui cache la sortie du parking", "Haie rabattue."),
        ("Arbre dangereux ou mort", "Branche cassée au-dessus du chemin", "Élagage de sécurité fait."),
        ("Nuisibles (rats, pigeons, punaises)", "Rats vus près du local poubelles", "Dératisation en cours."),
        ("Arrosage, îlot de chaleur", "Jeunes arbres secs, place sans ombre", "Arrosage repris, plantation cet hiver."),
    ],
    "MOBU": [
        ("Banc", "Banc cassé, lattes manquantes", "Lattes remplacées."),
        ("Aire de jeux", "Sol souple décollé sous le toboggan", "Jeu fermé puis sol repris."),
        ("Terrain de sport", "Panier de basket arraché", "Panier remplacé."),
        ("Barrière, borne, clôture", "Borne d’accès pompiers hors service", "Borne remise en service."),
    ],
    "HAB": [
        ("Hall, porte, interphone", "Porte de hall qui ne ferme plus", "Ferme-porte changé."),
        ("Hall, porte, interphone", "Interphone en panne depuis plusieurs semaines", "Platine remplacée."),
        ("Ascenseur", "Ascenseur arrêté, personnes âgées au 6e étage", "Pièce reçue, remise en service."),
        ("Cave, parking souterrain", "Caves ouvertes et encombrées", "Caves vidées et murées."),
        ("Fuite, humidité", "Traces d’humidité dans la cage d’escalier", "Recherche de fuite faite."),
        ("Boîtes aux lettres", "Boîtes aux lettres forcées", "Batterie de boîtes commandée."),
    ],
    "TRA": [
        ("Occupation de hall ou d’espace", "Occupation du porche le soir", "Passage renforcé de la médiation."),
        ("Bruit", "Bruit de deux-roues en soirée", "Présence de la médiation le week-end."),
        (
            "Zone cachée, manque de visibilité",
            "Recoin sans visibilité derrière le transformateur",
            "Haie abaissée et éclairage demandé.",
        ),
    ],
    "ACC": [
        ("Accès PMR", "Rampe d’accès au centre trop raide", "Étude d’une rampe conforme."),
        ("Repérage, signalétique", "Numéros de bâtiment illisibles depuis la rue", "Nouvelle signalétique commandée."),
    ],
    "SER": [
        ("Commerce (manque, vacance)", "Trois locaux vides côté place", "Recherche d’occupants en cours."),
        ("Information des habitants", "Panneau d’information sans affiche depuis l’été", "Affichage repris."),
    ],
    "CHA": [
        ("Clôture", "Palissade taguée le long de la rue", "Palissade repeinte."),
        (
            "Cheminement provisoire",
            "Cheminement provisoire sans pente pour poussettes",
            "Rampe posée par l’entreprise.",
        ),
        ("Nuisances", "Poussière et camions avant 7 h", "Horaires rappelés à l’entreprise."),
    ],
}

#: Weights close to the ratios published by towns: waste and cleanliness near half, roads a quarter, light a tenth.
POIDS = {
    "DEC": 26,
    "PRO": 17,
    "VOI": 15,
    "MOB": 11,
    "ECL": 10,
    "EVE": 6,
    "MOBU": 5,
    "HAB": 5,
    "TRA": 3,
    "ACC": 1,
    "SER": 1,
    "CHA": 2,
}

POSITIFS = [
    ("EVE", "Jardin partagé", "Jardin partagé bien entretenu, fleuri par les habitants"),
    ("MOBU", "Aire de jeux", "Aire de jeux neuve, très fréquentée après l’école"),
    ("PRO", "Papiers, détritus", "Place propre, passage régulier remarqué par les habitants"),
    ("SER", "Culture, animation", "Fresque participative terminée sur le pignon"),
    ("ECL", "Point lumineux éteint", "Nouvel éclairage apprécié le long du mail"),
]

PROPOSITIONS = [
    ("MOBU", "Banc", "Ajouter deux bancs à l’ombre pour les personnes âgées"),
    ("VOI", "Cheminement spontané", "Faire un vrai chemin là où tout le monde passe"),
    ("EVE", "Arrosage, îlot de chaleur", "Planter des arbres sur la place, trop chaude l’été"),
    ("PRO", "Corbeilles (manque, débordement)", "Mettre une corbeille près du city-stade"),
    ("MOB", "Deux-roues (circulation, garage à vélos)", "Installer un abri à vélos fermé"),
]

LIEUX = [
    "face au hall {n}",
    "au pied de la tour {l}",
    "entre les bâtiments {l} et {m}",
    "devant l’école",
    "parking nord, rangée {n}",
    "angle de l’allée et du mail",
    "près de l’aire de jeux",
    "derrière le centre commercial",
    "sortie du local vélos, entrée {n}",
    "le long du city-stade",
    "devant la station de tram",
    "chemin de la crèche",
]

ETAPES = [
    "Arrêt de tram",
    "Parvis de l’école",
    "Place centrale",
    "Pied de la tour B",
    "Aire de jeux",
    "Parking nord",
    "Jardin partagé",
]

SANS_SUITE = [
    "La demande ne peut pas être suivie : le terrain appartient à une copropriété privée.",
    "Le déplacement de l’arrêt n’est pas possible avant la fin des travaux du tram.",
    "Le coût dépasse le budget d’entretien ; la question est portée au programme pluriannuel.",
]

RELANCES = [
    "Relance par courriel, sans réponse à ce jour.",
    "Relance en réunion avec le gardien.",
    "Relance par téléphone.",
]

SYNTHESES = [
    "Le semestre est marqué par le retour des encombrants au pied des tours et par de meilleurs délais d’éclairage.",
    "Les bailleurs répondent plus vite ; la vérification sur place reste le point faible du suivi.",
    "Les habitants demandent d’abord de la propreté et des cheminements sûrs vers les écoles.",
]

#: Title, axis (1–5), context, expected result, indicator.
ACTIONS = [
    (
        "Doubler le passage des encombrants en été",
        2,
        "Dépôts répétés de juin à septembre.",
        "Moins de dépôts au pied des tours.",
        "Tonnage collecté",
    ),
    (
        "Éclairer le cheminement de l’école",
        1,
        "Zone sombre signalée à trois marches.",
        "Trajet sûr toute l’année.",
        "Points lumineux posés",
    ),
    (
        "Chantier jeunes : bancs et jardinières",
        4,
        "Mobilier vieilli sur le mail.",
        "Six jeunes engagés, dix bancs refaits.",
        "Bancs réparés",
    ),
    (
        "Partager le plan de domanialité",
        1,
        "On ne sait pas toujours qui entretient quoi.",
        "Un plan signé par tous.",
        "Îlots couverts",
    ),
    (
        "Médiation en pied d’immeuble",
        3,
        "Occupations de halls en soirée.",
        "Présence cinq soirs par semaine.",
        "Passages par mois",
    ),
    (
        "Ressourcerie éphémère",
        2,
        "Encombrants réutilisables jetés.",
        "Deux rendez-vous par trimestre.",
        "Objets réemployés",
    ),
    (
        "Marche exploratoire de femmes",
        3,
        "Sentiment d’insécurité près du tram.",
        "Un relevé et cinq aménagements.",
        "Participantes",
    ),
    (
        "Composteurs de quartier",
        2,
        "Demande du conseil citoyen.",
        "Trois sites suivis par des habitants.",
        "Foyers inscrits",
    ),
    (
        "Rénover l’aire de jeux avec les familles",
        4,
        "Jeux hors d’âge.",
        "Aire choisie avec les familles.",
        "Familles associées",
    ),
    (
        "Permanence mensuelle au local de la place",
        5,
        "Peu d’information sur les travaux.",
        "Dix permanences par an.",
        "Personnes reçues",
    ),
    ("Fleurir les pieds de tours", 4, "Sols nus et boueux.", "Huit cents mètres carrés plantés.", "Surface plantée"),
    ("Nettoyage participatif d’avril", 2, "Mobilisation à relancer.", "Une matinée par quartier.", "Participants"),
    (
        "Apaiser la vitesse devant l’école",
        1,
        "Vitesse relevée au-dessus de 30 km/h.",
        "Un plateau et un marquage.",
        "Vitesse médiane",
    ),
    (
        "Réparer les portes de halls",
        1,
        "Portes forcées à répétition.",
        "Toutes les portes ferment.",
        "Portes remises en état",
    ),
    ("Café des habitants", 5, "Isolement de personnes âgées.", "Un café par semaine.", "Participants"),
]

AXES = [
    ("Cadre de vie et domanialité", "Savoir qui entretient quoi, réparer vite et le dire."),
    ("Déchets et propreté", "Réduire les dépôts, mieux collecter, réemployer."),
    ("Tranquillité publique", "Présence, médiation, aménagements ; aucun fait nominatif."),
    ("Participation et lien social", "Faire avec les habitants ce qui change le quotidien."),
    ("Information et accompagnement des travaux", "Dire ce qui se passe, quand, et à qui s’adresser."),
]

NOUVELLES = [
    "Réunion de calage faite, prochaine étape en équipe.",
    "Devis reçus, choix la semaine prochaine.",
    "Premier passage fait, retours positifs des habitants.",
    "En attente de la réponse du bailleur.",
    "Travaux commencés, fin prévue le mois prochain.",
    "Date fixée avec l’association, affiches prêtes.",
    "Bilan intermédiaire partagé en réunion de quartier.",
]

BLOCAGES = [
    "Pas de réponse sur la propriété du terrain.",
    "Budget non voté.",
    "Prestataire défaillant, nouvelle consultation.",
]

ETAPES_ACTION = [
    "Cadrer avec les partenaires",
    "Choisir le prestataire",
    "Réaliser",
    "Faire le bilan avec les habitants",
]

#: Text of the decision, name of the responsible organisme, days given.
DECISIONS = [
    ("Ouvrir le local de la place aux permanences des partenaires", "Ville de Tours, cohésion sociale", 110),
    ("Partager le plan de domanialité de Maryse Bastié", "Tours Métropole Val de Loire", 140),
    ("Doubler le passage des encombrants de juin à septembre", "Habitat Val-Vert", 60),
    ("Programmer une marche exploratoire de nuit à Europe", "Ville de Tours, cohésion sociale", 150),
    ("Chiffrer l’éclairage du cheminement de l’école", "Tours Métropole Val de Loire", 200),
    ("Présenter le calendrier de fermeture des halls", "Logis du Cher", 90),
    ("Reconduire la présence estivale au pied des tours", "Foyer des Deux Rives", 45),
]

#: Title, speaker, minutes, kind, text.
POINTS = [
    ("Suites du dernier comité", "Responsable de service", 10, "information", ""),
    ("Bilan des diagnostics en marchant", "Référent GUSP/NPNRU", 20, "information", ""),
    ("Plan d’actions par quartier", "Référents territoriaux", 25, "echange", ""),
    ("Opérations du renouvellement urbain", "Direction des grands projets urbains", 25, "information", ""),
    (
        "Éclairage du cheminement de l’école, Sanitas",
        "Référent GUSP/NPNRU",
        15,
        "decision",
        "Option A : reprise complète (86 k€ HT, été) ; option B : six mâts solaires (31 k€ HT, mars). "
        "Proposition des services : B, puis A avec l’aménagement.",
    ),
    (
        "Présence estivale au pied des tours",
        "Responsable de service",
        10,
        "decision",
        "Reconduire le dispositif, partagé à parts égales entre la Ville et les bailleurs (24 k€).",
    ),
]
