"""docs/steps.md has every kind of step with its constants, in the order of the table STEPS, and its
Python runs as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image

from onpar import OnparError
from onpar.parity.contract.chain import before_run, perform
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.contract.steps import STEPS
from onpar.pipeline.paths import ROOT
from onpar.pipeline.recipes import load_recipe

PAGE = (ROOT / "docs" / "steps.md").read_text(encoding="utf-8")
EACH_STEP, STEREO = re.findall(r"```python\n(.*?)```", PAGE, re.S)

ADDED = {"given", "run"}
"""Kinds that onpar adds to a chain."""


def test_every_step_is_on_the_page_with_its_constants_and_how_it_is_judged() -> None:
    section = PAGE.split("\n## Every step\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:3] == "| `"]
    shown = {kind.strip("`"): re.findall(r"`(\w+)`", constants) for kind, _, constants, _ in rows}
    fields = {
        kind: [one.name for one in msgspec.structs.fields(step)][len(("takes", "makes")) :]
        for kind, step in STEPS.items()
    }
    assert shown == fields
    assert list(shown) == list(fields)
    assert all(makes and judged for _, makes, _, judged in rows)


def test_every_step_that_a_recipe_writes_has_an_example_in_python() -> None:
    made: dict[str, Any] = {}
    exec(EACH_STEP, made)
    kinds = [step.kind for step in made["steps"]]
    assert len(kinds) == len(set(kinds))
    assert {*kinds} == {*STEPS} - ADDED


@pytest.fixture
def stereo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page's recipe, and the photos that it names."""
    rng = np.random.default_rng(0)
    for name in ("street_l", "street_r", "yard_l", "yard_r"):
        levels = rng.integers(0, 256, (40, 60, 3), np.uint8)
        Image.fromarray(levels).save(tmp_path / f"{name}.png")
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "near.py"
    path.write_text(STEREO, "utf-8")
    return path


def test_the_recipe_of_the_page_has_two_cases_of_which_each_gives_every_input(
    stereo: Path,
) -> None:
    recipe = load_recipe(RecipeOptions(str(stereo), 32, 48))
    assert recipe.case_names == ("street", "yard")
    for case in recipe.case_names:
        made = perform(before_run(recipe.model), {}, recipe.sources_of(case))
        assert {spec.name: made[spec.name].shape for spec in recipe.model.inputs} == {
            spec.name: spec.shape for spec in recipe.model.inputs
        }
    assert [step.kind for step in recipe.model.steps[-3:]] == ["run", "sigmoid", "threshold"]


def test_with_one_case_it_is_refused(stereo: Path) -> None:
    stereo.write_text(STEREO.replace(', "yard": 0.12', ""), "utf-8")
    with pytest.raises(OnparError, match="at least two"):
        load_recipe(RecipeOptions(str(stereo), 32, 48))
