# Needs Python >= 3.11 (with venv) and make, nothing else. PYTHON=python3.12 make ... picks another one.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: review test test-long check lab formats causes lock clean help

help:
	@echo 'make review     set up, write demo exports, review every account, say where the reports are'
	@echo 'make test       set up, check style and types, run all tests'
	@echo 'make test-long  the same with the long property profiles'
	@echo 'make lab        set up, open JupyterLab on this workspace'
	@echo 'make formats    write docs/formats.md anew from the readers'
	@echo 'make causes     write docs/causes.md anew from the taxonomy'
	@echo 'make lock       renew requirements.lock (needs uv)'
	@echo 'make clean      remove .venv and caches'

review: .venv/.ready
	@$(BIN)/opsrules demo
	@$(BIN)/opsrules run

test: .venv/.ready
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -n 2 --dist worksteal

test-long: .venv/.ready
	@HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n 2 --dist worksteal

lab: .venv/.ready
	@$(BIN)/jupyter lab notebooks/reconciliation.ipynb

formats: .venv/.ready
	@$(BIN)/opsrules sources formats --markdown > docs/formats.md

causes: .venv/.ready
	@$(BIN)/opsrules rules causes --markdown > docs/causes.md

# pip never removes what has left the lock, and a killed install leaves halves: start afresh on any change.
.venv/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'opsrules needs Python 3.11 or newer; this is' "$$($(PYTHON) --version)"'. Name another: make PYTHON=python3.12 ...'; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv || { echo 'No venv module: on Debian or Ubuntu, apt-get install python3-venv'; exit 1; }
	@echo 'Installing what requirements.lock names; about a minute, once.'
	@$(BIN)/python -m pip install -q --no-compile --require-hashes --only-binary :all: --no-deps -r requirements.lock
	@$(BIN)/python -m pip check
	@touch $@

.venv/.ready: .venv/.locked pyproject.toml
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation --no-index -e .
	@touch $@

# One file for every platform and Python >= 3.11, hashes and no addresses: the same bytes on any machine.
lock:
	uv pip compile --universal --python-version 3.11 --no-build --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --all-extras --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
