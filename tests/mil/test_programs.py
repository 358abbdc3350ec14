"""Whole programs: float16 rounded, weights compressed, values freed, and what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import coremltools as ct
import coremltools.optimize.coreml as cto
import numpy as np
import pytest
import torch
from coremltools.converters.mil.mil import Builder as mb  # noqa: N813
from coremltools.proto import Model_pb2
from small_programs import IOS15, IOS16, IOS18, Array, evaluated, saved
from torch import nn

from onpar.parity.judge.metrics import distance
from onpar.pipeline.build_folder.content import Content, content_digest, read_content
from onpar.pipeline.build_folder.keys import artifact_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets.mil.evaluation import Program, make_ready, run
from onpar.pipeline.targets.mil.package import PROGRAM, read_package
from onpar.pipeline.targets.mil.values import tensor

draw = np.random.default_rng(7)
X = draw.normal(size=(1, 8, 12, 12)).astype(np.float32)


def net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 16, 3, groups=4), nn.ReLU()
    ).eval()


def converted(target: ct.target, precision: ct.precision = ct.precision.FLOAT32) -> Any:
    program = torch.export.export(net(), (torch.from_numpy(X),)).run_decompositions({})
    return ct.convert(
        program,
        convert_to="mlprogram",
        minimum_deployment_target=target,
        compute_precision=precision,
        inputs=[ct.TensorType(name="x", shape=X.shape)],
        outputs=[ct.TensorType(name="y", dtype=np.float32)],
        skip_model_load=True,
    )


def eager() -> Array:
    with torch.inference_mode():
        found: Array = net()(torch.from_numpy(X)).numpy()
    return found


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small network's package, float32."""
    path = tmp_path_factory.mktemp("package") / "net.mlpackage"
    converted(IOS15).save(str(path))
    return path


def files(path: Path) -> dict[str, bytes]:
    content: Content = read_content(path)
    assert not isinstance(content, bytes)
    return dict(content)


def ready(content: Mapping[str, bytes]) -> Program:
    return make_ready(read_package(content, "net.mlpackage").main, "net.mlpackage")


def test_every_result_of_a_float16_program_is_rounded_to_float16(tmp_path: Path) -> None:
    def build(taken: Mapping[str, Any]) -> list[Any]:
        half = mb.cast(x=taken["x"], dtype="fp16")
        third = mb.mul(x=half, y=np.float16(1 / 3))
        huge = mb.mul(x=mb.square(x=mb.add(x=half, y=np.float16(1000))), y=np.float16(0.001))
        return [
            mb.cast(x=mb.add(x=third, y=half), dtype="fp32", name="sum"),
            mb.cast(x=huge, dtype="fp32", name="huge"),
        ]

    got = evaluated(saved(build, {"x": X}, IOS15, tmp_path), {"x": X})
    half = X.astype(np.float16)
    # NumPy rounds each result of float16 once, as float32's are rounded here.
    np.testing.assert_array_equal(got["sum"], half * np.float16(1 / 3) + half)
    assert np.isinf(got["huge"]).all()


def test_float16_is_as_far_off_as_eager_pytorch_in_float16(tmp_path: Path) -> None:
    path = tmp_path / "half.mlpackage"
    converted(IOS15, ct.precision.FLOAT16).save(str(path))
    got, ref = evaluated(path, {"x": X})["y"], eager()
    with torch.inference_mode():
        half = net().half()(torch.from_numpy(X).half()).float().numpy()
    ours, theirs = distance(got, ref).snr_db, distance(half, ref).snr_db
    assert ours is not None and theirs is not None and abs(ours - theirs) < 3


def palettized(model: Any, granularity: str) -> Any:
    config = cto.OpPalettizerConfig(
        nbits=4, mode="uniform", granularity=granularity, group_size=4, weight_threshold=0
    )
    return cto.palettize_weights(model, cto.OptimizationConfig(global_config=config))


def linear(model: Any, granularity: str) -> Any:
    config = cto.OpLinearQuantizerConfig(
        mode="linear_symmetric", granularity=granularity, block_size=4, weight_threshold=0
    )
    return cto.linear_quantize_weights(model, cto.OptimizationConfig(global_config=config))


def sparse(model: Any, _: str) -> Any:
    config = cto.OpMagnitudePrunerConfig(target_sparsity=0.6, weight_threshold=0)
    return cto.prune_weights(model, cto.OptimizationConfig(global_config=config))


def sparse_palettized(model: Any, granularity: str) -> Any:
    config = cto.OptimizationConfig(
        global_config=cto.OpPalettizerConfig(
            nbits=4, mode="uniform", granularity=granularity, group_size=4, weight_threshold=0
        )
    )
    return cto.palettize_weights(sparse(model, ""), config, joint_compression=True)


