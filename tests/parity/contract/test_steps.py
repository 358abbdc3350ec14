"""What each step makes: by the libraries that people train with, and at its borders."""

from __future__ import annotations

from itertools import chain, islice
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torchvision import transforms
from torchvision.transforms import functional

from onpar.parity.causes import Fault
from onpar.parity.contract.chains import class_map, mask, photo
from onpar.parity.contract.span import Span
from onpar.parity.contract.steps import STEPS
from onpar.parity.contract.steps.normalize import Normalize
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.step import Step
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import as_allowed
from onpar.parity.image.fit import fit
from onpar.parity.image.resize import resize
from onpar.parity.judge.compared import compared
from onpar.parity.judge.status import Status

RNG = np.random.default_rng(5)
PIXELS = RNG.integers(0, 256, (40, 30, 3), np.uint8)
IN, OUT = ("in",), ("out",)
LABELS = ("cat", "dog", "fox", "owl")


def made(step: Step, given: NDArray[Any]) -> NDArray[Any]:
    """The first tensor that it makes, of the shape and dtype that it says."""
    results = step.compute([given])
    specs = step.specs([TensorSpec("in", given.shape, given.dtype.name)])
    for got, spec in zip(results, specs, strict=True):
        assert (got.shape, got.dtype.name) == (spec.shape, spec.dtype)
        assert got.flags.c_contiguous and 0 not in got.strides
    return results[0]


def faults(step: Step, *shape: int, dtype: str = "float32") -> list[str]:
    """The first; after it the rest may not hold."""
    found = chain(step.faults([TensorSpec("in", shape, dtype)]), step.number_faults())
    return list(islice(found, 1))


def test_every_kind_has_the_name_by_which_files_call_it() -> None:
    for name, kind in STEPS.items():
        assert kind.__struct_config__.tag == name


def test_gray_is_pillows_for_every_shade_and_for_noise() -> None:
    gray = Normalize(IN, OUT, (), (), "gray", "NHWC", "uint8")
    noise = RNG.integers(0, 256, (600, 700, 3), np.uint8)
    for pixels in (noise, np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(16, 16, 3)):
        expected = np.asarray(Image.fromarray(pixels).convert("L"))
        assert np.array_equal(made(gray, pixels)[0, :, :, 0], expected)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize(
    ("channels", "order"), [("rgb", [0, 1, 2]), ("bgr", [2, 1, 0]), ("gray", None)]
)
def test_an_input_has_the_channels_and_the_layout_that_its_step_names(
    layout: str, channels: str, order: list[int] | None
) -> None:
    mean, std = ((0.4, 0.5, 0.6), (0.2, 0.3, 0.1)) if order else ((0.4,), (0.2,))
    step = Normalize(IN, OUT, mean, std, channels, layout)
    gray = np.asarray(Image.fromarray(PIXELS).convert("L"))[:, :, None]
    levels = PIXELS[:, :, order] if order else gray
    planes = torch.from_numpy(levels.copy()).permute(2, 0, 1).float() / 255
    expected = transforms.Normalize(mean, std)(planes).numpy()
    got = made(step, PIXELS)[0]
    assert np.array_equal(got if layout == "NCHW" else got.transpose(2, 0, 1), expected)


def test_an_input_of_uint8_is_the_levels_as_they_are() -> None:
    [*_, step] = photo("out", 40, 30, dtype="uint8", layout="NHWC", channels="bgr")
    assert np.array_equal(made(step, PIXELS)[0], PIXELS[:, :, ::-1])
    assert as_allowed(step.tolerance(PIXELS)).widest.max_abs == 0


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
def test_a_channel_of_large_values_excuses_none_of_small(layout: str) -> None:
    """A std of 1e-7 makes one channel ten million times as large as the others."""
    step = Normalize(IN, OUT, (0.5, 0.5, 0.5), (1e-7, 1.0, 1.0), layout=layout)
    right = made(step, PIXELS)
    swapped = right[:, [0, 2, 1]] if layout == "NCHW" else right[..., [0, 2, 1]]
    [folded] = folded_into_two(step, PIXELS)
    for got, status in ((folded, Status.PASS), (swapped, Status.VALUE)):
        fault = Fault(got, right)
        assert compared("normalize", "out", fault, step.tolerance(right), None).status is status


