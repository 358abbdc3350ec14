"""What was changed in a build folder is named: no capture is judged by it, nor blamed for it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from here import onpar_here
from recipe_text import SIZE, written
from samples import artifact, sha
from small_build import SmallBuild, capture, golden, small_build

from onpar.parity.contract.capture import Capture, read_capture, write_capture
from onpar.parity.contract.golden import read_golden, sealed
from onpar.parity.contract.measured import Error, MeasuredTolerance, Scores
from onpar.parity.contract.sidecar import sidecar_path, sidecar_text

TENSORS = ("decoded", "resized", "image", "out", "classmap")


@pytest.fixture
def build(tmp_path: Path) -> SmallBuild:
    return small_build(tmp_path)


def one_bit(one: Capture, name: str) -> Capture:
    tensor = one.tensors[name].copy()
    tensor.reshape(-1).view(np.uint8)[-1] ^= 1
    return replace(one, tensors={**one.tensors, name: tensor})


def saying(one: Capture, key: str, change: Callable[[str], str]) -> Capture:
    extra = {**one.info.extra, key: change(one.info.extra[key])}
    return replace(one, info=replace(one.info, extra=extra))


def test_nothing_is_wrong_with_what_was_not_changed(build: SmallBuild) -> None:
    assert [status for status, _ in build.rows(build.captured())] == ["PASS"]


@pytest.mark.parametrize("name", TENSORS)
def test_a_flipped_bit_in_a_golden_blames_the_golden_not_the_app(
    build: SmallBuild, name: str
) -> None:
    write_capture(build.golden, one_bit(golden(), name))
    [(status, said)] = build.rows(build.captured())
    assert status == "UNREADABLE"
    assert said.startswith(
        f"{build.golden}: the golden has been changed since it was made ({name}:"
    )


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("floor", "1e-07", "1e-01"),
        ("gates", '"peak": 10.0', '"peak": 0.01'),
        ("gates", '"moved_by_bgr": 1.0', '"moved_by_bgr": 9.0'),
    ],
)
def test_changed_floors_or_gates_are_refused_whatever_they_would_excuse(
    build: SmallBuild, key: str, old: str, new: str
) -> None:
    assert old in golden().info.extra[key]
    write_capture(build.golden, saying(golden(), key, lambda text: text.replace(old, new)))
    wrong = one_bit(capture(), "out")
    for path in (build.captured(), build.captured("wrong", wrong)):
        [(status, said)] = build.rows(path)
        assert status == "UNREADABLE"
        assert "its floors, its gates or its identity" in said


def test_the_golden_of_another_case_under_this_ones_name_is_refused(build: SmallBuild) -> None:
    other = golden()
    other = sealed(
        replace(other, info=replace(other.info, case="cat", sources={"photo": sha("cat")}))
    )
    claims = replace(other.info, case="dog", sources={"photo": sha("dog")})
    write_capture(build.golden, replace(other, info=claims))
    [(status, said)] = build.rows(build.captured())
    assert (status, "its identity" in said) == ("UNREADABLE", True)


@pytest.mark.parametrize("name", ["a.safetensors", "z/dog.safetensors", "dog (1).safetensors"])
def test_a_second_golden_of_a_case_is_refused_and_both_are_named(
    build: SmallBuild, name: str
) -> None:
    second = build.golden.parent / name
    lenient = saying(golden(), "floor", lambda text: text.replace("1e-07", "1e-01"))
    write_capture(second, sealed(lenient))
    [(status, said)] = build.rows(build.captured())
    assert status == "UNREADABLE"
    assert str(second) in said
    assert str(build.golden) in said


def test_a_copy_of_the_golden_in_its_own_folder_is_a_second_one(build: SmallBuild) -> None:
    shutil.copy(build.golden, build.golden.with_name("dog copy.safetensors"))
    [(status, said)] = build.rows(build.captured())
    assert (status, "a second golden of case dog" in said) == ("UNREADABLE", True)


def measured(**changed: Any) -> MeasuredTolerance:
    """A tolerance of another int8 file."""
    error, missing = Error(1.0, 0.0, 1.0), Error(0.1, 0.0, 0.1)
    scores = Scores(200, error, error)
    one = MeasuredTolerance(
        "onnx-int8-tensor",
        "sample",
        artifact().recipe_sha256,
        "seeded0",
        artifact().weights_sha256,
        200,
        scores,
        scores,
        missing,
        missing,
        missing,
        missing,
        missing,
        command="onpar evaluate",
        measured_on="2026-11-21",
    )
    return replace(one, **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"weights_sha256": sha("other weights")},
        {"recipe_sha256": sha("another recipe")},
        {"variant": "torchscript-int8-tensor"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_tolerance_measured_on_another_model_judges_nothing_and_the_other_rows_are_judged(
    build: SmallBuild, changed: dict[str, str]
) -> None:
    int8 = artifact(
        file="int8.onnx",
        sha256=sha("int8"),
        precision="int8",
        tolerance=None,
        measured=measured(**changed),
    )
    path = sidecar_path(build.sidecar.with_name("int8.onnx"))
    path.write_text(sidecar_text(int8), encoding="utf-8")
    wrong = capture(artifact="int8.onnx", artifact_sha256=sha("int8"))
    assert build.rows(build.captured())[0][0] == "PASS"
    [(status, _)] = build.rows(build.captured("int8", wrong))
    assert status == "UNJUDGED"
    done = build.check(build.captures)
    assert done.exit_code == 2
    said = "".join(done.output.split())  # The screen wraps it anywhere.
    assert "int8.onnx.json:itstolerancewasmeasuredon" in said
    assert "nothingcanbejudgedbyit;run`onparexport`" in said


@pytest.mark.parametrize(
    "changed",
    [
        {"tolerance": {"max_floors": 1e5, "rms_floors": 1e5}},
        {"format": "ort"},
        {"precision": "fp16"},
        {"operators": []},
        {"more": 10**30},
        {"bytes": 5},
        {"gate": ["INSENSITIVE: another photo moves nothing"]},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_sidecar_that_was_edited_judges_nothing_and_is_named(
    build: SmallBuild, changed: dict[str, Any]
) -> None:
    kept = json.loads(build.sidecar.read_bytes())
    for name, value in changed.items():
        kept[name] = kept[name] | value if isinstance(value, dict) else value
    build.sidecar.write_text(json.dumps(kept), encoding="utf-8")
    [(status, said)] = build.rows(build.captured())
    assert (status, "no exported artifact" in said) == ("UNJUDGED", True)
    done = build.check(build.captures)
    assert done.exit_code == 2
    assert "isnotas`onparexport`wroteit" in "".join(done.output.split())


@pytest.mark.parametrize("number", ["1e309", "1" * 4301], ids=["1e309", "4,301 digits"])
def test_a_sidecar_that_cannot_be_read_is_named_and_costs_no_other_row(
    build: SmallBuild, number: str
) -> None:
    bad = sidecar_path(build.sidecar.with_name("bad.onnx"))
    bad.write_text(f'{{"x": {number}, ' + build.sidecar.read_text("utf-8")[1:], "utf-8")
    assert build.rows(build.captured())[0][0] == "PASS"
    said = "".join(build.check(build.captures).output.split())
    assert "bad.onnx.json:notareadablesidecar(" in said


def test_a_sidecar_may_be_laid_out_anew(build: SmallBuild) -> None:
    kept = json.loads(build.sidecar.read_bytes())
    build.sidecar.write_text(json.dumps(dict(reversed(kept.items()))), encoding="utf-8")
    assert build.rows(build.captured())[0][0] == "PASS"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The goldens of a small model of a user's own; the recipe is in the build's parent folder."""
    folder = tmp_path_factory.mktemp("made")
    written(folder)
    make(folder)
    return folder


def make(folder: Path) -> str:
    model = ("--recipe", folder / "mine.py", "--size", SIZE)
    done = onpar_here("golden", *model, "--build", folder / "build")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_onpar_golden_makes_a_changed_golden_again_and_else_does_nothing(made: Path) -> None:
    assert "up to date" in make(made)
    path = next((made / "build" / "goldens").rglob("coffee.safetensors"))
    write_capture(path, one_bit(read_capture(path), "decoded"))
    assert "up to date" not in make(made)
    assert json.loads(read_golden(path).capture.info.extra["digests"])
