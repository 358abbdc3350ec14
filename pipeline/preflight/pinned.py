"""The runtimes that onpar's two apps pin, read from the apps' own version files."""

from __future__ import annotations

import json
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from onpar.exporters import FORMATS
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path
from onpar.parity.contract.spec import SpecError
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import ANDROID, IOS, ROOT
from onpar.pipeline.preflight.runtimes import chosen
from onpar.pipeline.preflight.verdict import Listed

CATALOG = ANDROID / "gradle" / "libs.versions.toml"

IOS_VERSIONS = IOS / "versions.json"


@dataclass(frozen=True)
class Pin:
    """A runtime that an app pins, the target of the app on a phone, and the formats that the app
    loads with the runtime, with their precisions (empty: all)."""

    target: str
    listed: Listed
    formats: tuple[str, ...]
    precisions: tuple[str, ...] = ()

    def takes(self, format_name: str, precision: str) -> bool:
        """Whether the app loads such a file with the runtime."""
        return format_name in self.formats and precision in (self.precisions or (precision,))


Named = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A runtime's `name@version`, its formats, and its precisions."""


def pinned() -> tuple[Pin, ...]:
    """All pinned runtimes, for the apps in the checkout. Raises OnparError if an app's version is
    not in the tables."""
    pins: list[Pin] = []
    if ANDROID.is_dir():
        pins += _pins("android-device", CATALOG, _android())
    if IOS_VERSIONS.parent.is_dir():
        pins += _pins("ios-device", IOS_VERSIONS, _ios())
    return tuple(pins)


def _android() -> list[Named]:
    versions = tomllib.loads(CATALOG.read_text("utf-8"))["versions"]
    return [
        (f"pytorch_android@{versions['pytorch']}", ("torchscript",), ()),
        (f"onnxruntime-android@{versions['onnxruntime']}", ("onnx", "ort"), ()),
    ]


def _ios() -> list[Named]:
    versions = json.loads(IOS_VERSIONS.read_text("utf-8"))
    runtimes, app = versions["runtimes"], int(versions["ios"].partition(".")[0])
    return [
        (f"onnxruntime@{runtimes['onnxruntime']['version']}", ("onnx", "ort"), ()),
        (f"LibTorch-Lite@{runtimes['libtorch']['version']}", ("ptl",), ()),
        *(
            (f"coreml@iOS{system}", ("coreml",), tuple(precisions))
            for system, precisions in _systems(app).items()
        ),
    ]


def _pins(target: str, file: Path, named: list[Named]) -> list[Pin]:
    try:
        return [Pin(target, chosen([name])[0], forms, only) for name, forms, only in named]
    except OnparError as error:
        names = ", ".join(name for name, _, _ in named)
        raise OnparError(
            f"{file.relative_to(ROOT)} pins {names}, but preflight's tables do not have all of "
            f"them ({error}); make them again: `python -m onpar.pipeline.preflight.make`"
        ) from error


def _systems(app: int) -> dict[int, list[str]]:
    """The precisions of Core ML files by the oldest iOS on which the app loads them: the app's
    oldest iOS, or a newer one that the file requires."""
    found: dict[int, list[str]] = {}
    for precision, system in FORMATS["coreml"].systems.items():
        found.setdefault(max(app, int(system.removeprefix("iOS"))), []).append(precision)
    return found


def pinned_for(path: Path, format_name: str) -> list[Listed]:
    """The pinned runtimes with which the apps load this file, if it has a sidecar; else all that
    load its format. Raises OnparError if there is none."""
    with suppress(SpecError):
        artifact = read_sidecar(sidecar_path(path))
        found = [one.listed for one in pinned() if one.takes(artifact.format, artifact.precision)]
        if found and artifact.format == format_name:
            return found
    found = [one.listed for one in pinned() if format_name in one.formats]
    if not found:
        raise OnparError(
            f"neither app pins a runtime that loads {format_name}; name one with --runtime"
        )
    return found