def folded_into_two(step: Normalize, pixels: NDArray[Any]) -> tuple[NDArray[Any]]:
    """As an app computes it with one multiplication and one addition."""
    mean, std = np.array(step.mean), np.array(step.std)
    scale, shift = (1 / (255 * std)).astype(np.float32), (-mean / std).astype(np.float32)
    values = pixels.astype(np.float32) * scale + shift
    planes = values.transpose(2, 0, 1) if step.layout == "NCHW" else values
    return (planes[np.newaxis],)


def test_a_plain_photo_near_the_mean_may_be_folded_too() -> None:
    """There the values are near 0, and the rounding is that of mean / std."""
    pixels = np.full((4, 4, 3), 128, np.uint8)
    mean = (128 / 255 + 1e-3, 128 / 255 + 1e-5, 128 / 255 - 1e-6)
    step = Normalize(IN, OUT, mean, (0.1, 0.23, 0.37))
    right, [folded] = made(step, pixels), folded_into_two(step, pixels)
    assert np.abs(folded - right).max() > 4 * np.finfo(np.float32).eps * np.abs(right).max()
    fault = Fault(folded, right)
    assert compared("normalize", "out", fault, step.tolerance(right), None).status is Status.PASS


@pytest.mark.parametrize("size", [(40, 30), (30, 40), (300, 451), (97, 97)])
@pytest.mark.parametrize(("shorter", "side"), [(32, 28), (29, 28), (256, 224)])
def test_the_shorter_side_then_a_crop_is_torchvisions(
    size: tuple[int, int], shorter: int, side: int
) -> None:
    pixels = RNG.integers(0, 256, (*size, 3), np.uint8)
    _, step, _ = photo("out", side, side, fit="shorter", shorter=shorter)
    width, height = transforms.Resize(shorter)(Image.fromarray(pixels)).size
    whole = Image.fromarray(resize(pixels, height, width))
    expected = np.asarray(functional.center_crop(whole, [side]))
    assert np.array_equal(made(step, pixels), expected)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_softmax_is_that_of_float64_and_torchs_float32_is_within_its_tolerance(axis: int) -> None:
    scores = RNG.normal(0, 20, (3, 1000, 2)).astype(np.float32)
    step = Softmax(IN, OUT, axis)
    got = made(step, scores)
    wide = torch.softmax(torch.from_numpy(scores).double(), axis).numpy()
    assert np.abs(got - wide).max() <= np.finfo(np.float32).eps / 2
    single = torch.softmax(torch.from_numpy(scores), axis).numpy()
    assert np.abs(single - got).max() <= as_allowed(step.tolerance(got)).widest.max_abs


def test_sigmoid_is_that_of_float64_and_torchs_float32_is_within_its_tolerance() -> None:
    logits = RNG.normal(0, 30, (1, 1, 200, 200)).astype(np.float32)
    logits[0, 0, 0, :4] = [-1000, 1000, 0, -88.8]
    step = Sigmoid(IN, OUT)
    got = made(step, logits)
    wide = torch.sigmoid(torch.from_numpy(logits).double()).numpy()
    assert np.abs(got - wide).max() <= np.finfo(np.float32).eps / 2
    single = torch.sigmoid(torch.from_numpy(logits)).numpy()
    assert np.abs(single - got).max() <= as_allowed(step.tolerance(got)).widest.max_abs


def test_a_mask_is_what_is_above_the_threshold_and_not_at_it() -> None:
    step = mask("in", 0.5, ("nothing", "something"))
    scores = np.array([0.25, 0.5, np.nextafter(np.float32(0.5), np.float32(1)), 3], np.float32)
    for shape in ((1, 1, 2, 2), (1, 2, 2, 1)):
        assert made(step, scores.reshape(shape)).tolist() == [[0, 0], [1, 1]]


