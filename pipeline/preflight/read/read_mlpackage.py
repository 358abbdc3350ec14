"""Core ML `.mlpackage`: specification version, each function's opset, and its operators.

The protocol buffer classes are those of coremltools. They are loaded without coremltools itself,
whose import takes seconds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from google.protobuf.message import DecodeError

from onpar.pipeline.preflight.read import mlpackage_weights
from onpar.pipeline.preflight.read.contents import MAX_FILE_BYTES, Contents, Use, unreadable

PACKAGE = "coremltools_proto"
"""A separate name, so that a later `import coremltools` does not find a partly loaded package."""


def read(path: Path) -> Contents:
    """Raises OnparError if it is not a package with an ML program."""
    specification = _specification(path)
    model = specification.Model()
    file = _model_file(path)
    try:
        model.ParseFromString(file.read_bytes())
    except DecodeError as error:
        raise unreadable(path, f"{file.name} is damaged ({error})") from error
    kind = model.WhichOneof("Type")
    if kind != "mlProgram":
        raise unreadable(path, f"it holds {kind or 'nothing'}, expected an ML program")
    uses: dict[Use, None] = {}
    for name, function in model.mlProgram.functions.items():
        block = function.block_specializations.get(function.opset)
        if block is None:
            raise unreadable(path, f"its function {name} has no block for opset {function.opset}")
        uses |= dict.fromkeys(_uses(block, function.opset, name))
        mlpackage_weights.check(path, file, mlpackage_weights.blobs(block))
    return Contents(
        format="coreml",
        file_version=model.specificationVersion,
        uses=tuple(uses),
        unchecked="the operators' inputs; Core ML itself judges those when it compiles the model",
    )


def _uses(block: Any, opset: str, function: str) -> Iterator[Use]:
    for operation in block.operations:
        yield Use(operation.type, opset=opset, where=f"function {function}")
        for inner in operation.blocks:
            yield from _uses(inner, opset, function)


def _specification(path: Path) -> ModuleType:
    if PACKAGE not in sys.modules:
        found = find_spec("coremltools")
        if found is None or not found.submodule_search_locations:
            raise unreadable(path, "coremltools, which reads its format, is not installed here")
        package = ModuleType(PACKAGE)
        package.__path__ = [str(Path(found.submodule_search_locations[0]) / "proto")]
        sys.modules[PACKAGE] = package
    return import_module(f"{PACKAGE}.Model_pb2")


def _model_file(path: Path) -> Path:
    """The model that the manifest names; it may only name files in the package."""
    try:
        content = json.loads((path / "Manifest.json").read_bytes())
        entry = content["itemInfoEntries"][content["rootModelIdentifier"]]
        below = PurePosixPath(entry["path"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise unreadable(path, f"its Manifest.json names no model ({error!r})") from error
    file = path / "Data" / below
    if below.is_absolute() or ".." in below.parts or not file.is_file():
        raise unreadable(path, f"its Manifest.json names {below}, which is missing")
    if file.stat().st_size > MAX_FILE_BYTES:
        raise unreadable(path, f"{below} has more than {MAX_FILE_BYTES:,} bytes")
    return file
