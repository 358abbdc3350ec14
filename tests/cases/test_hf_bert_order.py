"""BERT's inputs in the tokenizer's order: the mask masks, and the segments are segments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from onpar.exporters import Source
from onpar.exporters.torchscript import export
from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.module.binding import bound
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.recipes import load_recipe

RECIPE = RecipeOptions(str(Path(__file__).parent / "models" / "hf_bert_order.py"))


def test_the_reference_and_a_file_compute_what_a_call_by_keywords_computes(tmp_path: Path) -> None:
    recipe = load_recipe(RECIPE)
    plain = build_module(recipe)
    module, path = bound(plain, recipe), tmp_path / "bert.pt"
    export(Source(module, None, recipe.model, "fp32", "tensor", recipe.samples), path)
    script: Any = torch.jit.load(path)
    for sample in recipe.samples():
        assert list(sample) == ["input_ids", "token_type_ids", "attention_mask"]
        given = {name: torch.from_numpy(value) for name, value in sample.items()}
        with torch.no_grad():
            right = plain(**given).start_logits.numpy()
            confused = plain(*given.values()).start_logits.numpy()
        outputs = run_module(module, sample, recipe.model.outputs)
        assert np.array_equal(outputs["start_logits"], right)
        got = run_module(script, sample, recipe.model.outputs)["start_logits"]
        assert np.abs(got - right).max() < 1e-5 < np.abs(confused - right).max()
