"""The mutants of models of integers and of pictures."""

# One mutant a line.
# ruff: noqa: E501

from __future__ import annotations

import numpy as np
import wrong_pictures as p
import wrong_walks as w
from mutants import DTYPE, MISSING, NONFINITE, SHAPE, VALUE
from picture_walks import SCALE, SENSOR_SCALE, SENSOR_ZERO_POINT, ZERO_POINT
from walk_mutants import WalkMutant

X = WalkMutant
PA, SE = "painter", "sensor"
S, Z, T, Y = SCALE, ZERO_POINT, SENSOR_SCALE, SENSOR_ZERO_POINT

PICTURE_MUTANTS = (
    # The int8 of the photo is wrong.
    X("quantize-cut-off", PA, "quantize", VALUE, "cut off instead of rounded.", p.quantized(lambda x: np.trunc(p.quotient(x)) + Z)),
    X("quantize-rounded-down", PA, "quantize", VALUE, "rounded down.", p.quantized(lambda x: np.floor(p.quotient(x)) + Z)),
    X("quantize-halves-away", PA, "quantize", VALUE, "halves are rounded away from 0", p.quantized(p.half_away)),
    X("quantize-no-zero-point", PA, "quantize", VALUE, "zero point is not added.", p.quantized(lambda x: np.rint(p.quotient(x)))),
    X("quantize-zero-point-subtracted", PA, "quantize", VALUE, "zero point is subtracted.", p.quantized(lambda x: np.rint(p.quotient(x)) - Z)),
    X("quantize-zero-point-first", PA, "quantize", VALUE, "before the division.", p.quantized(lambda x: np.rint((x + Z) / S))),
    X("quantize-times-scale", PA, "quantize", VALUE, "multiplied by the scale", p.quantized(lambda x: np.rint(x * S) + Z)),
    X("quantize-no-scale", PA, "quantize", VALUE, "not divided by the scale.", p.quantized(lambda x: np.rint(x) + Z)),
    X("quantize-another-scale", PA, "quantize", VALUE, "another scale is used.", p.quantized(lambda x: np.rint(x / 0.02) + Z)),
    X("quantize-another-zero-point", PA, "quantize", VALUE, "another zero point is used.", p.quantized(lambda x: np.rint(p.quotient(x)) - 17)),
    X("quantize-wraps", PA, "quantize", VALUE, "wrap around", p.quantized(p.wrapped)),
    X("quantize-clamped-first", PA, "quantize", VALUE, "clamped before the zero point", p.quantized(p.clamped_first)),
    X("quantize-as-uint8", PA, "quantize", VALUE, "128 off", p.quantized(p.as_uint8)),
    X("quantize-zeros", PA, "quantize", VALUE, "every value is 0", p.quantized(np.zeros_like)),
    X("quantize-of-bgr", PA, "quantize", VALUE, "image: ", p.quantized(lambda x: np.rint(p.quotient(x[:, ::-1])) + Z)),
    X("quantize-no-batch", PA, "quantize", SHAPE, "the batch axis is missing", w.put(image=lambda q: q[0])),
    X("quantize-of-uint8", PA, "quantize", DTYPE, "uint8", w.put(image=lambda q: q.view("u1"))),
    X("quantize-absent", PA, "quantize", MISSING, "image is missing", w.put(image=None)),
    # The floats in front of it, or what the network makes of the int8.
    X("floats-in-levels", PA, "normalize", VALUE, "floats: ", w.normalised(lambda v: v - 102)),
    X("int8-taken-for-uint8", PA, "run", VALUE, "painted: ", w.ran_on(lambda n: {"image": n["image"].view("u1")})),
    X("painted-in-halves", PA, "run", VALUE, "half precision", w.returned("painted", w.through("f2"))),
    X("painted-after-tanh", PA, "run", VALUE, "hyperbolic tangent", w.returned("painted", np.tanh)),
    # The picture is wrong.
    X("picture-no-offset", PA, "to-image", VALUE, "offset is not added.", p.pictured(lambda v: np.floor(v * 127.5))),
    X("picture-rounded", PA, "to-image", VALUE, "rounded after the offset, instead of down", p.pictured(lambda v: np.rint(v * 127.5 + 128))),
    X("picture-offset-first", PA, "to-image", VALUE, "added before the product", p.pictured(lambda v: np.floor((v + 128) * 127.5))),
    X("picture-not-scaled", PA, "to-image", VALUE, "not scaled", p.pictured(np.floor)),
    X("picture-of-unit", PA, "to-image", VALUE, "taken for 0…1", p.pictured(lambda v: np.floor(255 * v + 0.5))),
    X("picture-wraps", PA, "to-image", VALUE, "wrap around", p.pictured(lambda v: p.levels(v) % 256)),
    X("picture-clamped-first", PA, "to-image", VALUE, "clamped before the offset", p.pictured(lambda v: np.floor((127.5 * v).clip(0, 255) + 128))),
    X("picture-bgr", PA, "to-image", VALUE, "red and blue are swapped (BGR).", p.pictured(lambda v: p.levels(v[..., ::-1]))),
    X("picture-mirrored", PA, "to-image", VALUE, "mirrored", p.picture_of(lambda v: v[:, ::-1])),
    X("picture-upside-down", PA, "to-image", VALUE, "upside down", p.picture_of(lambda v: v[::-1])),
    X("picture-turned", PA, "to-image", VALUE, "width and height are swapped", p.picture_of(lambda v: v.swapaxes(0, 1))),
    X("picture-planes", PA, "to-image", VALUE, "planes", p.picture_of(p.planes_as_pixels)),
    X("picture-black", PA, "to-image", VALUE, "every pixel is black", p.picture_of(np.zeros_like)),
    X("picture-grey", PA, "to-image", VALUE, "it is grey", p.picture_of(w.grey)),
    X("picture-in-rgb-565", PA, "to-image", VALUE, "RGB 565", p.picture_of(lambda v: v & np.array((0xF8, 0xFC, 0xF8), np.uint8))),
    X("picture-one-level-up", PA, "to-image", VALUE, "picture: ", p.pictured(lambda v: p.levels(v) + 1)),
    X("picture-with-alpha", PA, "to-image", SHAPE, "four channels", p.picture_of(p.with_alpha)),
    X("picture-as-planes", PA, "to-image", SHAPE, "planes [3,", p.picture_of(lambda v: v.transpose(2, 0, 1))),
    X("picture-of-int32", PA, "to-image", DTYPE, "int32", w.put(picture=lambda v: v.astype("i4"))),
    X("picture-absent", PA, "to-image", MISSING, "picture is missing", w.put(picture=None)),
    # The floats of a sensor's int8 are wrong.
    X("dequantize-no-zero-point", SE, "dequantize", VALUE, "zero point is not subtracted.", p.dequantized(lambda q: q * T)),
    X("dequantize-zero-point-added", SE, "dequantize", VALUE, "zero point is added.", p.dequantized(lambda q: (q + Y) * T)),
    X("dequantize-zero-point-last", SE, "dequantize", VALUE, "after the product.", p.dequantized(lambda q: q * T - Y)),
    X("dequantize-divided", SE, "dequantize", VALUE, "divided by the scale", p.dequantized(lambda q: (q - Y) / T)),
    X("dequantize-no-scale", SE, "dequantize", VALUE, "not multiplied by the scale.", p.dequantized(lambda q: q - Y)),
    X("dequantize-as-uint8", SE, "dequantize", VALUE, "int8 is read as uint8.", p.dequantized(lambda q: (q % 256 - Y) * T)),
    X("dequantize-another-scale", SE, "dequantize", VALUE, "another scale is used.", p.dequantized(lambda q: (q - Y) * 0.02)),
    X("dequantize-another-zero-point", SE, "dequantize", VALUE, "another zero point is used.", p.dequantized(lambda q: (q - 40) * T)),
    X("dequantize-in-wrap", SE, "dequantize", VALUE, "the difference wraps around", p.dequantized(lambda q: ((q - Y + 128) % 256 - 128) * T)),
    X("dequantize-in-halves", SE, "dequantize", VALUE, "half precision", p.dequantized(lambda q: ((q - Y) * T).astype("f2"))),
    X("dequantize-zeros", SE, "dequantize", VALUE, "every value is 0", p.dequantized(np.zeros_like)),
    X("dequantize-nan", SE, "dequantize", NONFINITE, "not finite", p.dequantized(lambda q: np.where(q == 5, np.nan, (q - Y) * T)), ("run",)),
    X("dequantize-flat", SE, "dequantize", SHAPE, "it is flattened", w.put(image=np.ravel)),
    X("dequantize-of-doubles", SE, "dequantize", DTYPE, "float64", w.put(image=lambda v: v.astype("f8"))),
    X("dequantize-absent", SE, "dequantize", MISSING, "image is missing", w.put(image=None)),
    X("sensor-levels-shifted", SE, "given", VALUE, "levels: ", w.inputs(lambda n: {"levels": np.roll(n["levels"], 1, 2)})),
    # The gray picture is wrong.
    X("gray-taken-for-signed", SE, "to-image", VALUE, "taken for −1…1", p.pictured(lambda v: np.floor(127.5 * v + 128))),
    X("gray-inverted", SE, "to-image", VALUE, "inverted", p.pictured(lambda v: 255 - np.floor(255 * v + 0.5).clip(0, 255))),
    X("gray-in-red-alone", SE, "to-image", VALUE, "picture: ", p.picture_of(lambda v: v * np.array((1, 0, 0), np.uint8))),
    X("gray-of-one-channel", SE, "to-image", SHAPE, "expected [20, 30, 3]", p.picture_of(lambda v: v[..., :1])),
)  # fmt: skip
