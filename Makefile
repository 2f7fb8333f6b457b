# make run · test · coverage · lint · mutants · docs · bench · clean; CI calls the same targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NQGRAPH := $(BIN)/nqgraph
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
FRONTEND := hatch_build.py $(wildcard frontend/*.json frontend/*.mjs frontend/src/*)
LANGUAGE_OPTION := $(if $(L),--lang $(L))

.PHONY: run test coverage lint mutants docs bench clean help

help: ## show this help
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/python.ok:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "nqgraph needs Python 3.11 or newer; found: $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.ok: pyproject.toml $(FRONTEND) $(VENV)/python.ok
	@echo "Installing nqgraph …"
	@$(PIP) --editable .
	@touch $@

$(VENV)/test.ok: pyproject.toml $(FRONTEND) $(VENV)/python.ok
	@echo "Installing nqgraph with its tests …"
	@$(PIP) --editable '.[test]'
	@touch $@ $(VENV)/run.ok

$(VENV)/dev.ok: pyproject.toml $(VENV)/test.ok
	@$(PIP) --editable '.[test,dev]'
	@touch $@

$(VENV)/bench.ok: pyproject.toml $(VENV)/test.ok
	@$(PIP) --editable '.[test,bench]'
	@touch $@

run: $(VENV)/run.ok ## set up, build the graph from data/, answer the main question, show the gaps (L=en for English)
	@$(NQGRAPH) build $(LANGUAGE_OPTION)
	@echo
	@$(NQGRAPH) query antworten-je-hemmnis $(LANGUAGE_OPTION)
	@echo
	@$(NQGRAPH) query hemmnisse-ohne-praxis $(LANGUAGE_OPTION)
	@echo
	@$(NQGRAPH) query offene-luecken $(LANGUAGE_OPTION)
	@echo
	@$(NQGRAPH) export rdf $(LANGUAGE_OPTION)
	@$(NQGRAPH) export graphml $(LANGUAGE_OPTION)
	@$(NQGRAPH) export pyvis --around h-ind-einkommen $(LANGUAGE_OPTION)
	@$(NQGRAPH) export html $(LANGUAGE_OPTION)

test: $(VENV)/test.ok ## set up and run all tests
	@$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

coverage: $(VENV)/test.ok ## run all tests, and say which lines of the program they reach (takes about twice as long)
	@$(BIN)/python -m pytest --numprocesses 2 --dist worksteal --cov

lint: $(VENV)/dev.ok ## formatting, style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@! command -v npm >/dev/null || npm --prefix frontend run --silent check

mutants: $(VENV)/test.ok ## make known faults one by one and see that tests notice (ONLY="words of names")
	@$(BIN)/python -m tests.mutants $(ONLY)

docs: $(VENV)/run.ok ## write the generated parts of docs/ anew
	@$(BIN)/python docs/generate.py

bench: $(VENV)/bench.ok ## measure side by side with other engines; see benchmarks/README.md
	@$(BIN)/python -m benchmarks

clean: ## remove what was built and installed
	@rm -rf $(VENV) build dist frontend/node_modules nqgraph/_bundle
