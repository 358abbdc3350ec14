"""Separate environments for published versions: `runtimes/torch-1.13.1` in the build folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from onpar.parity.files.atomic import write_text
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.parent_death import ending
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.paths import Build
from onpar.pipeline.preflight.verdict import Listed

PACKAGES = ("torch", "onnxruntime")
"""The families whose runtimes also exist for this machine, as the PyPI package of that name."""

FIRST_WITH_NUMPY_2 = {"torch": (2, 3), "onnxruntime": (1, 19)}
"""The first versions built for NumPy 2, according to their release notes."""

READY = "ready"
"""A file that marks a complete environment."""


@dataclass(frozen=True)
class Environment:
    """The package and version that represent a runtime on this machine, and their Python."""

    package: str
    version: str
    folder: Path

    @property
    def name(self) -> str:
        """`torch 1.13.1`."""
        return f"{self.package} {self.version}"

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"


def planned(listed: Listed, build: Build) -> Environment:
    """The environment for a runtime, made or not. Raises OnparError if it is not possible."""
    if listed.family == "executorch":
        return _installed(listed)
    if listed.family not in PACKAGES:
        raise OnparError(
            f"{listed.name} cannot be run here: Core ML is part of Apple's systems; open the app "
            "on a Mac or an iPhone (docs/ios.md)"
        )
    package = listed.family
    # The pod's 1.13.0.1 is PyTorch 1.13.0, packaged again.
    number = ".".join(listed.runtime.version.split(".")[:3])
    return Environment(package, number, build.runtimes / f"{package}-{number}")


def _installed(listed: Listed) -> Environment:
    """This environment: executorch does not state the PyTorch that it was built with, so no other
    environment can be made."""
    here = version("executorch").partition("+")[0]
    if listed.runtime.version != here:
        raise OnparError(
            f"{listed.name} cannot be run here: executorch does not state the PyTorch that it "
            f"needs, so only this environment's version can be run, {here}"
        )
    return Environment("executorch", here, Path(sys.prefix))


def make(environment: Environment, build: Build, watch: Watch) -> None:
    """Make the environment if it is missing or not complete; the build folder's lock is held.
    Raises OnparError if the package cannot be installed."""
    own = environment.folder == Path(sys.prefix)
    if own or (environment.folder / READY).exists():
        return
    watch.step(f"install {environment.name}", 0, 0)
    try:
        wanted = [f"{environment.package}=={environment.version}", *_numpy(environment)]
        install(environment.folder, wanted)
    except OnparError as error:
        raise OnparError(
            f"{environment.name} cannot be installed for Python {sys.version.split()[0]}: {error}"
        ) from error
    finally:
        watch.end(f"install {environment.name}")


def install(folder: Path, wanted: Sequence[str], *options: str) -> None:
    """A virtual environment at `folder` with the packages `wanted`, complete or not at all;
    `options` are those of `uv pip install`. Raises OnparError with uv's message."""
    shutil.rmtree(folder, ignore_errors=True)
    python = folder / "bin" / "python"
    try:
        _uv("venv", "--quiet", "--python", sys.executable, str(folder))
        _uv("pip", "install", "--quiet", "--python", str(python), *options, *wanted)
        write_text(folder / READY, " ".join(wanted) + "\n", follow_links=False)
    finally:
        if not (folder / READY).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _numpy(environment: Environment) -> list[str]:
    """NumPy; version 1 if needed (https://numpy.org/devdocs/dev/depending_on_numpy.html)."""
    first = FIRST_WITH_NUMPY_2.get(environment.package, (0, 0))
    old = tuple(map(int, environment.version.split(".")[:2])) < first
    return ["numpy<2" if old else "numpy"]


def _uv(*words: str) -> None:
    installed = Path(sys.executable).with_name("uv")
    program = str(installed) if installed.exists() else shutil.which("uv")
    if not program:
        raise OnparError("uv is not installed; run `make`")
    done = subprocess.run(
        [program, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        preexec_fn=ending,
    )
    if done.returncode:
        said = [line.strip(" ×╰─▶│├") for line in done.stderr.splitlines()]
        sentence = " ".join(line for line in said if line)
        raise OnparError(sentence or f"uv ended with {done.returncode}")
