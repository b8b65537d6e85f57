# make chat   set up, build the index where it is missing or stale, open the chat window
# make test   set up and run the tests
# make check  format, lint, types

PYTHON ?= python3
PORT ?= 7860
# On Linux, pip's default torch brings gigabytes of CUDA. Name PyTorch's CPU wheel index here
# (its install page gives the address): make chat TORCH_INDEX=https://…
TORCH_INDEX ?=
TORCH := torch==2.13.0
BIN := .venv/bin
# Windows' venv keeps its programs elsewhere.
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
PYTHON := python
endif
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: chat test test-slow check format clean

# What was added in the window lies beside the index, and stays in it.
chat: .venv/chat
	$(BIN)/rag index corpus $(wildcard index-uploads) --sync
	$(BIN)/rag serve --port $(PORT)

test: .venv/dev
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile --no-loadscope-reorder

test-slow: .venv/dev
	$(BIN)/python -m pytest -m slow

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache

# torch goes first and alone, so that nothing else chooses it.
.venv/torch:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
		{ echo "Citewell needs Python 3.11 to 3.13: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet $(TORCH) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@touch $@

.venv/chat: .venv/torch pyproject.toml constraints.txt
	$(PIP) install --quiet -c constraints.txt -e '.[fast,report]'
	@touch $@

.venv/dev: .venv/chat
	$(PIP) install --quiet -c constraints.txt -e '.[dev]'
	@touch $@
