"""A converter's error names the operator that it was at, and the user's line of that operator."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from onpar.exporters import FORMATS, Source
from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.user_code import as_converter_message

RECIPE = """
import numpy as np
import torch
from torch import nn

from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.recipes.recipe import Recipe


class Bessel(nn.Module):
    def forward(self, x):
        return torch.special.bessel_j0(2 * x)


def recipe(options):
    spec = TensorSpec("x", (1, 8)), TensorSpec("y", (1, 8))
    model = ModelSpec(recipe=options.name, inputs=spec[:1], outputs=spec[1:])
    inputs = {case: {"x": np.full((1, 8), n, "f4")} for n, case in enumerate("ab")}
    return Recipe(options=options, model=model, build=Bessel, inputs=inputs)
"""
LINE = next(n for n, code in enumerate(RECIPE.splitlines(), 1) if "bessel_j0" in code)


@pytest.mark.parametrize("form", ["onnx", "pte", "pte_portable", "pte_coreml", "coreml"])
def test_the_operator_and_the_line_are_named(form: str, tmp_path: Path) -> None:
    file = tmp_path / "bessel.py"
    file.write_text(RECIPE, encoding="utf-8")
    recipe = load_recipe(RecipeOptions(str(file)))
    module = build_module(recipe)
    source = Source(module, None, recipe.model, "fp32", "tensor", recipe.samples)
    path = tmp_path / f"m{FORMATS[form].suffix}"
    with pytest.raises(Exception, match=r"") as error:
        import_module(FORMATS[form].module).export(source, path)
    said = as_converter_message(error.value, file)
    assert said.startswith("operator ") and "bessel_j0" in said.partition(",")[0]
    assert f", line {LINE} (`torch.special.bessel_j0(2 * x)`): " in said
