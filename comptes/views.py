"""Pages of the accounts: sign-in family, my account, people and perimeters."""

from axes.utils import reset as debloquer
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods, require_POST

from socle.lecture import lecture

from . import acces
from .enums import Role
from .forms import (
    FormulaireConnexion,
    FormulaireReinitialisation,
    FormulairesAffectations,
    FormulaireUtilisateur,
    roles_initiaux,
)
from .metier import (
    CompteRefuse,
    creer_compte,
    desactiver_compte,
    fermer_les_sessions,
    inviter,
    modifier_compte,
    reactiver_compte,
    retablir_appareil,
    revoquer_appareil,
)
from .models import Appareil, Utilisateur

#: Seconds that a browser remembers the account that signed in last: as long as a queue may wait there.
TEMOIN_TERRAIN = 400 * 24 * 3600
#: People shown at once; past it the page asks for a narrower search.
LIGNES = 300
REVOQUE = "\u00a0: révoqué. À son prochain contact, il jettera sa clé."


class Connexion(auth.LoginView):
    template_name = "comptes/connexion.html"
    authentication_form = FormulaireConnexion
    redirect_authenticated_user = True

    def form_valid(self, form):
        """Say to the field mode who signed in last in this browser: it opens only what that account sealed."""
        reponse = super().form_valid(form)
        reponse.set_cookie(
            "terrain_compte",
            form.get_user().pk,
            max_age=TEMOIN_TERRAIN,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
        return reponse


class MotDePasse(auth.PasswordChangeView):
    template_name = "comptes/mot_de_passe.html"
    success_url = reverse_lazy("comptes:profil")

    def form_valid(self, form):
        messages.success(self.request, "Votre mot de passe est changé.")
        return super().form_valid(form)


class Reinitialisation(auth.PasswordResetView):
    template_name = "comptes/reinitialisation.html"
    email_template_name = "courriels/reinitialisation.txt"
    subject_template_name = "courriels/reinitialisation_objet.txt"
    form_class = FormulaireReinitialisation
    success_url = reverse_lazy("comptes:reinitialisation_envoyee")


class ReinitialisationConfirmer(auth.PasswordResetConfirmView):
    template_name = "comptes/reinitialisation_confirmer.html"
    success_url = reverse_lazy("comptes:reinitialisation_terminee")

    def form_valid(self, form):
        """Whoever reads the mailbox is the person: the failures of others no longer block the account."""
        reponse = super().form_valid(form)
        debloquer(username=self.user.courriel)
        return reponse


@lecture
def profil(request):
    """Show who I am, what I may do, and the devices that keep field records of mine."""
    affectations = request.user.affectations.select_related("quartier")
    contexte = {"affectations": affectations, "appareils": _appareils(request.user)}
    return render(request, "comptes/profil.html", contexte)


@require_POST
def appareil_revoquer(request, pk):
    """Revoke a device of mine."""
    appareil = get_object_or_404(_appareils(request.user), pk=pk)
    revoquer_appareil(appareil, par=request.user)
    fermer_les_sessions(appareil.utilisateur, sauf=request.session.session_key)
    messages.success(request, f"{appareil}{REVOQUE}")
    return redirect("comptes:profil")


@lecture
def utilisateur_liste(request):
    """List the accounts and their roles."""
    _exiger_l_administration(request)
    q, role, etat = (request.GET.get(nom, "").strip() for nom in ("q", "role", "etat"))
    comptes = Utilisateur.objects.select_related("organisme").prefetch_related("affectations__quartier")
    if q:
        comptes = comptes.filter(
            Q(nom__icontains=q) | Q(prenom__icontains=q) | Q(courriel__icontains=q) | Q(organisme__nom__icontains=q)
        )
    if role in Role.values:
        comptes = comptes.filter(affectations__role=role).distinct()
    if etat in ("actifs", "inactifs"):
        comptes = comptes.filter(is_active=etat == "actifs")
    contexte = {"comptes": comptes[:LIGNES], "total": Utilisateur.objects.count(), "roles": Role.choices}
    return render(request, "comptes/utilisateur_liste.html", contexte | {"q": q, "role": role, "etat": etat})


@require_http_methods(["GET", "HEAD", "POST"])
def utilisateur_ajouter(request):
    """Create an account and send its invitation."""
    _exiger_l_administration(request)
    formulaire = FormulaireUtilisateur(request.POST or None)
    roles = FormulairesAffectations(request.POST or None, prefix="roles")
    if request.method == "POST" and _valides(formulaire, roles):
        try:
            nouveau = creer_compte(affectations=roles.attributions, **formulaire.identite)
        except CompteRefuse as refus:
            formulaire.add_error(None, str(refus))
        else:
            _inviter(request, nouveau)
            return redirect("comptes:utilisateur_liste")
    return _montrer(request, formulaire, roles, compte=None)


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def utilisateur_modifier(request, pk):
    """Correct the identity and the roles of an account."""
    _exiger_l_administration(request)
    compte = get_object_or_404(Utilisateur, pk=pk)
    formulaire = FormulaireUtilisateur(request.POST or None, instance=compte)
    roles = FormulairesAffectations(request.POST or None, prefix="roles", initial=roles_initiaux(compte))
    if request.method == "POST" and _valides(formulaire, roles):
        try:
            modifier_compte(compte, affectations=roles.attributions, **formulaire.identite)
        except CompteRefuse as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, f"Le compte de {compte} est enregistré.")
            return redirect("comptes:utilisateur_liste")
    return _montrer(request, formulaire, roles, compte=compte)


