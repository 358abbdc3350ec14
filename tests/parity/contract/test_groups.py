"""A channel has a noise floor of its own, so that one of large values excuses none of small."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from samples import artifact, info

from onpar.parity.contract.capture import Capture, Tensor
from onpar.parity.contract.classmap import agreement
from onpar.parity.contract.golden import Gates, Golden, output_tolerance
from onpar.parity.contract.groups import MIN_VALUES, group_axis, group_name, peaks, split, unlike
from onpar.parity.contract.span import Span
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import EPS, FLOAT32, Allowed, Floor, Floors, Tolerance
from onpar.parity.judge.metrics import by_group, distance, nearest

RNG = np.random.default_rng(7)


@pytest.mark.parametrize(
    ("shape", "groups", "axis"),
    [
        ((1, 2, 16, 16), None, 1),
        ((1, 2, 15, 17), None, None),  # 255 values a channel
        ((1, 21, 96, 160), None, 1),
        ((1, 1, 96, 160), None, None),
        ((1, 1000), None, None),  # a classifier: one value a channel
        ((1, 128, 768), None, 1),
        ((1, 8400, 85), None, None),
        ((1, 8400, 85), -1, 2),
        ((1, 85, 8400), 1, 1),
        ((4,), None, None),
        ((), None, None),
    ],
)
def test_channels_of_256_values_are_groups_unless_the_spec_names_an_axis(
    shape: tuple[int, ...], groups: int | None, axis: int | None
) -> None:
    assert MIN_VALUES == 256
    assert group_axis(TensorSpec("out", shape, groups=groups)) == axis


def test_a_tensor_that_names_no_groups_leaves_the_recipes_digest_as_it_was() -> None:
    model = artifact().model
    assert model.sha256 == "3fb4603d2066047a13cf4818a29dbea444bd82ea11afa5871142425baab88460"
    named = replace(model, outputs=tuple(replace(one, groups=1) for one in model.outputs))
    assert named.sha256 != model.sha256


@pytest.mark.parametrize("axis", [None, 1, 2, 3])
def test_groups_are_split_measured_and_named_by_their_axis(axis: int | None) -> None:
    tensor = RNG.normal(size=(1, 2, 3, 4)).astype(np.float32)
    parts = list(split(tensor, axis))
    assert sum(part.size for part in parts) == tensor.size
    assert peaks(tensor, axis) == tuple(float(np.abs(part).max()) for part in parts)
    if axis is not None:
        assert np.array_equal(np.stack(parts, axis), tensor)
    names = {None: "", 1: "channel 1", 2: "index 1 of axis 2", 3: "index 1 of axis 3"}
    assert group_name(axis, 1) == names[axis]


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_the_groups_metrics_add_up_to_the_tensors(axis: int) -> None:
    ref = RNG.normal(size=(1, 3, 4, 5)).astype(np.float32)
    got = (ref + RNG.normal(size=ref.shape)).astype(np.float32)
    whole, each = by_group(got, ref, axis)
    plain = distance(got, ref)
    for name in ("max_abs", "mean_abs", "rmse", "snr_db", "psnr_db", "cosine", "differing"):
        assert getattr(whole, name) == pytest.approx(getattr(plain, name))
    assert whole.worst == plain.worst
    for index, (one, g, r) in enumerate(zip(each, split(got, axis), split(ref, axis), strict=True)):
        alone = distance(g, r)
        assert (one.max_abs, one.group) == (alone.max_abs, group_name(axis, index))
        assert one.rmse == pytest.approx(alone.rmse)
        assert one.worst.index[axis] == index
        assert float(got[one.worst.index]) == alone.worst.got
        assert (one.snr_db, one.cosine) == (whole.snr_db, whole.cosine)


def depth_and_confidence() -> Tensor:
    """Depth 0–60000 in channel 0, confidence 0–1 in channel 1: f32 [1, 2, 16, 16]."""
    both = [60000 * RNG.random((16, 16)), RNG.random((16, 16))]
    return np.stack(both)[None].astype(np.float32)


def golden_of(out: Tensor, axis: int | None = 1) -> Golden:
    floors = [Floor(0.0, 0.0).at_least(peak) for peak in peaks(out, axis)]
    peak = float(np.abs(out).max())
    return Golden(
        Capture(info(), {"out": out}),
        {"out": Floors(axis, tuple(floors))},
        {"out": Gates(peak, peak, peak)},
    )


def test_the_group_that_is_furthest_beyond_its_limit_is_blamed_not_the_largest_error() -> None:
    out = depth_and_confidence()
    allowed = output_tolerance(artifact(), golden_of(out), "out", out)
    assert allowed is not None
    got = out.copy()
    got[0, 0, 0, 0] += 0.1  # 10 eps of the depth
    got[0, 1, 3, 4] += 0.01
    measured, tolerance = nearest(got, out, allowed)
    assert (measured.group, measured.worst.index) == ("channel 1", (0, 1, 3, 4))
    assert measured.max_abs == pytest.approx(0.01, rel=1e-3)
    assert tolerance.max_abs == pytest.approx(8 * 4 * EPS, rel=0.01)
    assert "of channel 1:" in tolerance.reason
    assert not measured.within(tolerance)
    got[0, 1] = out[0, 1]
    measured, tolerance = nearest(got, out, allowed)
    assert measured.group == "channel 0"
    assert measured.within(tolerance)


def test_without_groups_the_large_channel_would_excuse_the_small_one() -> None:
    out = depth_and_confidence()
    allowed = output_tolerance(artifact(), golden_of(out, None), "out", out)
    assert allowed is not None
    got = out.copy()
    got[0, 1] += 0.0009
    assert nearest(got, out, allowed)[0].within(allowed.widest)


def test_a_channel_that_grows_on_another_input_is_allowed_more_and_the_others_are_not() -> None:
    out = depth_and_confidence()
    golden = golden_of(out)
    larger = out.copy()
    larger[0, 1] *= 10
    usual, grown = (output_tolerance(artifact(), golden, "out", ref) for ref in (out, larger))
    assert usual is not None and grown is not None
    assert grown.each[0].max_abs == usual.each[0].max_abs
    assert grown.each[1].max_abs == pytest.approx(10 * usual.each[1].max_abs)
    assert usual.widest == usual.each[0]


def test_equal_tensors_are_equal_whatever_the_groups() -> None:
    out = depth_and_confidence()
    allowed = Allowed(1, (Tolerance(0, 0, "none"), Tolerance(0, 0, "none")))
    measured, _ = nearest(out, out, allowed)
    assert (measured.max_abs, measured.differing, measured.group) == (0, 0, "")
    assert FLOAT32.max_floors == 8


def test_any_error_of_a_group_that_may_have_none_is_the_furthest_beyond() -> None:
    out = depth_and_confidence()
    got = out.copy()
    got[0] += 1
    allowed = Allowed(1, (Tolerance(0.5, 0.5, "some"), Tolerance(0, 0, "none")))
    assert nearest(got, out, allowed)[0].group == "channel 1"


def test_a_flip_is_explained_by_the_errors_of_its_own_two_classes() -> None:
    scores = np.array([1.0, 0.9, 0.9], np.float32).reshape(1, 3, 1, 1)
    ref = np.array([[0]], np.uint8)
    for captured, explained in ((1, 1), (2, 0)):
        got = np.array([[captured]], np.uint8)
        seen = agreement(got, ref, Span.of(scores, (0.02, 0.09, 0.07), 1))
        assert seen.explained == explained


def test_one_floor_over_values_of_very_different_size_is_told_with_the_axis_to_name() -> None:
    boxes = RNG.normal(size=(1, 40, 5)).astype(np.float32)
    assert unlike(boxes) == ""
    boxes[..., :4] *= 60000
    said = unlike(boxes)
    assert "along axis 2 (`groups=2` in their TensorSpec" in said
    reason = FLOAT32.tolerance(Floor(1.0, 0.5), said).reason
    assert "F = 1 (max), 0.5 (RMS) of all values, whose size differs" in reason


def test_single_scores_and_zeros_are_of_one_size() -> None:
    scores = np.geomspace(1e-6, 9, 1000, dtype=np.float32)[None]
    assert unlike(scores) == ""
    assert unlike(np.zeros((1, 40, 5), np.float32)) == ""
