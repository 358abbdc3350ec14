"""Operators that work element by element, with what NumPy makes of them."""

from __future__ import annotations

import math

import numpy as np
from small_programs import IOS15, IOS17, Case

draw = np.random.default_rng(1)
X = draw.normal(0, 2, (1, 3, 4, 5)).astype(np.float32)
UNIT = draw.uniform(-0.9, 0.9, (1, 3, 4, 5)).astype(np.float32)
POSITIVE = draw.uniform(0.1, 3, (1, 3, 4, 5)).astype(np.float32)
Y = draw.normal(0, 2, (4, 1)).astype(np.float32)
HALVES = np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], np.float32)
INTS = draw.integers(-9, 9, (3, 4), dtype=np.int32)
OTHERS = np.array([[3], [-2], [5]], np.int32)
ODD = np.array([[2**24 + 1, -(2**24 + 1)]], np.int32)
"""Beyond 2^24 float32 has no odd numbers."""
THIRDS = np.array([[5592405, -5592405]])
CHANNELS = np.array([0.1, 0.2, 0.3], np.float32)
ALIKE = np.full(3, 0.25, np.float32)
TRUTHS = INTS > 0
SOME = OTHERS > 0

erf = np.vectorize(math.erf)


def sigmoid(x: np.ndarray) -> np.ndarray:
    found: np.ndarray = 1 / (1 + np.exp(-x))
    return found


def unary(op: str, x: np.ndarray, expected: np.ndarray, **constants: object) -> Case:
    return Case(op, op, {"x": x}, constants, expected)


def binary(op: str, x: np.ndarray, y: np.ndarray, expected: np.ndarray) -> Case:
    return Case(f"{op}-{x.dtype}", op, {"x": x, "y": y}, {}, expected)


ACTIVATIONS = [
    unary("clamped_relu", X, np.minimum(np.where(X > 0, X, 0.2 * X), 1.5), alpha=0.2, beta=1.5),
    unary("elu", X, np.where(X > 0, X, 0.7 * np.expm1(X)), alpha=0.7),
    unary("gelu", X, 0.5 * X * (1 + erf(X / np.sqrt(2)))),
    Case(
        "gelu-tanh",
        "gelu",
        {"x": X},
        {"mode": "TANH_APPROXIMATION"},
        0.5 * X * (1 + np.tanh(np.sqrt(2 / np.pi) * (X + 0.044715 * X**3))),
    ),
    Case(
        "gelu-sigmoid", "gelu", {"x": X}, {"mode": "SIGMOID_APPROXIMATION"}, X * sigmoid(1.702 * X)
    ),
    unary("leaky_relu", X, np.where(X > 0, X, 0.2 * X), alpha=0.2),
    unary("linear_activation", X, 0.2 * X + 3, alpha=0.2, beta=3.0),
    unary("prelu", X, np.where(X > 0, X, CHANNELS.reshape(3, 1, 1) * X), alpha=CHANNELS),
    # Of ranks 3 and 5 Core ML takes but one number for all channels.
    *(
        Case(f"prelu-{name}", "prelu", {"x": x}, {"alpha": ALIKE}, np.where(x > 0, x, 0.25 * x))
        for name, x in {"line": X[..., 0], "block": X[..., None]}.items()
    ),
    unary("relu", X, np.maximum(X, 0)),
    unary("relu6", X, np.clip(X, 0, 6)),
    unary("scaled_tanh", X, 1.7 * np.tanh(0.6 * X), alpha=1.7, beta=0.6),
    unary("sigmoid", X, sigmoid(X)),
    unary("sigmoid_hard", X, np.clip(0.2 * X + 0.4, 0, 1), alpha=0.2, beta=0.4),
    unary("silu", X, X * sigmoid(X)),
    unary("softmax", X, np.exp(X) / np.exp(X).sum(1, keepdims=True), axis=1),
    unary("softplus", 30 * X, np.logaddexp(30 * X, 0)),
    unary(
        "softplus_parametric",
        X,
        CHANNELS.reshape(3, 1, 1) * np.log1p(np.exp((CHANNELS + 1).reshape(3, 1, 1) * X)),
        alpha=CHANNELS,
        beta=CHANNELS + 1,
    ),
    unary("softsign", X, X / (1 + abs(X))),
    unary("thresholded_relu", X, np.where(X >= 0.5, X, 0), alpha=0.5),
]

