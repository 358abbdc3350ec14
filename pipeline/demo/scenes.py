"""Generated scenes: drawn objects over a photograph, and the class of every pixel, or of the scene.

An object's class shows in its shape, its hue and its texture: light changes the hue, an object in
front hides part of the shape, and distance blurs the texture. The seed of the random generator
determines everything. Lengths are in pixels, angles in radians.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Plane = NDArray[np.float64]

FINE = 2
"""Samples per pixel in each direction, for an object's edge."""


@dataclass(frozen=True)
class Ellipse:
    """Centre and half-axes, in a square from -1 to 1; y points down."""

    x: float
    y: float
    rx: float
    ry: float

    def holds(self, x: Plane, y: Plane) -> NDArray[np.bool_]:
        """Which points are inside."""
        return ((x - self.x) / self.rx) ** 2 + ((y - self.y) / self.ry) ** 2 <= 1


@dataclass(frozen=True)
class Polygon:
    """A convex polygon's corners in the same square, clockwise as seen on the screen."""

    corners: tuple[tuple[float, float], ...]

    def holds(self, x: Plane, y: Plane) -> NDArray[np.bool_]:
        """Which points are inside."""
        inside = np.ones(x.shape, bool)
        for (ax, ay), (bx, by) in zip(
            self.corners, (*self.corners[1:], self.corners[0]), strict=True
        ):
            inside &= (bx - ax) * (y - ay) >= (by - ay) * (x - ax)
        return inside


def _box(left: float, top: float, right: float, bottom: float) -> Polygon:
    return Polygon(((left, top), (right, top), (right, bottom), (left, bottom)))


Texture = Callable[[Plane, Plane], NDArray[np.bool_]]
"""Where an object is dark, in its own square."""


@dataclass(frozen=True)
class Drawn:
    """How a class is drawn: a union of parts, a hue in turns, and where it is dark."""

    parts: tuple[Ellipse | Polygon, ...]
    hue: float
    texture: Texture


CLASSES = {
    1: Drawn(  # aeroplane
        (
            Ellipse(0, 0, 0.35, 1),
            Polygon(((0, -0.5), (1, 0.1), (1, 0.5), (-1, 0.5), (-1, 0.1))),
            Polygon(((0, 0.45), (0.6, 0.7), (0.6, 1), (-0.6, 1), (-0.6, 0.7))),
        ),
        0.0,
        lambda x, y: (6 * y) % 2 < 1,
    ),
    4: Drawn(  # boat
        (
            Polygon(((-1, 0.35), (1, 0.35), (0.6, 1), (-0.6, 1))),
            Polygon(((-0.05, -1), (0.9, 0.25), (-0.05, 0.25))),
            Polygon(((-0.15, -0.7), (-0.15, 0.25), (-0.8, 0.25))),
        ),
        0.1,
        lambda x, y: (6 * x) % 2 < 1,
    ),
    5: Drawn(  # bottle
        (_box(-0.45, -0.2, 0.45, 1), Ellipse(0, -0.2, 0.45, 0.35), _box(-0.2, -1, 0.2, 0)),
        0.2,
        lambda x, y: (4 * (x + y)) % 2 < 1,
    ),
    6: Drawn(  # bus
        (
            _box(-1, -0.6, 1, 0.5),
            Ellipse(-0.55, 0.5, 0.28, 0.28),
            Ellipse(0.55, 0.5, 0.28, 0.28),
        ),
        0.3,
        lambda x, y: ((5 * x) % 2 < 1) ^ ((5 * y) % 2 < 1),
    ),
    8: Drawn(  # cat
        (
            Ellipse(0, 0.2, 0.85, 0.75),
            Polygon(((-0.8, -1), (-0.1, -0.4), (-0.8, 0.2))),
            Polygon(((0.8, -1), (0.8, 0.2), (0.1, -0.4))),
        ),
        0.4,
        lambda x, y: ((5 * x) % 2 - 1) ** 2 + ((5 * y) % 2 - 1) ** 2 < 0.45,
    ),
    9: Drawn(  # chair
        (
            _box(-0.8, -1, -0.2, 1),
            _box(-0.8, -0.1, 0.8, 0.5),
            _box(0.3, 0.4, 0.8, 1),
        ),
        0.5,
        lambda x, y: (6 * np.hypot(x, y)) % 2 < 1,
    ),
    15: Drawn(  # person
        (
            Ellipse(0, -0.65, 0.33, 0.35),
            Polygon(((-0.7, -0.35), (0.7, -0.35), (0.42, 0.45), (-0.42, 0.45))),
            _box(-0.42, 0.4, 0.42, 1),
        ),
        0.6,
        lambda x, y: (5 * y + np.abs((4 * x) % 2 - 1)) % 2 < 1,
    ),
    16: Drawn(  # potted plant
        (
            Polygon(((-0.5, 0.3), (0.5, 0.3), (0.35, 1), (-0.35, 1))),
            Ellipse(-0.45, -0.2, 0.5, 0.45),
            Ellipse(0.45, -0.2, 0.5, 0.45),
            Ellipse(0, -0.55, 0.45, 0.45),
        ),
        0.7,
        lambda x, y: ((5 * x) % 2 < 0.5) | ((5 * y) % 2 < 0.5),
    ),
    17: Drawn(  # sheep
        (
            Ellipse(-0.35, 0, 0.6, 0.5),
            Ellipse(0.3, -0.1, 0.6, 0.5),
            Ellipse(0.75, -0.3, 0.25, 0.3),
            _box(-0.75, 0.2, -0.3, 0.9),
            _box(0.2, 0.2, 0.65, 0.9),
        ),
        0.8,
        lambda x, y: (3 * np.arctan2(y, x) / np.pi) % 1 < 0.5,
    ),
    20: Drawn(  # TV monitor
        (_box(-1, -0.8, 1, 0.5), _box(-0.3, 0.4, 0.3, 0.8), _box(-0.6, 0.7, 0.6, 1)),
        0.9,
        lambda x, y: (5 * np.maximum(np.abs(x), np.abs(y))) % 2 < 1,
    ),
}
"""The drawn classes, in VOC's numbering; adjacent hues differ by a tenth of a turn."""


