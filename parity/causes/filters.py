"""The resize filters of other libraries: u8 [H, W, 3] to u8 [h, w, 3].

PIL is imported where it is used, so a check without a fault does not import it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from onpar.parity.causes import Tensor
from onpar.parity.image.fit import Fitting
from onpar.parity.image.resize import resize

Size = tuple[int, int]
"""Height and width."""

Filter = Callable[[Tensor, Size], Tensor]


def pillow(image: Tensor, size: Size, name: str = "BILINEAR") -> Tensor:
    """Pillow's antialiased filter of this name."""
    from PIL import Image

    whole = Image.fromarray(np.ascontiguousarray(image))
    return np.asarray(whole.resize((size[1], size[0]), Image.Resampling[name]))


def nearest(image: Tensor, size: Size, half_pixel: bool) -> Tensor:
    """The pixel under a pixel's centre, as Pillow and Skia do; with `half_pixel=False` the one
    under its corner, as OpenCV and `interpolate(mode="nearest")` do."""
    offset = 0.5 if half_pixel else 0.0
    for axis in (0, 1):
        scale = image.shape[axis] / size[axis]
        image = image.take(((np.arange(size[axis]) + offset) * scale).astype(np.int64), axis)
    return image


def centres(length: int, size: int) -> Tensor:
    """The positions of the pixels' centres in the source, in its pixels."""
    return (np.arange(size) + 0.5) * length / size - 0.5


def corners(length: int, size: int) -> Tensor:
    """The pixels' corners instead of their centres: half a pixel off."""
    return np.arange(size) * (length / size)


def ends(length: int, size: int) -> Tensor:
    """`align_corners=True`: the first and the last pixels' centres stay."""
    return np.arange(size) * ((length - 1) / max(size - 1, 1))


def taps(
    image: Tensor,
    size: Size,
    kernel: Callable[[Tensor], Tensor],
    reach: int,
    at: Callable[[int, int], Tensor],
) -> Tensor:
    """A filter of 2·reach taps at any scale, without antialiasing."""
    out: Tensor = image
    for axis in (0, 1):
        length = image.shape[axis]
        where = at(length, size[axis])
        low = np.floor(where).astype(np.int64)
        total = np.float64(0)
        for tap in range(1 - reach, reach + 1):
            weight = np.expand_dims(kernel(where - low - tap), [a for a in range(3) if a != axis])
            total = total + out.take((low + tap).clip(0, length - 1), axis) * weight
        out = np.asarray(total)
    return out.round().clip(0, 255).astype(np.uint8)


def triangle(x: Tensor) -> Tensor:
    """Linear interpolation."""
    return np.asarray(np.maximum(1 - np.abs(x), 0))


def plain(image: Tensor, size: Size, name: str) -> Tensor:
    """OpenCV's filter of this name."""
    return resize(np.ascontiguousarray(image), *size, name, antialias=False)


CONTRACT_FILTERS: Mapping[tuple[str, bool], tuple[str, Filter]] = {
    ("bilinear", True): ("antialiased bilinear", pillow),
    ("bicubic", True): ("antialiased bicubic", partial(pillow, name="BICUBIC")),
    ("bilinear", False): ("bilinear without antialias", partial(plain, name="bilinear")),
    ("bicubic", False): ("bicubic without antialias", partial(plain, name="bicubic")),
}
"""What a chain may ask for, by filter and antialias: its name, and the filter. Pillow may turn the
passes round, and then is a level off."""

OTHER_FILTERS: Mapping[str, Filter] = {
    "the resize takes the nearest pixel, half a pixel off": partial(nearest, half_pixel=False),
    "the resize is bilinear without antialias and half a pixel off": (
        partial(taps, kernel=triangle, reach=1, at=corners)
    ),
    "the resize is bilinear without antialias and aligns corners": (
        partial(taps, kernel=triangle, reach=1, at=ends)
    ),
    "the resize takes the mean of an area (box filter)": partial(pillow, name="BOX"),
    "the resize is Lanczos": partial(pillow, name="LANCZOS"),
}


def right_filter(to: Fitting) -> Filter:
    """That of the chain."""
    return CONTRACT_FILTERS[to.filter, to.antialias][1]


def wrong_filters(to: Fitting) -> dict[str, Filter]:
    """The filters that the chain does not have, by the sentence of the mistake."""
    right = (to.filter, to.antialias)
    instead = f"the resize takes the nearest pixel instead of {CONTRACT_FILTERS[right][0]}"
    others = {
        f"the resize is {name}": filter
        for key, (name, filter) in CONTRACT_FILTERS.items()
        if key != right
    }
    return {instead: partial(nearest, half_pixel=True), **others, **OTHER_FILTERS}
