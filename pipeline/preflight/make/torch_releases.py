"""The mobile releases of PyTorch, as Maven Central and CocoaPods list them."""

from __future__ import annotations

from dataclasses import dataclass

FULL_FORMATS = ("torchscript", "ptl")
"""The formats of torch::jit::load: a `.ptl` contains TorchScript, too."""
LITE_FORMATS = ("ptl",)
"""The formats of _load_for_mobile: it runs the bytecode, which only a `.ptl` has."""


@dataclass(frozen=True)
class Release:
    """A published runtime, its formats, and the version of PyTorch that it is built from."""

    name: str
    version: str
    formats: tuple[str, ...]
    sources: str


def _android(version: str, sources: str, full: str = "") -> tuple[Release, Release]:
    return (
        Release("pytorch_android", version, FULL_FORMATS, full or sources),
        Release("pytorch_android_lite", version, LITE_FORMATS, sources),
    )


RELEASES = (
    *_android("1.10.0", "1.10.0"),
    *_android("1.11", "1.11.0"),
    *_android("1.12", "1.12.0"),
    *_android("1.12.1", "1.12.1"),
    # PyTorch 1.12.2, the source for the full build, does not exist.
    *_android("1.12.2", "1.12.2", full="1.12.1"),
    *_android("1.13.0", "1.13.0"),
    Release("LibTorch-Lite", "1.13.0.1", LITE_FORMATS, "1.13.0"),
    *_android("1.13.1", "1.13.1"),
    *_android("2.1.0", "2.1.0"),
)
