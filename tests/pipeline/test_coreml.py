"""The Core ML package, read with coremltools."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coremltools as ct
import pytest
from artifacts import artifacts
from coremltools.proto import FeatureTypes_pb2, MIL_pb2

from exporters import VARIANTS
from parity.spec import Artifact, TensorSpec

Spec = tuple[Any, Artifact]

COREML = [name for name in VARIANTS if name.startswith("coreml")]

ARRAYS = {
    "float32": FeatureTypes_pb2.ArrayFeatureType.FLOAT32,
    "int32": FeatureTypes_pb2.ArrayFeatureType.INT32,
}
WEIGHTS = {"fp32": MIL_pb2.FLOAT32, "fp16": MIL_pb2.FLOAT16}


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


def test_it_is_a_program_that_ios_15_runs(spec: Spec) -> None:
    package, _ = spec
    assert package.WhichOneof("Type") == "mlProgram"
    assert package.specificationVersion == ct.target.iOS15.value


def operations(package: Any) -> Iterator[Any]:
    for function in package.mlProgram.functions.values():
        yield from function.block_specializations[function.opset].operations


def test_the_operators_in_the_sidecar_are_those_of_the_program(spec: Spec) -> None:
    package, artifact = spec
    assert artifact.operators == tuple(sorted({one.type for one in operations(package)}))
    assert {"conv", "upsample_bilinear"} < set(artifact.operators)


def test_weights_lie_in_the_package_in_its_precision(spec: Spec, wide_build: Path) -> None:
    package, artifact = spec
    stored = [
        one.outputs[0].type.tensorType
        for one in operations(package)
        if one.type == "const" and one.attributes["val"].WhichOneof("value") == "blobFileValue"
    ]
    assert {kind.dataType for kind in stored} == {WEIGHTS[artifact.precision]}
    _, weights = artifacts(wide_build)["safetensors-fp32-tensor"]
    expected = weights.bytes / (2 if artifact.precision == "fp16" else 1)
    assert artifact.bytes == pytest.approx(expected, rel=0.02)


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
