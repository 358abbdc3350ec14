"""Can onpar make a model's input from a photo as its image preparation says?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from onpar.parity.contract.spec import ImagePrep, ModelSpec, RecipeOptions
from onpar.parity.limits.limits import MAX_FLOAT32, MAX_LEVEL, MAX_PIXELS, MAX_SIDE, MIN_STD

GRAY = "x = 0.299 * x[:, :1] + 0.587 * x[:, 1:2] + 0.114 * x[:, 2:]"
"""Pillow's gray (`convert("L")`: ITU-R BT.601), of levels that have one mean and one std. Equal
weights would hide swapped channels, so that no capture could be shown to be on par."""

THRICE = ", with mean and std three times"

INSTEAD: Mapping[tuple[int | str, ...], tuple[str, str]] = {
    (0, "gray", 2, 3): (GRAY, THRICE),
    (0, 2, 3, 1): ("x = x.permute(0, 2, 3, 1)", ""),
    (0, 2, 3, "gray"): (f"x = ({GRAY[4:]}).permute(0, 2, 3, 1)", THRICE),
}
"""Inputs that prep does not make, by their axes in terms of [1, 3, h, w]; the code of a module that
makes them, and what prep needs besides."""


def prep_faults(model: ModelSpec, options: RecipeOptions) -> Iterator[str]:
    """What is wrong with the preparation, in sentences; after the first the rest may not hold."""
    prep = model.prep
    if prep is None:
        return
    if not isinstance(prep, ImagePrep):
        yield (
            f"prep is a {type(prep).__name__}, expected an ImagePrep, or None for a model without "
            "a photo"
        )
    yield from _size_faults(prep)
    yield from _input_faults(model, prep)
    size, asked = f"{prep.height}x{prep.width}", f"{options.height}x{options.width}"
    if size != asked:
        yield (
            f"prep makes {size}, the command asks for {asked}; use options.height and "
            f"options.width in the recipe, or say --size {size}"
        )
    yield from _number_faults(prep)
    if not is_colour(prep.pad):
        yield f"prep's pad is {str(prep.pad)[:80]}, expected three levels of 0 to {MAX_LEVEL}"


def is_colour(levels: Any) -> bool:
    """Whether these are three levels: R, G and B."""
    return len(levels) == 3 and all(type(n) is int and 0 <= n <= MAX_LEVEL for n in levels)


def _size_faults(prep: ImagePrep) -> Iterator[str]:
    for what, side in (("height", prep.height), ("width", prep.width)):
        if side > MAX_SIDE:
            yield f"prep's {what} is {str(side)[:80]}, expected at most {MAX_SIDE}"
    if prep.height * prep.width > MAX_PIXELS:
        yield (
            f"prep's height and width are {prep.height} and {prep.width}, expected at most "
            f"{MAX_PIXELS // 1_000_000} megapixels"
        )


def _input_faults(model: ModelSpec, prep: ImagePrep) -> Iterator[str]:
    shapes = {spec.name: (tuple(spec.shape), spec.dtype) for spec in model.inputs}
    if prep.input not in shapes:
        yield f"prep makes input {prep.input!r}; the model's inputs are {', '.join(shapes)}"
    shape, dtype = shapes[prep.input]
    made = (1, 3, prep.height, prep.width)
    if (shape, dtype) != (made, "float32"):
        advice = "onpar runs one at a time (batch 1)"
        for other, (code, besides) in INSTEAD.items():
            if shape == tuple(made[axis] if type(axis) is int else 1 for axis in other):
                advice = f"give the input that shape{besides}, and begin forward() with {code}"
        yield (
            f"input {prep.input} is {dtype} {list(shape)}, prep makes float32 {list(made)} of one "
            f"photo, RGB; {advice}"
        )


def _number_faults(prep: ImagePrep) -> Iterator[str]:
    for what, values, least in (("mean", prep.mean, 0.0), ("std", prep.std, MIN_STD)):
        if len(values) != 3 or not all(least <= abs(value) <= MAX_FLOAT32 for value in values):
            not_0 = ", and std not 0" if least else ""
            yield (
                f"prep's {what} is {values}, expected three numbers for R, G and B that float32 "
                f"holds{not_0}"
            )
