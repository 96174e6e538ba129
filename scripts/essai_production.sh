#!/bin/sh
# Serve with production's settings on the embedded database: static files collected, DEBUG off, HTTPS expected from a proxy.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/python -m socle.postgres start
. scripts/milieu_production.sh
export ADRESSE="127.0.0.1:${1:-8000}" FILS=1
.venv/bin/python manage.py migrate --verbosity=0
.venv/bin/python manage.py collectstatic --noinput --verbosity=0
echo "Servi comme en production sur $ADRESSE (envoyez « X-Forwarded-Proto: https »)."
exec .venv/bin/python -m gunicorn --config python:config.gunicorn config.wsgi
