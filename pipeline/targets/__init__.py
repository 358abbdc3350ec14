"""The targets: every place where an artifact runs. One file a place, one line here.

A target's module has `load(content, artifact, threads) -> Loaded`; `content` is the artifact's
bytes, and nothing else of the file is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

Tensors = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Target:
    """A place: the formats that it runs, its module (empty: not there yet), and what it needs."""

    formats: tuple[str, ...]
    module: str
    needs: str


@dataclass(frozen=True)
class Loaded:
    """A loaded model: `run` takes the artifact's inputs by name and gives its outputs by name.

    `engine` is the quantized engine that it runs under, where there are several.
    """

    run: Callable[[Mapping[str, NDArray[Any]]], Tensors]
    runtime: str
    runtime_version: str
    engine: str = ""


TARGETS = {
    "pytorch-eager": Target(
        ("safetensors",), "pipeline.targets.pytorch_eager", "PyTorch, in this environment"
    ),
    "torchscript": Target(
        ("torchscript",), "pipeline.targets.torchscript", "PyTorch, in this environment"
    ),
    "onnxruntime": Target(
        ("onnx", "ort"), "pipeline.targets.onnxruntime", "onnxruntime, in this environment"
    ),
    "lite-interpreter": Target(
        ("ptl",), "pipeline.targets.lite_interpreter", "PyTorch, in this environment"
    ),
    "executorch": Target((), "", "not there yet: comes with the `.pte` format"),
    "mil": Target((), "", "not there yet: will run `.mlpackage` without a Mac"),
    "coreml": Target(("coreml",), "", "not there yet; will need a Mac"),
    "arm64-emulated": Target((), "", "not there yet; will need qemu-user and an arm64 root"),
    "android-host": Target((), "", "not there yet: comes with the Android app"),
    "android-robolectric": Target((), "", "not there yet: comes with the Android app"),
    "android-device": Target((), "", "not there yet; will need an Android phone on a cable"),
    "ios-host": Target((), "", "not there yet: comes with the iOS app"),
    "ios-simulator": Target((), "", "not there yet; will need a Mac with Xcode"),
    "ios-device": Target((), "", "not there yet; will need an iPhone and a Mac"),
}
"""Name of a target, as captures carry it. A host is named a host: nothing that ran on this machine
reads as if a phone had passed."""


def takers(format_name: str) -> list[str]:
    """The targets that run artifacts of this format on this machine."""
    return [name for name, target in here().items() if format_name in target.formats]


def elsewhere(format_name: str) -> list[str]:
    """The targets that take artifacts of this format and cannot run on this machine."""
    return [n for n, target in TARGETS.items() if format_name in target.formats and n not in here()]


def missing(name: str) -> str:
    """What to do so that the target is judged too."""
    if name in here():
        return f"runs here: `onpar capture --target {name}`"
    return TARGETS[name].needs


def here() -> dict[str, Target]:
    """The targets that can run on this machine."""
    return {name: target for name, target in TARGETS.items() if target.module}
