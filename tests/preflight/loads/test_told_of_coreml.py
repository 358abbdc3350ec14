"""What preflight reads of an ML program, and what it says of Apple's systems."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import coremltools as ct
import numpy as np
import pytest
from coremltools.converters.mil import Builder
from coremltools.converters.mil.mil import types
from refusing import refused

from onpar.pipeline.preflight.loads import judged
from onpar.pipeline.preflight.read import read
from onpar.pipeline.preflight.runtimes import chosen
from onpar.pipeline.preflight.verdict import Preflight

SYSTEMS = {"iOS15": 6, "iOS16": 7, "iOS17": 8, "iOS18": 9}


def program(target: str, folder: Path) -> Path:
    """A package with a convolution, for a system and newer ones."""
    specs = [Builder.TensorSpec(shape=(1, 3, 8, 6), dtype=types.fp32)]

    @Builder.program(input_specs=specs, opset_version=getattr(ct.target, target))  # type: ignore[untyped-decorator]
    def main(x: Any) -> Any:
        return Builder.relu(x=Builder.pow(x=x, y=2.0))

    path = folder / f"{target}.mlpackage"
    options = {"convert_to": "mlprogram", "minimum_deployment_target": getattr(ct.target, target)}
    ct.convert(main, source="milinternal", skip_model_load=True, **options).save(str(path))
    return path


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("programs")
    return {target: program(target, folder) for target in SYSTEMS}


@pytest.fixture(scope="module")
def weighty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package whose weights are in a file of their own, as they are from a few numbers on."""
    specs = [Builder.TensorSpec(shape=(1, 64), dtype=types.fp32)]

    @Builder.program(input_specs=specs, opset_version=ct.target.iOS15)  # type: ignore[untyped-decorator]
    def main(x: Any) -> Any:
        return Builder.add(x=x, y=np.arange(64, dtype=np.float32))

    path = tmp_path_factory.mktemp("weighty") / "model.mlpackage"
    ct.convert(
        main,
        source="milinternal",
        convert_to="mlprogram",
        minimum_deployment_target=ct.target.iOS15,
        skip_model_load=True,
    ).save(str(path))
    return path


def told(path: Path, system: str) -> Preflight:
    return judged(path.name, read(path), chosen([f"coreml@{system}"])[0])


def test_version_opset_and_operators_are_those_that_coremltools_reads(
    programs: dict[str, Path],
) -> None:
    for path in programs.values():
        spec = ct.utils.load_spec(str(path))
        contents = read(path)
        [function] = spec.mlProgram.functions.values()
        block = function.block_specializations[function.opset]
        assert contents.file_version == spec.specificationVersion
        assert {one.opset for one in contents.uses} == {function.opset}
        assert {one.name for one in contents.uses} == {one.type for one in block.operations}
        assert {"pow", "relu"} < {one.name for one in contents.uses}


@pytest.mark.parametrize("target", SYSTEMS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_program_loads_on_its_deployment_target_and_on_newer_systems(
    programs: dict[str, Path], target: str, system: str
) -> None:
    verdict = told(programs[target], system)
    assert verdict.loads is (SYSTEMS[target] <= SYSTEMS[system])
    if not verdict.loads:
        said = " ".join(one.sentence for one in verdict.reasons)
        assert f"its specification version is {SYSTEMS[target]} ({target})" in said
        assert f"minimum_deployment_target=ct.target.{system}" in said


def test_an_operator_of_a_later_system_is_named(programs: dict[str, Path], tmp_path: Path) -> None:
    """As a writer makes it that mixes them: Apple's own compiler refuses it."""
    spec = ct.utils.load_spec(str(programs["iOS15"]))
    [function] = spec.mlProgram.functions.values()
    for operation in function.block_specializations[function.opset].operations:
        operation.type = "scaled_dot_product_attention" if operation.type == "pow" else "relu"
    package = tmp_path / "mixed.mlpackage"
    (package / "Data").mkdir(parents=True)
    (package / "Data" / "m").write_bytes(spec.SerializeToString())
    entry = {"itemInfoEntries": {"a": {"path": "m"}}, "rootModelIdentifier": "a"}
    (package / "Manifest.json").write_text(json.dumps(entry))
    [reason] = told(package, "iOS15").reasons
    assert (reason.operator, reason.since) == ("scaled_dot_product_attention", "iOS18")


def test_coremltools_works_after_its_formats_classes_were_loaded_alone(
    programs: dict[str, Path],
) -> None:
    read(programs["iOS16"])
    assert ct.models.MLModel(str(programs["iOS16"]), skip_model_load=True).get_spec()


def test_a_package_without_its_weights_or_with_a_part_of_them_is_refused(
    weighty: Path, tmp_path: Path
) -> None:
    assert told(weighty, "iOS15").loads
    package = tmp_path / "model.mlpackage"
    shutil.copytree(weighty, package)
    [weights] = package.rglob("weight.bin")
    content = weights.read_bytes()
    for size in (len(content) - 1, 64, 0):
        weights.write_bytes(content[:size])
        said = refused(package)
        assert f"weights/weight.bin of {size:,} bytes has no complete weight at byte" in said
    weights.unlink()
    assert "weights are in weights/weight.bin, which is missing" in refused(package)


def test_weights_beyond_the_package_are_not_looked_at(weighty: Path, tmp_path: Path) -> None:
    package = tmp_path / "model.mlpackage"
    shutil.copytree(weighty, package)
    [model] = package.rglob("*.mlmodel")
    spec = ct.utils.load_spec(str(model))
    [function] = spec.mlProgram.functions.values()
    for operation in function.block_specializations[function.opset].operations:
        for value in operation.attributes.values():
            if value.WhichOneof("value") == "blobFileValue":
                value.blobFileValue.fileName = "@model_path/../../../../weight.bin"
    model.write_bytes(spec.SerializeToString())
    assert "which is missing" in refused(package)
