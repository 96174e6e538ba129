"""gunicorn's entry for the bound; BENCH_ADRESSE is the libpq address of the database."""

import os

from bench import temoins


def application(environ, start_response):
    environ["bench.adresse"] = os.environ["BENCH_ADRESSE"]
    return temoins.application(environ, start_response)
