"""A golden must be worth comparing with, and be the golden of this very recipe, weights, photo."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples import artifact, info, sha

from onpar.parity.contract.capture import Capture, CaptureError, Tensor, write_capture
from onpar.parity.contract.golden import (
    CONDITIONING,
    SENSITIVITY,
    Gates,
    gate_failures,
    golden_metadata,
    read_golden,
    sealed,
)
from onpar.parity.contract.golden.find import GoldenEntry, find_golden, index_goldens
from onpar.parity.contract.tolerance import EPS, Floor, Floors

FLOOR = Floors(None, (Floor(1e-6, 1e-7),))
GATES = Gates(peak=10.0, moved_by_photo=1.0, moved_by_bgr=1.0)
SCORES: dict[str, Tensor] = {"out": np.zeros((1, 2, 3, 4), np.float32)}
REFERENCE = info(target="reference", runtime="pytorch-eager")


def written(path: Path, extra: dict[str, str] | None = None) -> Path:
    metadata = golden_metadata("key", {"out": FLOOR}, {"out": GATES}) | (extra or {})
    path.parent.mkdir(exist_ok=True)
    write_capture(path, sealed(Capture(replace(REFERENCE, extra=metadata), SCORES)))
    return path


def test_a_golden_is_read_as_it_was_written(tmp_path: Path) -> None:
    golden = read_golden(written(tmp_path / "g.safetensors"))
    assert (golden.floors, golden.gates) == ({"out": FLOOR}, {"out": GATES})
    assert golden.capture.info.extra["golden_key"] == "key"


def changed(name: str, **values: object) -> str:
    known = asdict(GATES)
    if name == "floor":
        known = {"axis": None, "each": [asdict(FLOOR.each[0]) | values]}
        values = {}
    return json.dumps({"out": known | values})


@pytest.mark.parametrize(
    "extra",
    [
        *[{"floor": changed("floor", max_abs=v)} for v in (np.nan, np.inf, -1.0, None, "1")],
        *[{"gates": changed("gates", peak=v)} for v in (np.nan, np.inf, None, "1")],
        {"floor": "{}"},
        {"gates": "{}"},
        {"floor": changed("floor").replace('"out"', '"aux"')},
        {"floor": json.dumps({"out": {"axis": None, "each": []}})},
        {"floor": json.dumps({"out": {"axis": None, "each": [asdict(FLOOR.each[0])] * 2}})},
        {"floor": json.dumps({"out": {"axis": 1, "each": [asdict(FLOOR.each[0])]}})},
        {"floor": json.dumps({"out": {"axis": 4, "each": [asdict(FLOOR.each[0])]}})},
        {"floor": "[]"},
        {"gates": "no JSON"},
        {"gates": "[" * 100_000},
        {"floor": '{"out":' * 100_000},
    ],
    ids=lambda extra: str(extra)[:60],
)
def test_a_golden_whose_floor_or_gates_are_no_numbers_is_refused(
    tmp_path: Path, extra: dict[str, str]
) -> None:
    path = written(tmp_path / "g.safetensors", extra)
    with pytest.raises(CaptureError, match=r"not a golden to judge by .*`onpar golden`"):
        read_golden(path)


def test_a_targets_capture_is_no_golden(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    write_capture(path, Capture(info(), SCORES))
    with pytest.raises(CaptureError, match="not a golden"):
        read_golden(path)


def gated(floor: float, gates: Gates) -> tuple[dict[str, Floors], dict[str, Gates]]:
    return {"out": Floors(None, (Floor(floor, floor),))}, {"out": gates}


def test_a_golden_that_moves_by_exactly_1000_floors_is_sensitive() -> None:
    assert gate_failures(*gated(0.001, Gates(1e5, SENSITIVITY * 0.001, 1))) == (None, None)


@pytest.mark.parametrize(
    ("gates", "what"),
    [
        (Gates(1e5, 0.999, 1), "another photo"),
        (Gates(1e5, 1, 0.999), "BGR"),
        (Gates(1e5, 0, 0), "BGR"),
        (Gates(1e5, float("nan"), 1), "another photo"),
    ],
)
def test_a_golden_that_hardly_moves_is_insensitive(gates: Gates, what: str) -> None:
    insensitive, ill_conditioned = gate_failures(*gated(0.001, gates))
    assert ill_conditioned is None
    assert insensitive is not None
    assert insensitive.startswith(f"{what} moves output 'out' by ")


@pytest.mark.parametrize("eps_of_the_peak", [CONDITIONING, CONDITIONING + 1, 1e9])
def test_a_golden_that_float32_cannot_hold_is_ill_conditioned(eps_of_the_peak: float) -> None:
    _, ill_conditioned = gate_failures(*gated(eps_of_the_peak * EPS, Gates(1, 1e9, 1e9)))
    assert ill_conditioned is not None
    assert gate_failures(*gated((CONDITIONING - 1) * EPS, Gates(1, 1e9, 1e9))) == (None, None)


def test_an_output_of_all_zeros_passes_no_gate() -> None:
    assert None not in gate_failures(*gated(1e-9, Gates(0, 0, 0)))


def entry(name: str, **changes: Any) -> GoldenEntry:
    return GoldenEntry(Path(name), replace(REFERENCE, **changes))


RIGHT = entry("right")
STALE = [
    entry("recipe", recipe_sha256=sha("another recipe")),
    entry("weights", weights_sha256=sha("other weights")),
    entry("photo", sources={"photo": sha("another photo of this name")}),
]


def test_the_golden_of_this_recipe_weights_and_photo_is_found_among_stale_ones() -> None:
    for entries in ([*STALE, RIGHT], [RIGHT, *STALE]):
        assert find_golden(entries, artifact(), "dog") is RIGHT


def test_the_built_golden_is_taken_before_the_committed_one() -> None:
    committed = replace(entry("again"), below=Path("committed"))
    assert find_golden([*STALE, RIGHT, committed], artifact(), "dog") is RIGHT


def test_a_second_golden_of_a_case_is_refused_and_both_are_named() -> None:
    for second in ("a/again", "again"):
        other = entry(second, extra={"digests": "1"})
        with pytest.raises(CaptureError, match=rf"^{second}: a second golden .*besides right"):
            find_golden([*STALE, RIGHT, other], artifact(), "dog")


def test_weights_of_two_names_have_each_a_golden_and_these_judge_alike() -> None:
    with pytest.raises(CaptureError, match="a second golden"):  # In one folder it has no right.
        find_golden([RIGHT, entry("again")], artifact(), "dog")
    assert find_golden([RIGHT, entry("other-weights-name/dog")], artifact(), "dog") is RIGHT


@pytest.mark.parametrize("stale", STALE, ids=lambda stale: str(stale.path))
def test_a_stale_golden_is_found_so_that_it_can_be_named(stale: GoldenEntry) -> None:
    folder = Path("goldens", artifact().options.with_weights(artifact().weights))
    there = replace(stale, path=folder / "dog.safetensors")
    assert find_golden([there], artifact(), "dog") is there


@pytest.mark.parametrize("stale", STALE, ids=lambda stale: str(stale.path))
def test_a_golden_of_another_size_or_other_weights_is_none_of_this_artifact(
    stale: GoldenEntry,
) -> None:
    for folder in ("net-8x8-seeded0", "net-6x5-demo"):
        there = replace(stale, path=Path("goldens", folder, "dog.safetensors"))
        assert find_golden([there], artifact(), "dog") is None


def test_a_golden_of_another_recipe_or_case_is_not_taken() -> None:
    others = [entry("recipe", recipe="other"), entry("case", case="cat")]
    assert find_golden(others, artifact(), "dog") is None
    assert find_golden([], artifact(), "dog") is None


def test_the_index_holds_goldens_alone_in_order_of_folder_and_name(tmp_path: Path) -> None:
    first, second = tmp_path / "b", tmp_path / "a"
    paths = [written(p) for p in (first / "y.safetensors", first / "z.safetensors")]
    paths.append(written(second / "x.safetensors"))
    write_capture(first / "capture.safetensors", Capture(info(), SCORES))
    written(first / ".onpar-1-half.safetensors")
    assert [e.path for e in index_goldens([first, second, tmp_path / "absent"])[0]] == paths


def test_an_unreadable_golden_does_not_drop_out_silently(tmp_path: Path) -> None:
    written(tmp_path / "a.safetensors").write_bytes(b"half")
    other = written(tmp_path / "b.safetensors")
    goldens, [unreadable] = index_goldens([tmp_path])
    assert [one.path for one in goldens] == [other]
    assert str(unreadable).startswith(f"{tmp_path / 'a.safetensors'}: not a whole safetensors file")
