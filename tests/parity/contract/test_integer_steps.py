"""`quantize` and `dequantize` are ONNX Runtime's operators, to the bit."""

from __future__ import annotations

from itertools import chain, islice
from typing import Any

import msgspec
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from onpar.parity.causes import Fault
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.contract.chain_check import chain_faults
from onpar.parity.contract.chains import photo
from onpar.parity.contract.span import Span
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.steps.dequantize import Dequantize
from onpar.parity.contract.steps.quantize import Quantize
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.steps.to_image import ToImage
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.limits.limits import MAX_FLOAT32, MIN_SCALE

IN, OUT = ("in",), ("out",)
OUTPUT = TensorSpec("out", (1, 3))
RNG = np.random.default_rng(11)
CONSTANTS = [("int8", 0.05, 3), ("uint8", 0.05, 128), ("int8", 1 / 3, -128), ("uint8", 1.0, 0)]


def values(scale: float) -> NDArray[np.float32]:
    """Beyond the levels on both sides, and on every half between two levels."""
    noise = RNG.normal(0, 100 * scale, (1, 3, 50, 40)).astype(np.float32)
    noise[0, 0].flat[:601] = np.arange(-300, 301) * np.float32(scale) / 2
    noise[0, 1, 0, :4] = [1e30, -1e30, np.inf, -np.inf]
    return noise


