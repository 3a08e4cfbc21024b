# One front door for every chore. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check
CATALOGUES = $(patsubst %.po,%.mo,$(wildcard forum/translations/*/LC_MESSAGES/messages.po))

.PHONY: help run test test-more test-all check bench translations clean
.DEFAULT_GOAL := help

# containers often say so; each process of the tests, and each site they start, would compile the forum for itself
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 20

# the demo takes answers: /dev/mail writes them (see the README)
run: export FORUM_REPLY_DOMAIN ?= reply.localhost
run: export FORUM_MAIL_AUTH_HOST ?= mail.localhost
run: .venv/run.stamp static/vendor/htmx.js $(CATALOGUES) ## the forum with a demo community, on http://127.0.0.1:8000
	@PORT=$(PORT) $(BIN)/python -m forum.cli run --demo

test: .venv/test.stamp static/vendor/htmx.js $(CATALOGUES) ## the default test suite
	@$(BIN)/python -m pytest $(ARGS)

test-more: .venv/test.stamp static/vendor/htmx.js $(CATALOGUES) ## what `make test` leaves out: browser, PostgreSQL, Redis, kills, Postfix
	@$(BIN)/python -m pytest -n 3 --dist worksteal -m "browser or slow" $(ARGS)
	@FORUM_TEST_DATABASE=postgresql $(BIN)/python -m pytest tests/domain tests/http tests/property tests/contract $(ARGS)
	@FORUM_TEST_SEARCH=tantivy: $(BIN)/python -m pytest tests/domain/search tests/http/search $(ARGS)
	@FORUM_TEST_DATABASE=postgresql FORUM_TEST_SEARCH=postgresql: $(BIN)/python -m pytest tests/domain/search tests/http/search $(ARGS)

test-all: test-more test ## everything

check: .venv/test.stamp ## lint, types, contracts, templates, translations
	@$(BIN)/ruff check -q forum tests bench migrations wsgi.py
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/python -m tests.catalogues --check

bench: .venv/test.stamp static/vendor/htmx.js $(CATALOGUES) ## measure, as ratios to a bare Flask in the same run
	@$(BIN)/python -m bench $(ARGS)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt | .venv/bin/python
	@$(PIP) install -q --require-hashes -r $<
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

POT = forum/translations/messages.pot
translations: .venv/test.stamp ## gather new sentences into the catalogues, then list what lacks a translation
	@$(BIN)/pybabel -q extract -F forum/translations/babel.cfg -c "Translators:" \
	  -k _l -k lazy_gettext -k lazy_ngettext:1,2 -k lazy_pgettext:1c,2 \
	  --no-location --sort-output --project forum --version "" --copyright-holder "" -o $(POT) .
	@for language in es fr ar pt; do \
	  po=forum/translations/$$language/LC_MESSAGES/messages.po; \
	  test -e $$po || $(BIN)/pybabel -q init -i $(POT) -d forum/translations -l $$language || exit 1; \
	  $(BIN)/pybabel -q update -i $(POT) -d forum/translations -l $$language \
	    --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date || exit 1; done
	@$(BIN)/python -m tests.catalogues

clean: ## forget everything installed or made here, data included
	@rm -rf .venv var static/vendor
