# `make` alone lists the targets. Nothing but Python 3.11 or later, make and git is needed.
SHELL := /bin/bash
PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3 2>/dev/null))
VENV := .venv
BIN := $(VENV)/bin
PIP_FLAGS := --disable-pip-version-check -qq

.DEFAULT_GOAL := help
.PHONY: help install demo check test test-long test-all upgrade gate format docs gallery vectors bench train train-reader train-bearing train-checker clean

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

$(VENV)/run.stamp: pyproject.toml constraints.txt
	@echo "installing into $(VENV) (a few minutes the first time) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install $(PIP_FLAGS) --upgrade pip
	@$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp
	@$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e '.[dev]'
	@touch $@

install: $(VENV)/run.stamp ## Create .venv and install what users need

demo: install ## Install, answer a question and the five example prompt files, offline
	@echo; echo '$$ sr-assistant ask "Which model do I use for 3x on a phone?"'; echo
	@$(BIN)/sr-assistant ask "Which model do I use for 3x on a phone?"
	@echo; echo '$$ sr-assistant bulk prompts/examples --out out'; echo
	@$(BIN)/sr-assistant bulk prompts/examples --out out

check: $(VENV)/dev.stamp ## Format, lint, types, layers, freshness of generated text
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry . --no-ansi
	$(BIN)/python docs/generate.py --check
	$(BIN)/python docs/vectors.py --check

test: check ## Install if needed, check, run the tests but those that take long
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-long: $(VENV)/dev.stamp ## Run the tests that take long (full-size networks, megabytes, kills)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m long

test-all: test test-long ## Run all tests

upgrade: $(VENV)/dev.stamp ## Compile constraints.txt anew from the newest releases and run the tests
	UV_CUSTOM_COMPILE_COMMAND="make upgrade" $(BIN)/uv pip compile pyproject.toml --all-extras --universal \
		--python-version 3.11 --no-annotate --upgrade -q -o constraints.txt
	sed -i -E -e "s/(platform_machine == 'x86_64'|sys_platform == 'linux'|python_full_version < '3.14')( and )?//g" \
		-e "s/ (and|;) *$$//" constraints.txt  # what was tried is one platform, but the pins hold on all
	$(MAKE) test

gate: install ## Grade our own answers against eval/floors.json (FLAGS='--update --lower')
	$(BIN)/python benchmarks/gate.py $(FLAGS)

format: $(VENV)/dev.stamp ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/dev.stamp ## Refresh the generated parts of README.md and catalog/schema
	$(BIN)/python docs/generate.py

gallery: $(VENV)/dev.stamp ## Run all demonstrations: docs/gallery.md (some minutes; NAMES='...' for some)
	$(BIN)/python docs/gallery.py $(NAMES)

vectors: $(VENV)/dev.stamp ## Embed what is new in the built-in catalog: catalog/index
	$(BIN)/python docs/vectors.py

bench: install ## Measure the cold start beside its peer
	$(BIN)/python benchmarks/cold_start.py

train: $(VENV)/dev.stamp ## Train all networks of catalog/weights (hours on a CPU; resumable)
	$(BIN)/python -m training

train-reader: $(VENV)/dev.stamp ## Train the reader of questions (catalog/reader; 45 to 110 minutes)
	$(BIN)/python -m training.reader

train-bearing: $(VENV)/dev.stamp ## Train what tells answers (catalog/bearing; some 30 minutes)
	$(BIN)/python -m training.bearing
	$(BIN)/python docs/vectors.py

train-checker: $(VENV)/dev.stamp ## Train the weighing of sentences (catalog/checker; some 40 minutes)
	$(BIN)/python -m training.checker

clean: ## Remove the environment and everything generated
	rm -rf $(VENV) out dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
