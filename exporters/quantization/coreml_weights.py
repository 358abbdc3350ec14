"""Core ML with compressed weights: coremltools finds the levels that they were rounded to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import coremltools as ct
import numpy as np
from coremltools.optimize.coreml import (
    OpLinearQuantizerConfig,
    OpPalettizerConfig,
    OptimizationConfig,
    linear_quantize_weights,
    palettize_weights,
)
from numpy.typing import NDArray

from onpar.exporters.errors import ExportError, left_out

if TYPE_CHECKING:
    from onpar.exporters.quantization.weights_alone import F32, Rounded

HALVES = 3 * 2.0**-11
"""How far a stored weight may be from the rounded one, as a share of its channels' largest: the
weight, its scale and their product are each rounded to float16. Measured: 1.1e-3 on DeepLabV3."""


def compressed(made: Rounded, precision: str, model: Any) -> Any:
    """The converted model with these weights compressed, and nothing else. `made` gets the weights
    that it stores, whose scales are rounded to float16: one is off the same way for a whole
    channel, which no noise of float16 explains.

    Raises ExportError if coremltools stores another weight.
    """
    found = {name: (value, _name_of(value, made.weights)) for name, value in _constants(model)}
    wanted = {name: (value, weight) for name, (value, weight) in found.items() if weight}
    if precision == "palette":
        config: Any = OpPalettizerConfig(mode="custom", lut_function=table)
        small = palettize_weights(model, _only(wanted, config))
    else:
        config = OpLinearQuantizerConfig(mode="linear_symmetric", dtype="int8")
        small = linear_quantize_weights(model, _only(wanted, config))
    for name, value in _decompressed(small):
        expected, weight = wanted[name]
        off = np.abs(value.astype(np.float64) - expected).max()
        allowed = HALVES * float(np.abs(expected).max())
        if not off <= allowed:
            raise ExportError(
                f"coremltools {ct.__version__} stores weight {name} off by up to {off:.3g}, where "
                f"rounding to float16 explains {allowed:.3g}; leave this variant out: "
                f"{left_out(f'coreml-{precision}')}"
            )
        plain = value.shape == made.weights[weight].shape
        made.put(weight, (value if plain else value.T).astype(np.float32))
    return small


def table(weight: NDArray[np.floating[Any]]) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """The values of a rounded weight, and for each element the index of its own. The table has a
    power of two of them, as its indices have whole bits.

    coremltools' mode "unique" sorts float16, which numpy 2.3 does wrongly where AVX-512 is there:
    it found 108 different values among 64 (tests/exporters/test_weights_alone.py).
    """
    values, indices = np.unique(weight.astype(np.float32), return_inverse=True)
    bits = next(bits for bits in (1, 2, 4, 6, 8) if len(values) <= 2**bits)
    padded = np.zeros(2**bits, weight.dtype)
    padded[: len(values)] = values
    return padded, indices.reshape(-1).astype(np.uint8)


def _only(names: Mapping[str, Any], config: Any) -> OptimizationConfig:
    return OptimizationConfig(op_name_configs=dict.fromkeys(names, config))


def _constants(model: Any) -> Iterator[tuple[str, NDArray[np.floating[Any]]]]:
    for function in model._mil_program.functions.values():
        for one in function.find_ops(op_type="const"):
            value = one.outputs[0].val
            if isinstance(value, np.ndarray) and value.ndim > 1:
                yield one.name, value


def _decompressed(model: Any) -> Iterator[tuple[str, NDArray[np.floating[Any]]]]:
    for function in model._mil_program.functions.values():
        for one in function.operations:
            if one.op_type.startswith("constexpr_"):
                # Its name is the constant's, `_`, and how it is compressed.
                yield one.name.rpartition("_")[0], one.materialized_val_inference()


def _name_of(value: NDArray[Any], weights: Mapping[str, F32]) -> str:
    """The name of the rounded weight that it is, as it is or transposed; empty for none."""
    for name, weight in weights.items():
        for one in (weight, weight.T):
            if one.shape == value.shape and np.allclose(
                value.astype(np.float32), one, rtol=2.0**-10, atol=2.0**-24
            ):
                return name
    return ""
