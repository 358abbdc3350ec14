"""Why a stage is wrong: the known mistakes are tried, and the one that gives what was got is named.

Each table maps a sentence to what the stage would hold had that mistake been made. `ref` is the
reference for the stage, `given` the tensor of the stage before it (None where it is not needed).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[Any]
Mistake = Callable[[Tensor, Tensor], Tensor]

MATCH = 0.1
"""A mistake is named where its RMS distance from what was got is under this share of the
reference's: most of the error is then gone."""


def _bicubic(given: Tensor, ref: Tensor) -> Tensor:
    from PIL import Image  # here, so that a check without a fault does not pay for it

    size = (ref.shape[1], ref.shape[0])
    return np.asarray(Image.fromarray(given).resize(size, Image.Resampling.BICUBIC))


def _nearest(given: Tensor, ref: Tensor, half_pixel: bool) -> Tensor:
    """The pixel under a pixel's centre, as Pillow and Skia do; with `half_pixel=False` the one
    under its corner, as OpenCV and `interpolate(mode="nearest")` do."""
    offset = 0.5 if half_pixel else 0.0
    for axis in (0, 1):
        scale = given.shape[axis] / ref.shape[axis]
        given = given.take(((np.arange(ref.shape[axis]) + offset) * scale).astype(np.int64), axis)
    return given


def _bilinear(given: Tensor, ref: Tensor, half_pixel: bool) -> Tensor:
    """Two-tap bilinear, as OpenCV, Android and `interpolate(antialias=False)` do; with
    `half_pixel=False` the pixels' corners are aligned instead of their centres."""
    image = given.astype(np.float64)
    for axis in (0, 1):
        scale = given.shape[axis] / ref.shape[axis]
        at = np.arange(ref.shape[axis], dtype=np.float64)
        at = (at + 0.5) * scale - 0.5 if half_pixel else at * scale
        at = at.clip(0, given.shape[axis] - 1)
        low = at.astype(np.int64)
        high = np.minimum(low + 1, given.shape[axis] - 1)
        share = np.expand_dims(at - low, tuple(a for a in range(3) if a != axis))
        image = image.take(low, axis) * (1 - share) + image.take(high, axis) * share
    return image.round()


def _softmax(ref: Tensor) -> Tensor:
    scores = ref.astype(np.float64)
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True))


def _unit(given: Tensor) -> Tensor:
    """0–1 intensities f32 [1, 3, h, w] of a u8 [h, w, 3] image."""
    return (given.astype(np.float32) / 255).transpose(2, 0, 1)[None]


def _constants(given: Tensor, ref: Tensor) -> tuple[Tensor, Tensor]:
    """The mean and standard deviation [1, 3, 1, 1] that `ref` was normalised with, by least
    squares: ref = (unit − mean) / std in each channel. NaN for a channel of one level."""
    unit = _unit(given).astype(np.float64)
    centre, ref_centre = unit.mean((2, 3), keepdims=True), ref.mean((2, 3), keepdims=True)
    spread = unit - centre
    square, product = np.square(spread), spread * (ref - ref_centre)
    with np.errstate(divide="ignore", invalid="ignore"):
        std = square.sum((2, 3), keepdims=True) / product.sum((2, 3), keepdims=True)
    return centre - std * ref_centre, std


def _normalised(given: Tensor, ref: Tensor, mean: bool = True, std: bool = True) -> Tensor:
    m, s = _constants(given, ref)
    return np.asarray((_unit(given) - (m if mean else 0)) / (s if std else 1))


def _swapped_first(given: Tensor, ref: Tensor) -> Tensor:
    m, s = _constants(given, ref)
    return np.asarray((_unit(given[:, :, ::-1]) - m) / s)


def _twice(given: Tensor, ref: Tensor) -> Tensor:
    m, s = _constants(given, ref)
    return np.asarray((ref - m) / s)


LAYOUT: Mapping[str, Mistake] = {
    "the image is mirrored left to right": lambda ref, _: ref[:, ::-1],
    "the image is upside down": lambda ref, _: ref[::-1],
    "the image is turned by 180°: EXIF orientation is ignored": lambda ref, _: ref[::-1, ::-1],
    "width and height are swapped": lambda ref, _: ref.swapaxes(0, 1),
    "red and blue are swapped (BGR)": lambda ref, _: ref[:, :, ::-1],
}

OF_CLASSES: Mapping[str, Mistake] = {
    "it holds probabilities: a softmax was applied": lambda ref, _: _softmax(ref),
    "a softmax was applied twice": lambda ref, _: _softmax(_softmax(ref)),
    "the classes are shifted by one": lambda ref, _: np.roll(ref, 1, 1),
    "the classes are shifted by minus one": lambda ref, _: np.roll(ref, -1, 1),
}
"""Mistakes in outputs whose axis 1 is the classes: two axes at least."""

