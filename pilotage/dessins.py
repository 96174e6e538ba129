"""Drawings of the sections, from their data alone."""

from math import ceil
from typing import Any

from django.utils.safestring import mark_safe

from socle.dessin.barres import Barre, barres
from socle.dessin.carte import Contour, PointCarte, Schema, carte
from socle.dessin.gantt import LigneGantt, MarqueGantt, Periode, gantt_par_pages
from socle.formats import jour

#: Lines of the Gantt that fill a landscape page.
PAR_PAGE = 13


def cartes(donnees: dict[str, Any]) -> dict[str, Any]:
    """Return the map of the town, and one for each quartier that has something to place."""
    quartiers = donnees["quartiers"]
    if not quartiers:
        return {"ville": "", "quartiers": []}
    operations = [o for q in quartiers for o in q["operations"] if o["lon"]]
    ville = carte(
        **_contours(quartiers),
        points=[
            PointCarte(float(o["lon"]), float(o["lat"]), numero=str(rang)) for rang, o in enumerate(operations, start=1)
        ],
        titre="Carte des quartiers du dossier",
        cle="carte-ville",
        largeur=640,
        hauteur=400,
    )
    detail = [_carte_du_quartier(q) for q in quartiers if q["points"]]
    return {"ville": mark_safe(ville), "operations": [o["titre"] for o in operations], "quartiers": detail}


def _carte_du_quartier(quartier: dict[str, Any]) -> dict[str, Any]:
    dessin = carte(
        **_contours([quartier], noms=False),
        points=[PointCarte(float(p["lon"]), float(p["lat"]), etat=p["etat"]) for p in quartier["points"]],
        titre=f"Constats ouverts, {quartier['nom']}",
        cle=f"carte-{quartier['code'].lower()}",
        largeur=320,
        hauteur=178,
        legende=False,
    )
    return {"nom": quartier["nom"], "code": quartier["code"], "svg": mark_safe(dessin), "quartier": quartier}


def _contours(quartiers: list[dict[str, Any]], *, noms: bool = True) -> dict[str, Any]:
    traces = [
        Contour(q["contour"], nom=q["nom"] if noms else "", provisoire=q["provisoire"])
        for q in quartiers
        if q["contour"]
    ]
    schemas = [
        Schema(
            float(q["lon"]),
            float(q["lat"]),
            float(q["surface_ha"]) if q["surface_ha"] else None,
            nom=q["nom"] if noms else "",
        )
        for q in quartiers
        if not q["contour"]
    ]
    return {"contours": traces, "schemas": schemas}


def calendrier(donnees: dict[str, Any]) -> dict[str, Any]:
    """Return the Gantt in as many drawings as pages."""
    if not donnees["lignes"]:
        return {"gantt": []}
    lignes = [
        LigneGantt(
            nom=ligne["nom"],
            contractuel=_periode(ligne["contractuel"]),
            etudes=_periode(ligne["etudes"]),
            travaux=_periode(ligne["travaux"]),
            livraison=ligne["livraison"],
            livree=ligne["livree"],
            derive_jours=ligne["derive"],
            marques=tuple(MarqueGantt(j["libelle"], j["le"], j["atteint"]) for j in ligne["jalons"]),
            detail=_detail(ligne, donnees),
        )
        for ligne in donnees["lignes"]
    ]
    traces = gantt_par_pages(
        lignes,
        au=donnees["le"],
        titre="Calendrier des opérations",
        libelle_au=f"séance du {jour(donnees['le'])}",
        cle="calendrier",
        par_page=ceil(len(lignes) / ceil(len(lignes) / PAR_PAGE)),
    )
    return {"gantt": [mark_safe(trace) for trace in traces]}


def _periode(bornes: list | None) -> Periode | None:
    return Periode(bornes[0], bornes[1]) if bornes else None


def _detail(ligne: dict[str, Any], donnees: dict[str, Any]) -> str:
    """Say how far the delivery moved since the date that was shown last time."""
    if not ligne["glissement"]:
        return ligne["code"]
    sens = "recule" if ligne["glissement"] > 0 else "avance"
    return f"{ligne['code']} · {sens} de {abs(ligne['glissement'])}\u00a0j depuis le {jour(donnees['montre_le'])}"


def themes(donnees: dict[str, Any]) -> dict[str, Any]:
    """Return the bars of the open constats by theme."""
    if not donnees["themes"]:
        return {"themes": ""}
    lignes = [
        Barre(
            ligne["nom"],
            ligne["ouverts"],
            f"{ligne['ouverts']}" + (f", dont {ligne['retards']} en retard" if ligne["retards"] else ""),
        )
        for ligne in donnees["themes"]
    ]
    return {"themes": mark_safe(barres(lignes, titre="Constats ouverts par thème", cle="barres-themes"))}
