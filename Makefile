# onpar's everyday commands. Each sets up what it needs by itself.
#   ARGS="--recipe deeplabv3_resnet101 --size 384x512"   options for onpar
#   TORCH_BACKEND=cpu                                    PyTorch without CUDA: 2 GB instead of 6.5
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready$(if $(TORCH_BACKEND),-$(TORCH_BACKEND))
HOST := android_app/host/target/onpar-host.jar
ROBOLECTRIC := android_app/robolectric/target/java.args
IOS_HOST := ios_app/build/host/ios_capture
# Parity and the tests run these where they can be built; where not, onpar says what is missing.
has = $(shell command -v $(1) 2>&1)
IF_HOSTS := $(if $(wildcard android_app/pom.xml),$(if $(call has,mvn),\
  $(if $(call has,javac),android-host-or-words)))
IF_HOSTS += $(if $(wildcard ios_app/CMakeLists.txt),$(if $(call has,clang++),\
  $(if $(wildcard /usr/include/GNUstep/Foundation/Foundation.h),ios-host-or-words)))
# The tests build these too: built before, they do not count as what tests take.
IF_TESTED := $(IF_HOSTS)
IF_TESTED += $(if $(wildcard android_app/pom.xml),$(if $(call has,mvn),$(if $(call has,javac),\
  $(if $(call has,aapt2),android-robolectric-or-words))))
IF_TESTED += $(if $(filter ios-host-or-words,$(IF_HOSTS)),ios-sanitized-or-words)
README_RUN := --recipe deeplabv3_mobilenet_v3_large --size 96x160 --weights demo
# Test files, one a process at a time, in their order (tests/conftest.py): by default those with few
# tests come last, which take longest. More than two would not have the memory everywhere.
SIDE_BY_SIDE := -n 2 --dist loadfile --no-loadscope-reorder
export REASON ?=

.PHONY: parity export golden report dist test test-all fuzz lint demo-weights tolerances system bless lock \
  readme pictures clean help android-host android-robolectric android-host-or-words android-robolectric-or-words ios-sanitized-or-words \
  android android-lock \
  ios ios-host ios-host-or-words ios-models limits
.DEFAULT_GOAL := parity

parity: $(READY) $(IF_HOSTS)  ## Export, run and compare every format; the report is in build/reports
	@$(BIN)/onpar parity $(ARGS)

export: $(READY)  ## Export every format into build/artifacts
	@$(BIN)/onpar export $(ARGS)

golden: $(READY)  ## Compute the golden tensors into build/goldens
	@$(BIN)/onpar golden $(ARGS)

report: parity  ## The same as parity: its last step writes the report

android: $(READY)  ## Build the Android app with a model: build/android/onpar.apk
	@$(BIN)/onpar apk $(ARGS)

ios-models: $(READY)  ## Fill ios_app/Models with a model, from which Xcode builds it into the iOS app
	@$(BIN)/onpar ios-models $(ARGS)

android-lock: $(READY)  ## Lock the checksums of what Maven fetches, in android_app/maven.sha256
	@$(BIN)/python -m onpar.pipeline.apps.android.lock_maven

test: lint $(IF_TESTED)  ## Check style and types, and run every test but the slow ones
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not slow"

test-all: lint $(IF_TESTED)  ## Also the slow tests: large models, benchmarks, a fresh clone
	$(BIN)/pytest $(SIDE_BY_SIDE)

fuzz: $(READY)  ## Fuzz every reader of files for 10 minutes together; SECONDS=3600 for longer
	$(BIN)/python tests/fuzz/fuzz.py all --seconds $(or $(SECONDS),600)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/mypy $(CONFTESTS)
	$(BIN)/clang-format --dry-run -Werror $(CPP)

bless: $(READY)  ## Replace the committed goldens: make bless REASON="why"
	@test -n "$$REASON" || { echo 'make bless REASON="why the goldens change"' >&2; exit 2; }
	@$(BIN)/onpar bless --reason "$$REASON"

demo-weights: $(READY)  ## Train the demo weights again, or ARGS=RECIPE: an hour on 2 cores, less on a GPU
	$(BIN)/python -m onpar.pipeline.demo.train $(ARGS)

