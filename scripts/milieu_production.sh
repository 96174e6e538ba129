# Sourced: the documented production environment (docs/exploitation.md), for checks and trials on this machine.
export DJANGO_SETTINGS_MODULE=config.settings
export SECRET_KEY="essai-de-production-jamais-employee-ailleurs-0123456789-abcdefghijkl"
export DEBUG=false
export ALLOWED_HOSTS=quartiers.example.org,127.0.0.1
export CSRF_TRUSTED_ORIGINS=https://quartiers.example.org
export HTTPS=true
export DERRIERE_PROXY=true
export EMAIL_URL=smtp+tls://quartiers:secret@localhost:587
export EMAIL_EXPEDITEUR=quartiers@example.org
export FICHIERS_DIR="${FICHIERS_DIR:-/tmp}"
DATABASE_URL="$(env -u DATABASE_URL .venv/bin/python -m socle.postgres url)"
export DATABASE_URL
