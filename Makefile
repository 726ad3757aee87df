# Relais: the commands. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 5000
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
# What make check leaves to make test: walks through forms, mails, registers, attacks, forged rows. tests/consistency
# opens every page in both.
WALKS := blueprints browser cli demo guards integrations journeys model notifications race security
# Tests in blocks that stay together: a worker starts one Chromium, one demonstration, and steals at the end.
PYTEST := $(BIN)/pytest -n $(JOBS) --dist worksteal
# Bytecode is kept, whatever the shell says: each worker, and each portal a test starts, would compile everything anew.
export PYTHONDONTWRITEBYTECODE :=
QUICK := -m "not postgres and not browser and not slow" $(WALKS:%=--ignore=tests/%)

.DEFAULT_GOAL := help
.PHONY: help install assets run test check static quick prove bench bench-national bench-keep bench-export lock format clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.dev assets ## environment in .venv and front-end assets

run: $(VENV)/.base assets ## database, demo data, worker and portal (HOST=, PORT=)
	@$(BIN)/python tools/run.py --host $(HOST) --port $(PORT)

test: install ## everything: SQLite, PostgreSQL, browser
	@$(BIN)/python tools/chromium.py --install
	@$(PYTEST)

check: install ## the quick loop: lint, types, layers, unit tests and every page on SQLite
	@$(MAKE) --no-print-directory -j2 static quick

static:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

quick:
	@$(PYTEST) $(QUICK)

prove: install ## the trust chain against its model, 5,000 runs
	@$(PYTEST) -m prove --hypothesis-profile=prove

bench: install $(VENV)/.bench ## searches, pages and imports beside their peers: a region, both databases, under 10 minutes
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.compare || true

bench-national: install $(VENV)/.bench ## the same for the whole country, and the growth that leads to it (hours the first time)
	@$(BIN)/python -m bench --scale national
	@$(BIN)/python -m bench.compare || true

bench-keep: install $(VENV)/.bench ## keep what was measured last; tables and plots of docs/performance.md from what is kept
	@$(BIN)/python -m bench.compare --keep || true
	@$(BIN)/python -m bench.report
	@$(BIN)/python -m bench.plots

bench-export: install ## what an export costs in memory, on a made-up region in PostgreSQL (minutes)
	@$(BIN)/python -m bench.bench_export

lock: $(VENV)/.dev ## requirements/*.txt from requirements/*.in
	@$(BIN)/python tools/lock.py

format: $(VENV)/.dev ## fix what ruff can fix
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

clean: ## environment, assets and caches; never the data in instance/
	rm -rf $(VENV) app/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis

assets: $(VENV)/bin/python
	@$(BIN)/python tools/front_assets.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Relais needs Python 3.11 or later: make PYTHON=python3.x" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

# The lock files are complete, so pip has nothing to resolve: --no-deps halves the time.
$(VENV)/.%: requirements/%.txt | $(VENV)/bin/python
	@echo "environment: installing $< (about a minute)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@
