"""How a message names the steps of a chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from onpar.parity.contract.steps.given import Given
from onpar.parity.contract.steps.run import Run
from onpar.parity.contract.steps.step import Step

Places = Callable[[Sequence[Any]], list[str]]
"""Makes the places of all steps, in their order."""


def in_sidecar(steps: Sequence[Any]) -> list[str]:
    """`steps[3] (run)`, as in a sidecar, which holds every step."""
    return [_numbered(index, step) for index, step in enumerate(steps)]


def in_recipe(steps: Sequence[Any]) -> list[str]:
    """`steps[3] (argmax)`, as in a recipe's file. That has neither the network nor the arrays of
    the case, which `ModelSpec` adds: they have no number."""
    places, written = list[str](), 0
    for step in steps:
        if isinstance(step, Run):
            places.append("the network")
        elif isinstance(step, Given):
            places.append(f"the array {', '.join(step.makes)}")
        else:
            places.append(_numbered(written, step))
            written += 1
    return places


def _numbered(index: int, step: Any) -> str:
    return f"steps[{index}] ({step.kind})" if isinstance(step, Step) else f"steps[{index}]"
