"""Home page and search."""

from django.shortcuts import render
from django.utils import timezone

from comptes.acces import pilote_le_service
from pilotage import accueil as lectures
from pilotage.attente import ce_qui_attend
from socle.lecture import lecture


@lecture
def accueil(request):
    """What waits for this person, next dates, the quartiers, what happened lately."""
    au = timezone.localdate()
    utilisateur = request.user
    copil = lectures.prochain_copil(utilisateur, au=au)
    dossier = copil.lisibles[0] if copil and copil.lisibles else None
    contexte = {
        "au": au,
        "copil": copil,
        "copil_delai": lectures.dans_combien(copil.tenue_le, au=au) if copil else "",
        "copil_dossier": dossier,
        "copil_completude": lectures.completude_du_dossier(dossier) if dossier and dossier.est_modifiable else None,
        "peut_preparer": pilote_le_service(utilisateur),
        "attentes": ce_qui_attend(utilisateur, au=au),
        "dates": lectures.prochaines_dates(utilisateur, au=au),
        "tuiles": [] if utilisateur.perimetre.est_partenaire else lectures.tuiles(utilisateur, au=au),
        "activite": lectures.activite_recente(utilisateur),
    }
    return render(request, "pilotage/accueil.html", contexte)


@lecture
def recherche(request):
    """One box over everything that this person may read."""
    texte = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    resultats = lectures.chercher(request.user, texte) if len(texte) > 1 else []
    return render(request, "pilotage/recherche.html", {"texte": texte, "resultats": resultats})
