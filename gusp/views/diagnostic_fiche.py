"""One walk and its moments: prepare, lead, give back; and the gestures on its state."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gusp import acces
from gusp.enums import EtatDiagnostic, GroupeParticipant
from gusp.exports.marche import avancement_par_organisme
from gusp.forms.diagnostics import FormulairePresence
from gusp.forms.gestes_diagnostic import GESTES_DIAGNOSTIC
from gusp.metier.diagnostics import constats_a_revoir
from gusp.metier.preparation import PARCOURS_OUVERT
from gusp.metier.refus import TransitionRefusee
from gusp.models import Constat
from gusp.views.attente_terrain import attente_de
from gusp.views.diagnostic_tri import montrer_tri
from gusp.views.marche import cadre_de, carte_de, diagnostic_visible, gestes_possibles, lignes_de, moment_de
from gusp.views.traces import cadrage_de, entites_de, traces_de
from socle.lecture import lecture

A_REVOIR_MAX = 200


@lecture
def diagnostic_fiche(request, pk):
    """Show a walk at the moment where it is."""
    diagnostic = diagnostic_visible(request, pk)
    trie = not acces.peut_preparer(request.user, diagnostic.quartier_id) or not _reste_a_trier(request, diagnostic)
    moment = moment_de(diagnostic, au=timezone.localdate(), trie=trie)
    return _MOMENTS[moment](request, diagnostic)


def _reste_a_trier(request, diagnostic) -> bool:
    return Constat.objects.visibles_par(request.user).a_qualifier().filter(diagnostic=diagnostic).exists()


@lecture
def diagnostic_preparer(request, pk):
    """Show the facts, the route, the people invited and what is to be looked at again."""
    return _preparer(request, diagnostic_visible(request, pk))


def _preparer(request, diagnostic):
    au = timezone.localdate()
    etapes = list(diagnostic.etapes.all())
    revoir = list(_visibles(request, constats_a_revoir(diagnostic)).order_by("numero")[:A_REVOIR_MAX])
    contexte = cadre_de(request, diagnostic, "preparer", au=au) | {
        "etapes": etapes,
        "a_revoir": lignes_de(revoir, au=au),
        "groupes": _par_groupe(diagnostic),
        "carte": carte_de(diagnostic, etapes, constats=revoir),
        "parcours_ouvert": diagnostic.etat in PARCOURS_OUVERT,
    }
    return render(request, "gusp/diagnostic_preparer.html", contexte)


def _visibles(request, constats):
    """Keep those that the person reads, with what a row shows."""
    return constats.visibles_par(request.user).pour_la_liste().select_related("sous_theme").defer("quartier__contour")


def _par_groupe(diagnostic) -> list[tuple[str, list]]:
    """Return the people invited under the name of their group, in the order of the enumeration."""
    participants = list(diagnostic.participants.select_related("organisme"))
    groupes = [(g.label, [p for p in participants if p.groupe == g.value]) for g in GroupeParticipant]
    return [(libelle, presents) for libelle, presents in groupes if presents]


@lecture
def diagnostic_conduire(request, pk):
    """Show what is needed the very day: the field page, the paper, who came, the constats by stop."""
    return _conduire(request, diagnostic_visible(request, pk))


def _conduire(request, diagnostic):
    return montrer_conduire(request, diagnostic, None)


def montrer_conduire(request, diagnostic, presence, status=200):
    """Render the page of the day, with the presence form that was refused in place of the stored one."""
    au = timezone.localdate()
    contexte = cadre_de(request, diagnostic, "conduire", au=au)
    constats = list(_visibles(request, diagnostic.constats.all()).order_by("numero"))
    participants = list(diagnostic.participants.select_related("organisme"))
    etapes = list(diagnostic.etapes.all())
    traces = traces_de(diagnostic, constats)
    contexte |= {
        "par_etape": par_etape(etapes, constats, au=au),
        "terrain": attente_de(diagnostic) if contexte["peut_preparer"] else None,
        "traces": traces,
        "cadrage": cadrage_de(traces),
        "carte_traces": _carte_des_traces(diagnostic, etapes, constats, traces),
        "parcours_ouvert": diagnostic.etat in PARCOURS_OUVERT,
        "presence": presence or FormulairePresence(instance=diagnostic, participants=participants),
        "ouvert_aux_constats": diagnostic.etat not in (EtatDiagnostic.ANNULE, EtatDiagnostic.CLOS),
        "realiser": [g for g in gestes_possibles(diagnostic) if g.nom == "realiser"],
    }
    return render(request, "gusp/diagnostic_conduire.html", contexte, status=status)


def _carte_des_traces(diagnostic, etapes, constats, traces) -> dict | None:
    """Return the map of the tracks with the stops and the constats, without the planned route; None without track."""
    if not any(trace["assez"] for trace in traces):
        return None
    vus = [constat for trace in traces for constat in trace["vus"]]
    carte = carte_de(diagnostic, etapes, constats=vus, trajet=False)
    return carte | {"features": carte["features"] + entites_de(traces)}


def par_etape(etapes, constats, *, au) -> list[tuple[str, list]]:
    """Return the rows under each stop, in the order of the walk; those without stop come last."""
    groupes = [(f"Étape {e}", [c for c in constats if c.etape_id == e.pk]) for e in etapes]
    groupes.append(("Sans étape" if etapes else "Constats de la marche", [c for c in constats if c.etape_id is None]))
    return [(titre, lignes_de(siens, au=au)) for titre, siens in groupes if siens]


@lecture
def diagnostic_restitution(request, pk):
    """Show what goes out of a walk, its answers by organisme, and the gestures on its state."""
    return montrer_restitution(request, diagnostic_visible(request, pk))


def montrer_restitution(request, diagnostic, *, rempli=None, status=200):
    """Render the page, with the gesture that was refused in place of the empty one."""
    au = timezone.localdate()
    contexte = cadre_de(request, diagnostic, "restituer", au=au)
    publics = Constat.objects.visibles_par(request.user).publics().filter(diagnostic=diagnostic)
    contexte |= {
        "organismes": avancement_par_organisme(publics, au=au),
        "sans_reponse": publics.ouverts().count(),
        "gestes": gestes_possibles(diagnostic, rempli=rempli) if contexte["peut_preparer"] else [],
        "journal": journal_de(diagnostic),
        "apres_releve": diagnostic.etat in EtatDiagnostic.TENUS,
    }
    return render(request, "gusp/diagnostic_restituer.html", contexte, status=status)


_MOMENTS = {"preparer": _preparer, "conduire": _conduire, "trier": montrer_tri, "restituer": montrer_restitution}


def journal_de(diagnostic) -> list[dict]:
    """Return the lines of the journal, newest first, ready for the timeline."""
    formes = {EtatDiagnostic.RESTITUE: "fait", EtatDiagnostic.CLOS: "fait", EtatDiagnostic.ANNULE: "retard"}
    return [
        {
            "le": m.le,
            "par": m.par,
            "texte": m.get_vers_display() if m.de != m.vers else "Correction",
            "motif": m.commentaire,
            "forme": formes.get(m.vers, ""),
        }
        for m in diagnostic.mouvements.select_related("par")
    ]


@require_POST
def diagnostic_geste(request, pk, nom):
    """Change the state of a walk; a refusal is a sentence and keeps what was typed."""
    diagnostic = diagnostic_visible(request, pk, ecrire=True)
    formulaire = GESTES_DIAGNOSTIC[nom](request.POST, diagnostic=diagnostic)
    if formulaire.is_valid():
        try:
            formulaire.executer(par=request.user)
        except TransitionRefusee as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, formulaire.fait)
            return redirect("gusp:diagnostic_fiche", pk=pk)
    if not formulaire.possible(diagnostic):
        for phrase in formulaire.non_field_errors():
            messages.warning(request, phrase)
        return redirect("gusp:diagnostic_restitution", pk=pk)
    return montrer_restitution(request, diagnostic, rempli=formulaire, status=422)
