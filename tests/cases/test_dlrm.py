"""A recommender with embedding bags is exported in int8 to ONNX."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime

from onpar.exporters import Source
from onpar.exporters.onnx import export
from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.recipes import load_recipe


def test_int8_of_embedding_bags_loads_and_is_near_the_float_one(tmp_path: Path) -> None:
    recipe = load_recipe(RecipeOptions(str(Path(__file__).parent / "models" / "dlrm.py")))
    whole, small = tmp_path / "float.onnx", tmp_path / "int8.onnx"
    source = Source(build_module(recipe), None, recipe.model, "fp32", "tensor", recipe.samples)
    export(source, whole)
    assert "ai.onnx::Loop" in export(replace(source, file=whole, precision="int8"), small).operators
    sessions = [onnxruntime.InferenceSession(path) for path in (whole, small)]
    for sample in recipe.samples():
        [a], [b] = (session.run(None, dict(sample)) for session in sessions)
        assert 0 < np.abs(a - b).max() < 0.05
