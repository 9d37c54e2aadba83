# Everything a newcomer needs: `make demo`, `make test`.  Python 3.11 or later is all that must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off
PATIENTLY := $(PYTHON) -m tools.patiently
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11
AS_LOCKED := --constraint requirements.lock
# All tests of a file run on one worker, so that what they share is made once; in the order of tests/conftest.py, the
# longest files first: by the number of their tests, which is xdist's own order, the longest would begin last.
BY_FILES := --dist loadfile --no-loadscope-reorder
# One process more than there are cores: a test that waits for a process, a browser or a server leaves its core to others.
PROCESSES := $(shell $(PYTHON) -c 'import os; print(min(8, 1 + (os.cpu_count() or 1)))')
PARALLEL := -n $(PROCESSES) $(BY_FILES)
# Tests on a broker wait longer, but four processes, each with brokers and rooms of its own, took two cores to load 30.
ON_BROKERS := -n 3 $(BY_FILES)
# The folders that have such tests: to collect all of tests costs each process 4 s of processor time more.
WITH_BROKERS := tests/broker tests/chaos tests/conformance tests/consumers tests/refusals tests/testing

# Tests start hundreds of processes: without bytecode on the disk each compiles the package, half a second for normalise.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo lint check test container-test nightly chaos fuzz mutants bench generate schemas lock golden clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## make .venv with .venv/bin/wiredesk, from the hash-pinned lock

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Wiredesk needs Python 3.11 or later; this is $$($(PYTHON) --version). Set PYTHON=…"; exit 1; }
	@test -x $(BIN)/python || $(PATIENTLY) "making $(VENV)" $(PYTHON) -m venv $(VENV)
	@$(PATIENTLY) "installing what requirements.lock names, once" $(PIP) --require-hashes -r requirements.lock
	@$(PATIENTLY) "installing wiredesk" $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

demo: install ## a broker, the rooms, sample wires, the board, and what comes of them
	@$(BIN)/wiredesk demo

lint: install ## style, types, spelling and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/lint-imports --no-logo

check: lint ## in a minute and a half: lint, unit tests, laws by a share of their examples, replay, some crashes; no broker
	TEST_EXAMPLES_SHARE=0.3 $(BIN)/pytest -q $(PARALLEL) -m "not broker and not slow"

test: install ## everything that CI runs, 16 minutes or more on two cores: on all cores without a broker, then on a real one
	@$(BIN)/python -m tests.caches & $(MAKE) --no-print-directory lint && wait
	$(BIN)/pytest $(PARALLEL) -m "not broker"
	$(BIN)/pytest $(ON_BROKERS) -m broker $(WITH_BROKERS)

nightly: test ## what takes longer: laws by other examples, four times as many, every pair of crashes, faults on one broker and on three, fuzzing, mutants
	TEST_EXAMPLES_SHARE=4 $(BIN)/pytest $(PARALLEL) tests/unit -m "not broker"
	$(BIN)/pytest $(PARALLEL) tests/crash --all-crashes
	$(MAKE) chaos fuzz mutants

container-test: install ## image and compose file under a real Docker engine: the one that answers, or its own (Debian, root)
	@$(BIN)/python -m tests.container $(CONTAINER_OPTIONS)

chaos: install ## a hundred faults on one broker, sixty on three; counts what was lost, doubled, out of order, different
	$(BIN)/python -m tests.chaos --report chaos.json --page docs/chaos.md
	$(BIN)/python -m tests.chaos --brokers 3 --faults 60 --rate 60 --report chaos-3.json --page docs/chaos.md

fuzz: install ## parsers, copy rules, planted embargoes under libFuzzer, SECONDS=600 each (Linux, x86-64); SEED=7: one case
ifdef SEED
	PYTHONPATH=tests/unit $(BIN)/python -m tests.fuzz.planted --seed $(SEED) --cases 1
else
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/fuzz/requirements.txt
	PYTHONPATH=tests/unit $(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),600)
	PYTHONPATH=tests/unit $(BIN)/python -m tests.fuzz.planted --seconds $(or $(SECONDS),600)
endif

mutants: install ## 264 small faults in the core, one at a time: a test has to fail (docs/mutants.md)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/mutants/requirements.txt
	$(BIN)/python -m tests.mutants

bench: install ## the figures of the documentation, as ratios in one run
	$(BIN)/python -m benchmarks

generate: install schemas ## rewrite what is made from the code: schemas, tables in pages, compose, Kubernetes
	$(BIN)/python -m tools.generate

schemas: install ## rewrite schemas/
	$(BIN)/wiredesk schema export schemas

golden: install ## rewrite the golden files; read their diff as behaviour
	$(BIN)/pytest -q tests/replay tests/wire tests/refusals --update-golden

lock: install ## resolve requirements.lock again
	$(COMPILE) --extra embedded --extra board --extra dev --output-file requirements.lock pyproject.toml
	$(COMPILE) $(AS_LOCKED) --output-file tests/mutants/requirements.txt tests/mutants/requirements.in
	$(COMPILE) $(AS_LOCKED) --extra board --output-file deploy/runtime.lock pyproject.toml
	$(COMPILE) $(AS_LOCKED) --output-file deploy/build.lock deploy/build.in

clean: ## remove the environment and what tools left
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info
