# `make demo` and `make test` need python3 (3.11 or later) with venv, and make; everything else they install into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# nbgrader runs alembic by name, so the environment's programs must be found.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Tests start hundreds of programs: each would compile the kit anew.
unexport PYTHONDONTWRITEBYTECODE
INSTALLED := $(VENV)/.installed
# Where Jupyter finds the sandbox's kernel, and that it is used for what was handed in.
KERNEL := $(VENV)/share/jupyter/kernels/autograder-sandbox
SERVER := $(VENV)/etc/jupyter
# What is only compared with, in an environment of its own.
PEERS := .venv-bench
# Students of a rush: gevent changes Python for all that runs beside it, so it has an environment of its own, too.
LOAD := .venv-load
# Schemathesis, whose plug-in for pytest would make every start of pytest slower.
FUZZER := .venv-fuzz
comma := ,
# The assignment whose demo class make demo and make serve show.
DEMO := rnn_captioning
# One more than the cores of a small machine: tests wait for kernels, and for what they stop, about half of their time.
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile

.PHONY: help install demo serve test test-all coverage verify hostile fuzz fuzz-api chaos bench bench-peers rush load-tools checks check lint ruff mypy imports format pictures client release lock clean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED)  ## install into .venv, nothing more

demo: $(INSTALLED)  ## mark a small class, write feedback and the report
	$(BIN)/python -m autograder.demo $(DEMO)

serve: $(INSTALLED)  ## run the grading server with the demo class, and print sign-in links
	$(BIN)/python -m autograder.demo_server $(DEMO)

test: checks  ## lint, compare what is generated, and run the tests: some minutes
	$(PYTEST)

test-all: checks  ## the same with every attack, control, case and salt, and fuzz for a minute: half an hour, before a release
	$(PYTEST) --all
	$(BIN)/python -m tests.fuzz

coverage: checks  ## which lines and branches of autograder/ the tests of make test run
	$(PYTEST) --cov

verify: $(INSTALLED)  ## prove that the tests of each assignment are fair and needed (some minutes each; make verify ASSIGNMENT=NAME for one)
	$(BIN)/autograder verify $(ASSIGNMENT)

hostile: $(INSTALLED)  ## attack the grader in every way that is known, and print what came of it
	$(BIN)/python -m tests.hostile

fuzz: $(INSTALLED)  ## give odd inputs to all that reads what others send (a minute; make fuzz SECONDS=3600 SEED=7 for more)
	$(BIN)/python -m tests.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

chaos: $(INSTALLED)  ## kill the grading server's parts forty times while 300 hand-ins come, on SQLite and on PostgreSQL (most of an hour; make chaos SEED=7 for another)
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED))

fuzz-api: $(INSTALLED) $(FUZZER)/.installed  ## ask the grading server everything that its OpenAPI document describes, in odd ways, as five people (some minutes)
	$(BIN)/python -m tests.fuzz_api $(abspath $(FUZZER))/bin/schemathesis

bench: $(INSTALLED)  ## how long marking a class takes beside other graders, and all else that is measured (about three quarters of an hour; make bench QUICK=1 for a first look)
	$(BIN)/python -m benchmarks.classes $(if $(QUICK),--quick --stock 5 --otter 3)
	$(BIN)/python -m benchmarks.modules $(if $(QUICK),--size 10 --times 3)
	$(BIN)/python -m benchmarks.growth $(if $(QUICK),--growth 10$(comma)50)
	$(BIN)/python -m benchmarks.training
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.marking
	$(BIN)/python -m benchmarks.teaching
	$(BIN)/python -m benchmarks.endless $(if $(QUICK),--only busy)
	$(BIN)/python -m benchmarks.similarity $(if $(QUICK),--classes 1 --sizes 100)
	$(BIN)/python -m benchmarks.coco
	$(BIN)/python -m benchmarks.feedback_time $(if $(QUICK),--count 10)
	$(BIN)/python -m benchmarks.mistakes

bench-peers: $(PEERS)/.installed  ## install what make bench compares the kit with: otter-grader and PyTorch (from PyPI that is some GB)

rush: $(INSTALLED) $(LOAD)/.installed  ## a class of 100 to 2,000 hands in before a deadline (half an hour; make rush SIZES=100 for one)
	$(BIN)/python -m benchmarks.rush $(if $(SIZES),--sizes $(SIZES),--sizes 100$(comma)500)
	$(if $(SIZES),,$(BIN)/python -m benchmarks.rush --sizes 1000$(comma)2000 --stub)

load-tools: $(LOAD)/.installed  ## install locust, whose students make a rush

checks: $(INSTALLED)
	@$(MAKE) --no-print-directory --jobs 2 lint check

lint: ruff mypy imports  ## style, types, and which packages may import which

ruff: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

mypy: $(INSTALLED)
	$(BIN)/mypy

imports: $(INSTALLED)
	$(BIN)/lint-imports --no-cache

check: $(INSTALLED)  ## compare release/ and solutions/ with what the source gives
	$(BIN)/autograder release --check

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

pictures: $(INSTALLED)  ## make the pictures of README and docs: the demo's pages, in Chromium (two minutes)
	$(BIN)/python -m docs.make_pictures

client: $(INSTALLED)  ## make the wheel that students install, in dist/; a server offers it under /client/
	$(BIN)/python -m autograder.server.client_wheel dist

release: $(INSTALLED)  ## make release/ and solutions/ from source/
	$(BIN)/autograder release

lock: $(INSTALLED)  ## choose new versions for requirements.lock
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header \
		--no-annotate --all-extras --upgrade --output-file requirements.lock pyproject.toml

$(INSTALLED): requirements.lock pyproject.toml $(wildcard autograder/nbgrader_plugins/jupyter/*.json)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; name one with make PYTHON=python3.12"; exit 1; }
	@echo "Installing into $(VENV) (about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@mkdir -p $(KERNEL) $(SERVER)
	@cp autograder/nbgrader_plugins/jupyter/kernel.json $(KERNEL)
	@cp autograder/nbgrader_plugins/jupyter/jupyter_server_config.json $(SERVER)
	@touch $@

$(PEERS)/.installed: benchmarks/requirements.txt pyproject.toml
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $< --editable .
	@touch $@

$(LOAD)/.installed: benchmarks/requirements-load.txt
	@$(PYTHON) -m venv $(LOAD)
	@$(LOAD)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(FUZZER)/.installed: Makefile
	@$(PYTHON) -m venv $(FUZZER)
	@$(FUZZER)/bin/python -m pip install --quiet --disable-pip-version-check schemathesis==4.32.5
	@touch $@

clean:
	rm -rf $(VENV) $(PEERS) $(LOAD) $(FUZZER) .pytest_cache .mypy_cache .ruff_cache
