"""An ML program made ready, and run operator by operator."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from coremltools.converters.mil.mil import types
from torch import Tensor

from pipeline.errors import OnparError
from pipeline.targets.mil.operators import OPERATORS
from pipeline.targets.mil.package import CONSTANT
from pipeline.targets.mil.values import attribute, rounded, tensor

Values = dict[str, Tensor]


@dataclass(frozen=True)
class Computed:
    """An input that is known when the program runs: the name of its value."""

    name: str


@dataclass(frozen=True)
class Step:
    """An operator of the program. `inputs` are Computed, tuples with some of them, or constants;
    `outputs` the names of what it gives, with their types in the program; `last` what nobody
    needs after it."""

    what: str
    function: Callable[..., Any]
    inputs: Mapping[str, Any]
    outputs: tuple[tuple[str, str], ...]
    last: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """A program whose constants are computed. `inputs` and `outputs` have their types and, of
    inputs, their shapes in the program."""

    inputs: Mapping[str, tuple[str, tuple[int, ...]]]
    outputs: Mapping[str, str]
    constants: Mapping[str, Tensor]
    steps: tuple[Step, ...]


def make_ready(main: Any, name: str) -> Program:
    """Compute what needs no input once, and order what is left. `main` is coremltools' function.

    Raises OnparError for an operator with an input that is not known here.
    """
    inputs = {
        key: (types.builtin_to_string(var.dtype), tuple(var.shape))
        for key, var in main.inputs.items()
    }
    known: Values = {}
    steps: list[Step] = []
    operations = list(main.operations)
    for index, operation in enumerate(operations, 1):
        if operation.op_type == CONSTANT:
            continue
        what = f"{name}: {operation.op_type} {operation.name} (operation {index} of "
        step = _step(operation, known, f"{what}{len(operations)})")
        if any(_computed(value) for value in step.inputs.values()):
            steps.append(step)
        else:
            known |= _run(step, {})
    outputs = {var.name: types.builtin_to_string(var.dtype) for var in main.outputs}
    constants = {key: known[key] for key in outputs if key in known}
    for var in main.outputs:
        if var.op is not None and var.op.op_type == CONSTANT:
            constants[var.name] = tensor(var.val)
    return Program(inputs, outputs, constants, _freeing(steps, set(outputs)))


def run(program: Program, inputs: Mapping[str, Tensor]) -> Values:
    """The outputs of these inputs, both by name, held as `values` says."""
    values = {key: rounded(inputs[key], dtype) for key, (dtype, _) in program.inputs.items()}
    values |= program.constants
    for step in program.steps:
        values |= _run(step, values)
        for key in step.last:
            del values[key]
    return {key: values[key] for key in program.outputs}


def _step(operation: Any, known: Values, what: str) -> Step:
    function = OPERATORS[operation.op_type]
    parameters = inspect.signature(function).parameters
    inputs = {}
    for key, var in operation.inputs.items():
        if var is None:
            continue
        if key not in parameters:
            raise OnparError(
                f"{what}: its input {key} is not known to onpar's evaluator, which has "
                f"{', '.join(parameters)}; leave the target mil out, or add it"
            )
        constant = parameters[key].kind is inspect.Parameter.KEYWORD_ONLY
        inputs[key] = _attribute(var, key, what) if constant else _source(var, known)
    outputs = tuple((var.name, types.builtin_to_string(var.dtype)) for var in operation.outputs)
    return Step(what, function, inputs, outputs)


def _attribute(var: Any, key: str, what: str) -> Any:
    if var.op is None or var.op.op_type != CONSTANT:
        raise OnparError(f"{what}: its input {key} is computed, expected a constant")
    return attribute(var.val)


def _source(var: Any, known: Values) -> Any:
    if isinstance(var, tuple | list):
        return tuple(_source(one, known) for one in var)
    if var.op is not None and var.op.op_type == CONSTANT:
        return tensor(var.val)
    return known[var.name] if var.name in known else Computed(var.name)


def _computed(source: Any) -> tuple[str, ...]:
    """The names of the values that an input takes."""
    if isinstance(source, Computed):
        return (source.name,)
    if isinstance(source, tuple):
        return tuple(name for one in source for name in _computed(one))
    return ()


def _given(source: Any, values: Values) -> Any:
    if isinstance(source, Computed):
        return values[source.name]
    if isinstance(source, tuple):
        return tuple(_given(one, values) for one in source)
    return source


def _run(step: Step, values: Values) -> Values:
    given = {key: _given(source, values) for key, source in step.inputs.items()}
    try:
        with torch.inference_mode():
            result = step.function(**given)
    except (RuntimeError, ValueError, TypeError, IndexError, KeyError) as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise OnparError(f"{step.what}: cannot be evaluated ({said})") from error
    results = result if isinstance(result, tuple) else (result,)
    return {
        name: rounded(value, dtype)
        for (name, dtype), value in zip(step.outputs, results, strict=True)
    }


def _freeing(steps: list[Step], kept: set[str]) -> tuple[Step, ...]:
    """The steps, each with the values that it is the last to take or that nobody takes."""
    seen, found = set(kept), []
    for step in reversed(steps):
        names = {name for source in step.inputs.values() for name in _computed(source)}
        names |= {name for name, _ in step.outputs}
        last = tuple(sorted(names - seen))
        seen |= names
        found.append(Step(step.what, step.function, step.inputs, step.outputs, last))
    return tuple(reversed(found))
