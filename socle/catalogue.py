"""The living catalogue of the components, in development only: every component with invented data."""

import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

ICI = "#"
JOUR = datetime.date(2026, 11, 23)
SAISIE_REFUSEE = {"objet": "", "montant": "-3", "etat": "ouvert", "nature": "positif"}

#: A grey picture drawn here, so that the catalogue needs no file.
IMAGE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 3'%3E"
    "%3Crect width='4' height='3' fill='%238a9aa3'/%3E%3C/svg%3E"
)


class FormulaireExemple(forms.Form):
    """One field of each kind, to look at labels, help and errors."""

    objet = forms.CharField(label="Objet", help_text="Une phrase courte, telle qu’un habitant la dirait.")
    etat = forms.ChoiceField(label="État", choices=[("", "Choisir…"), ("ouvert", "Ouvert"), ("fait", "Fait")])
    echeance = forms.DateField(label="Échéance", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    montant = forms.DecimalField(label="Montant TTC (€)", min_value=0, required=False)
    description = forms.CharField(label="Description", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    urgent = forms.BooleanField(label="Danger immédiat pour les personnes", required=False)
    nature = forms.ChoiceField(
        label="Nature",
        choices=[("positif", "Positif"), ("ameliorer", "À améliorer"), ("proposition", "Proposition")],
        widget=forms.RadioSelect,
    )


class FiltresExemple(forms.Form):
    """A filter bar as django-filter makes them."""

    quartier = forms.ChoiceField(label="Quartier", choices=[("", "Tous"), ("SAN", "Sanitas")], required=False)
    organisme = forms.ChoiceField(label="Organisme", choices=[("", "Tous")], required=False)
    theme = forms.ChoiceField(label="Thème", choices=[("", "Tous")], required=False)
    etat = forms.ChoiceField(label="État", choices=[("ouverts", "Ouverts")], required=False)
    urgence = forms.ChoiceField(label="Urgence", choices=[("", "Toutes")], required=False)


def _constats() -> list[dict]:
    lignes = (
        ("SAN-2026-07·12", "Dépôt sauvage d’encombrants au pied de la tour", "Déchets", "Habitat Val-Vert", "U2",
         "retard", "En retard de 21 j", 51),
        ("SAN-2026-07·13", "Lampadaire éteint, zone sombre derrière l’école", "Éclairage", "Métropole", "U2",
         "en-cours", "Pris en charge", 30),
        ("SAN-2026-07·14", "Trottoir déchaussé, passage PMR impossible", "Voirie", "Métropole", "U1",
         "retard", "En retard de 9 j", 39),
        ("SAN-2026-07·15", "Jardin partagé bien entretenu (point positif)", "Espaces verts", "—", "",
         "fait", "Valorisé", 30),
        ("EUR-2026-02·4", "Corbeilles débordantes le lundi", "Propreté", "Ville, propreté", "U3",
         "a-traiter", "À qualifier", 4),
        ("TOU-2026-01·2", "Vitesse excessive devant l’école", "Mobilités", "Police municipale", "U2",
         "neutre", "Sans suite", 12),
    )  # fmt: skip
    cles = ("numero", "objet", "theme", "organisme", "urgence", "forme", "etat", "age")
    return [dict(zip(cles, ligne, strict=True)) for ligne in lignes]


def _points() -> dict:
    def point(lon, lat, **proprietes):
        return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": proprietes}

    contour = [[0.690, 47.384], [0.700, 47.386], [0.703, 47.380], [0.694, 47.377], [0.690, 47.384]]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [contour]},
                "properties": {"titre": "Contour d’exemple", "provisoire": True, "etiquette": "Exemple", "url": ICI},
            },
            point(0.694, 47.382, titre="Dépôt sauvage", detail="En retard de 21 j", etat="retard", url=ICI),
            point(0.697, 47.381, titre="Lampadaire éteint", detail="Pris en charge", etat="en-cours", url=ICI),
            point(0.699, 47.383, titre="Étape 1", etat="etape", lettre="1"),
        ],
    }


def _tuiles() -> list[dict]:
    valeurs = (("Sanitas", "SAN", "NPNRU, intérêt national", 34, 9, 18), ("Europe", "EUR", "", 16, 0, 6))
    return [
        {
            "nom": nom,
            "code": code,
            "detail": detail,
            "chiffres": [
                {"valeur": ouverts, "libelle": "constats ouverts", "url": ICI, "grave": False},
                {"valeur": retard, "libelle": "en retard", "url": ICI, "grave": True},
                {"valeur": actions, "libelle": "actions", "url": ICI, "grave": False},
            ],
        }
        for nom, code, detail, ouverts, retard, actions in valeurs
    ]


def _contexte() -> dict:
    photo = {"url": IMAGE, "grande_url": ICI, "alt": "Pied de tour encombré", "legende": "2 octobre 2026"}
    return {
        "au": JOUR,
        "ici": ICI,
        "formulaire": FormulaireExemple(),
        "formulaire_refuse": FormulaireExemple(SAISIE_REFUSEE, auto_id="refus_%s"),
        "filtres": FiltresExemple(auto_id="filtre_%s"),
        "vues": [("Liste", ICI, True), ("Carte", ICI, False), ("Imprimer", ICI, False), ("Exporter", ICI, False)],
        "constats": _constats(),
        "gestes": [
            {"libelle": "Transmettre la sélection…", "url": ICI, "principal": True},
            {"libelle": "Relancer…", "url": ICI, "principal": False},
        ],
        "etapes": [("Quartiers", ICI), ("Sanitas", ICI)],
        "tuiles": _tuiles(),
        "evenements": [
            {"le": JOUR, "par": "Compte de démonstration", "texte": "Vérifié sur place", "motif": "", "forme": "fait"},
            {"le": JOUR, "par": "", "texte": "Réponse reçue : « enlèvement programmé »", "motif": "Lu par courriel.",
             "forme": "en-cours"},
            {"le": JOUR, "par": "Compte de démonstration", "texte": "Transmis à Habitat Val-Vert", "motif": "",
             "forme": "a-traiter"},
        ],
        "avant": photo,
        "onglets": [
            {"libelle": "Préparer", "url": ICI, "actif": False, "compte": 0},
            {"libelle": "Conduire", "url": ICI, "actif": False, "compte": 0},
            {"libelle": "Trier", "url": ICI, "actif": True, "compte": 23},
            {"libelle": "Restituer", "url": ICI, "actif": False, "compte": 0},
        ],
        "points": _points(),
        "changements": [{"libelle": "État", "maintenant": "Fait"}, {"libelle": "Avancement", "maintenant": "80 %"}],
    }  # fmt: skip


@require_safe
def composants(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    return render(request, "socle/composants.html", _contexte())
