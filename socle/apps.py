from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "socle"
    verbose_name = "Socle"

    def ready(self):
        from socle import checks  # noqa: F401, PLC0415 - registers the checks once the settings are read
