"""The operators of a program as steps: their inputs and outputs, and running them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from onpar.exporters.errors import first_line
from onpar.pipeline.errors import NotEvaluatedError
from onpar.pipeline.targets.mil.declared import Output
from onpar.pipeline.targets.mil.semantics import unknown
from onpar.pipeline.targets.mil.values import rounded

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
"""The exceptions of PyTorch, NumPy and the operators for unsupported values."""


@dataclass(frozen=True)
class Computed:
    """An input that is known only at run time: the name of its value."""

    name: str


@dataclass(frozen=True)
class Inner:
    """A block of an operator: the names of its inputs, its steps and its results, and the names of
    outer values that it uses."""

    takes: tuple[str, ...]
    steps: tuple[Step, ...]
    results: tuple[Any, ...]
    uses: tuple[str, ...]

    def bound(
        self, values: Values, notes: set[str]
    ) -> Callable[[Sequence[Tensor]], tuple[Tensor, ...]]:
        """The block as a function, with these outer values."""

        def run(taken: Sequence[Tensor]) -> tuple[Tensor, ...]:
            inside = {name: values[name] for name in self.uses}
            inside |= zip(self.takes, taken, strict=True)
            for step in self.steps:
                inside |= run_step(step, inside, notes)
            return tuple(_given(source, inside, notes) for source in self.results)

        return run


@dataclass(frozen=True)
class Step:
    """An operator of the program. `inputs` are Computed, Inner, tuples of these, or constants;
    `last` are the values that no later step needs."""

    what: str
    operator: str
    function: Callable[..., Any]
    inputs: Mapping[str, Any]
    outputs: tuple[Output, ...]
    last: tuple[str, ...] = ()


def computed(source: Any) -> tuple[str, ...]:
    """The names of the values in an input."""
    if isinstance(source, Computed):
        return (source.name,)
    if isinstance(source, Inner):
        return source.uses
    if isinstance(source, tuple):
        return tuple(name for one in source for name in computed(one))
    return ()


def run_step(step: Step, values: Values, notes: set[str]) -> Values:
    """The outputs by name; `notes` gets what is not documented about them. Raises NotEvaluatedError
    if they cannot be computed, or a shape differs from the program's."""
    given = {key: _given(source, values, notes) for key, source in step.inputs.items()}
    try:
        with torch.inference_mode():
            result = step.function(**given)
            notes.update(unknown(step.operator, given))
        results = result if isinstance(result, tuple) else (result,)
        found = list(zip(step.outputs, results, strict=True))
    except FAULTS as error:
        raise NotEvaluatedError(
            f"{step.what}: onpar's evaluator cannot compute it ({first_line(error)})"
        ) from error
    for output, value in found:
        if not output.has(value.shape):
            raise NotEvaluatedError(
                f"{step.what}: onpar's evaluator computes the shape {list(value.shape)}, expected "
                f"{output.shape_text()} as in the program; please report it"
            )
    return {output.name: rounded(value, output.dtype) for output, value in found}


def freeing(steps: list[Step], kept: set[str]) -> tuple[Step, ...]:
    """The steps, each with the values that it is the last to use or that no step uses."""
    seen, found = set(kept), []
    for step in reversed(steps):
        names = {name for source in step.inputs.values() for name in computed(source)}
        names |= {output.name for output in step.outputs}
        found.append(replace(step, last=tuple(sorted(names - seen))))
        seen |= names
    return tuple(reversed(found))


def _given(source: Any, values: Values, notes: set[str]) -> Any:
    if isinstance(source, Computed):
        return values[source.name]
    if isinstance(source, Inner):
        return source.bound(values, notes)
    if isinstance(source, tuple):
        return tuple(_given(one, values, notes) for one in source)
    return source
