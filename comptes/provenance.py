"""Where a request comes from, for the throttling of sign-in."""

from django.conf import settings


def adresse_du_client(request) -> str:
    """Return the client's address: behind our proxy (DERRIERE_PROXY) the last one that the proxy itself wrote."""
    if settings.DERRIERE_PROXY:
        annoncees = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if adresse := annoncees[-1].strip():
            return adresse[:45]
    return request.META.get("REMOTE_ADDR", "")
