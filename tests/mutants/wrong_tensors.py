"""Inputs normalised, outputs returned and class maps taken wrongly, as apps really do it."""

from __future__ import annotations

import numpy as np
from preps import Prep

from onpar.parity.contract.capture import Tensor
from onpar.parity.image import fit as right

MEAN = np.array((0.485, 0.456, 0.406), np.float32)
STD = np.array((0.229, 0.224, 0.225), np.float32)
"""What apps have typed in; the recipe under test has the same."""


def _planes(pixels: Tensor) -> Tensor:
    """[h, w, 3] as f32 [1, 3, h, w]."""
    return np.ascontiguousarray(pixels.astype(np.float32).transpose(2, 0, 1)[None])


def unit(image: Tensor) -> Tensor:
    return image.astype(np.float32) / np.float32(255)


def packed_bgr(image: Tensor, prep: Prep) -> Tensor:
    """OpenCV's order of channels, normalised with the constants for R, G and B."""
    return right.normalise(np.ascontiguousarray(image[:, :, ::-1]), prep)


def constants_bgr(image: Tensor, prep: Prep) -> Tensor:
    return _planes((unit(image) - MEAN[::-1]) / STD[::-1])


def no_mean(image: Tensor, prep: Prep) -> Tensor:
    return _planes(unit(image) / STD)


def no_std(image: Tensor, prep: Prep) -> Tensor:
    return _planes(unit(image) - MEAN)


def zero_std(image: Tensor, prep: Prep) -> Tensor:
    """An app that read none: divided by zero, infinite nearly everywhere."""
    with np.errstate(divide="ignore"):
        return _planes((unit(image) - MEAN) / np.float32(0))


def tiny_std(image: Tensor, prep: Prep) -> Tensor:
    """Finite, and far beyond what the model can take."""
    return _planes((unit(image) - MEAN) * np.float32(1e38))


def twice(image: Tensor, prep: Prep) -> Tensor:
    return _planes(((unit(image) - MEAN) / STD - MEAN) / STD)


def levels(image: Tensor, prep: Prep) -> Tensor:
    return _planes(image)


def intensities(image: Tensor, prep: Prep) -> Tensor:
    return _planes(unit(image))


def minus_one_to_one(image: Tensor, prep: Prep) -> Tensor:
    return _planes(unit(image) * 2 - 1)


def interleaved(image: Tensor, prep: Prep) -> Tensor:
    """[h, w, 3] handed over as if it were [3, h, w]."""
    values = right.normalise(image, prep)
    return values.transpose(0, 2, 3, 1).reshape(values.shape)


def turned_planes(image: Tensor, prep: Prep) -> Tensor:
    return right.normalise(image, prep).swapaxes(2, 3)


def softmax(scores: Tensor) -> Tensor:
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True))


def softmax_twice(scores: Tensor) -> Tensor:
    return softmax(softmax(scores))


def transposed(scores: Tensor) -> Tensor:
    return np.ascontiguousarray(scores.swapaxes(2, 3))


def one_class_up(scores: Tensor) -> Tensor:
    return np.roll(scores, 1, 1)


def one_class_down(scores: Tensor) -> Tensor:
    return np.roll(scores, -1, 1)


def one_nan(scores: Tensor) -> Tensor:
    return _one(scores, np.nan)


def one_infinity(scores: Tensor) -> Tensor:
    return _one(scores, np.inf)


def _one(scores: Tensor, value: float) -> Tensor:
    scores = scores.copy()
    scores[0, 7, 50, 60] = value
    return scores


def arg_max_of_rows(scores: Tensor) -> Tensor:
    return to_bytes(scores[0].argmax(1))


def arg_max_of_hwc(scores: Tensor) -> Tensor:
    """[C, h, w] read as if it were [h, w, C]."""
    classes, height, width = scores.shape[1:]
    return to_bytes(scores.reshape(height, width, classes).argmax(2))


def arg_max_of_halves(scores: Tensor) -> Tensor:
    return to_bytes(scores[0].astype(np.float16).argmax(0))


def arg_max_last_of_equals(scores: Tensor) -> Tensor:
    """`>=` where `>` was meant: a tie goes to the highest class."""
    last = scores.shape[1] - 1
    return to_bytes(last - scores[0, ::-1].argmax(0))


def above_zero(scores: Tensor) -> Tensor:
    """The best so far begins with Java's Float.MIN_VALUE, the smallest above zero: where all are
    negative class 0 wins."""
    best = scores[0].max(0)
    return to_bytes(np.where(best > np.float32(1e-45), scores[0].argmax(0), 0))


def first_nine(scores: Tensor) -> Tensor:
    """A loop over the 9 classes of another model."""
    return to_bytes(scores[0, :9].argmax(0))


def never_class_3(scores: Tensor) -> Tensor:
    """One class never wins, which no pixel of the photo shows."""
    others = scores[0].copy()
    others[3] = -np.inf
    return to_bytes(others.argmax(0))


def without_the_last(scores: Tensor) -> Tensor:
    """`classes - 1` as the end of the loop."""
    return to_bytes(scores[0, :-1].argmax(0))


def turned(scores: Tensor) -> Tensor:
    """Drawn with x for y."""
    return np.ascontiguousarray(to_bytes(scores[0].argmax(0)).T)


def counted_from_one(scores: Tensor) -> Tensor:
    return to_bytes(scores[0].argmax(0) + 1)


def to_bytes(values: Tensor) -> Tensor:
    return values.astype(np.uint8)


def to_long(values: Tensor) -> Tensor:
    return values.astype(np.int64)


def to_doubles(values: Tensor) -> Tensor:
    return values.astype(np.float64)


def last_bit(values: Tensor) -> Tensor:
    """As another run may give them: every value one step of float32 further up."""
    raised: Tensor = np.nextafter(values, np.float32(np.inf))
    return raised


NONE = np.empty(0, np.float32)
