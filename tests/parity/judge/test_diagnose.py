"""Each known mistake is recognised by what it does, and honest noise is not called a mistake."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image
from preps import Prep
from samples import MISTAKES

from onpar.parity.causes import Fault
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.contract.capture import Tensor
from onpar.parity.image.decode import decode
from onpar.parity.image.resize import resize
from onpar.pipeline.paths import IMAGES

SIDE = 48
MEAN, STD = np.array((0.485, 0.456, 0.406)), np.array((0.229, 0.224, 0.225))
RNG = np.random.default_rng(3)

PHOTO = decode((IMAGES / "chelsea.png").read_bytes(), "chelsea.png")[100:257, 100:299]
SQUARE = PHOTO[:SIDE, :SIDE]
SMALL = resize(PHOTO, SIDE, SIDE)
PREP = Prep("image", SIDE, SIDE, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def said(stage: str, got: Tensor, ref: Tensor, given: Tensor | None = None) -> str:
    return diagnose(MISTAKES[stage], Fault(got, ref, given, PREP, PREP))


def single(values: Tensor) -> Tensor:
    return values.astype(np.float32)


def normalised(levels: Tensor) -> Tensor:
    return single(((levels / 255 - MEAN) / STD).transpose(2, 0, 1)[None])


def two_taps(image: Tensor, offset: float) -> Tensor:
    """Each pixel between its four neighbours at (i + offset)·scale − offset, pixel by pixel."""
    out = np.zeros((SIDE, SIDE, 3))
    sy, sx = image.shape[0] / SIDE, image.shape[1] / SIDE
    for y in range(SIDE):
        for x in range(SIDE):
            v, u = max((y + offset) * sy - offset, 0), max((x + offset) * sx - offset, 0)
            t, s = int(v), int(u)
            b, r = min(t + 1, image.shape[0] - 1), min(s + 1, image.shape[1] - 1)
            above = image[t, s] * (1 - u + s) + image[t, r] * (u - s)
            below = image[b, s] * (1 - u + s) + image[b, r] * (u - s)
            out[y, x] = np.rint(above * (1 - v + t) + below * (v - t))
    return out.astype(np.uint8)


def nearest(image: Tensor, offset: float) -> Tensor:
    # Odd sides on an even number of pixels: no sample falls between two pixels.
    rows = [int((i + offset) * image.shape[0] / SIDE) for i in range(SIDE)]
    columns = [int((i + offset) * image.shape[1] / SIDE) for i in range(SIDE)]
    return image[rows][:, columns]


def bicubic(image: Tensor) -> Tensor:
    return np.asarray(Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def softmax(scores: Tensor) -> Tensor:
    return single(np.exp(scores) / np.exp(scores).sum(1, keepdims=True))


SCORES = single(RNG.normal(0, 3, (1, 5, SIDE, SIDE)))
CLASSES = SCORES[0].argmax(0).astype(np.uint8)
UNIT = single((SMALL / 255).transpose(2, 0, 1)[None])
M, S = MEAN.reshape(1, 3, 1, 1), STD.reshape(1, 3, 1, 1)


class Mistaken(NamedTuple):
    stage: str
    sentence: str
    got: Tensor
    ref: Tensor
    given: Tensor | None = None


def layouts(stage: str, ref: Tensor, given: Tensor | None) -> list[Mistaken]:
    made = {
        "the image is mirrored left to right": np.fliplr(ref),
        "the image is upside down": np.flipud(ref),
        "the image is turned by 180°: EXIF orientation is ignored": np.rot90(ref, 2),
        "the image is turned by 90° to the left: EXIF orientation is ignored": np.rot90(ref),
        "the image is turned by 90° to the right: EXIF orientation is ignored": np.rot90(ref, 3),
        "width and height are swapped": ref.transpose(1, 0, 2),
        "red and blue are swapped (BGR)": ref[:, :, [2, 1, 0]],
    }
    return [Mistaken(stage, sentence, got, ref, given) for sentence, got in made.items()]


ONE_STD = "one standard deviation"
NEAREST = "the resize takes the nearest pixel"
ANTIALIAS = "the resize is bilinear without antialias"
ALL = [
    *layouts("decoded", SQUARE, None),
    *layouts("resized", SMALL, PHOTO),
    *[
        Mistaken("resized", sentence, got, SMALL, PHOTO)
        for sentence, got in (
            (f"{NEAREST} instead of antialiased bilinear", nearest(PHOTO, 0.5)),
            (f"{NEAREST}, half a pixel off", nearest(PHOTO, 0)),
            (ANTIALIAS, two_taps(PHOTO, 0.5)),
            (f"{ANTIALIAS} and half a pixel off", two_taps(PHOTO, 0)),
            ("the resize is antialiased bicubic", bicubic(PHOTO)),
        )
    ],
    *[
        Mistaken("input", sentence, single(got), normalised(SMALL), SMALL)
        for sentence, got in (
            ("red and blue are swapped (BGR)", normalised(SMALL)[:, ::-1]),
            (
                "red and blue are swapped (BGR) before they are normalised",
                normalised(SMALL[:, :, ::-1]),
            ),
            ("the mean is not subtracted", UNIT / S),
            ("mean and standard deviation are applied to levels 0–255", (255 * UNIT - M) / S),
            (f"{ONE_STD}, that of red, is used for all three channels", (UNIT - M) / S[:, :1]),
            (f"{ONE_STD}, their mean, is used for all three channels", (UNIT - M) / S.mean()),
            (
                "the layout is NHWC: red, green and blue of a pixel follow each other",
                ((SMALL / 255 - MEAN) / STD).reshape(1, 3, SIDE, SIDE),
            ),
            ("it is not divided by the standard deviation", UNIT - M),
            ("it is not normalised: intensities 0–1", UNIT),
            ("it is not normalised: levels 0–255", UNIT * 255),
            ("it is normalised to −1…1", UNIT * 2 - 1),
            ("it is normalised twice", (normalised(SMALL) - M) / S),
            ("width and height are swapped", normalised(SMALL).transpose(0, 1, 3, 2)),
        )
    ],
    *[
        Mistaken("output", sentence, got, SCORES)
        for sentence, got in (
            ("it holds probabilities: a softmax was applied", softmax(SCORES)),
            ("a softmax was applied twice", softmax(softmax(SCORES))),
            ("every value is 0: nothing was written, or the buffer was freed", 0 * SCORES),
            ("the classes are shifted by one", SCORES[:, [4, 0, 1, 2, 3]]),
            ("the classes are shifted by minus one", SCORES[:, [1, 2, 3, 4, 0]]),
            ("width and height are swapped", SCORES.transpose(0, 1, 3, 2)),
        )
    ],
    *[
        Mistaken("classmap", sentence, got, CLASSES)
        for sentence, got in (
            ("the classes are shifted by one", CLASSES + 1),
            ("the classes are shifted by minus one", CLASSES - 1),
            ("width and height are swapped", CLASSES.T),
        )
    ],
]


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.stage}: {one.sentence}")
def test_a_mistake_is_named(one: Mistaken) -> None:
    assert said(one.stage, one.got, one.ref, one.given) == f"Cause: {one.sentence}."


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.stage}: {one.sentence}")
def test_a_mistake_is_named_under_a_runtimes_noise(one: Mistaken) -> None:
    spread = np.abs(one.got.astype(np.float64)).max()
    noise = RNG.normal(0, 1e-5 * spread, one.got.shape)
    got = one.got if one.got.dtype == np.uint8 else single(one.got + noise)
    assert said(one.stage, got, one.ref, one.given) == f"Cause: {one.sentence}."


RIGHT = [
    ("decoded", SQUARE, None),
    ("resized", SMALL, PHOTO),
    ("input", normalised(SMALL), SMALL),
    ("output", SCORES, None),
    ("classmap", CLASSES, None),
]


@pytest.mark.parametrize(("stage", "ref", "given"), RIGHT, ids=[stage for stage, *_ in RIGHT])
@pytest.mark.parametrize("share", [1e-6, 1e-3, 0.1])
def test_honest_noise_is_not_called_a_mistake(
    stage: str, ref: Tensor, given: Tensor | None, share: float
) -> None:
    if ref.dtype == np.uint8:
        got = np.where(RNG.random(ref.shape) < share, ref ^ 1, ref)
    else:
        got = single(ref + RNG.normal(0, share, ref.shape))
    assert said(stage, got, ref, given) == ""


@pytest.mark.parametrize(("stage", "ref", "given"), RIGHT, ids=[stage for stage, *_ in RIGHT])
def test_what_is_equal_or_something_else_altogether_is_not_called_a_mistake(
    stage: str, ref: Tensor, given: Tensor | None
) -> None:
    assert said(stage, ref, ref, given) == ""
    other = np.random.default_rng(9).permuted(ref.reshape(-1)).reshape(ref.shape)
    assert said(stage, other, ref, given) == ""


@pytest.mark.filterwarnings("error")
def test_a_photo_of_one_colour_has_no_cause_and_raises_nothing() -> None:
    flat = np.full_like(SMALL, 100)
    assert said("input", normalised(flat) + np.float32(1), normalised(flat), flat) == ""


def test_a_step_without_known_mistakes_has_no_cause() -> None:
    assert diagnose(None, Fault(SCORES + 1, SCORES)) == ""


def test_values_that_went_through_half_precision_are_named() -> None:
    half = single(normalised(SMALL).astype(np.float16))
    cause = "Cause: the values are rounded to half precision."
    assert said("input", half, normalised(SMALL), SMALL) == cause
