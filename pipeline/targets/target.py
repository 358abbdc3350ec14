"""What a target is, and what it is given and returns: the types of the table TARGETS."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

Tensors = dict[str, NDArray[Any]]


THIS_MACHINE = ("Linux", "Darwin", "macOS", "Windows")
"""The operating systems on which onpar and the apps' command lines run: the beginning of `os` in
their captures."""

APPLE = ("CPU", "CPU+GPU", "CPU+NPU", "CPU+GPU+NPU")
"""The compute units that Core ML may choose from (MLComputeUnits)."""


@dataclass(frozen=True)
class Made:
    """The metadata that a capture of a target can have; a capture with other metadata was not made
    there.

    `systems` are the possible beginnings of its operating system's name. Empty `runtimes` or
    `formats` mean any. The first of `units` is the app's default.
    """

    runtimes: tuple[str, ...]
    systems: tuple[str, ...] = THIS_MACHINE
    architectures: tuple[str, ...] = ("x86_64", "AMD64", "arm64", "aarch64")
    units: tuple[str, ...] = ("CPU",)
    formats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """A place: the formats that it runs, its module (empty: not implemented), and its requirements.

    out_of_process  it runs in another process or on another machine, and writes its captures itself
    device          it runs on connected devices or on simulators
    system          the only operating system that it runs on, as in `platform.system`
    manual          `capture` and `parity` never plan it: another command makes its captures
    compare_with    another target, whose captures of the same file are compared with its own
    packages        the packages that a target in this process imports
    made            the metadata that its captures can have
    """

    formats: tuple[str, ...]
    module: str
    needs: str
    out_of_process: bool = False
    device: bool = False
    system: str = ""
    manual: bool = False
    compare_with: str = ""
    packages: tuple[str, ...] = ()
    made: Made = field(kw_only=True)


@dataclass(frozen=True)
class Loaded:
    """A loaded model: `run` takes the artifact's inputs by name and returns its outputs by name.

    `engine` is the quantized engine that it runs with, if there are several. `notes` list, after a
    run, what the runtime's documentation does not define about it. `compute_unit` is the compute
    unit, as named in captures.
    """

    run: Callable[[Mapping[str, NDArray[Any]]], Tensors]
    runtime: str
    runtime_version: str
    engine: str = ""
    notes: Collection[str] = ()
    compute_unit: str = "CPU"


@dataclass(frozen=True)
class Photograph:
    """A case's name, its image file, and the path for its capture."""

    case: str
    image: Path
    out: Path


@dataclass(frozen=True)
class Order:
    """The work of a target `out_of_process`: a model and photos. The model's sidecar is next to it.

    With `measured` 0 the time of the first photo decides the number of runs; with `threads` 0 the
    runtime decides. `device` is one of the target's `devices`, empty if it has none.
    """

    model: Path
    photographs: tuple[Photograph, ...]
    threads: int
    measured: int
    device: str = ""
