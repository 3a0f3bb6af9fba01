# The two commands: `make demo` and `make test`. Both make the environment first and are quick the second time.
# Needs Python 3.11 or newer and make; browser tests need Chromium, which `make browser` installs on Debian.

SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SERVE ?= 1
PORT ?= 8001

.DEFAULT_GOAL := help
.PHONY: help demo test lint browser wheel clean

help:
	@echo "make demo           crawl the bundled sample site and read it in Datasette (SERVE=0: do not serve; PORT=8001)"
	@echo "make test           run all tests"
	@echo "make lint           ruff and mypy"
	@echo "make wheel          build the wheel into dist/"

# A file per set of packages: made again only when what they depend on has changed.
$(VENV)/.base: pyproject.toml constraints.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "miacrawl needs Python 3.11 or newer; give one with PYTHON=python3.12"; exit 1; }
	"$(PYTHON)" -m venv "$(VENV)"
	"$(BIN)/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch "$@"

$(VENV)/.test: $(VENV)/.base
	"$(BIN)/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,lint]'
	@touch "$@"

demo: $(VENV)/.base
	"$(BIN)/python" -m miacrawl demo --archive demo --port $(PORT) $(if $(filter 0 no false,$(SERVE)),--no-serve)

# Chromium comes from the system: a browser of one's own is not downloaded. Without one, and without the right to
# install one, the browser tests say so and are skipped; CI does not skip them.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } || \
	  echo "no Chromium here, and none could be installed: browser tests will be skipped"

test: $(VENV)/.test browser
	"$(BIN)/python" -m pytest $(ARGS)

lint: $(VENV)/.test
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .
	"$(BIN)/python" -m mypy

wheel: $(VENV)/.test
	"$(BIN)/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

clean:
	rm -rf "$(VENV)" build dist *.egg-info
