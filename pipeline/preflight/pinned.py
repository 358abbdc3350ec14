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
from onpar.pipeline.paths import ANDROID, ROOT
from onpar.pipeline.preflight.runtimes import chosen
from onpar.pipeline.preflight.verdict import Listed

CATALOG = ANDROID / "gradle" / "libs.versions.toml"

IOS_VERSIONS = ROOT / "ios_app" / "versions.json"


@dataclass(frozen=True)
class Pin:
    """A runtime that an app pins, the target that the app is on a phone, the formats that the app
    gives to the runtime, and of those the precisions (empty: all)."""

    target: str
    listed: Listed
    formats: tuple[str, ...]
    precisions: tuple[str, ...] = ()

    def takes(self, format_name: str, precision: str) -> bool:
        """Whether the app gives such a file to the runtime."""
        return format_name in self.formats and precision in (self.precisions or (precision,))


Named = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A runtime's `name@version`, its formats, and its precisions."""


def pinned() -> tuple[Pin, ...]:
    """Every one, of the apps that the checkout has. Raises OnparError where a table does not know
    an app's version."""
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
            f"{file.relative_to(ROOT)} pins {names}, which preflight's tables do not all have "
            f"({error}); make them again: `python -m onpar.pipeline.preflight.make`"
        ) from error


def _systems(app: int) -> dict[int, list[str]]:
    """The precisions of Core ML files by the oldest iOS that the app gives them to: the app's own,
    or a newer one that the file itself asks for."""
    found: dict[int, list[str]] = {}
    for precision, system in FORMATS["coreml"].systems.items():
        found.setdefault(max(app, int(system.removeprefix("iOS"))), []).append(precision)
    return found


def pinned_for(path: Path, format_name: str) -> list[Listed]:
    """Those of them that the apps give this file to, where it has a sidecar; else all that load its
    format. Raises OnparError where none does."""
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
