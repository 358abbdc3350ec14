"""A cheap test, before the first export, whether a model is worth exporting and comparing.

The golden's own gates would find the same, but minutes later and for every row: floors over more
variants and cases are only larger.
"""

from __future__ import annotations

import copy
from dataclasses import replace

from torch import nn

from onpar.parity.contract.golden import gate_failures
from onpar.parity.image.decode import ImageError
from onpar.parity.judge.status import Status
from onpar.pipeline.errors import NoReferenceError, OnparError
from onpar.pipeline.golden.gates import Prepared, first_floors, measure_gates
from onpar.pipeline.golden.golden_job import prepare
from onpar.pipeline.module.failed_run import failed_run
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.recipes.recipe import Recipe


def cheap_gate(recipe: Recipe, module: nn.Module) -> tuple[str, ...]:
    """Why this module cannot have a golden, or why it would be INSENSITIVE or ILL_CONDITIONED, each
    with its status; empty if it passes. `module` is float32, in eval mode, and is not changed.

    It takes one run in float64 and up to three in float32: the first case, another one, and the
    first with red and blue swapped. If a photo cannot be read, the golden reports that.
    """
    try:
        one, other = _cases(recipe, module)
        floors = first_floors(recipe, module, one)
        gates = measure_gates(recipe, module, one, other)
        found = gate_failures(floors, gates, recipe.seedable)
    except NoReferenceError as error:
        return (str(error),)
    except (OnparError, ImageError):
        return ()
    statuses = (Status.INSENSITIVE, Status.ILL_CONDITIONED)
    return tuple(f"{status}: {why}" for status, why in zip(statuses, found, strict=True) if why)


def _cases(recipe: Recipe, module: nn.Module) -> tuple[Prepared, Prepared | None]:
    """The first case, run by the reference, and the second, if there is one, run by the module."""
    cases = recipe.cases()
    sources = recipe.sources_of(cases[0].name)
    one = prepare(recipe, copy.deepcopy(module).double(), cases[0], {}, sources)
    if len(cases) < 2:
        return one, None
    inputs = recipe.inputs_of(recipe.sources_of(cases[1].name))
    try:
        outputs = run_module(module, inputs, recipe.model.outputs)
    except OnparError:
        raise
    except Exception as error:  # The user's own code may raise anything.
        raise failed_run(error, recipe, inputs, cases[1].name) from error
    return one, replace(one, case=cases[1], tensors={}, inputs=inputs, outputs=outputs)
