"""Natures of operations and templates of phases: editable defaults, to be confirmed by the service."""

#: Code, label. The nomenclature was not found online: every row is flagged « à vérifier dans AGORA ».
NATURES = [
    ("14", "Conduite de projet, ingénierie, études"),
    ("15", "Relogement, accompagnement des ménages"),
    ("21", "Démolition de logements locatifs sociaux"),
    ("22", "Recyclage de copropriétés dégradées"),
    ("23", "Recyclage de l’habitat ancien dégradé"),
    ("24", "Aménagement d’ensemble"),
    ("31", "Reconstitution de logements locatifs sociaux"),
    ("32", "Relogement temporaire"),
    ("33", "Requalification de logements locatifs sociaux"),
    ("34", "Résidentialisation de logements locatifs sociaux"),
    ("35", "Résidentialisation de copropriétés"),
    ("36", "Accession à la propriété, portage"),
    ("37", "Équipement public de proximité"),
    ("38", "Équipement ou local à finalité économique"),
    ("39", "Autres investissements"),
]

_CONCEPTION = [
    ("APS", "Avant-projet sommaire", "etudes", 2, "Volumes, coût estimé", "Validation par le maître d’ouvrage"),
    (
        "APD",
        "Avant-projet définitif",
        "etudes",
        3,
        "Estimation définitive, dossier de permis",
        "Arrêt du coût prévisionnel définitif, dépôt du permis",
    ),
    ("PC", "Instruction du permis", "etudes", 6, "Permis, purge du délai de recours", "Permis définitif"),
    ("PRO", "Projet", "etudes", 3, "Plans de détail, coût par lot", "Validation"),
    ("ACT", "Consultation des entreprises", "etudes", 5, "Analyse des offres", "Attribution des lots, coût revu"),
    ("PREP", "Préparation du chantier", "travaux", 2, "Plan d’installation, planning", "Ordre de service"),
    ("DET", "Travaux", "travaux", 16, "Suivi des travaux, situations, avenants", ""),
    ("AOR", "Réception", "suites", 2, "Opérations préalables, procès-verbal", "Réception, avec ou sans réserves"),
    ("DOE", "Dossiers de fin de chantier", "suites", 2, "Dossier des ouvrages exécutés", "Commission de sécurité"),
    ("LIV", "Livraison, mise en service", "suites", 0, "Remise des clés, inauguration", ""),
    ("GPA", "Garantie de parfait achèvement", "suites", 12, "Levée des réserves", "Fin de la première année"),
    ("SOLDE", "Solde des marchés et des subventions", "suites", 6, "Décompte général", "Clôture financière"),
]
_AMONT = [
    ("FAIS", "Études préalables, faisabilité", "etudes", 6, "Scénarios, site, enveloppe", "Choix du scénario (COPIL)"),
    ("PROG", "Programme", "etudes", 4, "Programme fonctionnel et technique", "Délibération du conseil municipal"),
    ("MOE", "Choix de la maîtrise d’œuvre", "etudes", 6, "Jury, lauréat", "Attribution du marché"),
]

#: Kind of work: rows of (code, label, family, usual months, what it produces, decision at its end).
#: Source of the phases of buildings: Code de la commande publique, L2431-1 and R2431-1 sq.; durations are usual ones.
PHASES = {
    "batiment_neuf": [*_AMONT, ("ESQ", "Esquisse", "etudes", 2, "Premiers plans", "Validation"), *_CONCEPTION],
    "rehabilitation": [
        *_AMONT,
        ("DIAG", "Diagnostic du bâti", "etudes", 2, "État des lieux, relevés", "Validation"),
        *_CONCEPTION,
    ],
    "demolition": [
        ("FAIS", "Études préalables", "etudes", 4, "Faisabilité, phasage", "Décision de démolir"),
        ("REL", "Relogement des occupants", "etudes", 18, "Bâtiment vide", "Fin des relogements"),
        ("DIAG", "Diagnostics avant démolition", "etudes", 4, "Amiante, produits et déchets", "Remise des rapports"),
        ("PD", "Instruction du permis de démolir", "etudes", 5, "Permis, purge du recours", "Permis définitif"),
        ("ACT", "Consultation des entreprises", "etudes", 4, "Analyse des offres", "Attribution du marché"),
        ("CUR", "Curage, désamiantage", "travaux", 4, "Bâtiment curé", ""),
        ("DEM", "Démolition", "travaux", 3, "Terrain libéré", ""),
        ("REM", "Remise en état du terrain", "suites", 2, "Terrain nivelé, clôturé", "Réception"),
        ("SOLDE", "Solde des marchés et des subventions", "suites", 6, "Décompte général", "Clôture financière"),
    ],
    "amenagement": [
        ("FAIS", "Études préalables", "etudes", 6, "Diagnostic, scénarios", "Choix du scénario (COPIL)"),
        ("CONC", "Concertation et programme", "etudes", 6, "Programme partagé", "Délibération"),
        ("MOE", "Choix de la maîtrise d’œuvre", "etudes", 5, "Consultation", "Attribution du marché"),
        ("AVP", "Avant-projet", "etudes", 4, "Plans, coût estimé", "Validation par le maître d’ouvrage"),
        ("PA", "Autorisations", "etudes", 5, "Permis d’aménager, dossiers sur l’eau", "Autorisations définitives"),
        ("PRO", "Projet", "etudes", 3, "Plans de détail", "Validation"),
        ("ACT", "Consultation des entreprises", "etudes", 4, "Analyse des offres", "Attribution des lots"),
        ("PREP", "Préparation du chantier", "travaux", 2, "Réseaux, planning", "Ordre de service"),
        ("DET", "Travaux", "travaux", 12, "Suivi des travaux", ""),
        ("AOR", "Réception", "suites", 2, "Procès-verbal", "Réception, remise en gestion"),
        ("GPA", "Garantie de parfait achèvement", "suites", 12, "Levée des réserves, reprise des plantations", ""),
        ("SOLDE", "Solde des marchés et des subventions", "suites", 6, "Décompte général", "Clôture financière"),
    ],
    "etude": [
        ("CDC", "Cahier des charges", "etudes", 2, "Cahier des charges", "Validation"),
        ("CONS", "Consultation", "etudes", 3, "Analyse des offres", "Attribution du marché"),
        ("DIAG", "Diagnostic", "etudes", 4, "Diagnostic partagé", "Comité technique"),
        ("SCEN", "Scénarios", "etudes", 3, "Scénarios comparés", "Choix du scénario (COPIL)"),
        ("REST", "Restitution", "suites", 2, "Rapport, synthèse", "Réception de l’étude"),
    ],
    "relogement": [
        ("ENQ", "Enquête sociale", "etudes", 4, "Situation et souhaits des ménages", ""),
        ("PLAN", "Plan de relogement", "etudes", 3, "Charte, engagements", "Signature de la charte"),
        ("PROP", "Propositions", "travaux", 12, "Propositions adaptées", ""),
        ("REL", "Relogements", "travaux", 12, "Déménagements", "Dernier ménage relogé"),
        ("BIL", "Bilan et suivi", "suites", 6, "Bilan anonyme, suivi des ménages", ""),
    ],
}
