"""A photo fitted wrongly: another filter, another fit, another place or padding.

Every wrong filter is tried with the recipe's own fit, and every wrong fit with the right filter
and with each wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from onpar.parity.causes import Fault, Mistake, Mistakes, Table, Tensor, is_image
from onpar.parity.causes.filters import Size, right_filter, wrong_filters
from onpar.parity.causes.layout import LAYOUT
from onpar.parity.causes.levels import LEVELS
from onpar.parity.image.fit import Fitting, fit, half_to_even, scaled_size
from onpar.parity.image.image_error import ImageError

MAX_PIXELS = 1 << 22
"""Pixels of a scaled photo above which no cause is searched: a crop of a very long photo."""

FITTED = {
    "stretch": "stretched",
    "letterbox": "letterboxed",
    "crop": "cropped",
    "shorter": "scaled by its shorter side and cropped",
}

RESIZE_THEN_CROP = 8 / 7
"""torchvision's classifiers scale the short side to 256 and cut 224 out of it."""


@dataclass(frozen=True)
class _Other:
    """Another fitting than the right one."""

    height: int
    width: int
    fit: str
    pad: tuple[int, int, int] = (0, 0, 0)
    shorter: int = 0
    filter: str = "bilinear"
    antialias: bool = True


@dataclass(frozen=True)
class Placement:
    """The photo scaled to `scaled`, then moved to (top, left) of the input; negative where it is
    cut. The rest has the colour `pad`."""

    scaled: Size
    corner: tuple[int, int]
    pad: Tensor

    def key(self, ref: Tensor) -> tuple[object, ...]:
        """What distinguishes it: the colour only where it is seen."""
        shown = self.scaled[0] < ref.shape[0] or self.scaled[1] < ref.shape[1]
        return self.scaled, self.corner, tuple(self.pad.tolist()) if shown else ()


def placed(fault: Fault, place: Placement, scale: Callable[[Size], Tensor]) -> Tensor | None:
    """The input u8 [h, w, 3] of this placement; None where the scaled photo is too large."""
    if place.scaled[0] * place.scaled[1] > MAX_PIXELS:
        return None
    scaled = scale(place.scaled)
    out = np.empty(fault.ref.shape, scaled.dtype)
    out[:] = place.pad
    (top, left), (height, width) = place.corner, place.scaled
    size = fault.ref.shape
    bottom, right = min(top + height, size[0]), min(left + width, size[1])
    up, across = max(top, 0), max(left, 0)
    out[up:bottom, across:right] = scaled[up - top : bottom - top, across - left : right - left]
    return out


def placements(fault: Fault, to: Fitting) -> Iterator[tuple[str, Placement]]:
    """The possible places of the photo: first the right place, whose sentence is empty."""
    assert fault.given is not None
    size: Size = (to.height, to.width)
    photo: Size = (fault.given.shape[0], fault.given.shape[1])
    # The padding's colour is read off where only padding can be.
    first, last = fault.got[0, 0], fault.got[-1, -1]
    pad = np.array(to.pad)
    # Of a shorter side other than the recipe's nothing is known.
    others = [how for how in FITTED if how not in (to.fit, "shorter")]
    for how in (to.fit, *others):
        fitting = to if how == to.fit else _Other(*size, how)
        scaled = scaled_size(*photo, fitting) if how != "stretch" else size
        centre = _corner(size, scaled, how)
        if how == to.fit:
            yield "", Placement(scaled, centre, pad)
        else:
            wrong = f"the photo is {FITTED[how]} instead of {FITTED[to.fit]}"
            yield wrong, Placement(scaled, centre, first)
        if how == to.fit == "letterbox":
            yield "the padding has another colour", Placement(scaled, centre, first)
            down = _rounded_down(photo, size)
            wrong = "the scaled side is rounded down"
            yield wrong, Placement(down, _corner(size, down, how), pad)
        if how != "stretch":
            sign = "cropped" if how == "shorter" else FITTED[how]
            wrong = "" if how == to.fit else f"the photo is {sign} instead of {FITTED[to.fit]}, "
            end = (size[0] - scaled[0], size[1] - scaled[1])
            yield f"{wrong}the photo is {sign} at the top left", Placement(scaled, (0, 0), last)
            yield f"{wrong}the photo is {sign} at the bottom right", Placement(scaled, end, first)
    wide = (round(RESIZE_THEN_CROP * size[0]), round(RESIZE_THEN_CROP * size[1]))
    cover = scaled_size(*photo, _Other(*wide, "crop"))
    wrong = "the photo is scaled to 8/7 of the input before it is cropped"
    yield wrong, Placement(cover, _corner(size, cover, "crop"), pad)
    if photo[0] >= size[0] and photo[1] >= size[1]:
        wrong = "the photo is not scaled, but cut"
        yield f"{wrong} at its middle", Placement(photo, _corner(size, photo, "crop"), pad)
        yield f"{wrong} at the top left", Placement(photo, (0, 0), pad)


