# The habits of this project. Every target sets up what it needs on the first run.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export RAG_LIBRARY ?= $(CURDIR)/library

.PHONY: chat test check eval soak bench clean

# Serve the chat; the sample corpus is read on the first run.
chat: $(VENV)/.installed library/library.sqlite3
	@$(BIN)/python app.py

library/library.sqlite3: | $(VENV)/.installed
	@$(BIN)/rag ingest corpus

# The whole test suite.
test: $(VENV)/.dev
	@$(BIN)/python -m pytest

check: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

eval: $(VENV)/.installed
	@$(BIN)/rag eval --baseline

# The long forms of what docs/reliability.md promises, with a table at the end.
soak: $(VENV)/.dev
	@$(BIN)/python -m pytest tests/library --soak --timeout 3600

# Figures on the measuring data; says so and skips where they are absent.
bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.retrieval
	@$(BIN)/python -m benchmarks.answers
	@$(BIN)/python -m benchmarks.grounding
	@$(BIN)/python -m benchmarks.ingest
	@$(BIN)/python -m benchmarks.sync

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the packages (a few minutes on the first run)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) library .mypy_cache .ruff_cache .pytest_cache
