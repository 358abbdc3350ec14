"""The iOS app's code on this machine, with its command line: `.onnx` and `.ort` on ONNX Runtime,
`.ptl` on LibTorch's mobile interpreter.

`make ios-host` builds it; ios_app/ has its source.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from onpar.parity.contract.spec import ModelSpec
from onpar.pipeline.build_folder.keys import file_digest, key_of
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import CHECKOUT, IOS, ONLY_A_CHECKOUT
from onpar.pipeline.targets.app_process import run_host
from onpar.pipeline.targets.captured_folder import only_a_photo
from onpar.pipeline.targets.target import Order

HOST = IOS / "build" / "host" / "ios_capture"

PREFIX = "ios_capture: "


def unmet_requirements() -> str:
    """What is missing: the built command."""
    if not CHECKOUT:
        return ONLY_A_CHECKOUT
    if HOST.exists() and _versions().exists():
        return ""
    return (
        "the app's code is not built: run `make ios-host` (it needs clang, GNUstep and libtorch, "
        "which `make system` installs)"
    )


def refusal(model: ModelSpec, device: str) -> str:
    """The app can only give a model one photo."""
    return only_a_photo(model, "iOS")


def identity(device: str) -> str:
    """The digest of the command, and the versions of its runtimes and its decoder."""
    return key_of(command=file_digest(HOST), versions=_versions().read_text("utf-8"))


def _versions() -> Path:
    """The file with the command's versions, written at the build: a query takes most of a
    second."""
    return HOST.with_name("versions.txt")


def capture(order: Order, done: Callable[[int], None]) -> None:
    """Start it once for all photos."""
    if unmet_requirements():
        raise OnparError(f"ios-host: {unmet_requirements()}")
    run_host("the iOS app's code", [str(HOST)], PREFIX, order, done)
