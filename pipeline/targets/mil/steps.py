"""The operators of a program as steps: what each takes and gives, and how one is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from exporters.errors import first_line
from pipeline.errors import OnparError
from pipeline.targets.mil.declared import Output
from pipeline.targets.mil.values import rounded

Values = dict[str, Tensor]

FAULTS = (
    ArithmeticError,
    AssertionError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What PyTorch, NumPy and the operators raise for values that they cannot take."""


@dataclass(frozen=True)
class Computed:
    """An input that is known when the program runs: the name of its value."""

    name: str


@dataclass(frozen=True)
class Step:
    """An operator of the program. `inputs` are Computed, tuples with some of them, or constants;
    `last` what nobody needs after it."""

    what: str
    function: Callable[..., Any]
    inputs: Mapping[str, Any]
    outputs: tuple[Output, ...]
    last: tuple[str, ...] = ()


def computed(source: Any) -> tuple[str, ...]:
    """The names of the values that an input takes."""
    if isinstance(source, Computed):
        return (source.name,)
    if isinstance(source, tuple):
        return tuple(name for one in source for name in computed(one))
    return ()


def run_step(step: Step, values: Values) -> Values:
    """What it gives, by name. Raises OnparError where it cannot be computed, and where its shape
    is not the program's."""
    given = {key: _given(source, values) for key, source in step.inputs.items()}
    try:
        with torch.inference_mode():
            result = step.function(**given)
        results = result if isinstance(result, tuple) else (result,)
        found = list(zip(step.outputs, results, strict=True))
    except FAULTS as error:
        raise OnparError(f"{step.what}: cannot be evaluated ({first_line(error)})") from error
    for output, value in found:
        if not output.has(value.shape):
            raise OnparError(
                f"{step.what}: evaluates to the shape {list(value.shape)}, expected "
                f"{output.said()} as the program says; leave the target mil out, and report it"
            )
    return {output.name: rounded(value, output.dtype) for output, value in found}


def freeing(steps: list[Step], kept: set[str]) -> tuple[Step, ...]:
    """The steps, each with the values that it is the last to take or that nobody takes."""
    seen, found = set(kept), []
    for step in reversed(steps):
        names = {name for source in step.inputs.values() for name in computed(source)}
        names |= {output.name for output in step.outputs}
        found.append(replace(step, last=tuple(sorted(names - seen))))
        seen |= names
    return tuple(reversed(found))


def _given(source: Any, values: Values) -> Any:
    if isinstance(source, Computed):
        return values[source.name]
    if isinstance(source, tuple):
        return tuple(_given(one, values) for one in source)
    return source
