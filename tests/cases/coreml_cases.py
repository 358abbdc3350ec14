"""Core ML exports of the cases in this folder, in this process, and what mil computes with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.exporters import Source, coreml
from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.build_folder.content import read_content
from onpar.pipeline.export.conversion_check import check, evaluated
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.targets.mil.evaluation import make_ready
from onpar.pipeline.targets.mil.package import read_package

Arrays = Mapping[str, NDArray[Any]]


HERE = Path(__file__).parent / "models"


def case(name: str, precision: str = "fp32", folder: Path = HERE) -> tuple[Recipe, Source]:
    """A recipe of this folder, and what the exporter takes of it: the conversion is checked."""
    file = folder / f"{name}.py"
    recipe = load_recipe(RecipeOptions(str(file)))
    module = build_module(recipe)
    source = Source(module, None, recipe.model, precision, "tensor", recipe.samples)
    return recipe, replace(source, check=partial(check, source, file))


def exported(source: Source, folder: Path) -> tuple[Arrays, Arrays]:
    """What mil makes of the export of the first sample, and what the module does."""
    path = folder / "case.mlpackage"
    coreml.export(source, path)
    content = read_content(path)
    assert not isinstance(content, bytes)
    ready = make_ready(read_package(content, path.name).main, path.name)
    sample = next(source.samples())
    assert source.module is not None
    return evaluated(ready, source, None, sample), run_module(
        source.module, sample, source.model.outputs
    )


def close(got: Arrays, expected: Arrays) -> None:
    for name, value in expected.items():
        np.testing.assert_allclose(got[name], value, rtol=1e-4, atol=1e-5)