UNARY = [
    unary("abs", X, abs(X)),
    unary("acos", UNIT, np.arccos(UNIT)),
    unary("asin", UNIT, np.arcsin(UNIT)),
    unary("atan", X, np.arctan(X)),
    unary("atanh", UNIT, np.arctanh(UNIT)),
    Case("cast-int32", "cast", {"x": 3 * X}, {"dtype": "int32"}, np.trunc(3 * X)),
    Case("cast-bool", "cast", {"x": INTS}, {"dtype": "bool"}, INTS != 0),
    Case("cast-fp16", "cast", {"x": X}, {"dtype": "fp16"}, X.astype(np.float16), exact=True),
    Case("cast-uint8", "cast", {"x": OTHERS}, {"dtype": "uint8"}, OTHERS.astype("u1"), IOS17),
    Case("cast-uint16", "cast", {"x": OTHERS}, {"dtype": "uint16"}, OTHERS.astype("u2"), IOS17),
    unary("ceil", X, np.ceil(X)),
    unary("clip", X, np.clip(X, -0.5, 0.7), alpha=-0.5, beta=0.7),
    unary("cos", X, np.cos(X)),
    unary("cosh", X, np.cosh(X)),
    unary("erf", X, erf(X)),
    unary("exp", X, np.exp(X)),
    unary("exp2", X, 2**X),
    unary("floor", X, np.floor(X)),
    unary("inverse", POSITIVE, 1 / (POSITIVE + 0.1), epsilon=0.1),
    unary("log", POSITIVE, np.log(POSITIVE + 0.1), epsilon=0.1),
    unary("logical_not", TRUTHS, ~TRUTHS),
    unary("round", HALVES, np.array([-2, -2, 0, 0, 2, 2], np.float32)),
    unary("rsqrt", POSITIVE, 1 / np.sqrt(POSITIVE + 0.1), epsilon=0.1),
    unary("sign", X, np.sign(X)),
    unary("sin", X, np.sin(X)),
    unary("sinh", X, np.sinh(X)),
    unary("sqrt", POSITIVE, np.sqrt(POSITIVE)),
    unary("square", X, X * X),
    unary("tan", UNIT, np.tan(UNIT)),
    unary("tanh", X, np.tanh(X)),
    unary("threshold", X, np.maximum(X, 0.3), alpha=0.3),
]

BINARY = [
    binary("add", X, Y, X + Y),
    binary("add", INTS, OTHERS, INTS + OTHERS),
    binary("floor_div", X, Y, X // Y),
    binary("floor_div", INTS, OTHERS, INTS // OTHERS),
    binary("maximum", X, Y, np.maximum(X, Y)),
    binary("minimum", X, Y, np.minimum(X, Y)),
    binary("mod", X, Y, X % Y),
    binary("mod", INTS, OTHERS, INTS % OTHERS),
    binary("mul", X, Y, X * Y),
    binary("pow", POSITIVE, Y, POSITIVE**Y),
    binary("real_div", X, Y, X / Y),
    Case("real_div-ints", "real_div", {"x": ODD, "y": OTHERS[:1]}, {}, THIRDS),
    binary("sub", X, Y, X - Y),
    binary("equal", INTS, OTHERS, INTS == OTHERS),
    binary("not_equal", INTS, OTHERS, INTS != OTHERS),
    binary("greater", X, Y, X > Y),
    binary("greater_equal", INTS, OTHERS, INTS >= OTHERS),
    binary("less", X, Y, X < Y),
    binary("less_equal", INTS, OTHERS, INTS <= OTHERS),
    binary("logical_and", TRUTHS, SOME, TRUTHS & SOME),
    binary("logical_or", TRUTHS, SOME, TRUTHS | SOME),
    binary("logical_xor", TRUTHS, SOME, TRUTHS ^ SOME),
    Case(
        "select",
        "select",
        {"cond": X > 0, "a": X, "b": 2 * X},
        {},
        np.where(X > 0, X, 2 * X),
        IOS15,
    ),
]

CASES = [*ACTIVATIONS, *UNARY, *BINARY]