@require_POST
def utilisateur_desactiver(request, pk):
    """Close an account."""
    _exiger_l_administration(request)
    compte = get_object_or_404(Utilisateur, pk=pk)
    try:
        desactiver_compte(compte, par=request.user)
    except CompteRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"Le compte de {compte} est désactivé\u202f; ses sessions sont fermées.")
    return redirect("comptes:utilisateur_modifier", pk=pk)


@require_POST
def utilisateur_reactiver(request, pk):
    """Open an account again."""
    _exiger_l_administration(request)
    compte = get_object_or_404(Utilisateur, pk=pk)
    reactiver_compte(compte)
    messages.success(request, f"Le compte de {compte} est réactivé.")
    return redirect("comptes:utilisateur_modifier", pk=pk)


@require_POST
def utilisateur_inviter(request, pk):
    """Send the invitation again."""
    _exiger_l_administration(request)
    _inviter(request, get_object_or_404(Utilisateur, pk=pk, is_active=True))
    return redirect("comptes:utilisateur_modifier", pk=pk)


@require_POST
def utilisateur_appareil_revoquer(request, pk, appareil_pk):
    """Revoke a device of somebody, lost or stolen."""
    _exiger_l_administration(request)
    appareil = get_object_or_404(_appareils(get_object_or_404(Utilisateur, pk=pk)), pk=appareil_pk)
    revoquer_appareil(appareil, par=request.user)
    fermer_les_sessions(appareil.utilisateur, sauf=request.session.session_key)
    messages.success(request, f"{appareil}{REVOQUE}")
    return redirect("comptes:utilisateur_modifier", pk=pk)


@require_POST
def utilisateur_appareil_retablir(request, pk, appareil_pk):
    """Give its key back to a device that was found."""
    _exiger_l_administration(request)
    appareil = get_object_or_404(_appareils(get_object_or_404(Utilisateur, pk=pk)), pk=appareil_pk)
    retablir_appareil(appareil)
    messages.success(request, f"{appareil}\u00a0: rétabli. Ce qu’il garde y est de nouveau lisible.")
    return redirect("comptes:utilisateur_modifier", pk=pk)


def _appareils(utilisateur: Utilisateur) -> QuerySet[Appareil]:
    """Return the devices of a person without their keys."""
    return utilisateur.appareils.defer("cle")


def _exiger_l_administration(request) -> None:
    if not acces.peut_gerer_les_comptes(request.user):
        raise PermissionDenied


def _valides(*formulaires) -> bool:
    """Validate all of them, so that every error is shown at once."""
    return all([formulaire.is_valid() for formulaire in formulaires])


def _montrer(request, formulaire, roles, *, compte):
    # The form writes what was typed on its instance: the title keeps the stored name.
    titre = f"Compte de {Utilisateur.objects.get(pk=compte.pk)}" if compte else "Nouveau compte"
    contexte = {"formulaire": formulaire, "roles": roles, "compte": compte, "titre": titre}
    contexte["appareils"] = _appareils(compte) if compte else ()
    refuse = formulaire.is_bound and request.method == "POST"
    return render(request, "comptes/utilisateur_formulaire.html", contexte, status=422 if refuse else 200)


def _inviter(request, compte: Utilisateur) -> None:
    try:
        inviter(compte, adresse=request.build_absolute_uri)
    except OSError:
        messages.warning(
            request,
            f"Le compte de {compte} est enregistré, mais le courriel n’est pas parti\u00a0: "
            "renvoyez l’invitation depuis la fiche du compte quand la messagerie répondra.",
        )
    else:
        messages.success(request, f"Une invitation à choisir son mot de passe est partie à {compte.courriel}.")
