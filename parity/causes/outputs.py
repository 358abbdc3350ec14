"""Mistakes of a model's outputs: scores by class, maps [1, C, h, w], boxes [1, N, 4 or more]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from onpar.parity.causes import Fault, Mistake, Mistakes, Table, Tensor, always
from onpar.parity.causes.numbers import NUMBERS


def softmax(scores: Tensor) -> Tensor:
    """Over axis 1, in float64."""
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True))


def _wide(fault: Fault) -> Tensor:
    return fault.ref.astype(np.float64)


def _log_softmax(fault: Fault) -> Tensor:
    above = _wide(fault) - fault.ref.max(1, keepdims=True)
    return np.asarray(above - np.log(np.exp(above).sum(1, keepdims=True)))


def _sigmoid(fault: Fault) -> Tensor:
    return np.asarray(1 / (1 + np.exp(-_wide(fault).clip(-700, 700))))


ANY_OUTPUT: Table = {
    "a sigmoid was applied": _sigmoid,
    "a hyperbolic tangent was applied": lambda f: np.tanh(_wide(f)),
    "values below 0 are cut off: a ReLU was applied": lambda f: np.maximum(f.ref, 0),
    "the values are 255 times too large": lambda f: 255 * _wide(f),
    "the values are 255 times too small": lambda f: _wide(f) / 255,
}

SCORES: Table = {
    "it holds probabilities: a softmax was applied": lambda f: softmax(_wide(f)),
    "a softmax was applied twice": lambda f: softmax(softmax(_wide(f))),
    "it holds logarithms of probabilities: a log-softmax was applied": _log_softmax,
    "the classes are shifted by one": lambda f: np.roll(f.ref, 1, 1),
    "the classes are shifted by minus one": lambda f: np.roll(f.ref, -1, 1),
}

MAPS: Table = {
    "width and height are swapped": lambda f: f.ref.swapaxes(2, 3),
    "the map is mirrored left to right": lambda f: f.ref[..., ::-1],
    "the map is upside down": lambda f: f.ref[:, :, ::-1],
    "the layout is NHWC: a pixel's classes follow each other": (
        lambda f: f.ref.transpose(0, 2, 3, 1).reshape(f.ref.shape)
    ),
}


def _boxes(change: Callable[[Tensor, Fault], Tensor | None]) -> Mistake:
    """The mistake that changes the first four columns of [..., N, 4 or more]."""

    def mistake(fault: Fault) -> Tensor | None:
        changed = change(_wide(fault)[..., :4], fault)
        if changed is None:
            return None
        return np.concatenate([changed, fault.ref[..., 4:]], -1)

    return mistake


def _to_corners(boxes: Tensor, _: Fault) -> Tensor:
    centre, half = boxes[..., :2], boxes[..., 2:] / 2
    return np.concatenate([centre - half, centre + half], -1)


def _to_centres(boxes: Tensor, _: Fault) -> Tensor:
    low, high = boxes[..., :2], boxes[..., 2:]
    return np.concatenate([(low + high) / 2, high - low], -1)


def _to_corner_and_size(boxes: Tensor, _: Fault) -> Tensor:
    low, high = boxes[..., :2], boxes[..., 2:]
    return np.concatenate([low, high - low], -1)


def _sides(fault: Fault) -> Tensor | None:
    size = fault.fitting
    return np.array([size.width, size.height] * 2, np.float64) if size else None


def _to_unit(boxes: Tensor, fault: Fault) -> Tensor | None:
    sides = _sides(fault)
    return None if sides is None else boxes / sides


def _to_pixels(boxes: Tensor, fault: Fault) -> Tensor | None:
    sides = _sides(fault)
    return None if sides is None else boxes * sides


BOXES: Table = {
    "the boxes are corners (x1, y1, x2, y2) instead of centre and size": _boxes(_to_corners),
    "the boxes are centre and size instead of corners (x1, y1, x2, y2)": _boxes(_to_centres),
    "the boxes are corner and size (x, y, w, h) instead of two corners": (
        _boxes(_to_corner_and_size)
    ),
    "the boxes have y before x": _boxes(lambda boxes, _: boxes[..., [1, 0, 3, 2]]),
    "the boxes are normalised to 0–1 instead of in pixels": _boxes(_to_unit),
    "the boxes are in pixels instead of normalised to 0–1": _boxes(_to_pixels),
}

SHAPES: Table = {
    "the layout is NHWC": lambda f: np.moveaxis(f.ref, 1, -1) if f.ref.ndim == 4 else None,
    "width and height are swapped": lambda f: f.ref.swapaxes(2, 3) if f.ref.ndim == 4 else None,
    "the last two axes are swapped": lambda f: f.ref.swapaxes(1, 2) if f.ref.ndim == 3 else None,
    "the batch axis is missing": lambda f: f.ref[0] if f.ref.ndim and f.ref.shape[0] == 1 else None,
    "it is flattened": lambda f: f.ref.reshape(-1),
}


def output_mistakes(fault: Fault) -> Table:
    """The mistakes that fit the output's rank and shape."""
    shape = fault.ref.shape
    if fault.got.shape != shape:
        return SHAPES
    table = {**NUMBERS, **ANY_OUTPUT}
    if len(shape) > 1 and shape[1] > 1:
        table |= SCORES
    if len(shape) == 4:
        table |= MAPS
    if len(shape) in (2, 3) and shape[-1] >= 4:
        table |= BOXES
    return table


OUTPUT = Mistakes(always(output_mistakes))
