# make run · make test, on Debian or Ubuntu with Python 3.11 or newer. The app itself needs no make: see the README.
.PHONY: help install dev needs run test lint lock
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# every package comes as a wheel with a known hash, so that nothing is compiled and nothing else is run
LOCKED := --require-hashes --only-binary :all:
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

help:
	@echo "make install   make .venv and install what the app needs"
	@echo "make run       start the demo: the registry and two laptops"
	@echo "make test      lint and test everything"
	@echo "make lint      check style, types, the direction of imports and the templates"
	@echo "make lock      write exact versions after setup.cfg has changed; make lock UPGRADE=1 takes the newest"

install: .venv/installed

dev: .venv/installed-dev

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, and '$(PYTHON)' is not. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: requirements.lock | .venv/made
	$(PIP) $(LOCKED) -r requirements.lock
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(PIP) $(LOCKED) -r requirements-dev.lock
	@touch $@

run: install
	$(BIN)/python run.py demo $(if $(OPEN),--open)

needs: dev
	@$(BIN)/python -m tests.support.needs

test: needs lint
	$(BIN)/python -m pytest -q -n 2

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet fieldapp

lock: dev
	$(COMPILE) setup.cfg -o requirements.lock
	$(COMPILE) setup.cfg --extra dev -c requirements.lock -o requirements-dev.lock
