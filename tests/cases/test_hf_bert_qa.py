"""BERT, whose attention is newer than the Android app's PyTorch: the remedy that preflight names
makes a file that loads; and its int8 has the model's own positions and masks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch
from present import present

from onpar.exporters import Source
from onpar.exporters.pte import OBSERVER, quantizer
from onpar.exporters.quantization.pt2e_int8 import quantized
from onpar.exporters.torchscript import export
from onpar.exporters.tracing.in_order import in_order
from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.preflight.loads import judged
from onpar.pipeline.preflight.read import read
from onpar.pipeline.preflight.runtimes import chosen
from onpar.pipeline.preflight.verdict import Preflight
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe

RECIPE = load_recipe(RecipeOptions(str(Path(__file__).parent / "models" / "hf_bert_qa.py")))


def source(recipe: Recipe) -> Source:
    return Source(build_module(recipe), None, recipe.model, "fp32", "tensor", recipe.samples)


def on_android(recipe: Recipe, path: Path) -> Preflight:
    export(source(recipe), path)
    return judged(path.name, read(path), chosen(["pytorch_android@1.13.1"])[0])


def test_the_remedy_for_attention_makes_a_script_that_the_app_loads(tmp_path: Path) -> None:
    verdict = on_android(RECIPE, tmp_path / "sdpa.pt")
    [reason] = verdict.reasons
    assert reason.operator == "aten::scaled_dot_product_attention"
    assert 'attn_implementation="eager"' in reason.remedy
    assert reason.remedy.endswith('or leave it out: in the recipe left_out={"torchscript": "why"}')
    eager = replace(RECIPE, build=partial(RECIPE.build, "eager"))  # type: ignore[call-arg]
    assert on_android(eager, tmp_path / "eager.pt").loads


@pytest.mark.slow
def test_int8_of_positions_and_masks_is_near_the_float_model() -> None:
    of = source(RECIPE)
    small = quantized(of, quantizer(OBSERVER))
    names = [spec.name for spec in RECIPE.model.outputs]
    for sample in RECIPE.samples():
        given = [torch.from_numpy(value) for value in sample.values()]
        with torch.no_grad():
            pairs = zip(
                in_order(small(*given), names), present(of.module)(*given).to_tuple(), strict=True
            )
            for got, expected in pairs:
                assert float((got - expected).abs().max()) < 0.1 * float(expected.abs().max())
