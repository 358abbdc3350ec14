"""Checks that the recipe's module matches the recipe, and is the same at every run."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from onpar.pipeline.errors import OnparError
from onpar.pipeline.module.failed_run import failed_run
from onpar.pipeline.module.output_shapes import check_shapes
from onpar.pipeline.module.run_module import Tensors, run_module
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.recipes.user_code import user_line

REPEAT_TOLERANCE = 1e-5
"""Share of the largest value by which a second run may differ, as the order of sums may differ
(measured on a compiled module: 1e-7). State or random numbers change more; if they do not, the
judge finds runs that do not repeat."""


def check_module(module: nn.Module, recipe: Recipe) -> None:
    """Run the first case, and compare the outputs with the recipe's specs.

    Raises OnparError for a module that stays in training mode after `eval()`, draws random numbers,
    normalises by the batch's own statistics, gives other values in a second run, or has other
    outputs than the recipe says: no other runtime could agree with it.
    """
    inputs = next(recipe.samples())
    try:
        _check_modes(module)
        with _RandomOperators(Path(recipe.options.recipe)) as drawn:
            outputs = run_module(module, inputs, recipe.model.outputs)
        if drawn.names:
            raise OnparError(
                f"the module draws random numbers in eval mode ({', '.join(sorted(drawn.names))}), "
                "so no two runs agree; take them as an input, or make them a buffer"
            )
        check_shapes(outputs, recipe.model)
        _check_again(outputs, run_module(module, inputs, recipe.model.outputs))
    except OnparError as error:
        raise OnparError(f"recipe {recipe.model.recipe}: {error}") from error
    except Exception as error:  # The user's code may raise anything.
        raise failed_run(error, recipe, inputs, recipe.case_names[0]) from error


def _check_modes(module: nn.Module) -> None:
    training = [path or "the module itself" for path, m in module.named_modules() if m.training]
    if training:
        raise OnparError(
            f"{_listed(training)} in training mode after eval(), so dropout and batch norms behave "
            "as in training; do not overwrite `train`"
        )
    own = [
        path or "the module itself"
        for path, m in module.named_modules()
        if isinstance(m, nn.modules.batchnorm._NormBase) and m.running_mean is None
        if not isinstance(m, nn.modules.instancenorm._InstanceNorm)
    ]
    if own:
        raise OnparError(
            f"{_listed(own)} always in training mode: a batch norm without running statistics "
            "normalises by the batch itself; use track_running_stats=True"
        )


def _check_again(first: Tensors, second: Tensors) -> None:
    for name, value in first.items():
        off = float(np.abs(value.astype(np.float64) - second[name]).max())
        if off > REPEAT_TOLERANCE * float(np.abs(value).max()):
            raise OnparError(
                f"the module's second run on the same inputs gives a different {name}, by up to "
                f"{off:.3g}: it keeps state between runs, or draws random numbers outside "
                "PyTorch; make it an input, or a buffer that stays"
            )


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    return f"{shown} {'is' if len(names) == 1 else 'are'}"


class _RandomOperators(TorchDispatchMode):
    """Collects the operators that draw from a random generator: PyTorch tags operators that may do
    so. Disabled dropout, or attention without it, does not change the generator's state."""

    def __init__(self, recipe: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.recipe = recipe
        self.names: set[str] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if torch.Tag.nondeterministic_seeded not in func.tags:
            return func(*args, **(kwargs or {}))
        generator = (kwargs or {}).get("generator") or torch.default_generator
        before = generator.get_state()
        result = func(*args, **(kwargs or {}))
        if not torch.equal(before, generator.get_state()):
            line = user_line(traceback.extract_stack(), self.recipe)
            self.names.add(f"{func.name()}{line and f' in {line}'}")
        return result
