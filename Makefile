# Chorus. `make run` serves the made-up district; `make test` runs every check.
# Both bring what they need into .venv, .make and components/assets/vendor.
SHELL  := /bin/bash
PYTHON ?= python3
PORT   ?= 8050
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := .make

.PHONY: run test quick room check coverage browser everyone pictures words bench simulate audit mutants fuzz soak kills vulnerabilities pins clean help
.DEFAULT_GOAL := help

help:
	@echo "make run    set up, build the made-up district, serve http://127.0.0.1:$(PORT)"
	@echo "make test   set up what tests need (Chromium too) and run every check"
	@echo "make quick  lint, types, contracts, and tests that need no district and no browser"
	@echo "make room   quick tests of one room: make room ROOM=scoring; ALL=1 with its long ones"
	@echo "make coverage  which lines tests reach, with its floor"
	@echo "make bench  measure import, build and page requests (minutes)"
	@echo "make simulate  find the documented truth of 400 made-up districts again (minutes)"
	@echo "make audit  attack two hundred made-up districts, 300 catalogues, 2,000 tables (half an hour)"
	@echo "make mutants  plant 420 small faults; do the tests notice? (an hour; CHANGED=1 minutes)"
	@echo "make fuzz   bytes nobody wrote, brought to the import for ten minutes"
	@echo "make soak   100,000 requests while twenty releases are swapped (minutes)"
	@echo "make kills  stop every command at every moment, by kills and full disks (half an hour)"
	@echo "make everyone  axe on every page, reader, language, look and size of district (an hour)"
	@echo "make words  bring Spanish and every further language in step with the English"
	@echo "make clean  remove everything these commands brought, and the demo's data"

$(STAMP)/python: scripts/require_python.sh
	@bash scripts/require_python.sh "$(PYTHON)"
	@test -x $(BIN)/python && $(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != ('"$$($(PYTHON) -c 'import sys; print("%d, %d" % sys.version_info[:2])')"'))' \
	  || { rm -rf $(VENV) $(STAMP) && $(PYTHON) -m venv $(VENV); }
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/packages: $(STAMP)/python requirements.txt pyproject.toml
	@echo "Installing Python packages ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMP)/packages-dev: $(STAMP)/packages requirements-dev.txt
	@echo "Installing test packages ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(STAMP)/vendor: $(STAMP)/packages package.json package-lock.json scripts/vendor.sh scripts/print_fonts.py
	@bash scripts/vendor.sh $(BIN)
	@touch $@

$(STAMP)/chromium: $(STAMP)/python scripts/require_chromium.sh
	@bash scripts/require_chromium.sh
	@touch $@

run: $(STAMP)/vendor
	@CHORUS_DEMO=1 $(BIN)/chorus demo
	@CHORUS_DEMO=1 $(BIN)/chorus serve --port $(PORT)

test: check $(STAMP)/vendor $(STAMP)/chromium
	@$(BIN)/pytest --numprocesses 2 --dist worksteal

quick: check $(STAMP)/vendor
	@$(BIN)/pytest -q -m quick --numprocesses 2 --dist worksteal

# tests/rooms.py says which tests guard which code.
room: $(STAMP)/packages-dev $(STAMP)/vendor
	@$(BIN)/pytest -q $(if $(ALL),,-m quick) $$($(BIN)/python tests/rooms.py $(ROOM))

check: $(STAMP)/packages-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

# Counting lines slows every test, so it is a command of its own.
coverage: $(STAMP)/packages-dev $(STAMP)/vendor
	@$(BIN)/pytest -m "not browser" --numprocesses 2 --dist worksteal --cov --cov-report=term:skip-covered

browser: $(STAMP)/packages-dev $(STAMP)/vendor $(STAMP)/chromium
	@$(BIN)/pytest -m browser --numprocesses 2 --dist worksteal

# The pictures of the guides, taken anew.
pictures: $(STAMP)/packages-dev $(STAMP)/vendor $(STAMP)/chromium
	@mkdir -p docs/guide/pictures
	@CHORUS_PICTURES=1 $(BIN)/pytest -m browser tests/browser/test_guides.py -q -k taken

words: $(STAMP)/packages-dev
	@$(BIN)/python -m scripts.words $(BEGIN)

bench: $(STAMP)/packages-dev $(STAMP)/vendor
	@$(BIN)/python -m benchmarks

simulate: $(STAMP)/packages-dev
	@$(BIN)/python -m benchmarks.simulate

audit: $(STAMP)/packages-dev
	@CHORUS_TABLE_SEEDS=20 $(BIN)/pytest -q tests/properties/test_suppression.py -k adversarial
	@PYTHONPATH=.:tests $(BIN)/python tests/many_districts.py

# One room: ROOM=scoring. Fewer or more faults a room, others: SAMPLE=20 SEED=7.
# What differs from main alone: CHANGED=1.
mutants: $(STAMP)/packages-dev $(STAMP)/vendor
	@$(BIN)/python -m benchmarks.mutants --processes 2 $(if $(ROOM),--room $(ROOM)) \
	  $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) \
	  $(if $(CHANGED),--changed,$(if $(ROOM)$(SAMPLE)$(SEED),,--write))

# Coverage-guided, by a tool only this needs. A minute: SECONDS_TO_FUZZ=60.
fuzz: $(STAMP)/packages-dev requirements-fuzz.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.txt
	@PYTHONPATH=.:tests $(BIN)/python tests/fuzz.py -max_total_time=$${SECONDS_TO_FUZZ:-600} -max_len=4096 -timeout=20

soak: $(STAMP)/packages-dev $(STAMP)/vendor
	@PYTHONPATH=.:tests $(BIN)/python tests/soak.py

# Every command stopped at every named moment, and a hundred times each by a kill at a
# random one and by a full disk. As root, some of the disks are small real ones.
kills: $(STAMP)/packages-dev
	@PYTHONPATH=.:tests $(BIN)/python -W ignore tests/kills.py 100 $(SEED)

everyone: $(STAMP)/packages-dev $(STAMP)/vendor $(STAMP)/chromium
	@PYTHONPATH=.:tests $(BIN)/python tests/everyone.py $(ONLY)

# Known vulnerabilities of the pins, where that service can be reached.
vulnerabilities: $(STAMP)/packages-dev
	@$(BIN)/pip-audit --requirement requirements.txt --no-deps --disable-pip

# Pins name no index address, so the same file serves behind any mirror; the hash of
# every file says what may come from it. package-lock.json does so for the browser's parts.
pins:
	@$(PYTHON) -m venv $(STAMP)/pip-tools && $(STAMP)/pip-tools/bin/pip install --quiet pip-tools
	@for extra in "" "--extra dev"; do \
	  out=requirements$${extra:+-dev}.txt; \
	  $(STAMP)/pip-tools/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --no-annotate \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header $$extra --output-file=$$out pyproject.toml; \
	done

clean:
	@rm -rf $(VENV) $(STAMP) var node_modules components/assets/vendor *.egg-info
	@find . -name __pycache__ -prune -exec rm -rf {} +
