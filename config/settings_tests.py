"""Settings of the tests: the real ones, with fast password hashing and nothing that leaves the process."""

import fcntl
import os
import tempfile
from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES, TEMPLATES, VAR_DIR

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


def _creneau() -> str:
    """Return the number of a test database that no other run of this machine holds; workers inherit it."""
    if "QUARTIERS_CRENEAU" not in os.environ:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        for numero in range(1, 100):
            verrou = open(VAR_DIR / f".tests-{numero}.verrou", "w")  # noqa: SIM115
            try:
                fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                verrou.close()
                continue
            globals()["_VERROU_DE_CRENEAU"] = verrou  # held as long as the process lives
            os.environ["QUARTIERS_CRENEAU"] = str(numero)
            break
    return os.environ["QUARTIERS_CRENEAU"]


DATABASES["default"]["TEST"] = {"NAME": f"test_quartiers_{_creneau()}"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
