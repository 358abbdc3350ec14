"""The Core ML package, read with coremltools."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coremltools as ct
import pytest
from artifacts import artifacts
from builds import MADE
from coremltools.proto import FeatureTypes_pb2, MIL_pb2

from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.tensor_spec import TensorSpec

Spec = tuple[Any, Artifact]

COREML = [name for name in MADE if name.startswith("coreml")]

ARRAYS = {
    "float32": FeatureTypes_pb2.ArrayFeatureType.FLOAT32,
    "int32": FeatureTypes_pb2.ArrayFeatureType.INT32,
}
WEIGHTS = {
    "fp32": (1, {MIL_pb2.FLOAT32}),
    "fp16": (1 / 2, {MIL_pb2.FLOAT16}),
    "int8": (1 / 4, {MIL_pb2.INT8, MIL_pb2.FLOAT16}),
}
"""Of a precision: the share of float32's size, and what weights are made of; int8's biases stay
float16."""


def read(build: Path, variant: str) -> Spec:
    path, artifact = artifacts(build)[variant]
    return ct.utils.load_spec(str(path)), artifact


@pytest.fixture(params=COREML)
def spec(request: pytest.FixtureRequest, wide_build: Path) -> Spec:
    """A package's specification, and its sidecar."""
    return read(wide_build, request.param)


def array(feature: Any) -> TensorSpec:
    """A multi-array of the package as the sidecar would have it."""
    kind = feature.type.multiArrayType
    [dtype] = [name for name, value in ARRAYS.items() if value == kind.dataType]
    return TensorSpec(feature.name, tuple(kind.shape), dtype)


def test_outputs_are_those_of_the_sidecar(spec: Spec) -> None:
    package, artifact = spec
    assert tuple(array(feature) for feature in package.description.output) == artifact.outputs


@pytest.mark.parametrize("variant", [name for name in COREML if name.endswith("tensor")])
def test_with_io_tensor_the_input_is_the_sidecars(wide_build: Path, variant: str) -> None:
    package, artifact = read(wide_build, variant)
    assert tuple(array(feature) for feature in package.description.input) == artifact.inputs


def test_with_io_image_the_input_is_an_rgb_image_of_the_sidecars_size(wide_build: Path) -> None:
    package, artifact = read(wide_build, "coreml-fp16-image")
    [feature], [taken] = package.description.input, artifact.inputs
    image = feature.type.imageType
    assert feature.type.WhichOneof("Type") == "imageType"
    assert (feature.name, (image.height, image.width, 3)) == (taken.name, taken.shape)
    assert image.colorSpace == FeatureTypes_pb2.ImageFeatureType.RGB
    assert taken.shape == (96, 160, 3)


def test_it_is_a_program_for_the_first_system_that_runs_its_precision(spec: Spec) -> None:
    package, artifact = spec
    assert package.WhichOneof("Type") == "mlProgram"
    expected = ct.target.iOS17 if artifact.precision == "int8" else ct.target.iOS15
    assert package.specificationVersion == expected.value


def operations(package: Any) -> Iterator[Any]:
    for function in package.mlProgram.functions.values():
        yield from function.block_specializations[function.opset].operations


def test_the_operators_in_the_sidecar_are_those_of_the_program(spec: Spec) -> None:
    package, artifact = spec
    assert artifact.operators == tuple(sorted({one.type for one in operations(package)}))
    assert {"conv", "upsample_bilinear"} < set(artifact.operators)


def large(operation: Any) -> Iterator[Any]:
    """The type of each weight that lies in the package's file of them."""
    for name, value in operation.attributes.items():
        of_weights = operation.type == "const" or name == "quantized_data"
        if of_weights and value.WhichOneof("value") == "blobFileValue":
            yield value.type.tensorType.dataType


def test_weights_lie_in_the_package_in_its_precision(spec: Spec, wide_build: Path) -> None:
    package, artifact = spec
    share, types = WEIGHTS[artifact.precision]
    assert {kind for one in operations(package) for kind in large(one)} == types
    _, weights = artifacts(wide_build)["safetensors-fp32-tensor"]
    # int8 has a scale and a zero point a channel besides.
    off = 0.07 if artifact.precision == "int8" else 0.02
    assert artifact.bytes == pytest.approx(weights.bytes * share, rel=off)


def test_the_manifest_names_every_part_of_the_package(wide_build: Path) -> None:
    for variant in COREML:
        path, _ = artifacts(wide_build)[variant]
        manifest = json.loads((path / "Manifest.json").read_text())
        parts = manifest["itemInfoEntries"]
        root = parts[manifest["rootModelIdentifier"]]["path"]
        assert (path / "Data" / root).is_file()
        listed = [path / "Data" / part["path"] for part in parts.values()]
        there = {p for p in path.rglob("*") if p.is_file()} - {path / "Manifest.json"}
        assert all(any(p == part or part in p.parents for part in listed) for p in there)
