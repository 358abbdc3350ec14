# onpar's everyday commands. Each sets up what it needs by itself.
#   ARGS="--recipe deeplabv3_resnet101 --size 384x512"   options for onpar
#   TORCH_BACKEND=cpu                                    PyTorch without CUDA: 1 GB instead of 6
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready$(if $(TORCH_BACKEND),-$(TORCH_BACKEND))
HOST := android_app/host/target/onpar-host.jar
ROBOLECTRIC := android_app/robolectric/target/java.args
# Parity and the tests run it where it can be built; where it cannot, onpar says what is missing.
IF_HOST := $(if $(wildcard android_app/pom.xml),$(if $(shell command -v mvn 2>&1),\
  $(if $(shell command -v javac 2>&1),host-or-words)))
export REASON ?=

.PHONY: parity export golden report test test-all lint demo-weights tolerances system bless lock \
  readme clean help android-host android-robolectric host-or-words android android-lock
.DEFAULT_GOAL := parity

parity: $(READY) $(IF_HOST)  ## Export, run and compare every format; the report is in build/reports
	@$(BIN)/onpar parity $(ARGS)

export: $(READY)  ## Export every format into build/artifacts
	@$(BIN)/onpar export $(ARGS)

golden: $(READY)  ## Compute the golden tensors into build/goldens
	@$(BIN)/onpar golden $(ARGS)

report: parity  ## The same as parity: its last step writes the report

android: $(READY)  ## Build the Android app with a model: build/android/onpar.apk
	@$(BIN)/onpar apk $(ARGS)

android-lock: $(READY)  ## Lock the checksums of what Maven fetches, in android_app/maven.sha256
	@$(BIN)/python -m pipeline.android.lock_maven

test: lint $(IF_HOST)  ## Check style and types, and run every test but the slow ones
	$(BIN)/pytest -m "not slow"

test-all: lint $(IF_HOST)  ## Also the slow tests: large models, benchmarks, a fresh clone
	$(BIN)/pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bless: $(READY)  ## Replace the committed goldens: make bless REASON="why"
	@test -n "$$REASON" || { echo 'make bless REASON="why the goldens change"' >&2; exit 2; }
	@$(BIN)/onpar bless --reason "$$REASON"

demo-weights: $(READY)  ## Train the demo weights again: 50 minutes on 2 cores, less on a GPU
	$(BIN)/python -m pipeline.demo.train $(ARGS)

tolerances: $(READY)  ## Measure again what int8 and float16 of the demo weights may be off by
	$(BIN)/python -m pipeline.demo.measure_tolerances

android-host: $(HOST)  ## Build the Android app's code for this machine's Java: android_app/host

android-robolectric: $(ROBOLECTRIC)  ## Build the Android app for Robolectric; fetches 690 MB, once

SOURCES := $(shell find android_app -name target -prune -o -type f -print 2> /dev/null)

$(HOST): $(SOURCES)
	@PYTHON=$(PYTHON) bash .ci/android host $@

$(ROBOLECTRIC): $(SOURCES) | $(READY)
	@$(BIN)/python -m pipeline.android.lock_maven --check
	@PYTHON=$(PYTHON) bash .ci/android robolectric $@

host-or-words:
	@PYTHON=$(PYTHON) bash .ci/android host $(HOST) || \
	  echo "The rows of android-host will be NOT_RUN: it was not built, see above." >&2

system:  ## Install the system packages that optional parts need (Debian and Ubuntu)
	@bash .ci/system

lock: $(READY)  ## Resolve requirements.lock again, to the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile --universal --generate-hashes --upgrade --no-header \
	  --python-version 3.11 --group dev pyproject.toml -o requirements.lock

readme: $(READY)  ## Write the README's tables of formats, targets and statuses again
	@$(BIN)/python -m pipeline.tables README.md

clean:  ## Remove everything that was built, but not the environment
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis

help:
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/\1\t\2/p' Makefile | expand -t 12

$(READY): requirements.lock pyproject.toml
	@bash .ci/environment $(PYTHON) $(VENV) $@ "$(TORCH_BACKEND)"
