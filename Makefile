# Everything a person needs to run, test and check Alliage. Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV ?= .venv
export VENV
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help run reset test fast heavy check bench lock bundles screenshots _run _test _dev

help:  ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: _run  ## start the whole platform on http://localhost:8000 (PORT, ALLIAGE_VAR to change)
	@exec $(BIN)/python -m alliage run

reset: _run  ## forget the data of this installation and start over at the next `make run`
	@$(BIN)/python -m alliage reset

test: _test  ## the whole suite, on SQLite then PostgreSQL, with journeys in a browser (ONLY="alliage/jobs" for a part)
	@exec $(BIN)/python -m tests.run $(ONLY)

fast: _test  ## what decides, on SQLite: no browser, no screen, no walk through the whole site (≤ 5 min)
	@exec $(BIN)/python -m tests.run --fast $(ONLY)

heavy: _test  ## minutes long: every territory's page, many seeds, faults
	@exec $(BIN)/python -m tests.run --heavy $(ONLY)

check: _dev  ## lint, types, import contracts, migrations, documents, browser bundles
	@exec $(BIN)/python -m tests.check

bench: _test  ## measure speed and weight, write bench/report.md
	@exec $(BIN)/python -m bench.run

screenshots: _test  ## take again the pictures of the README and of the guide
	@exec $(BIN)/python -m tests.run --screenshots

bundles: _dev  ## rebuild the committed style sheet, typeface and scripts
	@exec $(BIN)/python -m alliage.ui.bundles.build

lock: _dev  ## compile the lock files from pyproject.toml
	@exec $(BIN)/python requirements/lock.py

_run _test _dev: _%:
	@command -v $(PYTHON) >/dev/null || { echo "Il faut Python 3.11 ou plus récent : installez-le, ou dites où il est (make run PYTHON=/chemin/vers/python3)." >&2; exit 1; }
	@$(PYTHON) requirements/install.py $*
