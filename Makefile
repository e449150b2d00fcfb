# `make report` and `make test` work on a fresh machine that has Python 3.11 or newer (with venv and
# pip) and make. Everything from the package index is checked against the hashes in the lock files.

PYTHON  ?= python3
VENV    ?= .venv
WORKERS ?= 2

BIN     := $(VENV)/bin
PY      := $(BIN)/python
UV      ?= $(BIN)/uv
# Wheels only: a source distribution would run code, and fetch more, that no hash covers.
PIP     := $(PY) -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install --quiet --require-hashes --only-binary :all: --requirement
SELF    := $(PIP) install --quiet --no-deps --no-build-isolation --editable .
COMPILE := $(UV) pip compile --quiet --no-config --no-python-downloads --universal \
           --python-version 3.11 --only-binary :all: --generate-hashes --no-emit-index-url \
           --no-annotate --custom-compile-command "make lock" $(UPGRADE) --group build

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help report test lint types contracts unit format lock bench bench-reading bench-pages bench-memory \
        bench-months page-check kill-test coverage-study false-alarm-study million example charts pictures \
        test-cluster install clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' Makefile

report: $(VENV)/.runtime $(VENV)/.libraries ## Make the scorecards of the fixtures in reports/
	$(BIN)/tallyclerk --config config.toml report

test: lint types contracts unit ## Run every check and every test

lint: $(VENV)/.dev ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## Check the types of src
	$(BIN)/mypy

contracts: $(VENV)/.dev ## Check that imports follow the layers
	$(BIN)/lint-imports

# Bytecode is written whatever the environment says: many tests start a process, and each would
# compile the package anew.
unit: $(VENV)/.dev $(VENV)/.libraries ## Run the tests alone
	PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n $(WORKERS)

format: $(VENV)/.dev ## Mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.dev ## Write the lock files anew (UPGRADE=--upgrade: with newer versions)
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --output-file requirements-dev.lock --group dev --constraint requirements.lock \
	    pyproject.toml
	$(COMPILE) --no-binary pyspark --output-file requirements-spark.lock --extra spark \
	    --constraint requirements-dev.lock pyproject.toml

bench: $(VENV)/.dev $(VENV)/.libraries ## Run the benchmarks (BENCH_EVENTS=1000000,10000000)
	$(PY) -m tests.benchmarks.run

bench-reading: $(VENV)/.dev $(VENV)/.libraries ## Time the ingest of a CSV, and of small files, beside polars alone
	$(PY) -m tests.benchmarks.reading
	$(PY) -m tests.benchmarks.files

bench-pages: $(VENV)/.dev $(VENV)/.libraries ## Time the pages of 40 partners beside the plainest way
	$(PY) -m tests.benchmarks.pages

bench-memory: $(VENV)/.dev $(VENV)/.libraries ## Draw the pages of 500 partners: do its processes grow?
	$(PY) -m tests.benchmarks.memory

bench-months: $(VENV)/.dev $(VENV)/.libraries ## Time a month added to twelve beside that month alone
	$(PY) -m tests.benchmarks.months

page-check: ## Check the pages in reports/ with an HTML validator and axe (needs node, npm, chromium)
	cd tests/heavy/pages && npm ci --silent --ignore-scripts && node check.mjs $(CURDIR)/reports

kill-test: $(VENV)/.dev ## Kill an ingest at many moments and check the ledger each time
	$(PY) tests/heavy/kill_during_ingest.py

coverage-study: $(VENV)/.dev ## Show what the intervals cover on simulated partners
	$(PY) -m tests.studies.coverage

false-alarm-study: $(VENV)/.dev ## Show who is flagged or rejected by mistake, and who is found
	$(PY) -m tests.studies.false_alarms

million: $(VENV)/.dev $(VENV)/.libraries ## Take a million shipments to pages: seconds and memory
	$(PY) -m tests.heavy.million

example: $(VENV)/.runtime $(VENV)/.libraries ## Write the example report in reports/example
	$(BIN)/tallyclerk --config config.toml report --format html,pdf --out reports/example \
	    --partner translink

charts: $(VENV)/.runtime ## Compile the charts of the pages anew, after a change of one
	$(PY) scripts/compile_charts.py

pictures: $(VENV)/.dev $(VENV)/.libraries ## Draw the pages of made-up partners in reports/pictures, to look at
	$(PY) -m tests.support.pictures reports/pictures

test-cluster: $(VENV)/.dev ## Count on a real Spark cluster of this machine, also with a worker killed
	@command -v java >/dev/null || { echo "skipped: Spark needs Java 17, and there is none here"; exit 0; }; \
	    $(MAKE) --no-print-directory $(VENV)/.spark && $(PY) -m pytest tests/cluster

install: $(VENV)/.dev $(VENV)/.libraries ## Prepare the environment for development

clean: ## Remove the environment, the caches and the ledger of the fixtures
	rm -rf $(VENV) .tallyclerk .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps below say what is installed; a changed lock or pyproject.toml makes them stale. Without
# its interpreter an environment has nothing installed, whatever they say.
$(shell test -x $(PY) || rm -f $(VENV)/.runtime $(VENV)/.dev $(VENV)/.libraries $(VENV)/.spark)

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "tallyclerk needs Python 3.11 or newer as $(PYTHON)." \
	         "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@rm -f $(PY)* # links to a Python that is gone would be kept
	$(PYTHON) -m venv $(VENV) || { rm -f $(PY); exit 1; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(PY)
	$(INSTALL) requirements.lock
	$(SELF)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(PY)
	$(INSTALL) requirements-dev.lock
	$(SELF)
	@touch $@ $(VENV)/.runtime

$(VENV)/.spark: requirements-spark.lock | $(VENV)/.dev
	$(PIP) install --quiet --require-hashes --only-binary :all: --no-binary pyspark \
	    --no-build-isolation --requirement requirements-spark.lock
	@touch $@

# Pages are drawn with system libraries, which pip cannot install. They are looked for with the
# installed WeasyPrint, so a target that needs them names its packages first.
$(VENV)/.libraries: scripts/system-libraries.sh
	scripts/system-libraries.sh $(PY)
	@touch $@
