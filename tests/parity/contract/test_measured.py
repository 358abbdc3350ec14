"""A measured tolerance is what many images showed, bound to their model, and explains itself."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import MODEL, artifact, sha

from onpar.parity.contract.classmap import agreement
from onpar.parity.contract.confusion import Pairs
from onpar.parity.contract.measured import (
    FLIP_RMS,
    IMAGES,
    SPREAD,
    Error,
    MeasuredTolerance,
    QualityError,
    read_tolerances,
    write_tolerances,
)
from onpar.parity.contract.measured import PLAIN_IMAGES as PLAINS
from onpar.parity.contract.sidecar import read_sidecar, sidecar_path, sidecar_text
from onpar.parity.contract.span import Span
from onpar.parity.contract.spec import Artifact, SpecError
from onpar.parity.contract.tolerance import ToleranceError
from onpar.parity.evaluation.measurement import measure
from onpar.parity.evaluation.record import Apart, Ran, Record
from onpar.parity.evaluation.tasks.classmap import ClassMapSeen

INT8 = artifact(sha256=sha("int8"), precision="int8", tolerance=None)

VARIED: Pairs = ((0, 0, 50), (0, 1, 2), (1, 1, 48))
"""100 pixels: half of the reference's are class 1; 2 pixels show it that are not."""

PLAIN: Pairs = ((0, 0, 81), (0, 1, 9), (1, 1, 10))
"""Nine tenths of the reference's are class 0, so that agreement says little."""


def record(
    index: int,
    pairs: Pairs = VARIED,
    rmse: float | None = 0.1,
    worst_tile: float = 0.9,
    snr_db: float = 20.0,
) -> Record:
    apart = None if rmse is None else Apart(snr_db, rmse, 3 * rmse)
    found = Ran(1.0, apart, ClassMapSeen(pairs, worst_tile, None))
    return Record(f"{index}.png", sha(f"{index}"), "", found, {INT8.sha256: found}, 1.0)


def records(**last: object) -> list[Record]:
    """IMAGES records, of which the last is another."""
    return [*(record(index) for index in range(IMAGES - 1)), record(IMAGES, **last)]  # type: ignore[arg-type]


def measured(**last: object) -> MeasuredTolerance:
    return measure(records(**last), INT8, "onpar evaluate …", "2026-11-21")


def test_a_tolerance_is_the_mean_the_spread_and_the_worst_of_the_images() -> None:
    got = measured(rmse=0.3)
    assert (got.images, got.varied.images, got.plain) == (IMAGES, IMAGES, None)
    rmse = got.varied.rmse
    assert rmse.mean == pytest.approx((0.1 * (IMAGES - 1) + 0.3) / IMAGES)
    values = [0.1] * (IMAGES - 1) + [0.3]
    assert rmse.sd == pytest.approx(np.std(values, ddof=1))
    assert rmse.worst == 0.3
    assert got.varied.max_abs.worst == pytest.approx(0.9)
    assert got.agreement.worst == pytest.approx(0.02)
    assert got.foreground.worst == pytest.approx(1 - 48 / 50)
    assert got.miou.worst == pytest.approx(1 - (50 / 52 + 48 / 50) / 2)
    assert got.lowest_iou.worst == pytest.approx(1 - 48 / 50)
    assert got.worst_tile.worst == pytest.approx(0.1)


def test_it_is_bound_to_the_model_its_weights_and_the_variant() -> None:
    got = measured()
    assert (got.variant, got.recipe, got.weights) == ("onnx-int8-tensor", "sample", "seeded0")
    assert (got.recipe_sha256, got.weights_sha256) == (MODEL.sha256, sha("weights"))


def test_images_that_are_nearly_one_class_have_a_tolerance_of_their_own_once_they_are_50() -> None:
    made = [*records(), *(record(1000 + index, PLAIN, 0.5) for index in range(PLAINS))]
    got = measure(made, INT8, "onpar evaluate …", "2026-11-21")
    assert got.plain is not None
    assert (got.images, got.varied.images, got.plain.images) == (IMAGES + PLAINS, IMAGES, PLAINS)
    assert got.agreement.worst == pytest.approx(0.02)
    assert (got.varied.rmse.worst, got.plain.rmse.worst) == (0.1, 0.5)
    plain = got.tolerance(varied=False, growth=1.0)
    assert plain is not None
    assert "over 50 images that are nearly one class" in plain.reason
    fewer = measure(made[:-1], INT8, "onpar evaluate …", "2026-11-21")
    assert fewer.tolerance(varied=False, growth=1.0) is None


