"""Wrong code, as apps really have it: each function is a step of the way done wrong."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from parity import fit as right
from parity.capture import Tensor
from parity.resize import resize
from parity.spec import ImagePrep

MEAN = np.array((0.485, 0.456, 0.406), np.float32)
STD = np.array((0.229, 0.224, 0.225), np.float32)
"""What apps have typed in; the recipe under test has the same."""


def bgr(image: Tensor) -> Tensor:
    return image[:, :, ::-1]


def mirrored(image: Tensor) -> Tensor:
    return image[:, ::-1]


def upside_down(image: Tensor) -> Tensor:
    """The origin of OpenGL's and Core Graphics' bitmaps is at the bottom."""
    return image[::-1]


def half_turned(image: Tensor) -> Tensor:
    """A phone held the other way round, its EXIF orientation 3 ignored."""
    return np.rot90(image, 2)


def quarter_turned(image: Tensor) -> Tensor:
    """A phone held upright, its EXIF orientation 6 ignored."""
    return np.rot90(image, 1)


def subsampled(image: Tensor) -> Tensor:
    """Android's BitmapFactory with inSampleSize = 2."""
    return image[::2, ::2]


def rgb_565(image: Tensor) -> Tensor:
    """Android's Bitmap.Config.RGB_565: 5, 6 and 5 bits, widened to 8 again."""
    high = image & np.array((0xF8, 0xFC, 0xF8), np.uint8)
    return high | (high >> np.array((5, 6, 5), np.uint8))


def recompressed(image: Tensor) -> Tensor:
    """A photo picker that hands over a JPEG of its own."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=95)
    return np.asarray(Image.open(file))


def pillow(image: Tensor, prep: ImagePrep, filter: Image.Resampling) -> Tensor:
    return np.asarray(Image.fromarray(image).resize((prep.width, prep.height), filter))


def nearest(image: Tensor, prep: ImagePrep) -> Tensor:
    return pillow(image, prep, Image.Resampling.NEAREST)


def bicubic(image: Tensor, prep: ImagePrep) -> Tensor:
    return pillow(image, prep, Image.Resampling.BICUBIC)


def four_neighbours(image: Tensor, prep: ImagePrep, offset: float = 0.5) -> Tensor:
    """Bilinear without antialias, as OpenCV's INTER_LINEAR: y first, then x, rounded at the end.

    `offset` 0.5 aligns the pixels' centres, 0 their corners: half a pixel off.
    """
    rows = _taps(image.shape[0], prep.height, offset)
    columns = _taps(image.shape[1], prep.width, offset)
    top, bottom, down = rows[0], rows[1], rows[2][:, None, None]
    lines = image[top] * (1 - down) + image[bottom] * down
    left, right_, across = columns[0], columns[1], columns[2][None, :, None]
    return np.rint(lines[:, left] * (1 - across) + lines[:, right_] * across).astype(np.uint8)


def _taps(length: int, size: int, offset: float) -> tuple[Tensor, Tensor, Tensor]:
    at = np.clip((np.arange(size) + offset) * length / size - offset, 0, length - 1)
    low = np.floor(at).astype(int)
    return low, np.minimum(low + 1, length - 1), at - low


def half_a_pixel_off(image: Tensor, prep: ImagePrep) -> Tensor:
    return four_neighbours(image, prep, 0.0)


def vertical_pass_first(image: Tensor, prep: ImagePrep) -> Tensor:
    """What Pillow 13's single `resize` does for some sizes: one level off here and there."""
    return resize(resize(image, prep.height, image.shape[1]), prep.height, prep.width)


def letterboxed(image: Tensor, prep: ImagePrep) -> Tensor:
    return right.fit(image, _fitted(prep, "letterbox"))


def cropped(image: Tensor, prep: ImagePrep) -> Tensor:
    return right.fit(image, _fitted(prep, "crop"))


def _fitted(prep: ImagePrep, fit: str) -> ImagePrep:
    return ImagePrep(prep.input, prep.height, prep.width, prep.mean, prep.std, fit)


