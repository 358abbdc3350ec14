"""Real builds for tests: small exports, goldens and captures, made once a session, which may be of
several processes (pytest-xdist)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock
from here import onpar_here
from tools import needs

from onpar.exporters import USUAL, VARIANTS, WEIGHTS
from onpar.pipeline.export.artifacts import chosen_variants
from onpar.pipeline.paths import ROOT
from onpar.pipeline.targets import targets_for

RECIPE = "deeplabv3_mobilenet_v3_large"
WIDE = "96x160"
SQUARE = "128x128"
SQUARES = ("onnx-fp32-tensor", "onnx-fp32-image")


def onpar(*arguments: str | Path, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "onpar", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
    )


STREET = ROOT / "tests" / "user_recipes" / "street.py"
STREET_INT8: tuple[str | Path, ...] = (
    *("--recipe", STREET, "--size", "32x48", "--weights", "built"),
    *("--format", "onnx-int8", "--target", "onnxruntime"),
)
"""The options of `street_int8`."""


SELDOM = ("coreml-int8-tensor", "pte-int8-tensor", "pte_coreml-fp16-tensor")
"""Variants that `wide_build` has for `make test-all` alone: they take 120 s of a processor, all
others 170. Small models have them every day."""

MADE = USUAL
"""The variants of `wide_build`."""


def pytest_configure(config: pytest.Config) -> None:
    """Runs before a module of tests is imported, and takes MADE."""
    global MADE
    if config.option.markexpr == "not slow":
        MADE = tuple(name for name in USUAL if name not in SELDOM)


def formats_made() -> list[str]:
    """The options that name them."""
    return [word for name in MADE for word in ("--format", name)]


LOWER_PRECISION = tuple(name for name in USUAL if VARIANTS[name].precision != "fp32")

EVERYDAY_DEMO = (
    "safetensors-fp16-tensor",
    "coreml-fp16-tensor",
    "torchscript-int8-tensor",
    "ptl-int8-tensor",
    "onnx-int8-tensor",
    "ort-int8-tensor",
)
"""Of the variants of the demo weights those that are exported fast: 12 s of a processor for 60."""


ROBOLECTRIC = "android-robolectric"
"""Android's framework takes 7 s of a processor to start for every file, for the code of
`android-host`."""


def targets_but(one: str, *formats: str) -> list[str]:
    """The targets here that run one of the formats, or the weights, but for this one."""
    chosen = {VARIANTS[name].format for name in (*chosen_variants(formats), WEIGHTS)}
    targets = {name for form in chosen for name in targets_for(form)}
    return sorted(targets - {one})


def make_build(
    folder: Path,
    size: str,
    *formats: str,
    weights: str = "seeded:0",
    targets: Sequence[str] = (),
) -> Path:
    """`onpar parity` on the weights, of the formats and on the targets or of all and on all; the
    folder is the build."""
    model = ["--recipe", RECIPE, "--weights", weights, "--size", size]
    chosen = [word for name in formats for word in ("--format", name)]
    chosen += [word for name in targets for word in ("--target", name)]
    command: list[str | Path] = ["parity", *model, *chosen, "--allow-unjudged", "--build", folder]
    done = onpar(*command, timeout=1200)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def model_of(build: Path, name: str) -> Path:
    """The artifact of a build whose file name ends so."""
    [path] = (build / "artifacts").glob(f"*-{name}")
    return path


def linked(build: Path, folder: Path, *more: str) -> Path:
    """A build of its own that takes no space: its files are replaced, never written into. It has
    the artifacts and goldens, and `more` folders."""
    for part in ("artifacts", "goldens", "programs", *more):
        shutil.copytree(build / part, folder / part, copy_function=os.link)
    return folder


@dataclass(frozen=True)
class Built:
    """The apps' code, built where it can be: with what tools, and how that went; none where they
    are not all there."""

    tools: tuple[str, ...]
    done: subprocess.CompletedProcess[str] | None

    def check(self) -> None:
        """For a test that needs it: skipped where it cannot be built, and failed under CI."""
        for tool in self.tools:
            needs(tool, "make system")
        assert self.done is not None
        assert self.done.returncode == 0, self.done.stdout + self.done.stderr


def built(tools: tuple[str, ...], *parts: str) -> Built:
    if not all(shutil.which(tool) for tool in tools):
        return Built(tools, None)
    command = ["make", "-s", *parts]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1800)
    return Built(tools, done)


@pytest.fixture(scope="session", autouse=True)
def android_built() -> Built:
    """The Android host and the app for Robolectric, built where they can be before anything asks
    what runs here; with their unit tests. What is fetched is kept in Maven's own cache."""
    return built(("mvn", "javac", "java", "aapt2"), "android-host", "android-robolectric")


