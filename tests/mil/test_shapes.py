"""Results have the shapes that the program says, and what has no fixed shape, or none that can be
held, is refused with its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import coremltools as ct
import numpy as np
import pytest
import torch
from coremltools.converters.mil.mil import Builder as mb  # noqa: N813
from coremltools.converters.mil.mil import Function, get_new_symbol, types
from coremltools.proto import Model_pb2
from numpy.typing import NDArray
from small_programs import IOS15, IOS16, IOS17, Array, evaluated, saved

from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets.mil.evaluation import make_ready, run
from onpar.pipeline.targets.mil.package import PROGRAM, WEIGHTS, read_package
from onpar.pipeline.targets.mil.values import tensor

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4)


def program(build: Any, target: ct.target = IOS15, shape: Any = X.shape) -> Any:
    """coremltools' function of one input x, not saved."""
    with Function({"x": mb.placeholder(shape, types.fp32)}, opset_version=target) as function:
        function.set_outputs([build(function.inputs["x"])])
    return function


def value(function: Any) -> Array:
    [found] = run(make_ready(function, "p"), {"x": tensor(X)}).values()
    return found.numpy()


def test_a_result_of_another_shape_than_the_programs_is_refused() -> None:
    made = make_ready(program(lambda x: mb.relu(x=x, name="r")), "p")
    [step] = made.steps
    wrong = replace(made, steps=(replace(step, function=lambda x: x[:1]),))
    said = (
        r"p: relu r \(operation 1 of 1\): .* computes the shape \[1, 3, 4\], expected \[2, 3, 4\]"
    )
    with pytest.raises(OnparError, match=said):
        run(wrong, {"x": tensor(X)})


MISTYPED: dict[str, tuple[Callable[[Any], Any], NDArray[Any]]] = {
    "matmul": (lambda x: mb.matmul(x=np.ones(3, np.float32), y=x), X.sum(1)),
    "slice_by_size": (
        lambda x: mb.slice_by_size(x=x, begin=[0, -2, 0], size=[2, -1, 4]),
        X[:, 1:],
    ),
    "topk": (lambda x: mb.topk(x=x, k=-1, axis=1)[0], X[:, ::-1]),
}


@pytest.mark.parametrize("name", MISTYPED)
def test_shapes_that_coremltools_has_wrong_are_not_held_against_results(name: str) -> None:
    """Nor are those of what is computed of them."""
    build, expected = MISTYPED[name]
    target = IOS16 if name == "topk" else IOS15
    np.testing.assert_array_equal(value(program(lambda x: mb.relu(x=build(x)), target)), expected)


def test_flexible_shapes_are_refused() -> None:
    flexible = program(lambda x: mb.relu(x=x), shape=(2, get_new_symbol(), 4))
    with pytest.raises(OnparError, match="does not support flexible shapes, which its input x"):
        make_ready(flexible, "p")


def test_a_result_that_memory_does_not_hold_is_refused_with_its_operator() -> None:
    def endless(x: Any) -> Any:
        end = mb.mul(x=mb.reduce_max(x=x), y=np.float32(1e12))
        return mb.range_1d(start=np.float32(0), end=end, step=np.float32(1), name="r")

    with pytest.raises(OnparError, match=r"range_1d r \(operation .*cannot compute it"):
        value(program(endless))


def test_an_attribute_computed_of_constants_is_one() -> None:
    def clipped(x: Any) -> Any:
        return mb.clip(x=x, alpha=mb.cast(x=np.int32(3), dtype="fp32"), beta=np.float32(9))

    function = program(clipped, IOS17)
    assert "cast" in [one.op_type for one in function.operations]
    np.testing.assert_array_equal(value(function), X.clip(3, 9))


def last_two(taken: Mapping[str, Any]) -> list[Any]:
    found = []
    for name, x in taken.items():
        begin = mb.const(val=np.array([-2], np.int32), name=f"{name}_begin")
        found.append(
            mb.slice_by_index(x=x, begin=begin, end=[0], end_mask=[True], name=f"{name}_cut")
        )
    return found


def test_slices_of_two_lengths_may_share_a_bound_from_the_end(tmp_path: Path) -> None:
    """Which coremltools writes over in place, and so is shared here only when it is written."""
    inputs = {"long": np.arange(5, dtype=np.float32), "short": np.arange(3, dtype=np.float32)}
    spec, content = Model_pb2.Model(), dict(read_content(saved(last_two, inputs, IOS15, tmp_path)))  # type: ignore[arg-type]
    spec.ParseFromString(content[PROGRAM])
    [function] = spec.mlProgram.functions.values()
    for one in function.block_specializations[function.opset].operations:
        if one.outputs[0].name == "long_begin":
            one.attributes["val"].immediateValue.tensor.ints.values[0] = -2
        if one.type == "slice_by_index":
            one.inputs["begin"].arguments[0].name = "long_begin"
    content[PROGRAM] = spec.SerializeToString()
    made = make_ready(read_package(content, "p").main, "p")
    got = run(made, {name: torch.from_numpy(x) for name, x in inputs.items()})
    assert [x.tolist() for x in got.values()] == [[3, 4], [1, 2]]


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = tmp_path_factory.mktemp("small")
    package = saved(lambda taken: [mb.relu(x=taken["x"])], {"x": X}, IOS15, path)
    assert len(evaluated(package, {"x": X})) == 1
    return dict(read_content(package))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["..", "a/", "a\0b", "a" * 300])
def test_weights_whose_name_no_folder_can_have_are_refused(
    content: dict[str, bytes], name: str
) -> None:
    with pytest.raises(
        OnparError, match=r"net: is not a complete Core ML package .*export it again"
    ):
        read_package({**content, WEIGHTS + name: b"1"}, "net")


def test_a_program_without_main_is_refused_with_the_functions_that_it_has(
    content: dict[str, bytes],
) -> None:
    spec = Model_pb2.Model()
    spec.ParseFromString(content[PROGRAM])
    spec.mlProgram.functions["other"].CopyFrom(spec.mlProgram.functions.pop("main"))
    with pytest.raises(OnparError, match="net: has the functions other, expected one called main"):
        read_package({**content, PROGRAM: spec.SerializeToString()}, "net")