def scene(
    photos: Sequence[Image],
    seed: Sequence[int],
    height: int,
    width: int,
    largest: float = 0.9,
    varied: bool = False,
    empty: bool = False,
) -> tuple[Image, Image]:
    """A scene u8 [height, width, 3] over a part of one of the `photos`, and its classes u8 [height,
    width], 0 for the photo.

    There are two to five objects, each 0.4 to `largest` times as long as the scene's shorter side;
    none with `empty`. With `varied`, for training, the photo's channels are in random order, half
    of the photos are negatives, and plain shapes of random hue belong to the background: without
    them, a model trained on so few photographs took red parts of another photo for an aeroplane.
    """
    rng = np.random.default_rng(list(seed))
    canvas = _canvas(photos, rng, height, width, varied)
    classes = np.zeros((height, width), np.uint8)
    for _ in range(0 if empty else rng.integers(1 if varied else 2, 6)):
        index = int(rng.choice(list(CLASSES)))
        half = min(height, width) * np.exp(rng.uniform(np.log(0.4), np.log(largest))) / 2
        centre = rng.uniform(0, height), rng.uniform(0, width)
        _draw(canvas, classes, rng, index, half, centre)
    return _lit(canvas, rng), classes


def scene_of_one(
    photos: Sequence[Image], seed: Sequence[int], height: int, width: int, varied: bool = False
) -> tuple[Image, int]:
    """A scene u8 [height, width, 3] with one object near its centre, 0.5 to 0.9 times as long as
    the shorter side, and that object's class; `varied` as for `scene`."""
    rng = np.random.default_rng(list(seed))
    canvas = _canvas(photos, rng, height, width, varied)
    side, index = min(height, width), int(rng.choice(list(CLASSES)))
    half = side * rng.uniform(0.5, 0.9) / 2
    off = rng.uniform(-0.15, 0.15, 2) * side
    centre = height / 2 + float(off[0]), width / 2 + float(off[1])
    _draw(canvas, np.zeros((height, width), np.uint8), rng, index, half, centre)
    return _lit(canvas, rng), index


def _canvas(
    photos: Sequence[Image], rng: np.random.Generator, height: int, width: int, varied: bool
) -> Plane:
    """A part of one of the photos, and what `varied` does to it."""
    canvas = _background(photos[int(rng.integers(len(photos)))], rng, height, width)
    if varied:
        canvas = canvas[..., rng.permutation(3)]
        canvas = 1 - canvas if rng.random() < 0.5 else canvas
        for _ in range(rng.integers(0, 4)):
            _distract(canvas, rng)
    return canvas


