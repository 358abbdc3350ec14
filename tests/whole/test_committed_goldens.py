"""The committed goldens are what the reference computes today."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from onpar.parity.contract.golden import Golden, gate_failures, read_golden
from onpar.parity.contract.tolerance import EPS
from onpar.parity.judge.metrics import distance
from onpar.pipeline.paths import COMMITTED_GOLDENS, PHOTOS, SCENES

NAME = "deeplabv3_mobilenet_v3_large-96x160-demo"
CASES = [path.stem for path in (*PHOTOS, *SCENES)]


@pytest.fixture(params=CASES)
def pair(request: pytest.FixtureRequest, demo_build: Path) -> tuple[Golden, Golden]:
    """The committed golden of a case, and the one computed in this session."""
    file = f"{request.param}.safetensors"
    return (
        read_golden(COMMITTED_GOLDENS / NAME / file),
        read_golden(demo_build / "goldens" / NAME / file),
    )


def test_a_committed_golden_is_of_todays_recipe_weights_and_photo(
    pair: tuple[Golden, Golden],
) -> None:
    committed, computed = (golden.capture.info for golden in pair)
    for field in ("recipe", "recipe_sha256", "weights_sha256", "case", "sources"):
        assert getattr(committed, field) == getattr(computed, field), (
            f"{field} changed: if that was meant, make bless REASON=…"
        )


def test_the_image_stages_are_equal_to_the_bit(pair: tuple[Golden, Golden]) -> None:
    committed, computed = (golden.capture.tensors for golden in pair)
    assert committed.keys() == computed.keys()
    for name in ("decoded", "resized", "image"):
        np.testing.assert_array_equal(committed[name], computed[name])


def test_the_reference_is_equal_to_one_rounding(pair: tuple[Golden, Golden]) -> None:
    # float64 sums differ between processors by 1e-16 relative, which can turn one rounding to
    # float32 over: half an eps of the value each side.
    committed, computed = (golden.capture.tensors for golden in pair)
    assert [*pair[0].floors] == [*pair[1].floors] == ["out"]
    peak = float(np.abs(committed["out"]).max())
    assert distance(computed["out"], committed["out"]).max_abs <= EPS * peak


def test_the_class_maps_differ_where_two_classes_tie_at_most(pair: tuple[Golden, Golden]) -> None:
    committed, computed = (golden.capture.tensors["classmap"] for golden in pair)
    assert np.count_nonzero(committed != computed) <= 1


def test_noise_floors_are_those_of_float32_on_any_machine(pair: tuple[Golden, Golden]) -> None:
    # Another processor sums in another order: seeds and sizes moved F by a factor of 2 at most.
    committed, computed = pair
    for name, floors in committed.floors.items():
        assert computed.floors[name].axis == floors.axis
        for now, floor in zip(computed.floors[name].each, floors.each, strict=True):
            assert 0.25 <= now.max_abs / floor.max_abs <= 4
            assert 0.25 <= now.rms / floor.rms <= 4


def test_a_committed_golden_is_worth_comparing_with(pair: tuple[Golden, Golden]) -> None:
    assert gate_failures(pair[0].floors, pair[0].gates) == (None, None)


def test_every_committed_file_is_a_golden_of_a_known_case_with_its_reason_kept() -> None:
    files = sorted(path.stem for path in COMMITTED_GOLDENS.rglob("*.safetensors"))
    assert files == sorted(CASES)
    history = (COMMITTED_GOLDENS / "BLESSED.md").read_text(encoding="utf-8")
    from onpar.pipeline.build_folder.keys import file_digest

    for path in COMMITTED_GOLDENS.rglob("*.safetensors"):
        assert f"{path.stem} {file_digest(path)[:12]}" in history.splitlines()[-1], (
            f"{path.name} was changed without `make bless`"
        )


def test_the_committed_goldens_take_at_most_15_megabytes() -> None:
    assert sum(path.stat().st_size for path in COMMITTED_GOLDENS.rglob("*")) <= 15e6
