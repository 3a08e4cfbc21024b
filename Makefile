# One front door for every chore. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check
CATALOGUES = $(patsubst %.po,%.mo,$(wildcard forum/translations/*/LC_MESSAGES/messages.po))

.PHONY: help run test test-all check bench translations clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 20

run: .venv/run.stamp static/vendor/htmx.js $(CATALOGUES) ## the forum with a demo community, on http://127.0.0.1:8000
	@PORT=$(PORT) $(BIN)/python -m forum.cli run --demo

test: .venv/test.stamp static/vendor/htmx.js $(CATALOGUES) ## the default test suite
	@$(BIN)/python -m pytest $(ARGS)

test-all: .venv/test.stamp static/vendor/htmx.js $(CATALOGUES) ## everything: browser, PostgreSQL, Redis, kills
	@$(BIN)/python -m pytest -m "" $(ARGS)
	@FORUM_TEST_DATABASE=postgresql $(BIN)/python -m pytest tests/domain tests/http tests/property tests/contract $(ARGS)

check: .venv/test.stamp ## lint, types, contracts, templates
	@$(BIN)/ruff check -q forum tests bench migrations wsgi.py
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint --quiet templates

bench: .venv/test.stamp static/vendor/htmx.js $(CATALOGUES) ## measure, as ratios to a bare Flask in the same run
	@$(BIN)/python -m bench $(ARGS)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt | .venv/bin/python
	@test -e .venv/test.stamp || $(PIP) install -q --require-hashes -r $<
	@touch $@

.venv/test.stamp: requirements/test.txt | .venv/bin/python
	@$(PIP) install -q --require-hashes -r $<
	@touch $@

# htmx is carried by a wheel whose Python we do not use: unpacked, never installed (it would bring Django)
static/vendor/htmx.js: requirements/assets.txt | .venv/bin/python
	@mkdir -p static/vendor .venv/assets
	@$(PIP) download -q --no-deps --only-binary=:all: --require-hashes -r $< -d .venv/assets
	@$(BIN)/python -c 'import glob, zipfile; \
	z = zipfile.ZipFile(glob.glob(".venv/assets/django_htmx-*.whl")[0]); \
	open("$@", "wb").write(z.read("django_htmx/static/django_htmx/htmx-2.min.js"))'

%.mo: %.po | .venv/run.stamp
	@$(BIN)/pybabel -q compile --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $@)))

translations: .venv/test.stamp ## gather new sentences into the catalogues
	@$(BIN)/pybabel -q extract -F forum/translations/babel.cfg -k _ -k _l -k lazy_gettext -k ngettext:1,2 \
	  --no-location --sort-output --omit-header -o forum/translations/messages.pot forum templates
	@for language in es fr ar pt; do \
	  $(BIN)/pybabel -q update -i forum/translations/messages.pot -d forum/translations -l $$language \
	    --no-fuzzy-matching --omit-header --ignore-obsolete || exit 1; done

clean: ## forget everything installed or made here, data included
	@rm -rf .venv var static/vendor