def _lit(canvas: Plane, rng: np.random.Generator) -> Image:
    """The scene in other light, with noise."""
    canvas = canvas ** np.exp(rng.normal(0, 0.2)) * np.exp(rng.normal(0, 0.15))
    canvas *= 1 + rng.normal(0, 0.04, 3)
    canvas += rng.normal(0, rng.uniform(0, 0.03), canvas.shape)
    levels: Image = (canvas.clip(0, 1) * 255).round().astype(np.uint8)
    return levels


def _background(photo: Image, rng: np.random.Generator, height: int, width: int) -> Plane:
    """A part of the photo, of half to all of the size that fits, flipped or not, and enlarged by
    nearest neighbour if it is smaller."""
    share = rng.uniform(0.5, 1) * min(photo.shape[0] / height, photo.shape[1] / width)
    rows, columns = int(height * share), int(width * share)
    top = rng.integers(photo.shape[0] - rows + 1)
    left = rng.integers(photo.shape[1] - columns + 1)
    at_rows = top + np.arange(height) * rows // height
    at_columns = left + np.arange(width) * columns // width
    part = photo[at_rows][:, at_columns[:: rng.choice((-1, 1))]]
    levels: Plane = part / 255.0
    return levels


def _distract(canvas: Plane, rng: np.random.Generator) -> None:
    """Draw a plain, shaded ellipse of random hue and transparency on the background."""
    height, width, _ = canvas.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    shape = Ellipse(*rng.uniform(-1, 1, 2), *rng.uniform(0.2, 1.5, 2))
    inside = shape.holds(x, y)[..., None] * rng.uniform(0.5, 1)
    colour = colorsys.hsv_to_rgb(rng.uniform(), rng.uniform(0.3, 1), rng.uniform(0.3, 1))
    shade = 1 + rng.normal(0, 0.2) * x + rng.normal(0, 0.2) * y
    canvas += inside * (np.multiply.outer(shade, colour).clip(0, 1) - canvas)


def _draw(
    canvas: Plane,
    classes: Image,
    rng: np.random.Generator,
    index: int,
    half: float,
    centre: tuple[float, float],
) -> None:
    """Draw an object of the class `index`, 2·`half` pixels long, on top of the scene."""
    height, width = classes.shape
    drawn = CLASSES[index]
    reach = int(half * 1.6) + 1
    top, left = max(0, int(centre[0]) - reach), max(0, int(centre[1]) - reach)
    bottom, right = min(height, int(centre[0]) + reach), min(width, int(centre[1]) + reach)
    step = (np.arange(FINE) + 0.5) / FINE
    rows = (np.arange(top, bottom)[:, None] + step).ravel() - centre[0]
    columns = (np.arange(left, right)[:, None] + step).ravel() - centre[1]
    angle, aspect = rng.normal(0, 0.25), np.exp(rng.normal(0, 0.1))
    mirrored = rng.choice((-1, 1))
    x = mirrored * (columns * np.cos(angle) + rows[:, None] * np.sin(angle)) / half * aspect
    y = (rows[:, None] * np.cos(angle) - columns * np.sin(angle)) / half / aspect
    inside = np.zeros(x.shape, bool)
    for part in drawn.parts:
        inside |= part.holds(x, y)
    hue, saturation, value = (
        drawn.hue + rng.normal(0, 0.012),
        rng.uniform(0.6, 1),
        rng.uniform(0.65, 1),
    )
    light = np.array(colorsys.hsv_to_rgb(hue % 1, saturation, value))
    dark = light * rng.uniform(0.25, 0.5)
    shade = 1 + rng.normal(0, 0.15) * x + rng.normal(0, 0.15) * y
    colours = np.where(drawn.texture(x, y)[..., None], dark, light) * shade[..., None].clip(
        0.5, 1.5
    )
    cover = _pooled(inside[..., None].astype(np.float64))
    paint = _pooled(colours * inside[..., None]) / np.maximum(cover, 1e-9)
    window = slice(top, bottom), slice(left, right)
    canvas[window] += cover * (paint.clip(0, 1) - canvas[window])
    classes[window][cover[..., 0] >= 0.5] = index


def _pooled(fine: Plane) -> Plane:
    rows, columns, channels = fine.shape
    grouped = fine.reshape(rows // FINE, FINE, columns // FINE, FINE, channels)
    means: Plane = grouped.mean((1, 3))
    return means