OF_MAPS: Mapping[str, Mistake] = {
    "width and height are swapped": lambda ref, _: ref.swapaxes(2, 3),
}
"""Mistakes in outputs [1, C, h, w]."""

MISTAKES: Mapping[str, Mapping[str, Mistake]] = {
    "decoded": LAYOUT,
    "resized": {
        "the resize takes the nearest pixel instead of antialiased bilinear": (
            lambda ref, given: _nearest(given, ref, half_pixel=True)
        ),
        "the resize takes the nearest pixel, and half a pixel off": (
            lambda ref, given: _nearest(given, ref, half_pixel=False)
        ),
        "the resize is bilinear without antialias": (
            lambda ref, given: _bilinear(given, ref, half_pixel=True)
        ),
        "the resize is bilinear without antialias and half a pixel off": (
            lambda ref, given: _bilinear(given, ref, half_pixel=False)
        ),
        "the resize is bicubic": lambda ref, given: _bicubic(given, ref),
        **LAYOUT,
    },
    "input": {
        "red and blue are swapped (BGR)": lambda ref, _: ref[:, ::-1],
        "red and blue are swapped (BGR) before they are normalised": (
            lambda ref, given: _swapped_first(given, ref)
        ),
        "the mean is not subtracted": lambda ref, given: _normalised(given, ref, mean=False),
        "it is not divided by the standard deviation": (
            lambda ref, given: _normalised(given, ref, std=False)
        ),
        "it is not normalised: intensities 0–1": lambda _, given: _unit(given),
        "it is not normalised: levels 0–255": lambda _, given: 255 * _unit(given),
        "it is normalised to −1…1": lambda _, given: 2 * _unit(given) - 1,
        "it is normalised twice": lambda ref, given: _twice(given, ref),
        "width and height are swapped": lambda ref, _: ref.swapaxes(2, 3),
    },
    "output": {
        "every value is 0: nothing was written, or the buffer was freed": (
            lambda ref, _: np.zeros_like(ref)
        ),
        **OF_CLASSES,
        **OF_MAPS,
    },
    "classmap": {
        "the classes are shifted by one": lambda ref, _: ref + np.uint8(1),
        "the classes are shifted by minus one": lambda ref, _: ref - np.uint8(1),
        "width and height are swapped": lambda ref, _: ref.swapaxes(0, 1),
    },
}


AXES = {"decoded": 3, "resized": 3, "input": 4, "classmap": 2}
"""Axes of what the mistakes of a stage are about: images [h, w, 3], inputs [1, 3, h, w], maps."""


def diagnose(stage: str, got: Tensor, ref: Tensor, given: Tensor | None) -> str:
    """`Cause: …` where a known mistake explains most of the difference, else an empty string.

    Any shape and dtype: a mistake is tried only where it can have been made, one of images not on
    an input of two axes. `got` and `ref` are finite and of one shape.
    """
    if not ref.size:
        return ""
    found, least = "", MATCH * _rms(got, ref)
    for sentence, mistake in _possible(stage, ref, given).items():
        candidate = mistake(ref, ref if given is None else given)
        if candidate.shape == got.shape and (off := _rms(got, candidate)) < least:
            found, least = f"Cause: {sentence}.", off
    return found


def _possible(stage: str, ref: Tensor, given: Tensor | None) -> Mapping[str, Mistake]:
    """The mistakes of a stage that can have been made in a tensor of the reference's shape."""
    if stage in ("resized", "input") and not (given is not None and _is_image(given)):
        return {}
    if stage in ("decoded", "resized") and not _is_image(ref):
        return {}
    if stage == "input" and given is not None and ref.shape[1:] != (3, *given.shape[:2]):
        return {}
    if ref.ndim != AXES.get(stage, ref.ndim):
        return {}
    known = MISTAKES.get(stage, {})
    if stage != "output":
        return known
    absent = {**(OF_CLASSES if ref.ndim < 2 else {}), **({} if ref.ndim == 4 else OF_MAPS)}
    return {sentence: mistake for sentence, mistake in known.items() if sentence not in absent}


def _is_image(tensor: Tensor) -> bool:
    """u8 [h, w, 3] with a pixel at least."""
    return tensor.ndim == 3 and tensor.shape[2] == 3 and tensor.size > 0 and tensor.dtype == "uint8"


def _rms(a: Tensor, b: Tensor) -> float:
    return float(np.sqrt(np.mean(np.square(a.astype(np.float64) - b))))
