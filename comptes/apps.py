from django.apps import AppConfig


class ComptesConfig(AppConfig):
    name = "comptes"
    verbose_name = "Comptes et périmètres"

    def ready(self):
        from . import sessions  # noqa: F401, PLC0415  (receivers are connected when the apps are ready)
