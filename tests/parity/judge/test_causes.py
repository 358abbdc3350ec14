"""How often a cause is right: each known mistake is named by its sentence on photos, fits and sizes
where it makes a difference, and what no table knows is given no cause."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter
from preps import Prep
from samples import MISTAKES

from onpar.parity.causes import Fault, Table
from onpar.parity.causes.arrays import array_mistakes
from onpar.parity.causes.classmaps import classmap_mistakes
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.causes.filters import CONTRACT_FILTERS, wrong_filters
from onpar.parity.causes.inputs import input_mistakes
from onpar.parity.causes.layout import LAYOUT
from onpar.parity.causes.levels import LEVELS
from onpar.parity.causes.outputs import output_mistakes
from onpar.parity.causes.resized import resized_mistakes
from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.classmap import argmax
from onpar.parity.image.decode import decode
from onpar.parity.image.fit import fit, normalise
from onpar.parity.limits.limits import FILTERS, FITS
from onpar.pipeline.paths import IMAGES

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
WIDE = decode((IMAGES / "astronaut.png").read_bytes(), "astronaut.png")[40:119:, 150:251]
PHOTOS = {"wide": WIDE, "tall": np.ascontiguousarray(WIDE[:, 10:62])}
SIZES = {"square": (32, 32), "wide": (24, 40)}
RNG = np.random.default_rng(3)


def prep(how: str, size: tuple[int, int] = (32, 32), pad: int = 0) -> Prep:
    return Prep("image", *size, MEAN, STD, how, (pad, pad, pad))


def named(stage: str, fault: Fault, table: Table) -> Iterator[tuple[str, str]]:
    """Each mistake of the table that changes something, and the cause that it is given."""
    for sentence, mistake in table.items():
        made = mistake(replace(fault, got=fault.ref))
        if made is None or made.shape != fault.ref.shape or (made == fault.ref).all():
            continue
        got = made.astype(fault.ref.dtype)
        yield sentence, diagnose(MISTAKES[stage], replace(fault, got=got))


def assert_right(pairs: Iterable[tuple[str, str]], least: int) -> None:
    pairs = list(pairs)
    wrong = [(made, said) for made, said in pairs if said != f"Cause: {made}."]
    assert not wrong
    assert len(pairs) >= least


@pytest.mark.parametrize("photo", PHOTOS)
def test_each_mistake_of_decoding_is_named(photo: str) -> None:
    pixels = PHOTOS[photo]
    assert_right(named("decoded", Fault(pixels, pixels), LAYOUT), 6)
    assert_right(named("decoded", Fault(pixels, pixels), LEVELS), 8)


@pytest.mark.parametrize(("photo", "how", "size"), list(product(PHOTOS, FITS, SIZES)))
def test_each_mistake_of_fitting_is_named(photo: str, how: str, size: str) -> None:
    """Filters, places, both at once; with a padding of another colour than the app's black."""
    rules = prep(how, SIZES[size], 114)
    given = PHOTOS[photo]
    ref = fit(given, rules)
    # An app pads with black; a cut edge must not be taken for that.
    fault = Fault(np.zeros_like(ref), ref, given, rules, rules)
    first, both = resized_mistakes(fault)
    chosen = {**first, **dict(list(both.items())[::7])}
    pairs = []
    for sentence, mistake in chosen.items():
        made = mistake(fault)
        if made is None or made.shape != ref.shape or (made == ref).all():
            continue
        pairs.append(
            (sentence, diagnose(MISTAKES["resized"], replace(fault, got=made.astype(np.uint8))))
        )
    assert_right(pairs, 25)


@pytest.mark.parametrize(("filter", "antialias"), list(product(FILTERS, (True, False))))
def test_a_wrong_filter_is_named_whatever_the_chains_own_is(filter: str, antialias: bool) -> None:
    for how in FITS:
        rules = replace(prep(how), filter=filter, antialias=antialias)
        ref = fit(WIDE, rules)
        fault = Fault(ref, ref, WIDE, rules, rules)
        own, wrong = CONTRACT_FILTERS[filter, antialias][0], wrong_filters(rules)
        assert f"the resize is {own}" not in wrong
        assert f"the resize takes the nearest pixel instead of {own}" in wrong
        assert_right(named("resized", fault, next(resized_mistakes(fault))), 20)


CONSTANTS = {"ImageNet": (MEAN, STD), "CLIP": ((0.481, 0.458, 0.408), (0.269, 0.261, 0.276))}


@pytest.mark.parametrize("constants", CONSTANTS)
def test_each_mistake_of_normalising_is_named(constants: str) -> None:
    rules = Prep("image", 32, 32, *CONSTANTS[constants])
    given = fit(WIDE, rules)
    ref = normalise(given, rules)
    fault = Fault(ref, ref, given, rules, rules)
    assert_right(named("input", fault, input_mistakes(fault)), 25)