def test_too_few_images_are_refused() -> None:
    with pytest.raises(ToleranceError, match="these are 199 and 199: give more"):
        measure(records()[1:], INT8, "onpar", "2026-11-21")
    plain = [record(index, PLAIN) for index in range(IMAGES)]
    with pytest.raises(ToleranceError, match="these are 200 and 0: give more"):
        measure(plain, INT8, "onpar", "2026-11-21")


def test_a_variant_without_scores_is_refused() -> None:
    with pytest.raises(ToleranceError, match="name its variant of io tensor"):
        measured(rmse=None)


def test_scores_may_be_4_deviations_above_the_mean_and_more_where_they_are_larger() -> None:
    got = measured(rmse=0.3)
    tolerance = got.tolerance(varied=True, growth=1.0)
    larger = got.tolerance(varied=True, growth=10.0)
    assert tolerance and larger
    assert tolerance.rms == pytest.approx(got.varied.rmse.mean + SPREAD * got.varied.rmse.sd)
    assert tolerance.max_abs == pytest.approx(3 * tolerance.rms)
    assert tolerance.allowed == pytest.approx(FLIP_RMS * tolerance.rms)
    assert larger.rms == pytest.approx(10 * tolerance.rms)
    for said in ("RMS 0.101 ± 0.014", "over 200 images that are not", "on 2026-11-21"):
        assert said in tolerance.reason


@pytest.mark.parametrize("bound", [math.inf, math.nan, -0.1])
@pytest.mark.parametrize("field", ["mean", "sd", "worst"])
def test_a_bound_that_is_no_finite_number_is_refused(field: str, bound: float) -> None:
    with pytest.raises(ToleranceError, match=f"measured {field} is"):
        replace(Error(0.1, 0.05, 0.2), **{field: bound})


@pytest.mark.parametrize("changed", [{"mean": 0.21}, {"sd": 0.15}, {"sd": 100.0}])
def test_figures_that_no_images_can_have_are_refused(changed: dict[str, float]) -> None:
    with pytest.raises(ToleranceError, match=r"cannot be of values between 0 and the worst, 0\.2"):
        replace(Error(0.1, 0.05, 0.2), **changed)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=300))
def test_whatever_images_have_is_accepted(values: list[float]) -> None:
    Error(float(np.mean(values)), float(np.std(values, ddof=1)), max(values))


CHANCE: Pairs = ((0, 0, 25), (0, 1, 25), (1, 0, 25), (1, 1, 25))
"""Half of the pixels agree, as of maps that have nothing in common."""


@pytest.mark.parametrize(
    ("pairs", "snr", "said"),
    [
        (VARIED, -0.0, "its mean SNR is 0 dB, at least 10 dB expected"),
        (VARIED, 9.9, "its mean SNR is 9.9 dB, at least 10 dB expected"),
        (CHANCE, 26.0, "its mean IoU is 0.333, at least 0.5 expected"),
    ],
)
def test_what_a_broken_file_is_off_by_is_no_tolerance(pairs: Pairs, snr: float, said: str) -> None:
    broken = [record(index, pairs, snr_db=snr) for index in range(IMAGES)]
    with pytest.raises(QualityError, match=f"onnx-int8-tensor is broken, .*{said}; export it"):
        measure(broken, INT8, "onpar evaluate …", "2026-11-21")


def test_the_mean_snr_is_kept_and_older_files_have_none() -> None:
    assert measured().snr_db == 20.0
    assert replace(measured(), snr_db=None).tolerance(True, 1.0) is not None


def test_one_without_a_command_or_of_too_few_images_cannot_be_made() -> None:
    with pytest.raises(ToleranceError, match="needs a reason"):
        replace(measured(), command=" ")
    with pytest.raises(ToleranceError, match="measured over 199 images"):
        replace(measured(), images=199)


