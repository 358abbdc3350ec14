"""The runtimes that onpar's two apps pin, read from the apps' own version files."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from exporters import FORMATS
from pipeline.errors import OnparError
from pipeline.paths import ANDROID, ROOT
from pipeline.preflight.runtimes import chosen
from pipeline.preflight.verdict import Listed

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


def pinned() -> tuple[Pin, ...]:
    """Every one. Raises OnparError where a table does not know an app's version."""
    android = tomllib.loads(CATALOG.read_text("utf-8"))["versions"]
    ios = json.loads(IOS_VERSIONS.read_text("utf-8"))
    runtimes = ios["runtimes"]
    onnx, ort = f"onnxruntime-android@{android['onnxruntime']}", runtimes["onnxruntime"]["version"]
    libtorch = runtimes["libtorch"]["version"]
    named: list[tuple[str, str, tuple[str, ...], Path, tuple[str, ...]]] = [
        ("android-device", f"pytorch_android@{android['pytorch']}", ("torchscript",), CATALOG, ()),
        ("android-device", onnx, ("onnx", "ort"), CATALOG, ()),
        ("ios-device", f"onnxruntime@{ort}", ("onnx", "ort"), IOS_VERSIONS, ()),
        ("ios-device", f"LibTorch-Lite@{libtorch}", ("ptl",), IOS_VERSIONS, ()),
    ]
    for system, precisions in _systems(int(ios["ios"].partition(".")[0])).items():
        named.append(
            ("ios-device", f"coreml@iOS{system}", ("coreml",), IOS_VERSIONS, tuple(precisions))
        )
    pins = []
    for target, name, formats, file, only in named:
        try:
            pins.append(Pin(target, chosen([name])[0], formats, only))
        except OnparError as error:
            where = file.relative_to(ROOT)
            raise OnparError(
                f"{where} pins {name}, which preflight's tables do not have ({error}); make them "
                "again: `python -m pipeline.preflight.make`"
            ) from error
    return tuple(pins)


def _systems(app: int) -> dict[int, list[str]]:
    """The precisions of Core ML files by the oldest iOS that the app gives them to: the app's own,
    or a newer one that the file itself asks for."""
    found: dict[int, list[str]] = {}
    for precision, system in FORMATS["coreml"].systems.items():
        found.setdefault(max(app, int(system.removeprefix("iOS"))), []).append(precision)
    return found


def pinned_for(format_name: str) -> list[Listed]:
    """Those of them that load files of this format. Raises OnparError where none does."""
    found = [one.listed for one in pinned() if format_name in one.formats]
    if not found:
        raise OnparError(
            f"neither app pins a runtime that loads {format_name}; name one with --runtime"
        )
    return found