def sides_swapped(image: Tensor, prep: ImagePrep) -> Tensor:
    """`resize(width, height)` called with (height, width): [width, height, 3]."""
    return resize(image, prep.width, prep.height)


def columns_as_rows(image: Tensor, prep: ImagePrep) -> Tensor:
    return right.fit(image, prep).swapaxes(0, 1)


def _planes(pixels: Tensor) -> Tensor:
    """[h, w, 3] as f32 [1, 3, h, w]."""
    return np.ascontiguousarray(pixels.astype(np.float32).transpose(2, 0, 1)[None])


def unit(image: Tensor) -> Tensor:
    return image.astype(np.float32) / np.float32(255)


def packed_bgr(image: Tensor, prep: ImagePrep) -> Tensor:
    """OpenCV's order of channels, normalised with the constants for R, G and B."""
    return right.normalise(np.ascontiguousarray(bgr(image)), prep)


def constants_bgr(image: Tensor, prep: ImagePrep) -> Tensor:
    return _planes((unit(image) - MEAN[::-1]) / STD[::-1])


def no_mean(image: Tensor, prep: ImagePrep) -> Tensor:
    return _planes(unit(image) / STD)


def no_std(image: Tensor, prep: ImagePrep) -> Tensor:
    return _planes(unit(image) - MEAN)


def zero_std(image: Tensor, prep: ImagePrep) -> Tensor:
    """An app that read none: divided by zero, infinite nearly everywhere."""
    with np.errstate(divide="ignore"):
        return _planes((unit(image) - MEAN) / np.float32(0))


def tiny_std(image: Tensor, prep: ImagePrep) -> Tensor:
    """Finite, and far beyond what the model can take."""
    return _planes((unit(image) - MEAN) * np.float32(1e38))


def twice(image: Tensor, prep: ImagePrep) -> Tensor:
    return _planes(((unit(image) - MEAN) / STD - MEAN) / STD)


def levels(image: Tensor, prep: ImagePrep) -> Tensor:
    return _planes(image)


def intensities(image: Tensor, prep: ImagePrep) -> Tensor:
    return _planes(unit(image))


def minus_one_to_one(image: Tensor, prep: ImagePrep) -> Tensor:
    return _planes(unit(image) * 2 - 1)


def interleaved(image: Tensor, prep: ImagePrep) -> Tensor:
    """[h, w, 3] handed over as if it were [3, h, w]."""
    values = right.normalise(image, prep)
    return values.transpose(0, 2, 3, 1).reshape(values.shape)


def turned_planes(image: Tensor, prep: ImagePrep) -> Tensor:
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
    return scores[0].argmax(1).astype(np.uint8)


def arg_max_of_hwc(scores: Tensor) -> Tensor:
    """[C, h, w] read as if it were [h, w, C]."""
    classes, height, width = scores.shape[1:]
    return scores.reshape(height, width, classes).argmax(2).astype(np.uint8)


def arg_max_of_halves(scores: Tensor) -> Tensor:
    return scores[0].astype(np.float16).argmax(0).astype(np.uint8)


def arg_max_last_of_equals(scores: Tensor) -> Tensor:
    """`>=` where `>` was meant: a tie goes to the highest class."""
    last = scores.shape[1] - 1
    return (last - scores[0, ::-1].argmax(0)).astype(np.uint8)


def without_the_last(scores: Tensor) -> Tensor:
    """`classes - 1` as the end of the loop."""
    return scores[0, :-1].argmax(0).astype(np.uint8)


def turned(scores: Tensor) -> Tensor:
    """Drawn with x for y."""
    return np.ascontiguousarray(scores[0].argmax(0).astype(np.uint8).T)


def counted_from_one(scores: Tensor) -> Tensor:
    return (scores[0].argmax(0) + 1).astype(np.uint8)


def to_bytes(values: Tensor) -> Tensor:
    return values.astype(np.uint8)


def last_bit(values: Tensor) -> Tensor:
    """As another run may give them: every value one step of float32 further up."""
    return np.nextafter(values, np.float32(np.inf))


NONE = np.empty(0, np.float32)
