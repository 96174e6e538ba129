"""Settings of the tests: the real ones, with fast password hashing and nothing that leaves the process."""

import tempfile
from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import STORAGES, TEMPLATES

DEBUG = False
SECRET_KEY = "only-for-tests-never-used-anywhere-else-0123456789"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
FICHIERS_DIR = Path(tempfile.mkdtemp(prefix="quartiers-tests-"))
STORAGES = STORAGES | {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FICHIERS_DIR, "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
AXES_ENABLED = False
CARTE_PLAN_URL = CARTE_ORTHO_URL = ""
TEMPLATES[0]["OPTIONS"]["debug"] = True
