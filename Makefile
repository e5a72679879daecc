# On a bare machine with Python 3.11, make and git, `make run` and `make test` are all there is to say.

.DEFAULT_GOAL := help
# Two at a time, so the longest first.
CHECKS := check-types check-translations check-catalogue check-templates check-imports check-code
.PHONY: help run setup dev test soak check $(CHECKS) format bench lock translations
PYTHON_HERE := .venv/bin/python
# Without compiled modules each of the many processes of the tests starts three times as slowly.
export PYTHONDONTWRITEBYTECODE :=
# File by file, in the order of tests/conftest.py.
ON_TWO := -n 2 --dist loadfile --no-loadscope-reorder
UV_COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header

help: ## Say what there is.
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: setup ## Start the app with demo data, on PORT (8000) of HOST (127.0.0.1).
	@exec $(PYTHON_HERE) -m app.serve

setup: ## Install what running needs into .venv.
	@tools/setup requirements.txt

dev:
	@tools/setup requirements-dev.txt

test: dev ## Every test: on SQLite, then those of a database on a PostgreSQL too (journeys once).
	@tools/browser
	$(PYTHON_HERE) -m pytest $(ON_TWO)
	TEST_DATABASE_URL=pgserver $(PYTHON_HERE) -m pytest $(ON_TWO) -m "database and not journey"

soak: dev ## Long proofs: hundreds of kills and thousands of histories, on both databases.
	$(PYTHON_HERE) -m pytest -n 2 -m soak
	TEST_DATABASE_URL=pgserver $(PYTHON_HERE) -m pytest -n 2 -m soak

check: dev ## Formatting, lint, types, imports, templates, catalogue, translations.
	@$(MAKE) --jobs=2 --output-sync --keep-going --no-print-directory $(CHECKS)

check-types:
	$(PYTHON_HERE) -m mypy

check-translations:
	$(PYTHON_HERE) -m pytest tests/test_translations.py

check-catalogue:
	$(PYTHON_HERE) -m flask --app wsgi catalogue check

check-templates:
	$(PYTHON_HERE) -m djlint --quiet --lint templates

check-imports:
	.venv/bin/lint-imports --no-logo

check-code:
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .

format: dev ## Put the code into its usual form.
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .

bench: dev ## Measure every page in 15 minutes; writes docs/benchmarks.md. ARGS=--full: all sizes.
	$(PYTHON_HERE) -m tests.benchmarks $(ARGS)

lock: dev ## Lock the requirements anew.
	$(UV_COMPILE) requirements.in -o requirements.txt
	$(UV_COMPILE) requirements-dev.in -o requirements-dev.txt
	echo uv | $(UV_COMPILE) - -o requirements-uv.txt

translations: dev ## Bring the English texts up to date with the code.
	tools/translations