def boxes() -> Tensor:
    low, size = RNG.uniform(0, 300, (1, 50, 2)), RNG.uniform(5, 100, (1, 50, 2))
    return np.concatenate([low + size / 2, size, RNG.random((1, 50, 3))], -1).astype(np.float32)


OUTPUTS = {
    "scores by pixel": RNG.normal(0, 3, (1, 5, 24, 20)).astype(np.float32),
    "depth": RNG.uniform(0, 10, (1, 1, 24, 24)).astype(np.float32),
    "logits": RNG.normal(0, 2, (1, 100)).astype(np.float32),
    "embedding": RNG.normal(0, 1, (1, 12, 64)).astype(np.float32),
    "boxes": boxes(),
    "a vector": RNG.normal(0, 2, 9).astype(np.float32),
}


@pytest.mark.parametrize("kind", OUTPUTS)
def test_each_mistake_of_an_output_is_named(kind: str) -> None:
    ref = OUTPUTS[kind]
    fault = Fault(ref, ref, None, prep("stretch", (400, 300)))
    assert_right(named("output", fault, output_mistakes(fault)), 6)


ARRAYS = {
    **OUTPUTS,
    "planes in floats": RNG.normal(0, 1, (1, 3, 24, 20)).astype(np.float32),
    "one image, planes": RNG.normal(0, 1, (3, 24, 20)).astype(np.float32),
    "one image, pixels": RNG.normal(0, 1, (24, 20, 3)).astype(np.float32),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_each_mistake_of_an_array_of_which_nothing_is_known_is_named(kind: str) -> None:
    ref = ARRAYS[kind]
    fault = Fault(np.zeros_like(ref), ref)
    assert_right(named("array", fault, array_mistakes(fault)), 6)


LEFT_OUT: Mapping[str, tuple[str, Callable[[Tensor], Tensor]]] = {
    "a sigmoid": ("depth", lambda got: 1 / (1 + np.exp(-got))),
    "a hyperbolic tangent": ("a vector", np.tanh),
    "a ReLU": ("embedding", lambda got: np.maximum(got, 0)),
    "a softmax": ("scores by pixel", lambda got: np.exp(got) / np.exp(got).sum(1, keepdims=True)),
    "a softmax over the last axis": (
        "embedding",
        lambda got: np.exp(got) / np.exp(got).sum(-1, keepdims=True),
    ),
}


@pytest.mark.parametrize("what", LEFT_OUT)
def test_what_was_left_out_of_an_array_is_named(what: str) -> None:
    kind, operation = LEFT_OUT[what]
    got = OUTPUTS[kind]
    fault = Fault(got, operation(got.astype(np.float64)))
    assert diagnose(MISTAKES["array"], fault) == f"Cause: {what} was left out."
    noisy = got + RNG.normal(0, 1, got.shape).astype(np.float32)
    assert diagnose(MISTAKES["array"], replace(fault, got=noisy)) == ""


def test_each_mistake_of_a_class_map_is_named() -> None:
    scores = RNG.normal(-1, 1, (1, 6, 24, 24)).round(1).astype(np.float32)
    scores += RNG.normal(0, 2e-4, scores.shape).astype(np.float32)
    scores[0, 1] = scores[0, 0]
    ref = argmax(scores)
    fault = Fault(ref, ref, scores)
    pairs = dict(named("classmap", fault, classmap_mistakes(fault)))
    got = scores[0, :3].argmax(0).astype(np.uint8)
    sentence = "the last classes are left out of the arg-max"
    pairs[sentence] = diagnose(MISTAKES["classmap"], replace(fault, got=got))
    assert_right(pairs.items(), 11)


SHAPED: Mapping[str, tuple[str, Callable[[Tensor], Tensor]]] = {
    "turned by 90° to the left": ("decoded", np.rot90),
    "turned by 90° to the right": ("decoded", lambda photo: np.rot90(photo, 3)),
    "width and height are swapped": ("decoded", lambda photo: photo.swapaxes(0, 1)),
    "planes [3, height, width]": ("decoded", lambda photo: photo.transpose(2, 0, 1)),
    "four channels": (
        "decoded",
        lambda photo: np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)]),
    ),
    "a half, a quarter": ("decoded", lambda photo: photo[::2, ::2]),
    "the batch axis is missing": ("output", lambda scores: scores[0]),
    "the layout is NHWC": ("output", lambda scores: scores.transpose(0, 2, 3, 1)),
    "it is flattened": ("output", lambda scores: scores.reshape(-1)),
}


