# Two commands: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
LOCKSTEP := .venv/bin/lockstep
PYTHON_IN := .venv/bin/python

.PHONY: help
help: ## say what there is
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/.installed: pyproject.toml
	@.ci/venv $@

.venv/.installed-test: pyproject.toml
	@.ci/venv $@ test
	@touch .venv/.installed

.venv/.installed-peers: .venv/.installed-test
	@.ci/venv $@ test,peers

.PHONY: demo
demo: .venv/.installed ## a case from the shipped scenario, or from CASE=name FILES="a.csv b.json"; then the dashboard
	@$(LOCKSTEP) demo $(if $(CASE),--case "$(CASE)") $(if $(PORT),--port $(PORT)) $(ARGS) $(FILES)

.PHONY: machine
machine:
	@.ci/need 'chromium|chromium-browser|google-chrome=chromium' || true
ifndef LOCKSTEP_TEST_NEO4J
	@.ci/need java=default-jdk-headless mvn=maven || true
endif

.PHONY: test
test: .venv/.installed-test machine ## every test, on a real Neo4j server and a real browser (ARGS="-k words" for some), two files at a time
	@$(PYTHON_IN) -m pytest -p no:cacheprovider --durations=10 -n 2 --dist loadfile $(ARGS)

.PHONY: lint
lint: style types licences ## style, types, and the licences of what is installed

.PHONY: style
style: .venv/.installed-test
	@$(PYTHON_IN) -m ruff check .
	@$(PYTHON_IN) -m ruff format --check .

.PHONY: types
types: .venv/.installed-test
	@$(PYTHON_IN) -m mypy

.PHONY: licences
licences: .venv/.installed-test ## licences of every package an installation brings: permissive, or refused
	@$(PYTHON_IN) tests/licences.py

.PHONY: layout
layout: .venv/.installed-test ## floors of imports, circles and imports that run back up, package by package
	@$(PYTHON_IN) tests/layout_report.py

.PHONY: neo4j
neo4j: .venv/.installed-test ## a Neo4j server to play with, from its Java artifacts
	@.ci/need java=default-jdk-headless mvn=maven
	@$(PYTHON_IN) tests/neo4j_server/start.py

.PHONY: bundle-check
bundle-check: ## the committed network bundle is what its sources build (needs node)
	@.ci/need npm=npm
	@cd dashboards/network_view && npm ci --no-audit --no-fund --silent && npm run check

.PHONY: axe
axe: .venv/.installed-test machine ## every page against the accessibility rules of axe-core (needs node)
	@.ci/need npm=npm
	@cd dashboards/network_view && npm ci --no-audit --no-fund --silent
	@$(PYTHON_IN) -m pytest -p no:cacheprovider tests/test_axe.py

.PHONY: pictures
pictures: .venv/.installed-test machine ## every page at three widths, light and dark, on cases of every size (OUT=folder, ARGS="--case demo")
	@PYTHONPATH=.:tests $(PYTHON_IN) tests/pictures.py --out $(or $(OUT),pictures) $(ARGS)

.PHONY: bench
bench: .venv/.installed-peers ## worlds and p-values beside their targets, reading beside the bare parse, engines and Neo4j at size, pages, ten people, ten million posts (SEEDS=10, ROWS=1000000, ARGS="--quick")
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_worlds.py --seeds $(or $(SEEDS),10) $(ARGS)
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_calibration.py $(ARGS)
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_groups.py $(ARGS)
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_pairs.py --posts $(or $(POSTS),1000000) --most $(or $(MOST),10000000) $(ARGS)
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_engines.py --posts $(or $(GROWING),1000000 3000000) $(ARGS)
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_growth.py $(ARGS)
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_neo4j.py --posts $(or $(POSTS),1000000) $(ARGS)
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_ingest.py --rows $(or $(ROWS),1000000) $(ARGS)
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_pages.py $(ARGS)
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_load.py $(ARGS)
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_open.py $(ARGS)
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_outlinks.py $(ARGS)

.PHONY: soak
soak: .venv/.installed-test ## ten people and a writer at one dashboard for an hour: every answer right, memory flat (MINUTES=60, ARGS="--people 10")
	@PYTHONPATH=.:tests $(PYTHON_IN) tests/soak.py --minutes $(or $(MINUTES),60) $(ARGS)

.PHONY: bench-labels
bench-labels: .venv/.installed-test ## every method on accounts whose label is known: FILES="a.csv b.csv" LABELS=labels.csv (account, label), or data of its own (ARGS="--quick")
	@PYTHONPATH=. $(PYTHON_IN) tests/bench_labels.py $(FILES) $(if $(LABELS),--labels "$(LABELS)") $(if $(WINDOW),--window $(WINDOW)) $(ARGS)

.venv/.installed-fuzz: .venv/.installed-test
	@.ci/venv $@ test,fuzz || { echo "No atheris for this Python: the part of the fuzzing that coverage guides is left out." >&2; touch $@; }

.PHONY: fuzz
fuzz: .venv/.installed-fuzz ## every reader for 300 s guided by coverage, 10,000 files after an accident, 2,000 made-up texts, links, times and tables for each promise
	@PYTHONPATH=.:tests $(PYTHON_IN) tests/fuzz_readers.py --seconds $(or $(SECONDS_EACH),300)
	@LOCKSTEP_EXAMPLES=$(or $(EXAMPLES),2000) $(PYTHON_IN) -m pytest -p no:cacheprovider tests/test_properties.py --timeout 7200
	@LOCKSTEP_MUTATIONS=$(or $(EACH),125) $(PYTHON_IN) -m pytest -p no:cacheprovider tests/test_mutations.py --timeout 7200

.PHONY: chaos
chaos: .venv/.installed-test machine ## every command that changes something killed at 200 counted system calls, folders and Neo4j (KILLS=50, SEED=1, ARGS="--only forget")
	@PYTHONPATH=.:tests $(PYTHON_IN) tests/chaos.py --kills $(or $(KILLS),200) --seed $(or $(SEED),1) $(ARGS)

.PHONY: clean
clean: ## remove .venv and caches; cases stay
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache *.egg-info
	find ingest graph dashboards notebooks tests -name __pycache__ -prune -exec rm -rf {} +
