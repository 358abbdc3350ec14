"""Reads a Core ML package: its specification, and its ML program as a coremltools object."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coremltools.converters.mil.frontend.milproto.load import load as load_program
from coremltools.proto import FeatureTypes_pb2, Model_pb2

from onpar.exporters.errors import first_line
from onpar.pipeline.errors import NotEvaluatedError, OnparError
from onpar.pipeline.targets.mil.bounds import own_bounds
from onpar.pipeline.targets.mil.operators import OPERATORS, UNSUPPORTED

FOLDER = "Data/com.apple.CoreML/"
"""The path of a model in coremltools' packages: the program, with `weights/` in the same folder."""

PROGRAM = FOLDER + "model.mlmodel"
WEIGHTS = FOLDER + "weights/"

CONSTANT = "const"
MAIN = "main"

CHANNELS = {
    FeatureTypes_pb2.ImageFeatureType.RGB: (0, 1, 2),
    FeatureTypes_pb2.ImageFeatureType.BGR: (2, 1, 0),
}
"""By an image input's colour space: the indices of its channels in R, G, B."""


@dataclass(frozen=True)
class Package:
    """The function `main` of the program, and the order of channels of each image input."""

    main: Any
    channels: Mapping[str, tuple[int, ...]]


def read_package(files: Mapping[str, bytes], name: str) -> Package:
    """Read a package's files. Raises OnparError if they are incomplete or not an ML program,
    NotEvaluatedError if they have unsupported operators."""
    if PROGRAM not in files:
        raise OnparError(f"{name}: has no {PROGRAM}; export it again with `onpar export`")
    spec = Model_pb2.Model()
    try:
        spec.ParseFromString(files[PROGRAM])
    except Exception as error:  # protobuf's errors have no class that all versions share.
        raise _unreadable(name, error) from error
    kind = spec.WhichOneof("Type")
    if kind != "mlProgram":
        raise OnparError(
            f"{name}: is a {kind or 'empty model'}, expected an mlProgram; export it again for "
            "iOS 15 or newer"
        )
    _check_operators(spec.mlProgram, name)
    channels = {}
    for feature in spec.description.input:
        if feature.type.WhichOneof("Type") == "imageType":
            space = feature.type.imageType.colorSpace
            if space not in CHANNELS:
                raise OnparError(
                    f"{name}: its input {feature.name} is an image of colour space {space}, "
                    "expected RGB or BGR; export it with color_layout RGB"
                )
            channels[feature.name] = CHANNELS[space]
    return Package(_loaded(spec, files, name), channels)


def _loaded(spec: Any, files: Mapping[str, bytes], name: str) -> Any:
    """The model, loaded by coremltools, which reads weights from separate files."""
    functions = spec.mlProgram.functions
    if MAIN not in functions:
        raise OnparError(
            f"{name}: has the functions {', '.join(sorted(functions)) or '(none)'}, expected one "
            f"called {MAIN}; export it again with `onpar export`"
        )
    own_bounds(functions[MAIN])
    with tempfile.TemporaryDirectory() as folder:
        try:
            # Names in a damaged file may be invalid file names.
            for path, content in files.items():
                if path.startswith(WEIGHTS):
                    (Path(folder) / path.rpartition("/")[2]).write_bytes(content)
            program = load_program(spec, spec.specificationVersion, folder)
            return program.functions[MAIN]
        except Exception as error:  # It has no error class of its own.
            raise _unreadable(name, error) from error


def _unreadable(name: str, error: Exception) -> OnparError:
    return OnparError(
        f"{name}: is not a complete Core ML package ({first_line(error)}); export it again with "
        "`onpar export`"
    )


def _check_operators(program: Any, name: str) -> None:
    """Run before the program is loaded: coremltools' own message for an unknown operator is
    worse."""
    for function in program.functions.values():
        for block in function.block_specializations.values():
            operations = list(_operations(block))
            for index, one in enumerate(operations, 1):
                if one.type != CONSTANT and one.type not in OPERATORS:
                    [*_, made] = [output.name for output in one.outputs] or [""]
                    reason = UNSUPPORTED.get(one.type, "it is not in coremltools' registry")
                    raise NotEvaluatedError(
                        f"{name}: onpar's evaluator does not support the operator {one.type} "
                        f"({made}, operation {index} of {len(operations)} of the program): "
                        f"{reason}; judge it on Apple's runtime: onpar on a Mac, or an iPhone"
                    )


def _operations(block: Any) -> Iterator[Any]:
    for one in block.operations:
        yield one
        for inner in one.blocks:
            yield from _operations(inner)
