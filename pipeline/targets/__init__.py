"""The targets: the places where artifacts run. Each is a file, with one line here.

The module of a target that runs in this process has `load(content, artifact, threads) -> Loaded`.
`content` is the artifact's bytes, or those of the files in its folder
(pipeline/build_folder/content.py). The module reads no other file of the artifact.

A target `out_of_process` computes in another process or on another machine, and writes its captures
itself. Its module imports no runtime, and has:

    unmet_requirements() -> str     what to install, build or connect; empty if it can run
    refusal(model, device) -> str   why it cannot run a ModelSpec in any format; empty if it can
    identity(device) -> str         its version: all that affects captures except the artifact
    capture(order, done)            writes the captures of an Order; calls `done` with the number
                                    written. Raises OnparError for errors that the user can fix

A target that is a `device`, on a cable or a simulator, also has:

    devices() -> dict[str, str]     the connected devices: the identifier of each, and a name to
                                    show that ends in `#` and digits that distinguish devices
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from onpar.pipeline.errors import OnparError
from onpar.pipeline.extras import not_installed
from onpar.pipeline.targets.target import APPLE, Made, Target

if TYPE_CHECKING:
    from onpar.parity.contract.spec import ModelSpec

TARGETS = {
    "pytorch-eager": Target(
        ("safetensors",),
        "onpar.pipeline.targets.pytorch_eager",
        "PyTorch, in this environment",
        packages=("torch",),
        made=Made(("pytorch-eager",)),
    ),
    "torchscript": Target(
        ("torchscript",),
        "onpar.pipeline.targets.torchscript",
        "PyTorch, in this environment",
        packages=("torch",),
        made=Made(("torchscript",)),
    ),
    "onnxruntime": Target(
        ("onnx", "ort"),
        "onpar.pipeline.targets.onnxruntime",
        "onnxruntime, in this environment",
        packages=("onnxruntime",),
        made=Made(("onnxruntime",)),
    ),
    "lite-interpreter": Target(
        ("ptl",),
        "onpar.pipeline.targets.lite_interpreter",
        "PyTorch, in this environment",
        packages=("torch",),
        made=Made(("lite-interpreter",)),
    ),
    "executorch": Target(
        ("pte", "pte_portable"),
        "onpar.pipeline.targets.executorch",
        "executorch, in this environment",
        packages=("executorch",),
        made=Made(("executorch",)),
    ),
    "mil": Target(
        ("coreml", "pte_coreml"),
        "onpar.pipeline.targets.mil",
        "coremltools, executorch and PyTorch, in this environment; onpar evaluates the program, "
        "not Apple's runtime",
        packages=("coremltools", "executorch", "torch"),
        made=Made(("onpar's evaluator of ML programs",)),
    ),
    "coreml": Target(
        ("coreml",),
        "onpar.pipeline.targets.coreml",
        "a Mac with macOS 12 or newer: Apple's runtime, through coremltools; written, but not yet "
        "run on a Mac",
        system="Darwin",
        compare_with="mil",
        packages=("coremltools",),
        made=Made(("coreml",), ("Darwin", "macOS"), ("arm64", "x86_64"), APPLE),
    ),
    "arm64-emulated": Target(
        (),
        "",
        "not there yet; will need qemu-user and an arm64 root",
        made=Made((), ("Linux",), ("aarch64",)),
    ),
    "pinned-runtime": Target(
        (),
        "",
        "runs on request: `onpar preflight ARTIFACT --run`, the very version of a phone's runtime, "
        "as built for this machine",
        manual=True,
        made=Made(("onnxruntime", "torch"), formats=("onnx", "ort", "torchscript", "ptl")),
    ),
    "android-host": Target(
        ("onnx", "ort"),
        "onpar.pipeline.targets.android_host",
        "Java 17 or newer, Maven (`make system`), and the app's code built (`make android-host`)",
        out_of_process=True,
        made=Made(("onnxruntime",)),
    ),
    "android-robolectric": Target(
        ("onnx", "ort"),
        "onpar.pipeline.targets.android_robolectric",
        "a JDK, Maven and aapt2 (`make system`), and the app (`make android-robolectric`)",
        out_of_process=True,
        made=Made(("onnxruntime",), ("Robolectric",)),
    ),
    "android-device": Target(
        ("torchscript", "onnx", "ort"),
        "onpar.pipeline.targets.android_device",
        "adb (`make system`), and Android phones on a cable with onpar's app; written, but not yet "
        "run with a phone",
        out_of_process=True,
        device=True,
        made=Made(
            ("onnxruntime", "pytorch-android"),
            ("Android",),
            ("aarch64", "armv8l", "armv7l", "x86_64", "i686"),
            ("CPU", "GPU", "NPU", "NNAPI"),
        ),
    ),
    "ios-host": Target(
        ("onnx", "ort", "ptl"),
        "onpar.pipeline.targets.ios_host",
        "clang, GNUstep and libtorch (`make system`), and the app's code built (`make ios-host`)",
        out_of_process=True,
        made=Made(("onnxruntime", "libtorch")),
    ),
    "ios-simulator": Target(
        ("onnx", "ort", "coreml"),
        "onpar.pipeline.targets.ios_simulator",
        "a Mac with Xcode 16, and a running simulator with onpar's app; written, but not yet run "
        "with a Mac",
        out_of_process=True,
        device=True,
        compare_with="mil",
        made=Made(("onnxruntime", "coreml"), ("Simulated iOS",), ("arm64", "x86_64"), APPLE),
    ),
    "ios-device": Target(
        ("onnx", "ort", "coreml"),
        "onpar.pipeline.targets.ios_device",
        "a Mac with Xcode 16, and iPhones on a cable with onpar's app; written, but not yet run "
        "with an iPhone",
        out_of_process=True,
        device=True,
        compare_with="mil",
        made=Made(("onnxruntime", "coreml"), ("iOS", "iPadOS"), ("arm64",), APPLE),
    ),
}
"""By name, as in captures. A host is called a host, so that a run on this machine never looks like
a run on a phone."""


def check_known(names: Sequence[str]) -> None:
    """Raises OnparError for an unknown target."""
    for name in names:
        if name not in TARGETS:
            raise OnparError(f"unknown target {name!r}; known: {', '.join(TARGETS)}")


def targets_for(format_name: str) -> list[str]:
    """The targets that run artifacts in this format on this machine."""
    return [
        name
        for name, target in TARGETS.items()
        if format_name in target.formats and not unmet_requirements(name)
    ]


def evaluator(format_name: str) -> Target | None:
    """The first target that runs artifacts in this format in this process, on any system."""
    return next(
        (
            target
            for target in TARGETS.values()
            if format_name in target.formats and not (target.out_of_process or target.system)
        ),
        None,
    )


def loaders(format_name: str) -> list[str]:
    """The targets that run artifacts in this format in this process."""
    return [name for name in targets_for(format_name) if not TARGETS[name].out_of_process]


def elsewhere(format_name: str) -> list[str]:
    """The targets that run artifacts in this format but cannot run on this machine, without those
    that only need a connected device, which most people do not have."""
    return [
        name
        for name, target in TARGETS.items()
        if format_name in target.formats and not target.device and unmet_requirements(name)
    ]


def installs(format_name: str) -> str:
    """The packages whose installation lets a target run artifacts in this format in this process,
    and the command; empty if none would."""
    for name in elsewhere(format_name):
        target = TARGETS[name]
        here = target.module and target.system in ("", platform.system())
        if here and not target.out_of_process:
            return unmet_requirements(name)
    return ""


def missing(name: str) -> str:
    """Why the target was not judged, and what to do."""
    formats = ", ".join(TARGETS[name].formats)
    return (
        unmet_requirements(name) or f"runs here, but nothing of its formats was judged ({formats})"
    )


def unmet_requirements(name: str) -> str:
    """What is missing on this machine, and what to do; empty if the target can run."""
    target = TARGETS[name]
    if not target.module or target.system not in ("", platform.system()):
        return target.needs
    if target.out_of_process:
        return str(import_module(target.module).unmet_requirements())
    return not_installed(target.packages)


def refusal(name: str, model: ModelSpec, device: str) -> str:
    """Why the target cannot run this model in any format; empty if it can."""
    target = TARGETS[name]
    return str(import_module(target.module).refusal(model, device)) if target.out_of_process else ""


def devices(name: str) -> dict[str, str]:
    """The connected devices of a target, with their names to show; for a target without devices,
    one empty device."""
    target = TARGETS[name]
    return dict(import_module(target.module).devices()) if target.device else {"": ""}
