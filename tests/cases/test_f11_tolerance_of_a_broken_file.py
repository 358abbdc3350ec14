"""The error of a broken file is not a tolerance: `evaluate --tolerances` writes none and ends with
1; one that was written all the same is refused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
from here import onpar_here
from preps import prep_of
from samples import artifact, sha

from onpar.parity.contract.classmap import argmax
from onpar.parity.contract.measured import QualityError, read_tolerances
from onpar.parity.contract.spec import Artifact, RecipeOptions
from onpar.parity.contract.tolerance import ToleranceError
from onpar.parity.evaluation.measurement import measure
from onpar.parity.evaluation.record import Record, ran, ran_reference
from onpar.parity.evaluation.tasks.output import Output
from onpar.parity.image.fit import normalise
from onpar.pipeline.evaluate.measured_tolerances import write_measured
from onpar.pipeline.recipes import load_recipe

CASE = Path(__file__).parent / "models" / "f11_tolerance_of_a_broken_file.py"

RECIPE = load_recipe(RecipeOptions(str(CASE), 64, 64))
INT8 = artifact(
    sha256=sha("int8"), precision="int8", tolerance=None, model=RECIPE.model,
    recipe_sha256=RECIPE.model.sha256,
)  # fmt: skip


def photo(number: int) -> np.ndarray:
    """A drawn photo of many classes, u8 [64, 64, 3]."""
    draw = np.random.default_rng(number)
    y, x = np.mgrid[0:64, 0:64]
    waves = [
        127 + 127 * np.sin((x * draw.normal() + y * draw.normal()) / draw.uniform(2, 14))
        for _ in range(3)
    ]
    drawn = np.stack(waves, -1) + draw.normal(0, 25, (64, 64, 3))
    return np.ascontiguousarray(drawn.clip(0, 255).astype(np.uint8))


@cache
def records(factor: float) -> list[Record]:
    """Of 210 photos, of a file that multiplies by `factor` instead of 40."""
    found = []
    for number in range(210):
        image = normalise(photo(number), prep_of(RECIPE.model))
        right, got = (
            Output((argmax(scores),), scores, scores, 1.0)
            for scores in (np.float32(40) * image, np.float32(factor) * image)
        )
        step, name = RECIPE.model.steps[-1], f"{number:03}.png"
        reference, seen = ran_reference(step, right, None), ran(step, got, right, None)
        found.append(Record(name, sha(name), "", reference, {INT8.sha256: seen}, 1.0))
    return found


@dataclass(frozen=True)
class Planned:
    """What `write_measured` takes of an evaluation."""

    factor: float

    @property
    def subjects(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(artifact=INT8)]

    def records(self) -> list[Record]:
        return records(self.factor)


BROKEN, HONEST = Planned(-0.157), Planned(39.0)


def test_a_file_that_multiplies_by_another_constant_has_no_tolerance(tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    [said] = write_measured(file, BROKEN, "onpar evaluate …")  # type: ignore[arg-type]
    assert said.startswith(f"--tolerances {file}: onnx-int8-tensor is broken")
    assert "mean SNR is -0.034 dB, at least 10 dB expected" in said
    assert "at least 0.5 expected; export it again" in said
    assert not file.exists()


def test_the_command_ends_with_1_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = SimpleNamespace(
        pictures=[], pending=[], subjects=BROKEN.subjects, records=BROKEN.records
    )
    monkeypatch.setattr("onpar.pipeline.evaluate.plan.plan_evaluation", lambda *_: given)
    made = SimpleNamespace(costs=())
    monkeypatch.setattr("onpar.pipeline.evaluate.evaluations.evaluate", lambda *_: made)
    monkeypatch.setattr("onpar.pipeline.cli.show.evaluation", lambda *_: None)
    file = tmp_path / "t.json"
    words = ("evaluate", "--images", tmp_path, "--artifact", "model.onnx", "--tolerances", file)
    done = onpar_here(*words, "--build", tmp_path / "build")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "onnx-int8-tensor is broken, so its error is not accepted as a tolerance" in done.stderr
    assert not file.exists()


def edited(path: Path, one: Artifact = INT8) -> dict[str, object]:
    """An honest file's tolerance, as it was written."""
    assert write_measured(path, HONEST, "onpar evaluate …") == []  # type: ignore[arg-type]
    [made] = read_tolerances(path)
    assert made.snr_db == pytest.approx(32.0, abs=0.1)
    written: dict[str, object] = msgspec.json.decode(path.read_bytes())
    return written


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"snr_db": 0.0}, "mean SNR is 0 dB"),
        ({"miou": {"mean": 0.85, "sd": 0.1, "worst": 1.0}}, "mean IoU is 0.15"),
        ({"agreement": {"mean": 0.0, "sd": 100.0, "worst": 0.1}}, "cannot be of values between"),
    ],
)
def test_a_file_that_was_edited_by_hand_is_refused(
    tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    path = tmp_path / "t.json"
    content = edited(path)
    content["tolerances"] = [one | changed for one in content["tolerances"]]  # type: ignore[attr-defined]
    path.write_bytes(msgspec.json.encode(content))
    with pytest.raises(ToleranceError, match=said):
        read_tolerances(path)


def test_measure_itself_refuses_it() -> None:
    with pytest.raises(QualityError):
        measure(BROKEN.records(), INT8, "onpar evaluate …", "2026-11-29")
