from django.apps import AppConfig


class NpnruConfig(AppConfig):
    name = "npnru"
    verbose_name = "Renouvellement urbain (NPNRU)"
