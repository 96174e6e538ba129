"""The suite's house rules: embedded PostgreSQL, no network, strict pages, no datetime in a DateField."""

import datetime
import ipaddress
import shutil
import socket

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, models, transaction
from django.test import Client, TransactionTestCase

from socle import postgres
from tests.pages import fautes

CHROMIUM = "/usr/bin/chromium"
FAUX_APPAREIL = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]  # a camera that draws
ADMINISTRATION = "/administration/"  # Django's own pages have Django's own marks


class ClientStrict(Client):
    """Test client that refuses a page with faults (tests/pages.py says which)."""

    def request(self, **request):
        reponse = super().request(**request)
        if _est_une_page(reponse) and not request["PATH_INFO"].startswith(ADMINISTRATION):
            trouvees = fautes(reponse.content.decode())
            assert trouvees == [], f"{request['PATH_INFO']} : {trouvees}"
        return reponse


def _est_une_page(reponse) -> bool:
    return not reponse.streaming and bool(reponse.content) and reponse.get("Content-Type", "").startswith("text/html")


@pytest.fixture
def client():
    """Return the strict client."""
    return ClientStrict()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Start the embedded server before the first test database is made."""
    if settings.EMBARQUE:
        postgres.start(settings.VAR_DIR / "postgresql")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Give back what the migrations sowed after each test that empties the tables (browser, worker)."""
    with django_db_blocker.unblock():
        graines = connection.creation.serialize_db_to_string()

    def vider_et_resemer(test):
        """DELETE with the triggers asleep: TRUNCATE makes new files for a hundred tables, most of them empty.

        Needs the superuser that the embedded server gives.
        """
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute("SET LOCAL session_replication_role = replica")
            tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
            for table in [*tables, "procrastinate_jobs", "procrastinate_workers", "procrastinate_periodic_defers"]:
                curseur.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
        connection.creation.deserialize_db_from_string(graines)

    vrai = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = vider_et_resemer
    yield
    TransactionTestCase._fixture_teardown = vrai


@pytest.fixture(autouse=True)
def _memoire_propre():
    yield
    cache.clear()


@pytest.fixture(autouse=True, scope="session")
def _sans_reseau():
    """Refuse every connection but Unix sockets and the loopback."""
    connecter, connecter_ex = socket.socket.connect, socket.socket.connect_ex

    def gardee(vraie):
        def connect(prise, adresse):
            if prise.family != socket.AF_UNIX and not _locale(adresse[0]):
                raise RuntimeError(f"Un test a voulu sortir de la machine : {adresse}")
            return vraie(prise, adresse)

        return connect

    socket.socket.connect, socket.socket.connect_ex = gardee(connecter), gardee(connecter_ex)
    yield
    socket.socket.connect, socket.socket.connect_ex = connecter, connecter_ex


def _locale(hote: str) -> bool:
    try:
        return ipaddress.ip_address(hote).is_loopback
    except ValueError:
        return hote == "localhost"


@pytest.fixture(autouse=True, scope="session")
def _sans_datetime_dans_une_date():
    """Refuse a datetime given to a DateField: Django would cut it silently, in the wrong zone."""
    vraie = models.DateField.to_python

    def to_python(champ, valeur):
        if isinstance(valeur, datetime.datetime):
            raise TypeError(f"{champ} reçoit un instant : {valeur!r}")
        return vraie(champ, valeur)

    models.DateField.to_python = to_python
    yield
    models.DateField.to_python = vraie


@pytest.fixture(autouse=True, scope="session")
def _fichiers_effaces():
    yield
    shutil.rmtree(settings.FICHIERS_DIR, ignore_errors=True)


@pytest.fixture(scope="session")
def browser_launch_options():
    """Return the options of chromium.launch(): Debian's Chromium, no background traffic."""
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking", *FAUX_APPAREIL],
    }
