# All that is done with Mubiao, one word each. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-growth stress screenshots clean

# Some shells export their machine's name as HOST, so it is taken from the command line alone.
HOST = 127.0.0.1
PORT ?= 8000
# How many tests run at a time.
JOBS ?= 2
# Measuring coverage more than doubles the time, too long for CI: COVER=--cov before an issue is said to be done.
COVER =
# Numbers of targets; all four where there are none.
SIZES =
# Pages to photograph, by words of their paths; all where there are none.
PAGES =
PINS = pyproject.toml requirements/base.txt requirements/build.txt requirements/install.sh

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.* ## /  make \1\t/p' $(MAKEFILE_LIST)
	@echo "  make run PORT=9000 HOST=0.0.0.0   another address"

run: .venv/.base ## set up if needed, load the facts, serve on http://127.0.0.1:8000
	@MUBIAO_HOST="$(HOST)" MUBIAO_PORT="$(PORT)" exec .venv/bin/mubiao serve

test: .venv/.dev ## all tests, on SQLite, on PostgreSQL and in Chromium; COVER=--cov holds the coverage floor too
	@.venv/bin/pytest -n $(JOBS) $(COVER)

check: .venv/.dev ## lint, format, types, templates
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/djlint templates --lint --check --quiet

bench: .venv/.dev ## speed of reads, start and loading, beside what is possible and a peer
	@.venv/bin/python -m benchmarks.bench
	@.venv/bin/python -m benchmarks.bench --postgresql

bench-growth: .venv/.dev ## speed from a thousand to a million targets; SIZES="1000 10000" for some
	@.venv/bin/python -m benchmarks.growth $(SIZES)

stress: .venv/.dev ## the long tests: kills, load, fuzzing
	@.venv/bin/pytest -n $(JOBS) -m stress

screenshots: .venv/.dev ## pictures of all pages in screenshots/; PAGES="compare plans" for some
	@.venv/bin/python -m tests.browser.screenshots $(PAGES)

clean: ## remove the environment, builds and caches; your data stays
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage screenshots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.base: $(PINS)
	@sh requirements/install.sh base

.venv/.dev: $(PINS) requirements/dev.txt
	@sh requirements/install.sh dev
	@touch .venv/.base
