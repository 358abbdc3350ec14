"""Small models of integers that make pictures: one of a photo, whose input is int8, and one of an
int8 array, whose picture is gray."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from preps import Prep
from walks import WEIGHTS, Tensors, Walk, photo

from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps.dequantize import Dequantize
from onpar.parity.contract.steps.given import Given
from onpar.parity.contract.steps.quantize import Quantize
from onpar.parity.contract.steps.to_image import ToImage
from onpar.parity.contract.tensor_spec import TensorSpec

SIDE = 24
SCALE, ZERO_POINT = 2 / 255, -40
"""Of the photo's floats (level − 102) / 51: half of the quotients end in .5, and those of levels
below 67 and above 168 are beyond int8."""

SENSOR_SCALE, SENSOR_ZERO_POINT = 0.0125, 11


def _painted(inputs: Tensors) -> dict[str, Tensor]:
    """Values [1, 3, h, w], some of them beyond −1…1."""
    levels = inputs["image"].astype(np.float64)[0]
    mixed = np.einsum("kc,chw->khw", WEIGHTS[2:5, :3], levels)
    return {"painted": np.ascontiguousarray(mixed[None] / 120, np.float32)}


def _shaded(inputs: Tensors) -> dict[str, Tensor]:
    """Values [1, h, w, 1] of 0 to 1, and some beyond."""
    image = inputs["image"].astype(np.float64)
    return {"shade": np.ascontiguousarray(0.5 + 0.4 * image, np.float32)}


def _painter() -> Walk:
    prep = Prep("floats", SIDE, SIDE, (0.4,) * 3, (0.2,) * 3, "crop", filter="bicubic")
    model = ModelSpec(
        "sample",
        (TensorSpec("image", (1, 3, SIDE, SIDE), "int8"),),
        (TensorSpec("painted", (1, 3, SIDE, SIDE)),),
        (
            *prep.steps,
            Quantize(("floats",), ("image",), SCALE, ZERO_POINT, "int8"),
            ToImage(("painted",), ("picture",), 127.5, 128, "NCHW"),
        ),
    )
    return Walk(model, _painted, photo(45, 71))


def _sensor() -> Walk:
    shape = (1, 20, 30, 1)
    model = ModelSpec(
        "sample",
        (TensorSpec("image", shape),),
        (TensorSpec("shade", shape),),
        (
            Given(("levels",), ("levels",), shape, "int8"),
            Dequantize(("levels",), ("image",), SENSOR_SCALE, SENSOR_ZERO_POINT),
            ToImage(("shade",), ("picture",), 255, 0.5, "NHWC"),
        ),
    )
    levels = np.random.default_rng(8).integers(-128, 128, shape).astype(np.int8)
    return Walk(model, _shaded, given={"levels": levels})


PICTURE_WALKS: Mapping[str, Walk] = {"painter": _painter(), "sensor": _sensor()}
"""By what each does."""