COMPRESSED = {
    "int8": (linear, "per_channel", IOS16, {"constexpr_affine_dequantize"}),
    "int8-blocks": (linear, "per_block", IOS18, {"constexpr_blockwise_shift_scale"}),
    "palette": (palettized, "per_tensor", IOS16, {"constexpr_lut_to_dense"}),
    "palettes": (palettized, "per_grouped_channel", IOS18, {"constexpr_lut_to_dense"}),
    "sparse": (sparse, "", IOS16, {"constexpr_sparse_to_dense"}),
    "sparse-palette": (
        sparse_palettized,
        "per_tensor",
        IOS18,
        {"constexpr_lut_to_sparse", "constexpr_sparse_to_dense"},
    ),
}


@pytest.mark.parametrize("name", COMPRESSED)
def test_compressed_weights_are_those_that_coremltools_decompresses(
    name: str, tmp_path: Path
) -> None:
    compress, granularity, target, operators = COMPRESSED[name]
    small = compress(converted(target), granularity)
    small.save(str(tmp_path / "small.mlpackage"))
    whole = cto.decompress_weights(small)
    whole.save(str(tmp_path / "whole.mlpackage"))
    assert operators <= {
        op.op_type for f in small._mil_program.functions.values() for op in f.operations
    }
    got = evaluated(tmp_path / "small.mlpackage", {"x": X})["y"]
    expected = evaluated(tmp_path / "whole.mlpackage", {"x": X})["y"]
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)
    assert not np.allclose(got, eager(), rtol=1e-6, atol=1e-6)


def test_a_packages_evaluation_is_eagers(package: Path) -> None:
    snr = distance(evaluated(package, {"x": X})["y"], eager()).snr_db
    assert snr is None or snr > 100


def test_what_needs_no_input_is_computed_once_and_what_nobody_needs_any_more_is_freed(
    package: Path,
) -> None:
    program = ready(files(package))
    alive: set[str] = set(program.inputs)
    for step in program.steps:
        alive |= {output.name for output in step.outputs}
        assert len(alive) <= 2
        alive -= set(step.last)
    assert alive == set(program.outputs)
    assert not any("const" in step.what for step in program.steps)


def test_the_digest_of_what_is_loaded_is_the_artifacts(package: Path) -> None:
    assert content_digest(read_content(package)) == artifact_digest(package)
    assert content_digest(read_content(package / PROGRAM)) == artifact_digest(package / PROGRAM)


def test_an_unknown_operator_is_named_with_its_place(package: Path) -> None:
    content = files(package)
    spec = Model_pb2.Model()
    spec.ParseFromString(content[PROGRAM])
    [function] = spec.mlProgram.functions.values()
    operations = function.block_specializations[function.opset].operations
    [index, one] = next((i, op) for i, op in enumerate(operations, 1) if op.type == "relu")
    one.type = "swirl"
    content[PROGRAM] = spec.SerializeToString()
    with pytest.raises(OnparError) as refused:
        read_package(content, "net.mlpackage")
    said = str(refused.value)
    assert f"the operator swirl ({one.outputs[0].name}, operation {index} of " in said
    assert (
        "onpar's evaluator does not support" in said
        and "not in coremltools' registry" in said
        and "\n" not in said
    )


def test_an_attribute_that_is_not_known_is_refused(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onpar.pipeline.targets.mil.operators import OPERATORS

    monkeypatch.setitem(OPERATORS, "conv", lambda x, weight, bias=None, *, strides: x)
    with pytest.raises(
        OnparError, match=r"conv .*does not support its input (pad|groups|dilations|pad_type); "
    ):
        ready(files(package))


DAMAGE: dict[str, Callable[[dict[str, bytes]], object]] = {
    "no program": lambda content: content.pop(PROGRAM),
    "an empty program": lambda content: content.update({PROGRAM: b""}),
    "half a program": lambda content: content.update({PROGRAM: content[PROGRAM][:200]}),
    "noise": lambda content: content.update({PROGRAM: bytes(range(256))}),
    "no weights": lambda content: [content.pop(n) for n in list(content) if "weights" in n],
    "half the weights": lambda content: content.update(
        {name: value[:100] for name, value in content.items() if "weights" in name}
    ),
    "empty weights": lambda content: content.update(
        {name: b"" for name in content if "weights" in name}
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_package_is_refused_in_a_sentence(package: Path, damage: str) -> None:
    content = files(package)
    DAMAGE[damage](content)
    with pytest.raises(OnparError, match=r"net\.mlpackage: .*export it again") as refused:
        ready(content)
    assert "\n" not in str(refused.value)


def test_an_evaluation_that_fails_names_the_operator(package: Path) -> None:
    program = ready(files(package))
    first, *rest = program.steps
    broken = replace(program, steps=(replace(first, function=_broken), *rest))
    with pytest.raises(
        OnparError, match=r"conv .* \(operation \d+ of \d+\): onpar's evaluator cannot compute"
    ):
        run(broken, {"x": tensor(X)})


def _broken(**_: Any) -> Any:
    raise RuntimeError("no memory")


def test_other_models_than_ml_programs_are_refused(package: Path) -> None:
    content = files(package)
    spec = Model_pb2.Model()
    spec.specificationVersion = 4
    spec.neuralNetwork.SetInParent()
    content[PROGRAM] = spec.SerializeToString()
    with pytest.raises(OnparError, match="is a neuralNetwork, expected an mlProgram"):
        read_package(content, "net.mlpackage")
