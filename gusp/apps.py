from django.apps import AppConfig


class GuspConfig(AppConfig):
    name = "gusp"
    verbose_name = "Gestion urbaine et sociale de proximité"
