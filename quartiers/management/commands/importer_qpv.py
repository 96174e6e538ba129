"""Import of the official outlines of the priority districts."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from quartiers.metier import importer_qpv, lire_fichier_qpv
from quartiers.ouverture_qpv import FichierRefuse


class Command(BaseCommand):
    help = (
        "Importe les contours des quartiers prioritaires (GeoJSON, shapefile ou zip, GeoPackage), rapprochés par code. "
        "Une ligne de rapport par ligne du fichier."
    )

    def add_arguments(self, parser):
        parser.add_argument("fichier", metavar="FICHIER", type=Path)
        parser.add_argument("--simuler", action="store_true", help="dit ce qui serait fait, n’écrit rien")
        parser.add_argument(
            "--forcer", action="store_true", help="remplace aussi un contour officiel par un contour provisoire"
        )
        parser.add_argument(
            "--millesime", type=int, choices=[2015], help="dit que les contours sont ceux de 2015, donc provisoires"
        )

    def handle(self, *args, fichier, simuler, forcer, millesime, **options):
        try:
            lecture = lire_fichier_qpv(fichier, millesime=millesime)
        except FichierRefuse as refus:
            raise CommandError(f"Fichier refusé\u00a0: {refus}") from refus
        rapport = importer_qpv(lecture, le=timezone.localdate(), simuler=simuler, forcer=forcer)
        for ligne in rapport.lignes:
            self.stdout.write(str(ligne))
        self.stdout.write(f"{rapport.fichier} ({rapport.format})\u00a0: {rapport.resume}.")
        if simuler:
            self.stdout.write("Simulation\u00a0: rien n’a été écrit.")
