"""Settings of the project, read from the environment (docs/exploitation.md has the table).

Without DATABASE_URL the application runs in embedded mode: its own PostgreSQL under `var/`, a secret key made at the
first start, DEBUG on. With DATABASE_URL nothing is started and nothing secret has a default.
"""

from pathlib import Path

import environ
from django.core.management.utils import get_random_secret_key

from socle import postgres

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
EMBARQUE = not env.str("DATABASE_URL", default="")


def _local_secret_key() -> str:
    """Return the key kept in `var/cle_secrete`, made at the first start (embedded mode only)."""
    file = VAR_DIR / "cle_secrete"
    if not file.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(get_random_secret_key(), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


DEBUG = env.bool("DEBUG", default=EMBARQUE)
SECRET_KEY = env.str("SECRET_KEY", default="") or (_local_secret_key() if EMBARQUE else env.str("SECRET_KEY"))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if EMBARQUE else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "pilotage",
    "gusp",
    "npnru",
    "comptes",
    "quartiers",
    "socle",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["socle.templatetags.socle"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pilotage.contexte.navigation",
            ],
        },
    },
]

DATABASES = {
    "default": postgres.connection_settings(VAR_DIR / "postgresql") if EMBARQUE else env.db("DATABASE_URL"),
}
DATABASES["default"] |= {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600), "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "comptes.Utilisateur"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "comptes:connexion"
LOGIN_REDIRECT_URL = "pilotage:accueil"
LOGOUT_REDIRECT_URL = "comptes:connexion"
PASSWORD_RESET_TIMEOUT = 3600 * 24
AXES_FAILURE_LIMIT = env.int("CONNEXION_ESSAIS", default=6)
AXES_COOLOFF_TIME = env.float("CONNEXION_BLOCAGE_HEURES", default=0.25)
AXES_USERNAME_FORM_FIELD = "username"  # of the form, not of the column: else a failure counts for nobody
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "comptes/connexion_bloquee.html"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "comptes.provenance.adresse_du_client"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = env.int("SESSION_HEURES", default=12) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("HTTPS", default=not EMBARQUE)
SECURE_SSL_REDIRECT = env.bool("HTTPS", default=not EMBARQUE)
SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDES", default=0 if EMBARQUE else 31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
DERRIERE_PROXY = env.bool("DERRIERE_PROXY", default=False)
if DERRIERE_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the preview of a dossier is a frame of our own page
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # for that reason

# Map backgrounds: plan and orthophotos of the IGN's Géoplateforme (no key). Empty: no background, our outlines only.
_IGN = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=normal&TILEMATRIXSET=PM"
    "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&LAYER="
)
CARTE_PLAN_URL = env.str("CARTE_PLAN_URL", default=_IGN + "GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&FORMAT=image/png")
CARTE_ORTHO_URL = env.str("CARTE_ORTHO_URL", default=_IGN + "ORTHOIMAGERY.ORTHOPHOTOS&FORMAT=image/jpeg")
CARTE_HOTES = env.list("CARTE_HOTES", default=["https://data.geopf.fr"])

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *CARTE_HOTES],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}
PERMISSIONS_POLICY = {"geolocation": "self", "camera": "self", "microphone": [], "payment": [], "usb": []}

FORMS_URLFIELD_ASSUME_HTTPS = True  # goes with Django 6

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
FICHIERS_DIR = Path(env.str("FICHIERS_DIR", default=str(VAR_DIR / "fichiers")))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FICHIERS_DIR, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "socle.statiques.StatiquesEmpreintees"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
PHOTO_POIDS_MAX = env.int("PHOTO_POIDS_MAX_MO", default=25) * 1024 * 1024
DOCUMENT_POIDS_MAX = env.int("DOCUMENT_POIDS_MAX_MO", default=50) * 1024 * 1024

vars().update(env.email("EMAIL_URL", default="consolemail://" if EMBARQUE else "smtp://localhost:25"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_EXPEDITEUR", default="quartiers@localhost")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "taches"
TRAVAILLEUR_SILENCE = 20  # seconds without a heartbeat after which a worker is held for dead
PROCRASTINATE_WORKER_DEFAULTS = {
    "update_heartbeat_interval": 5,
    "stalled_worker_timeout": TRAVAILLEUR_SILENCE,
    "shutdown_graceful_timeout": 10,
}

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
NOM_APPLICATION = env.str("NOM_APPLICATION", default="Quartiers")
NOM_SERVICE = env.str("NOM_SERVICE", default="Ville de Tours, Cohésion sociale")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ligne": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ligne"}},
    "root": {"handlers": ["console"], "level": env.str("NIVEAU_JOURNAL", default="INFO")},
    "loggers": {
        "procrastinate": {"level": "WARNING"},  # one line a minute otherwise
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
