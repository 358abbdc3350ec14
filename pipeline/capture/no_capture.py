"""What a file is that a user gave for a capture, and that is none: a model, a sidecar, some text.

It is wrong input. A capture that is damaged is not: it stays a row, UNREADABLE.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from onpar.parity.contract.sidecar import sidecar_path
from onpar.parity.files.json_file import JsonError, read_json
from onpar.parity.files.regular_file import opened
from onpar.parity.files.tensor_file import HEADER_LIMIT, TensorFileError, read_header

SUFFIX = ".safetensors"

MODELS = {
    ".onnx": "an ONNX model",
    ".ort": "a model in ONNX Runtime's format",
    ".pt": "a PyTorch file",
    ".pth": "a PyTorch file",
    ".ptl": "a model for PyTorch Mobile",
    ".pte": "an ExecuTorch program",
    ".mlpackage": "a Core ML model",
    ".mlmodel": "a Core ML model",
    ".tflite": "a LiteRT model",
    SUFFIX: "a file of weights",
}
"""By the suffix: what a model's file is."""

CAPTURE_IT = "capture it with `onpar parity` or `onpar capture`, and give the captures"

NAMED = {"onpar-artifact": "the sidecar of a model", "onpar-run": "the result of a run"}
"""JSON files of onpar, by the beginning of their version."""


def no_capture(path: Path) -> str:
    """What the file or folder is, and what to do; empty if it may be a capture, or a folder of
    them. Raises OSError for what is neither a regular file nor a folder."""
    name = path.name.casefold()
    model = next((what for suffix, what in MODELS.items() if name.endswith(suffix)), "")
    if path.is_dir():
        # The folder of an artifact's captures has the artifact's name.
        return f"is {model}, not a capture; {CAPTURE_IT}" if _is_package(path) else ""
    may_be = name.endswith(SUFFIX) or _begins_as_a_capture(path)
    if may_be and not _is_of_weights(path):
        return ""
    if model or sidecar_path(path).is_file():
        return f"is {model or 'a model'}, not a capture; {CAPTURE_IT}"
    if name.endswith(".py"):
        return "is Python code, not a capture; `onpar parity --recipe FILE` captures its model"
    if what := _json(path):
        return f"is {what}, not a capture; give files that a target has captured"
    return (
        f"is not a capture: it does not begin as a {SUFFIX} file; give files that a target has "
        "captured"
    )


def _is_package(folder: Path) -> bool:
    return folder.suffix.casefold() == ".mlpackage" and (folder / "Data").is_dir()


def _begins_as_a_capture(path: Path) -> bool:
    with opened(path) as (file, _):
        start = file.read(9)
    return start[8:] == b"{" and int.from_bytes(start[:8], "little") <= HEADER_LIMIT


def _is_of_weights(path: Path) -> bool:
    """Whether it is a whole file of tensors, and nothing in it is of a capture. Others write a
    `format` too, such as `pt`."""
    with opened(path) as (file, size), suppress(TensorFileError):
        metadata = read_header(file, size).metadata
        said = metadata.get("format", "").startswith("onpar-")
        return not said and not metadata.keys() & {"target", "artifact"}
    return False


def _json(path: Path) -> str:
    with suppress(JsonError):
        said = read_json(path, _Said)
        return NAMED.get((said.version or said.format).partition("/")[0], "JSON")
    return ""


@dataclass(frozen=True)
class _Said:
    version: str = ""
    format: str = ""
