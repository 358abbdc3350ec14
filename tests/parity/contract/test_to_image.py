"""`to-image` shows what torchvision and StyleGAN2 save, and allows a level only at a boundary."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torchvision.utils import save_image

from onpar.parity.causes.diagnose import diagnose
from onpar.parity.contract.span import Span
from onpar.parity.contract.steps.to_image import ToImage
from onpar.parity.contract.tensor_spec import TensorSpec

RNG = np.random.default_rng(7)
PLANES = RNG.normal(0.5, 0.4, (1, 3, 24, 20)).astype(np.float32)
SAVED = (255.0, 0.5)
"""save_image's scale and offset."""


def step(scale: float = 255.0, offset: float = 0.5, layout: str = "NCHW") -> ToImage:
    return ToImage(("in",), ("picture",), scale, offset, layout)


def test_a_picture_is_what_save_image_writes(tmp_path: Path) -> None:
    for planes in (PLANES, PLANES[:, :1]):
        save_image(torch.from_numpy(planes), tmp_path / "one.png")
        [got] = step().compute([planes])
        assert np.array_equal(got, np.asarray(Image.open(tmp_path / "one.png").convert("RGB")))
        [last] = step(layout="NHWC").compute([planes.transpose(0, 2, 3, 1)])
        assert np.array_equal(got, last)
        assert got.flags.c_contiguous and 0 not in got.strides


def test_a_picture_of_minus_one_to_one_is_what_stylegan2_writes() -> None:
    planes = torch.from_numpy(2 * PLANES - 1)
    expected = (planes.permute(0, 2, 3, 1) * 127.5 + 128).clamp(0, 255).to(torch.uint8)[0]
    assert np.array_equal(step(127.5, 128).compute([planes.numpy()])[0], expected.numpy())


def test_nan_is_black_and_infinity_is_clamped() -> None:
    planes = np.array([np.nan, np.inf, -np.inf, 1e30, -1e30], np.float32).reshape(1, 1, 1, 5)
    assert step().compute([planes])[0][0, :, 1].tolist() == [0, 255, 0, 255, 0]


def test_a_level_may_be_one_off_only_where_rounding_decides() -> None:
    planes = np.full((1, 1, 1, 3), 0.3, np.float32)
    # Half a unit of float32 below level 101.
    planes[0, 0, 0, 0] = np.nextafter(np.float32(100.5 / 255), np.float32(0))
    one = step()
    [ref] = one.compute([planes])
    assert ref[0, :, 0].tolist() == [100, 77, 77]
    for level, honest in ((101, True), (99, False), (102, False)):
        got = ref.copy()
        got[0, 0] = level
        assert np.array_equal(one.at_boundaries(got, ref, [planes]), got if honest else ref)
    got = ref.copy()
    got[0, 1, 1] += 1
    assert np.array_equal(one.at_boundaries(got, ref, [planes]), ref)


def test_a_fused_product_is_within_what_the_step_allows() -> None:
    scale, offset = np.float64(np.float32(127.49)), np.float64(np.float32(127.77))
    planes = RNG.uniform(-1, 1, (1, 3, 400, 300)).astype(np.float32)
    one = step(float(scale), float(offset))
    [ref] = one.compute([planes])
    # One rounding, of the exact sum.
    fused = np.floor((planes.astype(np.float64) * scale + offset).astype(np.float32))
    got = fused[0].transpose(1, 2, 0).clip(0, 255).astype(np.uint8)
    assert np.array_equal(one.at_boundaries(got, ref, [planes]), got)


def span(*errors: float, axis: int | None = None) -> Span:
    return Span.of(PLANES, errors, axis)


def test_a_pixel_may_differ_by_as_much_as_the_allowed_error_of_its_values() -> None:
    one = step()
    golden = one.compute([PLANES])
    got = golden[0].copy()
    got[0, 0, 0] += 1
    row, column = np.argwhere((golden[0][..., 2] > 9) & (golden[0][..., 2] < 240))[0]
    got[row, column, 2] += 2
    seen = one.seen([got], golden, [span(0.01)])
    assert (seen.differing, seen.unexplained) == (2, 0)
    assert seen.figure == pytest.approx(1 - 2 / 480)
    assert "all but 2 of 480 pixels are as in the golden" in seen.sentence
    assert one.seen([got], golden, [span(0.0001)]).unexplained == 2
    # The third channel has an error of its own.
    assert one.seen([got], golden, [span(0.01, 0.01, 0.001, axis=1)]).unexplained == 1
    assert one.seen([got], golden, [span(0.0, 0.01, 0.01, axis=1)]).unexplained == 1
    # A value far below 0 stays black, whatever its level would be.
    dark = np.argwhere(one._pixels(PLANES) < -0.1)[0]
    changed = golden[0].copy()
    changed[tuple(dark)] = 2
    assert one.seen([changed], golden, [span(0.01)]).unexplained == 1
    assert one.seen(golden, golden, [span(0.0)]).sentence.startswith("all 480 pixels")


WRONG = [
    (step(0.0), (1, 3, 4, 5), "scale is 0"),
    (step(-1e-46), (1, 3, 4, 5), "scale is -1e-46, 0 in float32, expected another number"),
    (step(1e39), (1, 3, 4, 5), "scale is 1e+39"),
    (step(offset=float("inf")), (1, 3, 4, 5), "offset is inf"),
    (step(layout="CHW"), (1, 3, 4, 5), "layout is 'CHW', expected one of NCHW, NHWC"),
    (step(), (1, 2, 4, 5), "takes in, float32 [1, 2, 4, 5], expected float32 [1, C, h, w] with"),
    (step(layout="NHWC"), (1, 3, 4, 5), "takes in, float32 [1, 3, 4, 5], expected float32 [1, h"),
    (step(), (3, 4, 5), "takes in, float32 [3, 4, 5], expected float32 [1, channels, h, w]"),
    (step(), (2, 3, 4, 5), "takes in, float32 [2, 3, 4, 5]"),
    (step(), (1, 1, 8000, 5001), "takes in, float32 [1, 1, 8000, 5001], expected float32 of at"),
]


@pytest.mark.parametrize(("one", "shape", "says"), WRONG)
def test_constants_that_do_not_fit_are_named(
    one: ToImage, shape: tuple[int, ...], says: str
) -> None:
    [said] = islice(one.faults([TensorSpec("in", shape)]), 1)
    assert said.startswith(says)


MISTAKEN: dict[str, Any] = {
    "the offset is not added": lambda x: np.floor(255 * x),
    "the values are not scaled": np.floor,
    "the values are taken for −1…1": lambda x: np.floor(127.5 * x + 128),
    "levels beyond 0–255 wrap around instead of being clamped": (
        lambda x: np.floor(255 * x + 0.5) % 256
    ),
    "red and blue are swapped (BGR)": lambda x: np.floor(255 * x[:, :, ::-1] + 0.5),
}


@pytest.mark.parametrize("sentence", MISTAKEN)
def test_each_mistake_of_a_picture_is_named(sentence: str) -> None:
    one = step()
    [ref] = one.compute([PLANES])
    pixels: NDArray[np.float64] = PLANES[0].transpose(1, 2, 0).astype(np.float64)
    got = MISTAKEN[sentence](pixels).clip(0, 255).astype(np.uint8)
    assert diagnose(one.mistakes, one.fault(got, ref, [PLANES])) == f"Cause: {sentence}."
