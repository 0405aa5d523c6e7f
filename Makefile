# Everything sets itself up in .venv; nothing is installed outside of it. uv is used when it is there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

.PHONY: run test test-postgres browser check format bench lock clean

run: $(VENV)/.runs
	@$(BIN)/newsbot run

test: $(VENV)/.tests
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

# The sandbox's page in Chromium (Debian: apt-get install chromium); `make test` has these tests, too, once this ran.
browser: $(VENV)/.browser
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/browser $(ARGS)

# The whole bot on PostgreSQL (Debian: apt-get install postgresql); the contract and crash tests need it anyway.
test-postgres: $(VENV)/.tests
	$(BIN)/python -m pytest -n 4 --dist worksteal --engine postgres tests/e2e/test_reader.py tests/e2e/test_editor.py \
	  tests/e2e/test_webhook.py tests/e2e/test_changes.py tests/e2e/test_finding.py tests/e2e/test_peace.py \
	  tests/e2e/test_privacy.py tests/e2e/test_bookmarks.py tests/e2e/test_newsroom.py tests/e2e/test_page.py $(ARGS)

check: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.tests
	$(BIN)/python -m tests.bench

format: $(VENV)/.tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# --no-emit-index-url: the lock must serve whatever index its reader uses.
lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  pyproject.toml --extra postgres -o requirements.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  pyproject.toml --extra postgres --group dev -c requirements.lock -o requirements-dev.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
	  --group browser -c requirements-dev.lock -o requirements-browser.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache build dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Newsbot needs Python 3.11 or newer, which $(PYTHON) is not. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up $(VENV) (once) …"
ifdef UV
	@$(UV) venv --quiet --python "$$(command -v $(PYTHON))" $(VENV)
else
	@$(PYTHON) -m venv $(VENV)
endif

ifdef UV
install = $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1) && \
  $(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
else
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) && \
  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
endif

$(VENV)/.runs: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(call install,requirements.lock)
	@touch $@

$(VENV)/.tests: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.runs

# Beside the others, not instead of them: no editable install of our own here.
$(VENV)/.browser: requirements-browser.lock $(VENV)/.tests
ifdef UV
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-browser.lock
else
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-browser.lock
endif
	@touch $@
