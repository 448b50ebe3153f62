# The developer's whole interface. `make demo` or `make test` alone sets everything up.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCK := requirements/dev.txt
SOURCES := src tests docs benchmarks scripts
# The first that runs, is new enough and can make a virtual environment.
PYTHONS := python3.14 python3.13 python3.12 python3.11 python3 python
PROBE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format bench docs lock clean

help:  ## list the targets
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP)  ## make .venv from the locked requirements

demo: $(STAMP)  ## show the planner at work on the reference model
	@$(BIN)/bereket demo

test: $(STAMP)  ## run all tests
	@$(BIN)/python -m pytest $(ARGS)

check: $(STAMP)  ## lint, format, types, floors, docstrings, spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/numpydoc lint $$(find src -name '*.py')
	$(BIN)/codespell

format: $(STAMP)  ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)  ## measure against the peers
	@$(BIN)/python -m benchmarks.ratios

docs: $(STAMP)  ## make the pages of docs that the schemas and the program write
	@$(BIN)/python docs/make_reference.py
	@$(BIN)/python docs/make_pages.py

lock:  ## resolve the requirements anew; needs uv on the path
	uv pip compile pyproject.toml $(LOCKING) -o requirements/base.txt
	uv pip compile pyproject.toml $(LOCKING) --extra dev -o requirements/dev.txt

LOCKING := --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --no-emit-index-url

clean:  ## remove what the other targets made
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check

$(STAMP): $(LOCK) pyproject.toml
	@set -e; \
	if ! $(BIN)/python -c '$(PROBE)' >/dev/null 2>&1; then \
	    found=; \
	    for python in $(PYTHONS); do \
	        if "$$python" -c '$(PROBE)' >/dev/null 2>&1; then found=$$python; break; fi; \
	    done; \
	    if [ -z "$$found" ]; then \
	        echo "bereket needs Python 3.11 or newer with its venv module; tried: $(PYTHONS)." >&2; \
	        echo "On Debian or Ubuntu: apt install python3 python3-venv" >&2; \
	        exit 1; \
	    fi; \
	    echo "Making $(VENV) with $$($$found --version); this takes a minute or two, once"; \
	    "$$found" -m venv --clear $(VENV); \
	fi; \
	$(PIP) --require-hashes -r $(LOCK); \
	$(PIP) --no-deps --no-build-isolation -e .; \
	touch $@
