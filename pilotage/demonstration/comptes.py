"""Accounts and invented bodies of the demonstration: one account a role, functions instead of names."""

from comptes.enums import Role
from comptes.models import Affectation, Utilisateur
from gusp.enums import Domanialite
from gusp.models import RegleCompetence, Theme
from quartiers.models import Organisme, Quartier

MOT_DE_PASSE = "demonstration-tours"
DOMAINE = "demo.example"

#: Invented landlords and partners; real names stay for the public bodies of the published facts.
ORGANISMES = [
    ("Habitat Val-Vert", "bailleur"),
    ("Logis du Cher", "bailleur"),
    ("Foyer des Deux Rives", "bailleur"),
    ("Régie des Trois Tours", "association"),
    ("Association Les Passerelles", "association"),
]

#: Identifier, name shown, function, role, codes of the quartiers (None: all), organisme.
COMPTES = [
    ("administration", "Administration", "Administrateur de l’application", Role.ADMINISTRATEUR, None, ""),
    ("responsable", "Resp. de service", "Responsable de service", Role.RESPONSABLE, None, ""),
    ("gusp", "Réf. GUSP", "Référent GUSP/NPNRU", Role.REFERENT_THEMATIQUE, None, ""),
    ("territorial1", "Réf. Sanitas", "Référent territorial", Role.REFERENT_TERRITORIAL, ["SAN", "ROC"], ""),
    ("territorial2", "Réf. Ouest", "Référent territorial", Role.REFERENT_TERRITORIAL, ["BAS", "LOI"], ""),
    ("territorial3", "Réf. Nord", "Référent territorial", Role.REFERENT_TERRITORIAL, ["EUR", "TOU"], ""),
    ("territorial4", "Réf. Sud", "Référent territorial", Role.REFERENT_TERRITORIAL, ["FON", "RIV"], ""),
    ("projet", "Chef de projet", "Grands projets urbains", Role.CHEF_PROJET, ["SAN", "BAS"], ""),
    ("direction", "Direction", "Direction de la cohésion sociale", Role.LECTEUR, None, ""),
    ("bailleur", "Habitat Val-Vert", "Chargé de gestion urbaine", Role.PARTENAIRE, None, "Habitat Val-Vert"),
    ("eclairage", "Éclairage public", "Service éclairage", Role.PARTENAIRE, None, "Tours Métropole, éclairage public"),
]


def creer_organismes() -> dict[str, Organisme]:
    """Create the invented bodies; return every organisme by its name."""
    for nom, genre in ORGANISMES:
        Organisme.objects.get_or_create(nom=nom, defaults={"type": genre, "fictif": True})
    bailleur = Organisme.objects.get(nom="Habitat Val-Vert")
    for code in ("HAB", "DEC", "ECL"):
        RegleCompetence.objects.get_or_create(
            theme=Theme.objects.get(code=code),
            domanialite=Domanialite.BAILLEUR,
            defaults={"organisme": bailleur, "note": "Règle de démonstration."},
        )
    return {o.nom: o for o in Organisme.objects.all()}


def creer_comptes(organismes: dict[str, Organisme]) -> dict[str, Utilisateur]:
    """Create one account a role; return them by identifier."""
    quartiers = {q.code: q for q in Quartier.objects.all()}
    comptes = {}
    for identifiant, nom, fonction, role, codes, organisme in COMPTES:
        compte = Utilisateur.objects.create_user(
            f"{identifiant}@{DOMAINE}", MOT_DE_PASSE, nom=nom, fonction=fonction, organisme=organismes.get(organisme)
        )
        Affectation.objects.bulk_create(
            Affectation(utilisateur=compte, quartier=quartiers[code] if code else None, role=role)
            for code in (codes or [None])
        )
        comptes[identifiant] = compte
    return comptes


def annonce() -> str:
    """Return the table of the demonstration accounts, as `make run` prints it."""
    lignes = [
        f"  {identifiant + '@' + DOMAINE:<32} {role.label:<22} {fonction}"
        for identifiant, _, fonction, role, *_ in COMPTES
    ]
    return "\n".join([f"Comptes de démonstration (mot de passe : {MOT_DE_PASSE})", *lignes])
