"""Limit of a session: it ends a fixed time after sign-in, whatever was done meanwhile."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils import timezone


@receiver(user_logged_in, dispatch_uid="comptes.duree_absolue")
def borner_la_session(sender, request, user, **reste):
    """Write the instant of the end in the session at sign-in; Django refuses the session past it."""
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
