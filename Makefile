# `make demo` and `make test` set up everything they need in .venv by themselves; so does every other target.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help demo test lint types check screenshots man docs bench soak format clean

help: ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

# Made anew when a dependency or a pin changed; a half-made one is thrown away.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "headswap-tui needs Python 3.11 or newer; found: $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "setting up $(VENV) ..."
	@rm -rf $(VENV)
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --python $(PYTHON) $(VENV) && \
		uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[dev]' ; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]' ; \
	fi
	@touch $@

demo: $(STAMP) ## the dashboard on the built-in simulator; no key, keeps nothing
	@$(BIN)/headswap-tui demo

test: $(STAMP) ## all tests
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadgroup

lint: $(STAMP) ## style, formatting, import contracts
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet . && $(BIN)/lint-imports --no-cache >/dev/null || { $(BIN)/ruff format --diff . ; $(BIN)/ruff check . ; $(BIN)/lint-imports --no-cache; exit 1; }

types: $(STAMP) ## mypy --strict
	@$(BIN)/mypy

check: lint types test ## all of these

format: $(STAMP) ## put the code in its form
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

screenshots: $(STAMP) ## make the pictures in screenshots/ from the real app
	@$(BIN)/python -m tests.screenshots

docs: $(STAMP) ## bring the README's key table up to date
	@$(BIN)/python -m tests.docs

man: $(STAMP) ## make the man page and the JSON schema from the code
	@$(BIN)/python -m tests.generated

bench: $(STAMP) ## one report of what things cost, each figure beside a peer (ARGS="--json store")
	@$(BIN)/python -m tests.benchmarks $(ARGS)

soak: $(STAMP) ## the long crash runs
	@$(BIN)/pytest -q -m soak -o addopts="--strict-markers --import-mode=importlib"

clean: ## remove what was made
	@rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