def by_onnx(operator: str, taken: NDArray[Any], scale: float, zero: int, dtype: str) -> Any:
    kinds = {"float32": TensorProto.FLOAT, "int8": TensorProto.INT8, "uint8": TensorProto.UINT8}
    made = "float32" if operator == "DequantizeLinear" else dtype
    graph = helper.make_graph(
        [helper.make_node(operator, ["in", "scale", "zero"], ["out"])],
        "one",
        [helper.make_tensor_value_info("in", kinds[taken.dtype.name], taken.shape)],
        [helper.make_tensor_value_info("out", kinds[made], taken.shape)],
        [
            helper.make_tensor("scale", TensorProto.FLOAT, [], [scale]),
            helper.make_tensor("zero", kinds[dtype], [], [zero]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(None, {"in": taken})[0]


@pytest.mark.parametrize(("dtype", "scale", "zero"), CONSTANTS)
def test_integers_are_those_of_onnx_runtime(dtype: str, scale: float, zero: int) -> None:
    taken = values(scale)
    step = Quantize(IN, OUT, scale, zero, dtype)
    [got] = step.compute([taken])
    assert (got.dtype.name, got.shape) == (dtype, taken.shape)
    [spec] = step.specs([TensorSpec("in", taken.shape)])
    assert (spec.dtype, spec.shape) == (dtype, taken.shape)
    assert np.array_equal(got, by_onnx("QuantizeLinear", taken, scale, zero, dtype))


@pytest.mark.parametrize(("dtype", "scale", "zero"), CONSTANTS)
def test_floats_of_integers_are_those_of_onnx_runtime(dtype: str, scale: float, zero: int) -> None:
    levels = np.arange(256, dtype=np.uint8).view(dtype).reshape(1, 16, 16)
    step = Dequantize(IN, OUT, scale, zero)
    [got] = step.compute([levels])
    assert got.tobytes() == by_onnx("DequantizeLinear", levels, scale, zero, dtype).tobytes()
    # Every level comes back, as no rounding is as large as half a scale.
    [again] = Quantize(IN, OUT, scale, zero, dtype).compute([got])
    assert np.array_equal(again, levels)


def test_halves_go_to_the_even_number_and_nan_to_the_zero_point() -> None:
    step = Quantize(IN, OUT, 0.5, 3, "int8")
    taken = np.array([0.25, 0.75, -0.25, -0.75, np.nan, np.inf, -np.inf], np.float32)
    assert step.compute([taken])[0].tolist() == [3, 5, 3, 1, 3, 127, -128]


def faults(step: Step, *shape: int, dtype: str = "float32") -> list[str]:
    found = chain(step.faults([TensorSpec("in", shape, dtype)]), step.number_faults())
    return list(islice(found, 1))


WRONG: list[tuple[Step, str, str]] = [
    (Quantize(IN, OUT, 0.0, 0, "int8"), "float32", "scale is 0.0, expected a normal number"),
    (Quantize(IN, OUT, -1.0, 0, "int8"), "float32", "scale is -1.0"),
    (Quantize(IN, OUT, 1e-40, 0, "int8"), "float32", "scale is 1e-40"),
    (Quantize(IN, OUT, 1e39, 0, "int8"), "float32", "scale is 1e+39"),
    (Quantize(IN, OUT, float("nan"), 0, "int8"), "float32", "scale is nan"),
    (Quantize(IN, OUT, 1.0, 128, "int8"), "float32", "zero_point is 128, expected -128 to 127"),
    (Quantize(IN, OUT, 1.0, -1, "uint8"), "float32", "zero_point is -1, expected 0 to 255"),
    (Quantize(IN, OUT, 1.0, 0, "int16"), "float32", "dtype is 'int16', expected one of int8, uin"),
    (Quantize(IN, OUT, 1.0, 0, "int8"), "int8", "takes in, int8 [1, 2], expected float32"),
    (Dequantize(IN, OUT, 0.0, 0), "int8", "scale is 0.0"),
    (Dequantize(IN, OUT, 1.0, 200), "int8", "zero_point is 200, expected -128 to 127, as int8"),
    (Dequantize(IN, OUT, 1.0, -5), "uint8", "zero_point is -5, expected 0 to 255, as uint8"),
    (Dequantize(IN, OUT, 1.0, 0), "float32", "takes in, float32 [1, 2], expected int8 or uint8"),
]


@pytest.mark.parametrize(("step", "dtype", "says"), WRONG)
def test_constants_that_do_not_fit_are_named(step: Step, dtype: str, says: str) -> None:
    [said] = faults(step, 1, 2, dtype=dtype)
    assert said.startswith(says)


@pytest.mark.parametrize("scale", [MIN_SCALE, MAX_FLOAT32])
def test_the_borders_of_the_scale_are_taken_and_give_levels(scale: float) -> None:
    step = Quantize(IN, OUT, scale, 1, "int8")
    assert faults(step, 1, 3) == []
    [got] = step.compute([np.array([[0, MAX_FLOAT32, -MAX_FLOAT32]], np.float32)])
    assert got.tolist() == [[1, 127, -128] if scale == MIN_SCALE else [1, 2, 0]]


def test_numbers_of_numpy_are_written_and_read_as_the_same_step() -> None:
    for half in (np.float32(0.5), np.float64(0.5)):
        step = Quantize(IN, OUT, half, np.int64(3), "int8")  # type: ignore[arg-type]
        assert msgspec.json.decode(msgspec.json.encode(step), type=AnyStep) == step
    assert msgspec.json.encode(Dequantize(IN, OUT, 2, 0)).endswith(b'"scale":2.0,"zero_point":0}')


def test_floats_for_an_input_of_integers_are_refused_with_the_step_that_makes_them() -> None:
    made = photo("image", 6, 5)
    model = ModelSpec("a", (TensorSpec("image", (1, 3, 6, 5), "int8"),), (OUTPUT,), made)
    [said] = islice(chain_faults(model.steps, model.inputs, model.outputs), 1)
    assert said.endswith("or put a step Quantize before the network")
    floats = photo("floats", 6, 5)
    step = Quantize(("floats",), ("image",), 0.1, 0, "int8")
    model = ModelSpec("a", model.inputs, (OUTPUT,), (*floats, step))
    assert list(chain_faults(model.steps, model.inputs, model.outputs)) == []


def test_a_last_step_without_a_comparison_of_its_own_is_seen_by_its_values() -> None:
    step = Softmax(IN, OUT, 1)
    golden = np.array([[0.2, 0.3, 0.5]], np.float32)
    got = golden + np.array([[0, 0.01, -0.01]], np.float32)
    assert step.seen_by_values and not ToImage(IN, OUT, 1.0, 0.0, "NCHW").seen_by_values
    for error, beyond in ((0.02, 0), (0.001, 2)):
        seen = step.seen([got], [golden], [Span.of(golden, error)])
        assert (seen.differing, seen.unexplained) == (beyond, beyond)


MISTAKEN: dict[str, Any] = {
    "halves are rounded away from 0 instead of to the even number": (
        lambda x, s, z: np.trunc(x / s + np.copysign(0.5, x)) + z
    ),
    "the quotient is cut off instead of rounded": lambda x, s, z: np.trunc(x / s) + z,
    "the quotient is rounded down": lambda x, s, z: np.floor(x / s) + z,
    "the zero point is not added": lambda x, s, z: np.rint(x / s),
    "the zero point is subtracted": lambda x, s, z: np.rint(x / s) - z,
    "it is not divided by the scale": lambda x, s, z: np.rint(x) + z,
    "levels beyond the type wrap around instead of being clamped": (
        lambda x, s, z: (np.rint(x / s) + z + 128) % 256 - 128
    ),
}


@pytest.mark.parametrize("sentence", MISTAKEN)
def test_each_mistake_of_integers_is_named(sentence: str) -> None:
    step = Quantize(IN, OUT, 0.5, 20, "int8")
    taken = np.rint(RNG.normal(0, 40, (1, 3, 20, 20)) * 4).astype(np.float32) / 4
    [ref] = step.compute([taken])
    got = MISTAKEN[sentence](taken, 0.5, 20).clip(-128, 127).astype(np.int8)
    assert diagnose(step.mistakes, step.fault(got, ref, [taken])) == f"Cause: {sentence}."


@pytest.mark.parametrize(
    ("sentence", "made"),
    [
        ("the zero point is not subtracted", lambda q: q * 0.25),
        ("it is not multiplied by the scale", lambda q: q - 20.0),
        ("int8 is read as uint8", lambda q: (q % 256 - 20) * 0.25),
    ],
)
def test_each_mistake_of_floats_of_integers_is_named(sentence: str, made: Any) -> None:
    step = Dequantize(IN, OUT, 0.25, 20)
    levels = RNG.integers(-128, 128, (1, 300), np.int8)
    [ref] = step.compute([levels])
    fault: Fault = step.fault(made(levels.astype(np.float64)).astype(np.float32), ref, [levels])
    assert diagnose(step.mistakes, fault) == f"Cause: {sentence}."
