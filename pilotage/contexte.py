"""What every page shows around its own content: the rail, the banner, the names."""

from django.conf import settings


def navigation(request):
    return {
        "nom_application": settings.NOM_APPLICATION,
        "nom_service": settings.NOM_SERVICE,
        "demonstration": False,
        "rail": [],
    }