def test_what_agrees_less_than_the_images_did_is_named_figure_by_figure() -> None:
    ref = np.zeros((64, 64), np.uint8)
    ref[:, 32:] = 1
    got = ref.copy()
    got[:32, 32:] = 0
    scores = np.stack([ref == 0, ref == 1]).astype(np.float32)[np.newaxis]
    said = list(measured().excesses(agreement(got, ref, Span.of(scores))))
    assert len(said) == 5
    assert said[0] == (
        "pixels that show the golden's class: 75.00%, at least 98.00% expected "
        "(mean 98.00%, lowest 98.00%)"
    )
    assert said[2].startswith("the same of the worst 32×32 tile: 0.00%, at least 90.00%")
    assert said[4].startswith("IoU of class 1: 50.00%")
    assert list(measured().excesses(agreement(ref, ref, Span.of(scores)))) == []


def test_a_golden_that_is_nearly_one_class_is_held_to_no_share() -> None:
    ref = np.zeros((10, 10), np.uint8)
    got = np.ones((10, 10), np.uint8)
    scores = np.zeros((1, 2, 10, 10), np.float32)
    assert list(measured().excesses(agreement(got, ref, Span.of(scores)))) == []


def test_a_file_holds_the_last_of_each_model_weights_and_variant(tmp_path: Path) -> None:
    path = tmp_path / "tolerances.json"
    first, other = measured(), replace(measured(), weights_sha256=sha("other weights"))
    write_tolerances(path, [first, other])
    again = replace(first, command="onpar evaluate again")
    write_tolerances(path, [*read_tolerances(path), again])
    assert set(read_tolerances(path)) == {other, again}


def content(one: MeasuredTolerance, **changed: object) -> bytes:
    made = {"version": "onpar-tolerances/1", "tolerances": [msgspec.to_builtins(one) | changed]}
    return json.dumps(made).encode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"", "not measured tolerances"),
        (b"{}", "not measured tolerances"),
        (b"[" * 100_000, "not measured tolerances"),
        (content(measured(), miou={"mean": -1, "sd": 0, "worst": 1}), "measured mean is -1"),
        (content(measured(), images=10), "over 10 images, 200 at least"),
        (content(measured(), snr_db=0.0), "its mean SNR is 0 dB"),
        (content(measured(), miou={"mean": 0.9, "sd": 0, "worst": 1}), "its mean IoU is 0.1"),
        (content(measured(), agreement={"mean": 0.1, "sd": 9, "worst": 1}), "cannot be of values"),
        (content(measured()).replace(b"tolerances/1", b"tolerances/2"), "update onpar"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, given: bytes, said: str) -> None:
    path = tmp_path / "tolerances.json"
    path.write_bytes(given)
    with pytest.raises(ToleranceError, match=said):
        read_tolerances(path)


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"recipe_sha256": sha("another recipe")}, "recipe"),
        ({"weights_sha256": sha("other weights")}, "weights"),
        ({"variant": "torchscript-int8-tensor"}, "variant"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_sidecar_with_the_tolerance_of_another_model_is_refused(
    tmp_path: Path, changed: dict[str, str], what: str
) -> None:
    path = sidecar_path(tmp_path / INT8.file)
    path.write_text(sidecar_text(replace(INT8, measured=replace(measured(), **changed))))  # type: ignore[arg-type]
    with pytest.raises(SpecError, match=f"measured on {what} .*run `onpar export`"):
        read_sidecar(path)


@pytest.mark.parametrize("variant", ["onnx-int8-tensor", "safetensors-int8-tensor"])
def test_a_sidecar_with_its_own_tolerance_or_that_of_eager_pytorch_is_read(
    tmp_path: Path, variant: str
) -> None:
    path = sidecar_path(tmp_path / INT8.file)
    one = replace(INT8, measured=replace(measured(), variant=variant))
    path.write_text(sidecar_text(one))
    assert replace(read_sidecar(path), sidecar_sha256="") == one


def test_a_sidecar_carries_it() -> None:
    one = replace(INT8, measured=measured())
    assert msgspec.json.decode(msgspec.json.encode(one), type=Artifact) == one
