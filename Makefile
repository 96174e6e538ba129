# Two commands: `make run` starts everything, `make test` tests everything. `make help` lists the rest.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done; echo python3)
PORT ?= 8000
TESTS ?= tests
TAILLE ?= 5000,200000
N ?= 2
PY := .venv/bin/python
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help run test check format bench lock stop production-essai installer installer-dev

help: ## Cette aide
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' Makefile

run: installer ## Lance l’application sur http://127.0.0.1:8000/ (PORT=…), avec sa base et ses données de démonstration
	@exec $(PY) manage.py lancer --port $(PORT)

test: installer-dev ## Joue tous les tests, ou une partie : make test TESTS="tests/gusp"
	$(PY) -m pytest -n $(N) --dist loadgroup $(TESTS)

check: installer-dev ## Format, lint, étages, migrations, gabarits, types, déploiement
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/lint-imports
	.venv/bin/mypy
	.venv/bin/djlint --lint --quiet templates
	$(PY) manage.py makemigrations --check --dry-run
	scripts/verifier_production.sh

format: installer-dev ## Met le code en forme
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: installer-dev ## Mesure les pages, le terrain et le dossier (TAILLE=1000000 ; BENCH=--terrain-seul ou --sans-terrain)
	$(PY) -m bench --taille $(TAILLE) $(BENCH)

lock: installer-dev ## Recalcule requirements/*.txt avec leurs empreintes
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/production.in -o requirements/production.txt
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/developpement.in -o requirements/developpement.txt

stop: ## Arrête le PostgreSQL embarqué s’il tourne encore
	@$(PY) -m socle.postgres stop

production-essai: installer ## Lance le serveur comme en production, sur la base embarquée
	@scripts/essai_production.sh $(PORT)

installer:
	@$(PYTHON) scripts/preparer.py production

installer-dev:
	@$(PYTHON) scripts/preparer.py developpement
