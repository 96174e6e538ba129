"""The sorting desk: raw constats one after the other, big photo, map, who answers, duplicates nearby."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gusp.enums import EtatConstat
from gusp.forms.constats import erreurs_de
from gusp.forms.gestes import Ecarter
from gusp.forms.tri import FormulaireTri
from gusp.metier.refus import TransitionRefusee
from gusp.models import Constat, Photo, RegleCompetence
from gusp.views.attente_terrain import attente_de, attente_du_constat
from gusp.views.constat_fiche import exiger
from gusp.views.marche import cadre_de, carte_de, diagnostic_visible
from gusp.views.rapprochements import suggestions
from socle.lecture import lecture


@lecture
def diagnostic_tri(request, pk):
    """Show the next constat to sort, or the one asked."""
    return montrer_tri(request, diagnostic_visible(request, pk, ecrire=True))


def _constats(request, diagnostic):
    return Constat.objects.visibles_par(request.user).filter(diagnostic=diagnostic).order_by("numero")


def montrer_tri(request, diagnostic, *, formulaire=None, status=200):
    """Render the desk, with the form that was refused in place of the stored facts."""
    au = timezone.localdate()
    contexte = cadre_de(request, diagnostic, "trier", au=au)
    rangs = list(_constats(request, diagnostic).values_list("pk", "numero", "etat"))
    a_trier = [pk for pk, _, etat in rangs if etat == EtatConstat.BROUILLON]
    voulu = formulaire.constat.pk if formulaire else _entier(request.GET.get("constat"))
    courant = _choisir(a_trier, rangs, voulu, apres=_entier(request.GET.get("apres")))
    contexte |= {
        "tous": [
            {"pk": pk, "numero": n, "a_trier": etat == EtatConstat.BROUILLON, "courant": pk == courant}
            for pk, n, etat in rangs
        ],
        "constat": None,
        "terrain": attente_de(diagnostic),
    }
    if courant is not None:
        lies = ("quartier", "diagnostic", "etape", "theme", "sous_theme", "organisme", "cree_par")
        constat = _constats(request, diagnostic).select_related(*lies).get(pk=courant)
        contexte |= _du_constat(request, diagnostic, constat, formulaire) | _voisins(a_trier, rangs, courant)
    return render(request, "gusp/diagnostic_tri.html", contexte, status=status)


def _entier(texte: str | None) -> int | None:
    return int(texte) if texte and texte.isdecimal() and len(texte) < 19 else None


def _choisir(a_trier: list[int], rangs: list[tuple], voulu: int | None, *, apres: int | None) -> int | None:
    """Return the constat asked, else the first raw one after the number `apres`, else the first raw one."""
    if voulu in {pk for pk, _, _ in rangs}:
        return voulu
    suivants = [pk for pk, n, etat in rangs if etat == EtatConstat.BROUILLON and n > (apres or 0)]
    return (suivants or a_trier or [None])[0]


def _voisins(a_trier: list[int], rangs: list[tuple], courant: int) -> dict:
    """Return the raw constats before and after in the walk."""
    ordre = [pk for pk, _, _ in rangs]
    place = ordre.index(courant)
    avant = [pk for pk in ordre[:place] if pk in a_trier]
    apres = [pk for pk in ordre[place + 1 :] if pk in a_trier]
    return {"precedent": avant[-1] if avant else None, "suivant": apres[0] if apres else None}


def _du_constat(request, diagnostic, constat: Constat, formulaire) -> dict:
    brouillon = constat.etat == EtatConstat.BROUILLON
    return {
        "constat": constat,
        "brouillon": brouillon,
        "formulaire": formulaire or (FormulaireTri(constat=constat) if brouillon else None),
        "photos": list(Photo.objects.filter(constat=constat)),
        "carte": carte_de(diagnostic, list(diagnostic.etapes.all()), constats=[constat]),
        "centre": f"{constat.lon},{constat.lat}" if constat.lon is not None else "",
        "attente": attente_du_constat(constat),
        "suggestions": suggestions(request.user, constat) if brouillon else [],
        "regles": _regles(),
        "ecarter": Ecarter(constat=constat, utilisateur=request.user),
        "retour": f"{reverse('gusp:diagnostic_tri', args=[diagnostic.pk])}?apres={constat.numero}",
    }


def _regles() -> dict[str, dict[str, int]]:
    """Return the body proposed by theme and domanialité, for the page to show it at once."""
    regles: dict[str, dict[str, int]] = {}
    for theme, domanialite, organisme in RegleCompetence.objects.filter(organisme__actif=True).values_list(
        "theme_id", "domanialite", "organisme_id"
    ):
        regles.setdefault(str(theme), {})[domanialite] = organisme
    return regles


@require_POST
def diagnostic_trier(request, pk, constat_pk):
    """Qualify the constat and go to the next one; a refusal keeps what was typed."""
    diagnostic = diagnostic_visible(request, pk, ecrire=True)
    constat = get_object_or_404(_constats(request, diagnostic), pk=constat_pk)
    exiger(constat.quartier_id == diagnostic.quartier_id)
    suite = redirect(f"{reverse('gusp:diagnostic_tri', args=[pk])}?apres={constat.numero}")
    formulaire = FormulaireTri(request.POST, constat=constat)
    if formulaire.is_valid():
        try:
            formulaire.executer(par=request.user)
        except TransitionRefusee as refus:
            if constat.etat == EtatConstat.BROUILLON:
                formulaire.add_error(None, str(refus))
            else:
                messages.warning(request, f"{constat.reference}\u00a0: {refus}")
                return suite
        except ValidationError as erreur:
            erreurs_de(erreur, formulaire)
        else:
            messages.success(request, f"Le constat n°\u00a0{constat.numero} est qualifié.")
            return suite
    return montrer_tri(request, diagnostic, formulaire=formulaire, status=422)