@pytest.fixture(scope="session", autouse=True)
def ios_built() -> Built:
    """The iOS app's code for this machine."""
    return built(("clang++", "cmake", "ninja", "gnustep-config"), "ios-host")


@dataclass(frozen=True)
class Once:
    """What the session's processes make together: whichever asks first makes it, the others wait.

    Each has a folder of its own with the same files, where its tests write reports and captures:
    files are replaced, never written into.
    """

    shared: Path
    own: Path

    def made(self, name: str, make: Callable[[Path], object]) -> Path:
        """The folder that `make` has filled; filled anew where that failed."""
        folder, done = self.shared / name, self.shared / f"{name}.done"
        with FileLock(self.shared / f"{name}.lock"):
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                make(folder)
                done.touch()
        if self.own == self.shared:
            return folder
        return Path(shutil.copytree(folder, self.own / name, copy_function=os.link))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """A process of several (pytest-xdist) has its temporary folder in the session's."""
    own = tmp_path_factory.getbasetemp()
    return Once(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own, own)


@pytest.fixture(scope="session")
def wide_build(once: Once) -> Path:
    """The variants MADE at 96×160. Tests read it, and copy what they change."""
    return once.made("wide", lambda folder: make_build(folder, WIDE, *MADE))


@pytest.fixture(scope="session")
def square_build(once: Once) -> Path:
    """At 128×128, where swapped sides have the right shape: the weights, and ONNX in float32."""

    def make(folder: Path) -> None:
        make_build(folder, SQUARE, *SQUARES, targets=targets_but(ROBOLECTRIC, *SQUARES))

    return once.made("square", make)


@pytest.fixture(scope="session")
def demo_build(once: Once) -> Path:
    """The demo weights at 96×160, in some of the variants whose tolerances are measured."""

    def make(folder: Path) -> None:
        targets = targets_but(ROBOLECTRIC, *EVERYDAY_DEMO)
        make_build(folder, WIDE, *EVERYDAY_DEMO, weights="demo", targets=targets)

    return once.made("demo", make)


@pytest.fixture(scope="session")
def whole_demo_build(once: Once) -> Path:
    """In all of them, on every target."""
    make = partial(make_build, weights="demo")
    return once.made("whole-demo", lambda folder: make(folder, WIDE, *LOWER_PRECISION))


@pytest.fixture(scope="session")
def street_int8(once: Once) -> Path:
    """A small segmentation in ONNX int8, judged on onnxruntime: 4 s of a processor. int8 changes
    0.65 % of the pixels of `astronaut`, and fewer of the others."""

    def make(folder: Path) -> None:
        done = onpar_here("parity", *STREET_INT8, "--build", folder)
        assert done.returncode == 0, done.stdout + done.stderr

    return once.made("street-int8", make)


@pytest.fixture(scope="session")
def segformer(once: Once) -> Path:
    """A small model of another recipe and size: its `.onnx` in float32."""

    def make(folder: Path) -> None:
        recipe = ROOT / "tests" / "user_recipes" / "segformer.py"
        model = ("--recipe", recipe, "--size", "64x96", "--weights", "built")
        done = onpar_here("export", *model, "--format", "onnx-fp32-tensor", "--build", folder)
        assert done.returncode == 0, done.stdout + done.stderr

    return model_of(once.made("segformer", make), "fp32-tensor.onnx")
