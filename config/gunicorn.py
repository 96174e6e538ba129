"""gunicorn's settings, the same with `make run` and in production; the environment decides the numbers."""

import os

bind = os.environ.get("ADRESSE", "127.0.0.1:8000")
workers = int(os.environ.get("PROCESSUS", "2"))
# Threads wait for slow or silent connections (browsers open some in advance); behind a buffering proxy 1 is enough.
threads = int(os.environ.get("FILS", "16"))
worker_class = "sync" if threads == 1 else "gthread"
preload_app = os.environ.get("DEBUG", "").lower() not in {"1", "true", "yes", "on"}
reload = not preload_app
timeout = 60
graceful_timeout = 15
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
errorlog = "-"
loglevel = os.environ.get("GUNICORN_NIVEAU", "warning")
control_socket_disable = True
