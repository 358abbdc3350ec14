"""Resize, normalisation and arg-max of both apps' cores are Python's, to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hosts import Host
from preps import Prep
from sidecars import artifact

from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.classmap import argmax
from onpar.parity.contract.sidecar import sidecar_text
from onpar.parity.image.decode import decode
from onpar.parity.image.fit import fit, normalise
from onpar.parity.image.image_error import ImageError
from onpar.parity.limits.limits import FILTERS, FITS
from onpar.pipeline.paths import PHOTOS, SCENES

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
HOW: list[dict[str, Any]] = [
    {"filter": filter, "antialias": antialias} for filter in FILTERS for antialias in (True, False)
]
"""The filters."""


def prep(height: int, width: int, mode: str = "stretch", **changed: Any) -> Prep:
    return Prep("image", height, width, **{"mean": MEAN, "std": STD, "fit": mode, **changed})


def compare(host: Host, pairs: list[tuple[Tensor, Prep]]) -> None:
    """Every image at every preparation, in one process."""
    jobs = [
        {
            "do": "fit",
            "image": host.handed(str(index), image),
            "sidecar": sidecar_text(artifact(one)),
        }
        for index, (image, one) in enumerate(pairs)
    ]
    for (image, one), got in zip(pairs, host.batch(jobs), strict=True):
        assert isinstance(got, dict), got
        resized = fit(image, one)
        assert np.array_equal(got["resized"], resized), (image.shape, one)
        assert got["input"].tobytes() == normalise(resized, one).tobytes(), (image.shape, one)


def test_200_random_sizes_are_equal_to_the_bit(host: Host) -> None:
    random = np.random.default_rng(0)
    pairs = []
    for index in range(200):
        rows, columns, height, width = map(int, random.integers(1, 400, 4))
        image = random.integers(0, 256, (rows, columns, 3), dtype=np.uint8)
        if index % 3 == 0:
            image = np.where(image < 128, 0, 255).astype(np.uint8)
        mean, std = random.random(3).tolist(), (random.random(3) + 0.1).tolist()
        pad = random.integers(0, 256, 3).tolist()
        how = HOW[index // 3 % len(HOW)]
        changed = {"mean": tuple(mean), "std": tuple(std), "pad": tuple(pad), **how}
        pairs.append((image, prep(height, width, FITS[index % 3], **changed)))
    compare(host, pairs)


@pytest.mark.parametrize("mode", FITS)
def test_the_cases_are_equal_to_the_bit(host: Host, mode: str) -> None:
    photos = [decode(photo.read_bytes(), photo.name) for photo in (*PHOTOS, *SCENES)]
    sizes = [(400, 400), (96, 160), (33, 700)]
    compare(
        host,
        [
            (photo, prep(*size, mode, **HOW[index % len(HOW)]))
            for index, photo in enumerate(photos)
            for size in sizes
        ],
    )


def test_extreme_shapes_are_equal_to_the_bit(host: Host) -> None:
    random = np.random.default_rng(1)
    shapes = [(1, 1), (1, 65_535), (65_535, 2), (3000, 40), (400, 400)]
    images = [random.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in shapes]
    sizes = [(400, 400), (40, 48), (1, 1)]
    compare(host, [(i, prep(*size, mode)) for i in images for size in sizes for mode in FITS])
    small = [one for one in images if one.size < 1_000_000]
    more = [(i, prep(*size, **how)) for i in small for size in sizes for how in HOW[1:]]
    factors = [random.integers(0, 256, (*shape, 3), np.uint8) for shape in ((96, 80), (24, 20))]
    compare(host, [*more, *((i, prep(48, 40, **how)) for i in factors for how in HOW)])


@pytest.mark.parametrize(("mode", "size"), [("shorter", (6, 5)), ("crop", (9, 65_535))])
def test_a_photo_whose_scaled_side_no_int_holds_is_refused_alike(
    host: Host, mode: str, size: tuple[int, int]
) -> None:
    long = np.zeros((65_535, 1, 3), np.uint8)
    one = prep(*size, mode, **({"shorter": 65_535} if mode == "shorter" else {}))
    with pytest.raises(ImageError) as refusal:
        fit(long, one)
    image, sidecar = host.handed("long", long), sidecar_text(artifact(one))
    [said] = host.batch([{"do": "fit", "image": image, "sidecar": sidecar}])
    assert (
        said
        == str(refusal.value)
        == (
            "1x65535 is scaled to 65535x4294836225 before it is cropped, a side above 2147483647 "
            "pixels; crop the photo"
        )
    )


def test_a_class_map_is_pythons_also_with_ties_and_nan(host: Host) -> None:
    random = np.random.default_rng(2)
    scores = []
    for classes, height, width in [(21, 40, 64), (256, 9, 7), (1, 5, 3), (2, 1, 1)]:
        few = random.integers(-2, 3, (1, classes, height, width)).astype(np.float32)
        few[random.random(few.shape) < 0.02] = np.nan
        few[random.random(few.shape) < 0.02] = -np.inf
        scores += [few, random.standard_normal(few.shape).astype(np.float32)]
    jobs = [
        {"do": "classmap", "scores": host.handed(str(index), one)}
        for index, one in enumerate(scores)
    ]
    for one, got in zip(scores, host.batch(jobs), strict=True):
        assert isinstance(got, dict), got
        with np.errstate(invalid="ignore"):
            assert np.array_equal(got["classmap"], argmax(one))