def test_a_pixel_of_a_mask_may_change_only_within_the_allowed_error_of_the_threshold() -> None:
    step = mask("in", 0.5, ("nothing", "something"))
    scores = np.array([0.1, 0.499, 0.501, 0.9], np.float32).reshape(1, 1, 2, 2)
    golden = step.compute([scores])
    near, far = golden[0].copy(), golden[0].copy()
    near[0, 1], near[1, 0], far[0, 0] = 1, 0, 1
    seen = step.seen([near], golden, [Span.of(scores, 0.002)])
    assert (seen.differing, seen.unexplained, seen.figure) == (2, 0, 0.5)
    assert step.seen([near], golden, [Span.of(scores, 0.0005)]).unexplained == 2
    assert step.seen([far], golden, [Span.of(scores, 0.002)]).unexplained == 1
    assert "all but 1 of 4 pixels" in step.seen([far], golden, [Span.of(scores, 0.002)]).sentence


def top(k: int) -> TopK:
    return TopK(IN, ("classes", "values"), k, LABELS)


def test_the_first_classes_are_the_largest_and_of_equals_the_lower_one() -> None:
    scores = np.array([[0.1, 0.4, 0.1, 0.4]], np.float32)
    assert made(top(4), scores).tolist() == [1, 3, 0, 2]
    classes, values = top(2).compute([scores])
    assert (classes.tolist(), values.tolist()) == ([1, 3], scores[0, [1, 3]].tolist())


def test_a_label_may_be_another_only_where_the_two_may_change_places() -> None:
    scores = np.array([[5, 4.99, 1, -3]], np.float32)
    step = top(2)
    golden = step.compute([scores])
    swapped = np.array([1, 0], np.int32), golden[1]
    seen = step.seen(swapped, golden, [Span.of(scores, 0.01)])
    assert (seen.differing, seen.unexplained, seen.figure) == (2, 0, 0.0)
    assert seen.sentence.startswith("the first class is 'dog', the golden's is 'cat'")
    assert step.seen(swapped, golden, [Span.of(scores, 0.001)]).unexplained == 2
    for wrong in (2, 7, -1):
        lost = np.array([0, wrong], np.int32), golden[1]
        assert step.seen(lost, golden, [Span.of(scores, 0.01)]).unexplained == 1
    assert step.seen(golden, golden, [Span.of(scores, 0)]).sentence == (
        "the first class is 'cat'; all the first 2 are the golden's"
    )


@pytest.mark.parametrize(
    "step",
    [
        top(3),
        mask("in", 0.5, ("a", "b")),
        class_map("in", ("a", "b"), ((0, 0, 0), (1, 1, 1))),
        Softmax(IN, OUT, 1),
        Sigmoid(IN, OUT),
    ],
    ids=["top-k", "threshold", "argmax", "softmax", "sigmoid"],
)
def test_a_probe_is_passed_by_the_step_itself_and_says_what_is_wrong(step: Step) -> None:
    shape = (1, 1, 3, 4) if isinstance(step, Threshold) else (1, 2, 3, 4)
    probes = step.probes([TensorSpec("in", (1, 4) if isinstance(step, TopK) else shape)])
    assert probes
    for probe in probes:
        got, *_ = step.compute(probe.given)
        assert np.array_equal(got, probe.expected) and got.dtype == probe.expected.dtype
        assert "the app" in probe.wrong(np.full_like(got, 7))


RANKINGS: dict[str, Any] = {
    "without class 0": lambda s: [c for c in np.argsort(-s, kind="stable") if c != 0],
    "without the last class": lambda s: np.argsort(-s[:-1], kind="stable"),
    "the smallest first": lambda s: np.argsort(s, kind="stable"),
    "of equals the higher class": lambda s: s.size - 1 - np.argsort(-s[::-1], kind="stable"),
    "in half precision": lambda s: np.argsort(-s.astype(np.float16), kind="stable"),
    "from 0": lambda s: np.argsort(-np.maximum(s, 0), kind="stable"),
}


