#!/bin/sh
# Run Django's deployment checks, ours included, in the documented production environment.
set -eu
cd "$(dirname "$0")/.."
. scripts/milieu_production.sh
exec .venv/bin/python manage.py check --deploy --fail-level WARNING
