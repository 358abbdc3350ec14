"""The runtimes that onpar's two apps pin, read from the apps' own version files."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass

from pipeline.errors import OnparError
from pipeline.paths import ANDROID, ROOT
from pipeline.preflight.runtimes import chosen
from pipeline.preflight.verdict import Listed

CATALOG = ANDROID / "gradle" / "libs.versions.toml"

IOS_VERSIONS = ROOT / "ios_app" / "versions.json"


@dataclass(frozen=True)
class Pin:
    """A runtime that an app pins, the target that the app is on a phone, and the formats that the
    app gives to the runtime."""

    target: str
    listed: Listed
    formats: tuple[str, ...]


def pinned() -> tuple[Pin, ...]:
    """Every one. Raises OnparError where a table does not know an app's version."""
    android = tomllib.loads(CATALOG.read_text("utf-8"))["versions"]
    ios = json.loads(IOS_VERSIONS.read_text("utf-8"))
    runtimes = ios["runtimes"]
    onnx, ort = f"onnxruntime-android@{android['onnxruntime']}", runtimes["onnxruntime"]["version"]
    system = ios["ios"].partition(".")[0]
    named = (
        ("android-device", f"pytorch_android@{android['pytorch']}", ("torchscript",), CATALOG),
        ("android-device", onnx, ("onnx", "ort"), CATALOG),
        ("ios-device", f"onnxruntime@{ort}", ("onnx", "ort"), IOS_VERSIONS),
        ("ios-device", f"LibTorch-Lite@{runtimes['libtorch']['version']}", ("ptl",), IOS_VERSIONS),
        ("ios-device", f"coreml@iOS{system}", ("coreml",), IOS_VERSIONS),
    )
    pins = []
    for target, name, formats, file in named:
        try:
            pins.append(Pin(target, chosen([name])[0], formats))
        except OnparError as error:
            where = file.relative_to(ROOT)
            raise OnparError(
                f"{where} pins {name}, which preflight's tables do not have ({error}); make them "
                "again: `python -m pipeline.preflight.make`"
            ) from error
    return tuple(pins)


def pinned_for(format_name: str) -> list[Listed]:
    """Those of them that load files of this format. Raises OnparError where none does."""
    found = [one.listed for one in pinned() if format_name in one.formats]
    if not found:
        raise OnparError(
            f"neither app pins a runtime that loads {format_name}; name one with --runtime"
        )
    return found