@pytest.mark.parametrize("order", RANKINGS)
@pytest.mark.parametrize("count", [2, 3, 4, 5, 30, 1000])
def test_every_wrong_order_is_caught_for_any_number_of_classes(order: str, count: int) -> None:
    for k in {1, min(5, count), count}:
        step = TopK(IN, ("classes", "values"), k, tuple(map(str, range(count))))
        probes = step.probes([TensorSpec("in", (1, count))])
        got = [RANKINGS[order](probe.given[0][0])[:k] for probe in probes]
        assert any(
            not np.array_equal(one, probe.expected) for one, probe in zip(got, probes, strict=True)
        )


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (2, 7, 3)])
def test_a_softmax_or_sigmoid_whose_exponentials_overflow_is_caught(shape: tuple[int, ...]) -> None:
    def plain(scores: NDArray[Any]) -> NDArray[Any]:
        raised = np.exp(scores.astype(np.float64))
        return np.asarray(raised / raised.sum(1, keepdims=True))

    def quotient(logits: NDArray[Any]) -> NDArray[Any]:
        raised = np.exp(logits.astype(np.float64))
        return np.asarray(raised / (1 + raised))

    for step, wrong in ((Softmax(IN, OUT, 1), plain), (Sigmoid(IN, OUT), quotient)):
        for probe in step.probes([TensorSpec("in", shape)]):
            with np.errstate(over="ignore", invalid="ignore"):
                got = wrong(probe.given[0])
            assert got.shape == probe.expected.shape and np.isnan(got).any()
            assert "makes nan, expected" in probe.wrong(got)


WRONG: list[tuple[Step, tuple[int, ...], str]] = [
    (Softmax(IN, OUT, 2), (1, 4), "axis is 2"),
    (Softmax(IN, OUT, -1), (1, 4), "axis is -1"),
    (Sigmoid(IN, OUT), (), "takes in, float32 [], expected float32 with an axis"),
    (mask("in", 0.5, ("a", "b")), (1, 2, 3, 4), "takes in, float32 [1, 2, 3, 4], expected"),
    (mask("in", 0.5, ("a", "b"), (0, 0, 256)), (1, 1, 3, 4), "palette has the colour (0, 0, 256)"),
    (mask("in", 1e39, ("a", "b")), (1, 1, 3, 4), "above is 1e+39"),
    (top(5), (1, 4), "k is 5"),
    (top(0), (1, 4), "k is 0"),
    (top(2), (1, 5), "labels are 4"),
    (top(2), (4,), "takes in, float32 [4]"),
]


@pytest.mark.parametrize(("step", "shape", "says"), WRONG)
def test_constants_that_do_not_fit_are_named(step: Step, shape: tuple[int, ...], says: str) -> None:
    [said] = faults(step, *shape)
    assert said.startswith(says)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"channels": "hsv"}, "channels is 'hsv', expected one of rgb, bgr, gray"),
        ({"layout": "NWHC"}, "layout is 'NWHC'"),
        ({"dtype": "int8"}, "dtype is 'int8'"),
        ({"channels": "gray"}, "mean is (0.485, 0.456, 0.406), expected one number"),
        ({"shorter": 9}, "shorter is 9, expected 0 to 0"),
        ({"fit": "shorter"}, "shorter is 0, expected 30 to 65535"),
        ({"fit": "shorter", "shorter": 29}, "shorter is 29, expected 30 to 65535"),
    ],
)
def test_a_photo_that_cannot_be_prepared_so_is_refused(changed: Any, says: str) -> None:
    _, resizing, normalizing = photo("out", 30, 20, **changed)
    size = (30, 20, 3)
    said = [*faults(resizing, 40, 30, 3, dtype="uint8"), *faults(normalizing, *size, dtype="uint8")]
    assert said[0].startswith(says)


def test_a_photo_of_the_shorter_side_is_cut_at_its_middle() -> None:
    _, step, _ = photo("out", 2, 2, fit="shorter", shorter=4)
    pixels = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    assert np.array_equal(fit(pixels, step), pixels[1:3, 2:4])  # type: ignore[arg-type]