tolerances: $(READY)  ## Measure again what int8 and float16 of the demo weights may be off by
	$(BIN)/python -m onpar.pipeline.demo.measure_tolerances

android-host: $(HOST)  ## Build the Android app's code for this machine's Java: android_app/host

android-robolectric: $(ROBOLECTRIC)  ## Build the Android app for Robolectric; fetches 690 MB, once

# mypy takes one file of a name, so these are named as modules of folders.
CONFTESTS := $(patsubst %.py,-m %,$(subst /,.,$(shell find tests -mindepth 2 -name conftest.py)))

CPP := $(shell find ios_app -name build -prune -o \( -name '*.h' -o -name '*.cpp' -o -name '*.mm' \) \
  -print 2> /dev/null)

SOURCES := $(shell find android_app -name target -prune -o -type f -print 2> /dev/null)

$(HOST): $(SOURCES)
	@PYTHON=$(PYTHON) bash .ci/android host $@

$(ROBOLECTRIC): $(SOURCES) | $(READY)
	@$(BIN)/python -m onpar.pipeline.apps.android.lock_maven --check
	@PYTHON=$(PYTHON) bash .ci/android robolectric $@

android-host-or-words:
	@PYTHON=$(PYTHON) bash .ci/android host $(HOST) || \
	  echo "The rows of android-host will be NOT_RUN: it was not built, see above." >&2

android-robolectric-or-words: $(READY)
	@$(MAKE) -s android-robolectric || echo "The app was not built for Robolectric, see above." >&2

ios-sanitized-or-words: ios-host-or-words
	@for part in "tests core_tests" "fuzzers photo_fuzz"; do set -- $$part; \
	  PYTHON=$(PYTHON) bash .ci/ios sanitized $$1 ios_app/build/sanitized/$$2; done || \
	  echo "The iOS app's code was not built with sanitizers, see above." >&2

ios: ios-host  ## Build the iOS app's code, and run its tests under sanitizers
	@PYTHON=$(PYTHON) bash .ci/ios sanitized tests ios_app/build/sanitized/core_tests
	ios_app/build/sanitized/core_tests
	ASAN_OPTIONS=detect_leaks=0 ios_app/build/sanitized/bridge_tests
ifeq ($(shell uname),Darwin)
	@PYTHON=$(PYTHON) bash .ci/ios_mac test
endif

ios-host: $(READY)  ## Build the iOS app's code for this machine: ios_app/build/host
	@PYTHON=$(PYTHON) bash .ci/ios host all $(IOS_HOST)

ios-host-or-words: $(READY)
	@PYTHON=$(PYTHON) bash .ci/ios host all $(IOS_HOST) || \
	  echo "The rows of ios-host will be NOT_RUN: it was not built, see above." >&2

system:  ## Install the system packages that optional parts need (Debian and Ubuntu)
	@bash .ci/system

limits: $(READY)  ## Write the limits that Python, Java, C++ and Swift share again, of their table
	@$(BIN)/python -m onpar.pipeline.apps.limits.write

lock: $(READY)  ## Resolve requirements.lock again, to the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile --universal --generate-hashes --upgrade --no-header \
	  --python-version 3.11 --group dev --extra all pyproject.toml -o requirements.lock

dist: $(READY)  ## Build the package: a wheel and an sdist in dist/
	rm -rf dist build/package
	$(BIN)/uv build -q --no-build-isolation --python $(BIN)/python --out-dir dist

readme: $(READY) $(HOST) $(ROBOLECTRIC) ios-host  ## Write the README's tables again, of a run
	@$(BIN)/onpar parity $(README_RUN)
	@$(BIN)/python -m onpar.pipeline.cli.tables README.md \
	  build/reports/deeplabv3_mobilenet_v3_large-96x160-demo/run.json

pictures: $(READY) $(HOST) $(ROBOLECTRIC) ios-host  ## Make the README's pictures again, of a run
	@$(BIN)/onpar parity --build build/pictures
	@PYTHONPATH=.:tests/android $(BIN)/python bench/pictures.py build/pictures

clean:  ## Remove everything that was built, but not the environment
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis

help:
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/\1\t\2/p' Makefile | expand -t 12

$(READY): requirements.lock pyproject.toml
	@bash .ci/environment $(PYTHON) $(VENV) $@ "$(TORCH_BACKEND)"
