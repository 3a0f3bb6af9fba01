# The two commands: `make demo` and `make test`. Both make the environment first and are quick the second time.
# Needs Python 3.11 or newer and make; browser tests need Chromium, which `make browser` installs on Debian.

SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SERVE ?= 1
PORT ?= 8001

.DEFAULT_GOAL := help
.PHONY: help demo test test-next lint interop bench bench-speed bench-fuzz stress stress-cluster screenshots browser wheel clean

help:
	@echo "make demo           crawl the bundled sample site and read it in Datasette (SERVE=0: do not serve; PORT=8001)"
	@echo "make test           run all tests"
	@echo "make test-next      the tests of reading again, with the newest pre-release of Datasette 1.0"
	@echo "make lint           ruff and mypy"
	@echo "make interop        other tools on our files: pywb replays them, warcio and the validator of WACZ check them; a cluster on S3"
	@echo "make bench          our extractor and its peers on saved real pages, into docs/benchmarks.md (GOLD=dir BODIES=dir); then:"
	@echo "make bench-speed    what a crawl costs beside a bare spider and a user's own, and by stage (SPEED=--articles=500)"
	@echo "make bench-fuzz     broken and blown-up copies of those pages: none may raise, be slow or be large"
	@echo "make stress         crawl a site of 5,000 articles with faults, kill it 50 times, fill its disk … (ARGS=--articles=500)"
	@echo "make stress-cluster 40 sites, 4 workers that are killed, a PostgreSQL that crashes, a network that is cut (ARGS=--sites=8)"
	@echo "make screenshots    pictures of every kind of page, into docs/screenshots and docs/pages.md"
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

# Where a process is to be stopped at a moment of its work, or time is measured, nothing else runs beside it. The rest
# goes two at a time: a file stays in one process, and tests of pages are shared out by the page they visit.
TIMED := tests/stress tests/speed tests/test_cluster.py tests/test_cluster_store.py tests/test_politeness.py \
  tests/test_reextract_trouble.py tests/test_worker.py tests/browser/test_rendering_pace.py
test: $(VENV)/.test browser
ifdef ARGS
	"$(BIN)/python" -m pytest $(ARGS)
else
	"$(BIN)/python" -m pytest $(TIMED)
	"$(BIN)/python" -m pytest -n 2 --dist loadfile --ignore=tests/browser --ignore-glob="*/test_serve_*.py" \
	  $(addprefix --ignore=,$(TIMED))
	"$(BIN)/python" -m pytest -n 2 --dist loadgroup $(addprefix --ignore=,$(TIMED)) tests/browser tests/test_serve_*.py
endif

# Everything as in the ordinary environment but Datasette: pip takes a pre-release of what names one, and of nothing else.
NEXT := $(VENV)-next
$(NEXT)/.next: pyproject.toml constraints.txt
	"$(PYTHON)" -m venv "$(NEXT)"
	grep -v '^datasette==' constraints.txt > "$(NEXT)/constraints.txt"
	"$(NEXT)/bin/python" -m pip install --quiet --disable-pip-version-check -c "$(NEXT)/constraints.txt" \
	  -e '.[test]' 'datasette>=1.0a41,<2' 'datasette-auth-passwords>=1.1.1'
	@touch "$@"

test-next: $(NEXT)/.next browser
	@"$(NEXT)/bin/python" -c 'import datasette; print("Datasette", datasette.__version__)'
	"$(NEXT)/bin/python" -m pytest -n 2 tests/test_serve_*.py tests/browser/test_policy.py tests/browser/test_reading.py $(ARGS)

lint: $(VENV)/.test
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .
	"$(BIN)/python" -m mypy

# Tools that pin older libraries than ours, so they have an environment of their own.
$(VENV)-interop/.interop: Makefile
	"$(PYTHON)" -m venv "$(VENV)-interop"
	"$(VENV)-interop/bin/python" -m pip install --quiet --disable-pip-version-check "pywb>=2.8,<3" "wacz>=0.6,<0.7" \
	  "pandas>=2.2" "duckdb>=1.1" "pyarrow>=17" "moto[server,s3]>=5.1,<6"
	@touch "$@"

interop: $(VENV)/.test $(VENV)-interop/.interop
	MIACRAWL_INTEROP="$(abspath $(VENV)-interop)" "$(BIN)/python" -m pytest tests/test_interop*.py $(ARGS)

# The peers have an environment of their own, with ourselves in it: some of them hold our libraries at older versions.
# pip is brought up to date first, because the one that came with Python 3.11 fails on the peers' requirements.
$(VENV)-bench/.bench: pyproject.toml
	"$(PYTHON)" -m venv "$(VENV)-bench"
	"$(VENV)-bench/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade pip
	"$(VENV)-bench/bin/python" -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch "$@"

# Where the saved pages are; without a word, beside the checkout (tests/benchmark/folders.py).
PAGES := $(if $(GOLD),MIACRAWL_GOLD="$(abspath $(GOLD))") $(if $(BODIES),MIACRAWL_BODIES="$(abspath $(BODIES))")

bench: $(VENV)-bench/.bench
	$(PAGES) "$(VENV)-bench/bin/python" -m tests.benchmark.run $(ARGS)
	$(MAKE) --no-print-directory bench-speed

# Ratios within one run are compared; tests/speed/test_cost.py guards them in CI.
bench-speed: $(VENV)-bench/.bench
	"$(VENV)-bench/bin/python" -m tests.speed.run --only bare,lean,user,miacrawl-alone,miacrawl $(SPEED)
	"$(VENV)-bench/bin/python" -m tests.speed.stages

bench-fuzz: $(VENV)/.test
	MIACRAWL_FUZZ=1 $(PAGES) "$(BIN)/python" -m pytest tests/benchmark/test_broken_pages.py $(ARGS)

# What CI runs of this on a small site is tests/stress/test_marks.py.
stress: $(VENV)/.test
	"$(BIN)/python" -m tests.stress.marks $(ARGS)

# Needs PostgreSQL's programs; what is measured of a network that is cut needs root.
stress-cluster: $(VENV)/.test
	"$(BIN)/python" -m tests.stress.cluster $(ARGS)

screenshots: $(VENV)/.test browser
	MIACRAWL_SCREENSHOTS=1 "$(BIN)/python" -m pytest tests/browser/test_screenshots.py $(ARGS)

wheel: $(VENV)/.test
	"$(BIN)/python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

clean:
	rm -rf "$(VENV)" "$(VENV)-bench" "$(VENV)-interop" "$(VENV)-next" build dist *.egg-info
