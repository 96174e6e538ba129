"""The field application: its shell, its service worker, its manifest. They carry nothing of anybody: public, cached."""

import hashlib
import json
from pathlib import Path

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control

from socle.lecture import lecture

#: Modules of the page, in static/js/terrain; the service worker itself is apart.
MODULES = (
    "application",
    "cadrage",
    "carte",
    "coffre",
    "dom",
    "ecran_accueil",
    "ecran_file",
    "ecran_marche",
    "ecran_relever",
    "ecran_revoir",
    "envoi",
    "file",
    "hors_ligne",
    "magasin",
    "masque",
    "menage",
    "paquets",
    "photo",
    "position",
    "reseau",
    "session",
    "trace",
)
OUVRIER = "js/terrain/ouvrier.js"
#: Static files that the page needs without network.
COQUILLE = (
    "css/polices.css",
    "css/jetons.css",
    "css/terrain.css",
    *(f"js/terrain/{nom}.js" for nom in MODULES),
    "vendor/idb-8.0.4/idb.js",
    "vendor/client-zip-2.5.1/client-zip.js",
    "vendor/leaflet-1.9.4/leaflet.js",
    "vendor/leaflet-1.9.4/leaflet.css",
    "polices/source-sans-3-latin-400.woff2",
    "polices/source-sans-3-latin-700.woff2",
    "polices/quartiers-symboles.woff2",
    "img/icone.svg",
    "img/icone-180.png",
    "img/icone-192.png",
)
_MODULES = [nom for nom in COQUILLE if nom.startswith(("js/terrain/", "vendor/idb", "vendor/client-zip"))]
_ICONES = (("img/icone-192.png", "192x192", "any"), ("img/icone-512.png", "512x512", "any"))


@login_not_required
@cache_control(no_cache=True)
@lecture
def terrain(request):
    """Show the shell of the field mode; who is signed in and what they carry come from the API."""
    return render(request, "gusp/terrain.html", {"modules": _MODULES})


@login_not_required
@cache_control(no_cache=True)
@csp_update({"connect-src": ["'self'", *settings.CARTE_HOTES]})
@lecture
def terrain_ouvrier(request):
    """Send the service worker with its version and the list of what it keeps."""
    page = terrain(request).content
    adresses = [staticfiles_storage.url(nom) for nom in COQUILLE]
    source = Path(finders.find(OUVRIER)).read_text(encoding="utf-8")
    entete = (
        f"const VERSION = {json.dumps(version(page + source.encode()))};\n"
        f"const COQUILLE = {json.dumps([reverse('gusp:terrain'), reverse('gusp:terrain_manifeste'), *adresses])};\n"
        f"const FONDS = {json.dumps(settings.CARTE_HOTES)};\n"
    )
    return HttpResponse(entete + source, content_type="text/javascript; charset=utf-8")


def version(page: bytes) -> str:
    """Return what changes when any file of the shell changes (twelve hexadecimal digits)."""
    somme = hashlib.sha256(page)
    for nom in COQUILLE:
        somme.update(staticfiles_storage.url(nom).encode())
        if settings.DEBUG:
            somme.update(Path(finders.find(nom)).read_bytes())
    return somme.hexdigest()[:12]


@login_not_required
@cache_control(no_cache=True)
@lecture
def terrain_manifeste(request):
    """Send what makes the field mode an application that one installs."""
    icones = [
        {"src": staticfiles_storage.url(nom), "sizes": cote, "type": "image/png", "purpose": but}
        for nom, cote, but in _ICONES
    ]
    contenu = {
        "id": reverse("gusp:terrain"),
        "name": f"Terrain, {settings.NOM_APPLICATION}",
        "short_name": "Terrain",
        "description": "Relever les constats d’un diagnostic en marchant, avec ou sans réseau.",
        "lang": "fr",
        "start_url": reverse("gusp:terrain"),
        "scope": reverse("gusp:terrain"),
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#13242d",
        "theme_color": "#13242d",
        "icons": icones,
    }
    return JsonResponse(contenu, content_type="application/manifest+json")
