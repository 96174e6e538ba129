"""Public pages that say what the application is: legal notice and accessibility statement."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from socle.lecture import lecture


@login_not_required
@lecture
def mentions(request: HttpRequest) -> HttpResponse:
    """Show the legal notice and what is done with personal data."""
    return render(request, "socle/mentions.html")


@login_not_required
@lecture
def accessibilite(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement."""
    return render(request, "socle/accessibilite.html")
