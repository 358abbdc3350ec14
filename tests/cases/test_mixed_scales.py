"""Depth in millimetres beside its confidence: a wrong confidence is VALUE at output."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from in_process import Judged, judged

from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.judge.status import Status
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.recipes import load_recipe


@pytest.fixture(scope="module")
def depth(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    file = Path(__file__).parent / "models" / "mixed_scales.py"
    recipe = load_recipe(RecipeOptions(str(file), 64, 64))
    return judged(recipe, tmp_path_factory.mktemp("goldens"))


def run(depth: Judged, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return run_module(depth.module, inputs, depth.recipe.model.outputs)


def test_each_channel_has_a_floor_in_proportion_to_its_own_values(depth: Judged) -> None:
    for golden in depth.goldens:
        floors = golden.floors["out"]
        assert (floors.axis, len(floors.each)) == (1, 2)
        assert floors.each[0].max_abs > 1e4 * floors.each[1].max_abs


@pytest.mark.parametrize("by", [0.12, 1e-3, 1e-4])
def test_a_confidence_that_is_off_is_blamed_on_its_channel(depth: Judged, by: float) -> None:
    for golden in depth.goldens:

        def off(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
            out = run(depth, inputs)["out"].copy()
            out[0, 1] -= np.float32(by)
            return {"out": out}

        verdict = depth.verdict(golden, off)
        assert verdict.blame is not None
        assert (verdict.status, verdict.blame.stage) == (Status.VALUE, "run")
        assert "in channel 1 by up to" in verdict.sentence


def test_honest_float32_is_on_par_in_both_channels(depth: Judged) -> None:
    for golden in depth.goldens:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            assert depth.verdict(golden, lambda given: run(depth, given)).status is Status.PASS
