# Everything lives in this checkout: the tools in .venv, the demonstration's platform in .demo.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := $(CURDIR)/.venv
PATH := $(VENV)/bin:$(PATH)
export PATH

.PHONY: help install demo stop check test soak bench reference lock clean

help: ## Show what can be made.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

install: ## Install EDM and its tools into .venv.
	@scripts/install.sh

demo: install ## Start a platform in the background and deploy examples/shop.xml.
	@scripts/demo.sh

stop: ## Stop what `make demo` started.
	@scripts/stop.sh

check: install ## Check formatting, lint, types and layering.
	ruff format --check .
	ruff check .
	mypy
	lint-imports

test: install ## Run all tests; as root, install the Debian packages that they need.
	@scripts/test.sh

soak: install ## Kill at random for a long time: make soak KILLS=200 SEED=7.
	@python -m pytest -m soak --log-cli-level=INFO tests/faults </dev/null

bench: install ## Print speed and size beside those of peers.
	@scripts/bench.sh

reference: install ## Write docs/reference anew from the code.
	@python scripts/reference.py

lock: ## Resolve the dependencies anew and write requirements.lock.
	@scripts/lock.sh

clean: stop ## Stop the demonstration and remove all that was made here.
	rm -rf .venv .demo .cache build dist
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests bench scripts -depth -type d -name __pycache__ -exec rm -rf -- {} +
