"""`manage.py demo`: fill the database with a fictitious year of the service."""

import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from comptes.models import Utilisateur
from pilotage.demonstration.annee import est_peuplee, peupler
from pilotage.demonstration.comptes import DOMAINE, annonce


class Command(BaseCommand):
    """Idempotent: a second call says that the data is there and writes nothing."""

    help = "Remplit la base de données de démonstration, fictives : marches, constats, actions, opérations, dossiers."

    def add_arguments(self, parser):
        parser.add_argument("--si-vide", action="store_true", help="ne rien faire si la base contient déjà des comptes")
        parser.add_argument("--comptes", action="store_true", help="afficher seulement les comptes de démonstration")
        parser.add_argument(
            "--au", type=datetime.date.fromisoformat, help="dernier jour de l’année fictive (AAAA-MM-JJ ; aujourd’hui)"
        )

    def handle(self, *, si_vide, comptes, au, **options):
        if comptes:
            if est_peuplee():
                self.stdout.write(annonce())
            return
        if est_peuplee():
            self.stdout.write("Les données de démonstration sont déjà là.")
            return
        reels = Utilisateur.objects.exclude(courriel__endswith=f"@{DOMAINE}").exists()
        if reels and si_vide:
            return
        if reels:
            raise CommandError("La base contient de vrais comptes : la démonstration s’installe dans une base vide.")
        peupler(au=au or timezone.localdate(), dire=lambda etape: self.stdout.write(f"  démonstration : {etape}"))
        if not si_vide:  # the launcher shows them at the end
            self.stdout.write(annonce())
