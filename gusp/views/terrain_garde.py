"""The guard of the field API: answers in JSON whatever happens, and never redirects to the sign-in page."""

import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comptes.metier import AppareilRevoque, vu
from comptes.models import Appareil
from gusp.metier.contenus import EnvoiRefuse
from socle.formats import typo
from socle.lecture import lecture_seule

CORPS_MAX = 256 * 1024
#: Of a body that is refused, what is read all the same so that the telephone hears why.
LU_ET_JETE = 64 * 1024 * 1024
_STATUTS = {"droit": 403, "revoque": 403, "introuvable": 404, "envoi_inconnu": 404, "trop_lourd": 413}
REVOQUE = "Cet appareil est révoqué pour ce compte : il ne garde plus rien. Voyez l’administrateur du service."


class _Jeton(CsrfViewMiddleware):
    """Django's check of the token, with its refusal as a value."""

    def _reject(self, request, reason):
        return reason


def api(*methodes: str, lire: bool = False) -> Callable:
    """Decorate a view of the field API; with `lire` it is read-only. `request.appareil` is the uuid of the device."""

    def decorer(vue: Callable) -> Callable:
        @csrf_exempt
        @login_not_required
        @wraps(vue)
        def gardee(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            try:
                reponse = _refus(request) or _repondre(request, *args, **kwargs)
            except EnvoiRefuse as refus:
                reponse = dire(refus.code, refus.phrase)
            except AppareilRevoque:
                reponse = dire("revoque", REVOQUE)
            _vider(request)
            add_never_cache_headers(reponse)
            return reponse

        @require_http_methods(methodes)
        def _repondre(request, *args, **kwargs):
            if not lire:
                return vue(request, *args, **kwargs)
            with lecture_seule():
                return vue(request, *args, **kwargs)

        return gardee

    return decorer


def dire(code: str, phrase: str, *, statut: int | None = None, **reste: Any) -> JsonResponse:
    """Answer with a refusal: a code for the telephone, a French sentence for the person."""
    return JsonResponse({"code": code, "phrase": typo(phrase), **reste}, status=statut or _STATUTS.get(code, 422))


def _refus(request: HttpRequest) -> JsonResponse | None:
    """Return why the view is not reached, None when it is."""
    request.appareil, compte = _uuid(request.headers.get("X-Appareil")), _entier(request.headers.get("X-Compte"))
    connecte = request.user.is_authenticated
    appareil = _appareil(request.appareil, compte or (request.user.pk if connecte else None))
    if appareil is not None and appareil.revoque_le is not None:
        return dire("revoque", REVOQUE)
    if not connecte:
        return dire("session", "Votre session a expiré : reconnectez-vous, rien n’est perdu.", statut=401)
    if compte is not None and compte != request.user.pk:
        phrase = f"Ces relevés sont ceux d’un autre compte, et {request.user} est connecté : rien n’est envoyé."
        return dire("autre_compte", phrase, statut=409)
    if _jeton_refuse(request):
        return dire("jeton", "La page a vieilli : elle demande un nouveau jeton, rien n’est perdu.", statut=403)
    if appareil is not None:
        vu(appareil)
    return None


def _jeton_refuse(request: HttpRequest) -> bool:
    controle = _Jeton(lambda request: None)
    controle.process_request(request)
    return controle.process_view(request, None, (), {}) is not None


def _appareil(numero: uuid.UUID | None, compte: int | None) -> Appareil | None:
    if numero is None or compte is None:
        return None
    return Appareil.objects.defer("cle").filter(uuid=numero, utilisateur=compte).first()


def _vider(request: HttpRequest) -> None:
    """Read what remains of the body: an answer given before its end would be lost with the connection."""
    restant = LU_ET_JETE if request.user.is_authenticated else CORPS_MAX * 8
    try:
        while restant > 0 and (morceau := request.read(64 * 1024)):
            restant -= len(morceau)
    except OSError:
        return  # nobody is listening any more


def _uuid(texte: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(texte) if texte else None
    except ValueError:
        return None


def _entier(texte: str | None) -> int | None:
    return int(texte) if texte and texte.isascii() and texte.isdecimal() and len(texte) < 18 else None


def lire_json(request: HttpRequest) -> Any:
    """Read the body of a request, 256 KB at most. Raises EnvoiRefuse."""
    octets = request.read(CORPS_MAX + 1)
    if len(octets) > CORPS_MAX:
        raise EnvoiRefuse("trop_lourd", "Cet envoi est trop lourd : 256 Ko au plus, sans les photos.")
    try:
        return json.loads(octets)
    except (ValueError, RecursionError) as erreur:
        raise EnvoiRefuse("invalide", "Cet envoi n’est pas lisible : son contenu est abîmé.") from erreur
