"""A photo normalised wrongly: mistakes of the model's input f32 [1, 3, h, w], made of the resized
photo u8 [h, w, 3]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from onpar.parity.causes import Fault, Mistake, Mistakes, Table, Tensor, always, is_image
from onpar.parity.causes.numbers import NUMBERS

Arithmetic = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Of intensities 0–1 [1, 3, h, w], and the mean and standard deviation [1, 3, 1, 1]."""


def of_photo(arithmetic: Arithmetic) -> Mistake:
    """The mistake that computes this instead of (unit − mean) / std."""

    def mistake(fault: Fault) -> Tensor | None:
        if fault.normalization is None or fault.given is None:
            return None
        unit = (fault.given.astype(np.float64) / 255).transpose(2, 0, 1)[None]
        mean, std = (
            np.array(one, np.float64).reshape(1, 3, 1, 1)
            for one in (fault.normalization.mean, fault.normalization.std)
        )
        return arithmetic(unit, mean, std)

    return mistake


def _interleaved(fault: Fault) -> Tensor:
    return fault.ref.transpose(0, 2, 3, 1).reshape(fault.ref.shape)


WRONG_NORMALISATIONS: Table = {
    "red and blue are swapped (BGR) before they are normalised": of_photo(
        lambda unit, mean, std: (unit[:, ::-1] - mean) / std
    ),
    "mean and standard deviation are in the order B, G, R": of_photo(
        lambda unit, mean, std: (unit - mean[:, ::-1]) / std[:, ::-1]
    ),
    "the mean is not subtracted": of_photo(lambda unit, _, std: unit / std),
    "it is not divided by the standard deviation": of_photo(lambda unit, mean, _: unit - mean),
    "it is multiplied by the standard deviation": of_photo(
        lambda unit, mean, std: (unit - mean) * std
    ),
    "it is divided by the standard deviation before the mean is subtracted": of_photo(
        lambda unit, mean, std: unit / std - mean
    ),
    "mean and standard deviation are applied to levels 0–255": of_photo(
        lambda unit, mean, std: (255 * unit - mean) / std
    ),
    "mean and standard deviation are in levels 0–255, the photo in intensities 0–1": of_photo(
        lambda unit, mean, std: (unit - 255 * mean) / (255 * std)
    ),
    "one standard deviation, that of red, is used for all three channels": of_photo(
        lambda unit, mean, std: (unit - mean) / std[:, :1]
    ),
    "one standard deviation, their mean, is used for all three channels": of_photo(
        lambda unit, mean, std: (unit - mean) / std.mean()
    ),
    "one mean, that of red, is used for all three channels": of_photo(
        lambda unit, mean, std: (unit - mean[:, :1]) / std
    ),
    "one mean, the means' mean, is used for all three channels": of_photo(
        lambda unit, mean, std: (unit - mean.mean()) / std
    ),
    "one mean and one standard deviation, those of red, are used for all three channels": of_photo(
        lambda unit, mean, std: (unit - mean[:, :1]) / std[:, :1]
    ),
    "it is not normalised: intensities 0–1": of_photo(lambda unit, *_: unit),
    "it is not normalised: levels 0–255": of_photo(lambda unit, *_: 255 * unit),
    "it is not normalised: levels −128…127": of_photo(lambda unit, *_: 255 * unit - 128),
    "it is normalised to −1…1": of_photo(lambda unit, *_: 2 * unit - 1),
    "it is normalised twice": of_photo(lambda unit, mean, std: ((unit - mean) / std - mean) / std),
    "the levels are divided by 255 as integers": of_photo(
        lambda unit, mean, std: (np.floor(unit) - mean) / std
    ),
}

PLANES: Table = {
    "red and blue are swapped (BGR)": lambda f: f.ref[:, ::-1],
    "the layout is NHWC: red, green and blue of a pixel follow each other": _interleaved,
    "width and height are swapped": lambda f: f.ref.swapaxes(2, 3),
    "the image is mirrored left to right": lambda f: f.ref[..., ::-1],
    "the image is upside down": lambda f: f.ref[:, :, ::-1],
}

SHAPES: Table = {
    "the layout is NHWC": lambda f: f.ref.transpose(0, 2, 3, 1),
    "the layout is HWC, and the batch axis is missing": lambda f: f.ref[0].transpose(1, 2, 0),
    "the batch axis is missing": lambda f: f.ref[0],
    "width and height are swapped": lambda f: f.ref.swapaxes(2, 3),
}


def input_mistakes(fault: Fault) -> Table:
    """The mistakes of an input; for an input not made of a photo, those of any numbers."""
    given = fault.given
    if given is None or not is_image(given) or fault.ref.shape != (1, 3, *given.shape[:2]):
        return NUMBERS
    if fault.got.shape != fault.ref.shape:
        return SHAPES
    return {**WRONG_NORMALISATIONS, **PLANES, **NUMBERS}


INPUT = Mistakes(always(input_mistakes))
