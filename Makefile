.DEFAULT_GOAL := help
PYTHON ?= python3
SECONDS ?= 60
BIN := .venv/bin
MEMBERS := shared services/feasibility services/cam-accel services/scripting services/runs services/advisory deploy/local
STAMP := .venv/.installed
UV_COMPILE := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(STAMP): requirements.lock $(wildcard */pyproject.toml services/*/pyproject.toml deploy/local/pyproject.toml) \
		services/cam-accel/CMakeLists.txt $(wildcard services/cam-accel/cpp/*.* services/cam-accel/cpp/bindings/* services/cam-accel/cpp/baseline/*)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		$(foreach member,$(MEMBERS),-e $(member))
	@$(BIN)/python -c 'from rmos.cam_accel.kernels import choose; print("kernels:", choose().name)'
	touch $@

install: $(STAMP) ## Make .venv, install the lock, build the native module

demo: $(STAMP) ## Start RMOS, run the example jobs, compare with what is expected, stop
	$(BIN)/rmos demo

test: $(STAMP) ## Run every test
	$(BIN)/python -m pytest -n 2

sanitize: $(STAMP) ## Run the C++ tests and the parity tests with address and undefined-behaviour sanitizers
	PATH="$(CURDIR)/$(BIN):$$PATH" services/cam-accel/cpp/tests/sanitize -n 2

fuzz: $(STAMP) ## Give every kernel strange input for SECONDS each, with sanitizers
	mkdir -p build
	PATH="$(CURDIR)/$(BIN):$$PATH" services/cam-accel/cpp/fuzz/run $(SECONDS) $(SEED)

check: $(STAMP) ## Lint, types, import rules, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p rmos.contracts -p rmos.chassis -p rmos.client -p rmos.feasibility -p rmos.cam_accel -p rmos.scripting \
		-p rmos.runs -p rmos.advisory -p rmos.local
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

generate: $(STAMP) ## Write the generated schemas and documents
	$(BIN)/python docs/generate.py

secrets: ## Write the passwords that docker compose needs
	deploy/docker/make-secrets

lock: ## Write the lock files anew (needs uv)
	$(UV_COMPILE) requirements.in -o requirements.lock
	mkdir -p build
	sed '/--hash/d; s/ \\$$//' requirements.lock > build/constraints.txt
	for part in runtime build; do $(UV_COMPILE) --no-annotate -c build/constraints.txt deploy/docker/$$part.in -o deploy/docker/$$part.lock; done

clean: ## Remove what was installed and built
	rm -rf .venv .rmos build services/cam-accel/build

.PHONY: help install demo test sanitize fuzz check generate secrets lock clean