@pytest.mark.parametrize("says", SHAPED)
def test_a_mistake_that_changes_the_shape_is_named(says: str) -> None:
    stage, change = SHAPED[says]
    ref = WIDE if stage == "decoded" else OUTPUTS["scores by pixel"]
    assert says in diagnose(MISTAKES[stage], Fault(change(ref), ref))
    other = RNG.permuted(change(ref).reshape(-1)).reshape(change(ref).shape)
    assert diagnose(MISTAKES[stage], Fault(other, ref)) == ""


def by_pillow(change: Callable[[Image.Image], Image.Image]) -> Callable[[Tensor], Tensor]:
    return lambda photo: np.asarray(change(Image.fromarray(np.ascontiguousarray(photo))))


def recompressed(photo: Tensor) -> Tensor:
    file = io.BytesIO()
    Image.fromarray(photo).save(file, "JPEG", quality=80)
    return np.asarray(Image.open(file))


UNKNOWN: Mapping[str, Callable[[Tensor], Tensor]] = {
    "blurred": by_pillow(lambda photo: photo.filter(ImageFilter.GaussianBlur(0.7))),
    "sharpened": by_pillow(lambda photo: photo.filter(ImageFilter.SHARPEN)),
    "more contrast": by_pillow(lambda photo: ImageEnhance.Contrast(photo).enhance(1.2)),
    "brighter": by_pillow(lambda photo: ImageEnhance.Brightness(photo).enhance(1.1)),
    "darker": by_pillow(lambda photo: ImageEnhance.Brightness(photo).enhance(0.7)),
    "more colour": by_pillow(lambda photo: ImageEnhance.Color(photo).enhance(1.5)),
    "turned by 2°": by_pillow(lambda photo: photo.rotate(2, Image.Resampling.BILINEAR)),
    "a pixel to the right": lambda photo: np.roll(photo, 1, 1),
    "recompressed": recompressed,
    "posterised": lambda photo: photo & 0xF0,
    "inverted": lambda photo: 255 - photo,
    "gamma 1.8": lambda photo: (255 * (photo / 255) ** 1.8).round().astype(np.uint8),
    "green first": lambda photo: photo[:, :, [1, 0, 2]],
    "noisy": lambda photo: (photo + RNG.normal(0, 5, photo.shape)).clip(0, 255).astype(np.uint8),
    "white": lambda photo: np.full_like(photo, 255),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_no_table_knows_is_given_no_cause(what: str) -> None:
    change = UNKNOWN[what]
    assert diagnose(MISTAKES["decoded"], Fault(change(WIDE), WIDE)) == ""
    for how in FITS:
        rules = prep(how)
        ref = fit(WIDE, rules)
        for got in (change(ref), fit(np.ascontiguousarray(change(WIDE)), rules)):
            assert diagnose(MISTAKES["resized"], Fault(got, ref, WIDE, rules)) == ""
        values = normalise(ref, rules)
        got = normalise(np.ascontiguousarray(change(ref)), rules)
        assert diagnose(MISTAKES["input"], Fault(got, values, ref, rules, rules)) == ""


def test_a_crop_of_another_scale_is_not_called_one_of_eight_sevenths() -> None:
    for ratio in (16 / 15, 1.25):
        rules, side = prep("crop"), round(32 * ratio)
        larger = fit(WIDE, prep("crop", (side, side)))
        start = (side - 32) // 2
        got = larger[start : start + 32, start : start + 32]
        assert diagnose(MISTAKES["resized"], Fault(got, fit(WIDE, rules), WIDE, rules)) == ""


def test_mistakes_that_give_the_same_are_named_together() -> None:
    symmetric = np.concatenate([WIDE, WIDE[:, ::-1]], 1)
    said = diagnose(MISTAKES["decoded"], Fault(symmetric[::-1], symmetric))
    assert said == (
        "Cause: the image is upside down, or the image is turned by 180°: EXIF orientation is "
        "ignored."
    )


def test_a_small_output_is_not_called_zero_because_the_reference_is_large() -> None:
    ref = OUTPUTS["logits"] * 1000
    got = np.tanh(RNG.normal(0, 1, ref.shape)).astype(np.float32)
    assert diagnose(MISTAKES["output"], Fault(got, ref)) == ""


@pytest.mark.parametrize("kind", OUTPUTS)
def test_of_an_empty_output_or_one_of_another_rank_nothing_is_said(kind: str) -> None:
    ref = OUTPUTS[kind]
    for got in (np.empty(0, np.float32), np.float32(1) * np.ones((2, 3, 4, 5, 6)), ref[..., :0]):
        assert diagnose(MISTAKES["output"], Fault(np.asarray(got), ref)) == ""
