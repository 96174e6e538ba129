"""Pages of no domain: the state of the installation."""

from dataclasses import asdict

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from socle.lecture import lecture
from socle.sante import relever


@login_not_required
@never_cache
@lecture
def sante(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the installation is sound, 503 otherwise; public, numbers only."""
    releve = relever(au=timezone.now())
    return JsonResponse(
        {"etat": "bon" if releve.bonne else "en panne", **asdict(releve)}, status=200 if releve.bonne else 503
    )
