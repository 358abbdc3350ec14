"""What a lower precision costs is judged by a limit, that of `--max-drop` or of the recipe; and a
row says both halves: whether the target computes what was exported, and what that costs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builds import STREET, STREET_INT8, linked
from calls import refusal
from here import onpar_here
from numpy.typing import NDArray
from present import present
from report_maker import Maker

import onpar
from onpar.parity.contract.golden import read_golden
from onpar.parity.judge.judge import judge
from onpar.parity.judge.quality import judge_quality
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict
from onpar.pipeline.check.matching import Pair, known_in, match
from onpar.pipeline.paths import Build

CASE = "astronaut"

YES = "computes what was exported: yes (equal to the bit; 13 operators, 0.5000 steps at most)"


def captured(build: Path) -> Pair:
    """Its capture of the case with the largest drop, with its artifact and its goldens."""
    [path] = build.glob(f"captures/onnxruntime/*/{CASE}.safetensors")
    pair = match(path, known_in(Build(build)))
    assert isinstance(pair, Pair)
    return pair


def judged(pair: Pair, **more: Any) -> Verdict:
    def reference(_: object) -> Any:
        raise AssertionError("the inputs are the golden's")

    return judge(pair.capture, pair.artifact, pair.golden, reference, pair.program, **more)


def checked(build: Path, *options: str | Path) -> tuple[int, list[dict[str, str]]]:
    """The exit code of `onpar check` on its captures, and its rows."""
    done = onpar_here("check", build / "captures", "--build", build, "--json", *options)
    rows: list[dict[str, str]] = json.loads(done.stdout)["rows"]
    return done.returncode, rows


def test_a_row_on_par_says_both_halves(street_int8: Path) -> None:
    verdict = judged(captured(street_int8))
    assert verdict.status is Status.PASS
    cost = "costs 0.65 % of the pixels: at most 25 % allowed"
    assert (verdict.fidelity, verdict.quality) == (YES, cost)
    assert verdict.sentence == f"On par. C{YES[1:]}; {cost}."
    code, rows = checked(street_int8)
    assert code == 0
    assert {"fidelity": YES, "quality": cost, "sentence": verdict.sentence}.items() <= next(
        row.items() for row in rows if row["quality"] == cost
    )


def test_a_map_of_nearly_one_class_says_that_its_drop_says_little(street_int8: Path) -> None:
    _, rows = checked(street_int8)
    little = [row["quality"] for row in rows if row["quality"].endswith("nearly one class")]
    assert len(little) == 3
    assert little[0].startswith("costs 0.00 % of the pixels: at most 25 % allowed, which says litt")


@pytest.mark.parametrize(
    ("recipe", "option", "status", "said"),
    [
        (None, 0.5, Status.VALUE, "more than 0.5 % allowed by --max-drop"),
        (0.5, None, Status.VALUE, "more than 0.5 % allowed by the recipe"),
        (0.5, 0.7, Status.PASS, "at most 0.7 % allowed by --max-drop"),
        (0.7, None, Status.PASS, "at most 0.7 % allowed by the recipe"),
        (0.7, 0.0, Status.VALUE, "more than 0 % allowed by --max-drop"),
        (None, None, Status.PASS, "at most 25 % allowed"),
    ],
)
def test_the_option_overrides_the_recipes_limit_and_the_recipe_onpars(
    street_int8: Path, recipe: float | None, option: float | None, status: Status, said: str
) -> None:
    pair = captured(street_int8)
    pair = replace(pair, artifact=replace(pair.artifact, max_drop=recipe))
    verdict = judged(pair, max_drop=option)
    assert verdict.status is status
    assert verdict.quality == f"costs 0.65 % of the pixels: {said}"
    if status is Status.VALUE:
        assert present(verdict.blame).stage == "quality"
        assert f"it costs 0.65 % of the pixels: {said}; keep the layers" in verdict.sentence


def test_without_its_program_a_row_is_not_known_to_compute_it_and_still_says_what_it_costs(
    street_int8: Path,
) -> None:
    verdict = judged(replace(captured(street_int8), program="export it again"))
    assert verdict.status is Status.UNJUDGED
    assert verdict.halves == (
        "computes what was exported: not known; costs 0.65 % of the pixels: at most 25 % allowed"
    )


def test_scores_that_are_not_the_programs_are_not_what_was_exported(street_int8: Path) -> None:
    pair = captured(street_int8)
    tensors = dict(pair.capture.tensors)
    tensors["out"] = tensors["out"] + 0.05
    verdict = judged(replace(pair, capture=replace(pair.capture, tensors=tensors)))
    assert verdict.status is Status.VALUE
    assert present(verdict.blame).stage == "run"
    assert verdict.fidelity == "computes what was exported: no"


def test_other_kernels_are_as_near_as_the_largest_error_says(street_int8: Path) -> None:
    pair = captured(street_int8)
    program = present(pair.program_path)
    verdict = judged(replace(pair, program=replace(read_golden(program), kernels=None)))
    assert verdict.status is Status.PASS
    assert verdict.fidelity.startswith("computes what was exported: yes (largest error 0.00442, 0.")


def test_the_noise_floor_of_a_quantized_output_is_said_in_its_steps(street_int8: Path) -> None:
    pair = captured(street_int8)
    golden = read_golden(present(pair.program_path))
    assert golden.steps.keys() == {"out"}
    tolerance = present(judged(pair).of_file[0].tolerance)
    assert f"F = {golden.steps['out']:.3g} (max, 1 steps of the output), " in tolerance.reason
    half = replace(golden, steps={"out": golden.steps["out"] / 2})
    tolerance = present(judged(replace(pair, program=half)).of_file[0].tolerance)
    assert "(max, 2 steps of the output), " in tolerance.reason


def test_scores_behind_boxes_in_one_tensor_are_wholly_wrong_in_int8(street_int8: Path) -> None:
    """As a YOLOv8 returns them: boxes in pixels, scores of 0 to 1."""
    pair = captured(street_int8)
    draw = np.random.default_rng(0)
    exact = pair.golden.capture.tensors["out"].copy()
    exact[0, :3] = draw.uniform(0, 640, exact[0, :3].shape)
    exact[0, 3] = draw.beta(0.1, 2, exact[0, 3].shape)
    exact[0, 3, 0, 0] = 0.9

    def quality(got: NDArray[np.float32]) -> StageVerdict:
        tensors = {**pair.golden.capture.tensors, "out": exact}
        golden = replace(pair.golden, capture=replace(pair.golden.capture, tensors=tensors))
        capture = replace(pair.capture, tensors={**pair.capture.tensors, "out": got})
        [stage] = judge_quality(capture, pair.artifact, golden, {"out"}, None)
        return stage

    step = np.float32(640 / 255)
    one_scale = np.rint(exact / step) * step
    stage = quality(one_scale)
    assert present(present(stage.distance).snr_db) > 40, "the whole tensor is near"
    assert stage.status is Status.VALUE
    assert "out: channel 3 is wholly wrong" in stage.detail
    assert "they have 1 different values" in stage.detail
    assert "return values of different size as separate outputs" in stage.detail
    apart = one_scale.copy()
    apart[0, 3] = np.rint(exact[0, 3] * 255) / 255
    assert quality(apart).status is Status.PASS


def test_float32_has_no_halves(square_sample: Verdict) -> None:
    assert (square_sample.fidelity, square_sample.quality, square_sample.halves) == ("", "", "")


@pytest.fixture
def square_sample(tmp_path: Path) -> Verdict:
    maker = Maker(tmp_path)
    return maker.row("onnxruntime", maker.artifact("onnx"), "astronaut")


def test_check_fails_by_the_option_and_exports_nothing(street_int8: Path) -> None:
    code, rows = checked(street_int8, "--max-drop", "0.5")
    assert code == 1
    failed = [row for row in rows if row["status"] == "VALUE"]
    assert [row["stage"] for row in failed] == ["quality"]
    assert "more than 0.5 % allowed by --max-drop; " in failed[0]["sentence"]
    code, rows = checked(street_int8, "--max-drop", "0.66")
    assert (code, {row["status"] for row in rows}) == (0, {"PASS"})


def test_parity_judges_again_by_another_limit_and_exports_nothing_again(
    street_int8: Path, tmp_path: Path
) -> None:
    build = linked(street_int8, tmp_path / "build", "captures", "reports")
    command = ("parity", *STREET_INT8, "--build", build, "--json")

    def conclusion(*options: str) -> tuple[int, str]:
        done = onpar_here(*command, *options)
        assert "export" not in done.stderr
        return done.returncode, json.loads(done.stdout)["conclusion"]

    assert conclusion("--max-drop", "0.5") == (1, "failed")
    assert conclusion("--max-drop", "0.5") == (1, "failed")
    assert conclusion() == (0, "on par")
    assert conclusion("--max-drop", "100") == (0, "on par")


def test_python_takes_the_limit_for_a_recipe_for_captures_and_for_a_file(
    street_int8: Path, tmp_path: Path
) -> None:
    build = linked(street_int8, tmp_path / "build", "captures", "reports")
    [artifact] = (build / "artifacts").glob("*int8-tensor.onnx")
    street: dict[str, Any] = {
        "size": (32, 48),
        "weights": "built",
        "formats": "onnx-int8",
        "targets": "onnxruntime",
        "build": build,
    }
    for limit, on_par in ((0.5, False), (None, True)):
        for done in (
            onpar.run_parity(STREET, **street, max_drop=limit),
            onpar.check_captures(build / "captures", build=build, max_drop=limit),
            onpar.check_artifact(artifact, targets="onnxruntime", max_drop=limit),
        ):
            assert done.on_par is on_par
            assert [row.case for row in done.failed] == ([] if on_par else [CASE])
            row = next(row for row in done.rows if row.case == CASE)
            assert row.fidelity == YES
            limited = "at most 25 % allowed" if on_par else "more than 0.5 % allowed by --max-drop"
            assert row.quality == f"costs 0.65 % of the pixels: {limited}"


@pytest.mark.parametrize("given", ["-1", "100.5", "nan", "inf", "5%", "much"])
@pytest.mark.parametrize("command", ["parity", "check", "evaluate"])
def test_a_limit_that_is_no_percent_is_refused(command: str, given: str) -> None:
    words: Sequence[str] = () if command != "evaluate" else ("--images", "a", "--artifact", "b")
    done = onpar_here(command, *words, "--max-drop", given)
    assert done.returncode == 2
    assert f"Invalid value for '--max-drop': {given!r} is not a number from 0 to 100" in done.stderr


def test_a_limit_of_what_no_model_shows_is_refused_before_anything_runs(tmp_path: Path) -> None:
    build, recipe = tmp_path / "build", STREET.parent / "colours.py"
    words = ("parity", "--recipe", recipe, "--size", "32x32", "--weights", "built")
    said = refusal(*words, "--max-drop", "5", "--build", build)
    assert "--max-drop: colours: shows neither a class map nor a mask, so there is not" in said
    assert not (build / "artifacts").exists()