def _corner(size: Size, scaled: Size, how: str) -> tuple[int, int]:
    if how == "letterbox":
        return (size[0] - scaled[0]) // 2, (size[1] - scaled[1]) // 2
    return -half_to_even(scaled[0] - size[0]), -half_to_even(scaled[1] - size[1])


def _rounded_down(photo: Size, size: Size) -> Size:
    """The letterboxed size computed as int(side · scale)."""
    if size[1] * photo[0] >= size[0] * photo[1]:
        return size[0], max(1, size[0] * photo[1] // photo[0])
    return max(1, size[1] * photo[0] // photo[1]), size[1]


def resized_mistakes(fault: Fault) -> Iterator[Table]:
    """The mistakes of this fault's `fitting`, of a photo `given`: first one at a time, then a wrong
    place together with a wrong filter. None where either is missing."""
    to, given = fault.fitting, fault.given
    if to is None or given is None or not is_image(given) or fault.got.ndim != 3:
        return
    if not is_image(fault.ref) or fault.ref.shape[:2] != (to.height, to.width):
        return
    if fault.got.shape != fault.ref.shape:
        yield {**SHAPES, **LAYOUT}
        return
    places: dict[str, Placement] = {}
    seen = set()
    for sentence, place in placements(fault, to):
        if (key := place.key(fault.ref)) not in seen:
            places[sentence] = place
            seen.add(key)
    right = places.pop("")
    # Several placements scale the photo to one size.
    filters = {
        sentence: cache(partial(resize, given)) for sentence, resize in wrong_filters(to).items()
    }
    rightly = cache(partial(right_filter(to), given))
    yield {
        **{one: _mistake(right, scale) for one, scale in filters.items()},
        **{one: _mistake(place, rightly) for one, place in places.items()},
        **LAYOUT,
        **LEVELS,
    }
    yield {
        f"{one}, and {other}": _mistake(place, scale)
        for one, place in places.items()
        if place.scaled != given.shape[:2]
        for other, scale in filters.items()
    }


def _mistake(place: Placement, scale: Callable[[Size], Tensor]) -> Mistake:
    return lambda fault: placed(fault, place, scale)


def _sides_swapped(fault: Fault) -> Tensor | None:
    to = fault.fitting
    if fault.given is None or to is None:
        return None
    how = (to.fit, to.pad, to.shorter, to.filter, to.antialias)
    try:
        return fit(fault.given, _Other(to.width, to.height, *how))
    except ImageError:  # Scaled for a crop to the other size, its side is too long.
        return None


def _only_scaled(fault: Fault) -> Tensor | None:
    if fault.given is None or fault.fitting is None or fault.fitting.fit == "stretch":
        return None
    size = scaled_size(fault.given.shape[0], fault.given.shape[1], fault.fitting)
    scale = right_filter(fault.fitting)
    return scale(fault.given, size) if fault.got.shape[:2] == size else None


SHAPES: Table = {
    "the photo is not resized": lambda f: f.given,
    "it is resized to width by height instead of height by width": _sides_swapped,
    "it is scaled, but neither padded nor cropped": _only_scaled,
}
"""Mistakes that change the shape."""


RESIZED = Mistakes(lambda fault: ((fault, table) for table in resized_mistakes(fault)))
