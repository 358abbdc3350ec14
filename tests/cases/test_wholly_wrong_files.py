"""Files of a lower precision that are wholly wrong fail, though no tolerance was ever measured; an
honest one of a model whose output is nearly nothing in one case does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from in_process import Judged, judged
from safetensors.torch import save

from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.spec import ModelSpec, RecipeOptions
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.judge.conclusion import Conclusion
from onpar.parity.judge.run import Run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.targets import pytorch_eager

CASES = Path(__file__).parent / "models"
ZEROS = CASES / "f2_zeros_are_inf_db.py"
CONSTANT = CASES / "f5_int8_times_a_constant.py"


def of_precision(one: Judged, precision: str) -> Judged:
    """An artifact of the recipe in a precision for which nothing was measured."""
    return replace(one, artifact=replace(one.artifact, precision=precision, tolerance=None))


def verdicts(one: Judged, factor: float) -> list[Verdict]:
    """Of captures whose outputs are `factor` times what float32 gives."""

    def run(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        made = run_module(one.module, inputs, one.recipe.model.outputs)
        return {name: value * np.float32(factor) for name, value in made.items()}

    return [one.verdict(golden, run) for golden in one.goldens]


def test_zeros_of_float16_fail_the_run_and_read_0_db(tmp_path: Path) -> None:
    recipe = load_recipe(RecipeOptions(str(ZEROS)))
    one = of_precision(judged(recipe, tmp_path), "fp16")
    content = save(one.module.state_dict())
    half = pytorch_eager.load(content, one.artifact, 1)
    found = [one.verdict(golden, half.run) for golden in one.goldens]
    for verdict in found:
        assert verdict.blame is not None
        assert (verdict.status, verdict.blame.stage) == (Status.VALUE, "quality")
        assert "wholly wrong: 0.0 dB SNR" in verdict.sentence
    run = Run("0.1.0", "", tuple(found), (), ())
    assert run.conclusion is Conclusion.FAILED
    assert run.answer.startswith("Not on par: 2 of 2 rows failed")


@pytest.mark.parametrize(
    ("factor", "snr"), [(0.0, "0.0 dB"), (-0.157 / 40, "0.0 dB"), (-1.0, "-6.0 dB")]
)
def test_int8_that_multiplies_by_another_constant_fails(
    tmp_path: Path, factor: float, snr: str
) -> None:
    recipe = load_recipe(RecipeOptions(str(CONSTANT)))
    for verdict in verdicts(of_precision(judged(recipe, tmp_path), "int8"), factor):
        assert verdict.status is Status.VALUE
        assert f"y: wholly wrong: {snr} SNR" in verdict.sentence


def test_int8_that_is_only_coarse_is_unjudged(tmp_path: Path) -> None:
    recipe = load_recipe(RecipeOptions(str(CONSTANT)))
    for verdict in verdicts(of_precision(judged(recipe, tmp_path), "int8"), 0.9):
        assert verdict.status is Status.UNJUDGED
        assert "measured 20.0 dB SNR" in verdict.sentence


STEP = np.float32(4 / 255)
"""Of an int8 that was calibrated for outputs up to 4."""


def probability() -> Recipe:
    """A probability of 0.005 in one case, and of 0.95 in the other."""
    from torch import nn

    class Sigmoid(nn.Module):
        def forward(self, x):  # type: ignore[no-untyped-def]
            return x.sum(1, keepdim=True).sigmoid()

    return Recipe(
        options=RecipeOptions("probability"),
        model=ModelSpec(
            recipe="probability",
            inputs=(TensorSpec("x", (1, 4)),),
            outputs=(TensorSpec("y", (1, 1)),),
        ),
        build=Sigmoid,
        inputs={
            case: {"x": np.full((1, 4), value, np.float32)}
            for case, value in (("no", -1.3233), ("yes", 0.736))
        },
    )


def test_a_probability_near_0_that_int8_makes_0_is_not_wholly_wrong(tmp_path: Path) -> None:
    """SNR of that case is 0 dB, as of a file that gives zeros; in the other case it is not."""
    one = of_precision(judged(probability(), tmp_path), "int8")

    def int8(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        made = run_module(one.module, inputs, one.recipe.model.outputs)
        return {name: np.round(value / STEP) * STEP for name, value in made.items()}

    assert [one.verdict(golden, int8).status for golden in one.goldens] == [Status.UNJUDGED] * 2
    statuses = [verdict.status for verdict in verdicts(one, 0.0)]
    assert statuses == [Status.UNJUDGED, Status.VALUE]
